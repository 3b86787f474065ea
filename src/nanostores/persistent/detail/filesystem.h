// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/engineerror.h>
#include <nanostores/persistent/export.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// What the files of engines need and Qt does not have: an atomic replacement that says why it failed, leaves no files
// of random names behind when the process is killed, and syncs the folder.

namespace nanostores::detail {

/// An open file of the system, which is closed with the object.
class NANOSTORES_PERSISTENT_EXPORT Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int number) noexcept
        : m_number(number)
    {
    }
    Descriptor(Descriptor &&other) noexcept
        : m_number(std::exchange(other.m_number, -1))
    {
    }
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_number, other.m_number);
        return *this;
    }
    ~Descriptor();

    explicit operator bool() const noexcept { return m_number >= 0; }
    int get() const noexcept { return m_number; }

private:
    int m_number = -1;
};

/// Which file it is, and whether it has changed: no two versions of a file have the same one, as long as the older is
/// still open, unless they were written in place within a few milliseconds.
struct FileStamp
{
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    std::uint64_t size = 0;
    std::int64_t modified = 0; ///< ns
    std::int64_t changed = 0; ///< ns

    friend bool operator==(const FileStamp &, const FileStamp &) = default;
};

struct FileContent
{
    std::string bytes;
    FileStamp stamp; ///< Taken before the bytes were read.
    Descriptor file; ///< Keeps the system from giving the file's number to another one.
};

/// None: there is no file. Throws an EngineError.
NANOSTORES_PERSISTENT_EXPORT std::optional<FileStamp> stampOf(const std::string &path);

/// None: there is no file. Throws an EngineError; TooLarge if it has more than `largest` bytes.
NANOSTORES_PERSISTENT_EXPORT std::optional<FileContent> readFile(const std::string &path, std::size_t largest);

/// Puts a file in the place of the one that is there, or leaves all as it was and throws an EngineError. Readers see
/// the old one or the new one. It is on the disk when this returns, its name after syncFolder() only. The caller has a
/// lock: the new content goes through the file PATH.new.
NANOSTORES_PERSISTENT_EXPORT FileStamp replaceFile(const std::string &path, std::string_view bytes, Descriptor *file);

/// Puts the names in the folder of a file onto the disk. Throws an EngineError.
NANOSTORES_PERSISTENT_EXPORT void syncFolder(const std::string &path);

/// Gives a file a second name beside it, NAME.broken-DATE, and returns that path. The file itself stays. Throws an
/// EngineError.
NANOSTORES_PERSISTENT_EXPORT std::string keepBroken(const std::string &path);

/// Makes the folder of a file and those above it, for the user only (0700). Those that are there stay as they are.
/// Throws an EngineError.
NANOSTORES_PERSISTENT_EXPORT void makeFolder(const std::string &path);

/// Where links lead in the end, or the path itself.
NANOSTORES_PERSISTENT_EXPORT std::string resolvedPath(const std::string &path);

NANOSTORES_PERSISTENT_EXPORT std::string folderOf(const std::string &path);

/// From errno. The message is "PATH: MESSAGE: what the system says", and a remedy.
[[noreturn]] NANOSTORES_PERSISTENT_EXPORT void failWithErrno(std::string_view message, const std::string &path);

} // namespace nanostores::detail
