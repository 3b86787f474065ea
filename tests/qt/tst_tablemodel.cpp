// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "support/manualtime.h"

#include <QtCore/QAbstractListModel>
#include <QtCore/QIdentityProxyModel>
#include <QtCore/QSortFilterProxyModel>
#include <QtCore/QStringListModel>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <cmath>
#include <limits>
#include <memory>

using namespace nanostores;

struct Line
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name FINAL)
    Q_PROPERTY(int price MEMBER price FINAL)
    Q_PROPERTY(int quantity MEMBER quantity FINAL)
    Q_PROPERTY(QString note MEMBER note FINAL)

public:
    QString name;
    int price = 0;
    int quantity = 1;
    QString note;

    friend bool operator==(const Line &, const Line &) = default;
};

namespace {

QVariant inEuros(const QVariant &cents)
{
    return QString::number(cents.toInt() / 100.0, 'f', 2);
}

QList<TableColumn> columns()
{
    return {{QStringLiteral("Item"), "name"},
            {QStringLiteral("Price"), "price", inEuros, Qt::AlignRight},
            {QStringLiteral("Quantity"), "quantity", {}, Qt::AlignCenter, true},
            {QString()}};
}

/// "0,1-0,2" for each dataChanged.
class Changes
{
public:
    explicit Changes(const QAbstractItemModel &model)
        : m_spy(&model, &QAbstractItemModel::dataChanged)
    {
    }
    QString take()
    {
        QStringList all;
        while (!m_spy.isEmpty()) {
            const auto call = m_spy.takeFirst();
            const auto first = call.at(0).toModelIndex();
            const auto last = call.at(1).toModelIndex();
            all << QStringLiteral("%1,%2-%3,%4")
                       .arg(first.row())
                       .arg(first.column())
                       .arg(last.row())
                       .arg(last.column());
        }
        return all.join(u' ');
    }

private:
    QSignalSpy m_spy;
};

/// A list whose roles have other numbers.
class Vases final : public QAbstractListModel
{
public:
    QHash<int, QByteArray> roleNames() const override { return {{Qt::UserRole + 77, "name"}}; }
    int rowCount(const QModelIndex &parent) const override { return parent.isValid() ? 0 : 1; }
    QVariant data(const QModelIndex &, int role) const override
    {
        return role == Qt::UserRole + 77 ? QVariant(QStringLiteral("Vase")) : QVariant();
    }
};

} // namespace

class tst_TableModel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();

    void columns_showRoles();
    void header_isTheColumns();
    void rows_areTheLists();
    void change_isToldForItsColumns();
    void edit_writesTheStore();
    void role_thatIsNoneIsReported();
    void role_ofAListThatComesLater_data();
    void role_ofAListThatComesLater();
    void list_isObservedWhileTheTableIs();
    void list_thatIsSortedKeepsPersistentIndexes();
    void list_thatGrowsIsFetchedFrom();
    void list_mayGoFirst();
    void roles_areTheCellsAndTheLists();
    void count_canBeBound();
    void edit_thatCannotBeSaysSo();
    void edit_throughSortedWritesTheSource();
    void sort_reachesAStore();
    void sort_withoutAStoreSaysSo();
    void sort_isToldWhileObserved();
    void byRole_ordersEachType();
    void macro_makesATable();
    void model_mayBeDeletedInItsSignals();

private:
    Map<QString, Line> m_store = map<QString, Line>();
    std::unique_ptr<support::ManualTime> m_time;
};

void tst_TableModel::init()
{
    m_time.reset();
    m_time = std::make_unique<support::ManualTime>();
    m_store.set({{QStringLiteral("mug"), {QStringLiteral("Mug"), 1250, 2, QStringLiteral("blue")}},
                 {QStringLiteral("lamp"), {QStringLiteral("Lamp"), 9000, 1, QString()}}});
}

void tst_TableModel::columns_showRoles()
{
    MapModel list(m_store);
    TableModel table(&list, columns());
    QAbstractItemModelTester tester(&table);
    QCOMPARE(table.rowCount(), 2);
    QCOMPARE(table.columnCount(), 4);
    QCOMPARE(table.index(0, 0).data(), QVariant(QStringLiteral("Mug")));
    QCOMPARE(table.index(0, 1).data(), QVariant(QStringLiteral("12.50")));
    QCOMPARE(table.index(0, 1).data(Qt::EditRole), QVariant(1250));
    QCOMPARE(table.index(0, 1).data(Qt::TextAlignmentRole).toInt(), int(Qt::AlignRight | Qt::AlignVCenter));
    QVERIFY(!table.index(0, 3).data().isValid());
    QCOMPARE(table.index(1, 3).data(list.roleNames().key("name")), QVariant(QStringLiteral("Lamp")));
    QCOMPARE(table.value(0, "note"), QVariant(QStringLiteral("blue")));
    QVERIFY(!table.value(0, "nothing").isValid());
    QCOMPARE(table.listIndex(table.index(1, 2)), list.index(1));
}

void tst_TableModel::header_isTheColumns()
{
    MapModel list(m_store);
    const TableModel table(&list, columns());
    QCOMPARE(table.headerData(1, Qt::Horizontal), QVariant(QStringLiteral("Price")));
    QCOMPARE(table.headerData(2, Qt::Horizontal, Qt::TextAlignmentRole).toInt(), int(Qt::AlignCenter));
    QVERIFY(!table.headerData(7, Qt::Horizontal).isValid());
}

void tst_TableModel::rows_areTheLists()
{
    const auto order = atom(QList<int>{1, 2, 3, 4});
    ListModel list(order);
    TableModel table(&list, {{QStringLiteral("Number"), "value"}, {QStringLiteral("Key"), "key"}});
    QAbstractItemModelTester tester(&table);
    const QPersistentModelIndex two = table.index(1, 1);
    QSignalSpy moved(&table, &QAbstractItemModel::rowsMoved);
    QSignalSpy reset(&table, &QAbstractItemModel::modelReset);
    order.set({4, 1, 2, 3, 5});
    QCOMPARE(moved.count(), 1);
    QCOMPARE(two.row(), 2);
    QCOMPARE(two.column(), 1);
    order.set({2, 5});
    QCOMPARE(two.row(), 0);
    QCOMPARE(table.rowCount(), 2);
    order.set({5});
    QVERIFY(!two.isValid());
    QCOMPARE(reset.count(), 0);
}

void tst_TableModel::change_isToldForItsColumns()
{
    MapModel list(m_store);
    TableModel table(&list, columns());
    Changes told(table);
    m_store.setKey(QStringLiteral("lamp"), {QStringLiteral("Lamp"), 9900, 1, QString()});
    QCOMPARE(told.take(), QStringLiteral("1,1-1,1"));
    m_store.setKey(QStringLiteral("lamp"), {QStringLiteral("Lamp"), 8000, 3, QString()});
    QCOMPARE(told.take(), QStringLiteral("1,1-1,2"));
    m_store.setKey(QStringLiteral("lamp"), {QStringLiteral("Light"), 8000, 4, QString()});
    QCOMPARE(told.take(), QStringLiteral("1,0-1,0 1,2-1,2"));
    m_store.setKey(QStringLiteral("lamp"), {QStringLiteral("Light"), 8000, 4, QStringLiteral("red")});
    QCOMPARE(told.take(), QStringLiteral("1,0-1,3")); // no column's; a delegate may show it
}

void tst_TableModel::edit_writesTheStore()
{
    MapModel list(m_store);
    TableModel table(&list, columns());
    QVERIFY(table.flags(table.index(0, 2)) & Qt::ItemIsEditable);
    QVERIFY(!(table.flags(table.index(0, 0)) & Qt::ItemIsEditable));
    QVERIFY(table.setData(table.index(0, 2), 7));
    QCOMPARE(m_store.getKey(QStringLiteral("mug"))->quantity, 7);
    QVERIFY(!table.setData(table.index(0, 0), QStringLiteral("Cup")));
    QCOMPARE(m_store.getKey(QStringLiteral("mug"))->name, QStringLiteral("Mug"));
    const Unbind hook = onSet(m_store, [](auto &event) { event.abort(); });
    QVERIFY(!table.setData(table.index(0, 2), 8));
    QCOMPARE(table.index(0, 2).data(), QVariant(7));
    hook();
}

void tst_TableModel::role_thatIsNoneIsReported()
{
    MapModel list(m_store);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no role colour.*quantity")));
    const TableModel table(&list, {{QStringLiteral("Colour"), "colour"}});
    QVERIFY(!table.index(0, 0).data().isValid());
}

void tst_TableModel::role_ofAListThatComesLater_data()
{
    QTest::addColumn<bool>("observed");
    QTest::newRow("observed") << true;
    QTest::newRow("unobserved") << false;
}

void tst_TableModel::role_ofAListThatComesLater()
{
    QFETCH(const bool, observed);
    MapModel list(m_store);
    QSortFilterProxyModel inner;
    QIdentityProxyModel outer;
    outer.setSourceModel(&inner);
    TableModel table(&outer, {{QStringLiteral("Item"), "name", {}, Qt::AlignLeft, true}});
    std::unique_ptr<Changes> changes;
    std::unique_ptr<QAbstractItemModelTester> tester;
    if (observed) {
        tester = std::make_unique<QAbstractItemModelTester>(&table);
        changes = std::make_unique<Changes>(table);
    }
    inner.setSourceModel(&list);
    QCOMPARE(table.rowCount(), 2);
    QCOMPARE(table.index(0, 0).data(), QVariant(QStringLiteral("Mug")));
    QVERIFY(table.setData(table.index(0, 0), QStringLiteral("Cup")));
    QCOMPARE(m_store.getKey(QStringLiteral("mug"))->name, QStringLiteral("Cup"));
    if (changes) {
        QCOMPARE(changes->take(), QStringLiteral("0,0-0,0"));
    }
    Vases other;
    inner.setSourceModel(&other);
    QCOMPARE(table.index(0, 0).data(), QVariant(QStringLiteral("Vase")));
}

void tst_TableModel::list_isObservedWhileTheTableIs()
{
    MapModel list(m_store);
    TableModel table(&list, columns());
    QVERIFY(!isMounted(m_store));
    {
        const QSignalSpy observer(&table, &QAbstractItemModel::rowsInserted);
        QVERIFY(isMounted(m_store));
    }
    m_time->advance(2000);
    QVERIFY(!isMounted(m_store));
    m_store.removeKey(QStringLiteral("mug"));
    QCOMPARE(table.rowCount(), 1);
}

void tst_TableModel::list_thatIsSortedKeepsPersistentIndexes()
{
    MapModel list(m_store);
    QSortFilterProxyModel sorted;
    sorted.setSourceModel(&list);
    sorted.setSortRole(list.roleNames().key("price"));
    TableModel table(&sorted, columns());
    QAbstractItemModelTester tester(&table);
    const QPersistentModelIndex mug = table.index(0, 2);
    sorted.sort(0, Qt::DescendingOrder);
    QCOMPARE(mug.row(), 1);
    QCOMPARE(mug.column(), 2);
    QCOMPARE(table.index(0, 0).data(), QVariant(QStringLiteral("Lamp")));
}

void tst_TableModel::list_thatGrowsIsFetchedFrom()
{
    struct Growing final : QStringListModel
    {
        bool canFetchMore(const QModelIndex &) const override { return rowCount() < 2; }
        void fetchMore(const QModelIndex &) override { insertRow(rowCount()); }
    } list;
    TableModel table(&list, {{QStringLiteral("Text"), "display"}});
    for (int rows = 0; rows < 2; ++rows) {
        QCOMPARE(table.rowCount(), rows);
        QVERIFY(table.canFetchMore(QModelIndex()));
        table.fetchMore(QModelIndex());
    }
    QVERIFY(!table.canFetchMore(QModelIndex()));
}

void tst_TableModel::list_mayGoFirst()
{
    auto list = std::make_unique<MapModel<QString, Line>>(m_store);
    TableModel table(list.get(), columns());
    QSignalSpy reset(&table, &QAbstractItemModel::modelReset);
    list.reset();
    QCOMPARE(reset.count(), 1);
    QCOMPARE(table.rowCount(), 0);
    QVERIFY(!table.index(0, 0).data().isValid());
}

void tst_TableModel::roles_areTheCellsAndTheLists()
{
    MapModel list(m_store);
    const TableModel table(&list, columns());
    const auto names = table.roleNames();
    QCOMPARE(names.value(Qt::DisplayRole), QByteArray("display"));
    QCOMPARE(names.value(Qt::EditRole), QByteArray("edit"));
    QCOMPARE(names.value(StoreModel::KeyRole), QByteArray("key"));
    QCOMPARE(names.key("note"), list.roleNames().key("note"));
}

void tst_TableModel::count_canBeBound()
{
    MapModel list(m_store);
    TableModel table(&list, columns());
    QCOMPARE(table.count(), 2);
    QVERIFY(!isMounted(m_store));
    QSignalSpy counts(&table, &TableModel::countChanged);
    QVERIFY(isMounted(m_store));
    m_store.removeKey(QStringLiteral("mug"));
    QCOMPARE(counts.count(), 1);
    QCOMPARE(table.property("count").toInt(), 1);
    m_store.setKey(QStringLiteral("lamp"), {QStringLiteral("Light"), 1, 1, QString()});
    QCOMPARE(counts.count(), 1);
}

void tst_TableModel::edit_thatCannotBeSaysSo()
{
    MapModel list(m_store);
    TableModel table(&list, columns());
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("\"Item\" is not editable.*TableColumn")));
    QVERIFY(!table.setData(table.index(0, 0), 5));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("\"edit\"")));
    QVERIFY(!table.setData(table.index(0, 2), 5, Qt::DisplayRole));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("role key.*read-only")));
    QVERIFY(!table.setData(table.index(0, 2), 5, StoreModel::KeyRole));
    MapModel sums(computed(m_store, [](const Dictionary<QString, Line> &lines) { return lines; }).named("sums"));
    TableModel shown(&sums, columns());
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("sums.*read-only.*filtered\\(\\)")));
    QVERIFY(!shown.setData(shown.index(0, 2), 5));
    QVERIFY(!(shown.flags(shown.index(0, 2)) & Qt::ItemIsEditable));
}

void tst_TableModel::edit_throughSortedWritesTheSource()
{
    MapModel list(sorted(m_store, descending(&Line::price)));
    TableModel table(&list, columns());
    QAbstractItemModelTester tester(&table);
    QCOMPARE(table.index(0, 0).data(), QVariant(QStringLiteral("Lamp")));
    QVERIFY(table.flags(table.index(1, 2)) & Qt::ItemIsEditable);
    QVERIFY(table.setData(table.index(1, 2), 9));
    QCOMPARE(m_store.getKey(QStringLiteral("mug"))->quantity, 9);
}

void tst_TableModel::sort_reachesAStore()
{
    const auto order = atom(SortOrder{QStringLiteral("name")});
    MapModel list(sorted(m_store, order, byRole()));
    TableModel table(&list, columns());
    table.sortBy(order);
    QAbstractItemModelTester tester(&table);
    QCOMPARE(table.index(0, 0).data(), QVariant(QStringLiteral("Lamp")));
    QCOMPARE(table.sortColumn(), 0);
    QVERIFY(QMetaObject::invokeMethod(&table, "sort", Q_ARG(int, 1), Q_ARG(Qt::SortOrder, Qt::AscendingOrder)));
    QCOMPARE(order.get(), (SortOrder{QStringLiteral("price"), Qt::AscendingOrder}));
    QCOMPARE(table.index(0, 0).data(), QVariant(QStringLiteral("Mug")));
    table.sort(1, Qt::DescendingOrder);
    QCOMPARE(table.index(0, 0).data(), QVariant(QStringLiteral("Lamp")));
    table.sort(-1);
    QCOMPARE(order.get(), SortOrder());
    QCOMPARE(table.index(0, 0).data(), QVariant(QStringLiteral("Mug")));
    order.set({QStringLiteral("note"), Qt::AscendingOrder}); // of no column
    QCOMPARE(table.sortColumn(), -1);
    table.sort(-1); // the view shows what it was handed
    QCOMPARE(order.get().role, QStringLiteral("note"));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("column 3 cannot be sorted by")));
    table.sort(3);
    QCOMPARE(order.get().role, QStringLiteral("note"));
}

void tst_TableModel::sort_withoutAStoreSaysSo()
{
    MapModel list(m_store);
    TableModel table(&list, columns());
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("sortBy\\(order\\)")));
    table.sort(0);
}

void tst_TableModel::sort_isToldWhileObserved()
{
    const auto order = atom(SortOrder{QStringLiteral("name")});
    MapModel list(sorted(m_store, order, byRole()));
    TableModel table(&list, columns());
    table.sortBy(order);
    QVERIFY(!isMounted(order));
    {
        QSignalSpy told(&table, &TableModel::sortChanged);
        QVERIFY(isMounted(order));
        QVERIFY(!isMounted(m_store));
        table.sort(1, Qt::DescendingOrder);
        QCOMPARE(told.count(), 1);
        QCOMPARE(table.property("sortOrder").toInt(), int(Qt::DescendingOrder));
    }
    m_time->advance(2000);
    QVERIFY(!isMounted(order));
}

void tst_TableModel::byRole_ordersEachType()
{
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const auto order = atom(SortOrder{QStringLiteral("value")});
    const auto numbers = sorted(atom(QList<double>{3, nan, 1, 2}), order, byRole());
    QCOMPARE(numbers.get().first(), 1.0);
    QVERIFY(std::isnan(numbers.get().last()));
    order.set({QStringLiteral("value"), Qt::DescendingOrder});
    QCOMPARE(numbers.get().last(), 1.0);
    const auto words = sorted(atom(QList<QString>{QStringLiteral("b"), QStringLiteral("a")}), order, byRole());
    QCOMPARE(words.get().first(), QStringLiteral("b"));
    order.set({QStringLiteral("nothing")});
    QCOMPARE(words.get(), (QList<QString>{QStringLiteral("b"), QStringLiteral("a")}));
}

namespace {

const auto ordered = atom(SortOrder{QStringLiteral("value")});
const auto numbers = atom(QList<int>{2, 3, 1});
const auto inOrder = sorted(numbers, ordered, byRole());

QList<TableColumn> numberColumns()
{
    return {{QStringLiteral("Number"), "value", {}, Qt::AlignRight, true}};
}

class Sheet : public StoreObject
{
    Q_OBJECT
    NANOSTORES_TABLE(plain, numberColumns(), ::numbers)
    NANOSTORES_TABLE(sortable, numberColumns(), ::ordered, ::inOrder)
};

} // namespace

void tst_TableModel::macro_makesATable()
{
    Sheet sheet;
    QCOMPARE(sheet.property("plain").value<QAbstractItemModel *>(), sheet.plain());
    QCOMPARE(sheet.plain()->index(0, 0).data(), QVariant(2));
    QCOMPARE(sheet.plain()->headerData(0, Qt::Horizontal), QVariant(QStringLiteral("Number")));
    QCOMPARE(sheet.sortable()->index(0, 0).data(), QVariant(1));
    sheet.sortable()->sort(0, Qt::DescendingOrder);
    QCOMPARE(sheet.sortable()->index(0, 0).data(), QVariant(3));
    QVERIFY(sheet.sortable()->setData(sheet.sortable()->index(0, 0), 0));
    QCOMPARE(numbers.get(), (QList<int>{2, 0, 1}));
}

void tst_TableModel::model_mayBeDeletedInItsSignals()
{
    const auto deletedBy = [this](auto signal, auto change) {
        MapModel list(m_store);
        auto *table = new TableModel(&list, columns());
        QPointer<QObject> alive(table);
        QObject context;
        connect(table, signal, &context, [&] { delete std::exchange(table, nullptr); });
        change();
        if (alive) {
            delete table;
            return false;
        }
        return true;
    };
    QVERIFY(deletedBy(&QAbstractItemModel::dataChanged, [this] {
        m_store.setKey(QStringLiteral("lamp"), {QStringLiteral("Light"), 8000, 4, QStringLiteral("red")});
    }));
    QVERIFY(deletedBy(&QAbstractItemModel::rowsInserted, [this] { m_store.setKey(QStringLiteral("pen"), Line()); }));
    QVERIFY(deletedBy(&TableModel::countChanged, [this] { m_store.setKey(QStringLiteral("ink"), Line()); }));
    QVERIFY(deletedBy(&QAbstractItemModel::rowsRemoved, [this] { m_store.removeKey(QStringLiteral("pen")); }));
}

QTEST_GUILESS_MAIN(tst_TableModel)
#include "tst_tablemodel.moc"
