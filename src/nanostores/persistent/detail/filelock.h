// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/export.h>

#include <chrono>
#include <memory>
#include <string>

namespace nanostores::detail {

/// An exclusive lock between processes, on a file of its own. The system lets go of it when its process ends, however
/// that happens. The file is never deleted: another process might have just opened it. Two objects on one file exclude
/// each other within a process as well.
class NANOSTORES_PERSISTENT_EXPORT FileLock
{
public:
    /// Makes the file (0600), if it is not there; its folder has to be. Throws an EngineError if it cannot be opened
    /// for writing: Denied, ReadOnly, Full, Failed.
    explicit FileLock(std::string path);
    FileLock(const FileLock &) = delete;
    FileLock &operator=(const FileLock &) = delete;
    ~FileLock();

    /// Whether this object has it now. After that much waiting for another one it gives up.
    [[nodiscard]] bool lock(std::chrono::milliseconds patience = std::chrono::milliseconds(0));
    void unlock() noexcept;
    bool isLocked() const noexcept { return m_isLocked; }

    /// Who has it, for messages: "process 4711", or "another process" where that is not known.
    std::string holder() const;
    const std::string &path() const noexcept { return m_path; }

private:
    [[nodiscard]] bool tryLock();

    struct Handle;

    std::string m_path;
    std::unique_ptr<Handle> m_handle;
    bool m_isLocked = false;
};

/// Ends a lock that was taken, at the end of the block.
class Unlocking
{
public:
    explicit Unlocking(FileLock &lock) noexcept
        : m_lock(lock)
    {
    }
    Unlocking(const Unlocking &) = delete;
    Unlocking &operator=(const Unlocking &) = delete;
    ~Unlocking() { m_lock.unlock(); }

private:
    FileLock &m_lock;
};

} // namespace nanostores::detail
