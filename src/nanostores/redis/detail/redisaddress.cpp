// SPDX-License-Identifier: MIT
#include <nanostores/redis/detail/redisaddress.h>

namespace nanostores::detail {

namespace {

constexpr ServerKind RedisKind{"server", "redis://host:6379, rediss://host:6379 (TLS) or redis+unix:///path", "rediss",
                               "RedisOptions"};
constexpr std::uint16_t RedisPort = 6379;

int databaseOf(const ServerUrl &url)
{
    const QString database = url.path().mid(1);
    bool isNumber = true;
    const int number = database.isEmpty() ? 0 : database.toInt(&isNumber);
    if (!isNumber || number < 0) {
        url.refuse(QStringLiteral("has \"%1\" where the number of a database stands").arg(database));
    }
    return number;
}

} // namespace

std::string RedisAddress::shown() const
{
    if (way == Way::Local) {
        return shownAs(QStringLiteral("redis+unix"), path);
    }
    return shownAs(way == Way::Tls ? QStringLiteral("rediss") : QStringLiteral("redis"),
                   database == 0 ? QString() : QLatin1Char('/') + QString::number(database));
}

RedisAddress addressOf(const RedisOptions &options)
{
    const ServerUrl url(options.url, RedisKind);
    RedisAddress address;
    const QString scheme = url.scheme();
    if (scheme == QLatin1String("redis") || scheme == QLatin1String("rediss")) {
        address.way = scheme == QLatin1String("redis") ? RedisAddress::Way::Tcp : RedisAddress::Way::Tls;
        url.readHost(address, RedisPort);
        address.database = databaseOf(url);
    } else if (scheme == QLatin1String("redis+unix") || scheme == QLatin1String("unix")) {
        address.way = RedisAddress::Way::Local;
        address.path = url.path();
        if (url.hasHost() || address.path.size() < 2) {
            url.refuse(QStringLiteral("names no path of a socket after three slashes"));
        }
    } else {
        url.refuseScheme();
    }
    url.readUser(address);
    if (!address.user.isEmpty() && address.password.isEmpty()) {
        url.refuse(QStringLiteral("names a user without a password"));
    }
    url.readName(address, options.name);
    if (address.name.isEmpty() || address.name.contains(QLatin1Char('{')) || address.name.contains(QLatin1Char('}'))) {
        url.refuse(QStringLiteral("does not say whose values they are, without braces in the name"));
    }
    if (address.way == RedisAddress::Way::Tcp && !options.allowPlainPassword) {
        url.requireSafePassword(address, address.shown());
    }
    return address;
}

} // namespace nanostores::detail
