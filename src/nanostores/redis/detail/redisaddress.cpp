// SPDX-License-Identifier: MIT
#include <nanostores/redis/detail/redisaddress.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QUrl>
#include <QtCore/QUrlQuery>
#include <QtNetwork/QHostAddress>

namespace nanostores::detail {

namespace {

[[noreturn]] void refuse(const QString &url, const QString &what)
{
    QUrl shown(url);
    shown.setPassword(QString());
    throw EngineError(EngineErrorKind::Misuse,
                      (QStringLiteral("the URL of the server %1: write redis://host:6379, rediss://host:6379 (TLS) or "
                                      "redis+unix:///path, with ?name=shop to say whose values they are")
                           .arg(what))
                          .toStdString(),
                      shown.isValid() ? shown.toString(QUrl::RemovePassword).toStdString() : std::string());
}

} // namespace

bool RedisAddress::isLoopback() const
{
    return way == Way::Local || host == QLatin1String("localhost") || QHostAddress(host).isLoopback();
}

std::string RedisAddress::shown() const
{
    QUrl url;
    url.setScheme(way == Way::Tcp   ? QStringLiteral("redis")
                  : way == Way::Tls ? QStringLiteral("rediss")
                                    : QStringLiteral("redis+unix"));
    if (way == Way::Local) {
        url.setHost(QStringLiteral("")); // so that the three slashes are shown
        url.setPath(path);
    } else {
        url.setHost(host);
        url.setPort(port);
        url.setPath(database == 0 ? QString() : QLatin1Char('/') + QString::number(database));
    }
    if (!user.isEmpty()) { // later Qt shows an @ for an empty one
        url.setUserName(user);
    }
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("name"), name);
    url.setQuery(query);
    return url.toString().toStdString();
}

RedisAddress addressOf(const RedisOptions &options)
{
    const QUrl url(options.url, QUrl::StrictMode);
    if (!url.isValid()) {
        refuse(options.url, QStringLiteral("is not valid"));
    }
    RedisAddress address;
    const QString scheme = url.scheme();
    if (scheme == QLatin1String("redis") || scheme == QLatin1String("rediss")) {
        address.way = scheme == QLatin1String("redis") ? RedisAddress::Way::Tcp : RedisAddress::Way::Tls;
        address.host = url.host();
        if (address.host.isEmpty()) {
            refuse(options.url, QStringLiteral("names no host"));
        }
        address.port = static_cast<std::uint16_t>(url.port(6379));
        const QString database = url.path().mid(1);
        if (!database.isEmpty()) {
            bool isNumber = false;
            address.database = database.toInt(&isNumber);
            if (!isNumber || address.database < 0) {
                refuse(options.url, QStringLiteral("has \"%1\" where the number of a database stands").arg(database));
            }
        }
    } else if (scheme == QLatin1String("redis+unix") || scheme == QLatin1String("unix")) {
        address.way = RedisAddress::Way::Local;
        address.path = url.path(QUrl::FullyDecoded);
        if (!url.host().isEmpty() || address.path.size() < 2) {
            refuse(options.url, QStringLiteral("names no path of a socket after three slashes"));
        }
    } else {
        refuse(options.url, QStringLiteral("begins with \"%1:\"").arg(scheme));
    }
    address.user = url.userName(QUrl::FullyDecoded);
    address.password = url.password(QUrl::FullyDecoded);
    if (!address.user.isEmpty() && address.password.isEmpty()) {
        refuse(options.url, QStringLiteral("names a user without a password"));
    }
    address.name = options.name;
    const QUrlQuery query(url);
    for (const auto &[key, value] : query.queryItems(QUrl::FullyDecoded)) {
        if (key != QLatin1String("name")) {
            refuse(options.url, QStringLiteral("has \"%1\", which is not known,").arg(key));
        }
        if (address.name.isEmpty()) {
            address.name = value;
        }
    }
    if (address.name.isEmpty()) {
        address.name = QCoreApplication::applicationName();
    }
    if (address.name.isEmpty() || address.name.contains(QLatin1Char('{')) || address.name.contains(QLatin1Char('}'))) {
        refuse(options.url, QStringLiteral("does not say whose values they are, without braces in the name"));
    }
    if (address.way == RedisAddress::Way::Tcp && !address.password.isEmpty() && !address.isLoopback()
        && !options.allowPlainPassword) {
        throw EngineError(EngineErrorKind::Misuse,
                          "a password would be sent to another machine without TLS: use rediss://, or set "
                          "RedisOptions::allowPlainPassword",
                          address.shown());
    }
    return address;
}

} // namespace nanostores::detail
