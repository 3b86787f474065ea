// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/deeplinks/export.h>

#include <QByteArray>
#include <QString>
#include <QStringList>

class QSettings;

/// Which program the system opens links of a scheme with, for this user.
///
/// On Linux and the BSDs it is a .desktop file in the user's folder of applications, which is in no menu, and a line in
/// the user's mimeapps.list for each scheme; on Windows the user's part of the registry. Nothing else in these is
/// touched. Elsewhere it is the bundle of the program that says so.
namespace nanostores::detail {

/// The program that opens links.
struct LinkHandler
{
    QString id; ///< Of its .desktop file, without the ending.
    QString name; ///< For people.
    QStringList command; ///< The program, and the arguments before the link.
};

/// This program; of the command, where it is empty, as well.
LinkHandler linkHandler(const QStringList &command);

/// False, with the reason, if the system does not take it.
bool registerSchemes(const QStringList &schemes, const LinkHandler &handler, QString *reason);
bool unregisterSchemes(const QStringList &schemes, const LinkHandler &handler, QString *reason);
/// Whether links of all of the schemes are opened so.
bool areRegistered(const QStringList &schemes, const LinkHandler &handler);

/// mimeapps.list with the .desktop file as the first one for the type, or without it. All other lines stay as they are.
NANOSTORES_DEEPLINKS_EXPORT QByteArray withHandler(const QByteArray &list, const QByteArray &type,
                                                   const QByteArray &desktopFile);
NANOSTORES_DEEPLINKS_EXPORT QByteArray withoutHandler(const QByteArray &list, const QByteArray &type,
                                                      const QByteArray &desktopFile);
/// The .desktop file.
NANOSTORES_DEEPLINKS_EXPORT QByteArray desktopEntry(const QStringList &schemes, const LinkHandler &handler);

/// The classes of Windows' registry.
NANOSTORES_DEEPLINKS_EXPORT void addToClasses(QSettings &classes, const QString &scheme, const LinkHandler &handler);
NANOSTORES_DEEPLINKS_EXPORT void removeFromClasses(QSettings &classes, const QString &scheme,
                                                   const LinkHandler &handler);
NANOSTORES_DEEPLINKS_EXPORT bool isInClasses(QSettings &classes, const QString &scheme, const LinkHandler &handler);

} // namespace nanostores::detail
