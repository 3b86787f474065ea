// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "modelsignals.h"

#include "support/handlers.h"
#include "support/manualtime.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <memory>
#include <string>
#include <vector>

using namespace nanostores;

struct Todo
{
    Q_GADGET
    Q_PROPERTY(QString text MEMBER text FINAL)
    Q_PROPERTY(bool done MEMBER done FINAL)

public:
    int id = 0;
    QString text;
    bool done = false;

    int number() const { return id; }
    friend bool operator==(const Todo &, const Todo &) = default;
};

using Todos = QList<Todo>;

namespace {

Todos todos(const QList<int> &ids)
{
    Todos list;
    for (const int id : ids) {
        list.append({id, QString::number(id), false});
    }
    return list;
}

QList<int> ids(const QAbstractItemModel &model)
{
    QList<int> all;
    for (int row = 0; row < model.rowCount(); ++row) {
        all.append(model.index(row, 0).data(StoreModel::KeyRole).toInt());
    }
    return all;
}

/// Shows the list as a property.
class Board : public StoreObject
{
    Q_OBJECT

public:
    Atom<Todos> store = atom(::todos({1, 2}));
    Map<QString, int> counts = map<QString, int>();

    NANOSTORES_MODEL(todos, store, &Todo::id)
    NANOSTORES_MODEL(numbers, counts)
};

} // namespace

class tst_ListModel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();

    void property_isConstantFinalAndOwned();
    void roles_areKeyValueAndProperties();
    void key_isAMemberAFunctionOrTheItem();
    void steps_data();
    void steps();
    void steps_ofAManyRowsMove();
    void change_tellsTheRolesThatDiffer();
    void keys_thatAreNotUnique();
    void items_withoutEquality();
    void unobserved_readsTheStore();
    void unobserved_readsWhatNoComputedStoreHasPulled();
    void observed_mountsUntilTheLastHasLeft();
    void observed_readBeforeAndFilledByTheMountHook();
    void observed_leftBeforeItHasCaughtUp();
    void computed_isReadOnlyAndMinimal();
    void computed_thatFails();
    void vector_ofStandardStrings();
    void write_whileRowsAreTold();
    void setData_writesTheStore();
    void setData_thatAHookRejects();
    void count_canBeBound();
    void write_whileAMountedChangeIsTold();
    void model_mayBeDeletedInItsSignals();
    void nested_modelThatWasDeletedIsMadeAnew();

private:
    std::unique_ptr<support::ManualTime> m_time;
};

void tst_ListModel::init()
{
    m_time.reset();
    m_time = std::make_unique<support::ManualTime>();
}

void tst_ListModel::property_isConstantFinalAndOwned()
{
    Board board;
    const QMetaProperty property = board.metaObject()->property(board.metaObject()->indexOfProperty("todos"));
    QVERIFY(property.isConstant());
    QVERIFY(property.isFinal());
    auto *model = property.read(&board).value<QAbstractItemModel *>();
    QVERIFY(model);
    QCOMPARE(board.todos(), model);
    QCOMPARE(model->parent(), &board);
    QCOMPARE(ids(*model), (QList<int>{1, 2}));
    QVERIFY(board.numbers());
}

void tst_ListModel::roles_areKeyValueAndProperties()
{
    ListModel model(atom(todos({7})), &Todo::id);
    const auto roles = model.roleNames();
    QCOMPARE(roles.size(), 4);
    const QModelIndex index = model.index(0);
    QCOMPARE(index.data(roles.key("key")), QVariant(7));
    QCOMPARE(index.data(roles.key("text")), QVariant(QStringLiteral("7")));
    QCOMPARE(index.data(roles.key("done")), QVariant(false));
    QCOMPARE(index.data(roles.key("value")).value<Todo>().id, 7);
}

void tst_ListModel::key_isAMemberAFunctionOrTheItem()
{
    const auto store = atom(::todos({1, 2}));
    ListModel byMember(store, &Todo::id);
    ListModel byGetter(store, &Todo::number);
    ListModel byFunction(store, [](const Todo &todo) { return todo.text; });
    ListModel itself(atom(QList<int>{4, 5}));
    QCOMPARE(ids(byMember), (QList<int>{1, 2}));
    QCOMPARE(ids(byGetter), (QList<int>{1, 2}));
    QCOMPARE(byFunction.index(1).data(StoreModel::KeyRole), QVariant(QStringLiteral("2")));
    QCOMPARE(ids(itself), (QList<int>{4, 5}));
    QCOMPARE(itself.index(0).data(), QVariant(4));
}

void tst_ListModel::steps_data()
{
    QTest::addColumn<QList<int>>("before");
    QTest::addColumn<QList<int>>("after");
    QTest::addColumn<QByteArray>("steps");
    const auto row = [](const char *name, QList<int> before, QList<int> after, const char *steps) {
        QTest::newRow(name) << before << after << QByteArray(steps);
    };
    row("nothing", {1, 2}, {1, 2}, "");
    row("from nothing", {}, {1, 2}, "+0-1");
    row("to nothing", {1, 2}, {}, "-0-1");
    row("append", {1}, {1, 2, 3}, "+1-2");
    row("prepend", {1}, {2, 3, 1}, "+0-1");
    row("insert", {1, 2}, {1, 3, 2}, "+1");
    row("insert in two places", {1, 2, 3}, {1, 8, 2, 9, 3}, "+1 +3");
    row("remove", {1, 2, 3}, {1, 3}, "-1");
    row("remove in two places", {1, 2, 3, 4}, {2, 4}, "-2 -0");
    row("replace one", {1, 2, 3}, {1, 4, 3}, "-1 +1");
    row("first to last", {1, 2, 3, 4}, {2, 3, 4, 1}, "0>4");
    row("last to first", {1, 2, 3, 4}, {4, 1, 2, 3}, "3>0");
    row("block to the end", {1, 2, 3, 4, 5}, {3, 4, 5, 1, 2}, "0-1>5");
    row("swap neighbours", {1, 2, 3, 4}, {1, 3, 2, 4}, "1>3");
    row("swap ends", {1, 2, 3, 4}, {4, 2, 3, 1}, "3>1 0>4");
    row("all at once", {1, 2, 3, 4, 5}, {5, 9, 1, 3, 8}, "-3 -1 2>0 +1 +4");
    row("reverse", {1, 2, 3}, {3, 2, 1}, "1>3 0>3");
}

void tst_ListModel::steps()
{
    QFETCH(QList<int>, before);
    QFETCH(QList<int>, after);
    const auto store = atom(todos(before));
    ListModel model(store, &Todo::id);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    store.set(todos(after));
    QCOMPARE(ids(model), after);
    QTEST(told.take(), "steps");
    store.set(todos(before));
    QCOMPARE(ids(model), before);
}

void tst_ListModel::steps_ofAManyRowsMove()
{
    QList<int> order;
    for (int i = 0; i < 1000; ++i) {
        order.append(i);
    }
    const auto store = atom(order);
    ListModel model(store);
    Signals told(model);
    order.move(999, 0);
    order.move(1, 500);
    store.set(order);
    QCOMPARE(told.take(), "999>1 0>501"); // two rows, whatever lies between
    QCOMPARE(ids(model), order);
}

void tst_ListModel::change_tellsTheRolesThatDiffer()
{
    const auto store = atom(todos({1, 2, 3}));
    ListModel model(store, &Todo::id);
    Signals told(model);
    Todos list = todos({3, 1, 2});
    list[0].done = true;
    list[2].text = QStringLiteral("x");
    store.set(list);
    QCOMPARE(told.take(), "2>0 ~0(done,value) ~2(text,value)");
}

void tst_ListModel::keys_thatAreNotUnique()
{
    const auto store = atom(QList<int>{1, 1, 2, 1});
    ListModel model(store);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    store.set({1, 2, 1, 1, 1});
    QCOMPARE(ids(model), (QList<int>{1, 2, 1, 1, 1}));
    store.set({1, 1});
    QCOMPARE(ids(model), (QList<int>{1, 1}));
}

struct Plain // without ==
{
    Q_GADGET
    Q_PROPERTY(int id MEMBER id FINAL)
    Q_PROPERTY(int size MEMBER size FINAL)

public:
    int id = 0;
    int size = 0;
};

void tst_ListModel::items_withoutEquality()
{
    const auto store = atom(QList<Plain>{{1, 1}, {2, 2}});
    ListModel model(store, &Plain::id);
    Signals told(model);
    store.set({{1, 1}, {2, 3}});
    QCOMPARE(told.take(), "~1(size,value)"); // by its properties
}

void tst_ListModel::unobserved_readsWhatNoComputedStoreHasPulled()
{
    const auto numbers = atom(QList<int>{1});
    const auto total = computed([=] { return numbers().size(); });
    QCOMPARE(total.peek(), 1);
    const ListModel model(numbers);
    QCOMPARE(model.rowCount(), 1);
    numbers.set({1, 2});
    QCOMPARE(model.rowCount(), 2);
    numbers.set({1, 2, 3});
    QCOMPARE(model.rowCount(), 3);
}

void tst_ListModel::unobserved_readsTheStore()
{
    const auto store = atom(todos({1}));
    int mounts = 0;
    onMount(store, [&mounts] { ++mounts; });
    ListModel model(store, &Todo::id);
    QCOMPARE(ids(model), QList<int>{1});
    store.set(todos({2, 3}));
    QCOMPARE(ids(model), (QList<int>{2, 3}));
    QCOMPARE(mounts, 0);
}

void tst_ListModel::observed_mountsUntilTheLastHasLeft()
{
    const auto store = atom(todos({1}));
    ListModel model(store, &Todo::id);
    {
        Signals told(model);
        QVERIFY(isMounted(store));
    }
    m_time->advance(1000);
    QVERIFY(!isMounted(store));
    store.set(todos({2}));
    Signals told(model);
    QCOMPARE(ids(model), QList<int>{2});
    store.set(todos({2, 3}));
    QCOMPARE(told.take(), "+1");
}

void tst_ListModel::observed_readBeforeAndFilledByTheMountHook()
{
    const auto store = atom(todos({1}));
    onMount(store, [](auto &event) { event.store().set(todos({1, 2})); });
    ListModel model(store, &Todo::id);
    QCOMPARE(model.rowCount(), 1);
    Signals told(model);
    QCOMPARE(model.rowCount(), 1);
    m_time->advance(0);
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(told.take(), "+1");
}

void tst_ListModel::observed_leftBeforeItHasCaughtUp()
{
    const auto leaveAndComeBack = [this](const auto &store) {
        onMount(store, [](auto &event) { event.store().set(todos({1, 2})); });
        ListModel model(store, &Todo::id);
        QCOMPARE(model.rowCount(), 1);
        {
            const Signals first(model); // what the hook sets is to be signalled in the next turn
        }
        m_time->advance(1000);
        Signals told(model);
        QCOMPARE(model.rowCount(), 2);
        store.set(todos({1, 2, 3}));
        QCOMPARE(told.take(), "+2");
    };
    leaveAndComeBack(atom(todos({1})));
    leaveAndComeBack(list(todos({1})));
}

void tst_ListModel::computed_isReadOnlyAndMinimal()
{
    const auto store = atom(todos({3, 1, 2}));
    const auto sorted = computed(store, [](Todos list) {
        std::sort(list.begin(), list.end(), [](const Todo &a, const Todo &b) { return a.id < b.id; });
        list.removeIf([](const Todo &todo) { return todo.done; });
        return list;
    });
    ListModel model(sorted, &Todo::id);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    QCOMPARE(ids(model), (QList<int>{1, 2, 3}));
    QVERIFY(!model.setData(model.index(0), true, StoreModel::FirstFieldRole + 1));
    Todos list = store.get();
    list[2].done = true;
    list.append({0, QString(), false});
    store.set(list);
    QCOMPARE(told.take(), "-1 +0");
}

void tst_ListModel::computed_thatFails()
{
    support::ErrorLog errors;
    const auto store = atom(0);
    const auto failing = computed(store, [](int value) -> QList<int> {
        if (value == 0) {
            throw std::runtime_error("none");
        }
        return {value};
    });
    ListModel model(failing);
    QCOMPARE(model.rowCount(), 0);
    Signals told(model);
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(!errors.take().isEmpty());
}

void tst_ListModel::vector_ofStandardStrings()
{
    const auto store = atom(std::vector<std::string>{"a", "b"});
    ListModel model(store);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    store.set({"b", "a", "c"});
    QCOMPARE(told.take(), "0>2 +2");
    QCOMPARE(model.index(2).data(), QVariant(QStringLiteral("c")));
    QVERIFY(model.setData(model.index(2), QStringLiteral("d")));
    QCOMPARE(store.get().at(2), std::string("d"));
}

void tst_ListModel::write_whileRowsAreTold()
{
    const auto store = atom(QList<int>{1, 2, 3});
    ListModel model(store);
    connect(&model, &QAbstractItemModel::rowsRemoved, this, [&] { store.set({4, 2, 1}); });
    QAbstractItemModelTester tester(&model);
    store.set({3});
    QCOMPARE(ids(model), (QList<int>{4, 2, 1}));
}

void tst_ListModel::setData_writesTheStore()
{
    const auto store = atom(::todos({1, 2}));
    ListModel model(store, &Todo::id);
    Signals told(model);
    QVERIFY(model.setData(model.index(1), true, StoreModel::FirstFieldRole + 1));
    QVERIFY(store.get().at(1).done);
    QCOMPARE(told.take(), "~1(done,value)");
    QVERIFY(!model.setData(model.index(1), 3, StoreModel::KeyRole));
}

void tst_ListModel::setData_thatAHookRejects()
{
    const auto store = atom(::todos({1, 2}));
    onSet(store, [](auto &event) { event.abort(); });
    ListModel model(store, &Todo::id);
    Signals told(model);
    QVERIFY(!model.setData(model.index(1), true, StoreModel::FirstFieldRole + 1));
    QCOMPARE(told.take(), "~1(done)");
    QVERIFY(!store.get().at(1).done);
}

void tst_ListModel::count_canBeBound()
{
    const auto store = atom(todos({1, 2}));
    ListModel model(store, &Todo::id);
    QSignalSpy counts(&model, &StoreModel::countChanged);
    QVERIFY(isMounted(store));
    store.set(todos({2, 1}));
    QCOMPARE(counts.count(), 0);
    store.set(todos({2, 1, 3}));
    QCOMPARE(counts.count(), 1);
    QCOMPARE(model.property("count").toInt(), 3);
}

// What the mount hook has set is told by the event loop, where no queue keeps a write of an observer until it is over.
void tst_ListModel::write_whileAMountedChangeIsTold()
{
    const auto store = atom(todos({1, 2}));
    const auto hook = onMount(store, [](auto &event) {
        Todos all = todos({1, 2});
        all[0].done = all[1].done = true;
        event.store().set(all);
    });
    ListModel model(store, &Todo::id);
    QCOMPARE(model.rowCount(), 2);
    Signals told(model);
    QObject view;
    bool writes = true;
    connect(&model, &QAbstractItemModel::dataChanged, &view, [&] {
        if (std::exchange(writes, false)) {
            Todos all = store.get();
            all.prepend({9, QStringLiteral("9"), false});
            store.set(all);
            QCOMPARE(ids(model), (QList<int>{1, 2})); // is told afterwards
        }
    });
    m_time->advance(0);
    QCOMPARE(told.take(), "~0(done,value) ~1(done,value) +0");
    QCOMPARE(ids(model), (QList<int>{9, 1, 2}));
    hook();
}

void tst_ListModel::model_mayBeDeletedInItsSignals()
{
    const auto deletedBy = [](auto signal) {
        const auto store = atom(todos({1, 2, 3, 4}));
        auto *model = new ListModel(store, &Todo::id);
        const QPointer<QObject> alive(model);
        QObject context;
        connect(model, signal, &context, [&] { delete std::exchange(model, nullptr); });
        Todos next = todos({4, 5, 1, 6});
        next[0].done = next[2].done = true;
        store.set(next);
        if (alive) {
            delete model;
            return false;
        }
        return true;
    };
    using Qai = QAbstractItemModel;
    QVERIFY(deletedBy(&Qai::dataChanged));
    QVERIFY(deletedBy(&Qai::rowsInserted));
    QVERIFY(deletedBy(&Qai::rowsRemoved));
    QVERIFY(deletedBy(&Qai::rowsMoved));
    QVERIFY(deletedBy(&StoreModel::countChanged));
}

void tst_ListModel::nested_modelThatWasDeletedIsMadeAnew()
{
    const auto store = atom(todos({1, 2}));
    using Kinds = Group<bool, Todos>;
    ListModel model(grouped(store, &Todo::done), &Kinds::key);
    model.nest(nested("todos", &Kinds::items, &Todo::id));
    const auto inner = [&model] {
        return model.index(0).data(model.roleNames().key("todos")).value<QAbstractItemModel *>();
    };
    Signals told(model);
    delete inner();
    QCOMPARE(inner()->rowCount(), 2);
    delete inner();
    store.set({});
    QCOMPARE(model.rowCount(), 0);
}

QTEST_GUILESS_MAIN(tst_ListModel)
#include "tst_listmodel.moc"
