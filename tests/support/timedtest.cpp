// SPDX-License-Identifier: MIT
#include "timedtest.h"

#include "lifetime.h"

#include <QtTest/QTest>

namespace support {

void TimedTest::init()
{
    m_time.emplace();
}

void TimedTest::cleanup()
{
    m_time.reset();
}

void CountedTest::init()
{
    TimedTest::init();
    QCOMPARE(Counted::alive(), 0);
}

void CountedTest::cleanup()
{
    TimedTest::cleanup();
    QCOMPARE(Counted::alive(), 0);
}

} // namespace support
