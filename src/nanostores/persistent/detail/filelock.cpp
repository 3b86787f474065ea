// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/filelock.h>

#include <nanostores/persistent/detail/filesystem.h>
#include <nanostores/persistent/engineerror.h>

#include <QDeadlineTimer>
#include <QtGlobal>

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(Q_OS_LINUX)
#include <sys/sysmacros.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#endif
#else
#include <QFile>
#include <QLockFile>
#include <QString>
#endif

namespace nanostores::detail {

#ifdef Q_OS_UNIX

namespace {

FileIdentity identityOf(const struct stat &status)
{
    return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

} // namespace

std::optional<FileIdentity> FileIdentity::of(const std::string &path)
{
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0) {
        return {};
    }
    return identityOf(status);
}

struct FileLock::Handle
{
    Descriptor file;
    FileIdentity identity;

    Handle(const std::string &path, unsigned mode)
        : file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, static_cast<mode_t>(mode)))
    {
        struct stat status = {};
        if (!file || ::fstat(file.get(), &status) != 0) {
            failWithErrno("cannot open the lock file", path);
        }
        identity = identityOf(status);
    }
};

FileLock::FileLock(std::string path, unsigned mode)
    : m_path(std::move(path))
    , m_mode(mode)
    , m_handle(std::make_unique<Handle>(m_path, m_mode))
{
}

FileLock::~FileLock() = default; // closing is enough, and leaves a parent's lock alone

bool FileLock::isInPlace() const
{
    return FileIdentity::of(m_path) == m_handle->identity;
}

bool FileLock::tryLock()
{
    for (;;) {
        int result = 0;
        do {
            result = ::flock(m_handle->file.get(), LOCK_EX | LOCK_NB);
        } while (result != 0 && errno == EINTR);
        if (result != 0) {
            if (errno == EWOULDBLOCK) {
                return false;
            }
            failWithErrno("cannot lock the file", m_path);
        }
        if (isInPlace()) {
            return true;
        }
        m_handle = std::make_unique<Handle>(m_path, m_mode); // it was deleted, and others lock another one
    }
}

void FileLock::unlock() noexcept
{
    if (m_isLocked) {
        m_isLocked = false;
        ::flock(m_handle->file.get(), LOCK_UN);
    }
}

int FileLock::descriptor() const noexcept
{
    return m_handle->file.get();
}

std::string FileLock::holder() const
{
#ifdef Q_OS_LINUX
    struct stat status = {};
    if (::fstat(m_handle->file.get(), &status) == 0) {
        std::array<char, 64> wanted{};
        std::snprintf(wanted.data(), wanted.size(), "%02x:%02x:%llu", major(status.st_dev), minor(status.st_dev),
                      static_cast<unsigned long long>(status.st_ino));
        std::ifstream locks("/proc/locks");
        for (std::string line; std::getline(locks, line);) { // 1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF
            std::istringstream words(line);
            std::string number, kind, advisory, access, file;
            long process = 0;
            if (words >> number >> kind >> advisory >> access >> process >> file && kind == "FLOCK"
                && file == wanted.data() && process > 0) {
                return "process " + std::to_string(process);
            }
        }
    }
#endif
    return "another process";
}

#else

// No numbers of files are asked for here.

std::optional<FileIdentity> FileIdentity::of(const std::string &path)
{
    if (!QFile::exists(QString::fromStdString(path))) {
        return {};
    }
    return FileIdentity{};
}

struct FileLock::Handle
{
    QLockFile file;
};

FileLock::FileLock(std::string path, unsigned mode)
    : m_path(std::move(path))
    , m_mode(mode)
    , m_handle(new Handle{QLockFile(QString::fromStdString(m_path))})
{
    m_handle->file.setStaleLockTime(0); // a lock of a process that lives is not stale, however old it is
}

FileLock::~FileLock() = default;

bool FileLock::isInPlace() const
{
    return true;
}

bool FileLock::tryLock()
{
    if (m_handle->file.tryLock(0)) {
        return true;
    }
    if (m_handle->file.error() == QLockFile::PermissionError) {
        throw EngineError(EngineErrorKind::Denied, "the lock file cannot be written: make its folder writable", m_path);
    }
    return false;
}

void FileLock::unlock() noexcept
{
    if (m_isLocked) {
        m_isLocked = false;
        m_handle->file.unlock();
    }
}

int FileLock::descriptor() const noexcept
{
    return -1;
}

std::string FileLock::holder() const
{
    qint64 pid = 0;
    QString host;
    QString application;
    return m_handle->file.getLockInfo(&pid, &host, &application) ? "process " + std::to_string(pid) : "another process";
}

#endif

bool FileLock::lock(std::chrono::milliseconds patience)
{
    const QDeadlineTimer deadline(std::max(patience, std::chrono::milliseconds(0)));
    auto pause = std::chrono::microseconds(20); // a write takes about as long
    while (!m_isLocked) {
        m_isLocked = tryLock();
        if (m_isLocked || deadline.hasExpired()) {
            break;
        }
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::microseconds(2000));
    }
    return m_isLocked;
}

} // namespace nanostores::detail
