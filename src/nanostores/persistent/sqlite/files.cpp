// SPDX-License-Identifier: MIT
#include "files.h"

#include "connection.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QStorageInfo>

#include <array>
#include <cerrno>
#include <string_view>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#else
#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#endif
#ifdef Q_OS_LINUX
#include <sys/vfs.h>
#endif

namespace nanostores::detail {

std::string parentFolder(const std::string &path)
{
    return QFileInfo(QString::fromStdString(path)).path().toStdString();
}

#ifdef Q_OS_UNIX

PathStatus PathStatus::of(const std::string &path)
{
    PathStatus result;
    struct stat status = {};
    if (::stat(path.c_str(), &status) == 0) {
        result.exists = true;
        result.isFile = S_ISREG(status.st_mode);
        result.size = static_cast<std::uint64_t>(status.st_size);
#ifdef Q_OS_DARWIN
        const auto &modified = status.st_mtimespec;
#else
        const auto &modified = status.st_mtim;
#endif
        result.modified = std::int64_t{modified.tv_sec} * 1'000'000'000 + modified.tv_nsec;
        result.mode = status.st_mode & 0666U;
    }
    return result;
}

void syncNames(const std::string &folder) noexcept
{
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) {
        ::fsync(file);
        ::close(file);
    }
}

void makeFolder(const std::string &path, const std::string &place)
{
    if (::mkdir(path.c_str(), 0700) == 0) {
        syncNames(parentFolder(path));
        return;
    }
    int error = errno;
    if (error == ENOENT && parentFolder(path) != path) {
        makeFolder(parentFolder(path), place);
        error = ::mkdir(path.c_str(), 0700) == 0 ? 0 : errno;
        syncNames(parentFolder(path));
    }
    if (error != 0 && !QFileInfo(QString::fromStdString(path)).isDir()) {
        throw EngineError(systemError(error, "its folder cannot be made", place));
    }
}

bool makeFile(const std::string &path, const std::string &place)
{
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        if (errno == EEXIST) {
            return false;
        }
        throw EngineError(systemError(errno, "it cannot be made", place));
    }
    ::close(file);
    return true;
}

bool canWrite(const std::string &path) noexcept
{
    return ::access(path.c_str(), W_OK) == 0;
}

std::int64_t processId() noexcept
{
    return ::getpid();
}

#else

PathStatus PathStatus::of(const std::string &path)
{
    const QFileInfo info(QString::fromStdString(path));
    PathStatus result;
    result.exists = info.exists();
    result.isFile = info.isFile();
    result.size = static_cast<std::uint64_t>(info.size());
    result.modified = result.exists ? info.lastModified().toMSecsSinceEpoch() * 1'000'000 : 0;
    return result;
}

void syncNames(const std::string &) noexcept {}

void makeFolder(const std::string &path, const std::string &place)
{
    if (!QDir().mkpath(QString::fromStdString(path))) {
        throw EngineError(systemError(EACCES, "its folder cannot be made", place));
    }
}

bool makeFile(const std::string &path, const std::string &place)
{
    QFile file(QString::fromStdString(path));
    if (file.exists()) {
        return false;
    }
    if (!file.open(QIODevice::WriteOnly)) {
        throw EngineError(systemError(EACCES, "it cannot be made", place));
    }
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    return true;
}

bool canWrite(const std::string &path) noexcept
{
    return QFileInfo(QString::fromStdString(path)).isWritable();
}

std::int64_t processId() noexcept
{
    return QCoreApplication::applicationPid();
}

#endif

std::string networkFileSystem(const std::string &folder)
{
#ifdef Q_OS_LINUX
    struct statfs status = {};
    if (::statfs(folder.c_str(), &status) != 0) {
        return {};
    }
    struct Known
    {
        std::uint32_t magic;
        std::string_view name;
    };
    static constexpr std::array<Known, 11> known{{
        {0x6969, "NFS"},
        {0x517B, "SMB"},
        {0xFE534D42, "SMB2"},
        {0xFF534D42, "CIFS"},
        {0x65735546, "FUSE"},
        {0x5346414F, "AFS"},
        {0x6B414653, "AFS"},
        {0x73757245, "Coda"},
        {0x01021997, "9P"},
        {0x00C36400, "Ceph"},
        {0x564C, "NCP"},
    }};
    for (const auto &[magic, name] : known) {
        if (magic == static_cast<std::uint32_t>(status.f_type)) {
            return std::string(name);
        }
    }
    return {};
#else
    const auto type = QStorageInfo(QString::fromStdString(folder)).fileSystemType().toLower();
    for (const char *name : {"nfs", "smbfs", "cifs", "webdav", "afpfs", "fuse", "osxfuse", "macfuse", "sshfs"}) {
        if (type.contains(name)) {
            return type.toStdString();
        }
    }
    return {};
#endif
}

} // namespace nanostores::detail
