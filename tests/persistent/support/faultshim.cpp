// SPDX-License-Identifier: MIT
#include "faultshim.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

namespace {

using shim::Change;
using shim::Fault;

/// What a call may do, and so which faults can happen to it.
enum Traits : unsigned { Reads = 1, Grows = 2, Writes = 4, Waits = 8 };

std::mutex mutex; // guards all below
std::string folder;
Fault fault = Fault::None;
long countdown = 0;
long calls = 0;
bool isLasting = false;
bool isRecording = false;
std::vector<Change> changes;
std::map<std::string, int> files; // of names
std::array<std::pair<int, std::string>, 4096> opened; // by descriptor: file, path
int lastFile = 0;

std::atomic<std::uint32_t> fileSystem = 0;
std::atomic<std::int64_t> clockOffset = 0;

template<typename F>
F original(F, const char *name)
{
    return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}
#define ORIGINAL(name) static const auto original_##name = original(&::name, #name)

bool isWatched(std::string_view path)
{
    return !folder.empty() && path.starts_with(folder);
}

const std::string &pathOf(int descriptor)
{
    static const std::string none;
    return descriptor >= 0 && std::size_t(descriptor) < opened.size() ? opened[std::size_t(descriptor)].second : none;
}

bool canHappen(unsigned traits)
{
    switch (fault) {
    case Fault::None:
        return false;
    case Fault::Kill:
    case Fault::Stop:
    case Fault::Io:
        return true;
    case Fault::Full:
        return (traits & Grows) != 0;
    case Fault::Interrupted:
        return (traits & Waits) != 0;
    case Fault::Short:
        return (traits & Writes) != 0;
    }
    return false;
}

/// The fault that happens to this call.
Fault happens(const std::string &path, unsigned traits)
{
    Fault now = Fault::None;
    {
        const std::lock_guard guard(mutex);
        if (!isWatched(path) || !canHappen(traits)) {
            return Fault::None;
        }
        ++calls;
        if (countdown <= 0 || --countdown > 0) {
            return Fault::None;
        }
        countdown = isLasting ? 1 : 0;
        now = fault;
    }
    switch (now) {
    case Fault::Kill:
        kill(getpid(), SIGKILL);
        break;
    case Fault::Stop:
        kill(getpid(), SIGSTOP);
        return Fault::None;
    case Fault::Io:
        errno = EIO;
        break;
    case Fault::Full:
    case Fault::Short:
        errno = ENOSPC;
        break;
    case Fault::Interrupted:
        errno = EINTR;
        break;
    case Fault::None:
        break;
    }
    return now;
}

void note(Change change)
{
    const std::lock_guard guard(mutex);
    if (isRecording) {
        changes.push_back(std::move(change));
    }
}

/// After a file was opened.
int remember(int descriptor, const char *path, bool isNew, bool isEmptied)
{
    if (descriptor < 0 || std::size_t(descriptor) >= opened.size()) {
        return descriptor;
    }
    const std::lock_guard guard(mutex);
    auto &[file, name] = opened[std::size_t(descriptor)];
    file = 0;
    name.clear();
    if (!isWatched(path)) {
        return descriptor;
    }
    name = path;
    auto &known = files[name];
    if (known == 0 || isNew) {
        known = ++lastFile;
    }
    file = known;
    if (isRecording && isNew) {
        changes.push_back({Change::Create, file, name, {}, 0, {}});
    }
    if (isRecording && isEmptied && !isNew) {
        changes.push_back({Change::Truncate, file, name, {}, 0, {}});
    }
    return descriptor;
}

int openFile(int (*function)(const char *, int, ...), const char *path, int flags, mode_t mode)
{
    bool isNew = false;
    if ((flags & O_CREAT) != 0) {
        struct stat status = {};
        isNew = ::stat(path, &status) != 0;
    }
    if (happens(path, Waits | (isNew ? Grows : 0U)) != Fault::None) {
        return -1;
    }
    return remember(function(path, flags, mode), path, isNew, (flags & O_TRUNC) != 0);
}

template<typename F>
ssize_t writeFile(int descriptor, const void *bytes, std::size_t size, off_t at, F write)
{
    const auto what = happens(pathOf(descriptor), Grows | Writes | Waits);
    if (what != Fault::None && (what != Fault::Short || size < 2)) {
        return -1;
    }
    const ssize_t written = write(what == Fault::Short ? size / 2 : size);
    if (written > 0 && !pathOf(descriptor).empty()) {
        note({Change::Write,
              opened[std::size_t(descriptor)].first,
              {},
              {},
              at,
              std::string(static_cast<const char *>(bytes), std::size_t(written))});
    }
    return written;
}

template<typename F>
int syncFile(int descriptor, F sync)
{
    if (happens(pathOf(descriptor), Waits) != Fault::None) {
        return -1;
    }
    const int result = sync();
    if (const auto &path = pathOf(descriptor); result == 0 && !path.empty()) {
        struct stat status = {};
        const bool isFolder = ::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
        note({isFolder ? Change::SyncFolder : Change::Sync, opened[std::size_t(descriptor)].first, path, {}, 0, {}});
    }
    return result;
}

template<typename F>
int changeName(Change::Kind kind, const char *path, const char *target, F change)
{
    if (happens(path, kind == Change::Link ? Grows : 0U) != Fault::None) {
        return -1;
    }
    const int result = change();
    const std::lock_guard guard(mutex);
    if (result == 0 && isWatched(path)) {
        if (isRecording) {
            changes.push_back({kind, files[path], path, target, 0, {}});
        }
        if (kind != Change::Remove) {
            files[target] = files[path];
        }
        if (kind != Change::Link) {
            files.erase(path);
        }
    }
    return result;
}

template<typename F>
int truncateFile(int descriptor, off_t size, F truncate)
{
    if (happens(pathOf(descriptor), Grows | Waits) != Fault::None) {
        return -1;
    }
    const int result = truncate();
    if (result == 0 && !pathOf(descriptor).empty()) {
        note({Change::Truncate, opened[std::size_t(descriptor)].first, {}, {}, size, {}});
    }
    return result;
}

mode_t modeOf(int flags, va_list arguments)
{
    return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

} // namespace

namespace shim {

void watch(const std::string &path)
{
    const std::lock_guard guard(mutex);
    folder = path;
    files.clear();
}

void arm(Fault what, long n, bool lasts)
{
    const std::lock_guard guard(mutex);
    fault = what;
    countdown = n;
    isLasting = lasts;
    calls = 0;
}

long disarm()
{
    const std::lock_guard guard(mutex);
    fault = Fault::None;
    countdown = 0;
    return calls;
}

void record()
{
    const std::lock_guard guard(mutex);
    changes.clear();
    isRecording = true;
}

std::vector<Change> recorded()
{
    const std::lock_guard guard(mutex);
    isRecording = false;
    return std::exchange(changes, {});
}

void mark(std::int64_t number)
{
    note({Change::Mark, 0, {}, {}, number, {}});
}

void setFileSystem(std::uint32_t magic)
{
    fileSystem = magic;
}

void moveClock(std::int64_t seconds)
{
    clockOffset = seconds;
}

} // namespace shim

#pragma GCC visibility push(default)
extern "C" {

int open(const char *path, int flags, ...)
{
    ORIGINAL(open);
    va_list arguments;
    va_start(arguments, flags);
    const auto mode = modeOf(flags, arguments);
    va_end(arguments);
    return openFile(original_open, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    ORIGINAL(open64);
    va_list arguments;
    va_start(arguments, flags);
    const auto mode = modeOf(flags, arguments);
    va_end(arguments);
    return openFile(original_open64, path, flags, mode);
}

int close(int descriptor)
{
    ORIGINAL(close);
    if (descriptor >= 0 && std::size_t(descriptor) < opened.size()) {
        const std::lock_guard guard(mutex);
        opened[std::size_t(descriptor)] = {};
    }
    return original_close(descriptor);
}

ssize_t pread(int descriptor, void *bytes, size_t size, off_t at)
{
    ORIGINAL(pread);
    return happens(pathOf(descriptor), Reads) == Fault::Io ? -1 : original_pread(descriptor, bytes, size, at);
}

ssize_t pread64(int descriptor, void *bytes, size_t size, off64_t at)
{
    ORIGINAL(pread64);
    return happens(pathOf(descriptor), Reads) == Fault::Io ? -1 : original_pread64(descriptor, bytes, size, at);
}

ssize_t write(int descriptor, const void *bytes, size_t size)
{
    ORIGINAL(write);
    return writeFile(descriptor, bytes, size, pathOf(descriptor).empty() ? 0 : ::lseek(descriptor, 0, SEEK_CUR),
                     [&](std::size_t count) { return original_write(descriptor, bytes, count); });
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t at)
{
    ORIGINAL(pwrite);
    return writeFile(descriptor, bytes, size, at,
                     [&](std::size_t count) { return original_pwrite(descriptor, bytes, count, at); });
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t at)
{
    ORIGINAL(pwrite64);
    return writeFile(descriptor, bytes, size, at,
                     [&](std::size_t count) { return original_pwrite64(descriptor, bytes, count, at); });
}

int ftruncate(int descriptor, off_t size) noexcept
{
    ORIGINAL(ftruncate);
    return truncateFile(descriptor, size, [&] { return original_ftruncate(descriptor, size); });
}

int ftruncate64(int descriptor, off64_t size) noexcept
{
    ORIGINAL(ftruncate64);
    return truncateFile(descriptor, size, [&] { return original_ftruncate64(descriptor, size); });
}

int fsync(int descriptor)
{
    ORIGINAL(fsync);
    return syncFile(descriptor, [&] { return original_fsync(descriptor); });
}

int fdatasync(int descriptor)
{
    ORIGINAL(fdatasync);
    return syncFile(descriptor, [&] { return original_fdatasync(descriptor); });
}

int rename(const char *path, const char *target) noexcept
{
    ORIGINAL(rename);
    return changeName(Change::Rename, path, target, [&] { return original_rename(path, target); });
}

int link(const char *path, const char *target) noexcept
{
    ORIGINAL(link);
    return changeName(Change::Link, path, target, [&] { return original_link(path, target); });
}

int unlink(const char *path) noexcept
{
    ORIGINAL(unlink);
    return changeName(Change::Remove, path, "", [&] { return original_unlink(path); });
}

int remove(const char *path) noexcept
{
    ORIGINAL(remove);
    return changeName(Change::Remove, path, "", [&] { return original_remove(path); });
}

int statfs(const char *path, struct statfs *status) noexcept
{
    ORIGINAL(statfs);
    const int result = original_statfs(path, status);
    if (const auto magic = fileSystem.load(); magic != 0 && result == 0) {
        status->f_type = magic;
    }
    return result;
}

int clock_gettime(clockid_t clock, struct timespec *time) noexcept
{
    ORIGINAL(clock_gettime);
    const int result = original_clock_gettime(clock, time);
    if (result == 0 && clock == CLOCK_REALTIME) {
        time->tv_sec += clockOffset;
    }
    return result;
}

} // extern "C"
#pragma GCC visibility pop
