// SPDX-License-Identifier: MIT
#include <nanostores/mqtt/detail/mqttaddress.h>

#include <nanostores/persistent/engineerror.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QRegularExpression>
#include <QtCore/QUrl>
#include <QtCore/QUrlQuery>

namespace nanostores::detail {

namespace {

constexpr int LongestName = 200; ///< bytes; percent-encoded it fits into a topic beside a key

[[noreturn]] void refuse(const QString &url, const QString &what)
{
    const QUrl shown(url);
    throw EngineError(EngineErrorKind::Misuse,
                      (QStringLiteral("the URL of the broker %1: write mqtt://host:1883 or mqtts://host:8883 (TLS), "
                                      "with ?name=shop to say whose values they are")
                           .arg(what))
                          .toStdString(),
                      shown.isValid() ? shown.toString(QUrl::RemovePassword).toStdString() : std::string());
}

} // namespace

bool MqttAddress::isLoopback() const
{
    static const QRegularExpression v4(QStringLiteral("\\A127(\\.[0-9]{1,3}){3}\\z"));
    return host == QLatin1String("localhost") || host == QLatin1String("::1") || v4.match(host).hasMatch();
}

std::string MqttAddress::shown() const
{
    QUrl url;
    url.setScheme(isTls ? QStringLiteral("mqtts") : QStringLiteral("mqtt"));
    url.setHost(host);
    url.setPort(port);
    if (!user.isEmpty()) { // later Qt shows an @ for an empty one
        url.setUserName(user);
    }
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("name"), name);
    url.setQuery(query);
    return url.toString().toStdString();
}

MqttAddress addressOf(const MqttOptions &options)
{
    const QUrl url(options.url, QUrl::StrictMode);
    if (!url.isValid()) {
        refuse(options.url, QStringLiteral("is not valid"));
    }
    MqttAddress address;
    const QString scheme = url.scheme();
    if (scheme != QLatin1String("mqtt") && scheme != QLatin1String("mqtts")) {
        refuse(options.url, QStringLiteral("begins with \"%1:\"").arg(scheme));
    }
    address.isTls = scheme == QLatin1String("mqtts");
    address.host = url.host();
    if (address.host.isEmpty()) {
        refuse(options.url, QStringLiteral("names no host"));
    }
    if (url.path().size() > 1) {
        refuse(options.url, QStringLiteral("has a path"));
    }
    address.port = static_cast<std::uint16_t>(url.port(address.isTls ? 8883 : 1883));
    address.user = url.userName(QUrl::FullyDecoded);
    address.password = url.password(QUrl::FullyDecoded);
    if (address.user.isEmpty() && !address.password.isEmpty()) {
        refuse(options.url, QStringLiteral("has a password without a user"));
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
    if (address.name.isEmpty() || address.name.toUtf8().size() > LongestName) {
        refuse(options.url, QStringLiteral("does not say whose values they are, by a name of at most 200 bytes"));
    }
    if (!address.isTls && !address.password.isEmpty() && !address.isLoopback() && !options.allowPlainPassword) {
        throw EngineError(EngineErrorKind::Misuse,
                          "a password would be sent to another machine without TLS: use mqtts://, or set "
                          "MqttOptions::allowPlainPassword",
                          address.shown());
    }
    return address;
}

} // namespace nanostores::detail
