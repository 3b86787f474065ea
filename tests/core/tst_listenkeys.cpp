// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <vector>

#include <memory>
#include <optional>
#include <string>

using namespace nanostores;
using support::ManualTime;
using support::Trace;

using Ages = Map<std::string, int>;
using Dict = Dictionary<std::string, int>;

namespace {

struct Profile
{
    std::string name = "anonymous";
    std::string theme = "light";
    int age = 0;

    friend bool operator==(const Profile &, const Profile &) = default;
};

QByteArray text(const Dict &value)
{
    QByteArray all;
    for (const auto &[key, number] : value) {
        all += QByteArray::fromStdString(key) + QByteArray::number(number);
    }
    return all.isEmpty() ? "-" : all;
}

QByteArray text(const std::string *key)
{
    return key ? QByteArray::fromStdString(*key) : "null";
}

} // namespace

/// Rule 40.
class tst_ListenKeys : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time.emplace(); }
    void cleanup() { m_time.reset(); }

    void listeners_endTogetherWithTheirNeighbour();
    void map_hearsOfItsKeysOnly();
    void map_hearsOfSeveralKeys();
    void map_wholeSetCountsIfAWatchedKeyDiffers();
    void map_wholeSetThatAddsOrRemovesAWatchedKey();
    void map_notifyCounts();
    void map_withoutKeysNeverHears();
    void map_honoursEqKey();
    void map_signatures();
    void map_removedKeyCounts();
    void map_batchHearsOnceWithoutAKey();
    void map_batchOfOtherKeysIsSilent();
    void map_batchThatTakesAKeyBackIsSilent();
    void map_batchWithAWholeSet();
    void map_subscribeKeysCallsAtOnce();
    void map_keepsItsPlaceAmongListeners();
    void map_setInAListener();
    void map_setBackWhileABatchWaits();
    void map_passedOverInTheMidstOfALaterChange();
    void map_manyWatchersKeepTheirPlaces();
    void map_manyKeysOfOneWatcher();
    void map_mountsAndUnmounts();
    void map_endsWithItsSubscription();
    void map_intKeys();
    void record_hearsOfItsMembersOnly();
    void record_wholeSetCountsIfAWatchedMemberDiffers();
    void record_batchComparesMembers();
    void record_notifyCounts();
    void record_subscribeKeysCallsAtOnce();
    void record_withoutKeysNeverHears();

private:
    std::optional<ManualTime> m_time;
};

void tst_ListenKeys::map_hearsOfItsKeysOnly()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 1}});
    Trace trace;
    Subscription subscription = listenKeys(ages, {"a"}, [&](const Dict &value, const Dict &, const std::string *key) {
        trace.add(text(key) + ":" + text(value));
    });
    ages.setKey("b", 2);
    QCOMPARE(trace.take(), "");
    ages.setKey("a", 2);
    ages.setKey("a", 3);
    ages.setKey("b", 3);
    ages.setKey("a", 3);
    QCOMPARE(trace.take(), "a:a2b2 a:a3b2");
    subscription.reset();
    ages.setKey("a", 4);
    QCOMPARE(trace.take(), "");
}

void tst_ListenKeys::map_hearsOfSeveralKeys()
{
    const auto ages = map<std::string, int>();
    Trace trace;
    const auto subscription =
        listenKeys(ages, {"a", "c"}, [&](const Dict &, const Dict &, const std::string *key) { trace.add(text(key)); });
    ages.setKey("a", 1);
    ages.setKey("b", 1);
    ages.setKey("c", 1);
    QCOMPARE(trace.take(), "a c");
}

void tst_ListenKeys::map_wholeSetCountsIfAWatchedKeyDiffers()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 2}, {"c", 3}});
    Trace trace;
    const auto subscription =
        listenKeys(ages, {"a", "b"}, [&](const Dict &value, const Dict &old, const std::string *key) {
            trace.add(text(old) + ">" + text(value) + ":" + text(key));
        });
    ages.set(Dict{{"a", 1}, {"b", 2}, {"c", 99}});
    QCOMPARE(trace.take(), "");
    ages.set(Dict{{"a", 1}, {"b", 99}, {"c", 99}});
    QCOMPARE(trace.take(), "a1b2c99>a1b99c99:null");
}

void tst_ListenKeys::map_wholeSetThatAddsOrRemovesAWatchedKey()
{
    const auto ages = map(Dict{{"b", 1}});
    Trace trace;
    const auto subscription = listenKeys(ages, {"a"}, [&](const Dict &value) { trace.add(text(value)); });
    ages.set(Dict{{"a", 1}, {"b", 1}});
    ages.set(Dict{{"a", 1}, {"c", 1}});
    ages.set(Dict{{"b", 1}});
    ages.set(Dict{{"b", 2}});
    QCOMPARE(trace.take(), "a1b1 b1");
}

void tst_ListenKeys::map_notifyCounts()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 2}});
    Trace trace;
    const auto subscription = listenKeys(
        ages, {"a"}, [&](const Dict &value, const Dict *old) { trace.add(text(value) + (old ? "old" : "none")); });
    ages.notify();
    QCOMPARE(trace.take(), "a1b2none");
}

void tst_ListenKeys::map_withoutKeysNeverHears()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto subscription = listenKeys(ages, {}, trace.adds("L"));
    ages.notify();
    ages.setKey("a", 9);
    ages.set(Dict{{"b", 9}});
    batch([&] { ages.setKey("b", 10); });
    QCOMPARE(trace.take(), "");
}

void tst_ListenKeys::map_honoursEqKey()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 1}});
    ages.setEqKey([](int x, int y, const std::string &) { return x / 10 == y / 10; });
    Trace trace;
    const auto subscription = listenKeys(ages, {"a"}, [&](const Dict &value) { trace.add(text(value)); });
    ages.set(Dict{{"a", 2}, {"b", 50}});
    QCOMPARE(trace.take(), "");
    ages.set(Dict{{"a", 12}, {"b", 50}});
    QCOMPARE(trace.take(), "a12b50");
    batch([&] {
        ages.setKey("a", 55);
        ages.setKey("a", 13); // the key is where it was, as far as its equality can tell
    });
    QCOMPARE(trace.take(), "");
}

void tst_ListenKeys::map_signatures()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto none = listenKeys(ages, {"a"}, trace.adds("none"));
    const auto value = listenKeys(ages, {"a"}, [&](const Dict &now) { trace.add(text(now)); });
    const auto old = listenKeys(ages, {"a"}, [&](const Dict &, const Dict &before) { trace.add(text(before)); });
    const auto change = listenKeys(ages, {"a"}, [&](const Dict &, const MapChange<std::string, int> &what) {
        trace.add("", *what.keys.front().oldValue);
    });
    ages.setKey("a", 2);
    QCOMPARE(trace.take(), "none a2 a1 1");
}

void tst_ListenKeys::map_removedKeyCounts()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 1}});
    Trace trace;
    const auto subscription = listenKeys(ages, {"a"}, [&](const Dict &value) { trace.add(text(value)); });
    ages.removeKey("b");
    ages.removeKey("a");
    ages.removeKey("a");
    QCOMPARE(trace.take(), "-");
}

void tst_ListenKeys::map_batchHearsOnceWithoutAKey()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 1}});
    Trace trace;
    const auto subscription = listenKeys(ages, {"a"}, [&](const Dict &value, const Dict &old, const std::string *key) {
        trace.add(text(old) + ">" + text(value) + ":" + text(key));
    });
    batch([&] {
        ages.setKey("b", 2);
        ages.setKey("a", 2);
        ages.setKey("a", 3);
    });
    QCOMPARE(trace.take(), "a1b1>a3b2:null");
}

void tst_ListenKeys::map_batchOfOtherKeysIsSilent()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 1}});
    Trace trace;
    const auto subscription = listenKeys(ages, {"a"}, trace.adds("L"));
    batch([&] {
        ages.setKey("b", 2);
        ages.setKey("c", 2);
    });
    QCOMPARE(trace.take(), "");
}

void tst_ListenKeys::map_batchThatTakesAKeyBackIsSilent()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 1}});
    Trace trace;
    const auto subscription = listenKeys(ages, {"a", "c"}, trace.adds("L"));
    batch([&] {
        ages.setKey("a", 2);
        ages.setKey("b", 2);
        ages.setKey("a", 1);
        ages.setKey("c", 1);
        ages.removeKey("c");
    });
    QCOMPARE(trace.take(), "");
}

void tst_ListenKeys::map_batchWithAWholeSet()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 1}});
    Trace trace;
    const auto subscription =
        listenKeys(ages, {"a"}, [&](const Dict &value, const Dict &old) { trace.add(text(old) + ">" + text(value)); });
    batch([&] {
        ages.setKey("a", 2);
        ages.set(Dict{{"a", 1}, {"b", 5}});
    });
    QCOMPARE(trace.take(), "");
    batch([&] {
        ages.set(Dict{{"a", 1}, {"b", 6}});
        ages.setKey("a", 2);
    });
    QCOMPARE(trace.take(), "a1b5>a2b6");
}

void tst_ListenKeys::map_subscribeKeysCallsAtOnce()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 1}});
    Trace trace;
    {
        const auto subscription = subscribeKeys(ages, {"a"}, [&](const Dict &value, const Dict *old) {
            trace.add(text(value) + (old ? ":" + text(*old) : ":none"));
        });
        QCOMPARE(trace.take(), "a1b1:none");
        ages.setKey("b", 2);
        ages.setKey("a", 2);
        QCOMPARE(trace.take(), "a2b2:a1b2");
    }
    ages.setKey("a", 3);
    QCOMPARE(trace.take(), "");
}

void tst_ListenKeys::map_keepsItsPlaceAmongListeners()
{
    const auto ages = map<std::string, int>();
    Trace trace;
    const auto first = ages.listen(trace.adds("first"));
    const auto second = listenKeys(ages, {"a"}, trace.adds("second"));
    const auto third = ages.listen(trace.adds("third"));
    ages.setKey("a", 1);
    ages.setKey("b", 1);
    QCOMPARE(trace.take(), "first second third first third");
}

void tst_ListenKeys::map_setInAListener()
{
    const auto ages = map(Dict{{"a", 0}});
    Trace trace;
    const auto first = listenKeys(ages, {"a"}, [&](const Dict &value) {
        trace.add("a:" + text(value));
        ages.setKey("b", *value.find("a"));
    });
    const auto second = listenKeys(ages, {"b"}, [&](const Dict &value) { trace.add("b:" + text(value)); });
    ages.setKey("a", 1);
    QCOMPARE(trace.take(), "a:a1 b:a1b1");
}

// Asked about the first change, the watcher finds its key as it knows it. The batch began without the key.
void tst_ListenKeys::map_setBackWhileABatchWaits()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    int calls = 0;
    const auto first = ages.listen([&] {
        ++calls;
        if (calls == 1) {
            batch([&] { ages.setKey("a", 1); });
        } else if (calls == 2) {
            ages.removeKey("a");
        }
    });
    const auto watcher = listenKeys(ages, {"a"}, [&](const Dict &value) { trace.add(text(value)); });
    ages.set(Dict{{"b", 2}});
    QCOMPARE(trace.take(), "b2");
}

// The second listener is passed over, as the first one has set its key back by a write of its own. It knows the key in
// the midst of that write's change, which a later write must not be added to.
void tst_ListenKeys::map_passedOverInTheMidstOfALaterChange()
{
    for (const int neighbours : {0, 1, 8}) {
        const auto store = map(Dictionary<int, int>{{1, 3}});
        const auto other = atom(0);
        bool isSetBack = false;
        const auto first = store.listen([&] {
            if (!std::exchange(isSetBack, true)) {
                store.setKey(1, 3);
            }
        });
        int seen = 3;
        const auto second = listenKeys(store, {1}, [&](const Dictionary<int, int> &now) { seen = now.value(1, 0); });
        std::vector<Subscription> more;
        for (int i = 0; i < neighbours; ++i) {
            more.push_back(listenKeys(store, {1, 5 + i}, [] {}));
        }
        const auto last = other.listen([&] { store.set({{2, 3}}); });
        batch([&] {
            store.set({{2, 3}});
            other.set(1);
        });
        QCOMPARE(store.getKey(1), nullptr);
        QCOMPARE(seen, 0);
    }
}

void tst_ListenKeys::map_manyWatchersKeepTheirPlaces()
{
    const auto ages = map<std::string, int>();
    Trace trace;
    std::vector<Subscription> watchers;
    const auto watch = [&](const char *name, std::vector<std::string> keys) {
        watchers.push_back(listenKeys(ages, std::move(keys), trace.adds(name)));
    };
    for (const char *name : {"1", "2", "3", "4", "5"}) {
        watch(name, {*name % 2 ? "a" : "b", "c"});
    }
    const auto between = ages.listen(trace.adds("between"));
    for (const char *name : {"6", "7", "8", "9"}) {
        watch(name, {*name % 2 ? "a" : "b"});
    }
    ages.setKey("a", 1);
    QCOMPARE(trace.take(), "1 3 5 between 7 9");
    ages.setKey("b", 1);
    QCOMPARE(trace.take(), "2 4 between 6 8");
    ages.setKey("c", 1);
    QCOMPARE(trace.take(), "1 2 3 4 5 between");
    ages.setKey("d", 1);
    QCOMPARE(trace.take(), "between");
    batch([&] {
        ages.setKey("b", 2);
        ages.setKey("d", 2);
        ages.setKey("a", 2);
        ages.setKey("a", 1);
    });
    QCOMPARE(trace.take(), "2 4 between 6 8");
    watchers.erase(watchers.begin() + 2); // "3"
    ages.set(Dict{{"a", 3}, {"b", 2}, {"c", 1}, {"d", 2}});
    QCOMPARE(trace.take(), "1 5 between 7 9");
}

void tst_ListenKeys::map_manyKeysOfOneWatcher()
{
    const auto numbers = map<int, int>();
    std::vector<int> keys;
    for (int i = 0; i < 100; ++i) {
        keys.push_back(i);
    }
    int calls = 0;
    const auto watcher = listenKeys(numbers, keys, [&] { ++calls; });
    numbers.setKey(99, 1);
    numbers.setKey(100, 1);
    QCOMPARE(calls, 1);
    batch([&] {
        for (int i = 0; i < 200; ++i) {
            numbers.setKey(i, 2);
        }
    });
    QCOMPARE(calls, 2);
    batch([&] {
        for (int i = 90; i < 200; ++i) {
            numbers.setKey(i, 3);
            if (i < 100) {
                numbers.setKey(i, 2);
            }
        }
    });
    QCOMPARE(calls, 2);
    numbers.set({{99, 2}});
    QCOMPARE(calls, 3);
}

void tst_ListenKeys::map_mountsAndUnmounts()
{
    const auto ages = map<std::string, int>();
    Trace trace;
    onMount(ages, [trace] {
        trace.add("mount");
        return trace.adds("unmount");
    });
    {
        const auto subscription = listenKeys(ages, {"a"}, [] {});
        QCOMPARE(trace.take(), "mount");
    }
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount");
}

void tst_ListenKeys::map_endsWithItsSubscription()
{
    const auto ages = map<std::string, int>();
    Trace trace;
    Subscription second;
    const auto first = listenKeys(ages, {"a"}, [&] { second.reset(); });
    second = listenKeys(ages, {"a"}, trace.adds("second"));
    ages.setKey("a", 1);
    QCOMPARE(trace.take(), "");
}

void tst_ListenKeys::map_intKeys()
{
    const auto numbers = map<int, int>();
    Trace trace;
    const auto subscription =
        listenKeys(numbers, {2, 3}, [&](const Dictionary<int, int> &, const Dictionary<int, int> &, const int *key) {
            trace.add("", *key);
        });
    for (int i = 0; i < 5; ++i) {
        numbers.setKey(i, 1);
    }
    QCOMPARE(trace.take(), "2 3");
}

void tst_ListenKeys::record_hearsOfItsMembersOnly()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto subscription =
        listenKeys(profile, {&Profile::theme, &Profile::age},
                   [&](const Profile &value, const Profile &old, const MemberKey<Profile> *changed) {
                       trace.add(*changed == &Profile::theme ? "theme" : "age");
                       trace.add("", value.age * 10 + old.age);
                   });
    profile.setKey(&Profile::name, "ada");
    profile.setKey(&Profile::theme, "dark");
    profile.setKey(&Profile::age, 1);
    QCOMPARE(trace.take(), "theme 0 age 10");
}

void tst_ListenKeys::record_wholeSetCountsIfAWatchedMemberDiffers()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto subscription = listenKeys(profile, {&Profile::theme}, trace.adds("L"));
    profile.set({"ada", "light", 36});
    QCOMPARE(trace.take(), "");
    profile.set({"ada", "dark", 36});
    QCOMPARE(trace.take(), "L");
}

void tst_ListenKeys::record_batchComparesMembers()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto subscription = listenKeys(profile, {&Profile::theme}, trace.adds("L"));
    batch([&] {
        profile.setKey(&Profile::age, 1);
        profile.setKey(&Profile::theme, "dark");
        profile.setKey(&Profile::theme, "light");
    });
    QCOMPARE(trace.take(), "");
    batch([&] {
        profile.setKey(&Profile::theme, "dark");
        profile.setKey(&Profile::age, 2);
    });
    QCOMPARE(trace.take(), "L");
}

void tst_ListenKeys::record_notifyCounts()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto subscription = listenKeys(profile, {&Profile::theme}, trace.adds("L"));
    profile.notify();
    QCOMPARE(trace.take(), "L");
}

void tst_ListenKeys::record_subscribeKeysCallsAtOnce()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto subscription =
        subscribeKeys(profile, {&Profile::age}, [&](const Profile &value) { trace.add("", value.age); });
    profile.setKey(&Profile::name, "ada");
    profile.setKey(&Profile::age, 1);
    QCOMPARE(trace.take(), "0 1");
}

void tst_ListenKeys::record_withoutKeysNeverHears()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto subscription = listenKeys(profile, {}, trace.adds("L"));
    profile.notify();
    profile.set({"ada", "dark", 36});
    QCOMPARE(trace.take(), "");
}

/// The function of the first one holds the subscription of the next.
void tst_ListenKeys::listeners_endTogetherWithTheirNeighbour()
{
    const auto items = map<std::string, int>();
    int calls = 0;
    auto inner = std::make_shared<Subscription>();
    Subscription first = listenKeys(items, {"a"}, [inner](const auto &) {});
    *inner = listenKeys(items, {"b"}, [](const auto &) {});
    std::vector<Subscription> others;
    for (const char *key : {"c", "d", "e", "f"}) {
        others.push_back(listenKeys(items, {key}, [&](const auto &) { ++calls; }));
    }
    inner.reset();
    first.reset();
    items.setKey("c", 1);
    items.setKey("f", 1);
    QCOMPARE(calls, 2);
}

QTEST_APPLESS_MAIN(tst_ListenKeys)
#include "tst_listenkeys.moc"
