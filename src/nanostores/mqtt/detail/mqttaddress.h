// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/mqtt/mqttbackend.h>

#include <QtCore/QString>

#include <cstdint>
#include <string>

namespace nanostores::detail {

/// Where a broker is.
struct MqttAddress
{
    bool isTls = false;
    QString host;
    std::uint16_t port = 1883;
    QString user;
    QString password;
    QString name;

    bool isLoopback() const;
    std::string shown() const; ///< Without the password.
};

/// Throws EngineErrorKind::Misuse, with what is wrong and how it is written.
NANOSTORES_MQTT_EXPORT MqttAddress addressOf(const MqttOptions &options);

} // namespace nanostores::detail
