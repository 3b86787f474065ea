// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "modelmirror.h"
#include "modelsignals.h"
#include "tracks.h"

#include "support/manualtime.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>

#include <rapidcheck.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

using namespace nanostores;

namespace {

Cell anyCell()
{
    return {*rc::gen::inRange(0, 40), *rc::gen::inRange(0, 3), *rc::gen::inRange(0, 3)};
}

template<typename C>
void editAtRandom(const List<Cell, C> &store)
{
    const auto place = [&store] { return *rc::gen::inRange<std::size_t>(0, std::max<std::size_t>(store.size(), 1)); };
    switch (*rc::gen::inRange(0, 10)) {
    case 0:
    case 1:
    case 2:
        if (!store.isEmpty()) {
            store.update(place(), [](Cell &cell) { cell.a = *rc::gen::inRange(0, 3); });
        }
        break;
    case 3:
        store.append(anyCell());
        break;
    case 4:
        store.insert(place(), anyCell());
        break;
    case 5:
        if (!store.isEmpty()) {
            const std::size_t first = place();
            store.removeAt(first, std::min(store.size() - first, *rc::gen::inRange<std::size_t>(0, 4)));
        }
        break;
    case 6:
        if (!store.isEmpty()) {
            store.move(place(), place());
        }
        break;
    case 7:
        if (*rc::gen::arbitrary<bool>()) {
            store.sort(&Cell::a);
        } else {
            store.insertAll(place(), C{anyCell(), anyCell()});
        }
        break;
    case 8:
        store.removeIf([b = *rc::gen::inRange(0, 3)](const Cell &cell) { return cell.b == b; });
        break;
    default: {
        C next;
        for (int i = *rc::gen::inRange(0, 30); i > 0; --i) {
            next.push_back(anyCell());
        }
        store.set(next);
    }
    }
}

/// The rows that the model has are those of the list.
template<typename List>
void checkRows(const QAbstractItemModel &model, const List &list)
{
    RC_ASSERT(model.rowCount() == static_cast<int>(list.size()));
    int row = 0;
    for (const Cell &cell : list) {
        RC_ASSERT(model.index(row, 0).data(StoreModel::KeyRole).toInt() == cell.id);
        RC_ASSERT(model.index(row++, 0).data(StoreModel::ValueRole).template value<Cell>() == cell);
    }
}

template<typename C>
void follow()
{
    support::ManualTime time;
    C initial;
    for (int i = *rc::gen::inRange(0, 20); i > 0; --i) {
        initial.push_back(anyCell());
    }
    const auto store = list(initial);
    const auto least = atom(1);
    const auto some = filtered(store, least, [](const Cell &cell, int a) { return cell.a >= a; });
    const auto ordered = sorted(some, &Cell::b);
    ListModel model(store, &Cell::id);
    ListModel other(store, &Cell::id);
    ListModel someModel(some, &Cell::id);
    ListModel orderedModel(ordered, &Cell::id);
    QAbstractItemModelTester tester(&model);
    QAbstractItemModelTester someTester(&someModel);
    QAbstractItemModelTester orderedTester(&orderedModel);
    Mirror mirror(model);
    Mirror otherMirror(other);
    Mirror someMirror(someModel);
    Mirror orderedMirror(orderedModel);
    // Observers that write while rows are signalled, and before they are.
    int writes = 0;
    const auto write = [&] {
        if (writes > 0) {
            --writes;
            editAtRandom(store);
        }
    };
    const auto early = store.listen(write);
    QObject context;
    QObject::connect(&model, &QAbstractItemModel::rowsInserted, &context, write);
    QObject::connect(&someModel, &QAbstractItemModel::rowsRemoved, &context, write);
    QObject::connect(&orderedModel, &QAbstractItemModel::dataChanged, &context, write);
    const auto steps = *rc::gen::inRange(1, 12);
    for (int step = 0; step < steps; ++step) {
        writes = *rc::gen::inRange(0, 5) == 0 ? 2 : 0;
        switch (*rc::gen::inRange(0, 4)) {
        case 0: {
            const auto edits = *rc::gen::inRange(0, 50);
            const bool reads = *rc::gen::arbitrary<bool>();
            batch([&] {
                for (int i = 0; i < edits; ++i) {
                    editAtRandom(store);
                    if (reads && model.rowCount() > 0) { // rows that views have not been notified of
                        const int row = *rc::gen::inRange(0, model.rowCount());
                        static_cast<void>(model.index(row).data(StoreModel::FirstFieldRole));
                    }
                }
            });
            break;
        }
        case 1:
            least.set(*rc::gen::inRange(0, 4));
            break;
        default:
            editAtRandom(store);
        }
        writes = 0;
        checkRows(model, store.get());
        checkRows(someModel, some.get());
        checkRows(orderedModel, ordered.get());
        RC_ASSERT(mirror.agrees());
        RC_ASSERT(otherMirror.agrees());
        RC_ASSERT(someMirror.agrees());
        RC_ASSERT(orderedMirror.agrees());
    }
}

} // namespace

/// Models of lists that say what has changed in them.
class tst_FollowedLists : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time = std::make_unique<support::ManualTime>(); }
    void cleanup() { m_time.reset(); }

    void models_followRandomEdits();
    void edits_areTheirSignals();
    void batches_areSignalledOnce();
    void valuesTakenBack_areSignalledWhenTheyWereRead();
    void derived_edits_areTheirSignals();
    void sort_ofManyRowsIsALayoutChange();
    void set_isComparedByKey();
    void rows_thatAreLeavingAreRead();
    void grouped_edits_areTheirSignals();
    void setData_writesTheItem();
    void setData_throughDerivedLists();
    void setData_thatAHookRejects();
    void unobserved_readsTheStore();
    void observed_mountsAndCatchesUp();
    void nested_followTheirItems();
    void selection_followsRows();
    void tables_andProxies();
    void model_mayBeDeletedInItsSignals();
    void property_ofAnObject();

private:
    std::unique_ptr<support::ManualTime> m_time;
};

void tst_FollowedLists::models_followRandomEdits()
{
    m_time.reset();
    QVERIFY(rc::check("mirrors of the models agree after each edit", [] { follow<QList<Cell>>(); }));
    QVERIFY(rc::check("of a std::vector, too", [] { follow<std::vector<Cell>>(); }));
}

void tst_FollowedLists::edits_areTheirSignals()
{
    const auto store = list(sample());
    ListModel model(store, &Track::id);
    QAbstractItemModelTester tester(&model);
    Signals seen(model);
    store.update(1, [](Track &track) { track.stars = 5; });
    QCOMPARE(seen.take(), "~1(stars,value)");
    store.update(1, [](Track &track) { track.stars = 5; });
    QCOMPARE(seen.take(), "");
    store.append({5, QStringLiteral("e"), QStringLiteral("x"), 1});
    QCOMPARE(seen.take(), "+4");
    store.insertAll(0, {{6, {}, {}, 1}, {7, {}, {}, 1}});
    QCOMPARE(seen.take(), "+0-1");
    store.move(0, 6);
    QCOMPARE(seen.take(), "0>7");
    store.move(6, 1);
    QCOMPARE(seen.take(), "6>1");
    store.removeAt(0, 2);
    QCOMPARE(seen.take(), "-0-1");
    store.sort(&Track::title);
    QCOMPARE(seen.take(), "0>4 1>4");
    QCOMPARE(ids(model), (QList<int>{2, 4, 1, 3, 5}));
    store.clear();
    QCOMPARE(seen.take(), "-0-4");
}

void tst_FollowedLists::batches_areSignalledOnce()
{
    const auto store = list(sample());
    ListModel model(store, &Track::id);
    Signals seen(model);
    batch([&] {
        store.update(2, [](Track &track) { track.stars = 1; });
        store.removeAt(0);
        store.update(1, [](Track &track) { track.title = QStringLiteral("z"); });
        store.update(0, [](Track &track) { track.stars = 9; });
        store.insert(0, {8, {}, {}, 1});
        store.update(0, [](Track &track) { track.stars = 2; });
    });
    QCOMPARE(seen.take(), "-0 +0 ~1(stars,value) ~2(stars,title,value)");
    batch([&] {
        for (int i = 0; i < 1000; ++i) {
            store.append({i, {}, {}, 1});
        }
    });
    QCOMPARE(seen.take(), "+4-1003");
}

void tst_FollowedLists::valuesTakenBack_areSignalledWhenTheyWereRead()
{
    const auto store = list(sample());
    ListModel model(store, &Track::id);
    Signals seen(model);
    const auto change = [&](bool reads) {
        batch([&] {
            store.update(1, [](Track &track) { track.stars = 9; });
            if (reads) {
                QCOMPARE(model.index(1).data(model.roleNames().key("stars")), QVariant(9));
            }
            store.update(1, [](Track &track) { track.stars = 1; });
        });
    };
    change(false);
    QCOMPARE(seen.take(), "");
    change(true);
    QCOMPARE(seen.take(), "~1()");
}

void tst_FollowedLists::derived_edits_areTheirSignals()
{
    const auto store = list(sample());
    ListModel good(filtered(store, &Track::isGood), &Track::id);
    ListModel byTitle(sorted(store, &Track::title), &Track::id);
    Signals goodSeen(good);
    Signals titleSeen(byTitle);
    QCOMPARE(ids(good), (QList<int>{1, 3, 4}));
    QCOMPARE(ids(byTitle), (QList<int>{2, 4, 1, 3}));
    store.update(1, [](Track &track) { track.stars = 5; });
    QCOMPARE(goodSeen.take(), "+1");
    QCOMPARE(titleSeen.take(), "~0(stars,value)");
    store.update(1, [](Track &track) { track.title = QStringLiteral("z"); });
    QCOMPARE(goodSeen.take(), "~1(title,value)");
    QCOMPARE(titleSeen.take(), "0>4 ~3(title,value)");
    store.removeAt(0);
    QCOMPARE(goodSeen.take(), "-0");
    QCOMPARE(titleSeen.take(), "-1");
    store.append({9, QStringLiteral("a"), {}, 4});
    QCOMPARE(goodSeen.take(), "+3");
    QCOMPARE(titleSeen.take(), "+0");
}

void tst_FollowedLists::sort_ofManyRowsIsALayoutChange()
{
    QList<Cell> cells;
    for (int i = 0; i < 5000; ++i) {
        cells.append({i, i * 7919 % 5000, 0});
    }
    const auto store = list(cells);
    ListModel model(store, &Cell::id);
    Mirror mirror(model);
    QAbstractItemModelTester tester(&model);
    const QPersistentModelIndex row = model.index(1);
    store.sort(&Cell::a);
    QVERIFY(mirror.agrees());
    QCOMPARE(mirror.takeLayouts(), 1);
    QCOMPARE(mirror.takeMoves(), 0);
    QCOMPARE(row.row(), 7919 % 5000);
    store.move(10, 4000);
    QCOMPARE(mirror.takeMoves(), 1);
    QVERIFY(mirror.agrees());
}

void tst_FollowedLists::set_isComparedByKey()
{
    const auto store = list(sample());
    ListModel model(store, &Track::id);
    QAbstractItemModelTester tester(&model);
    Signals seen(model);
    Tracks next = store.get();
    next.removeAt(0);
    next.move(0, 2);
    next[0].stars = 1;
    store.set(next);
    QCOMPARE(seen.take(), "-0 0>3 ~0(stars,value)");
    QCOMPARE(ids(model), (QList<int>{3, 4, 2}));
}

void tst_FollowedLists::rows_thatAreLeavingAreRead()
{
    const auto store = list(sample());
    ListModel model(store, &Track::id);
    QObject context;
    QStringList read;
    const auto read2 = [&] { read.append(titles(model)); };
    QObject::connect(&model, &QAbstractItemModel::rowsAboutToBeRemoved, &context, read2);
    QObject::connect(&model, &QAbstractItemModel::rowsRemoved, &context, read2);
    QObject::connect(&model, &QAbstractItemModel::rowsAboutToBeInserted, &context, read2);
    QObject::connect(&model, &QAbstractItemModel::rowsInserted, &context, read2);
    batch([&] {
        store.removeAt(1, 2);
        store.insert(1, {9, QStringLiteral("n"), {}, 0});
        store.removeAt(0);
    });
    QCOMPARE(read, (QStringList{QStringLiteral("cadb"), QStringLiteral("cb"), QStringLiteral("cb"),
                                QStringLiteral("cnb"), QStringLiteral("cnb"), QStringLiteral("nb")}));
}

void tst_FollowedLists::grouped_edits_areTheirSignals()
{
    const auto store = list(sample());
    using Album = Group<QString, Tracks>;
    ListModel model(grouped(store, &Track::album), &Album::key); // x: 1 c, 3 d; y: 2 a; z: 4 b
    model.nest(nested("tracks", &Album::items, &Track::id));
    QAbstractItemModelTester tester(&model);
    Signals seen(model);
    QAbstractItemModel *const x = inner(model, 0, "tracks");
    QAbstractItemModel *const y = inner(model, 1, "tracks");
    Signals xSeen(*x);
    Signals ySeen(*y);
    store.update(2, [](Track &track) { track.title = QStringLiteral("e"); });
    QCOMPARE(seen.take(), "~0(value)");
    QCOMPARE(xSeen.take(), "~1(title,value)");
    store.update(2, [](Track &track) { track.album = QStringLiteral("y"); });
    QCOMPARE(seen.take(), "~0(value) ~1(value)");
    QCOMPARE(xSeen.take(), "-1");
    QCOMPARE(ySeen.take(), "+1");
    store.removeAt(3);
    QCOMPARE(seen.take(), "-2");
    store.insert(0, {9, QStringLiteral("n"), QStringLiteral("w"), 1});
    QCOMPARE(seen.take(), "+2 2>0");
    store.append({8, QStringLiteral("m"), QStringLiteral("y"), 1});
    QCOMPARE(ySeen.take(), "+2");
    QVERIFY(y->setData(y->index(0, 0), QStringLiteral("t"), y->roleNames().key("title")));
    QCOMPARE(store.at(2).title, QStringLiteral("t"));
    QCOMPARE(inner(model, 2, "tracks"), y);
}

void tst_FollowedLists::setData_writesTheItem()
{
    const auto store = list(sample());
    ListModel model(store, &Track::id);
    QAbstractItemModelTester tester(&model);
    Signals seen(model);
    int changes = 0;
    const auto listener = store.listen([&](const Tracks &, const ListChange<Track, Tracks> &change) {
        changes += static_cast<int>(change.steps.size());
    });
    QVERIFY(model.setData(model.index(2), 1, model.roleNames().key("stars")));
    QCOMPARE(store.at(2).stars, 1);
    QCOMPARE(seen.take(), "~2(stars,value)");
    QCOMPARE(changes, 1);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("text")));
    QVERIFY(!model.setData(model.index(2), QStringLiteral("text"), model.roleNames().key("stars")));
}

void tst_FollowedLists::setData_throughDerivedLists()
{
    for (const bool observed : {true, false}) {
        const auto store = list(sample());
        ListModel model(sorted(filtered(store, &Track::isGood), &Track::title), &Track::id); // 4 b, 1 c, 3 d
        std::unique_ptr<QAbstractItemModelTester> tester;
        if (observed) {
            tester = std::make_unique<QAbstractItemModelTester>(&model);
        }
        QVERIFY(model.setData(model.index(0), QStringLiteral("z"), model.roleNames().key("title")));
        QCOMPARE(store.at(3).title, QStringLiteral("z"));
        QCOMPARE(ids(model), (QList<int>{1, 3, 4}));
        QVERIFY(model.setData(model.index(1), 0, model.roleNames().key("stars"))); // leaves the list
        QCOMPARE(ids(model), (QList<int>{1, 4}));
    }
}

void tst_FollowedLists::setData_thatAHookRejects()
{
    const auto store = list(sample());
    const Unbind hook = onSet(store, [](auto &event) { event.abort(); });
    ListModel model(store, &Track::id);
    Signals seen(model);
    QVERIFY(!model.setData(model.index(1), 5, model.roleNames().key("stars")));
    QCOMPARE(seen.take(), "~1(stars)");
    QCOMPARE(store.get(), sample());
    hook();
}

void tst_FollowedLists::unobserved_readsTheStore()
{
    const auto store = list(sample());
    ListModel model(store, &Track::id);
    QCOMPARE(ids(model), (QList<int>{1, 2, 3, 4}));
    store.removeAt(0);
    store.append({7, {}, {}, 0});
    QCOMPARE(ids(model), (QList<int>{2, 3, 4, 7}));
    store.set(sample());
    QCOMPARE(model.rowCount(), 4);
    QCOMPARE(titles(model), QStringLiteral("cadb"));
}

void tst_FollowedLists::observed_mountsAndCatchesUp()
{
    const auto store = list(sample());
    int mounts = 0;
    const Unbind hook = onMount(store, [&] {
        ++mounts;
        store.removeAt(0);
        return [&] { --mounts; };
    });
    ListModel model(store, &Track::id);
    QCOMPARE(model.rowCount(), 4);
    {
        Signals seen(model);
        QCOMPARE(mounts, 1);
        QCOMPARE(model.rowCount(), 4); // it is signalled in the next turn
        store.append({8, {}, {}, 0});
        QCOMPARE(titles(model), QStringLiteral("cadb"));
        m_time->advance(0);
        QCOMPARE(seen.take(), "-0 +3");
        QCOMPARE(ids(model), (QList<int>{2, 3, 4, 8}));
    }
    m_time->advance(2000);
    QCOMPARE(mounts, 0);
    store.append({9, {}, {}, 0});
    QCOMPARE(model.rowCount(), 5);
    hook();
}

struct Album
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name FINAL)

public:
    int id = 0;
    QString name;
    Tracks tracks;
    friend bool operator==(const Album &, const Album &) = default;
};

void tst_FollowedLists::nested_followTheirItems()
{
    const auto store = list(QList<Album>{{1, QStringLiteral("a"), sample()}, {2, QStringLiteral("b"), {}}});
    ListModel model(store, &Album::id);
    model.nest(nested("tracks", &Album::tracks, &Track::id));
    QAbstractItemModelTester tester(&model);
    QAbstractItemModel *first = inner(model, 0, "tracks");
    Signals seen(*first);
    store.update(0, [](Album &album) { album.tracks.removeAt(1); });
    QCOMPARE(seen.take(), "-1");
    store.move(0, 1);
    QCOMPARE(inner(model, 1, "tracks"), first);
    QVERIFY(first->setData(first->index(0, 0), QStringLiteral("t"), first->roleNames().key("title")));
    QCOMPARE(store.at(1).tracks.at(0).title, QStringLiteral("t"));
    QCOMPARE(seen.take(), "~0(title,value)");
    batch([&] {
        store.update(1, [](Album &album) { album.tracks.clear(); });
        store.append({3, {}, sample()});
    });
    QCOMPARE(seen.take(), "-0-2");
    QCOMPARE(inner(model, 2, "tracks")->rowCount(), 4);
}

void tst_FollowedLists::selection_followsRows()
{
    const auto store = list(sample());
    ListModel model(store, &Track::id);
    const auto current = atom(std::optional<int>());
    KeySelection selection(&model);
    selection.tieCurrent(current);
    current.set(3);
    QCOMPARE(selection.currentIndex().row(), 2);
    store.move(2, 0);
    store.insert(0, {9, {}, {}, 0});
    QCOMPARE(selection.currentIndex().row(), 1);
    store.removeAt(1);
    QVERIFY(!selection.currentIndex().isValid());
    QCOMPARE(current.get(), std::optional<int>(3));
}

void tst_FollowedLists::tables_andProxies()
{
    const auto order = atom(SortOrder{QStringLiteral("title"), Qt::AscendingOrder});
    const auto store = list(sample());
    ListModel model(sorted(store, order, byRole()), &Track::id);
    TableModel table(&model, {{QStringLiteral("Title"), "title"}, {QStringLiteral("Stars"), "stars"}});
    table.sortBy(order);
    QAbstractItemModelTester tester(&table);
    QCOMPARE(table.index(0, 0).data(), QVariant(QStringLiteral("a")));
    table.sort(1, Qt::DescendingOrder);
    QCOMPARE(table.index(0, 0).data(), QVariant(QStringLiteral("d")));
    store.update(3, [](Track &track) { track.stars = 9; });
    QCOMPARE(table.index(0, 0).data(), QVariant(QStringLiteral("b")));
}

void tst_FollowedLists::model_mayBeDeletedInItsSignals()
{
    for (int signal = 0; signal < 3; ++signal) {
        const auto store = list(sample());
        auto *const model = new ListModel(store, &Track::id);
        QObject context;
        const auto end = [model] { delete model; };
        if (signal == 0) {
            QObject::connect(model, &QAbstractItemModel::rowsRemoved, &context, end);
        } else if (signal == 1) {
            QObject::connect(model, &QAbstractItemModel::rowsMoved, &context, end);
        } else {
            QObject::connect(model, &QAbstractItemModel::dataChanged, &context, end);
        }
        const QPointer<QObject> alive(model);
        batch([&] {
            store.update(1, [](Track &track) { track.stars = 9; });
            store.update(2, [](Track &track) { track.stars = 9; });
            store.removeAt(0);
            store.move(0, 1);
        });
        QVERIFY(!alive);
        QCOMPARE(store.size(), 3u);
    }
}

namespace {

/// Shows the list as a property.
class Shelf : public StoreObject
{
    Q_OBJECT

public:
    List<Track, Tracks> store = list(sample());
    DerivedList<Tracks, List<Track, Tracks>> ordered = sorted(store, &Track::title);

    NANOSTORES_MODEL(tracks, store, &Track::id)
    NANOSTORES_MODEL(byTitle, ordered, &Track::id)
    NANOSTORES_READONLY(int, count, computed(store, [](const Tracks &all) { return static_cast<int>(all.size()); }))
};

} // namespace

void tst_FollowedLists::property_ofAnObject()
{
    Shelf shelf;
    QCOMPARE(shelf.tracks()->rowCount(), 4);
    QCOMPARE(titles(*shelf.byTitle()), QStringLiteral("abcd"));
    shelf.store.append({5, QStringLiteral("aa"), {}, 1});
    QCOMPARE(titles(*shelf.byTitle()), QStringLiteral("aaabcd"));
    QCOMPARE(shelf.count(), 5);
    StoreAdapter adapter(shelf.store);
    QCOMPARE(adapter.value().value<Tracks>(), shelf.store.get());
    adapter.setValue(QVariant::fromValue(sample()));
    QCOMPARE(shelf.store.get(), sample());
}

QTEST_GUILESS_MAIN(tst_FollowedLists)
#include "tst_followedlists.moc"
