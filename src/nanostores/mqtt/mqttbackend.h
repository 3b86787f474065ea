// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/mqtt/export.h>
#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/engine.h>

#include <QtCore/QString>

#include <chrono>
#include <cstddef>
#include <memory>

namespace nanostores {

/// How a broker is reached, and what is taken from it.
struct MqttOptions
{
    /// - `mqtt://user:password@host:1883`: TCP; user, password and port may be left out;
    /// - `mqtts://...`: the same with TLS (port 8883), which checks the broker's certificate and name.
    ///
    /// `?name=shop` gives `name`.
    QString url = QStringLiteral("mqtt://localhost");
    /// Whose values they are. All topics begin with `ns/name/`, with the name percent-encoded. Empty: that of the URL,
    /// or else QCoreApplication::applicationName().
    QString name;

    QString caFile; ///< Certificates, in PEM, that the broker's has to be signed by. Empty: those of the system.
    QString certificateFile; ///< The client's own, in PEM, if the broker asks for one; needs caFile...
    QString keyFile; ///< ...and its private key, without a password.
    /// A password is not sent without TLS to another machine, where all between could read it, unless this is set.
    bool allowPlainPassword = false;

    /// For the connection, TLS and the password. A host with several addresses may take it twice.
    std::chrono::milliseconds connectTimeout{3000};
    /// After which a broker that sends nothing, though something is to come, counts as gone.
    std::chrono::milliseconds answerTimeout{2000};
    /// How often a connection without traffic is tried. One that is dead is found after this and answerTimeout.
    std::chrono::milliseconds ping{5000};
    std::size_t largestValue = std::size_t{1024} * 1024; ///< bytes, of one value
    std::size_t largestTotal = std::size_t{64} * 1024 * 1024; ///< bytes, of all keys and values; more is not read
    std::size_t mostKeys = 50000; ///< More is not read; brokers drop what is above 65 535 messages at once.
};

/// Keeps values as retained messages of an MQTT 5 broker, which any number of programs share: the latest value of each
/// key wins.
///
/// - What apply() has written, the broker has acknowledged, and sent back. Its order is that of all programs, so that
///   two that write a key at once end with the same value. A transaction is several messages: others may see a part.
/// - Versions are not compared (BackendTraits::comparesVersions): compareAndSet() is refused, and `merge` and `reject`
///   of stores see no conflict.
/// - What could not be sent is lost when the program ends; without the broker a program begins with initial values.
/// - A broker that was wiped, or has lost its newest messages, has another epoch: what the engine knows and the broker
///   does not have is written to it again.
/// - Messages below the topics of the name that were not written by this library count as no value, and are named in
///   StorageState::repairs; those of a newer version of it are EngineErrorKind::Newer.
/// - A wrong password, missing rights and a certificate that is not trusted are EngineErrorKind::Denied. A URL that is
///   wrong is thrown at once, as EngineErrorKind::Misuse.
///
/// The broker has to send the retained messages of a subscription before others, as Mosquitto does. Any thread makes
/// it; it is used as EngineBackend says.
[[nodiscard]] NANOSTORES_MQTT_EXPORT std::unique_ptr<EngineBackend> mqttBackend(MqttOptions options);

/// An engine on mqttBackend(), with that URL. The backend is made when something is read or the event loop turns. A
/// broker that is away is looked for every 0.8 s at least, unless the options have another longestRetry.
[[nodiscard]] NANOSTORES_MQTT_EXPORT StorageEngine
mqtt(const QString &url, EngineOptions options = {.longestRetry = std::chrono::milliseconds(800)});

} // namespace nanostores
