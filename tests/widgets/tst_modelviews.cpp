// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/widgets.h>

#include "support/manualtime.h"

#include <QtTest/QTest>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QListView>
#include <QtWidgets/QTableView>
#include <QtWidgets/QTreeView>

#include <memory>
#include <optional>

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
