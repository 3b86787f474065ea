// SPDX-License-Identifier: MIT
#pragma once

#include <QLibraryInfo>
#include <QVersionNumber>
#include <QtGlobal>

/// \file What this layer does differently for one version of Qt than for another, each with the version, the reason,
/// and the address of Qt's report where one was found. It asks for the Qt that runs, which may be newer than the one
/// that compiled.
namespace nanostores::detail {

inline bool isQt(const QVersionNumber &from, const QVersionNumber &before)
{
    return QLibraryInfo::version() >= from && QLibraryInfo::version() < before;
}

/// Whether the Qt that runs is the one that compiled: what qmlcachegen makes is for one version alone.
inline bool runsAsBuilt()
{
    return QLibraryInfo::version() == QVersionNumber(QT_VERSION_MAJOR, QT_VERSION_MINOR, QT_VERSION_PATCH);
}

inline const char *builtWith()
{
    return QT_VERSION_STR;
}

/// In 6.8.2 registerModule() of a QQmlEngine reads beyond the module and crashes, unless the name ends in ".mjs" (the
/// type loader takes it for a script: QQmlTypeLoader::injectScript()). For the whole of 6.8 a module compiled ahead of
/// time stands in for each import, see facades.h; 6.9 and later have rewritten it. No report was found; tst_scriptqml
/// shows it.
inline bool cannotRegisterModules()
{
    return isQt({6, 8, 1}, {6, 9});
}

/// In 6.11.2, at least, both importModule() and registerModule() of a QQmlEngine wait for the thread of the type
/// loader. If that waits for the initializeEngine() of a plugin, it goes on before the plugin has returned, and the
/// program crashes. No report was found; tst_engines shows it.
inline bool cannotRegisterWhileLoading()
{
    return isQt({6, 8, 1}, {7, 0});
}

/// Before 6.5 the type loader of QML wants a file for each import of a module that a QML document imports, also for one
/// that registerModule() has made known (https://bugreports.qt.io/browse/QTBUG-105901); so does 6.8 for one that is
/// not.
inline bool typeLoaderWantsFiles()
{
    return isQt({0, 0}, {6, 5}) || cannotRegisterModules();
}

} // namespace nanostores::detail
