// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/filesystem.h>

#include <QByteArray>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStringList>
#include <QtGlobal>

#include <algorithm>
#include <cerrno>
#include <system_error>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace nanostores::detail {

namespace {

QString toPath(const std::string &path)
{
    return QString::fromStdString(path);
}

#ifdef Q_OS_UNIX

template<typename F>
auto repeat(F call)
{
    auto result = call();
    while (result < 0 && errno == EINTR) {
        result = call();
    }
    return result;
}

FileStamp stampOf(const struct stat &status)
{
    FileStamp stamp;
    stamp.device = static_cast<std::uint64_t>(status.st_dev);
    stamp.number = static_cast<std::uint64_t>(status.st_ino);
    stamp.size = static_cast<std::uint64_t>(status.st_size);
#ifdef Q_OS_DARWIN
    const auto &modified = status.st_mtimespec;
    const auto &changed = status.st_ctimespec;
#else
    const auto &modified = status.st_mtim;
    const auto &changed = status.st_ctim;
#endif
    constexpr std::int64_t second = 1'000'000'000;
    stamp.modified = std::int64_t{modified.tv_sec} * second + modified.tv_nsec;
    stamp.changed = std::int64_t{changed.tv_sec} * second + changed.tv_nsec;
    return stamp;
}

void requirePlain(const struct stat &status, const std::string &path)
{
    if (!S_ISREG(status.st_mode)) {
        throw EngineError(EngineErrorKind::Failed,
                          path + " is a folder or a device, and not a file: move it away, or choose another path",
                          path);
    }
}

#endif

} // namespace

Descriptor::~Descriptor()
{
#ifdef Q_OS_UNIX
    if (m_number >= 0) {
        ::close(m_number);
    }
#endif
}

void failWithErrno(std::string_view message, const std::string &path)
{
    const int error = errno;
    auto kind = EngineErrorKind::Failed;
    std::string_view remedy;
    switch (error) {
    case ENOSPC:
    case EFBIG:
#ifdef EDQUOT
    case EDQUOT:
#endif
        kind = EngineErrorKind::Full;
        remedy = ". Make room; it is tried again";
        break;
    case EACCES:
    case EPERM:
        kind = EngineErrorKind::Denied;
        remedy = ". Give the user of the program the permission for the file and its folder";
        break;
    case EROFS:
        kind = EngineErrorKind::ReadOnly;
        remedy = ". Choose a place that can be written";
        break;
    default:
        break;
    }
    std::string text = path;
    text.append(": ").append(message).append(": ").append(std::generic_category().message(error)).append(remedy);
    throw EngineError(kind, text, path);
}

std::string folderOf(const std::string &path)
{
    return QFileInfo(toPath(path)).path().toStdString();
}

std::string resolvedPath(const std::string &path)
{
    QFileInfo file(toPath(path));
    for (int links = 0; file.isSymbolicLink() && links < 40; ++links) {
        file = QFileInfo(file.symLinkTarget());
    }
    const QString folder = QFileInfo(file.absolutePath()).canonicalFilePath();
    return (folder.isEmpty() ? file.absoluteFilePath() : QDir(folder).filePath(file.fileName())).toStdString();
}

void makeFolder(const std::string &path)
{
    const QString folder = QFileInfo(toPath(path)).absolutePath();
    QStringList missing;
    for (QDir above(folder); !above.exists(); above.setPath(QFileInfo(above.path()).absolutePath())) {
        missing.prepend(above.path());
    }
    for (const QString &each : missing) {
#ifdef Q_OS_UNIX
        if (::mkdir(QFile::encodeName(each).constData(), 0700) != 0 && errno != EEXIST) {
            failWithErrno("cannot make the folder", each.toStdString());
        }
#else
        if (!QDir().mkpath(each)) {
            throw EngineError(EngineErrorKind::Denied, each.toStdString() + ": cannot make the folder", path);
        }
#endif
    }
}

std::string keepBroken(const std::string &path)
{
    const QString date = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd'T'HHmmss'Z'"));
    const QString start = toPath(path) + QStringLiteral(".broken-") + date;
    for (int number = 1; number < 1000; ++number) {
        const QString name = number == 1 ? start : start + QStringLiteral("-%1").arg(number);
#ifdef Q_OS_UNIX
        if (::link(QFile::encodeName(toPath(path)).constData(), QFile::encodeName(name).constData()) == 0) {
            return name.toStdString();
        }
        if (errno == EEXIST) {
            continue;
        }
        if (errno == EROFS || errno == ENOSPC || errno == EACCES) {
            failWithErrno("cannot keep a copy of the damaged file", path);
        }
#endif
        if (QFile::exists(name)) {
            continue;
        }
        if (QFile::copy(toPath(path), name)) { // a file system without hard links
            QFile::setPermissions(name, QFile::ReadOwner | QFile::WriteOwner);
            return name.toStdString();
        }
        break;
    }
    throw EngineError(
        EngineErrorKind::Failed,
        path + " is damaged, and no copy of it can be kept as " + start.toStdString() + ": move it away by hand", path);
}

#ifdef Q_OS_UNIX

std::optional<FileStamp> stampOf(const std::string &path)
{
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::nullopt;
        }
        failWithErrno("cannot look at the file", path);
    }
    requirePlain(status, path);
    return stampOf(status);
}

std::optional<FileContent> readFile(const std::string &path, std::size_t largest)
{
    FileContent content;
    content.file = Descriptor(repeat([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); }));
    if (!content.file) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::nullopt;
        }
        failWithErrno("cannot open the file", path);
    }
    struct stat status = {};
    if (::fstat(content.file.get(), &status) != 0) {
        failWithErrno("cannot look at the file", path);
    }
    requirePlain(status, path);
    content.stamp = stampOf(status);
    constexpr std::size_t step = std::size_t{64} * 1024;
    std::size_t count = 0;
    for (;;) { // to the end, wherever that is by then
        if (count > largest || content.stamp.size > largest) {
            throw EngineError(EngineErrorKind::TooLarge,
                              path + " has more than " + std::to_string(largest)
                                  + " bytes: it is not read. Raise the limit in the options, or move it away",
                              path);
        }
        content.bytes.resize(std::max<std::size_t>(count + step, static_cast<std::size_t>(content.stamp.size) + 1));
        const auto got = repeat(
            [&] { return ::read(content.file.get(), content.bytes.data() + count, content.bytes.size() - count); });
        if (got < 0) {
            failWithErrno("cannot read the file", path);
        }
        count += static_cast<std::size_t>(got);
        if (got == 0) {
            break;
        }
    }
    content.bytes.resize(count);
    return content;
}

FileStamp replaceFile(const std::string &path, std::string_view bytes, Descriptor *file)
{
    const std::string fresh = path + ".new";
    struct Removal
    {
        const std::string &name;
        bool isWanted = false;
        ~Removal()
        {
            if (isWanted) {
                ::unlink(name.c_str());
            }
        }
    } removal{fresh};

    ::unlink(fresh.c_str()); // of a process that was killed; it might be a link
    Descriptor target(repeat([&] { return ::open(fresh.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600); }));
    if (!target) {
        failWithErrno("cannot make the file", fresh);
    }
    removal.isWanted = true;
    while (!bytes.empty()) {
        const auto count = repeat([&] { return ::write(target.get(), bytes.data(), bytes.size()); });
        if (count < 0) {
            failWithErrno("cannot write the file", fresh);
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    if (repeat([&] { return ::fsync(target.get()); }) != 0) {
        failWithErrno("cannot put the file onto the disk", fresh);
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) {
        failWithErrno("cannot replace the file", path);
    }
    removal.isWanted = false;
    struct stat status = {};
    FileStamp stamp;
    if (::fstat(target.get(), &status) == 0) { // after the renaming, which counts as a change
        stamp = stampOf(status);
    }
    if (file) {
        *file = std::move(target);
    }
    return stamp;
}

void syncFolder(const std::string &path)
{
    const std::string folder = folderOf(path);
    const Descriptor handle(repeat([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
    if (!handle) {
        failWithErrno("cannot open the folder", folder);
    }
    if (repeat([&] { return ::fsync(handle.get()); }) != 0 && errno != EINVAL) { // not every file system can
        failWithErrno("cannot put the folder onto the disk", folder);
    }
}

#else

std::optional<FileStamp> stampOf(const std::string &path)
{
    const QFileInfo info(toPath(path));
    if (!info.exists()) {
        return std::nullopt;
    }
    FileStamp stamp;
    stamp.size = static_cast<std::uint64_t>(info.size());
    stamp.modified = info.lastModified().toMSecsSinceEpoch() * 1'000'000;
    stamp.changed = info.metadataChangeTime().toMSecsSinceEpoch() * 1'000'000;
    return stamp;
}

std::optional<FileContent> readFile(const std::string &path, std::size_t largest)
{
    const auto stamp = stampOf(path);
    if (!stamp) {
        return std::nullopt;
    }
    if (stamp->size > largest) {
        throw EngineError(EngineErrorKind::TooLarge,
                          path + " has more than " + std::to_string(largest)
                              + " bytes: it is not read. Raise the limit in the options, or move it away",
                          path);
    }
    QFile file(toPath(path));
    if (!file.open(QIODevice::ReadOnly)) { // it may be in the middle of a replacement
        throw EngineError(EngineErrorKind::Unavailable, path + ": " + file.errorString().toStdString(), path);
    }
    FileContent content;
    content.stamp = *stamp;
    content.bytes = file.readAll().toStdString();
    return content;
}

FileStamp replaceFile(const std::string &path, std::string_view bytes, Descriptor *)
{
    QSaveFile file(toPath(path));
    if (!file.open(QIODevice::WriteOnly)
        || file.write(bytes.data(), static_cast<qint64>(bytes.size())) != static_cast<qint64>(bytes.size())
        || !file.commit()) {
        const auto kind =
            file.error() == QFileDevice::ResourceError ? EngineErrorKind::Full : EngineErrorKind::Unavailable;
        throw EngineError(kind, path + ": cannot replace the file: " + file.errorString().toStdString(), path);
    }
    return stampOf(path).value_or(FileStamp{});
}

void syncFolder(const std::string &) {}

#endif

} // namespace nanostores::detail
