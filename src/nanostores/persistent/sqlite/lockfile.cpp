// SPDX-License-Identifier: MIT
#include "lockfile.h"

#include "checksum.h"

#include <nanostores/persistent/detail/filesystem.h>
#include <nanostores/persistent/engineerror.h>

#include <QtCore/QtGlobal>

#include <array>
#include <utility>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#else
#include <QtCore/QFile>
#endif

namespace nanostores::detail {

namespace {

using RecordBytes = std::array<unsigned char, 48>;

constexpr std::uint32_t recordMagic = 0x314B534EU; // NSK1

void putNumber(RecordBytes &bytes, std::size_t at, std::uint64_t number)
{
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[at + i] = static_cast<unsigned char>(number >> (8 * i) & 0xFFU);
    }
}

std::uint64_t getNumber(const RecordBytes &bytes, std::size_t at)
{
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        number |= std::uint64_t{bytes[at + i]} << (8 * i);
    }
    return number;
}

std::uint32_t checksum(const RecordBytes &bytes)
{
    Checksum sum;
    sum.add(bytes.data() + 8, bytes.size() - 8);
    return sum.value();
}

RecordBytes encode(const LockFile::Record &record)
{
    RecordBytes bytes{};
    putNumber(bytes, 8, record.position);
    putNumber(bytes, 16, record.epoch);
    putNumber(bytes, 24, record.storage.device);
    putNumber(bytes, 32, record.storage.file);
    putNumber(bytes, 40, record.isRepairing ? 1 : 0);
    putNumber(bytes, 0, std::uint64_t{checksum(bytes)} << 32U | recordMagic);
    return bytes;
}

std::optional<LockFile::Record> decode(const RecordBytes &bytes)
{
    if (getNumber(bytes, 0) != (std::uint64_t{checksum(bytes)} << 32U | recordMagic)) {
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

namespace {

std::optional<LockFile::Record> readFrom(int file)
{
    RecordBytes bytes{};
    if (file < 0 || ::pread(file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        return {};
    }
    return decode(bytes);
}

} // namespace

/// The record is in the file that is locked.
struct LockFile::Private
{
};

void LockFile::open(unsigned mode)
{
    auto opened = std::make_unique<FileLock>(m_path, mode); // if its folder has gone, the one that is there stays
    m_lock = std::move(opened);
}

std::optional<LockFile::Record> LockFile::read() const
{
    return m_lock ? readFrom(m_lock->descriptor()) : std::nullopt;
}

std::optional<LockFile::Record> LockFile::read(const std::string &path)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return readFrom(file.get());
}

void LockFile::write(const Record &record, bool durable) noexcept
{
    const auto bytes = encode(record);
    const int file = m_lock->descriptor();
    if (::pwrite(file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        ::futimens(file, nullptr); // noticed as well
    }
    if (durable) {
        ::fsync(file);
    }
}

#else

// The lock is a file of QLockFile's, beside the one that has the record.

namespace {

std::optional<LockFile::Record> readFrom(QFile &file)
{
    RecordBytes bytes{};
    if (!file.isOpen() || !file.seek(0)
        || file.read(reinterpret_cast<char *>(bytes.data()), bytes.size()) != qint64(bytes.size())) {
        return {};
    }
    return decode(bytes);
}

} // namespace

struct LockFile::Private
{
    QFile file;
};

void LockFile::open(unsigned mode)
{
    d->file.close();
    d->file.setFileName(QString::fromStdString(m_path));
    if (!d->file.open(QIODevice::ReadWrite | QIODevice::Unbuffered)) {
        throw EngineError(EngineErrorKind::Denied, m_path + ": cannot open the lock file: make its folder writable",
                          m_path);
    }
    m_lock = std::make_unique<FileLock>(m_path + "ed", mode);
}

std::optional<LockFile::Record> LockFile::read() const
{
    return readFrom(d->file);
}

std::optional<LockFile::Record> LockFile::read(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? readFrom(file) : std::nullopt;
}

void LockFile::write(const Record &record, bool) noexcept
{
    const auto bytes = encode(record);
    if (d->file.seek(0)) {
        d->file.write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    }
}

#endif

LockFile::LockFile(std::string path)
    : m_path(std::move(path))
    , d(std::make_unique<Private>())
{
}

LockFile::~LockFile() = default;

bool LockFile::tryOpen(unsigned mode) noexcept
{
    try {
        open(mode);
        return true;
    } catch (const EngineError &) {
        return false;
    }
}

bool LockFile::isInPlace() const
{
    return m_lock && m_lock->isInPlace();
}

bool LockFile::lock(std::chrono::milliseconds patience)
{
    return m_lock->lock(patience);
}

void LockFile::unlock() noexcept
{
    m_lock->unlock();
}

std::string LockFile::holder() const
{
    return m_lock->holder();
}

} // namespace nanostores::detail
