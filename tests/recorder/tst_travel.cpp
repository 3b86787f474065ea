// SPDX-License-Identifier: MIT

// Time travel: views show the past, and nothing else happens.

#include <nanostores/core.h>
#include <nanostores/history.h>
#include <nanostores/qt.h>
#include <nanostores/recorder.h>

#include <QSignalSpy>
#include <QTest>

#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

/// What a program has: stores, a view of each kind, an effect, a listener, a history.
struct Program
{
    Program()
        : adapter(count)
        , rows(items)
        , counting(effect([this] {
            count();
            ++effects;
        }))
        , listening(twice.listen([this](int) { ++listeners; }))
    {
        QObject::connect(&adapter, &StoreAdapter::valueChanged, &adapter, [] {});
    }

    const Atom<int> count = atom(0).named("count");
    const Atom<QList<QString>> items = atom(QList<QString>()).named("items");
    const Computed<int> twice = computed(count, [](int value) { return 2 * value; }).named("twice");
    int effects = 0;
    int listeners = 0;
    StoreAdapter adapter;
    ListModel<Atom<QList<QString>>> rows;
    const decltype(effect([] {})) counting;
    const Subscription listening;
};

} // namespace

class tst_Travel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void back_showsThePastInViews()
    {
        Program program;
        TimeTravel travel;
        program.count.set(1);
        program.items.set({QStringLiteral("a")});
        program.count.set(2);
        const int effects = program.effects;
        const int listeners = program.listeners;
        QCOMPARE(travel.stepCount(), std::size_t(3));
        QCOMPARE(travel.position(), std::size_t(3));
        QSignalSpy shown(&program.adapter, &StoreAdapter::valueChanged);
        QVERIFY(travel.back());
        QCOMPARE(program.count.get(), 1);
        QCOMPARE(program.twice.get(), 2);
        QCOMPARE(shown.count(), 1);
        QCOMPARE(program.adapter.value().toInt(), 1);
        QVERIFY(travel.jump(0));
        QCOMPARE(program.count.get(), 0);
        QCOMPARE(program.rows.rowCount(), 0);
        QVERIFY(travel.forward());
        QVERIFY(travel.forward());
        QCOMPARE(program.rows.rowCount(), 1);
        QVERIFY(inspecting().get());
        travel.resume();
        QVERIFY(!inspecting().get());
        QCOMPARE(program.count.get(), 2);
        QCOMPARE(program.adapter.value().toInt(), 2);
        QCOMPARE(program.effects, effects);
        QCOMPARE(program.listeners, listeners);
        QVERIFY(!travel.isTravelling());
    }

    /// Afterwards all is as it was: each write is seen once.
    void resume_everythingRunsAgain()
    {
        Program program;
        TimeTravel travel;
        program.count.set(1);
        travel.back();
        travel.resume();
        const int effects = program.effects;
        const int listeners = program.listeners;
        program.items.set({QStringLiteral("x")});
        QCOMPARE(program.effects, effects);
        program.count.set(5);
        QCOMPARE(program.effects, effects + 1);
        QCOMPARE(program.listeners, listeners + 1);
        QCOMPARE(travel.stepCount(), std::size_t(3));
    }

    void writes_areHeldAndAppliedOrDropped()
    {
        Program program;
        TimeTravel travel;
        program.count.set(1);
        program.count.set(2);
        travel.back();
        const int effects = program.effects;
        program.count.set(40);
        QCOMPARE(program.count.get(), 1);
        QCOMPARE(travel.heldWrites(), std::size_t(1));
        QCOMPARE(program.effects, effects);
        travel.resume(TimeTravel::Held::Drop);
        QCOMPARE(program.count.get(), 2);
        QCOMPARE(program.effects, effects);
        travel.back();
        batch([&] {
            program.count.set(41);
            program.count.set(42);
        });
        QCOMPARE(program.count.get(), 1);
        travel.resume();
        QCOMPARE(program.count.get(), 42);
        QCOMPARE(program.effects, effects + 1);
    }

    void continueFromHere_runsEffectsOnce()
    {
        Program program;
        TimeTravel travel;
        program.count.set(1);
        program.count.set(2);
        program.count.set(3);
        const int effects = program.effects;
        const int listeners = program.listeners;
        travel.jump(1);
        travel.continueFromHere();
        QCOMPARE(program.count.get(), 1);
        QCOMPARE(program.effects, effects + 1);
        QCOMPARE(program.listeners, listeners + 1);
        QCOMPARE(travel.stepCount(), std::size_t(1));
        program.count.set(7);
        QCOMPARE(travel.stepCount(), std::size_t(2));
        travel.back();
        QCOMPARE(program.count.get(), 1);
    }

    void skip_leavesAStepOut()
    {
        Program program;
        TimeTravel travel;
        program.count.set(1);
        program.items.set({QStringLiteral("a")});
        program.count.set(2);
        travel.jump(3);
        QVERIFY(!travel.isTravelling());
        travel.skip(2);
        QCOMPARE(program.count.get(), 1);
        QCOMPARE(program.items.get().size(), 1);
        travel.skip(0);
        QCOMPARE(program.count.get(), 0);
        travel.skip(2, false);
        QCOMPARE(program.count.get(), 2);
        travel.resume();
        QCOMPARE(program.count.get(), 2);
        QVERIFY(!travel.steps()[0].isSkipped);
    }

    void play_goesForwardByTheScheduler()
    {
        ManualScheduler time;
        setScheduler(&time);
        {
            Program program;
            TimeTravel travel;
            program.count.set(1);
            program.count.set(2);
            travel.jump(0);
            travel.play();
            QVERIFY(travel.isPlaying());
            QCOMPARE(program.count.get(), 0);
            time.advance(std::chrono::milliseconds(4000));
            QCOMPARE(program.count.get(), 2);
            QVERIFY(!travel.isPlaying());
            travel.jump(0);
            travel.play();
            travel.pause();
            time.advance(std::chrono::milliseconds(10'000));
            QCOMPARE(program.count.get(), 0);
        }
        setScheduler(nullptr);
    }

    /// Neither a history nor a recorder sees it.
    void histories_andRecordersSeeNothing()
    {
        const auto title = atom(std::string("a")).named("title");
        const History undo = history(title);
        const Recorder recorder;
        TimeTravel travel;
        title.set("b");
        title.set("c");
        const std::uint64_t events = recorder.lastEvent();
        travel.back();
        travel.back();
        QCOMPARE(title.get(), std::string("a"));
        travel.resume();
        QVERIFY(recorder.lastEvent() <= events + 4); // inspecting() alone
        QVERIFY(undo.undo());
        QCOMPARE(title.get(), std::string("b"));
    }

    void steps_sayWhatTheyChanged()
    {
        Program program;
        TimeTravel travel;
        batch([&] {
            program.count.set(1);
            program.items.set({QStringLiteral("a")});
        });
        QCOMPARE(travel.stepCount(), std::size_t(1));
        QVERIFY((travel.steps()[0].stores == std::vector<std::string>{"count", "items"}));
    }

    void oldest_stepsGo()
    {
        Program program;
        TimeTravel travel({.steps = 3});
        for (int i = 1; i <= 10; ++i) {
            program.count.set(i);
        }
        QCOMPARE(travel.stepCount(), std::size_t(3));
        travel.jump(0);
        QCOMPARE(program.count.get(), 7);
    }

    /// Random programs and journeys against a list of all the values that there were.
    void random_journeysShowWhatWas()
    {
        std::mt19937 random(11);
        for (int round = 0; round < 40; ++round) {
            std::vector<Atom<int>> stores;
            for (int i = 0; i < 5; ++i) {
                stores.push_back(atom(0));
            }
            const auto sum = computed([&] {
                int all = 0;
                for (const auto &store : stores) {
                    all += store();
                }
                return all;
            });
            int effects = 0;
            const auto watching = effect([&] {
                sum();
                ++effects;
            });
            TimeTravel travel;
            std::vector<std::vector<int>> past;
            const auto now = [&] {
                std::vector<int> values;
                for (const auto &store : stores) {
                    values.push_back(store.get());
                }
                return values;
            };
            past.push_back(now());
            for (int i = 1; i <= 30; ++i) {
                batch([&] {
                    for (unsigned writes = 1 + random() % 3; writes > 0; --writes) {
                        stores[random() % stores.size()].set(100 * i + static_cast<int>(writes));
                    }
                });
                past.push_back(now());
            }
            const int before = effects;
            for (int i = 0; i < 30; ++i) {
                const std::size_t to = random() % past.size();
                travel.jump(to);
                QCOMPARE(now(), past[to]);
                int expected = 0;
                for (const int value : past[to]) {
                    expected += value;
                }
                QCOMPARE(sum.get(), expected);
                if (random() % 5 == 0) {
                    travel.resume();
                    QCOMPARE(now(), past.back());
                }
            }
            travel.resume();
            QCOMPARE(now(), past.back());
            QCOMPARE(effects, before);
            stores[0].set(-1);
            QCOMPARE(effects, before + 1);
        }
    }

    /// What is shown at the last position is the present.
    void continueFromHere_forgetsStepsThatAreLeftOut()
    {
        const auto count = atom(0).named("count");
        TimeTravel travel;
        count.set(1);
        count.set(2);
        count.set(3);
        travel.skip(2);
        travel.continueFromHere();
        QCOMPARE(count.get(), 2);
        QCOMPARE(travel.stepCount(), std::size_t(2));
        travel.back();
        QCOMPARE(count.get(), 1);
        travel.forward();
        QCOMPARE(count.get(), 2);
        travel.resume();
        QCOMPARE(count.get(), 2);
    }

    void inspecting_listenersMayThrow()
    {
        const auto count = atom(0).named("count");
        TimeTravel travel;
        count.set(1);
        count.set(2);
        int errors = 0;
        setErrorHandler([&errors](std::exception_ptr) { ++errors; });
        {
            const Subscription end = inspecting().listen([](bool) { throw std::runtime_error("no"); });
            travel.back();
            QVERIFY(travel.isTravelling());
            QCOMPARE(count.get(), 1);
            count.set(9);
            travel.resume();
        }
        setErrorHandler({});
        QCOMPARE(errors, 2);
        QVERIFY(!inspecting().get());
        QCOMPARE(count.get(), 9);
    }

    void recorders_doNotSeeInspecting()
    {
        const auto count = atom(0).named("count");
        TimeTravel travel;
        count.set(1);
        const Recorder recorder;
        travel.back();
        travel.resume();
        QVERIFY2(recorder.events().empty(), recorder.toJsonLines().c_str());
    }

    void oneAtATime()
    {
        const auto count = atom(0).named("count");
        TimeTravel first;
        TimeTravel second;
        count.set(1);
        count.set(2);
        QVERIFY(first.back());
        QCOMPARE(second.stepCount(), std::size_t(2));
        QVERIFY(!second.jump(0));
        second.skip(0);
        QVERIFY(!second.isTravelling());
        QCOMPARE(count.get(), 1);
        count.set(3);
        first.resume();
        QCOMPARE(count.get(), 3);
        QCOMPARE(second.stepCount(), std::size_t(3));
        QVERIFY(second.jump(1));
        QCOMPARE(count.get(), 1);
        second.resume();
        QCOMPARE(count.get(), 3);
    }

    void ended_storesLeaveTheJourney()
    {
        Program program;
        TimeTravel travel;
        {
            const auto passing = atom(1);
            passing.set(2);
            program.count.set(1);
        }
        travel.jump(0);
        QCOMPARE(program.count.get(), 0);
        travel.resume();
        QCOMPARE(program.count.get(), 1);
    }
};

QTEST_GUILESS_MAIN(tst_Travel)
#include "tst_travel.moc"
