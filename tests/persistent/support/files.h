// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QString>
#include <QtCore/QStringList>

/// Files as an editor, a person or another program changes them.
namespace support {

/// For QTemporaryDir: where files cost no disk, if there is such a place.
inline QString temporaryFolder()
{
    const QFileInfo memory(QStringLiteral("/dev/shm"));
    return (memory.isWritable() ? memory.filePath() : QDir::tempPath()) + QStringLiteral("/nanostores-XXXXXX");
}

inline QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// In its place, as some editors save.
inline void overwrite(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(content) != content.size()) {
        qFatal("cannot write %s", qPrintable(path));
    }
}

/// By another file, as other editors save.
inline void replace(const QString &path, const QByteArray &content)
{
    overwrite(path + QStringLiteral("~"), content);
    QFile::remove(path);
    if (!QFile::rename(path + QStringLiteral("~"), path)) {
        qFatal("cannot replace %s", qPrintable(path));
    }
}

/// What was set aside, oldest first.
inline QStringList brokenFiles(const QString &path)
{
    const QFileInfo file(path);
    QStringList paths;
    const auto names = file.dir().entryList({file.fileName() + QStringLiteral(".broken-*")}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        paths.append(file.dir().filePath(name));
    }
    return paths;
}

} // namespace support
