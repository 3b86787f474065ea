// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>

#include <QHash>
#include <QString>
#include <QVariant>

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// One entry of a map changes, one listener hears which.

namespace {

struct Keys
{
    explicit Keys(int count)
    {
        for (int i = 0; i < count; ++i) {
            all.push_back(QStringLiteral("key/%1").arg(i));
        }
    }
    const QString &next()
    {
        at = (at + 7919) % all.size();
        return all[at];
    }
    std::vector<QString> all;
    std::size_t at = 0;
    int value = 0;
    long sum = 0;
};

template<typename V>
struct NanoMap : Keys
{
    explicit NanoMap(int count)
        : Keys(count)
    {
        nanostores::Dictionary<QString, V> entries;
        for (const QString &key : all) {
            entries.insert(key, V(--value));
        }
        value = 0;
        store.set(std::move(entries));
    }
    nanostores::Map<QString, V> store = nanostores::map<QString, V>();
    nanostores::Subscription listener;
};

template<typename V>
struct HashMap : Keys
{
    explicit HashMap(int count)
        : Keys(count)
    {
        for (const QString &key : all) {
            hash.insert(key, V(--value));
        }
        value = 0;
    }
    QHash<QString, V> hash;
    std::function<void(const QString &)> listener;
};

template<typename V>
void addPut(const std::string &name, int count)
{
    addCase(name + "/nanostores", 100, [count] {
        auto map = std::make_shared<NanoMap<V>>(count);
        map->listener = map->store.listen([m = map.get()](const nanostores::Dictionary<QString, V> &,
                                                          const nanostores::MapChange<QString, V> &change) {
            m->sum += change.keys.front().key.size();
        });
        return Program{[map](std::size_t times) {
            for (std::size_t i = 0; i < times; ++i) {
                map->store.setKey(map->next(), V(++map->value));
            }
        }};
    });
    addCase(name + "/qhash", 100, [count] {
        auto map = std::make_shared<HashMap<V>>(count);
        map->listener = [m = map.get()](const QString &key) { m->sum += key.size(); };
        return Program{[map](std::size_t times) {
            for (std::size_t i = 0; i < times; ++i) {
                const QString &key = map->next();
                map->hash[key] = V(++map->value);
                map->listener(key);
            }
        }};
    });
}

} // namespace

void addMapCases()
{
    for (const int count : {100, 10000, 100000}) {
        addPut<QVariant>("map_put_" + std::to_string(count), count);
        addPut<int>("map_put_int_" + std::to_string(count), count);
    }
}
