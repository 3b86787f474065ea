// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/checks.h>
#include <nanostores/core/errors.h>

#include <QtCore/QList>
#include <QtCore/QString>

#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>

/// NEEDS_CHECKS(): skips a test of what debug builds alone check, in the others.
#if NANOSTORES_CHECKS
#define NEEDS_CHECKS() static_cast<void>(0)
#else
#define NEEDS_CHECKS() QSKIP("only debug builds check this: NANOSTORES_CHECKS is 0")
#endif

namespace support {

inline QString messageOf(std::exception_ptr error)
{
    try {
        std::rethrow_exception(error);
    } catch (const std::exception &e) {
        return QString::fromUtf8(e.what());
    } catch (...) {
        return QStringLiteral("?");
    }
}

/// What f throws, as text; empty if it does not.
template<typename F>
QString thrownBy(F &&f)
{
    try {
        f();
    } catch (...) {
        return messageOf(std::current_exception());
    }
    return {};
}

/// What a function does that goes wrong.
[[noreturn]] inline void fail(const char *message)
{
    throw std::runtime_error(message);
}

/// The value, unless it is the bad one.
inline int orThrow(int value, int bad)
{
    if (value == bad) {
        fail("bad value");
    }
    return value;
}

/// While it lives, errors without a caller are kept here instead of printed.
class ErrorLog
{
public:
    ErrorLog()
    {
        nanostores::setErrorHandler([this](std::exception_ptr error) {
            const std::lock_guard lock(m_mutex);
            m_messages.append(messageOf(error));
        });
    }
    ErrorLog(const ErrorLog &) = delete;
    ErrorLog &operator=(const ErrorLog &) = delete;
    ~ErrorLog() { nanostores::setErrorHandler({}); }

    QList<QString> take()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_messages, {});
    }

private:
    std::mutex m_mutex;
    QList<QString> m_messages;
};

/// While it lives, mistakes of the program are kept here instead of ending it.
class MisuseLog
{
public:
    MisuseLog()
    {
        nanostores::setMisuseHandler([this](const std::string &message) {
            const std::lock_guard lock(m_mutex);
            m_messages.append(QString::fromStdString(message));
        });
    }
    MisuseLog(const MisuseLog &) = delete;
    MisuseLog &operator=(const MisuseLog &) = delete;
    ~MisuseLog() { nanostores::setMisuseHandler({}); }

    QList<QString> take()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_messages, {});
    }

private:
    std::mutex m_mutex;
    QList<QString> m_messages;
};

} // namespace support
