// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent.h>

#include <QtTest/QTest>

#include <chrono>
#include <string>
#include <vector>

namespace support {

/// A storage in memory, and engines on it that come and go.
struct MemoryStorage
{
    nanostores::MemoryArea area;

    nanostores::StorageEngine engine() const
    {
        auto made = nanostores::StorageEngine::memory(area);
        made.load(std::chrono::seconds(5));
        return made;
    }
    void put(const std::string &key, const std::string &value) const
    {
        const auto other = engine();
        other.set(key, value);
        QVERIFY(other.flushNow(std::chrono::seconds(5)));
    }
    std::string value(const std::string &key) const { return area.value(key).value_or("-"); }
    std::vector<std::string> keys() const { return engine().keys(); }
};

} // namespace support
