// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/export.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace nanostores::detail {

/// Which file a path leads to; another one after it has been replaced. Nothing where the system has no such number.
struct NANOSTORES_PERSISTENT_EXPORT FileIdentity
{
    std::uint64_t device = 0;
    std::uint64_t file = 0;

    friend bool operator==(const FileIdentity &, const FileIdentity &) = default;

    /// None: there is no file.
    static std::optional<FileIdentity> of(const std::string &path);
};

/// An exclusive lock between processes, on a file of its own. The system lets go of it when its process ends, however
/// that happens. The file is never deleted: another process might have just opened it. Two objects on one file exclude
/// each other within a process as well. A child of fork() does not unlock what its parent has locked.
class NANOSTORES_PERSISTENT_EXPORT FileLock
{
public:
    /// Makes the file, if it is not there, with these permissions; its folder has to be. Throws an EngineError if it
    /// cannot be opened for writing: Denied, ReadOnly, Full, Failed.
    explicit FileLock(std::string path, unsigned mode = 0600);
    FileLock(const FileLock &) = delete;
    FileLock &operator=(const FileLock &) = delete;
    ~FileLock();

    /// Whether this object has it now. After that much waiting for another one it gives up. Throws an EngineError if
    /// the file has gone and cannot be made again.
    [[nodiscard]] bool lock(std::chrono::milliseconds patience = std::chrono::milliseconds(0));
    void unlock() noexcept;
    bool isLocked() const noexcept { return m_isLocked; }
    /// Not after the file was deleted or replaced: lock() makes it again.
    bool isInPlace() const;

    /// Which process has it, for messages: "process 4711", or "another process" where the system does not say.
    std::string holder() const;
    const std::string &path() const noexcept { return m_path; }
    int descriptor() const noexcept; ///< Of the open file; -1 where the system has none.

private:
    [[nodiscard]] bool tryLock();

    struct Handle;

    std::string m_path;
    unsigned m_mode;
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
