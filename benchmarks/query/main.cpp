// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>
#include <nanostores/query.h>

#include <QString>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

/// What the cache of a client costs: reading it, showing one key in many places, invalidating a part of it.

namespace {

using namespace nanostores;

const auto itemKey = queryKey<int, int>("item");

struct Cache
{
    QueryClient client{{.cacheLifetime = std::chrono::hours(1)}};
    std::vector<QueryKey<int, int>> shards;
    std::vector<Query<int>> queries;
    std::vector<Computed<int>> stores;
    std::vector<Subscription> observers;
    Atom<int> plain{0};
    long sum = 0;
    int next = 0;

    void fill(int shardCount, int keys)
    {
        for (int shard = 0; shard < shardCount; ++shard) {
            shards.emplace_back(QStringLiteral("shard") + QString::number(shard));
            fillShard(shard, keys);
        }
    }
    void fillShard(int shard, int keys) const
    {
        for (int key = 0; key < keys; ++key) {
            client.mutate(shards[static_cast<std::size_t>(shard)](key), key);
        }
    }
    void show(int count)
    {
        client.mutate(itemKey(1), 0);
        for (int i = 0; i < count; ++i) {
            queries.push_back(client.query(itemKey, 1, [](int id) { return id; }));
            observers.push_back(queries.back().listen([this](const Fetched<int> &now) { sum += *now.data; }));
        }
    }
};

/// The time of the cases, which does not pass.
ManualScheduler &time()
{
    static ManualScheduler scheduler;
    return scheduler;
}

template<typename Prepare, typename F>
void add(const std::string &name, Prepare prepare, F f)
{
    addCase(name, 10, [prepare, f] {
        setScheduler(&time());
        auto cache = std::make_shared<Cache>();
        prepare(*cache);
        return Program{[cache, f](std::size_t times) {
            for (std::size_t i = 0; i < times; ++i) {
                f(*cache);
            }
        }};
    });
}

} // namespace

void addCases()
{
    add(
        "cached/nanostores", [](Cache &cache) { cache.fill(10, 1000); },
        [](Cache &cache) { cache.sum += *cache.client.cached(cache.shards[3](++cache.next % 1000)); });
    add(
        "read/nanostores", [](Cache &cache) { cache.show(1); },
        [](Cache &cache) { cache.sum += *cache.queries.front().get().data; });
    add(
        "fanout/nanostores", [](Cache &cache) { cache.show(1000); },
        [](Cache &cache) { cache.client.mutate(itemKey(1), ++cache.next); });
    add(
        "fanout/computed",
        [](Cache &cache) {
            for (int i = 0; i < 1000; ++i) {
                cache.stores.push_back(computed(cache.plain, [](int value) { return value; }));
                cache.observers.push_back(cache.stores.back().listen([&cache](int value) { cache.sum += value; }));
            }
        },
        [](Cache &cache) { cache.plain.set(++cache.next); });
    for (const int shards : {10, 100}) {
        add(
            "shard_of_" + std::to_string(shards * 100) + "/nanostores",
            [shards](Cache &cache) { cache.fill(shards, 100); },
            [](Cache &cache) {
                cache.client.invalidate(cache.shards[3]);
                cache.fillShard(3, 100);
            });
    }
}

int main(int argc, char *argv[])
{
    return runBenchmark(argc, argv);
}
