// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/detail/filelock.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace nanostores::detail {

/// The lock that each process holds while it opens, writes or closes the storage beside it. Its content is what the
/// last of them has done; writing it is what other processes notice.
class LockFile
{
public:
    struct Record
    {
        std::uint64_t position = 0;
        std::uint64_t epoch = 0;
        FileIdentity storage; ///< That it belongs to.
        bool isRepairing = false; ///< A repaired file is about to take its place: files left of the old one go.

        friend bool operator==(const Record &, const Record &) = default;
    };

    /// Opens nothing yet.
    explicit LockFile(std::string path);
    LockFile(const LockFile &) = delete;
    LockFile &operator=(const LockFile &) = delete;
    ~LockFile();

    const std::string &path() const noexcept { return m_path; }

    /// Makes the file, if it is not there, with these permissions. Throws an EngineError.
    void open(unsigned mode);
    bool tryOpen(unsigned mode) noexcept; ///< False: it cannot be opened.
    /// Not after it was deleted or replaced: open() makes it again.
    bool isInPlace() const;

    /// False: another one holds it, and has not let go of it in that time. Throws an EngineError if the file has gone
    /// and cannot be made again.
    bool lock(std::chrono::milliseconds patience);
    void unlock() noexcept;
    std::string holder() const; ///< As FileLock::holder().

    /// None: there is none yet, or it is damaged. Needs no lock.
    std::optional<Record> read() const;
    /// The same from any thread.
    static std::optional<Record> read(const std::string &path);
    /// Needs the lock. Fails silently: the change is noticed with the next one.
    void write(const Record &record, bool durable = false) noexcept;

private:
    struct Private;

    std::string m_path;
    std::unique_ptr<FileLock> m_lock; ///< Once it is open.
    std::unique_ptr<Private> d;
};

} // namespace nanostores::detail
