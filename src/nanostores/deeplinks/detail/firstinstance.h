// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/deeplinks/deeplinks.h>

#include <QByteArray>
#include <QHash>
#include <QLocalServer>
#include <QLocalSocket>
#include <QObject>
#include <QString>

#include <chrono>

/// One instance of a program for each user: the first one listens at a local socket, later ones send their link there.
///
/// The socket is in the folder of the user's session, which only that user can enter, and only that user may connect. A
/// message is a line with the protocol's name, the length as a line, and the text in UTF-8; the answer is a line. What
/// is longer than it may be, comes too slowly, or says something else is cut off, and not more than a few are listened
/// to at a time.
namespace nanostores::detail {

class FirstInstance : public QObject
{
    Q_OBJECT

public:
    FirstInstance(const QString &key, qsizetype maxLength, std::chrono::milliseconds timeout);
    ~FirstInstance() override;

    /// Becomes the first instance, or sends the text to the one that is.
    InstanceRole enter(const QString &text);
    /// Where the socket is.
    const QString &path() const noexcept { return m_path; }

    static constexpr int MaxConnections = 8;

Q_SIGNALS:
    void received(const QString &text);

private:
    InstanceRole send(QLocalSocket &socket, const QString &text) const;
    bool listen();
    void accept();
    void read(QLocalSocket *socket);
    void drop(QLocalSocket *socket);

    QString m_path;
    qsizetype m_maxBytes;
    std::chrono::milliseconds m_timeout;
    QLocalServer m_server;
    QHash<QLocalSocket *, QByteArray> m_connections;
};

} // namespace nanostores::detail
