// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/task.h>

#include <QDebug>
#include <QRandomGenerator>
#include <QTest>

namespace support {

/// Random programs of 60 steps, each in a World of its own, which has step() and check(). The same 500 each time, or as
/// many others as NANOSTORES_RANDOM_CASES says. A failure names its seed.
template<typename World>
void runRandomWorlds()
{
    bool isSet = false;
    const int asked = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES", &isSet);
    const quint32 first = isSet ? QRandomGenerator::global()->generate() : 1;
    for (quint32 i = 0; i < static_cast<quint32>(isSet ? asked : 500); ++i) {
        nanostores::cleanTasks();
        QRandomGenerator random(first + i);
        World world;
        for (int step = 0; step < 60; ++step) {
            world.step(random);
            world.check();
            if (QTest::currentTestFailed()) {
                qWarning() << "seed" << first + i << "step" << step;
                return;
            }
        }
    }
}

} // namespace support
