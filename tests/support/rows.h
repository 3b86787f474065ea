// SPDX-License-Identifier: MIT
#pragma once

#include <QtTest/QTest>

namespace support {

/// The rows of a test of both kinds of computed stores and effects: "listed" says which.
inline void addListedAndTracked()
{
    QTest::addColumn<bool>("listed");
    QTest::newRow("listed") << true;
    QTest::newRow("tracked") << false;
}

} // namespace support
