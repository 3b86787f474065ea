// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/export.h>

#include <QtCore/QString>
#include <QtCore/QUrl>

#include <cstdint>
#include <string>

namespace nanostores::detail {

/// What URLs of all kinds of servers say: scheme://user:password@host:port/path?name=shop.
struct NANOSTORES_PERSISTENT_EXPORT ServerAddress
{
    QString host; ///< Empty: none, as of a socket of the file system.
    std::uint16_t port = 0;
    QString user;
    QString password;
    QString name; ///< Whose values are meant.

    /// It is this machine, by its name or number.
    bool isLoopback() const;
    /// As a URL, without the password.
    std::string shownAs(const QString &scheme, const QString &path = {}) const;
};

/// What errors say of a kind of server.
struct ServerKind
{
    const char *server; ///< What it is called.
    const char *written; ///< How a URL is written.
    const char *tls; ///< The scheme with TLS.
    const char *options; ///< The type of its options, which have allowPlainPassword.
};

/// A URL that a program has given, which may be wrong. What is, is thrown as EngineErrorKind::Misuse, with how it is
/// written, and without the password.
class NANOSTORES_PERSISTENT_EXPORT ServerUrl
{
public:
    ServerUrl(const QString &url, const ServerKind &kind);

    QString scheme() const { return m_url.scheme(); }
    QString path() const { return m_url.path(QUrl::FullyDecoded); }
    bool hasHost() const { return !m_url.host().isEmpty(); }

    void readHost(ServerAddress &address, std::uint16_t usualPort) const;
    void readUser(ServerAddress &address) const;
    /// That of the options, if they have one; or else that of the URL, or of the application, which may be empty.
    void readName(ServerAddress &address, const QString &ofOptions) const;

    /// For connections without TLS: a password goes to this machine only. place: the address as it is shown.
    void requireSafePassword(const ServerAddress &address, const std::string &place) const;
    /// Continues "the URL of the server".
    [[noreturn]] void refuse(const QString &what) const;
    [[noreturn]] void refuseScheme() const;

private:
    const QString m_given;
    const QUrl m_url;
    const ServerKind m_kind;
};

} // namespace nanostores::detail
