// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>

#include "support/manualtime.h"
#include "support/property.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace graphworld {

using namespace nanostores;
using support::ManualTime;
using support::Step;

constexpr std::size_t MaxStores = 14;
constexpr std::size_t MaxSinks = 12;

using Any = std::variant<Atom<int>, Computed<int>>;

/// One store of the graph, and what the naive model knows of it.
struct GraphStore
{
    enum Kind { IsAtom, Listed, Tracked };

    Kind kind = IsAtom;
    int flavour = 0;
    std::vector<std::size_t> sources; ///< Listed: those it has. Tracked: the one that decides, and the two branches.
    int value = 0; ///< Atom: what was set last.
    std::vector<std::size_t> read; ///< What its last run read.
    int runs = 0; ///< Since the step began.
    bool quiet = false; ///< Neither observed nor read since its unmount delay was over.
    int hooks = 0;
    int mounted = 0; ///< Of its mount hooks.
    std::optional<Any> store;
};

/// A listener or an effect.
struct SinkOf
{
    bool effect = false;
    bool added = false; ///< In a listener, during this step.
    std::size_t store = 0; ///< Listener: of which.
    int heard = 0; ///< Listener: the value it heard last, or that was there when it came.
    int calls = 0; ///< Since the step began.
    std::vector<std::pair<std::size_t, int>> seen; ///< Effect: what its last run read.
    std::optional<Step> plan; ///< What the listener does when it is called next.
    Subscription subscription;
};

/// A graph, and a model of it that computes everything anew.
class World
{
public:
    World()
    {
        addAtom(0);
        addAtom(1);
    }

    std::vector<int> log; ///< What ran, with which values, in that order.

    /// between is called before each step.
    void run(
        const std::vector<Step> &program, const std::function<void()> &between = [] {})
    {
        for (const Step &step : program) {
            between();
            begin();
            perform(step);
            if (!m_batch) {
                check();
            }
        }
        if (m_batch) {
            endBatch();
            check();
        }
        // Handles of stores go before what listens to them. What is counted stays: hooks are still to come.
        for (GraphStore &each : m_stores) {
            each.store.reset();
        }
        m_sinks.clear();
    }

private:
    GraphStore &at(int number) { return m_stores[static_cast<std::size_t>(number) % m_stores.size()]; }
    std::size_t indexOf(int number) const { return static_cast<std::size_t>(number) % m_stores.size(); }

    void addAtom(int value)
    {
        GraphStore added;
        added.value = value;
        added.store = atom(value);
        m_stores.push_back(std::move(added));
    }

    int flavoured(int flavour, int first, int second) const
    {
        switch (flavour % 4) {
        case 0:
            return (first + second) % 5;
        case 1:
            return std::max(first, second);
        case 2:
            return (first + second) / 4; // often the same
        default:
            return second - first;
        }
    }

    void addListed(const Step &step)
    {
        const std::size_t self = m_stores.size();
        const std::size_t first = indexOf(step.a);
        const std::size_t second = indexOf(step.b);
        const int flavour = step.c;
        const auto function = [this, self, flavour](int one, int two) {
            ++m_stores[self].runs;
            log.insert(log.end(), {1, static_cast<int>(self), one, two});
            return flavoured(flavour, one, two);
        };
        GraphStore added;
        added.kind = GraphStore::Listed;
        added.flavour = flavour;
        added.sources = added.read = {first, second};
        added.store = std::visit([&](auto a, auto b) { return computed(a, b, function); }, *m_stores[first].store,
                                 *m_stores[second].store);
        m_stores.push_back(std::move(added));
    }

    void addTracked(const Step &step)
    {
        const std::size_t self = m_stores.size();
        GraphStore added;
        added.kind = GraphStore::Tracked;
        added.flavour = step.c % 4;
        added.sources = {indexOf(step.a), indexOf(step.b), indexOf(step.c)};
        added.store = computed([this, self] {
            GraphStore &me = m_stores[self];
            ++me.runs;
            log.insert(log.end(), {2, static_cast<int>(self)});
            me.read = {me.sources[0]};
            const int one = call(me.sources[0]);
            const std::size_t branch = me.sources[one % 2 == me.flavour % 2 ? 1 : 2];
            me.read.push_back(branch);
            return flavoured(me.flavour, one, call(branch));
        });
        m_stores.push_back(std::move(added));
    }

    int call(std::size_t store) const
    {
        return std::visit([](const auto &s) { return s(); }, *m_stores[store].store);
    }

    /// The values of all stores, from those of the atoms.
    std::vector<int> naive() const
    {
        std::vector<int> values;
        for (const GraphStore &s : m_stores) {
            if (s.kind == GraphStore::IsAtom) {
                values.push_back(s.value);
            } else {
                const int first = values[s.sources[0]];
                const std::size_t branch = s.kind == GraphStore::Listed || first % 2 == s.flavour % 2 ? 1 : 2;
                values.push_back(flavoured(s.flavour, first, values[s.sources[branch]]));
            }
        }
        return values;
    }

    /// Which stores are observed, directly or through computed stores.
    std::vector<bool> live() const
    {
        std::vector<bool> result(m_stores.size(), false);
        for (const auto &sink : m_sinks) {
            if (sink->effect) {
                for (const auto &[store, value] : sink->seen) {
                    result[store] = true;
                }
            } else {
                result[sink->store] = true;
            }
        }
        for (std::size_t i = m_stores.size(); i-- > 0;) {
            if (result[i]) {
                for (const std::size_t source : m_stores[i].read) {
                    result[source] = true;
                }
            }
        }
        return result;
    }

    /// Which stores were observed all along by the same sink: one that loses its last sink forgets what it has
    /// computed.
    std::vector<bool> steady() const
    {
        std::vector<bool> result(m_stores.size(), false);
        const auto keeps = [&](const auto &before, const auto &after) {
            for (const std::size_t source : after) {
                if (std::find(before.begin(), before.end(), source) != before.end()) {
                    result[source] = true;
                }
            }
        };
        const auto storesOf = [](const auto &seen) {
            std::vector<std::size_t> stores;
            for (const auto &[store, value] : seen) {
                stores.push_back(store);
            }
            return stores;
        };
        for (const auto &[sink, seen] : m_seenBefore) {
            if (sink->effect) {
                keeps(storesOf(seen), storesOf(sink->seen));
            } else {
                result[sink->store] = true;
            }
        }
        for (std::size_t i = m_readBefore.size(); i-- > 0;) {
            if (result[i]) {
                keeps(m_readBefore[i], m_stores[i].read);
            }
        }
        return result;
    }

    void addListener(std::size_t store, bool inListener)
    {
        if (m_sinks.size() >= MaxSinks) {
            return;
        }
        lookedAt();
        auto sink = std::make_shared<SinkOf>();
        sink->store = store;
        sink->added = inListener;
        sink->heard = naive()[store];
        m_sinks.push_back(sink);
        sink->subscription = std::visit(
            [&](const auto &s) {
                return s.listen([this, self = sink.get()](int value, int old) { heard(*self, value, old); });
            },
            *m_stores[store].store);
    }

    void heard(SinkOf &sink, int value, int old)
    {
        note(std::any_of(m_sinks.begin(), m_sinks.end(), [&](const auto &s) { return s.get() == &sink; }),
             "a listener is called after it was removed");
        ++sink.calls;
        log.insert(log.end(), {3, static_cast<int>(sink.store), value, old});
        note(value == naive()[sink.store], "a listener hears a value that is not the settled one");
        note(old == sink.heard, "a listener hears an old value that is not the last one");
        sink.heard = value;
        if (const auto plan = std::exchange(sink.plan, std::nullopt)) {
            m_loose = true;
            if (plan->b % 2 == 0) {
                addListener(indexOf(plan->c), true);
            } else {
                removeSink(plan->c);
            }
        }
    }

    void addEffect(const Step &step)
    {
        if (m_sinks.size() >= MaxSinks) {
            return;
        }
        lookedAt();
        auto sink = std::make_shared<SinkOf>();
        sink->effect = true;
        m_sinks.push_back(sink);
        SinkOf *const self = sink.get();
        const std::size_t first = indexOf(step.a);
        const std::size_t second = indexOf(step.b);
        const auto saw = [this, self](std::vector<std::pair<std::size_t, int>> seen) {
            ++self->calls;
            for (const auto &[store, value] : seen) {
                log.insert(log.end(), {4, static_cast<int>(store), value});
            }
            self->seen = std::move(seen);
        };
        if (step.c % 3 == 0) {
            sink->subscription = std::visit(
                [&](auto a, auto b) { return effect(a, b, [=](int x, int y) {
                                          saw({{first, x}, {second, y}});
                                      }); },
                *m_stores[first].store, *m_stores[second].store);
        } else {
            sink->subscription = effect([=, this] {
                const int one = call(first);
                if (one % 2) {
                    saw({{first, one}});
                } else {
                    saw({{first, one}, {second, call(second)}});
                }
            });
        }
        self->calls = 0;
    }

    void removeSink(int number)
    {
        lookedAt(); // what it saw is in its delay from here on
        if (!m_sinks.empty()) {
            const auto sink = m_sinks.begin() + number % static_cast<int>(m_sinks.size());
            const auto kept = *sink; // a listener may remove itself
            m_sinks.erase(sink);
            kept->subscription.reset();
            m_ended.push_back(kept);
        }
    }

    void addHook(std::size_t store)
    {
        if (m_stores[store].hooks > 0) {
            return;
        }
        ++m_stores[store].hooks;
        m_hooks.push_back(std::visit(
            [&](const auto &s) {
                return onMount(s, [this, store] {
                    ++m_stores[store].mounted;
                    log.insert(log.end(), {5, static_cast<int>(store)});
                    note(m_stores[store].mounted == 1, "a store is mounted twice");
                    return [this, store] { --m_stores[store].mounted; };
                });
            },
            *m_stores[store].store));
    }

    void set(const Step &step)
    {
        const std::size_t store = indexOf(step.a);
        if (m_stores[store].kind != GraphStore::IsAtom) {
            return;
        }
        const int value = step.b % 4;
        if (m_stores[store].value != value) {
            m_written[store] = true;
        }
        m_stores[store].value = value;
        std::get<Atom<int>>(*m_stores[store].store).set(value);
    }

    /// A store is observed, or was until now, and so is what it reads.
    void lookedAt()
    {
        for (GraphStore &store : m_stores) {
            store.quiet = false;
        }
    }

    void endBatch()
    {
        m_batch->end();
        m_batch.reset();
    }

    void begin()
    {
        if (m_batch) {
            return;
        }
        for (GraphStore &store : m_stores) {
            store.runs = 0;
        }
        for (const auto &sink : m_sinks) {
            sink->calls = 0;
            sink->added = false;
        }
        m_before = naive();
        m_readBefore.clear();
        for (const GraphStore &store : m_stores) {
            m_readBefore.push_back(store.read);
        }
        m_seenBefore.clear();
        for (const auto &sink : m_sinks) {
            m_seenBefore.emplace_back(sink.get(), sink->seen);
        }
        m_written.assign(MaxStores, false);
        m_loose = false;
        m_looked = false;
        m_ended.clear();
    }

    void perform(const Step &step)
    {
        switch (step.what) {
        case 0:
        case 1:
        case 2:
            set(step);
            break;
        case 3:
            if (m_batch) {
                endBatch();
            } else {
                m_batch.emplace();
            }
            break;
        case 4:
            m_loose = true;
            addListener(indexOf(step.a), false);
            break;
        case 5:
        case 6:
            if (m_stores.size() < MaxStores) {
                step.what == 5 ? addListed(step) : addTracked(step);
            }
            m_loose = true;
            break;
        case 7:
            m_loose = true;
            addEffect(step);
            break;
        case 8:
            m_loose = true;
            removeSink(step.a);
            break;
        case 9: {
            m_loose = m_looked = true;
            const std::size_t store = indexOf(step.a);
            lookedAt();
            const int value =
                std::visit([&](const auto &s) { return step.b % 3 == 0   ? s.get()
                                                       : step.b % 3 == 1 ? s.peek()
                                                                         : s(); },
                           *m_stores[store].store);
            note(value == naive()[store], "a read is not up to date");
            break;
        }
        case 10:
            // Delays add up along computed stores; one in a batch waits for its end.
            m_time.advance(1001 * static_cast<int>(MaxStores + 1));
            if (!m_batch) {
                const auto observed = live();
                for (std::size_t i = 0; i < m_stores.size(); ++i) {
                    m_stores[i].quiet = !observed[i];
                    RC_ASSERT((observed[i] || m_stores[i].mounted == 0));
                }
            }
            break;
        case 11:
            if (!m_sinks.empty()) {
                SinkOf &sink = *m_sinks[static_cast<std::size_t>(step.a) % m_sinks.size()];
                if (!sink.effect) {
                    sink.plan = step;
                }
            }
            break;
        default:
            if (m_stores.size() < MaxStores && step.b % 3 == 0) {
                addAtom(step.a % 4);
            } else if (!live()[indexOf(step.a)] && !m_batch) {
                // Mounts from the next observer on.
                m_time.advance(1001 * static_cast<int>(MaxStores + 1));
                addHook(indexOf(step.a));
            }
            m_loose = true;
        }
    }

    void check()
    {
        RC_ASSERT(m_wrong == "");
        const auto after = naive();
        const auto observed = live();
        const auto stayed = m_loose ? std::vector<bool>() : steady();
        const auto was = [&](std::size_t i) { return i < m_before.size() ? m_before[i] : after[i]; };
        const auto changed = [&](std::size_t i) { return was(i) != after[i]; };
        for (std::size_t i = 0; i < m_stores.size(); ++i) {
            GraphStore &s = m_stores[i];
            if (observed[i]) {
                s.quiet = false; // a branch has come to observe it
            }
            // Mounted with its first observer, and once.
            RC_ASSERT((!observed[i] || s.mounted == s.hooks));
            if (s.kind == GraphStore::IsAtom || i >= m_before.size() || m_looked) {
                continue;
            }
            const bool due = std::any_of(m_readBefore[i].begin(), m_readBefore[i].end(), changed);
            if (m_loose) {
                continue;
            }
            if (stayed[i]) {
                RC_ASSERT(s.runs == (due ? 1 : 0));
            } else if (s.quiet && !observed[i]) { // and it is not observed
                RC_ASSERT(s.runs == 0);
            }
        }
        for (const auto &sink : m_sinks) {
            if (sink->effect) {
                // What it saw last is what is there, so it missed nothing.
                for (const auto &[store, value] : sink->seen) {
                    RC_ASSERT(value == after[store]);
                }
                if (!m_loose && !m_looked) {
                    const auto before = std::find_if(m_seenBefore.begin(), m_seenBefore.end(),
                                                     [&](const auto &b) { return b.first == sink.get(); });
                    const bool due = std::any_of(before->second.begin(), before->second.end(),
                                                 [&](const auto &b) { return after[b.first] != b.second; });
                    RC_ASSERT(sink->calls == (due ? 1 : 0));
                }
                continue;
            }
            RC_ASSERT(sink->heard == after[sink->store]);
            RC_ASSERT(sink->calls <= 1);
            if (!m_loose && !m_looked) {
                const bool isAtom = m_stores[sink->store].kind == GraphStore::IsAtom;
                RC_ASSERT(sink->calls == ((isAtom ? m_written[sink->store] : changed(sink->store)) ? 1 : 0));
            }
        }
        for (std::size_t i = 0; i < m_stores.size(); ++i) {
            // Reading without looking: it changes nothing about what is mounted.
            if (observed[i]) {
                const int value = std::visit([](const auto &s) { return s.peek(); }, *m_stores[i].store);
                RC_ASSERT(value == after[i]);
            }
        }
    }

    void note(bool right, const char *what)
    {
        if (!right && m_wrong.empty()) {
            m_wrong = what;
        }
    }

    ManualTime m_time;
    std::vector<GraphStore> m_stores = reserved();
    std::vector<std::shared_ptr<SinkOf>> m_sinks;
    std::vector<std::shared_ptr<SinkOf>> m_ended; ///< In this step; they may be running.
    std::vector<Unbind> m_hooks;
    std::optional<Batch> m_batch;
    std::string m_wrong;

    // Since the step, or the batch, began.
    std::vector<int> m_before;
    std::vector<std::vector<std::size_t>> m_readBefore;
    std::vector<std::pair<SinkOf *, std::vector<std::pair<std::size_t, int>>>> m_seenBefore;
    std::vector<bool> m_written;
    bool m_loose = false; ///< The graph was rebuilt: how often things run is not exact then.
    bool m_looked = false; ///< A read in passing.

    static std::vector<GraphStore> reserved()
    {
        std::vector<GraphStore> stores;
        stores.reserve(MaxStores);
        return stores;
    }
};

} // namespace graphworld
