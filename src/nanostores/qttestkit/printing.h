// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/debug.h>
#include <nanostores/testkit/recorded.h>

#include <QDebug>

namespace nanostores {

/// The values in order, as in `[1, 2]`; in the message of a failed QCOMPARE as well.
template<typename T>
QDebug operator<<(QDebug debug, const Recorded<T> &values)
{
    detail::DebugOut out(debug);
    detail::printRecorded(out, values);
    return debug;
}

/// Moments and values in order, as in `[0 ms: 1, 300 ms: 2]`.
template<typename T>
QDebug operator<<(QDebug debug, const Timeline<T> &values)
{
    detail::DebugOut out(debug);
    detail::printRecorded(out, values);
    return debug;
}

} // namespace nanostores
