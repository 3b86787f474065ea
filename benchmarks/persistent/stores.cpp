// SPDX-License-Identifier: MIT
#include "cases.h"
#include "harness.h"

#include <nanostores/core/scheduler.h>
#include <nanostores/persistent.h>

#include <malloc.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace nanostores;

namespace {

constexpr int Keys = 10000;

/// The event loop never turns: what is measured is what the caller pays.
struct Loop
{
    Loop() { setScheduler(&scheduler); }
    Loop(const Loop &) = delete;
    Loop &operator=(const Loop &) = delete;
    ~Loop() { setScheduler(nullptr); }

    ManualScheduler scheduler;
};

enum class Kind { Plain, Listened, Persistent };

struct Stores
{
    explicit Stores(Kind kind)
    {
        for (int i = 0; i < Keys; ++i) {
            map.setKey(i, i);
        }
        if (kind == Kind::Listened) {
            counting = count.listen([this](int n) { sum += n; });
            mapping =
                map.listen([this](const Dictionary<int, int> &values) { sum += static_cast<long>(values.size()); });
        } else if (kind == Kind::Persistent) {
            engine = StorageEngine::memory();
            engine->load(std::chrono::seconds(10));
            persist(count, "count", {.engine = engine});
            persist(map, "map/", {.engine = engine});
        }
    }
    void setAtom() { count.set(++next); }
    void setKey()
    {
        ++next;
        map.setKey(next * 7919 % Keys, -next);
    }

    Loop loop;
    Atom<int> count{0};
    Map<int, int> map;
    std::optional<StorageEngine> engine;
    Subscription counting;
    Subscription mapping;
    long sum = 0;
    int next = 0;
};

template<typename F>
void add(const std::string &name, Kind kind, F f)
{
    addCase(name + "/nanostores", 100, [kind, f] {
        auto stores = std::make_shared<Stores>(kind);
        return Program{[stores, f](std::size_t times) {
            for (std::size_t i = 0; i < times; ++i) {
                f(*stores);
            }
        }};
    });
}

/// 1000 small values that are set and handed over, or encoded alone.
struct Encoding
{
    Encoding()
    {
        engine.load(std::chrono::seconds(10));
        for (int i = 0; i < 1000; ++i) {
            stores.push_back(persistentAtom(engine, "key " + std::to_string(i), i));
        }
        engine.flushNow(std::chrono::seconds(10));
    }
    void handOver()
    {
        ++next;
        for (const auto &store : stores) {
            store.set(store.peek() + 1);
        }
        static_cast<void>(engine.get("key 0")); // all that is dirty is encoded
    }

    Loop loop;
    StorageEngine engine = StorageEngine::memory();
    std::vector<Atom<int>> stores;
    int next = 0;
};

double bytesOfARow()
{
    const Loop loop;
    const MemoryArea area;
    {
        const auto writer = memoryBackend(area);
        std::vector<StorageWrite> writes;
        for (int i = 0; i < Keys; ++i) {
            writes.push_back({"some/longer/name " + std::to_string(100000 + i), std::string(40, 'x'), 0, std::nullopt});
        }
        writer->open({1, {}, [] {}});
        writer->apply(writes, Durability::Process);
        writer->close(std::chrono::seconds(1));
    }
    malloc_trim(0);
    const auto before = mallinfo2().uordblks;
    const auto engine = StorageEngine::memory(area);
    if (!engine.load(std::chrono::seconds(10))) {
        std::abort();
    }
    const auto after = mallinfo2().uordblks;
    const double raw = 23 + 40;
    return static_cast<double>(after - before) / Keys - raw;
}

} // namespace

void addStoreCases()
{
    for (const auto &[name, kind] : {std::pair("plain", Kind::Plain), std::pair("listened", Kind::Listened),
                                     std::pair("persistent", Kind::Persistent)}) {
        add(std::string("atom_") + name, kind, [](Stores &stores) { stores.setAtom(); });
        add(std::string("key_") + name, kind, [](Stores &stores) { stores.setKey(); });
    }
    addCase("encode_1000/nanostores", 1, [] {
        auto encoding = std::make_shared<Encoding>();
        return Program{[encoding](std::size_t times) {
            for (std::size_t i = 0; i < times; ++i) {
                encoding->handOver();
            }
        }};
    });
    addCase("codec_1000/nanostores", 1, [] {
        auto next = std::make_shared<int>(0);
        return Program{[next](std::size_t times) {
            std::size_t bytes = 0;
            for (std::size_t i = 0; i < times; ++i) {
                for (int n = 0; n < 1000; ++n) {
                    bytes += JsonCodec<int>{}.encode(n + ++*next).size();
                }
            }
            *next += static_cast<int>(bytes % 2);
        }};
    });
    addBytes("row/nanostores", bytesOfARow);
}
