// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/mqtt/export.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// How keys are written as topics, and values as messages.
///
/// Below `ns/<name>/`, which percentEncoded() makes one level of the topic:
///
/// - `v/<key>`, retained: `ns1 <schema> <writer> <clock>` in decimal, a line feed, and the value's bytes;
/// - `meta`, retained: `ns1 <epoch> <clock> <epoch before> <clock that was left>`, and a line feed;
/// - `sync/<client>`, not retained: numbers by which a program knows that it has got all that was sent before.
///
/// The clock is a number that each write makes larger than all its writer has seen. There is no time in it.
namespace nanostores::detail {

/// Any bytes as one level of a topic: letters, digits, - . _ ~ as they are, others as %XX.
NANOSTORES_MQTT_EXPORT std::string percentEncoded(std::string_view bytes);
/// None: it is not what percentEncoded() writes. So no two levels mean the same bytes.
NANOSTORES_MQTT_EXPORT std::optional<std::string> percentDecoded(std::string_view level);

/// What stands before a value.
struct MqttHead
{
    std::uint32_t schema = 0;
    std::uint64_t writer = 0;
    std::uint64_t clock = 0;

    friend bool operator==(const MqttHead &, const MqttHead &) = default;
};

/// What is known of all messages of a name.
struct MqttMeta
{
    std::uint64_t epoch = 0; ///< Never 0.
    std::uint64_t clock = 0; ///< Of the newest write.
    /// The broker had this epoch before, and has lost what was written after that clock. 0: it was another way.
    std::uint64_t before = 0;
    std::uint64_t left = 0;

    friend bool operator==(const MqttMeta &, const MqttMeta &) = default;
};

/// Of a write that comes after what has this clock. It does not end: at the largest that is read, it stays there.
NANOSTORES_MQTT_EXPORT std::uint64_t nextClock(std::uint64_t clock);

enum class MqttReading : std::uint8_t {
    Read,
    Foreign, ///< Not written by this library.
    Newer, ///< Written by a newer version of it.
};

NANOSTORES_MQTT_EXPORT std::string encodeValue(const MqttHead &head, std::string_view value);
/// value: a part of the payload.
NANOSTORES_MQTT_EXPORT MqttReading decodeValue(std::string_view payload, MqttHead &head, std::string_view &value);
NANOSTORES_MQTT_EXPORT std::string encodeMeta(const MqttMeta &meta);
NANOSTORES_MQTT_EXPORT MqttReading decodeMeta(std::string_view payload, MqttMeta &meta);

} // namespace nanostores::detail
