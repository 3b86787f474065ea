// SPDX-License-Identifier: MIT
#include "scaled.h"

#include <nanostores/core.h>
#include <nanostores/core/graph/timer.h>

#include <chrono>
#include <optional>
#include <string>

/// Many stores, listeners, hooks, timers.

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

ManualScheduler &loop()
{
    static auto *const scheduler = [] {
        auto *const made = new ManualScheduler;
        setScheduler(made);
        return made;
    }();
    return *scheduler;
}

std::vector<Atom<int>> atoms(std::size_t n)
{
    std::vector<Atom<int>> all;
    all.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
        all.emplace_back(static_cast<int>(i));
    }
    return all;
}

} // namespace

void addStoreCases()
{
    // What the same number of objects costs without a store: what the caches explain.
    addScaled("plain objects", [](std::size_t n) {
        return [n, order = shuffled(n)] {
            std::vector<std::unique_ptr<std::vector<int>>> all;
            all.reserve(n);
            for (std::size_t i = 0; i < n; ++i) {
                all.push_back(std::make_unique<std::vector<int>>(4));
            }
            for (const std::size_t i : order) {
                ++all[i]->front();
            }
        };
    });
    addScaled("stores", [](std::size_t n) {
        return [n] {
            for (const auto &store : atoms(n)) {
                store.set(-1);
            }
        };
    });
    addScaled("computed stores, listened", [](std::size_t n) {
        return [n] {
            const auto all = atoms(n);
            std::vector<Subscription> listeners;
            listeners.reserve(n);
            for (const auto &store : all) {
                listeners.push_back(computed(store, [](int value) { return value + 1; }).listen([](int) {}));
            }
            for (const auto &store : all) {
                store.set(-1);
            }
        };
    });
    addScaled("listeners of one store, ended in random order", [](std::size_t n) {
        return [n, order = shuffled(n)] {
            const auto store = atom(0);
            std::vector<Subscription> listeners;
            listeners.reserve(n);
            for (std::size_t i = 0; i < n; ++i) {
                listeners.push_back(store.listen([](int) {}));
            }
            store.set(1);
            for (const std::size_t i : order) {
                listeners[i].reset();
            }
        };
    });
    addScaled("mounts within their delay", [](std::size_t n) {
        return [n] {
            loop();
            const auto all = atoms(n);
            for (const auto &store : all) {
                onMount(store, [] {});
            }
            for (int again = 0; again < 2; ++again) {
                for (const auto &store : all) {
                    const auto listener = store.listen([](int) {});
                }
            }
            loop().advance(2s);
        };
    });
    addScaled("named stores", [](std::size_t n) {
        return [n] {
            std::vector<Atom<int>> all;
            for (std::size_t i = 0; i < n; ++i) {
                all.push_back(atom(0).named("store"));
            }
        };
    });
    addScaled("fan", [](std::size_t n) {
        return [n] {
            const auto source = atom(0);
            std::vector<Subscription> listeners;
            for (std::size_t i = 0; i < n; ++i) {
                listeners.push_back(computed(source, [](int value) { return value + 1; }).listen([](int) {}));
            }
            source.set(1);
        };
    });
    addScaled("chain", [](std::size_t n) {
        return [n] {
            const auto source = atom(0);
            std::vector<Computed<int>> nodes;
            nodes.push_back(computed(source, [](int value) { return value + 1; }));
            for (std::size_t i = 1; i < n; ++i) {
                nodes.push_back(computed(nodes.back(), [](int value) { return value + 1; }));
            }
            const auto listener = nodes.back().listen([](int) {});
            source.set(1);
        };
    });
    addScaled("batched stores of one source", [](std::size_t n) {
        return [n] {
            loop();
            const auto source = atom(0);
            std::vector<Subscription> listeners;
            for (std::size_t i = 0; i < n; ++i) {
                listeners.push_back(batched(source, [](int value) { return value; }).listen([](int) {}));
            }
            source.set(1);
            loop().advance(1ms);
        };
    });
    addScaled("a batch over all", [](std::size_t n) {
        return [n] {
            const auto all = atoms(n);
            std::vector<Subscription> listeners;
            for (const auto &store : all) {
                listeners.push_back(store.listen([](int) {}));
            }
            batch([&] {
                for (const auto &store : all) {
                    store.set(-1);
                }
            });
        };
    });
    addScaled("effects in a scope", [](std::size_t n) {
        return [n] {
            const auto source = atom(0);
            const auto scope = effectScope([&] {
                for (std::size_t i = 0; i < n; ++i) {
                    effect([&] { source(); }).detach();
                }
            });
            source.set(1);
        };
    });
    addScaled("timers started again", [](std::size_t n) {
        return [n] {
            loop();
            std::vector<detail::Timer> timers(n); // what debounce() and its like have
            for (int again = 0; again < 2; ++again) {
                for (auto &timer : timers) {
                    timer.start(100ms, [] {});
                }
            }
            loop().advance(1s);
        };
    });
    addScaled("onSet hooks, ended in order", [](std::size_t n) {
        return [n] {
            const auto store = atom(0);
            std::vector<Unbind> hooks;
            for (std::size_t i = 0; i < n; ++i) {
                hooks.push_back(onSet(store, [](auto &) {}));
            }
            store.set(1);
            for (auto &hook : hooks) {
                hook();
            }
        };
    });
    addScaled("handles dropped before the listeners", [](std::size_t n) {
        return [n] {
            std::vector<Subscription> listeners;
            for (std::size_t i = 0; i < n; ++i) {
                listeners.push_back(atom(0).listen([](int) {}));
            }
        };
    });
    addScaled("listeners detached after the last handle, in random order", [](std::size_t n) {
        return [n, order = shuffled(n)] {
            std::vector<Subscription> listeners;
            {
                const auto store = atom(0);
                for (std::size_t i = 0; i < n; ++i) {
                    listeners.push_back(store.listen([](int) {}));
                }
            }
            for (const std::size_t i : order) {
                listeners[i].detach();
            }
        };
    });
    addScaled("postLatest to many", [](std::size_t n) {
        return [n] {
            loop();
            const auto all = atoms(n);
            for (int again = 0; again < 2; ++again) {
                for (const auto &store : all) {
                    postLatest(store, again);
                }
            }
            loop().runPending();
        };
    });
    addScaled("queue of writes", [](std::size_t n) {
        return [n] {
            const auto all = atoms(n);
            std::vector<Subscription> listeners;
            for (std::size_t i = 0; i + 1 < n; ++i) {
                listeners.push_back(all[i].listen([next = all[i + 1]](int value) { next.set(value + 1); }));
            }
            all[0].set(-1);
        };
    });
}
