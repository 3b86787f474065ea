// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "items.h"
#include "modelsignals.h"

#include "support/timedtest.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>

using namespace nanostores;

/// A MapModel whose store is written through it, in its signals, and in listeners.
class tst_MapModelWrites : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void write_inAListener();
    void write_whileRowsAreTold();
    void setData_writesTheStore();
    void setData_thatAHookRejects();
    void setData_thatAHookChanges();
    void read_whileTheStoreIsAhead();
    void read_inABatchThatIsTakenBack();
    void model_mayBeDeletedInItsSignals();
    void setData_mayDeleteTheModel();
};

void tst_MapModelWrites::write_inAListener()
{
    const auto store = map(Dictionary<QString, Item>{{QStringLiteral("a"), item(1)}, {QStringLiteral("b"), item(2)}});
    const Subscription first = store.listen([&store] {
        store.removeKey(QStringLiteral("b"));
        store.setKey(QStringLiteral("c"), item(3));
    });
    Model model(store);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    store.setKey(QStringLiteral("a"), item(5)); // the model hears of it when b is gone already
    QCOMPARE(text(model), QStringLiteral("a:5 c:3"));
    QVERIFY(!told.take().contains("reset"));
}

void tst_MapModelWrites::write_whileRowsAreTold()
{
    const auto store = map(Dictionary<QString, Item>{{QStringLiteral("a"), item(1)}, {QStringLiteral("b"), item(2)}});
    Model model(store);
    connect(&model, &QAbstractItemModel::rowsRemoved, this, [&] { store.setKey(QStringLiteral("c"), item(3)); });
    connect(&model, &QAbstractItemModel::rowsInserted, this, [&] { store.setKey(QStringLiteral("c"), item(4)); });
    QAbstractItemModelTester tester(&model);
    store.removeKey(QStringLiteral("a"));
    QCOMPARE(text(model), QStringLiteral("b:2 c:4"));
    store.set({{QStringLiteral("z"), item(1)}});
    QCOMPARE(text(model), QStringLiteral("z:1 c:4"));
}

void tst_MapModelWrites::setData_writesTheStore()
{
    const auto store = map(Dictionary<QString, Item>{{QStringLiteral("a"), item(1)}});
    Model model(store);
    Signals told(model);
    QVERIFY(model.flags(model.index(0)).testFlag(Qt::ItemIsEditable));
    QVERIFY(model.setData(model.index(0), 5, StoreModel::FirstFieldRole + 1));
    QCOMPARE(store.getKey(QStringLiteral("a"))->count, 5);
    QCOMPARE(told.take(), "~0(count,value)");
    QVERIFY(model.setData(model.index(0), QVariant::fromValue(item(6)), StoreModel::ValueRole));
    QCOMPARE(store.getKey(QStringLiteral("a"))->count, 6);
    QVERIFY(!model.setData(model.index(0), QStringLiteral("b"), StoreModel::KeyRole));
    QVERIFY(!model.setData(model.index(3), 5, StoreModel::FirstFieldRole + 1));
}

void tst_MapModelWrites::setData_thatAHookRejects()
{
    const auto store = map(Dictionary<QString, Item>{{QStringLiteral("a"), item(1)}});
    onSet(store, [](auto &event) { event.abort(); });
    Model model(store);
    Signals told(model);
    QVERIFY(!model.setData(model.index(0), 5, StoreModel::FirstFieldRole + 1));
    QCOMPARE(told.take(), "~0(count)");
}

void tst_MapModelWrites::setData_thatAHookChanges()
{
    const auto store = map(Dictionary<QString, Item>{{QStringLiteral("a"), item(1)}});
    onSet(store, [](auto &event) { event.replaceKey(item(3)); });
    Model model(store);
    Signals told(model);
    QVERIFY(!model.setData(model.index(0), 5, StoreModel::FirstFieldRole + 1));
    QCOMPARE(told.take(), "~0(count,value) ~0(count)");
    QCOMPARE(text(model), QStringLiteral("a:3"));
}

void tst_MapModelWrites::read_whileTheStoreIsAhead()
{
    const auto store = map<int, int>();
    MapModel model(store);
    QObject view;
    QVariant shown;
    connect(&model, &QAbstractItemModel::rowsAboutToBeInserted, &view, [&] { store.set({}); });
    connect(&model, &QAbstractItemModel::rowsInserted, &view, [&] {
        shown = model.index(0).data(StoreModel::ValueRole);
        store.set({{0, 1}});
    });
    store.set({{0, 1}});
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(shown, QVariant(1));
}

void tst_MapModelWrites::read_inABatchThatIsTakenBack()
{
    const auto store = map<int, int>({{0, 1}});
    MapModel model(store);
    Signals told(model);
    batch([&] {
        store.setKey(0, 2);
        QCOMPARE(model.index(0).data(StoreModel::ValueRole), QVariant(2));
        store.setKey(0, 1);
    });
    m_time->advance(0);
    QCOMPARE(told.take(), "~0()"); // who has read 2 is told
}

void tst_MapModelWrites::model_mayBeDeletedInItsSignals()
{
    const auto deletedBy = [](auto signal, auto change) {
        const Items store;
        for (int i = 0; i < 5; ++i) {
            store.setKey(QString::number(i), item(i));
        }
        auto *model = new Model(store);
        const QPointer<QObject> alive(model);
        QObject context;
        connect(model, signal, &context, [&] { delete std::exchange(model, nullptr); });
        change(store);
        if (alive) {
            delete model;
            return false;
        }
        return true;
    };
    using Qai = QAbstractItemModel;
    QVERIFY(deletedBy(&Qai::dataChanged, [](const Items &store) {
        batch([&] {
            for (int i = 0; i < 5; ++i) {
                store.setKey(QString::number(i), item(i + 10));
            }
        });
    }));
    const auto other = [](const Items &store) {
        store.set({{QStringLiteral("4"), item(9)}, {QStringLiteral("new"), item(7)}, {QStringLiteral("1"), item(8)}});
    };
    QVERIFY(deletedBy(&Qai::rowsInserted, other));
    QVERIFY(deletedBy(&Qai::rowsRemoved, other));
    QVERIFY(deletedBy(&Qai::rowsMoved, other));
    QVERIFY(deletedBy(&StoreModel::countChanged, other));
}

void tst_MapModelWrites::setData_mayDeleteTheModel()
{
    for (const bool rejects : {true, false}) {
        const Items store;
        store.setKey(QStringLiteral("a"), item(1));
        auto *model = new Model(store);
        QObject context;
        connect(model, &QAbstractItemModel::dataChanged, &context, [&] { delete std::exchange(model, nullptr); });
        const Unbind hook = onSet(store, [rejects](auto &event) {
            if (rejects) {
                event.abort();
            }
        });
        QCOMPARE(model->setData(model->index(0), 5, StoreModel::FirstFieldRole + 1), !rejects);
        QVERIFY(!model);
        hook();
    }
}

QTEST_GUILESS_MAIN(tst_MapModelWrites)
#include "tst_mapmodelwrites.moc"
