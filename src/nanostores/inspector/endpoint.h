// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector/export.h>

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

namespace nanostores {

/// A program that can be inspected, as it is found on this machine.
struct InspectorEndpoint
{
    QString app;
    qint64 pid = 0;
    QString socket; ///< The path of its local socket; empty for one that is reached by TCP.
    quint16 port = 0; ///< Of 127.0.0.1.
    QByteArray token; ///< For TCP.

    friend bool operator==(const InspectorEndpoint &, const InspectorEndpoint &) = default;
};

/// The programs of this user that can be inspected now, those that started last first. Sockets that programs left which
/// were killed are removed.
[[nodiscard]] NANOSTORES_INSPECTOR_EXPORT QList<InspectorEndpoint> inspectorEndpoints();

/// The endpoint that a text means: a pid, the name of a program, the path of a socket, or the path of a file with a
/// token (`.tcp`). Empty text: the only one that there is. None, with the reason, if there is no such program or there
/// are several.
[[nodiscard]] NANOSTORES_INSPECTOR_EXPORT std::optional<InspectorEndpoint> findInspectorEndpoint(const QString &which,
                                                                                                 QString *reason);

namespace detail {
/// `$XDG_RUNTIME_DIR/nanostores`, which only the user may enter; empty, with the reason, if it cannot be made.
NANOSTORES_INSPECTOR_EXPORT QString inspectorFolder(QString *reason = nullptr);
/// Where the socket of a program is.
NANOSTORES_INSPECTOR_EXPORT QString inspectorSocket(const QString &folder, const QString &app, qint64 pid);
} // namespace detail

} // namespace nanostores
