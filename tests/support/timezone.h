// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QtGlobal>

#include <ctime>

namespace support {

/// The time zone of the process, until the end of this.
class TimeZone
{
public:
    explicit TimeZone(const char *name) { use(name); }
    TimeZone(const TimeZone &) = delete;
    TimeZone &operator=(const TimeZone &) = delete;
    ~TimeZone()
    {
        if (m_before.isNull()) {
            qunsetenv("TZ");
            tzset();
        } else {
            use(m_before);
        }
    }

private:
    static void use(const QByteArray &name)
    {
        qputenv("TZ", name);
        tzset();
    }

    const QByteArray m_before = qgetenv("TZ");
};

} // namespace support
