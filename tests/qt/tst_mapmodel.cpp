// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "items.h"
#include "modelsignals.h"

#include "support/timedtest.h"

#include <QtCore/QSortFilterProxyModel>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <limits>
#include <memory>

using namespace nanostores;

/// Its fields have the names of roles.
struct Setting
{
    Q_GADGET
    Q_PROPERTY(QString key MEMBER key FINAL)
    Q_PROPERTY(double value MEMBER value FINAL)

public:
    QString key;
    double value = 0;

    friend bool operator==(const Setting &, const Setting &) = default;
};

class tst_MapModel : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void roles_areKeyValueAndProperties();
    void roles_ofAPlainValue();
    void unobserved_readsWhatNoComputedStoreHasPulled();
    void key_mayBeNaN();
    void unobserved_readsTheStore();
    void unobserved_doesNotMount();
    void observed_mountsUntilTheLastHasLeft();
    void observed_again();
    void observed_filledByTheMountHook();
    void observed_readBeforeAndFilledByTheMountHook();
    void insert_atTheEnd();
    void remove_ofOneRow();
    void remove_showsTheRowUntilItHasGone();
    void change_tellsTheRolesThatDiffer();
    void change_equalValueIsSilent();
    void batch_tellsEachKeyOnce();
    void batch_keySetAgainGoesToTheEnd();
    void batch_ofManyRemovals();
    void replace_comparesByKey();
    void replace_movesRows();
    void notify_changesEverything();
    void proxy_sortsAndFilters();
    void computed_dictionary();
    void atom_ofADictionary();
    void rows_aHundredThousand();
    void roles_ofFieldsCalledKeyAndValue();
    void count_canBeBound();
};

void tst_MapModel::roles_areKeyValueAndProperties()
{
    const Items store;
    Model model(store);
    store.setKey(QStringLiteral("a"), Item{QStringLiteral("apple"), 2});
    const auto roles = model.roleNames();
    QCOMPARE(roles.size(), 4);
    const QModelIndex index = model.index(0);
    QCOMPARE(index.data(roles.key("key")), QVariant(QStringLiteral("a")));
    QCOMPARE(index.data(roles.key("value")).value<Item>().count, 2);
    QCOMPARE(index.data(roles.key("name")), QVariant(QStringLiteral("apple")));
    QCOMPARE(index.data(roles.key("count")), QVariant(2));
    QCOMPARE(index.data(Qt::DisplayRole), QVariant(QStringLiteral("a")));
    QVERIFY(!index.data(Qt::DecorationRole).isValid());
    QVERIFY(!model.index(1).data(StoreModel::KeyRole).isValid());
}

void tst_MapModel::roles_ofAPlainValue()
{
    const auto store = map(Dictionary<int, std::string>{{7, "seven"}});
    MapModel<int, std::string> model(store);
    QCOMPARE(model.index(0).data(StoreModel::KeyRole), QVariant(7));
    QCOMPARE(model.index(0).data(StoreModel::ValueRole), QVariant(QStringLiteral("seven")));
    QCOMPARE(model.index(0).data(), QVariant(QStringLiteral("seven")));
    Signals told(model);
    QVERIFY(model.setData(model.index(0), QStringLiteral("VII")));
    QCOMPARE(store.get().value(7), std::string("VII"));
    QCOMPARE(told.take(), "~0(display,display,value)");
}

void tst_MapModel::unobserved_readsWhatNoComputedStoreHasPulled()
{
    const auto store = map<int, int>();
    const auto total = computed([=] { return store().size(); });
    QCOMPARE(total.peek(), std::size_t(0));
    const MapModel model(store);
    QCOMPARE(model.rowCount(), 0);
    store.setKey(1, 1);
    QCOMPARE(model.rowCount(), 1);
    store.setKey(2, 1);
    QCOMPARE(model.rowCount(), 2);
}

void tst_MapModel::key_mayBeNaN()
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto store = map(Dictionary<double, int>{{1, 1}, {nan, 2}, {3, 3}});
    const MapModel model(store);
    QCOMPARE(model.rowOf(nan), 1);
    Signals signals_(model);
    store.setKey(nan, 5);
    QCOMPARE(model.rowOf(nan), 1);
    QCOMPARE(signals_.take(), QByteArray("~1(display,display,value)"));
    store.set({{3, 3}, {nan, 5}, {1, 1}});
    QCOMPARE(model.rowOf(nan), 1);
    store.removeKey(nan);
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.rowOf(nan), -1);
}

void tst_MapModel::unobserved_readsTheStore()
{
    const Items store;
    Model model(store);
    QCOMPARE(model.rowCount(), 0);
    store.setKey(QStringLiteral("a"), item(1));
    store.setKey(QStringLiteral("b"), item(2));
    QCOMPARE(text(model), QStringLiteral("a:1 b:2"));
    store.removeKey(QStringLiteral("a"));
    QCOMPARE(text(model), QStringLiteral("b:2"));
    QCOMPARE(model.rowOf(QStringLiteral("b")), 0);
    QCOMPARE(model.rowOf(QStringLiteral("a")), -1);
}

void tst_MapModel::unobserved_doesNotMount()
{
    const Items store;
    int mounts = 0;
    onMount(store, [&mounts] { ++mounts; });
    Model model(store);
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(mounts, 0);
}

void tst_MapModel::observed_mountsUntilTheLastHasLeft()
{
    const Items store;
    Model model(store);
    {
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        auto removed = std::make_unique<QSignalSpy>(&model, &QAbstractItemModel::rowsRemoved);
        QVERIFY(isMounted(store));
        removed.reset();
        m_time->advance(1000);
        QVERIFY(isMounted(store));
    }
    m_time->advance(1000);
    QVERIFY(!isMounted(store));
    {
        QObject receiver;
        connect(&model, &QObject::destroyed, &receiver, [] {});
        QVERIFY(!isMounted(store));
    }
}

void tst_MapModel::observed_again()
{
    const Items store;
    Model model(store);
    {
        Signals told(model);
        store.setKey(QStringLiteral("a"), item(1));
        QCOMPARE(told.take(), "+0");
    }
    m_time->advance(1000);
    store.setKey(QStringLiteral("b"), item(2));
    {
        Signals told(model);
        QCOMPARE(text(model), QStringLiteral("a:1 b:2"));
        store.removeKey(QStringLiteral("a"));
        QCOMPARE(told.take(), "-0");
    }
}

void tst_MapModel::observed_filledByTheMountHook()
{
    const Items store;
    onMount(store, [](auto &event) { event.store().setKey(QStringLiteral("a"), item(1)); });
    Model model(store);
    Signals told(model);
    QCOMPARE(text(model), QStringLiteral("a:1"));
    m_time->advance(0);
    QCOMPARE(told.take(), "");
}

void tst_MapModel::observed_readBeforeAndFilledByTheMountHook()
{
    const Items store;
    onMount(store, [](auto &event) { event.store().setKey(QStringLiteral("a"), item(1)); });
    Model model(store);
    QCOMPARE(model.rowCount(), 0);
    Signals told(model);
    QCOMPARE(model.rowCount(), 0); // as it was read, until the signals are heard
    store.setKey(QStringLiteral("b"), item(1));
    m_time->advance(0);
    QCOMPARE(text(model), QStringLiteral("a:1 b:1"));
    QCOMPARE(told.take(), "+0-1 ~0-1()");
}

void tst_MapModel::insert_atTheEnd()
{
    const Items store;
    Model model(store);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    store.setKey(QStringLiteral("a"), item(1));
    store.setKey(QStringLiteral("b"), item(2));
    QCOMPARE(told.take(), "+0 +1");
    QCOMPARE(text(model), QStringLiteral("a:1 b:2"));
}

void tst_MapModel::remove_ofOneRow()
{
    const auto store = map(Dictionary<QString, Item>{
        {QStringLiteral("a"), item(1)}, {QStringLiteral("b"), item(2)}, {QStringLiteral("c"), item(3)}});
    Model model(store);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    store.removeKey(QStringLiteral("b"));
    QCOMPARE(told.take(), "-1");
    QCOMPARE(text(model), QStringLiteral("a:1 c:3"));
    store.setKey(QStringLiteral("c"), item(4));
    QCOMPARE(told.take(), "~1(count,value)");
}

void tst_MapModel::remove_showsTheRowUntilItHasGone()
{
    const auto store = map(Dictionary<QString, Item>{{QStringLiteral("a"), item(1)}, {QStringLiteral("b"), item(2)}});
    Model model(store);
    QString seen;
    connect(&model, &QAbstractItemModel::rowsAboutToBeRemoved, this, [&] { seen = text(model); });
    store.removeKey(QStringLiteral("a"));
    QCOMPARE(seen, QStringLiteral("a:1 b:2"));
    store.set({});
    QCOMPARE(seen, QStringLiteral("b:2"));
}

void tst_MapModel::change_tellsTheRolesThatDiffer()
{
    const auto store = map(Dictionary<QString, Item>{{QStringLiteral("a"), item(1)}});
    Model model(store);
    Signals told(model);
    store.setKey(QStringLiteral("a"), Item{QStringLiteral("m"), 1});
    QCOMPARE(told.take(), "~0(name,value)");
    store.setKey(QStringLiteral("a"), Item{QStringLiteral("o"), 2});
    QCOMPARE(told.take(), "~0(count,name,value)");
}

void tst_MapModel::change_equalValueIsSilent()
{
    const auto store = map(Dictionary<QString, Item>{{QStringLiteral("a"), item(1)}});
    Model model(store);
    Signals told(model);
    store.setKey(QStringLiteral("a"), item(1));
    batch([&store] {
        store.setKey(QStringLiteral("a"), item(2));
        store.setKey(QStringLiteral("a"), item(1));
    });
    QCOMPARE(told.take(), "");
}

void tst_MapModel::batch_tellsEachKeyOnce()
{
    const auto store = map(Dictionary<QString, Item>{
        {QStringLiteral("a"), item(1)}, {QStringLiteral("b"), item(2)}, {QStringLiteral("c"), item(3)}});
    Model model(store);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    batch([&store] {
        store.setKey(QStringLiteral("c"), item(4));
        store.setKey(QStringLiteral("d"), item(4));
        store.removeKey(QStringLiteral("a"));
        store.setKey(QStringLiteral("c"), item(5));
        store.setKey(QStringLiteral("e"), item(5));
        store.setKey(QStringLiteral("f"), item(5));
        store.removeKey(QStringLiteral("f"));
        store.removeKey(QStringLiteral("b"));
    });
    QCOMPARE(told.take(), "-0-1 +1-2 ~0(count,value)");
    QCOMPARE(text(model), QStringLiteral("c:5 d:4 e:5"));
}

void tst_MapModel::batch_keySetAgainGoesToTheEnd()
{
    const auto store = map(Dictionary<QString, Item>{
        {QStringLiteral("a"), item(1)}, {QStringLiteral("b"), item(2)}, {QStringLiteral("c"), item(3)}});
    Model model(store);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    batch([&store] {
        store.removeKey(QStringLiteral("a"));
        store.setKey(QStringLiteral("a"), item(7));
    });
    QCOMPARE(told.take(), "0>3 ~2(count,value)");
    QCOMPARE(text(model), QStringLiteral("b:2 c:3 a:7"));
    batch([&store] {
        store.setKey(QStringLiteral("x"), item(8));
        store.removeKey(QStringLiteral("a"));
        store.setKey(QStringLiteral("a"), item(7));
    });
    QCOMPARE(told.take(), "+2");
    QCOMPARE(text(model), QStringLiteral("b:2 c:3 x:8 a:7"));
}

void tst_MapModel::batch_ofManyRemovals()
{
    const Items store;
    for (int i = 0; i < 100; ++i) {
        store.setKey(QString::number(i), item(i));
    }
    Model model(store);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    batch([&store] {
        for (int i = 0; i < 100; i += 2) {
            store.removeKey(QString::number(i));
        }
        store.setKey(QStringLiteral("1"), item(-1));
    });
    QCOMPARE(model.rowCount(), 50);
    const QByteArray steps = told.take();
    QVERIFY2(steps.startsWith("-98 -96 -94 "), steps);
    QVERIFY2(steps.endsWith(" -2 -0 ~0(count,value)"), steps);
}

void tst_MapModel::replace_comparesByKey()
{
    const auto store = map(Dictionary<QString, Item>{
        {QStringLiteral("a"), item(1)}, {QStringLiteral("b"), item(2)}, {QStringLiteral("c"), item(3)}});
    Model model(store);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    store.set({{QStringLiteral("a"), item(1)}, {QStringLiteral("x"), item(9)}, {QStringLiteral("c"), item(4)}});
    QCOMPARE(told.take(), "-1 +1 ~2(count,value)");
    QCOMPARE(text(model), QStringLiteral("a:1 x:9 c:4"));
    store.set({});
    QCOMPARE(told.take(), "-0-2");
}

void tst_MapModel::replace_movesRows()
{
    const auto store = map(Dictionary<QString, Item>{
        {QStringLiteral("a"), item(1)}, {QStringLiteral("b"), item(2)}, {QStringLiteral("c"), item(3)}});
    Model model(store);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    store.set({{QStringLiteral("c"), item(3)}, {QStringLiteral("a"), item(1)}, {QStringLiteral("b"), item(0)}});
    QCOMPARE(told.take(), "2>0 ~2(count,value)");
    QCOMPARE(text(model), QStringLiteral("c:3 a:1 b:0"));
}

void tst_MapModel::notify_changesEverything()
{
    const auto store = map(Dictionary<QString, Item>{{QStringLiteral("a"), item(1)}, {QStringLiteral("b"), item(2)}});
    Model model(store);
    Signals told(model);
    store.notify();
    QCOMPARE(told.take(), "~0-1()");
}

void tst_MapModel::proxy_sortsAndFilters()
{
    const Items store;
    Model model(store);
    QSortFilterProxyModel proxy;
    proxy.setSortRole(StoreModel::FirstFieldRole + 1);
    proxy.setSourceModel(&model);
    proxy.sort(0, Qt::DescendingOrder);
    for (const int count : {3, 1, 2}) {
        store.setKey(QString::number(count), item(count));
    }
    QCOMPARE(text(proxy), QStringLiteral("3:3 2:2 1:1"));
    store.setKey(QStringLiteral("1"), item(9));
    QCOMPARE(text(proxy), QStringLiteral("1:9 3:3 2:2"));
}

void tst_MapModel::computed_dictionary()
{
    const Items store;
    const auto many = computed(store, [](const Dictionary<QString, Item> &items) {
        Dictionary<QString, Item> result;
        for (const auto &[key, value] : items) {
            if (value.count > 1) {
                result.insert(key, value);
            }
        }
        return result;
    });
    MapModel model(many);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    QVERIFY(!model.flags(model.index(0)).testFlag(Qt::ItemIsEditable));
    store.setKey(QStringLiteral("a"), item(1));
    store.setKey(QStringLiteral("b"), item(2));
    store.setKey(QStringLiteral("b"), item(3));
    QCOMPARE(told.take(), "+0 ~0(count,value)");
    store.setKey(QStringLiteral("a"), item(4));
    QCOMPARE(told.take(), "+0");
    QCOMPARE(text(model), QStringLiteral("a:4 b:3"));
}

void tst_MapModel::atom_ofADictionary()
{
    const auto store = atom(Dictionary<QString, Item>{{QStringLiteral("a"), item(1)}});
    MapModel model(store);
    Signals told(model);
    QVERIFY(model.setData(model.index(0), 5, StoreModel::FirstFieldRole + 1));
    QCOMPARE(store.get().value(QStringLiteral("a")), item(5));
    QCOMPARE(told.take(), "~0(count,value)");
}

void tst_MapModel::rows_aHundredThousand()
{
    constexpr int Rows = 100000;
    Dictionary<int, Item> all;
    for (int i = 0; i < Rows; ++i) {
        all.insert(i, item(i));
    }
    const auto store = map(all);
    MapModel model(store);
    Signals told(model);
    store.setKey(50000, item(-1));
    QCOMPARE(told.take(), "~50000(count,value)");
    store.removeKey(70000);
    QCOMPARE(told.take(), "-70000");
    store.setKey(Rows, item(1));
    QCOMPARE(told.take(), "+99999");
    QCOMPARE(model.rowOf(Rows), Rows - 1);
    Dictionary<int, Item> turned; // the last one first
    turned.insert(Rows, item(1));
    for (const auto &[key, value] : store.get()) {
        turned.insert(key, value);
    }
    turned.insert(7, item(-7)); // in another order alone, maps are equal
    store.set(turned);
    QCOMPARE(told.take(), "99999>0 ~8(count,value)");
    QCOMPARE(model.index(50001).data(StoreModel::FirstFieldRole + 1), QVariant(-1));
}

void tst_MapModel::roles_ofFieldsCalledKeyAndValue()
{
    const auto store = map<int, Setting>({{7, {QStringLiteral("zoom"), 1.5}}});
    MapModel model(store);
    const auto roles = model.roleNames();
    QCOMPARE(model.index(0).data(roles.key("key")), QVariant(QStringLiteral("zoom")));
    QCOMPARE(model.index(0).data(roles.key("value")), QVariant(1.5));
    QCOMPARE(model.index(0).data(roles.key("storeKey")), QVariant(7));
    QCOMPARE(model.index(0).data(roles.key("storeValue")).value<Setting>().value, 1.5);
    Signals told(model);
    QVERIFY(model.setData(model.index(0), 2.5, roles.key("value")));
    QCOMPARE(store.getKey(7)->value, 2.5);
    QCOMPARE(told.take(), "~0(storeValue,value)");
}

void tst_MapModel::count_canBeBound()
{
    const Items store;
    Model model(store);
    QCOMPARE(model.property("count").toInt(), 0);
    QVERIFY(!isMounted(store));
    {
        QSignalSpy counts(&model, &StoreModel::countChanged);
        QVERIFY(isMounted(store));
        store.setKey(QStringLiteral("a"), item(1));
        store.setKey(QStringLiteral("a"), item(2));
        store.set({{QStringLiteral("b"), item(1)}, {QStringLiteral("c"), item(1)}});
        QCOMPARE(counts.count(), 3); // one in, one out, two in
        QCOMPARE(model.count(), 2);
    }
    m_time->advance(2000);
    QVERIFY(!isMounted(store));
}

QTEST_GUILESS_MAIN(tst_MapModel)
#include "tst_mapmodel.moc"
