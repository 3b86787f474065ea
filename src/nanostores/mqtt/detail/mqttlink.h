// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/mqtt/detail/mqttaddress.h>
#include <nanostores/persistent/detail/place.h>
#include <nanostores/persistent/engineerror.h>

#include <QtCore/QElapsedTimer>
#include <QtCore/QSocketNotifier>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

struct mosquitto;

namespace nanostores::detail {

/// A connection to a broker by libmosquitto, without a thread of its own.
///
/// Of one thread. Functions that wait block it, at most for the time that they are given; what arrives without being
/// waited for is taken from the event loop of the thread. Errors are an EngineError, after which it is closed: what was
/// published without an acknowledgement may be there or not, and is not sent again.
class NANOSTORES_MQTT_EXPORT MqttLink
{
public:
    /// Called with each message, also while another function waits. The views are valid during the call. What it
    /// throws ends the connection, and is thrown by the function that waits.
    using Messages = std::function<void(std::string_view topic, std::string_view payload)>;

    /// client: the name of this one at the broker, which ends a connection that it had before.
    MqttLink(const MqttOptions &options, MqttAddress address, std::string client);
    MqttLink(const MqttLink &) = delete;
    MqttLink &operator=(const MqttLink &) = delete;
    ~MqttLink();

    bool isOpen() const noexcept { return m_isOpen; }

    /// Connects, checks the certificate, and gives the password. Unavailable: it cannot be reached; Denied: it refuses.
    void open();
    void close() noexcept;
    void onMessage(Messages f) { m_onMessage = std::move(f); }
    /// Called from the event loop when something has come, or the connection has been lost.
    void onEvent(std::function<void()> f) { m_onEvent = std::move(f); }

    /// Subscribes, and waits for the broker's agreement.
    void subscribe(const std::vector<std::string> &filters);
    /// Hands a message to the library, without waiting.
    void publish(const std::string &topic, std::string_view payload, bool isRetained);
    /// How many messages the broker has not acknowledged.
    std::size_t unacknowledged() const noexcept { return m_sent.size(); }
    /// Waits until the condition holds. Throws Unavailable if nothing comes for answerTimeout, or no whole message for
    /// ten times as long.
    void waitUntil(const std::function<bool()> &condition);
    /// Takes what has come, without waiting.
    void turn();

    [[noreturn]] void fail(EngineErrorKind kind, const std::string &message);

private:
    struct Callbacks; ///< Of libmosquitto; they throw nothing.

    void configure();
    void configureTls();
    bool connectOnce(const char *bindAddress, std::chrono::milliseconds patience);
    void requireSelectable(int socket);
    void loop(std::chrono::milliseconds patience);
    void throwFailure();
    void note(EngineErrorKind kind, const std::string &message) noexcept;
    void notify();
    void event();

    const MqttOptions m_options;
    const MqttAddress m_address;
    const std::string m_client;
    const ForkGuard m_fork;
    mosquitto *m_mosquitto = nullptr;
    std::unique_ptr<QSocketNotifier> m_readable;
    std::unique_ptr<QSocketNotifier> m_writable;
    bool m_isOpen = false;
    bool m_isTurning = false;
    bool m_isConnected = false; ///< The broker has agreed.
    std::optional<EngineError> m_failure; ///< Noted in a callback.
    std::string m_lastLog; ///< What the library says of an error.
    std::unordered_set<int> m_sent; ///< The library's numbers of what is not acknowledged.
    std::optional<int> m_subscription;
    std::uint64_t m_events = 0;
    Messages m_onMessage;
    std::function<void()> m_onEvent;
};

} // namespace nanostores::detail
