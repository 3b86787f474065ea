// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/edit.h>
#include <nanostores/inspector/export.h>

#include <QJsonValue>
#include <QString>

#include <memory>
#include <typeinfo>
#include <vector>

namespace nanostores::detail {

/// A value in JSON, for assign(): in the form that LogValue::toJson() writes, or that JsonCodec writes.
class NANOSTORES_INSPECTOR_EXPORT JsonSource final : public ValueSource
{
public:
    explicit JsonSource(const QJsonValue &json);

    /// Where the first part is that did not fit, and why: `at .quantity: "two" is no int`. Empty: all that was asked
    /// for fitted.
    const QString &problem() const noexcept { return m_problem; }

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
    struct Entry
    {
        QJsonValue key;
        QJsonValue value;
    };
    JsonSource(const QJsonValue &json, const JsonSource *root, const QString &path);

    const JsonSource *part(const QJsonValue &json, const QString &step) const;
    void refuse(const QString &reason) const;

    bool m_isMapOfPairs = false; ///< {"$map": [[key, value], ...]}
    bool m_isBytes = false;
    QJsonValue m_json; ///< Made after these two, which it sets.
    std::vector<Entry> m_entries; ///< Of an object or of a map of pairs.
    bool m_isName = false; ///< Of an object: a text, also where the key is a number.
    const JsonSource *m_root;
    QString m_path;
    mutable QString m_problem; ///< Of the root.
    mutable std::vector<std::unique_ptr<JsonSource>> m_parts; ///< Handed out, and held as long as the whole.
};

} // namespace nanostores::detail
