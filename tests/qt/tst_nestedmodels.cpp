// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "modelsignals.h"
#include "tracks.h"

#include "support/timedtest.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>

#include <algorithm>
#include <memory>

using namespace nanostores;

struct Album
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name FINAL)

public:
    int id = 0;
    QString name;
    Tracks tracks;

    Tracks goodTracks() const
    {
        Tracks good;
        std::copy_if(tracks.begin(), tracks.end(), std::back_inserter(good), [](const Track &t) { return t.isGood(); });
        return good;
    }
    friend bool operator==(const Album &, const Album &) = default;
};

using Albums = QList<Album>;

namespace {

Albums albumsOf(const QList<int> &ids)
{
    Albums all;
    for (const int id : ids) {
        all.append({id, QString::number(id), sample()});
    }
    return all;
}

class Shelf : public StoreObject
{
    Q_OBJECT

public:
    Atom<Albums> store = atom(albumsOf({1}));
    NANOSTORES_MODEL(albums, store, &Album::id, nested("tracks", &Album::tracks, &Track::id))
};

} // namespace

/// Lists inside items.
class tst_NestedModels : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void edit_ofListsInSortedItems();

    void nested_survivesUpdatesOfItsRow();
    void nested_isGoneWithItsRow();
    void nested_followsWhileOnlyItIsObserved();
    void nested_unobservedReadsTheStore();
    void nested_writesTheItem();
    void nested_writeThatAHookRejects();
    void nested_ofAFunctionIsReadOnly();
    void nested_inAMap();
    void nested_asAProperty();
};

void tst_NestedModels::edit_ofListsInSortedItems()
{
    const auto store = atom(albumsOf({2, 1}));
    ListModel model(sorted(store, &Album::name), &Album::id);
    model.nest(nested("tracks", &Album::tracks, &Track::id));
    QAbstractItemModel *tracks = inner(model, 0, "tracks");
    QVERIFY(tracks->setData(tracks->index(1, 0), 5, tracks->roleNames().key("stars")));
    QCOMPARE(store.get().at(1).tracks.at(1).stars, 5);
    QCOMPARE(store.get().at(0).tracks.at(1).stars, 1);
    QCOMPARE(tracks->index(1, 0).data(tracks->roleNames().key("stars")), QVariant(5));
}

void tst_NestedModels::nested_survivesUpdatesOfItsRow()
{
    const auto store = atom(albumsOf({1, 2}));
    ListModel model(store, &Album::id);
    model.nest(nested("tracks", &Album::tracks, &Track::id));
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    QAbstractItemModel *tracks = inner(model, 0, "tracks");
    QAbstractItemModelTester innerTester(tracks);
    Signals innerTold(*tracks);
    Albums all = store.get();
    all[0].name = QStringLiteral("other");
    store.set(all);
    QCOMPARE(told.take(), "~0(name,value)");
    QCOMPARE(innerTold.take(), "");
    all[0].tracks[2].stars = 0;
    all[0].tracks.removeFirst();
    all.move(0, 1);
    store.set(all);
    QCOMPARE(innerTold.take(), "-0 ~1(stars,value)");
    QCOMPARE(inner(model, 1, "tracks"), tracks);
    QCOMPARE(ids(*tracks), (QList<int>{2, 3, 4}));
}

void tst_NestedModels::nested_isGoneWithItsRow()
{
    const auto store = atom(albumsOf({1, 2}));
    ListModel model(store, &Album::id);
    model.nest(nested("tracks", &Album::tracks, &Track::id));
    Signals told(model);
    const QPointer<QAbstractItemModel> tracks = inner(model, 0, "tracks");
    store.set(albumsOf({2}));
    QVERIFY(tracks); // delegates may show it until they have gone
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(!tracks);
    store.set(albumsOf({2, 1}));
    QCOMPARE(titles(*inner(model, 1, "tracks")), QStringLiteral("cadb"));
}

void tst_NestedModels::nested_followsWhileOnlyItIsObserved()
{
    const auto store = atom(albumsOf({1, 2}));
    auto model = std::make_unique<ListModel<Atom<Albums>, int Album::*>>(store, &Album::id);
    model->nest(nested("tracks", &Album::tracks, &Track::id));
    QAbstractItemModel *tracks = inner(*model, 1, "tracks");
    {
        Signals innerTold(*tracks);
        QVERIFY(isMounted(store));
        Albums all = store.get();
        all[1].tracks.removeFirst();
        store.set(all);
        QCOMPARE(innerTold.take(), "-0");
    }
    m_time->advance(2000);
    QVERIFY(!isMounted(store));
    Signals again(*tracks);
    QVERIFY(isMounted(store));
    model.reset();
    m_time->advance(2000);
    QVERIFY(!isMounted(store));
}

void tst_NestedModels::nested_unobservedReadsTheStore()
{
    const auto store = atom(albumsOf({1}));
    ListModel model(store, &Album::id);
    model.nest(nested("tracks", &Album::tracks, &Track::id));
    QCOMPARE(inner(model, 0, "tracks")->rowCount(), 4);
    Albums all = store.get();
    all[0].tracks.clear();
    store.set(all);
    QCOMPARE(inner(model, 0, "tracks")->rowCount(), 0);
}

void tst_NestedModels::nested_writesTheItem()
{
    for (const bool observed : {true, false}) {
        const auto store = atom(albumsOf({1, 2}));
        ListModel model(store, &Album::id);
        model.nest(nested("tracks", &Album::tracks, &Track::id));
        std::unique_ptr<Signals> told;
        std::unique_ptr<Signals> innerTold;
        QAbstractItemModel *tracks = inner(model, 1, "tracks");
        if (observed) {
            told = std::make_unique<Signals>(model);
            innerTold = std::make_unique<Signals>(*tracks);
        }
        QVERIFY(tracks->setData(tracks->index(1, 0), 5, tracks->roleNames().key("stars")));
        QCOMPARE(store.get().at(1).tracks.at(1).stars, 5);
        QCOMPARE(store.get().at(0).tracks.at(1).stars, 1);
        QCOMPARE(tracks->index(1, 0).data(tracks->roleNames().key("stars")), QVariant(5));
        if (observed) {
            QCOMPARE(told->take(), "~1(value)");
            QCOMPARE(innerTold->take(), "~1(stars,value)");
        }
    }
}

void tst_NestedModels::nested_writeThatAHookRejects()
{
    const auto store = atom(albumsOf({1}));
    onSet(store, [](auto &event) { event.abort(); });
    ListModel model(store, &Album::id);
    model.nest(nested("tracks", &Album::tracks, &Track::id));
    QAbstractItemModel *tracks = inner(model, 0, "tracks");
    Signals innerTold(*tracks);
    QVERIFY(!tracks->setData(tracks->index(1, 0), 5, tracks->roleNames().key("stars")));
    QCOMPARE(innerTold.take(), "~1(stars)");
    QCOMPARE(tracks->index(1, 0).data(tracks->roleNames().key("stars")), QVariant(1));
}

void tst_NestedModels::nested_ofAFunctionIsReadOnly()
{
    const auto store = atom(albumsOf({1}));
    ListModel model(store, &Album::id);
    model.nest(nested("good", &Album::goodTracks, &Track::id));
    QAbstractItemModel *good = inner(model, 0, "good");
    QCOMPARE(ids(*good), (QList<int>{1, 3, 4}));
    QVERIFY(!(good->flags(good->index(0, 0)) & Qt::ItemIsEditable));
    QVERIFY(!good->setData(good->index(0, 0), 5, good->roleNames().key("stars")));
    Signals told(*good);
    Albums all = store.get();
    all[0].tracks[1].stars = 4;
    store.set(all);
    QCOMPARE(told.take(), "+1");
}

void tst_NestedModels::nested_inAMap()
{
    const auto store = map<QString, Album>();
    store.setKey(QStringLiteral("a"), {1, QStringLiteral("A"), sample()});
    store.setKey(QStringLiteral("b"), {2, QStringLiteral("B"), sample()});
    MapModel model(store);
    model.nest(nested("tracks", &Album::tracks, &Track::id));
    QAbstractItemModelTester tester(&model);
    Signals told(model);
    QAbstractItemModel *tracks = inner(model, 1, "tracks");
    Signals innerTold(*tracks);
    Album changed = *store.getKey(QStringLiteral("b"));
    changed.tracks.removeLast();
    store.setKey(QStringLiteral("b"), changed);
    QCOMPARE(innerTold.take(), "-3");
    QCOMPARE(told.take(), "~1(value)");
    QVERIFY(tracks->setData(tracks->index(0, 0), QStringLiteral("t"), tracks->roleNames().key("title")));
    QCOMPARE(store.getKey(QStringLiteral("b"))->tracks.first().title, QStringLiteral("t"));
    const QPointer<QAbstractItemModel> alive(tracks);
    store.removeKey(QStringLiteral("b"));
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(!alive);
}

void tst_NestedModels::nested_asAProperty()
{
    Shelf shelf;
    QAbstractItemModel *albums = shelf.albums();
    QCOMPARE(inner(*albums, 0, "tracks")->rowCount(), 4);
}

QTEST_GUILESS_MAIN(tst_NestedModels)
#include "tst_nestedmodels.moc"
