// SPDX-License-Identifier: MIT
#include <nanostores/mqtt/detail/mqttaddress.h>

namespace nanostores::detail {

namespace {

constexpr ServerKind MqttKind{"broker", "mqtt://host:1883 or mqtts://host:8883 (TLS)", "mqtts", "MqttOptions"};
constexpr std::uint16_t PlainPort = 1883;
constexpr std::uint16_t TlsPort = 8883;
constexpr int LongestName = 200; ///< bytes; percent-encoded it fits into a topic beside a key

} // namespace

std::string MqttAddress::shown() const
{
    return shownAs(isTls ? QStringLiteral("mqtts") : QStringLiteral("mqtt"));
}

MqttAddress addressOf(const MqttOptions &options)
{
    const ServerUrl url(options.url, MqttKind);
    if (url.scheme() != QLatin1String("mqtt") && url.scheme() != QLatin1String("mqtts")) {
        url.refuseScheme();
    }
    MqttAddress address;
    address.isTls = url.scheme() == QLatin1String("mqtts");
    url.readHost(address, address.isTls ? TlsPort : PlainPort);
    if (url.path().size() > 1) {
        url.refuse(QStringLiteral("has a path"));
    }
    url.readUser(address);
    if (address.user.isEmpty() && !address.password.isEmpty()) {
        url.refuse(QStringLiteral("has a password without a user"));
    }
    url.readName(address, options.name);
    if (address.name.isEmpty() || address.name.toUtf8().size() > LongestName) {
        url.refuse(QStringLiteral("does not say whose values they are, by a name of at most 200 bytes"));
    }
    if (!address.isTls && !options.allowPlainPassword) {
        url.requireSafePassword(address, address.shown());
    }
    return address;
}

} // namespace nanostores::detail
