// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/filelock.h>

#include <nanostores/persistent/detail/filesystem.h>
#include <nanostores/persistent/engineerror.h>

#include <QDeadlineTimer>
#include <QThread>
#include <QtGlobal>

#include <algorithm>
#include <cerrno>
#include <string>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#else
#include <QLockFile>
#include <QString>
#endif

namespace nanostores::detail {

#ifdef Q_OS_UNIX

struct FileLock::Handle
{
    Descriptor file;
};

namespace {

Descriptor openLockFile(const std::string &path)
{
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600));
    if (!file) {
        failWithErrno("cannot open the lock file", path);
    }
    return file;
}

} // namespace

FileLock::FileLock(std::string path)
    : m_path(std::move(path))
    , m_handle(std::make_unique<Handle>())
{
    m_handle->file = openLockFile(m_path);
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
        struct stat opened = {};
        struct stat named = {};
        if (::fstat(m_handle->file.get(), &opened) == 0 && ::stat(m_path.c_str(), &named) == 0
            && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev) {
            break;
        }
        m_handle->file = openLockFile(m_path); // it was deleted, and others lock another one
    }
    // For messages only. Padded, so that no digits of a longer number stay.
    std::string holder = std::to_string(::getpid());
    holder.resize(20, ' ');
    holder.back() = '\n';
    [[maybe_unused]] const auto written = ::pwrite(m_handle->file.get(), holder.data(), holder.size(), 0);
    return true;
}

void FileLock::unlock() noexcept
{
    if (m_isLocked) {
        m_isLocked = false;
        ::flock(m_handle->file.get(), LOCK_UN);
    }
}

std::string FileLock::holder() const
{
    std::array<char, 20> text{};
    const auto count = ::pread(m_handle->file.get(), text.data(), text.size(), 0);
    std::string digits(text.data(), static_cast<std::size_t>(std::max<decltype(count)>(count, 0)));
    digits.erase(std::find_if_not(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }),
                 digits.end());
    return digits.empty() ? "another process" : "process " + digits;
}

#else

struct FileLock::Handle
{
    QLockFile file;
};

FileLock::FileLock(std::string path)
    : m_path(std::move(path))
    , m_handle(new Handle{QLockFile(QString::fromStdString(m_path))})
{
    m_handle->file.setStaleLockTime(0); // a lock of a process that lives is not stale, however old it is
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

std::string FileLock::holder() const
{
    qint64 pid = 0;
    QString host;
    QString application;
    return m_handle->file.getLockInfo(&pid, &host, &application) ? "process " + std::to_string(pid) : "another process";
}

#endif

FileLock::~FileLock()
{
    unlock();
}

bool FileLock::lock(std::chrono::milliseconds patience)
{
    const QDeadlineTimer deadline(std::max(patience, std::chrono::milliseconds(0)));
    unsigned long pause = 200;
    while (!m_isLocked) {
        m_isLocked = tryLock();
        if (m_isLocked || deadline.hasExpired()) {
            break;
        }
        QThread::usleep(pause);
        pause = std::min(pause * 2, 10000UL);
    }
    return m_isLocked;
}

} // namespace nanostores::detail
