// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/place.h>

#include <nanostores/persistent/detail/filesystem.h>
#include <nanostores/persistent/engineerror.h>

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QtGlobal>

#ifdef Q_OS_UNIX
#include <unistd.h>
#else
#include <QCoreApplication>
#endif

namespace nanostores::detail {

namespace {

std::int64_t thisProcess()
{
#ifdef Q_OS_UNIX
    return ::getpid(); // QCoreApplication remembers it over fork()
#else
    return QCoreApplication::applicationPid();
#endif
}

} // namespace

std::string placeOfData(const QString &path)
{
    if (path.isEmpty()) {
        throw EngineError(EngineErrorKind::Misuse, "the path of a file of values is empty: name one");
    }
    if (QDir::isAbsolutePath(path)) {
        return QDir::cleanPath(path).toStdString();
    }
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    if (folder.isEmpty()) {
        throw EngineError(EngineErrorKind::Misuse,
                          "the system names no folder for the data of applications: give an absolute path instead of "
                              + path.toStdString());
    }
    return QDir(folder).absoluteFilePath(QDir::cleanPath(path)).toStdString();
}

void requireReplaceable(const std::string &path)
{
    const std::string folder = folderOf(path);
#ifdef Q_OS_UNIX
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        failWithErrno("its folder cannot be written", path);
    }
    if (::access(path.c_str(), F_OK) == 0 && ::access(path.c_str(), W_OK) != 0) {
        failWithErrno("the file cannot be written", path);
    }
#else
    const QFileInfo file(QString::fromStdString(path));
    if (file.exists() && !file.isWritable()) {
        throw EngineError(EngineErrorKind::Denied, path + " cannot be written: give the permission", path);
    }
#endif
}

ForkGuard::ForkGuard()
    : m_process(thisProcess())
{
}

bool ForkGuard::isSameProcess() const
{
    return m_process == thisProcess();
}

void ForkGuard::require(const std::string &place) const
{
    if (!isSameProcess()) {
        throw EngineError(EngineErrorKind::Misuse,
                          place
                              + ": a process that was forked cannot use the engines of its parent. Start processes by "
                                "QProcess or exec(), or fork before the first engine is made",
                          place);
    }
}

} // namespace nanostores::detail
