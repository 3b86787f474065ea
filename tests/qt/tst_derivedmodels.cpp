// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "modelsignals.h"
#include "tracks.h"

#include "support/timedtest.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

using namespace nanostores;

namespace {

template<typename F>
void edit(const Atom<Tracks> &store, int id, F f)
{
    Tracks all = store.peek();
    for (Track &track : all) {
        if (track.id == id) {
            f(track);
        }
    }
    store.set(all);
}

} // namespace

/// Filters, sorts and groups: what one change tells the views.
class tst_DerivedModels : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void filtered_oneSignalForOneChange();
    void filtered_byAnotherStore();
    void filtered_byAMember();
    void sorted_oneSignalForOneChange();
    void sorted_descendingAndStable();
    void sorted_byAnotherStore();
    void grouped_oneSignalForOneChange();
    void map_filteredAndSorted();
    void chain_ofAllThree();
    void sorted_putsNaNLast();

    void edit_throughFilteredAndSorted();
    void edit_throughAMapFilteredAndSorted();
    void edit_ofAKeyThatIsNotInTheSource();
    void edit_thatAHookRejects();
    void edit_inGroupsWritesTheSource();
    void edit_inGroupsMayMoveTheItem();
    void edit_throughComputedIsRefused();
};

void tst_DerivedModels::filtered_oneSignalForOneChange()
{
    const auto tracks = atom(sample());
    const auto good = filtered(tracks, [](const Track &track) { return track.stars >= 3; });
    ListModel model(good, &Track::id);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    QCOMPARE(ids(model), (QList<int>{1, 3, 4}));
    edit(tracks, 3, [](Track &track) { track.title = QStringLiteral("e"); });
    QCOMPARE(told.take(), "~1(title,value)");
    edit(tracks, 2, [](Track &track) { track.title = QStringLiteral("f"); });
    QCOMPARE(told.take(), ""); // not shown
    edit(tracks, 2, [](Track &track) { track.stars = 3; });
    QCOMPARE(told.take(), "+1");
    edit(tracks, 1, [](Track &track) { track.stars = 0; });
    QCOMPARE(told.take(), "-0");
    QCOMPARE(ids(model), (QList<int>{2, 3, 4}));
}

void tst_DerivedModels::filtered_byAnotherStore()
{
    const auto tracks = atom(sample());
    const auto least = atom(3);
    ListModel model(filtered(tracks, least, [](const Track &track, int stars) { return track.stars >= stars; }),
                    &Track::id);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    least.set(4);
    QCOMPARE(told.take(), "-0");
    least.set(1);
    QCOMPARE(told.take(), "+0-1");
    QCOMPARE(ids(model), (QList<int>{1, 2, 3, 4}));
}

void tst_DerivedModels::filtered_byAMember()
{
    const auto tracks = atom(sample());
    QCOMPARE(filtered(tracks, &Track::isGood).get().size(), 3);
    QCOMPARE(filtered(tracks, &Track::stars).get().size(), 4);
}

void tst_DerivedModels::sorted_oneSignalForOneChange()
{
    const auto tracks = atom(sample());
    ListModel model(sorted(tracks, &Track::title), &Track::id);
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    QCOMPARE(ids(model), (QList<int>{2, 4, 1, 3}));
    edit(tracks, 1, [](Track &track) { track.stars = 1; });
    QCOMPARE(told.take(), "~2(stars,value)");
    edit(tracks, 2, [](Track &track) { track.title = QStringLiteral("z"); });
    QCOMPARE(told.take(), "0>4 ~3(title,value)");
    Tracks all = tracks.get();
    all.prepend({5, QStringLiteral("m"), QStringLiteral("x"), 2});
    tracks.set(all);
    QCOMPARE(told.take(), "+3");
    all.removeLast();
    tracks.set(all);
    QCOMPARE(told.take(), "-0");
    QCOMPARE(titles(model), QStringLiteral("cdmz"));
}

void tst_DerivedModels::sorted_descendingAndStable()
{
    const auto tracks = atom(sample());
    QCOMPARE(sorted(tracks, descending(&Track::stars)).get().first().id, 3);
    const auto byAlbum = sorted(tracks, descending([](const Track &track) { return track.album; }));
    QList<int> order;
    for (const Track &track : byAlbum.get()) {
        order.append(track.id);
    }
    QCOMPARE(order, (QList<int>{4, 2, 1, 3}));
    const auto byLength = sorted(tracks, [](const Track &a, const Track &b) { return a.stars < b.stars; });
    QCOMPARE(byLength.get().first().id, 2);
    QCOMPARE(sorted(atom(QList<int>{3, 1, 2})).get(), (QList<int>{1, 2, 3}));
}

void tst_DerivedModels::sorted_byAnotherStore()
{
    const auto tracks = atom(sample());
    const auto byTitle = atom(true);
    ListModel model(
        sorted(tracks, byTitle,
               [](const Track &a, const Track &b, bool title) { return title ? a.title < b.title : a.id < b.id; }),
        &Track::id);
    Signals told(model);
    QCOMPARE(ids(model), (QList<int>{2, 4, 1, 3}));
    byTitle.set(false);
    QCOMPARE(ids(model), (QList<int>{1, 2, 3, 4}));
    QVERIFY(!told.take().contains("reset"));
}

void tst_DerivedModels::grouped_oneSignalForOneChange()
{
    const auto tracks = atom(sample());
    const auto albums = grouped(tracks, &Track::album);
    using Album = Group<QString, Tracks>;
    ListModel model(albums, &Album::key);
    model.nest(nested("tracks", &Album::items, &Track::id));
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.index(0).data(StoreModel::KeyRole), QVariant(QStringLiteral("x")));
    QAbstractItemModel *x = inner(model, 0, "tracks");
    QAbstractItemModel *y = inner(model, 1, "tracks");
    QVERIFY(x && y);
    QCOMPARE(titles(*x), QStringLiteral("cd"));
    QAbstractItemModelTester xTester(x);
    Signals xTold(*x);
    Signals yTold(*y);
    edit(tracks, 3, [](Track &track) { track.title = QStringLiteral("e"); });
    QCOMPARE(xTold.take(), "~1(title,value)");
    QCOMPARE(told.take(), "~0(value)");
    edit(tracks, 3, [](Track &track) { track.album = QStringLiteral("y"); });
    QCOMPARE(xTold.take(), "-1");
    QCOMPARE(yTold.take(), "+1");
    edit(tracks, 4, [](Track &track) { track.album = QStringLiteral("y"); }); // the last one of z
    QCOMPARE(yTold.take(), "+2");
    QCOMPARE(told.take(), "~0(value) ~1(value) -2 ~1(value)");
    QCOMPARE(inner(model, 0, "tracks"), x);
}

void tst_DerivedModels::map_filteredAndSorted()
{
    const auto tracks = map<int, Track>();
    for (const Track &track : sample()) {
        tracks.setKey(track.id, track);
    }
    MapModel good(filtered(tracks, &Track::isGood));
    MapModel byTitle(sorted(tracks, &Track::title));
    QAbstractItemModelTester goodTester(&good);
    QAbstractItemModelTester titleTester(&byTitle);
    Signals goodTold(good);
    Signals titleTold(byTitle);
    QCOMPARE(ids(good), (QList<int>{1, 3, 4}));
    QCOMPARE(ids(byTitle), (QList<int>{2, 4, 1, 3}));
    Track changed = *tracks.getKey(2);
    changed.stars = 5;
    tracks.setKey(2, changed);
    QCOMPARE(goodTold.take(), "+1");
    QCOMPARE(titleTold.take(), "~0(stars,value)");
    changed.title = QStringLiteral("z");
    tracks.setKey(2, changed);
    QCOMPARE(goodTold.take(), "~1(title,value)");
    QCOMPARE(titleTold.take(), "0>4 ~3(title,value)");
    QCOMPARE(ids(byTitle), (QList<int>{4, 1, 3, 2}));
}

void tst_DerivedModels::chain_ofAllThree()
{
    const auto tracks = atom(sample());
    const auto albums = grouped(sorted(filtered(tracks, &Track::isGood), &Track::title), &Track::album);
    QCOMPARE(albums.get().size(), std::size_t(2)); // z: b; x: c, d
    QCOMPARE(albums.get().front().key, QStringLiteral("z"));
    edit(tracks, 4, [](Track &track) { track.title = QStringLiteral("k"); });
    QCOMPARE(albums.get().front().key, QStringLiteral("x"));
}

void tst_DerivedModels::sorted_putsNaNLast()
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    QList<double> values;
    for (int i = 0; i < 500; ++i) {
        values.append(i % 3 == 0 ? nan : double((i * 7919) % 1000));
    }
    const auto store = atom(values);
    const auto identity = [](double value) { return value; };
    const auto isInOrder = [](const QList<double> &sorted, auto before) {
        const auto last = std::find_if(sorted.begin(), sorted.end(), [](double value) { return std::isnan(value); });
        return sorted.end() - last == 167 && std::is_sorted(sorted.begin(), last, before)
               && std::all_of(last, sorted.end(), [](double value) { return std::isnan(value); });
    };
    QVERIFY(isInOrder(sorted(store).get(), std::less<>()));
    QVERIFY(isInOrder(sorted(store, identity).get(), std::less<>()));
    QVERIFY(isInOrder(sorted(store, descending(identity)).get(), std::greater<>()));
    QCOMPARE(grouped(store, [](double value) { return std::isnan(value) ? value : 0.0; }).get().size(), std::size_t(2));
}

void tst_DerivedModels::edit_throughFilteredAndSorted()
{
    for (const bool observed : {true, false}) {
        const auto tracks = atom(sample());
        ListModel model(sorted(filtered(tracks, &Track::isGood), &Track::title), &Track::id); // 4 b, 1 c, 3 d
        std::unique_ptr<QAbstractItemModelTester> tester;
        if (observed) {
            tester = std::make_unique<QAbstractItemModelTester>(&model);
        }
        const int title = model.roleNames().key("title");
        QVERIFY(model.flags(model.index(0)) & Qt::ItemIsEditable);
        QVERIFY(model.setData(model.index(0), QStringLiteral("z"), title));
        QCOMPARE(tracks.get().at(3).title, QStringLiteral("z"));
        QCOMPARE(ids(model), (QList<int>{1, 3, 4}));
        QVERIFY(model.setData(model.index(1), 0, model.roleNames().key("stars"))); // leaves the list
        QCOMPARE(tracks.get().at(2).stars, 0);
        QCOMPARE(ids(model), (QList<int>{1, 4}));
        Track whole{1, QStringLiteral("w"), QStringLiteral("x"), 4};
        QVERIFY(model.setData(model.index(0), QVariant::fromValue(whole), StoreModel::ValueRole));
        QCOMPARE(tracks.get().at(0), whole);
    }
}

void tst_DerivedModels::edit_throughAMapFilteredAndSorted()
{
    const auto tracks = map<int, Track>();
    for (const Track &track : sample()) {
        tracks.setKey(track.id, track);
    }
    MapModel model(filtered(sorted(tracks, &Track::title), &Track::isGood));
    QAbstractItemModelTester tester(&model);
    const auto before = tracks.get();
    QVERIFY(model.setData(model.index(0), QStringLiteral("z"), model.roleNames().key("title")));
    QCOMPARE(tracks.getKey(4)->title, QStringLiteral("z"));
    QCOMPARE(ids(model), (QList<int>{1, 3, 4}));
    QVERIFY(*tracks.getKey(1) == *before.find(1));
}

void tst_DerivedModels::edit_ofAKeyThatIsNotInTheSource()
{
    const auto tracks = atom(sample());
    ListModel model(sorted(tracks, &Track::title).named("by title"), &Track::id);
    QAbstractItemModelTester tester(&model);
    batch([&] {
        tracks.set({}); // the rows are told of it when the batch ends
        QCOMPARE(model.rowCount(), 4);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("by title.*no item with the key")));
        QVERIFY(!model.setData(model.index(0), 2, model.roleNames().key("stars")));
    });
    QCOMPARE(model.rowCount(), 0);
}

void tst_DerivedModels::edit_thatAHookRejects()
{
    const auto tracks = atom(sample());
    onSet(tracks, [](auto &event) { event.abort(); });
    ListModel model(sorted(tracks, &Track::title), &Track::id);
    Signals told(model);
    QVERIFY(!model.setData(model.index(1), 5, model.roleNames().key("stars")));
    QCOMPARE(told.take(), "~1(stars)");
    QCOMPARE(model.index(1).data(model.roleNames().key("stars")), QVariant(4));
}

void tst_DerivedModels::edit_inGroupsWritesTheSource()
{
    for (const bool observed : {true, false}) {
        const auto tracks = atom(sample());
        using Albums = Group<QString, Tracks>;
        ListModel model(sorted(grouped(filtered(tracks, &Track::stars), &Track::album), &Albums::key), &Albums::key);
        model.nest(nested("tracks", &Albums::items, &Track::id));
        QAbstractItemModel *x = inner(model, 0, "tracks");
        std::unique_ptr<Signals> told;
        if (observed) {
            told = std::make_unique<Signals>(*x);
        }
        QCOMPARE(ids(*x), (QList<int>{1, 3}));
        QVERIFY(x->flags(x->index(1, 0)) & Qt::ItemIsEditable);
        QVERIFY(x->setData(x->index(1, 0), QStringLiteral("t"), x->roleNames().key("title")));
        QCOMPARE(tracks.get().at(2).title, QStringLiteral("t"));
        QCOMPARE(titles(*x), QStringLiteral("ct"));
        if (observed) {
            QCOMPARE(told->take(), "~1(title,value)");
        }
    }
}

void tst_DerivedModels::edit_inGroupsMayMoveTheItem()
{
    const auto tracks = atom(sample());
    using Albums = Group<QString, Tracks>;
    ListModel model(grouped(tracks, &Track::album), &Albums::key);
    model.nest(nested("tracks", &Albums::items, &Track::id));
    QAbstractItemModelTester tester(&model);
    QAbstractItemModel *x = inner(model, 0, "tracks");
    QAbstractItemModel *y = inner(model, 1, "tracks");
    QAbstractItemModelTester xTester(x);
    QVERIFY(x->setData(x->index(1, 0), QStringLiteral("y"), x->roleNames().key("album"))); // kept, and gone from here
    QCOMPARE(ids(*x), (QList<int>{1}));
    QCOMPARE(ids(*y), (QList<int>{2, 3}));
    QVERIFY(x->setData(x->index(0, 0), QStringLiteral("y"), x->roleNames().key("album"))); // the group goes, too
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(ids(*y), (QList<int>{1, 2, 3}));
}

void tst_DerivedModels::edit_throughComputedIsRefused()
{
    const auto tracks = atom(sample());
    ListModel model(computed(tracks, [](const Tracks &all) { return all; }).named("all"), &Track::id);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("all.*read-only")));
    QVERIFY(!model.setData(model.index(0), 5, model.roleNames().key("stars")));
    QCOMPARE(tracks.get(), sample());
}

QTEST_GUILESS_MAIN(tst_DerivedModels)
#include "tst_derivedmodels.moc"
