// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "support/manualtime.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QTimer>

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <memory>
#include <string>

using namespace nanostores;

struct Point
{
    Q_GADGET
    Q_PROPERTY(int x MEMBER x FINAL)

public:
    int x = 0;
    friend bool operator==(const Point &, const Point &) = default;
};

class tst_StoreAdapter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time = std::make_unique<support::ManualTime>(); }
    void cleanup() { m_time.reset(); }

    void value_readsAndWrites_data();
    void value_readsAndWrites();
    void value_ofADictionary();
    void value_ofARecord();
    void value_thatIsNoneOfTheTypeIsRefused();
    void value_rejectedByAHook();
    void computed_isReadOnly();
    void name_isTheStores();
    void observers_mountTheStore();
    void useStore_callsAtOnceAndAfterEachChange();
    void useStore_withAMemberFunction();
    void useStore_endsWithTheContext();
    void useStore_endsEarlier();
    void useStore_mountsMeanwhile();

private:
    std::unique_ptr<support::ManualTime> m_time;
};

void tst_StoreAdapter::value_readsAndWrites_data()
{
    QTest::addColumn<std::shared_ptr<StoreAdapter>>("adapter");
    QTest::addColumn<QVariant>("first");
    QTest::addColumn<QVariant>("written");
    QTest::addColumn<QVariant>("second");
    const auto row = [](const char *name, const auto &store, QVariant first, QVariant written, QVariant second) {
        QTest::newRow(name) << std::make_shared<StoreAdapter>(store) << first << written << second;
    };
    row("int", atom(1), 1, 2, 2);
    row("int from text", atom(1), 1, QStringLiteral("3"), 3);
    row("bool", atom(false), false, true, true);
    row("double", atom(0.5), 0.5, 1, 1.0);
    row("std::string", atom("a"), QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("b"));
    row("QString", atom(QStringLiteral("a")), QStringLiteral("a"), 5, QStringLiteral("5"));
    row("QVariant", atom(QVariant(1)), 1, QStringLiteral("b"), QStringLiteral("b"));
    row("list", atom(QList<int>{1}), QVariant::fromValue(QList<int>{1}), QVariant::fromValue(QList<int>{2}),
        QVariant::fromValue(QList<int>{2}));
    row("gadget", atom(Point{1}), QVariant::fromValue(Point{1}), QVariant::fromValue(Point{2}),
        QVariant::fromValue(Point{2}));
}

void tst_StoreAdapter::value_readsAndWrites()
{
    QFETCH(std::shared_ptr<StoreAdapter>, adapter);
    QFETCH(QVariant, written);
    QSignalSpy changes(adapter.get(), &StoreAdapter::valueChanged);
    QTEST(adapter->value(), "first");
    QVERIFY(adapter->setProperty("value", written));
    QTEST(adapter->property("value"), "second");
    QCOMPARE(changes.count(), 1);
    QVERIFY(!adapter->isReadOnly());
}

void tst_StoreAdapter::value_ofADictionary()
{
    const auto store = map(Dictionary<QString, int>{{QStringLiteral("a"), 1}});
    StoreAdapter adapter(store);
    QCOMPARE(adapter.value().toMap(), (QVariantMap{{QStringLiteral("a"), 1}}));
    adapter.setValue(QVariantMap{{QStringLiteral("b"), 2}});
    QCOMPARE(*store.getKey(QStringLiteral("b")), 2);
    QCOMPARE(store.get().size(), std::size_t(1));
}

void tst_StoreAdapter::value_ofARecord()
{
    const auto store = map(Point{1});
    StoreAdapter adapter(store);
    QSignalSpy changes(&adapter, &StoreAdapter::valueChanged);
    store.setKey(&Point::x, 4);
    QCOMPARE(adapter.value().value<Point>().x, 4);
    QCOMPARE(changes.count(), 1);
}

void tst_StoreAdapter::value_thatIsNoneOfTheTypeIsRefused()
{
    const auto store = atom(1).named("count");
    StoreAdapter adapter(store);
    QSignalSpy changes(&adapter, &StoreAdapter::valueChanged);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral(
                                           "the store \"count\" keeps its value: .* is no int, which takes")));
    adapter.setValue(QStringLiteral("no number"));
    QCOMPARE(store.get(), 1);
    QCOMPARE(changes.count(), 1);
}

void tst_StoreAdapter::value_rejectedByAHook()
{
    const auto store = atom(1);
    onSet(store, [](auto &event) { event.abort(); });
    StoreAdapter adapter(store);
    QSignalSpy changes(&adapter, &StoreAdapter::valueChanged);
    adapter.setValue(2);
    QCOMPARE(adapter.value(), QVariant(1));
    QCOMPARE(changes.count(), 1);
}

void tst_StoreAdapter::computed_isReadOnly()
{
    const auto store = atom(1);
    StoreAdapter adapter(computed(store, [](int value) { return value * 2; }).named("twice"));
    QVERIFY(adapter.isReadOnly());
    QTest::ignoreMessage(QtWarningMsg, "The store twice is computed; set the stores it derives from");
    adapter.setValue(5);
    QCOMPARE(adapter.value(), QVariant(2));
}

void tst_StoreAdapter::name_isTheStores()
{
    QCOMPARE(StoreAdapter(atom(1).named("count")).name(), QStringLiteral("count"));
    QCOMPARE(StoreAdapter(atom(1)).name(), QString());
}

void tst_StoreAdapter::observers_mountTheStore()
{
    const auto store = atom(1);
    StoreAdapter adapter(store);
    QCOMPARE(adapter.value(), QVariant(1));
    QVERIFY(!isMounted(store));
    {
        QSignalSpy changes(&adapter, &StoreAdapter::valueChanged);
        QVERIFY(isMounted(store));
    }
    m_time->advance(1000);
    QVERIFY(!isMounted(store));
}

void tst_StoreAdapter::useStore_callsAtOnceAndAfterEachChange()
{
    const auto store = atom(1);
    QObject context;
    QList<int> seen;
    useStore(store, &context, [&seen](int value) { seen.append(value); });
    store.set(2);
    QCOMPARE(seen, (QList<int>{1, 2}));
}

void tst_StoreAdapter::useStore_withAMemberFunction()
{
    const auto interval = atom(5L);
    const auto once = atom(0);
    QTimer timer;
    useStore(once, &timer, &QTimer::setSingleShot);
    useStore(interval, &timer, qOverload<int>(&QTimer::setInterval));
    QCOMPARE(timer.interval(), 5);
    interval.set(7);
    once.set(1);
    QCOMPARE(timer.interval(), 7);
    QVERIFY(timer.isSingleShot());
}

void tst_StoreAdapter::useStore_endsWithTheContext()
{
    const auto store = atom(1);
    int calls = 0;
    {
        QObject context;
        useStore(store, &context, [&calls] { ++calls; });
    }
    store.set(2);
    QCOMPARE(calls, 1);
}

void tst_StoreAdapter::useStore_endsEarlier()
{
    const auto store = atom(1);
    QObject context;
    int calls = 0;
    delete useStore(store, &context, [&calls] { ++calls; });
    store.set(2);
    QCOMPARE(calls, 1);
}

void tst_StoreAdapter::useStore_mountsMeanwhile()
{
    const auto store = atom(1);
    auto context = std::make_unique<QObject>();
    useStore(store, context.get(), [] {});
    QVERIFY(isMounted(store));
    context.reset();
    m_time->advance(1000);
    QVERIFY(!isMounted(store));
}

QTEST_GUILESS_MAIN(tst_StoreAdapter)
#include "tst_storeadapter.moc"
