// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/redis/detail/redisaddress.h>
#include <nanostores/redis/detail/resp.h>

#include <QtCore/QDeadlineTimer>
#include <QtCore/QElapsedTimer>
#include <QtCore/QIODevice>

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

class QAbstractSocket;
class QLocalSocket;

namespace nanostores::detail {

/// A connection to a server: TCP, TLS or a socket of the file system, with the password given and the database chosen.
///
/// Of one thread. Functions that wait block it, at most for the time that they are given; what arrives without being
/// waited for is announced from the event loop of the thread. Errors are an EngineError, after which it is closed: what
/// was sent without an answer may have been done or not.
class NANOSTORES_REDIS_EXPORT RedisLink
{
public:
    RedisLink(const RedisOptions &options, RedisAddress address, RespLimits limits);
    RedisLink(const RedisLink &) = delete;
    RedisLink &operator=(const RedisLink &) = delete;
    ~RedisLink();

    bool isOpen() const noexcept { return m_isOpen; }
    const std::string &error() const noexcept { return m_error; } ///< Why it was closed.

    /// Connects, checks the certificate, and gives the password. Unavailable: it cannot be reached; Denied: it refuses.
    void open();
    void close() noexcept;
    /// Called from the event loop when bytes have come, or the connection has been lost.
    void onEvent(std::function<void()> f) { m_onEvent = std::move(f); }

    /// Hands a command to the system, without waiting.
    void send(std::span<const std::string_view> words);
    void send(std::initializer_list<std::string_view> words) { send(std::span(words.begin(), words.size())); }
    /// The next answer, errors of the server included.
    RespValue receive(const QDeadlineTimer &until);
    /// Whether an answer comes until then. Without one it stays open.
    bool waitForBytes(std::chrono::milliseconds patience);
    /// Whether bytes have come that the event loop has not announced, as the thread was busy. take() has to be called.
    bool hasBytes();
    /// How long an answer is waited for.
    QDeadlineTimer answerDeadline() const { return QDeadlineTimer(m_options.answerTimeout); }
    /// The next answer that has come; none: there is none.
    std::optional<RespValue> take();
    /// The answer to this command, with all before it done. Throws what the server says against it.
    RespValue call(std::initializer_list<std::string_view> words);

    /// What an error of the server means, as an exception.
    [[noreturn]] void refuse(const RespValue &error) const;
    [[noreturn]] void fail(EngineErrorKind kind, const std::string &message);

private:
    QIODevice *device() const noexcept;
    void connectNow();
    void connectTls(const QDeadlineTimer &until);
    void introduce();
    void readAvailable();
    void connectSignals();
    std::optional<RespValue> nextAnswer();
    QString reason() const;

    const RedisOptions m_options;
    const RedisAddress m_address;
    RespReader m_reader;
    std::unique_ptr<QAbstractSocket> m_socket;
    std::unique_ptr<QLocalSocket> m_local;
    bool m_isOpen = false;
    bool m_isWaiting = false;
    QElapsedTimer m_sent; ///< Since the last command.
    std::string m_error;
    std::function<void()> m_onEvent;
};

} // namespace nanostores::detail
