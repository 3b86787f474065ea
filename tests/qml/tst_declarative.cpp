// SPDX-License-Identifier: MIT
#include "testtypes.h"

#include <QtQuickTest>

/// Runs the Qt Quick Tests of this folder in time that stands still.
class Setup : public QObject
{
    Q_OBJECT

public Q_SLOTS:
    void applicationAvailable()
    {
        nanostores::setScheduler(&Clock::scheduler());
        stores::addHooks();
    }
    void cleanupTestCase() { nanostores::setScheduler(nullptr); }
};

QUICK_TEST_MAIN_WITH_SETUP(declarative, Setup)

#include "tst_declarative.moc"
