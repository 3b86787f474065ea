#pragma once

#include <QLibraryInfo>
#include <QVersionNumber>

/// \file
/// What this layer does differently for one version of Qt than for another, each with the version and the reason. It asks for
/// the Qt that runs, which may be newer than the one that compiled.
namespace nanostores::detail {

/// Before 6.5 the type loader of QML wants a file for each import of a module that a QML document imports, also for one that
/// registerModule() has made known (QTBUG-105901).
inline bool typeLoaderWantsFiles()
{
    return QLibraryInfo::version() < QVersionNumber(6, 5);
}

/// In 6.8.2 registerModule() of a QQmlEngine reads beyond the module and crashes, unless the name ends in ".mjs" (the type
/// loader takes it for a script: QQmlTypeLoader::injectScript()). For the whole of 6.8 a module compiled ahead of time stands
/// in for each import, see facades.h; 6.9 and later have rewritten it.
inline bool cannotRegisterModules()
{
    const QVersionNumber version = QLibraryInfo::version();
    return version >= QVersionNumber(6, 8, 1) && version < QVersionNumber(6, 9);
}

} // namespace nanostores::detail
