// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/edit.h>
#include <nanostores/logger/logvalue.h>
#include <nanostores/recorder/export.h>

#include <cstddef>
#include <memory>
#include <typeinfo>
#include <vector>

namespace nanostores::detail {

/// Gives a value that was read from JSON to assign(). A map with texts for keys counts as a struct, too. Lives no
/// longer than the value.
class NANOSTORES_RECORDER_EXPORT LogValueSource final : public ValueSource
{
public:
    explicit LogValueSource(const LogValue &value);
    ~LogValueSource() override;

    bool whole(const std::type_info &type, void *value) const override;
    bool isNone() const override;
    std::size_t size() const override;
    const ValueSource *item(std::size_t index) const override;
    const ValueSource *key(std::size_t index) const override;
    const ValueSource *member(const char *name) const override;
    bool isList() const override;
    bool isMap() const override;
    bool isStruct() const override;

private:
    const LogValueSource *part(std::size_t index) const;

    const LogValue &m_value;
    mutable std::vector<std::unique_ptr<LogValueSource>> m_parts;
};

/// Whether a part of the value is not there: it was redacted, cut, or is of a type that is not known.
NANOSTORES_RECORDER_EXPORT bool hasGaps(const LogValue &value);
/// Whether two values that were read from JSON are the same. The order of keys does not matter, and a gap is the same
/// as anything.
NANOSTORES_RECORDER_EXPORT bool isSameValue(const LogValue &a, const LogValue &b);

} // namespace nanostores::detail
