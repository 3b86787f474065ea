// SPDX-License-Identifier: MIT
#pragma once

#include "manualtime.h"

#include <QtCore/QObject>

#include <optional>

namespace support {

/// A test whose functions have a ManualTime each. Links nanostores_tests_support.
class TimedTest : public QObject
{
    Q_OBJECT
protected Q_SLOTS:
    void init();
    void cleanup();

protected:
    std::optional<ManualTime> m_time;
};

/// Likewise, and each function ends all objects of Counted that it makes.
class CountedTest : public TimedTest
{
    Q_OBJECT
protected Q_SLOTS:
    void init();
    void cleanup();
};

} // namespace support
