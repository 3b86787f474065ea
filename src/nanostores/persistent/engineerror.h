// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/export.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace nanostores {

/// Why a storage engine could not do what it was asked.
enum class EngineErrorKind : std::uint8_t {
    Unavailable, ///< Not now: the file is locked by another process, the server does not answer. Tried again.
    Denied, ///< The permission is missing.
    ReadOnly, ///< Values can be read but not written.
    Full, ///< No room: the disk or a limit. Tried again.
    Corrupt, ///< What is stored is damaged.
    Newer, ///< It was written by a newer version, and this one must not change it.
    TooLarge, ///< A key or a value is above the engine's limit.
    Failed, ///< Input or output failed otherwise. Tried again.
    Misuse, ///< A mistake of the program, as an engine that is used after fork().
};

/// What an engine or its backend reports. what() says what happened and names the remedy.
class NANOSTORES_PERSISTENT_EXPORT EngineError : public std::runtime_error
{
public:
    /// The path, or an address without passwords, says where.
    EngineError(EngineErrorKind kind, const std::string &message, std::string path = {});
    ~EngineError() override;

    EngineErrorKind kind() const noexcept { return m_kind; }
    const std::string &path() const noexcept { return m_path; }

private:
    EngineErrorKind m_kind;
    std::string m_path;
};

} // namespace nanostores
