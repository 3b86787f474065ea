// SPDX-License-Identifier: MIT
#include "lockfile.h"

#include "checksum.h"
#include "connection.h"

#include <QtCore/QtGlobal>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <utility>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(Q_OS_LINUX)
#include <sys/sysmacros.h>
#endif
#else
#include <QtCore/QFile>
#include <QtCore/QLockFile>
#endif

namespace nanostores::detail {

namespace {

using Bytes = std::array<unsigned char, 48>;

constexpr std::uint32_t magic = 0x314B534EU; // NSK1

void putNumber(Bytes &bytes, std::size_t at, std::uint64_t number)
{
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[at + i] = static_cast<unsigned char>(number >> (8 * i) & 0xFFU);
    }
}

std::uint64_t getNumber(const Bytes &bytes, std::size_t at)
{
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        number |= std::uint64_t{bytes[at + i]} << (8 * i);
    }
    return number;
}

std::uint32_t checksum(const Bytes &bytes)
{
    Checksum sum;
    sum.add(bytes.data() + 8, bytes.size() - 8);
    return sum.value();
}

Bytes encode(const LockFile::Record &record)
{
    Bytes bytes{};
    putNumber(bytes, 8, record.position);
    putNumber(bytes, 16, record.epoch);
    putNumber(bytes, 24, record.storage.device);
    putNumber(bytes, 32, record.storage.file);
    putNumber(bytes, 40, record.isRepairing ? 1 : 0);
    putNumber(bytes, 0, std::uint64_t{checksum(bytes)} << 32U | magic);
    return bytes;
}

std::optional<LockFile::Record> decode(const Bytes &bytes)
{
    if (getNumber(bytes, 0) != (std::uint64_t{checksum(bytes)} << 32U | magic)) {
        return {};
    }
    LockFile::Record record;
    record.position = getNumber(bytes, 8);
    record.epoch = getNumber(bytes, 16);
    record.storage = {getNumber(bytes, 24), getNumber(bytes, 32)};
    record.isRepairing = getNumber(bytes, 40) != 0;
    return record;
}

} // namespace

#ifdef Q_OS_UNIX

std::optional<FileIdentity> FileIdentity::of(const std::string &path)
{
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0) {
        return {};
    }
    return FileIdentity{static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

struct LockFile::Private
{
    int file = -1;
};

LockFile::LockFile(std::string path)
    : m_path(std::move(path))
    , d(std::make_unique<Private>())
{
}

LockFile::~LockFile()
{
    if (d->file >= 0) {
        ::close(d->file); // a child of fork() does not unlock what its parent has locked
    }
}

bool LockFile::open(unsigned mode)
{
    m_mode = mode;
    if (d->file >= 0) {
        ::close(d->file);
    }
    d->file = ::open(m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, static_cast<mode_t>(mode));
    return d->file >= 0;
}

bool LockFile::isOpen() const noexcept
{
    return d->file >= 0;
}

bool LockFile::isInPlace() const
{
    struct stat opened = {};
    return ::fstat(d->file, &opened) == 0
           && FileIdentity::of(m_path)
                  == FileIdentity{static_cast<std::uint64_t>(opened.st_dev), static_cast<std::uint64_t>(opened.st_ino)};
}

bool LockFile::tryLock()
{
    for (;;) {
        if (::flock(d->file, LOCK_EX | LOCK_NB) != 0) {
            if (errno == EINTR) {
                continue;
            }
            if (errno == EWOULDBLOCK) {
                return false;
            }
            throw EngineError(systemError(errno, "locking failed", m_path));
        }
        // A lock file that was deleted is no lock: the next process makes another one.
        if (isInPlace()) {
            return true;
        }
        if (!open(m_mode)) {
            throw EngineError(systemError(errno, "the lock file was deleted, and cannot be made again", m_path));
        }
    }
}

void LockFile::unlock() noexcept
{
    ::flock(d->file, LOCK_UN);
}

std::int64_t LockFile::holder() const
{
#ifdef Q_OS_LINUX
    struct stat status = {};
    if (::fstat(d->file, &status) != 0) {
        return 0;
    }
    std::array<char, 64> wanted{};
    std::snprintf(wanted.data(), wanted.size(), "%02x:%02x:%llu", major(status.st_dev), minor(status.st_dev),
                  static_cast<unsigned long long>(status.st_ino));
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) { // 1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF
        std::istringstream words(line);
        std::string number, kind, advisory, access, file;
        std::int64_t process = 0;
        if (words >> number >> kind >> advisory >> access >> process >> file && kind == "FLOCK"
            && file == wanted.data()) {
            return process;
        }
    }
#endif
    return 0;
}

std::optional<LockFile::Record> LockFile::read() const
{
    Bytes bytes{};
    if (d->file < 0 || ::pread(d->file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        return {};
    }
    return decode(bytes);
}

std::optional<LockFile::Record> LockFile::read(const std::string &path)
{
    LockFile file(path);
    file.d->file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    return file.read();
}

void LockFile::write(const Record &record, bool durable) noexcept
{
    const auto bytes = encode(record);
    if (::pwrite(d->file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        ::futimens(d->file, nullptr); // noticed as well
    }
    if (durable) {
        ::fsync(d->file);
    }
}

#else

// No numbers of files are asked for here, and the lock is a file of QLockFile's.

std::optional<FileIdentity> FileIdentity::of(const std::string &path)
{
    if (!QFile::exists(QString::fromStdString(path))) {
        return {};
    }
    return FileIdentity{};
}

struct LockFile::Private
{
    std::unique_ptr<QLockFile> lock;
    QFile file;
};

LockFile::LockFile(std::string path)
    : m_path(std::move(path))
    , d(std::make_unique<Private>())
{
}

LockFile::~LockFile() = default;

bool LockFile::open(unsigned mode)
{
    m_mode = mode;
    const auto path = QString::fromStdString(m_path);
    d->lock = std::make_unique<QLockFile>(path + QStringLiteral("ed"));
    d->lock->setStaleLockTime(0); // a crashed process is noticed by its number
    d->file.close();
    d->file.setFileName(path);
    return d->file.open(QIODevice::ReadWrite | QIODevice::Unbuffered);
}

bool LockFile::isOpen() const noexcept
{
    return d->file.isOpen();
}

bool LockFile::isInPlace() const
{
    return d->file.isOpen() && d->file.exists();
}

bool LockFile::tryLock()
{
    return d->lock->tryLock(0);
}

void LockFile::unlock() noexcept
{
    d->lock->unlock();
}

std::int64_t LockFile::holder() const
{
    qint64 process = 0;
    QString host, program;
    return d->lock->getLockInfo(&process, &host, &program) ? process : 0;
}

std::optional<LockFile::Record> LockFile::read() const
{
    Bytes bytes{};
    if (!d->file.isOpen() || !d->file.seek(0)
        || d->file.read(reinterpret_cast<char *>(bytes.data()), bytes.size()) != qint64(bytes.size())) {
        return {};
    }
    return decode(bytes);
}

std::optional<LockFile::Record> LockFile::read(const std::string &path)
{
    LockFile file(path);
    file.d->file.setFileName(QString::fromStdString(path));
    return file.d->file.open(QIODevice::ReadOnly) ? file.read() : std::nullopt;
}

void LockFile::write(const Record &record, bool) noexcept
{
    const auto bytes = encode(record);
    if (d->file.seek(0)) {
        d->file.write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    }
}

#endif

} // namespace nanostores::detail
