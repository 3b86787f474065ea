// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>

#include <QtTest/QTest>

#include <chrono>
#include <string>

namespace support {

/// Two programs on a storage; the second one does not hear of the first one's writes until it is asked.
struct Two
{
    Two()
        : first(nanostores::StorageEngine::memory(area))
        , second(nanostores::StorageEngine::custom(
              nanostores::testing::withFaults(nanostores::memoryBackend(area), faults, nextPlace())))
    {
        first.load(std::chrono::seconds(5));
        second.load(std::chrono::seconds(5));
        faults.dropWakes(true);
    }
    static std::string nextPlace()
    {
        static int count = 0;
        return "conflicts " + std::to_string(++count);
    }
    void write(const std::string &key, const std::string &value) const
    {
        first.set(key, value);
        QVERIFY(first.flushNow(std::chrono::seconds(5)));
    }
    std::string value(const std::string &key) const { return area.value(key).value_or("-"); }

    nanostores::MemoryArea area;
    nanostores::testing::Faults faults;
    nanostores::StorageEngine first;
    nanostores::StorageEngine second;
};

} // namespace support
