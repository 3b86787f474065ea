// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "support/manualtime.h"

#include <QtCore/QSortFilterProxyModel>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <rapidcheck.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <vector>

using namespace nanostores;

using Flag = QItemSelectionModel;

namespace {

QList<int> keysOf(const QItemSelectionModel &selection)
{
    std::set<int> rows;
    for (const QModelIndex &index : selection.selectedIndexes()) {
        rows.insert(index.row());
    }
    QList<int> keys;
    for (const int row : rows) {
        keys.append(selection.model()->index(row, 0).data(StoreModel::KeyRole).toInt());
    }
    return keys;
}

/// Some of the keys from 0 to 9.
std::set<int> anyKeys()
{
    std::set<int> keys;
    const int bits = *rc::gen::inRange(0, 1 << 10);
    for (int key = 0; key < 10; ++key) {
        if (bits >> key & 1) {
            keys.insert(key);
        }
    }
    return keys;
}

std::optional<int> currentOf(const QItemSelectionModel &selection)
{
    const QModelIndex index = selection.currentIndex();
    return index.isValid() ? std::optional<int>(index.data(StoreModel::KeyRole).toInt()) : std::nullopt;
}

} // namespace

class tst_KeySelection : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();

    void current_tiesBothWays();
    void current_ofAKeyThatIsAway();
    void current_ofAPlainStoreKeepsItsKey();
    void current_thatAHookRejects();
    void selected_tiesBothWays();
    void selected_inEachContainer();
    void selected_hiddenOnesStay();
    void model_changesWriteNothing();
    void model_comesLater();
    void program_setsKeys();
    void selection_throughAProxy();
    void selection_goesFirst();
    void selection_agreesWithAPlainModel();

private:
    std::unique_ptr<support::ManualTime> m_time;
};

void tst_KeySelection::init()
{
    m_time.reset();
    m_time = std::make_unique<support::ManualTime>();
}

void tst_KeySelection::current_tiesBothWays()
{
    const auto list = atom(QList<int>{10, 20, 30});
    const auto current = atom(std::optional<int>(20));
    ListModel model(list);
    KeySelection selection(&model);
    selection.tieCurrent(current);
    QCOMPARE(selection.currentIndex().row(), 1);
    QCOMPARE(keysOf(selection), QList<int>{20}); // shown as the selected one
    selection.setCurrentIndex(model.index(2), Flag::ClearAndSelect);
    QCOMPARE(current.get(), std::optional<int>(30));
    list.set({30, 20, 10});
    QCOMPARE(selection.currentIndex().row(), 0);
    QCOMPARE(current.get(), std::optional<int>(30));
    current.set(10);
    QCOMPARE(selection.currentIndex().row(), 2);
    QCOMPARE(keysOf(selection), QList<int>{10});
    current.set(std::nullopt);
    QVERIFY(!selection.currentIndex().isValid());
    QVERIFY(!selection.hasSelection());
    selection.setCurrentIndex(model.index(1), Flag::ClearAndSelect);
    selection.clear();
    QCOMPARE(current.get(), std::optional<int>());
}

void tst_KeySelection::current_ofAKeyThatIsAway()
{
    const auto list = atom(QList<int>{10, 20, 30});
    const auto current = atom(std::optional<int>(20));
    ListModel model(list);
    KeySelection selection(&model);
    selection.tieCurrent(current);
    int writes = 0;
    const auto hook = onSet(current, [&writes](auto &) { ++writes; });
    list.set({10, 30});
    QVERIFY(!selection.currentIndex().isValid());
    QVERIFY(!selection.hasSelection());
    list.set({10, 30, 20});
    QCOMPARE(currentOf(selection), std::optional<int>(20));
    QCOMPARE(keysOf(selection), QList<int>{20});
    QCOMPARE(writes, 0);
    current.set(77);
    QVERIFY(!selection.currentIndex().isValid());
    list.set({10, 77});
    QCOMPARE(selection.currentIndex().row(), 1);
    QCOMPARE(writes, 1);
    hook();
}

void tst_KeySelection::current_ofAPlainStoreKeepsItsKey()
{
    const auto list = atom(QList<QString>{QStringLiteral("a"), QStringLiteral("b")});
    const auto current = atom(QStringLiteral("b"));
    ListModel model(list);
    KeySelection selection(&model);
    selection.tieCurrent(current);
    selection.clear();
    QCOMPARE(current.get(), QStringLiteral("b"));
    QCOMPARE(selection.currentIndex().row(), 1);
    selection.setCurrentIndex(model.index(0), Flag::NoUpdate);
    QCOMPARE(current.get(), QStringLiteral("a"));
}

void tst_KeySelection::current_thatAHookRejects()
{
    const auto list = atom(QList<int>{10, 20, 30});
    const auto current = atom(std::optional<int>(20));
    onSet(current, [](auto &event) { event.abort(); });
    ListModel model(list);
    KeySelection selection(&model);
    selection.tieCurrent(current);
    selection.setCurrentIndex(model.index(0), Flag::ClearAndSelect);
    QCOMPARE(selection.currentIndex().row(), 1);
    QCOMPARE(keysOf(selection), QList<int>{20});
}

void tst_KeySelection::selected_tiesBothWays()
{
    const auto list = map<int, QString>({{1, QString()}, {2, QString()}, {3, QString()}, {4, QString()}});
    const auto chosen = atom(QList<int>{3, 1});
    const auto current = atom(std::optional<int>(2));
    MapModel model(list);
    KeySelection selection(&model);
    selection.tieCurrent(current);
    selection.tieSelected(chosen);
    QCOMPARE(keysOf(selection), (QList<int>{1, 3}));
    QCOMPARE(selection.currentIndex().row(), 1);
    selection.select(model.index(3), Flag::Toggle);
    QCOMPARE(chosen.get(), (QList<int>{3, 1, 4}));
    selection.select(model.index(2), Flag::Toggle);
    QCOMPARE(chosen.get(), (QList<int>{1, 4}));
    QCOMPARE(current.get(), std::optional<int>(2));
    chosen.set({2});
    QCOMPARE(keysOf(selection), QList<int>{2});
    selection.select(model.index(0), Flag::ClearAndSelect);
    QCOMPARE(chosen.get(), QList<int>{1});
    selection.clearSelection();
    QCOMPARE(chosen.get(), QList<int>());
    QCOMPARE(current.get(), std::optional<int>(2));
}

void tst_KeySelection::selected_inEachContainer()
{
    const auto list = atom(QList<int>{1, 2, 3});
    ListModel model(list);
    const auto check = [&model](const auto &chosen) {
        KeySelection selection(&model);
        selection.tieSelected(chosen);
        if (keysOf(selection) != QList<int>{2}) {
            return false;
        }
        selection.select(model.index(2), Flag::Select);
        const auto keys = chosen.get();
        return keys.size() == 2 && std::find(keys.begin(), keys.end(), 3) != keys.end();
    };
    QVERIFY(check(atom(QSet<int>{2})));
    QVERIFY(check(atom(std::vector<int>{2})));
    QVERIFY(check(atom(std::set<int>{2})));
}

void tst_KeySelection::selected_hiddenOnesStay()
{
    const auto list = atom(QList<int>{1, 2, 3, 4});
    const auto least = atom(1);
    const auto chosen = atom(QList<int>{1, 3});
    ListModel model(filtered(list, least, [](int number, int minimum) { return number >= minimum; }));
    KeySelection selection(&model);
    selection.tieSelected(chosen);
    least.set(2);
    QCOMPARE(keysOf(selection), QList<int>{3});
    selection.select(model.index(2), Flag::Select); // 4
    QCOMPARE(chosen.get(), (QList<int>{1, 3, 4}));
    least.set(1);
    QCOMPARE(keysOf(selection), (QList<int>{1, 3, 4}));
    least.set(2);
    selection.select(model.index(0), Flag::ClearAndSelect); // that one alone
    QCOMPARE(chosen.get(), QList<int>{2});
}

void tst_KeySelection::model_changesWriteNothing()
{
    const auto list = atom(QList<int>{1, 2, 3, 4});
    const auto chosen = atom(QList<int>{2, 3});
    const auto current = atom(3);
    ListModel model(list);
    TableModel table(&model, {{QStringLiteral("Number"), "value"}, {QStringLiteral("Again"), "value"}});
    KeySelection selection(&table);
    selection.tieCurrent(current);
    selection.tieSelected(chosen);
    QCOMPARE(selection.selectedRows().size(), 2);
    int writes = 0;
    const auto hook = onSet(current, [&writes](auto &) { ++writes; });
    const auto other = onSet(chosen, [&writes](auto &) { ++writes; });
    // A view of one selected row takes another one by itself when that row goes.
    QObject view;
    connect(&table, &QAbstractItemModel::rowsAboutToBeRemoved, &view,
            [&] { selection.setCurrentIndex(table.index(0, 0), Flag::ClearAndSelect); });
    for (const QList<int> &next : {QList<int>{4, 3, 2, 1}, {4, 2}, {}, {3}, {5, 6, 2, 3}, {3, 2}}) {
        list.set(next);
        QList<int> expected;
        std::copy_if(next.begin(), next.end(), std::back_inserter(expected), [](int i) { return i == 2 || i == 3; });
        QCOMPARE(keysOf(selection), expected);
        QCOMPARE(currentOf(selection), next.contains(3) ? std::optional<int>(3) : std::nullopt);
    }
    QCOMPARE(writes, 0);
    hook();
    other();
}

void tst_KeySelection::model_comesLater()
{
    const auto list = atom(QList<int>{1, 2, 3});
    const auto current = atom(std::optional<int>(3));
    ListModel model(list);
    KeySelection selection;
    selection.tieCurrent(current);
    selection.setModel(&model);
    QCOMPARE(selection.currentIndex().row(), 2);
    selection.reset();
    QCOMPARE(selection.currentIndex().row(), 2);
    selection.setModel(nullptr);
    QCOMPARE(current.get(), std::optional<int>(3));
}

void tst_KeySelection::program_setsKeys()
{
    const auto list = atom(QList<int>{1, 2, 3});
    const auto current = atom(std::optional<int>(3));
    ListModel model(list);
    KeySelection selection(&model);
    selection.tieCurrent(current);
    QSignalSpy changes(&selection, &KeySelection::currentKeyChanged);
    selection.setProperty("currentKey", 2);
    QCOMPARE(current.get(), std::optional<int>(2));
    QCOMPARE(selection.currentIndex().row(), 1);
    QCOMPARE(changes.count(), 1);
    selection.setCurrentKey(QStringLiteral("no number")); // no key of the store's
    QCOMPARE(current.get(), std::optional<int>(2));
    QCOMPARE(selection.currentKey(), QVariant(2));
}

void tst_KeySelection::selection_throughAProxy()
{
    const auto list = atom(QList<int>{1, 2, 3});
    const auto current = atom(std::optional<int>(3));
    ListModel model(list);
    QSortFilterProxyModel proxy;
    proxy.setSourceModel(&model);
    KeySelection selection(&proxy);
    selection.tieCurrent(current);
    QObject view;
    connect(&proxy, &QAbstractItemModel::rowsAboutToBeRemoved, &view,
            [&] { selection.setCurrentIndex(proxy.index(0, 0), Flag::ClearAndSelect); });
    proxy.sort(0, Qt::DescendingOrder);
    QCOMPARE(selection.currentIndex().row(), 0);
    proxy.setFilterFixedString(QStringLiteral("2"));
    QVERIFY(!selection.currentIndex().isValid());
    QCOMPARE(current.get(), std::optional<int>(3));
    proxy.setFilterFixedString(QString());
    QCOMPARE(currentOf(selection), std::optional<int>(3));
    selection.setCurrentIndex(proxy.index(1, 0), Flag::ClearAndSelect);
    QCOMPARE(current.get(), std::optional<int>(2));
}

void tst_KeySelection::selection_goesFirst()
{
    const auto list = atom(QList<int>{1, 2, 3});
    const auto current = atom(std::optional<int>(3));
    ListModel model(list);
    auto *selection = new KeySelection(&model);
    selection->tieCurrent(current);
    const auto listener = current.listen([&] { delete std::exchange(selection, nullptr); });
    selection->setCurrentIndex(model.index(0), Flag::ClearAndSelect);
    QVERIFY(!selection);
    QCOMPARE(current.get(), std::optional<int>(1));
    current.set(2);
}

void tst_KeySelection::selection_agreesWithAPlainModel()
{
    QVERIFY(rc::check("what is shown is what has been selected, of the keys that are there", [] {
        support::ManualTime time;
        const auto anyList = [] {
            const auto unique = anyKeys();
            std::vector<int> order(unique.begin(), unique.end());
            for (std::size_t i = order.size(); i > 1; --i) {
                std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
            }
            return QList<int>(order.begin(), order.end());
        };
        const auto list = atom(anyList());
        const auto least = atom(0);
        const auto ascends = atom(true);
        const auto shown = sorted(filtered(list, least, [](int key, int minimum) { return key >= minimum; }), ascends,
                                  [](int a, int b, bool ascending) { return ascending ? a < b : b < a; });
        const auto current = atom(std::optional<int>());
        const auto chosen = atom(QList<int>());
        ListModel model(shown);
        QAbstractItemModelTester tester(&model);
        KeySelection selection(&model);
        selection.tieCurrent(current);
        selection.tieSelected(chosen);
        // The plain model.
        std::optional<int> currentKey;
        std::set<int> chosenKeys;
        const auto steps = *rc::gen::inRange(1, 25);
        for (int step = 0; step < steps; ++step) {
            const int rows = model.rowCount();
            const int row = rows > 0 ? *rc::gen::inRange(0, rows) : -1;
            const int key = row < 0 ? -1 : shown.get().at(row);
            switch (*rc::gen::inRange(0, 8)) {
            case 0:
                list.set(anyList());
                break;
            case 1:
                least.set(*rc::gen::inRange(0, 10));
                break;
            case 2:
                ascends.set(!ascends.get());
                break;
            case 3:
                currentKey = *rc::gen::inRange(0, 10);
                current.set(currentKey);
                break;
            case 4: {
                const auto keys = anyKeys();
                chosenKeys = keys;
                chosen.set(QList<int>(keys.begin(), keys.end()));
                break;
            }
            case 5:
                if (row >= 0) {
                    selection.setCurrentIndex(model.index(row), Flag::NoUpdate);
                    currentKey = key;
                }
                break;
            case 6:
                if (row >= 0) {
                    selection.select(model.index(row), Flag::Toggle);
                    if (!chosenKeys.erase(key)) {
                        chosenKeys.insert(key);
                    }
                }
                break;
            default:
                if (row >= 0) {
                    selection.setCurrentIndex(model.index(row), Flag::ClearAndSelect);
                    currentKey = key;
                    chosenKeys = {key};
                }
            }
            RC_ASSERT(current.get() == currentKey);
            const auto kept = chosen.get();
            RC_ASSERT(std::set<int>(kept.begin(), kept.end()) == chosenKeys);
            QList<int> visible;
            for (const int there : shown.get()) {
                if (chosenKeys.contains(there)) {
                    visible.append(there);
                }
            }
            RC_ASSERT(keysOf(selection) == visible);
            RC_ASSERT(currentOf(selection)
                      == (currentKey && shown.get().contains(*currentKey) ? currentKey : std::optional<int>()));
        }
    }));
}

QTEST_GUILESS_MAIN(tst_KeySelection)
#include "tst_keyselection.moc"
