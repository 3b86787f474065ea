// SPDX-License-Identifier: MIT
#include "scaled.h"

#include <nanostores/core.h>
#include <nanostores/kit.h>

#include <string>

/// Many keys, and what nano_kit has many of.

using namespace nanostores;

namespace {

struct User
{
    int id = 0;
    std::string name;
    friend bool operator==(const User &, const User &) = default;
};

std::vector<std::string> keys(std::size_t n)
{
    std::vector<std::string> all;
    all.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
        all.push_back("key " + std::to_string(i));
    }
    return all;
}

} // namespace

void addMapCases()
{
    addScaled("map, keys set and removed", [](std::size_t n) {
        return [n, names = keys(n)] {
            const auto store = map<std::string, int>();
            const auto listener = store.listen([](const auto &, const MapChange<std::string, int> &) {});
            for (int again = 0; again < 2; ++again) {
                for (const auto &name : names) {
                    store.setKey(name, again);
                }
            }
            for (const auto &name : names) {
                store.removeKey(name);
            }
        };
    });
    addScaled("dictionary as a queue", [](std::size_t n) {
        return [n] {
            Dictionary<int, int> queue;
            for (std::size_t i = 0; i < n; ++i) {
                queue.insert(static_cast<int>(i), 0);
            }
            while (!queue.empty()) {
                queue.remove(queue.begin()->first);
            }
        };
    });
    addScaled("listeners that take the old map, ended behind others", [](std::size_t n) {
        return [n] {
            const auto store = map<int, int>();
            std::vector<Subscription> plain;
            std::vector<Subscription> old;
            for (std::size_t i = 0; i < n; ++i) {
                plain.push_back(store.listen([](const Dictionary<int, int> &) {}));
            }
            for (std::size_t i = 0; i < n; ++i) {
                old.push_back(store.listen([](const Dictionary<int, int> &, const Dictionary<int, int> &) {}));
            }
            for (auto &listener : old) {
                listener.reset();
            }
        };
    });
    addScaled("watchers of keys, and a set for each", [](std::size_t n) {
        return [n, order = shuffled(n)] {
            const auto store = map<int, int>();
            std::vector<Subscription> watchers;
            for (std::size_t i = 0; i < n; ++i) {
                watchers.push_back(listenKeys(store, {static_cast<int>(i)}, [](const Dictionary<int, int> &) {}));
            }
            for (int again = 0; again < 2; ++again) {
                for (std::size_t i = 0; i < n; ++i) {
                    store.setKey(static_cast<int>(i), again);
                }
            }
            for (const std::size_t i : order) {
                watchers[i].reset();
            }
        };
    });
    addScaled("watchers of keys, and a batch over all", [](std::size_t n) {
        return [n] {
            const auto store = map<int, int>();
            std::vector<Subscription> watchers;
            for (std::size_t i = 0; i < n; ++i) {
                watchers.push_back(listenKeys(store, {static_cast<int>(i)}, [](const Dictionary<int, int> &) {}));
            }
            batch([&] {
                for (std::size_t i = 0; i < n; ++i) {
                    store.setKey(static_cast<int>(i), 1);
                }
            });
        };
    });
    addScaled("keys of one watcher, and a batch over all", [](std::size_t n) {
        return [n] {
            std::vector<int> watched;
            for (std::size_t i = 0; i < n; ++i) {
                watched.push_back(static_cast<int>(i));
            }
            const auto store = map<int, int>();
            const auto watcher = listenKeys(store, watched, [](const Dictionary<int, int> &) {});
            for (std::size_t i = 0; i < n; ++i) {
                store.setKey(static_cast<int>(i), 1);
            }
            batch([&] {
                for (std::size_t i = 0; i < n; ++i) {
                    store.setKey(static_cast<int>(i), 2);
                }
            });
        };
    });
    addScaled("mapCreator ids", [](std::size_t n) {
        return [n] {
            const auto users = mapCreator<User>();
            std::vector<Record<User>> all;
            for (std::size_t i = 0; i < n; ++i) {
                all.push_back(users(static_cast<int>(i)));
            }
        };
    });
    addScaled("nano_kit's hooks on one store", [](std::size_t n) {
        return [n] {
            const auto store = signal(0);
            std::vector<Unbind> hooks;
            for (std::size_t i = 0; i < n; ++i) {
                hooks.push_back(onStart(store, [] {}));
            }
            {
                const auto listener = store.listen([](int) {});
            }
            for (auto &hook : hooks) {
                hook();
            }
        };
    });
    addScaled("selectors of one source", [](std::size_t n) {
        return [n] {
            const auto source = signal(0);
            std::vector<Subscription> effects;
            for (std::size_t i = 0; i < n; ++i) {
                effects.push_back(effect([select = kit::selector(source)] { select(1); }));
            }
            source.set(1);
        };
    });
    addScaled("keys of one selector", [](std::size_t n) {
        return [n] {
            const auto source = signal(0);
            const auto select = kit::selector(source);
            std::vector<Subscription> effects;
            for (std::size_t i = 0; i < n; ++i) {
                effects.push_back(effect([select, i] { select(static_cast<int>(i)); }));
            }
            source.set(1);
        };
    });
}
