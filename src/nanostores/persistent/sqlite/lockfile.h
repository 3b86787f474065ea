// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace nanostores::detail {

/// Which file a path leads to; another one after it has been replaced. Nothing where the system has no such number.
struct FileIdentity
{
    std::uint64_t device = 0;
    std::uint64_t file = 0;

    friend bool operator==(const FileIdentity &, const FileIdentity &) = default;

    /// None: there is no file.
    static std::optional<FileIdentity> of(const std::string &path);
};

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

    /// Makes the file, if it is not there, with these permissions. False: permission is missing, errno says why.
    bool open(unsigned mode);
    bool isOpen() const noexcept;
    /// Not after it was deleted or replaced: open() makes it again.
    bool isInPlace() const;
    /// False: another one holds it. Throws EngineError if the file has gone and cannot be made again.
    bool tryLock();
    void unlock() noexcept;
    /// The process that holds it, 0 if the system does not say.
    std::int64_t holder() const;

    /// None: there is none yet, or it is damaged. Needs no lock.
    std::optional<Record> read() const;
    /// The same from any thread.
    static std::optional<Record> read(const std::string &path);
    /// Needs the lock. Fails silently: the change is noticed with the next one.
    void write(const Record &record, bool durable = false) noexcept;

private:
    struct Private;
    std::string m_path;
    unsigned m_mode = 0600;
    std::unique_ptr<Private> d;
};

} // namespace nanostores::detail
