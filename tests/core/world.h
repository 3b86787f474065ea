// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/core/post.h>
#include <nanostores/kit/selector.h>
#include <nanostores/kit/signalsmap.h>
#include <nanostores/kit/stored.h>

#include "support/failing.h"
#include "support/manualtime.h"

#include <QtCore/QStringList>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// Every kind of store and observer at once, for the test of memory that runs out.
namespace outofmemory {

using namespace nanostores;
using namespace nanostores::kit;
using support::Fussy;
using support::ManualTime;

/// Text that does not fit into a string's own place, so that each copy asks for memory.
template<typename T>
T make(int n)
{
    if constexpr (std::is_same_v<T, std::string>) {
        return "a number that is a text, and a long one at that: " + std::to_string(n);
    } else {
        return T(n);
    }
}

inline int numberOf(const std::string &text)
{
    const auto at = text.rfind(' ');
    return std::atoi(text.c_str() + at + 1);
}
inline int numberOf(const Fussy &value)
{
    return value.number();
}

/// Counts what is alive of it: in every function that is handed to the library.
struct Token
{
    Token() { ++alive; }
    Token(const Token &) noexcept { ++alive; }
    Token &operator=(const Token &) = default;
    ~Token() { --alive; }
    static inline int alive = 0;
};

template<typename T>
struct Pair
{
    T first;
    T second;
    bool operator==(const Pair &) const = default;
};

template<typename T>
struct Deep
{
    Pair<T> pair;
    std::vector<T> list;
    Dictionary<T, T> byKey;
    bool operator==(const Deep &) const = default;
};

/// One of everything that observes, and a note of what it saw last.
template<typename T>
struct World
{
    ManualTime time;
    Signal<T> a{make<T>(0)};
    Signal<T> b{make<T>(0)};
    Signal<T> quiet{make<T>(0)}; // nothing stands below it
    Map<T, T> map;
    Map<T, T> whole; // a listener takes the old map
    Record<Pair<T>> record{Pair<T>{make<T>(0), make<T>(0)}};
    DeepMap<Deep<T>> deep{Deep<T>{{make<T>(0), make<T>(0)}, std::vector<T>(3, make<T>(0)), {}}};
    SignalsMap<T, T> keyed;
    List<T> items;
    DerivedList<std::vector<T>, List<T>> ordered = sorted(items, [](const T &item) { return numberOf(item); });
    DerivedList<std::vector<T>, List<T>> some = filtered(items, [](const T &item) { return numberOf(item) > 2; });
    std::vector<int> replayed; // what the changes of the list say
    MemoryStorage<T, int> storage;
    Stored<T> stored = syncedStored(storage, 1, make<T>(0));
    std::optional<Stored<T>> late; // its entry is 5
    Computed<T> listed;
    Computed<T> tracked;
    Computed<T> above;
    Computed<T> later;
    Computed<T> unobserved;
    std::function<bool(const T &)> isSelected;
    int mounts = 0;
    int starts = 0;
    struct Seen
    {
        int plain = 0, old = 0, listed = 0, listedOld = 0, tracked = 0, above = 0, later = 0, map = 0, key = 0,
            whole = 0, record = 0, member = 0, effect = 0, listedEffect = 0, inner = 0, deep = 0, deepItem = 0,
            deepKey = 0, signal = 0, missing = 0, stored = 0, item = 0, itemOld = 0, least = 0, some = 0;
        bool row = false;
    } seen;
    std::vector<Subscription> subscriptions;
    std::optional<Subscription> more;
    std::optional<Subscription> others;

    static auto next(const T &x) { return make<T>(numberOf(x) + 1); }

    World()
        : listed(computed(a, b, [t = Token()](const T &x, const T &y) { return make<T>(numberOf(x) + numberOf(y)); }))
        , tracked(
              computed([a = a, listed = listed, t = Token()] { return make<T>(numberOf(a()) + numberOf(listed())); }))
        , above(computed([tracked = tracked, t = Token()] { return next(tracked()); }))
        , later(batched(a, [t = Token()](const T &x) { return next(x); }))
        , unobserved(computed(a, listed, [t = Token()](const T &x, const T &) { return next(x); }))
        , isSelected(selector(a))
    {
        for (int i = 0; i < 10; ++i) {
            map.setKey(make<T>(i), make<T>(0));
            whole.setKey(make<T>(i), make<T>(0));
            setMapKey(keyed, make<T>(i), make<T>(0));
            items.append(make<T>(i));
        }
        storage.set(2, make<T>(5));
        hook(a);
        hook(listed);
        hook(tracked);
        keep(a.listen([this, t = Token()](const T &x) { seen.plain = numberOf(x); }));
        keep(a.listen([this, t = Token()](const T &, const T &o) { seen.old = numberOf(o); }));
        keep(listed.listen([this, t = Token()](const T &x) { seen.listed = numberOf(x); }));
        keep(listed.listen([this, t = Token()](const T &, const T &o) { seen.listedOld = numberOf(o); }));
        keep(tracked.listen([this, t = Token()](const T &x) { seen.tracked = numberOf(x); }));
        keep(later.listen([this, t = Token()](const T &x) { seen.later = numberOf(x); }));
        keep(map.listen([this, t = Token()](const auto &now, const MapChange<T, T> &change) {
            if (change.whole) {
                seen.map = numberOf(*now.find(make<T>(1)));
            }
            for (const auto &key : change.keys) {
                if (numberOf(key.key) == 1) {
                    const T *value = now.find(key.key);
                    seen.map = value ? numberOf(*value) : -1;
                }
            }
        }));
        keep(listenKeys(map, {make<T>(1)}, [this, t = Token()](const auto &now) {
            const T *value = now.find(make<T>(1));
            seen.key = value ? numberOf(*value) : -1;
        }));
        keep(whole.listen([this, t = Token()](const auto &now, const auto &) {
            const T *value = now.find(make<T>(1));
            seen.whole = value ? numberOf(*value) : -1;
        }));
        keep(
            record.listen([this, t = Token()](const Pair<T> &, const Pair<T> &o) { seen.record = numberOf(o.first); }));
        keep(listenKeys(record, {&Pair<T>::first},
                        [this, t = Token()](const Pair<T> &now) { seen.member = numberOf(now.first); }));
        keep(effect([this, above = above, t = Token()] {
            seen.above = numberOf(above());
            effect([this, b = b, t = Token()] { seen.inner = numberOf(b()); }).detach();
            return [t = Token()] {};
        }));
        keep(effect(a, listed, [this, t = Token()](const T &x, const T &) {
            seen.listedEffect = numberOf(x);
            return [t = Token()] {};
        }));
        keep(effect([this, isSelected = isSelected, t = Token()] { seen.row = isSelected(make<T>(200)); }));
        keep(effect([this, map = map, t = Token()] {
            const T *value = map().find(make<T>(1));
            seen.effect = value ? numberOf(*value) : -1;
        }));
        keep(deep.listen([this, t = Token()](const Deep<T> &now) { seen.deep = numberOf(now.pair.first); }));
        keep(listenKeys(deep, {path(&Deep<T>::list, 1)},
                        [this, t = Token()](const Deep<T> &now) { seen.deepItem = numberOf(now.list.at(1)); }));
        keep(listenKeys(deep, {path(&Deep<T>::byKey, make<T>(1))}, [this, t = Token()](const Deep<T> &now) {
            const T *value = now.byKey.find(make<T>(1));
            seen.deepKey = value ? numberOf(*value) : -1;
        }));
        keep(items.subscribe([this, t = Token()](const std::vector<T> &now, const ListChange<T> &change) {
            replay(now, change);
            seen.item = numberOf(now.at(1));
        }));
        keep(items.listen([this, t = Token()](const std::vector<T> &, const std::vector<T> &o) {
            seen.itemOld = numberOf(o.at(1));
        }));
        keep(ordered.listen([this, t = Token()](const std::vector<T> &now) { seen.least = numberOf(now.front()); }));
        keep(effect([this, some = some, t = Token()] { seen.some = static_cast<int>(some().size()); }));
        const auto watchSignal = [this](int key, int &last) {
            keep(effect([this, key, &last, t = Token()] {
                const auto value = getMapKey(keyed, make<T>(key));
                last = value ? numberOf(*value) : -1;
            }));
        };
        watchSignal(1, seen.signal);
        watchSignal(40, seen.missing);
        keep(effect([this, t = Token()] { seen.stored = numberOf(stored()); }));
    }
    void replay(const std::vector<T> &now, const ListChange<T> &change)
    {
        const support::Failing::Pause pause;
        for (const auto &step : change.steps) {
            std::vector<int> next(step.kind == ListStep<T>::Insert   ? replayed.size() + step.count
                                  : step.kind == ListStep<T>::Remove ? replayed.size() - step.count
                                                                     : replayed.size(),
                                  -1);
            for (std::size_t i = 0; i < next.size(); ++i) {
                if (const auto before = step.before(i); before != ListStep<T>::None) {
                    next[i] = replayed.at(before);
                }
            }
            if (step.kind == ListStep<T>::Set) {
                next.at(step.index) = -1;
            }
            replayed = std::move(next);
        }
        if (change.whole) {
            replayed.assign(now.size(), -1);
        }
        replayed.resize(std::max(replayed.size(), now.size()), -2);
        for (std::size_t i = 0; i < now.size(); ++i) {
            if (replayed[i] != -1 && replayed[i] != numberOf(now[i])) {
                isReplayed = false;
            }
            replayed[i] = numberOf(now[i]);
        }
        isReplayed = isReplayed && replayed.size() == now.size();
    }
    bool isReplayed = true;

    /// Old or new, but not between.
    QStringList contradictions()
    {
        QStringList wrong;
        std::size_t there = 0;
        for (const int i : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 40, 41}) {
            const auto value = untracked([&] { return getMapKey(keyed, make<T>(i)); });
            if (keyed.has(make<T>(i)) != value.has_value()) {
                wrong << QStringLiteral("key %1 is there without a value").arg(i);
            }
            there += keyed.has(make<T>(i)) ? 1 : 0;
        }
        if (keyed.size() != there) {
            wrong << QStringLiteral("size %1, not %2").arg(keyed.size()).arg(there);
        }
        if (!isReplayed) {
            wrong << QStringLiteral("the changes of the list do not lead to it");
        }
        if (late && numberOf(late->get()) != 5) {
            wrong << QStringLiteral("late %1").arg(numberOf(late->get()));
        }
        return wrong;
    }
    template<typename S>
    void hook(const S &store)
    {
        onMount(store, [this, t = Token()] {
            ++mounts;
            return [this, t = Token()] { --mounts; };
        });
        onStart(store, [this, t = Token()] { ++starts; });
        onStop(store, [this, t = Token()] { --starts; });
    }
    void keep(Subscription subscription) { subscriptions.push_back(std::move(subscription)); }

    /// Writes everything, and looks whether all who observe have heard of it. Returns what is wrong.
    QStringList afterWriting(int n, bool inBatch)
    {
        const auto write = [&] {
            a(make<T>(n));
            b(make<T>(2 * n));
            quiet(make<T>(n));
            map.setKey(make<T>(1), make<T>(n));
            whole.setKey(make<T>(1), make<T>(n));
            record.setKey(&Pair<T>::first, make<T>(n));
            deep.setKey(path(&Deep<T>::pair, &Pair<T>::first), make<T>(n));
            deep.setKey(path(&Deep<T>::list, 1), make<T>(n));
            deep.setKey(path(&Deep<T>::byKey, make<T>(1)), make<T>(n));
            setMapKey(keyed, make<T>(1), make<T>(n));
            setMapKey(keyed, make<T>(40), make<T>(n));
            stored(make<T>(n));
            items.setAt(1, make<T>(-n)); // goes to the front of the ordered ones
        };
        const int itemBefore = numberOf(items.peek().at(1));
        const int before = numberOf(a.peek());
        const int secondBefore = numberOf(b.peek());
        const int listedBefore = numberOf(listed.peek());
        const int recordBefore = numberOf(record.peek().first);
        if (inBatch) {
            batch(write);
        } else {
            write();
        }
        time.advance(1);
        QStringList wrong;
        const auto check = [&](const char *what, int got, int wanted) {
            if (got != wanted) {
                wrong << QStringLiteral("%1 %2, not %3").arg(QLatin1String(what)).arg(got).arg(wanted);
            }
        };
        check("value", numberOf(a.get()), n);
        check("quiet", numberOf(quiet.get()), n);
        check("listed value", numberOf(listed.get()), 3 * n);
        check("unobserved value", numberOf(unobserved.get()), n + 1);
        check("tracked value", numberOf(tracked()), 4 * n);
        check("above value", numberOf(above()), 4 * n + 1);
        check("later value", numberOf(later.get()), n + 1);
        check("plain", seen.plain, n);
        check("old", seen.old, before);
        check("listed", seen.listed, 3 * n);
        check("listedOld", seen.listedOld, inBatch ? listedBefore : n + secondBefore);
        check("tracked", seen.tracked, 4 * n);
        check("above", seen.above, 4 * n + 1);
        check("later", seen.later, n + 1);
        check("map", seen.map, n);
        check("key", seen.key, n);
        check("whole", seen.whole, n);
        check("record", seen.record, recordBefore);
        check("member", seen.member, n);
        check("effect", seen.effect, n);
        check("listedEffect", seen.listedEffect, n);
        check("inner", seen.inner, 2 * n);
        check("row", seen.row, n == 200);
        check("mounts", mounts, 3);
        check("starts", starts, 3);
        check("size", int(map.get().size()), int(map.get().keys().size()));
        check("deep", seen.deep, n);
        check("deepItem", seen.deepItem, n);
        check("deepKey", seen.deepKey, n);
        check("signal", seen.signal, n);
        check("missing", seen.missing, n);
        check("stored", seen.stored, n);
        check("storage", numberOf(*storage.get(1)), n);
        check("item", seen.item, -n);
        check("itemOld", seen.itemOld, itemBefore);
        check("least", seen.least, -n);
        check("some", seen.some, static_cast<int>(some.get().size()));
        std::vector<int> sortedItems;
        int kept = 0;
        for (const T &item : items.get()) {
            sortedItems.push_back(numberOf(item));
            kept += numberOf(item) > 2 ? 1 : 0;
        }
        std::sort(sortedItems.begin(), sortedItems.end());
        std::vector<int> orderedItems;
        for (const T &item : ordered.get()) {
            orderedItems.push_back(numberOf(item));
        }
        if (orderedItems != sortedItems || static_cast<int>(some.get().size()) != kept) {
            wrong << QStringLiteral("the derived lists do not agree with the list");
        }
        storage.set(1, make<T>(n + 1));
        check("stored elsewhere", seen.stored, n + 1);
        wrong << contradictions();
        return wrong;
    }
    /// All who observe leave.
    QStringList afterLeaving()
    {
        more.reset();
        others.reset();
        subscriptions.clear();
        time.advance(10'000);
        QStringList wrong;
        if (mounts != 0 || starts != 0) {
            wrong << QStringLiteral("mounted %1, started %2").arg(mounts).arg(starts);
        }
        return wrong;
    }
};

} // namespace outofmemory
