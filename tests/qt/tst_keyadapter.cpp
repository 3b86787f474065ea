// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "support/manualtime.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <limits>
#include <memory>
#include <utility>
#include <vector>

using namespace nanostores;

class tst_KeyAdapter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time = std::make_unique<support::ManualTime>(); }
    void cleanup() { m_time.reset(); }

    void watch_wakesForItsKeyOnly();
    void watch_equalValueIsSilent();
    void watch_knowsWhatAnotherOneHasSetBack();
    void watch_ofAKeyThatComesBackInTheChangeThatWaits();
    void watch_ofNaN();
    void watch_wholeMap();
    void watch_endsWithItsHandle();
    void watch_endsWhileAnotherIsTold();
    void watch_sharesOneListener();
    void watch_selectionInTenThousandRows();
    void adapter_readsAndWrites();
    void adapter_ofAnAbsentKey();
    void adapter_rejectedWriteSignalsAChange();
    void adapter_keyMayChange();
    void adapter_mountsWhileObserved();
    void adapter_readInABatchThatIsSetBack();

private:
    std::unique_ptr<support::ManualTime> m_time;
};

void tst_KeyAdapter::watch_wakesForItsKeyOnly()
{
    const auto store = map<QString, int>();
    QList<int> seen;
    const KeyWatch watch =
        watchKey(store, QStringLiteral("a"), [&seen](const int *value) { seen.append(value ? *value : -1); });
    store.setKey(QStringLiteral("a"), 1);
    store.setKey(QStringLiteral("b"), 2);
    store.removeKey(QStringLiteral("a"));
    QCOMPARE(seen, (QList<int>{1, -1}));
}

void tst_KeyAdapter::watch_equalValueIsSilent()
{
    const auto store = map(Dictionary<QString, int>{{QStringLiteral("a"), 1}});
    int calls = 0;
    const KeyWatch watch = watchKey(store, QStringLiteral("a"), [&calls] { ++calls; });
    batch([&store] {
        store.setKey(QStringLiteral("a"), 2);
        store.setKey(QStringLiteral("a"), 1);
    });
    QCOMPARE(calls, 0);
}

/// Also for listenKeys(), which has a listener for each.
void tst_KeyAdapter::watch_knowsWhatAnotherOneHasSetBack()
{
    for (const bool whole : {false, true}) {
        const auto store = map<int, int>();
        const auto write = [=](int value) { whole ? store.set({{1, value}}) : store.setKey(1, value); };
        int watched = 0;
        int listened = 0;
        const auto s1 = listenKeys(store, {1}, [=](const Dictionary<int, int> &now) {
            if (*now.find(1) == 1) {
                write(2);
            }
        });
        const KeyWatch last = watchKey(store, 1, [&watched](const int *value) { watched = *value; });
        const KeyWatch first = watchKey(store, 1, [=](const int *value) {
            if (*value == 2) {
                write(3);
            }
        });
        const auto s2 = listenKeys(store, {1}, [&](const Dictionary<int, int> &now) { listened = *now.find(1); });
        bool setBack = false;
        const auto s3 = store.listen([=, &setBack] {
            if (!std::exchange(setBack, true)) {
                write(1);
                write(2);
            }
        });
        batch([=] { write(1); });
        QCOMPARE(watched, *store.getKey(1));
        QCOMPARE(listened, *store.getKey(1));
    }
}

// The first change brings the key, a batch in a listener takes it away before the watchers are notified of any of it,
// and a watcher brings it back in a batch of its own, which the waiting change takes in.
void tst_KeyAdapter::watch_ofAKeyThatComesBackInTheChangeThatWaits()
{
    const auto store = map(Dictionary<int, int>{{0, 1}});
    const auto before = listenKeys(store, {1}, [&] { batch([&] { store.removeKey(2); }); });
    int seen = 0;
    const KeyWatch watch = watchKey(store, 2, [&](const int *value) { seen = value ? *value : 0; });
    const KeyWatch other = watchKey(store, 0, [&] { batch([&] { store.setKey(2, 1); }); });
    store.set({{1, 3}, {2, 1}});
    QCOMPARE(store.getKey(2) ? *store.getKey(2) : 0, 1);
    QCOMPARE(seen, 1);
}

void tst_KeyAdapter::watch_ofNaN()
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto store = map<double, int>();
    QList<int> seen;
    {
        const KeyWatch first = watchKey(store, nan, [&](const int *value) { seen.append(value ? *value : -1); });
        const KeyWatch second = watchKey(store, nan, [&](const int *value) { seen.append(value ? *value : -1); });
        store.setKey(nan, 1);
        store.setKey(2, 1);
        batch([=] {
            store.setKey(nan, 2);
            store.setKey(nan, 1);
        });
        store.set({{nan, 3}});
    }
    store.setKey(nan, 4);
    QCOMPARE(seen, QList<int>({1, 1, 3, 3}));
    int listened = 0;
    const auto s = listenKeys(store, {nan}, [&] { ++listened; });
    store.setKey(nan, 5);
    QCOMPARE(listened, 1);
}

void tst_KeyAdapter::watch_wholeMap()
{
    const auto store = map(Dictionary<QString, int>{{QStringLiteral("a"), 1}, {QStringLiteral("b"), 2}});
    int a = 0;
    int b = 0;
    const KeyWatch first = watchKey(store, QStringLiteral("a"), [&a] { ++a; });
    const KeyWatch second = watchKey(store, QStringLiteral("b"), [&b] { ++b; });
    store.set({{QStringLiteral("a"), 1}, {QStringLiteral("b"), 3}});
    QCOMPARE(a, 0);
    QCOMPARE(b, 1);
    store.notify();
    QCOMPARE(a, 1);
    QCOMPARE(b, 2);
}

void tst_KeyAdapter::watch_endsWithItsHandle()
{
    const auto store = map<QString, int>();
    int calls = 0;
    {
        const KeyWatch watch = watchKey(store, QStringLiteral("a"), [&calls] { ++calls; });
        QVERIFY(isMounted(store));
    }
    store.setKey(QStringLiteral("a"), 1);
    QCOMPARE(calls, 0);
    m_time->advance(1000);
    QVERIFY(!isMounted(store));
}

void tst_KeyAdapter::watch_endsWhileAnotherIsTold()
{
    const auto store = map<QString, int>();
    std::vector<KeyWatch> watches(3);
    int calls = 0;
    for (KeyWatch &watch : watches) {
        watch = watchKey(store, QStringLiteral("a"), [&] {
            ++calls;
            watches.clear();
        });
    }
    store.setKey(QStringLiteral("a"), 1);
    QCOMPARE(calls, 1);
}

void tst_KeyAdapter::watch_sharesOneListener()
{
    const auto store = map<QString, int>();
    int starts = 0;
    int stops = 0;
    onStart(store, [&starts] { ++starts; });
    onStop(store, [&stops] { ++stops; });
    {
        const KeyWatch first = watchKey(store, QStringLiteral("a"), [] {});
        const KeyWatch second = watchKey(store, QStringLiteral("b"), [] {});
        QCOMPARE(starts, 1);
    }
    QCOMPARE(stops, 1);
}

void tst_KeyAdapter::watch_selectionInTenThousandRows()
{
    const auto selected = map<int, bool>();
    int woken = 0;
    std::vector<KeyWatch> rows;
    rows.reserve(10000);
    for (int row = 0; row < 10000; ++row) {
        rows.push_back(watchKey(selected, row, [&woken] { ++woken; }));
    }
    selected.setKey(17, true);
    woken = 0;
    batch([&selected] {
        selected.removeKey(17);
        selected.setKey(4711, true);
    });
    QCOMPARE(woken, 2);
    selected.set({{3, true}});
    QCOMPARE(woken, 4);
}

void tst_KeyAdapter::adapter_readsAndWrites()
{
    const auto store = map(Dictionary<QString, int>{{QStringLiteral("a"), 1}});
    KeyAdapter adapter(store, QStringLiteral("a"));
    QSignalSpy changes(&adapter, &KeyAdapter::valueChanged);
    QCOMPARE(adapter.value(), QVariant(1));
    QVERIFY(adapter.setProperty("value", 5));
    QCOMPARE(*store.getKey(QStringLiteral("a")), 5);
    QCOMPARE(changes.count(), 1);
    store.setKey(QStringLiteral("b"), 5);
    QCOMPARE(changes.count(), 1);
}

void tst_KeyAdapter::adapter_ofAnAbsentKey()
{
    const auto store = map<QString, int>();
    KeyAdapter adapter(store, QStringLiteral("a"));
    QSignalSpy changes(&adapter, &KeyAdapter::valueChanged);
    QVERIFY(!adapter.value().isValid());
    adapter.setValue(3);
    QCOMPARE(adapter.value(), QVariant(3));
    adapter.setValue(QVariant());
    QVERIFY(!store.getKey(QStringLiteral("a")));
    QCOMPARE(changes.count(), 2);
}

void tst_KeyAdapter::adapter_rejectedWriteSignalsAChange()
{
    const auto store = map(Dictionary<QString, int>{{QStringLiteral("a"), 1}});
    KeyAdapter adapter(store, QStringLiteral("a"));
    QSignalSpy changes(&adapter, &KeyAdapter::valueChanged);
    adapter.setValue(QStringLiteral("no number"));
    QCOMPARE(changes.count(), 1);
    onSet(store, [](auto &event) { event.abort(); });
    adapter.setValue(2);
    QCOMPARE(adapter.value(), QVariant(1));
    QCOMPARE(changes.count(), 2);
}

void tst_KeyAdapter::adapter_keyMayChange()
{
    const auto store = map(Dictionary<QString, int>{{QStringLiteral("a"), 1}, {QStringLiteral("b"), 2}});
    KeyAdapter adapter(store, QStringLiteral("a"));
    QSignalSpy values(&adapter, &KeyAdapter::valueChanged);
    QSignalSpy keys(&adapter, &KeyAdapter::keyChanged);
    adapter.setProperty("key", QStringLiteral("b"));
    QCOMPARE(adapter.value(), QVariant(2));
    QCOMPARE(keys.count(), 1);
    QCOMPARE(values.count(), 1);
    store.setKey(QStringLiteral("a"), 7);
    QCOMPARE(values.count(), 1);
    store.setKey(QStringLiteral("b"), 8);
    QCOMPARE(values.count(), 2);
}

/// What has read it within the batch shows what it read.
void tst_KeyAdapter::adapter_readInABatchThatIsSetBack()
{
    const auto store = map(Dictionary<int, int>{{1, 1}});
    KeyAdapter adapter(store, 1);
    QVariant shown = adapter.value();
    int signalled = 0;
    connect(&adapter, &KeyAdapter::valueChanged, this, [&] {
        ++signalled;
        shown = adapter.value();
    });
    batch([&] {
        store.setKey(1, 2);
        shown = adapter.value();
        store.setKey(1, 1);
    });
    QCOMPARE(shown, QVariant(1));
    QCOMPARE(signalled, 1);
    batch([&] {
        store.setKey(1, 2);
        store.setKey(1, 1);
    });
    QCOMPARE(signalled, 1);
}

void tst_KeyAdapter::adapter_mountsWhileObserved()
{
    const auto store = map<QString, int>();
    KeyAdapter adapter(store, QStringLiteral("a"));
    QVERIFY(!adapter.value().isValid());
    QVERIFY(!isMounted(store));
    {
        QSignalSpy changes(&adapter, &KeyAdapter::valueChanged);
        QVERIFY(isMounted(store));
    }
    m_time->advance(1000);
    QVERIFY(!isMounted(store));
}

QTEST_GUILESS_MAIN(tst_KeyAdapter)
#include "tst_keyadapter.moc"
