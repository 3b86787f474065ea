// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>

#include <string>

namespace support {

/// An engine whose backend has faults, on a storage in memory.
struct Faulty
{
    explicit Faulty(nanostores::EngineOptions options = {})
        : engine(nanostores::StorageEngine::custom(
            nanostores::testing::withFaults(nanostores::memoryBackend(area), faults, nextPlace()), options))
    {
    }
    static std::string nextPlace()
    {
        static int count = 0;
        return "faulty " + std::to_string(++count);
    }
    nanostores::EngineState state() const { return engine.status().get().state; }
    std::string value(const std::string &key) const { return area.value(key).value_or("-"); }

    nanostores::MemoryArea area;
    nanostores::testing::Faults faults;
    nanostores::StorageEngine engine;
};

} // namespace support
