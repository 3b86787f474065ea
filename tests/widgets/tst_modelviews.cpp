// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/widgets.h>

#include "support/manualtime.h"

#include <QtCore/QSet>
#include <QtCore/QSortFilterProxyModel>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QListView>
#include <QtWidgets/QTableView>
#include <QtWidgets/QTreeView>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>

using namespace nanostores;

struct Song
{
    Q_GADGET
    Q_PROPERTY(QString title MEMBER title FINAL)
    Q_PROPERTY(int stars MEMBER stars FINAL)

public:
    int id = 0;
    QString title;
    int stars = 0;

    friend bool operator==(const Song &, const Song &) = default;
};

namespace {

QList<Song> sample()
{
    return {{1, QStringLiteral("c"), 3}, {2, QStringLiteral("a"), 5}, {3, QStringLiteral("b"), 1}};
}

QList<TableColumn> columns()
{
    return {{QStringLiteral("Title"), "title", {}, Qt::AlignLeft, true}, {QStringLiteral("Stars"), "stars"}};
}

QPoint middleOf(const QAbstractItemView &view, int row, int column = 0)
{
    return view.visualRect(view.model()->index(row, column)).center();
}

} // namespace

/// Views of widgets, driven by the mouse and the keyboard.
class tst_ModelViews : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();

    void sort_byClicksInTheHeader();
    void sort_beginsWithWhatTheStoreSays();
    void sort_thatAHookRejects();
    void current_byClicksAndKeys();
    void current_isNotTakenByFocus();
    void current_survivesARowThatGoes();
    void selected_byClicks();
    void selection_overProxiesOfProxies_data();
    void selection_overProxiesOfProxies();
    void edit_throughSorted();
    void bind_withoutAModelSaysSo();

private:
    Atom<QList<Song>> m_songs = atom(sample());
    Atom<SortOrder> m_order = atom(SortOrder());
    std::unique_ptr<support::ManualTime> m_time;
};

void tst_ModelViews::init()
{
    m_time.reset();
    m_time = std::make_unique<support::ManualTime>();
    m_songs = atom(sample());
    m_order = atom(SortOrder{QStringLiteral("stars"), Qt::DescendingOrder});
}

void tst_ModelViews::sort_byClicksInTheHeader()
{
    ListModel list(sorted(m_songs, m_order, byRole()), &Song::id);
    TableModel table(&list, columns());
    table.sortBy(m_order);
    QTableView view;
    view.setModel(&table);
    bindSort(&view);
    view.resize(400, 300);
    view.show();
    auto *header = view.horizontalHeader();
    const auto click = [&](int column) {
        const QPoint at(header->sectionViewportPosition(column) + 10, header->height() / 2);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
    };
    click(0);
    QCOMPARE(m_order.get().role, QStringLiteral("title"));
    const auto first = m_order.get().order;
    QCOMPARE(table.index(0, 0).data().toString(),
             first == Qt::AscendingOrder ? QStringLiteral("a") : QStringLiteral("c"));
    click(0);
    QVERIFY(m_order.get().order != first);
    QCOMPARE(table.index(0, 0).data().toString(),
             first == Qt::AscendingOrder ? QStringLiteral("c") : QStringLiteral("a"));
    m_order.set({QStringLiteral("stars"), Qt::AscendingOrder});
    QCOMPARE(header->sortIndicatorSection(), 1);
    QCOMPARE(header->sortIndicatorOrder(), Qt::AscendingOrder);
    QCOMPARE(m_order.get(), (SortOrder{QStringLiteral("stars"), Qt::AscendingOrder}));
}

void tst_ModelViews::sort_beginsWithWhatTheStoreSays()
{
    const SortOrder initial = m_order.get();
    int writes = 0;
    const Unbind hook = onSet(m_order, [&writes](auto &) { ++writes; });
    ListModel list(sorted(m_songs, m_order, byRole()), &Song::id);
    TableModel table(&list, columns());
    table.sortBy(m_order);
    QTreeView view;
    view.setModel(&table);
    bindSort(&view);
    QCOMPARE(m_order.get(), initial);
    QCOMPARE(writes, 0);
    QCOMPARE(view.header()->sortIndicatorSection(), 1);
    QCOMPARE(view.header()->sortIndicatorOrder(), Qt::DescendingOrder);
    hook();
}

void tst_ModelViews::sort_thatAHookRejects()
{
    const Unbind hook = onSet(m_order, [](auto &event) { event.abort(); });
    ListModel list(sorted(m_songs, m_order, byRole()), &Song::id);
    TableModel table(&list, columns());
    table.sortBy(m_order);
    QTableView view;
    view.setModel(&table);
    bindSort(&view);
    view.sortByColumn(0, Qt::AscendingOrder);
    QCOMPARE(view.horizontalHeader()->sortIndicatorSection(), 1);
    QCOMPARE(table.index(0, 0).data().toString(), QStringLiteral("a"));
    hook();
}

void tst_ModelViews::current_byClicksAndKeys()
{
    const auto current = atom(std::optional<int>(3));
    ListModel list(sorted(m_songs, &Song::title), &Song::id); // 2 3 1
    QListView view;
    view.setModel(&list);
    bindCurrent(current, &view);
    view.show();
    QCOMPARE(view.currentIndex().row(), 1);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, middleOf(view, 2));
    QCOMPARE(current.get(), std::optional<int>(1));
    QTest::keyClick(&view, Qt::Key_Up);
    QCOMPARE(current.get(), std::optional<int>(3));
    QList<Song> songs = m_songs.get();
    songs[2].title = QStringLiteral("z");
    m_songs.set(songs);
    QCOMPARE(view.currentIndex().row(), 2);
    QCOMPARE(view.selectionModel()->selectedIndexes(), QModelIndexList{list.index(2)});
    QTest::keyClick(&view, Qt::Key_Home);
    QCOMPARE(current.get(), std::optional<int>(2));
}

void tst_ModelViews::current_isNotTakenByFocus()
{
    const auto current = atom(std::optional<int>());
    ListModel list(m_songs, &Song::id);
    QListView view;
    view.setModel(&list);
    bindCurrent(current, &view);
    QFocusEvent focus(QEvent::FocusIn, Qt::TabFocusReason);
    QCoreApplication::sendEvent(&view, &focus);
    QCOMPARE(current.get(), std::optional<int>());
    QVERIFY(!view.currentIndex().isValid());
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(current.get(), std::optional<int>(1));
}

void tst_ModelViews::current_survivesARowThatGoes()
{
    const auto current = atom(std::optional<int>(2));
    int writes = 0;
    const Unbind hook = onSet(current, [&writes](auto &) { ++writes; });
    const auto least = atom(0);
    ListModel list(filtered(m_songs, least, [](const Song &song, int stars) { return song.stars >= stars; }),
                   &Song::id);
    TableModel table(&list, columns());
    QTableView view;
    view.setSelectionBehavior(QAbstractItemView::SelectRows);
    view.setSelectionMode(QAbstractItemView::SingleSelection);
    view.setModel(&table);
    bindCurrent(current, &view);
    view.show();
    for (const int stars : {2, 6, 4, 0}) {
        least.set(stars);
        const bool isThere = stars <= 5;
        QCOMPARE(view.currentIndex().isValid(), isThere);
        QCOMPARE(view.selectionModel()->hasSelection(), isThere);
        QVERIFY(!isThere || view.currentIndex().data(StoreModel::KeyRole).toInt() == 2);
    }
    m_songs.set({sample().first()}); // it goes, the others stay
    QVERIFY(!view.currentIndex().isValid());
    QCOMPARE(current.get(), std::optional<int>(2));
    QCOMPARE(writes, 0);
    hook();
}

void tst_ModelViews::selected_byClicks()
{
    const auto chosen = atom(QList<int>{1});
    const auto current = atom(std::optional<int>());
    ListModel list(m_songs, &Song::id);
    QTreeView view;
    view.setSelectionMode(QAbstractItemView::ExtendedSelection);
    view.setModel(&list);
    bindSelected(chosen, &view);
    QCOMPARE(bindCurrent(current, &view), view.selectionModel());
    view.show();
    QTest::mouseClick(view.viewport(), Qt::LeftButton, Qt::ControlModifier, middleOf(view, 2));
    QCOMPARE(chosen.get(), (QList<int>{1, 3}));
    QCOMPARE(current.get(), std::optional<int>(3));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, middleOf(view, 1));
    QCOMPARE(chosen.get(), QList<int>{2});
    chosen.set({3});
    QCOMPARE(view.selectionModel()->selectedRows().size(), 1);
    QCOMPARE(view.selectionModel()->selectedRows().first().row(), 2);
    view.selectAll();
    QCOMPARE(chosen.get().size(), 3);
}

void tst_ModelViews::selection_overProxiesOfProxies_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 20; ++seed) {
        QTest::addRow("%u", seed) << seed;
    }
}

/// Rows come, go, move and change, also in a slot of what is signalled: what is current and selected in two views are
/// the keys in the stores, as far as these can be seen.
void tst_ModelViews::selection_overProxiesOfProxies()
{
    QFETCH(const unsigned, seed);
    std::mt19937 random(seed);
    const auto below = [&random](std::size_t end) { return static_cast<int>(random() % end); };
    const auto songs = list(QList<Song>());
    ListModel rows(songs, &Song::id);
    QSortFilterProxyModel filter;
    filter.setSourceModel(&rows);
    filter.setFilterRole(rows.roleNames().key("stars"));
    filter.setFilterRegularExpression(QStringLiteral("[0-6]"));
    QSortFilterProxyModel order;
    order.setSourceModel(&filter);
    order.setSortRole(rows.roleNames().key("stars"));
    order.sort(0, Qt::DescendingOrder);
    TableModel table(&order, columns());
    const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QTableView tableView;
    tableView.setModel(&table);
    QListView listView;
    listView.setSelectionMode(QAbstractItemView::ExtendedSelection);
    listView.setModel(&rows);
    const auto current = atom(std::optional<int>());
    const auto selected = atom(QList<int>());
    bindCurrent(current, &tableView);
    bindSelected(selected, &tableView);
    bindSelected(selected, &listView);
    int nextId = 0;
    const auto change = [&] {
        const auto count = songs.get().size();
        const int what = count == 0 ? 0 : below(6);
        if (what <= 1) {
            songs.insert(static_cast<std::size_t>(below(count + 1)), Song{++nextId, QString(), below(10)});
        } else if (what == 2) {
            songs.removeAt(static_cast<std::size_t>(below(count)));
        } else if (what == 3) {
            songs.move(static_cast<std::size_t>(below(count)), static_cast<std::size_t>(below(count)));
        } else if (what == 4) {
            songs.update(static_cast<std::size_t>(below(count)), [&](Song &song) { song.stars = below(10); });
        } else {
            auto next = songs.get();
            std::shuffle(next.begin(), next.end(), random);
            next.resize(std::min<qsizetype>(next.size(), 6));
            songs.set(next);
        }
    };
    int depth = 0;
    const auto maybeChange = [&] {
        if (depth < 2 && below(8) == 0) {
            ++depth;
            change();
            --depth;
        }
    };
    connect(&rows, &QAbstractItemModel::dataChanged, &rows, maybeChange);
    connect(&rows, &QAbstractItemModel::rowsInserted, &rows, maybeChange);
    connect(&table, &QAbstractItemModel::rowsRemoved, &rows, maybeChange);
    connect(tableView.selectionModel(), &QItemSelectionModel::selectionChanged, &rows, maybeChange);
    connect(tableView.selectionModel(), &QItemSelectionModel::currentChanged, &rows, maybeChange);
    const auto keyAt = [](const QModelIndex &index) { return index.data(StoreModel::KeyRole).toInt(); };
    for (int i = 0; i < 100; ++i) {
        const int what = below(4);
        if (what == 0 && table.rowCount() > 0) {
            const QModelIndex index = table.index(below(static_cast<std::size_t>(table.rowCount())), 0);
            const int asked = keyAt(index);
            tableView.setCurrentIndex(index);
            QCOMPARE(current.get().value_or(0), asked);
            QVERIFY(selected.get().contains(asked));
        } else if (what == 1 && rows.rowCount() > 0) {
            listView.selectionModel()->select(rows.index(below(static_cast<std::size_t>(rows.rowCount()))),
                                              QItemSelectionModel::Toggle);
        } else if (what == 2) {
            batch([&] {
                change();
                change();
            });
        } else {
            change();
        }
        QSet<int> shown;
        for (int row = 0; row < table.rowCount(); ++row) {
            shown.insert(keyAt(table.index(row, 0)));
        }
        const int currentKey = tableView.currentIndex().isValid() ? keyAt(tableView.currentIndex()) : 0;
        QCOMPARE(currentKey, shown.contains(current.get().value_or(0)) ? *current.get() : 0);
        const auto keys = selected.get();
        for (const QAbstractItemView *view :
             {static_cast<QAbstractItemView *>(&tableView), static_cast<QAbstractItemView *>(&listView)}) {
            for (int row = 0; row < view->model()->rowCount(); ++row) {
                const QModelIndex index = view->model()->index(row, 0);
                QCOMPARE(view->selectionModel()->isSelected(index), keys.contains(keyAt(index)));
            }
        }
    }
}

void tst_ModelViews::edit_throughSorted()
{
    ListModel list(sorted(m_songs, &Song::title), &Song::id);
    TableModel table(&list, columns());
    QTableView view;
    view.setModel(&table);
    view.show();
    view.setCurrentIndex(table.index(0, 0));
    view.edit(table.index(0, 0));
    QWidget *const editor = view.indexWidget(table.index(0, 0));
    QVERIFY(editor);
    QTest::keyClicks(editor, QStringLiteral("zz"));
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(m_songs.get().at(1).title, QStringLiteral("zz"));
    QCOMPARE(table.index(2, 0).data().toString(), QStringLiteral("zz"));
}

void tst_ModelViews::bind_withoutAModelSaysSo()
{
    QTableView view;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no TableModel.*after setModel")));
    bindSort(&view);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("no model.*after setModel")));
    bindCurrent(atom(1), &view);
}

QTEST_MAIN(tst_ModelViews)
#include "tst_modelviews.moc"
