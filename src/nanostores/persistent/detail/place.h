// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/export.h>

#include <QtCore/QString>

#include <cstdint>
#include <string>

namespace nanostores::detail {

/// An absolute path. A relative one begins where the platform keeps the data of an application. Throws
/// EngineErrorKind::Misuse if it is empty, or the platform has no such place.
NANOSTORES_PERSISTENT_EXPORT std::string placeOfData(const QString &path);

/// Throws an EngineError, Denied or ReadOnly, if a file cannot be replaced by another one: it, if it is there, and its
/// folder have to be writable.
NANOSTORES_PERSISTENT_EXPORT void requireReplaceable(const std::string &path);

/// Knows the process that made it.
class NANOSTORES_PERSISTENT_EXPORT ForkGuard
{
public:
    ForkGuard();

    bool isSameProcess() const;
    /// Throws EngineErrorKind::Misuse in a process that was forked since.
    void require(const std::string &place) const;

private:
    std::int64_t m_process;
};

} // namespace nanostores::detail
