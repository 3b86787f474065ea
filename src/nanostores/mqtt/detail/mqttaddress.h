// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/mqtt/mqttbackend.h>
#include <nanostores/persistent/detail/serverurl.h>

#include <string>

namespace nanostores::detail {

/// Where a broker is.
struct MqttAddress : ServerAddress
{
    bool isTls = false;

    std::string shown() const; ///< Without the password.
};

/// Throws EngineErrorKind::Misuse, with what is wrong and how it is written.
NANOSTORES_MQTT_EXPORT MqttAddress addressOf(const MqttOptions &options);

} // namespace nanostores::detail
