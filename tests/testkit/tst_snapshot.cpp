// SPDX-License-Identifier: MIT

// snapshotStores().

#include <nanostores/core.h>
#include <nanostores/testkit.h>

#include <QTest>

#include <memory>

using namespace nanostores;

namespace {

using Lines = std::vector<std::string>;

} // namespace

class tst_Snapshot : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void diff_namesWhatHasChanged();
    void diff_namesWhatHasComeAndGone();
    void restore_everything();
    void restore_mayBeRepeated();
    void restore_storesThatHaveGone();
    void restore_namesWhatItCannot();
    void several_areIndependent();
    void doesNotKeepStoresAlive();
};

void tst_Snapshot::diff_namesWhatHasChanged()
{
    const auto isOpen = atom(false);
    isOpen.setName("shop/isOpen");
    const auto items = map<std::string, int>({{"tea", 1}});
    items.setName("shop/items");
    const auto same = atom(1);
    const auto snapshot = snapshotStores();
    QVERIFY(snapshot.diff().empty());
    isOpen.set(true);
    items.setKey("tea", 2);
    same.set(2);
    same.set(1);
    QVERIFY(snapshot.diff()
            == (Lines{"store \"shop/isOpen\": false -> true", "store \"shop/items\": {\"tea\": 1} -> {\"tea\": 2}"}));
    QVERIFY(isOpen.get());
    QCOMPARE(*items.getKey("tea"), 2);
}

void tst_Snapshot::diff_namesWhatHasComeAndGone()
{
    auto old = std::make_unique<Atom<int>>(atom(1));
    old->setName("old");
    const auto snapshot = snapshotStores();
    old.reset();
    const auto made = atom(1);
    made.setName("made");
    QVERIFY(snapshot.diff() == (Lines{"gone: store \"old\"", "new: store \"made\""}));
}

void tst_Snapshot::restore_everything()
{
    const auto a = atom(1);
    const auto b = atom("x");
    const auto both = computed([&] { return std::to_string(a()) + b(); });
    StoreSpy spy(both);
    auto snapshot = snapshotStores();
    a.set(2);
    b.set("y");
    spy.clear();
    QVERIFY(snapshot.restore().empty());
    QCOMPARE(spy.values(), Recorded<std::string>({"1x"}));
}

void tst_Snapshot::restore_mayBeRepeated()
{
    const auto a = atom(1);
    auto snapshot = snapshotStores();
    for (int i = 2; i < 5; ++i) {
        a.set(i);
        QVERIFY(snapshot.restore().empty());
        QCOMPARE(a.get(), 1);
    }
}

void tst_Snapshot::restore_storesThatHaveGone()
{
    auto old = std::make_unique<Atom<int>>(atom(1));
    auto snapshot = snapshotStores();
    old->set(2);
    old.reset();
    const auto other = atom(std::string("in its place"));
    QVERIFY(snapshot.restore().empty());
    QCOMPARE(other.get(), std::string("in its place"));
}

void tst_Snapshot::restore_namesWhatItCannot()
{
    const auto store = atom(std::unique_ptr<int>());
    store.setName("handle");
    auto snapshot = snapshotStores();
    QVERIFY(snapshot.restore().empty());
    store.set(std::make_unique<int>(1));
    QCOMPARE(snapshot.restore().size(), std::size_t(1));
    QVERIFY(snapshot.diff() == Lines{"store \"handle\": was written, its value cannot be copied"});
}

void tst_Snapshot::several_areIndependent()
{
    const auto a = atom(1);
    auto one = snapshotStores();
    a.set(2);
    auto two = snapshotStores();
    a.set(3);
    two.restore();
    QCOMPARE(a.get(), 2);
    one.restore();
    QCOMPARE(a.get(), 1);
    two.restore();
    QCOMPARE(a.get(), 2);
    one = std::move(two);
    QVERIFY(one.diff().empty());
}

void tst_Snapshot::doesNotKeepStoresAlive()
{
    const auto witness = std::make_shared<int>(1);
    std::weak_ptr<int> life = witness;
    auto store = std::make_unique<Atom<int>>(atom(1));
    onMount(*store, [held = std::make_shared<int>(5)] { static_cast<void>(held); });
    const auto snapshot = snapshotStores();
    store.reset();
    QCOMPARE(snapshot.diff().size(), std::size_t(1));
}

QTEST_APPLESS_MAIN(tst_Snapshot)
#include "tst_snapshot.moc"
