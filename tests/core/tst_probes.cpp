// SPDX-License-Identifier: MIT

// Probes that come and go, follow chosen stores, and stand beside one another.

#include <nanostores/core.h>

#include "probelog.h"
#include "support/timedtest.h"

#include <QTest>

#include <memory>
#include <optional>
#include <thread>
#include <utility>

using namespace nanostores;
using probelog::Events;
using probelog::Follow;
using probelog::Recorder;

class tst_Probes : public support::TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void attach_inTheMidst();
    void attach_countsObservers();
    void detach_inTheMidst();
    void detach_leavesNoTrace();
    void attach_besideOneInTheMidst();
    void attach_seesEndsOfWhatItSawBegin();
    void batch_thatAProbeMakesAtTheEndOfAnother();
    void follow_chosenStores();
    void follow_eachItsOwn();
    void follow_endsWithTheStore();
    void follow_inTheMidstOfAWrite();
    void effect_mutedByOneOfTwo();
    void otherThreads_haveTheirOwn();
    void aware_endsOnAnotherThread();
};

void tst_Probes::attach_inTheMidst()
{
    const auto a = atom(1).named("a");
    const auto b = computed([&] { return a(); }).named("b");
    std::optional<Recorder> probe;
    const auto one = a.listen([&](int) {
        if (!probe) {
            probe.emplace();
        }
    });
    const auto two = a.listen([&](int) {});
    const auto three = b.listen([&](int) {});
    a.set(2);
    QCOMPARE(probe->take(), Events({"run b", "ran b", "notify b"}));
    a.set(3);
    QCOMPARE(probe->take(), Events({"write a", "notify a", "run b", "ran b", "notify b", "changed a"}));
}

void tst_Probes::attach_countsObservers()
{
    const auto a = atom(1).named("a");
    auto one = a.listen([](int) {});
    auto two = a.listen([](int) {});
    Recorder probe;
    one.reset();
    QCOMPARE(probe.take(), Events());
    two.reset();
    QCOMPARE(probe.take(), Events({"unobserved a"}));
}

void tst_Probes::detach_inTheMidst()
{
    const auto a = atom(1).named("a");
    const auto b = computed([&] { return a(); }).named("b");
    Recorder probe;
    const auto one = a.listen([&](int) { detail::detachProbe(probe); });
    const auto two = b.listen([&](int) {});
    probe.take();
    a.set(2);
    QCOMPARE(probe.take(), Events({"write a", "notify a"}));
    a.set(3);
    QCOMPARE(probe.take(), Events());
    QCOMPARE(b.get(), 3);
}

void tst_Probes::detach_leavesNoTrace()
{
    NEEDS_NO_SPY();
    const auto a = atom(1);
    {
        Recorder probe;
        const auto b = atom(2);
        QVERIFY(a.node()->has(detail::Spied));
        QVERIFY(b.node()->has(detail::Spied));
        QVERIFY(detail::isAttached(probe));
        detail::detachProbe(probe);
        QVERIFY(!detail::isAttached(probe));
        QVERIFY(!b.node()->has(detail::Spied));
        detail::detachProbe(probe);
    }
    QVERIFY(!a.node()->has(detail::Spied));
    QVERIFY(!atom(3).node()->has(detail::Spied));
}

void tst_Probes::attach_besideOneInTheMidst()
{
    const auto a = atom(1).named("a");
    Recorder outer;
    std::optional<Recorder> inner;
    auto one = a.listen([&](int) { inner.emplace(); });
    outer.take();
    a.set(2);
    QCOMPARE(outer.take(), Events({"write a", "notify a", "changed a"}));
    QCOMPARE(inner->take(), Events()); // it has not seen the write begin
    one.reset();
    QCOMPARE(inner->take(), Events({"unobserved a"}));
    a.set(3);
    QCOMPARE(inner->take(), Events({"write a", "changed a"}));
}

/// One begins and the other ends in a write within a write within a batch.
void tst_Probes::attach_seesEndsOfWhatItSawBegin()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    std::optional<Recorder> late;
    std::optional<Recorder> early;
    early.emplace();
    const auto one = a.listen([&](int) { b.set(2); });
    auto two = b.listen([&](int) {
        late.emplace();
        early.reset();
    });
    early->take();
    {
        const Batch batch;
        a.set(2);
    }
    QCOMPARE(late->take(), Events());
    two.reset();
    late->take();
    a.set(3);
    QCOMPARE(late->take(), Events({"write a", "notify a", "write b", "equal b", "changed a"}));
    {
        const Batch batch;
    }
    QCOMPARE(late->take(), Events({"batch", "batch ended"}));
    late.reset();
    {
        const Batch batch;
        late.emplace();
    }
    QCOMPARE(late->take(), Events());
    {
        const Batch batch;
        late.reset();
    }
    a.set(4);
    late.emplace();
    b.set(3);
    QCOMPARE(late->take().first(), QByteArray("write b"));
}

/// As time travel does, which shows the past again after what was written.
void tst_Probes::batch_thatAProbeMakesAtTheEndOfAnother()
{
    struct Writer final : detail::Probe
    {
        explicit Writer(const Atom<int> &written)
            : store(written)
        {
            attachProbe(*this);
        }
        ~Writer() override { detachProbe(*this); }
        void batchEnded() noexcept override
        {
            if (std::exchange(writes, false)) {
                batch([this] { store.set(store.get() + 1); });
            }
        }

        Atom<int> store;
        bool writes = true;
    };
    const auto a = atom(1).named("a");
    const Writer writer(a);
    Recorder recorder;
    {
        const Batch batch;
    }
    QCOMPARE(recorder.take(), Events({"batch", "batch", "write a", "changed a", "batch ended", "batch ended"}));
}

void tst_Probes::follow_chosenStores()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    Recorder probe(Follow::Chosen);
    detail::follow(probe, *a.node());
    a.set(2);
    b.set(2);
    const auto c = atom(3).named("c");
    QCOMPARE(probe.take(), Events({"write a", "changed a"}));
    detail::unfollow(probe, *a.node());
    a.set(3);
    QCOMPARE(probe.take(), Events());
}

void tst_Probes::follow_eachItsOwn()
{
    NEEDS_NO_SPY();
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    std::optional<Recorder> ofA;
    ofA.emplace(Follow::Chosen);
    Recorder ofBoth(Follow::Chosen);
    detail::follow(*ofA, *a.node());
    detail::follow(ofBoth, *a.node());
    detail::follow(ofBoth, *b.node());
    a.set(2);
    b.set(2);
    QCOMPARE(ofA->take(), Events({"write a", "changed a"}));
    QCOMPARE(ofBoth.take(), Events({"write a", "changed a", "write b", "changed b"}));
    {
        Recorder ofAll;
        QVERIFY(atom(3).node()->has(detail::Spied));
        ofAll.take();
        b.set(3);
        QCOMPARE(ofAll.take(), Events({"write b", "changed b"}));
    }
    QVERIFY(!atom(3).node()->has(detail::Spied));
    ofBoth.take();
    detail::unfollow(ofBoth, *a.node());
    QVERIFY(a.node()->has(detail::Spied));
    a.set(3);
    QCOMPARE(ofA->take(), Events({"write a", "changed a"}));
    QCOMPARE(ofBoth.take(), Events());
    ofA.reset();
    QVERIFY(!a.node()->has(detail::Spied));
    QVERIFY(b.node()->has(detail::Spied));
}

/// A node in the place of one that was followed is not followed.
void tst_Probes::follow_endsWithTheStore()
{
    NEEDS_NO_SPY();
    Recorder probe(Follow::Chosen);
    for (int i = 0; i < 3; ++i) {
        const auto a = atom(1).named("a");
        QVERIFY(!a.node()->has(detail::Spied));
        a.set(2);
        QCOMPARE(probe.take(), i == 0 ? Events() : Events({"destroyed a"}));
        detail::follow(probe, *a.node());
        a.set(3);
        QCOMPARE(probe.take(), Events({"write a", "changed a"}));
    }
    QCOMPARE(probe.take(), Events({"destroyed a"}));
}

void tst_Probes::follow_inTheMidstOfAWrite()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    Recorder probe(Follow::Chosen);
    Recorder all;
    const auto one = a.listen([&](int) {
        b.set(2);
        detail::follow(probe, *a.node());
    });
    const auto two = b.listen([&](int) { detail::follow(probe, *b.node()); });
    a.set(2);
    QCOMPARE(probe.take(), Events());
    b.set(3);
    QCOMPARE(probe.take(), Events({"write b", "notify b", "changed b"}));
}

void tst_Probes::effect_mutedByOneOfTwo()
{
    const auto a = atom(1).named("a");
    int runs = 0;
    const auto e = effect([&] {
        a();
        ++runs;
    });
    Recorder one;
    Recorder two;
    two.mutes = true;
    a.set(2);
    QCOMPARE(runs, 1);
    two.mutes = false;
    a.set(3);
    QCOMPARE(runs, 2);
}

void tst_Probes::otherThreads_haveTheirOwn()
{
    Recorder mine;
    std::thread([&] {
        const auto a = atom(1).named("a");
        Recorder theirs;
        a.set(2);
        QCOMPARE(theirs.take(), Events({"write a", "changed a"}));
    }).join();
    QCOMPARE(mine.take(), Events());
}

void tst_Probes::aware_endsOnAnotherThread()
{
    NEEDS_NO_SPY();
    struct Aware final : detail::ProbeAware
    {
        explicit Aware(QList<bool> &to)
            : calls(to)
        {
        }
        void followed(bool all) noexcept override { calls.append(all); }
        QList<bool> &calls;
    };
    QList<bool> first;
    QList<bool> second;
    QList<bool> third;
    auto stays = std::make_unique<Aware>(first);
    auto ends = std::make_unique<Aware>(second);
    std::thread([&] {
        const auto a = atom(1); // has a list of its own
        const Aware theirs(third);
        ends.reset();
    }).join();
    first.clear();
    second.clear();
    {
        Recorder probe;
    }
    QVERIFY(!first.isEmpty());
    QCOMPARE(second, QList<bool>());
    QCOMPARE(third, QList<bool>());
    stays.reset();
    first.clear();
    Recorder probe;
    QCOMPARE(first, QList<bool>());
}

QTEST_GUILESS_MAIN(tst_Probes)
#include "tst_probes.moc"
