// SPDX-License-Identifier: MIT

// What a probe is called with, and in which order.

#include <nanostores/core.h>

#include "probelog.h"
#include "support/handlers.h"
#include "support/timedtest.h"

#include <QSet>
#include <QTest>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

using namespace nanostores;
using probelog::Events;
using probelog::Recorder;

namespace {

struct Profile
{
    int age = 0;
    std::string theme;
    friend bool operator==(const Profile &, const Profile &) = default;
};

} // namespace

class tst_Probe : public support::TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void nodes_comeAndGo();
    void write_ofAnAtom();
    void write_hooksAbortAndThrow();
    void write_listenerThrows();
    void write_byKeys();
    void write_ofADeepMap();
    void write_inAListener();
    void notify_andTrigger();
    void computed_tracked();
    void computed_listed();
    void computed_throws();
    void effect_runs();
    void effect_throws();
    void effect_muted();
    void effect_mutedListed();
    void batch_notifiesOncePerListener();
    void turn_isOfTheOutermostWrite();
    void observers_ofAnAtom();
    void observers_ofAChain();
    void mounts();
    void mount_throws();
    void error_withoutACaller();
};

void tst_Probe::nodes_comeAndGo()
{
    Recorder probe;
    {
        const auto a = atom(1).named("a");
        const auto b = computed(a, [](int n) { return n; }).named("b");
        QCOMPARE(probe.take(), Events({"created store", "named a", "created computed", "named b"}));
        auto stop = effect([&] { a(); });
        QCOMPARE(probe.take(), Events({"created effect", "run ?", "observed a", "ran same ?"}));
        stop.reset();
        QCOMPARE(probe.take(), Events({"unobserved a", "destroyed ?"}));
    }
    QCOMPARE(probe.take(), Events({"destroyed b", "destroyed a"}));
}

void tst_Probe::write_ofAnAtom()
{
    const auto a = atom(1).named("a");
    Recorder probe;
    a.set(2);
    QCOMPARE(probe.take(), Events({"write a", "changed a"}));
    a.set(2);
    QCOMPARE(probe.take(), Events({"write a", "equal a"}));
    const auto first = a.listen([&](int) { probe.events.push_back("first"); });
    const auto second = a.listen([&](int, int) { probe.events.push_back("second"); });
    probe.take();
    a.set(3);
    QCOMPARE(probe.take(), Events({"write a", "notify a", "first", "second", "changed a"}));
    QCOMPARE(a.get(), 3);
}

void tst_Probe::write_hooksAbortAndThrow()
{
    const auto a = atom(1).named("a");
    const auto hook = onSet(a, [&](auto &event) {
        if (event.newValue() == 2) {
            event.abort();
        } else if (event.newValue() == 3) {
            throw std::runtime_error("3");
        } else if (event.newValue() == 4) {
            event.replace(1);
        }
    });
    Recorder probe;
    a.set(2);
    QCOMPARE(probe.take(), Events({"write a", "aborted a"}));
    QVERIFY_EXCEPTION_THROWN(a.set(3), std::runtime_error);
    QCOMPARE(probe.take(), Events({"write a", "threw a"}));
    a.set(4);
    QCOMPARE(probe.take(), Events({"write a", "equal a"}));
    a.set(5);
    QCOMPARE(probe.take(), Events({"write a", "changed a"}));
}

void tst_Probe::write_listenerThrows()
{
    const auto a = atom(1).named("a");
    const auto listener = a.listen([](int) { throw std::runtime_error("listener"); });
    Recorder probe;
    QVERIFY_EXCEPTION_THROWN(a.set(2), std::runtime_error);
    QCOMPARE(probe.take(), Events({"write a", "notify a", "threw a"}));
    QCOMPARE(a.get(), 2);
}

void tst_Probe::write_byKeys()
{
    const auto users = map<std::string, int>().named("users");
    const auto profile = map(Profile{1, "light"}).named("profile");
    const auto listener = users.listen(
        [](const auto &, const MapChange<std::string, int> &change) { QCOMPARE(change.keys.size(), std::size_t{1}); });
    Recorder probe;
    users.setKey("Ada", 1);
    users.setKey("Ada", 1);
    users.setKey("Ada", 2);
    users.removeKey("Bob");
    users.removeKey("Ada");
    QCOMPARE(probe.take(), Events({"write users", "notify users", "changed users", "write users", "equal users",
                                   "write users", "notify users", "changed users", "write users", "equal users",
                                   "write users", "notify users", "changed users"}));
    profile.setKey(&Profile::age, 1);
    profile.setKey(&Profile::age, 2);
    profile.set({2, "dark"});
    profile.set({2, "dark"});
    QCOMPARE(probe.take(), Events({"write profile", "equal profile", "write profile", "changed profile",
                                   "write profile", "changed profile", "write profile", "equal profile"}));
}

void tst_Probe::write_ofADeepMap()
{
    const auto profile = deepMap(Profile{1, "light"}).named("profile");
    Recorder probe;
    profile.setKey(&Profile::age, 1);
    profile.setKey(&Profile::age, 2);
    QCOMPARE(probe.take(), Events({"write profile", "equal profile", "write profile", "changed profile"}));
}

void tst_Probe::write_inAListener()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const auto one = a.listen([&](int value) { b.set(value); });
    const auto two = b.listen([&](int) {});
    Recorder probe;
    a.set(2);
    QCOMPARE(probe.take(), Events({"write a", "notify a", "write b", "changed b", "notify b", "changed a"}));
}

void tst_Probe::notify_andTrigger()
{
    const auto a = atom(1).named("a");
    const auto listener = a.listen([](int) {});
    Recorder probe;
    a.notify();
    QCOMPARE(probe.take(), Events({"write a", "notify a", "notified a"}));
    trigger([&] { a(); });
    QCOMPARE(probe.take(), Events({"write a", "changed a", "notify a"}));
    const auto hook = onNotify(a, [](auto &event) { event.abort(); });
    a.notify();
    QCOMPARE(probe.take(), Events({"write a", "aborted a"}));
}

void tst_Probe::computed_tracked()
{
    const auto a = atom(1).named("a");
    const auto half = computed([&] { return a() / 2; }).named("half");
    const auto text = computed([&] { return QString::number(half()); }).named("text");
    const auto listener = text.listen([](const QString &) {});
    Recorder probe;
    a.set(2);
    QCOMPARE(probe.take(),
             Events({"write a", "run half", "ran half", "run text", "ran text", "notify text", "changed a"}));
    a.set(3);
    QCOMPARE(probe.take(), Events({"write a", "run half", "ran same half", "changed a"}));
}

void tst_Probe::computed_listed()
{
    const auto a = atom(1).named("a");
    const auto half = computed(a, [](int n) { return n / 2; }).named("half");
    const auto next = computed(half, [](int n) { return n + 1; }).named("next");
    Recorder probe;
    QCOMPARE(next.peek(), 1);
    QCOMPARE(probe.take(), Events({"run half", "ran half", "run next", "ran next"}));
    const auto listener = next.listen([](int) {});
    probe.take();
    a.set(2);
    QCOMPARE(probe.take(),
             Events({"write a", "run half", "ran half", "run next", "ran next", "notify next", "changed a"}));
}

void tst_Probe::computed_throws()
{
    const auto a = atom(1).named("a");
    const auto b = computed([&] { return a() > 1 ? throw std::runtime_error("b") : 1; }).named("b");
    Recorder probe;
    QCOMPARE(b.peek(), 1);
    QCOMPARE(probe.take(), Events({"run b", "ran b"}));
    a.set(2);
    QVERIFY_EXCEPTION_THROWN(b.peek(), std::runtime_error);
    QCOMPARE(probe.take(), Events({"write a", "changed a", "run b", "ran threw b"}));
}

void tst_Probe::effect_runs()
{
    const auto a = atom(1).named("a");
    Recorder probe;
    auto tracked = effect([&] { a(); });
    auto listed = effect(a, [](int) {});
    probe.take();
    a.set(2);
    QCOMPARE(probe.take(), Events({"write a", "run ?", "ran same ?", "run ?", "ran same ?", "changed a"}));
}

void tst_Probe::effect_throws()
{
    const auto a = atom(1).named("a");
    Recorder probe;
    auto stop = effect([&] {
        if (a() > 1) {
            throw std::runtime_error("effect");
        }
    });
    probe.take();
    QVERIFY_EXCEPTION_THROWN(a.set(2), std::runtime_error);
    QCOMPARE(probe.take(), Events({"write a", "run ?", "ran threw ?", "threw a"}));
}

void tst_Probe::effect_muted()
{
    const auto a = atom(1).named("a");
    const auto twice = computed([&] { return 2 * a(); }).named("twice");
    QList<int> seen;
    Recorder probe;
    probe.mutes = true; // the first run is not asked for
    auto stop = effect([&] { seen.push_back(twice()); });
    probe.take();
    a.set(2);
    QCOMPARE(probe.take(), Events({"write a", "run twice", "ran twice", "muted ?", "changed a"}));
    a.set(3); // it is due since the last change, and does not look at its sources
    QCOMPARE(probe.take(), Events({"write a", "muted ?", "changed a"}));
    QCOMPARE(seen, QList<int>({2}));
    QCOMPARE(twice.peek(), 6);
    probe.mutes = false;
    a.set(4);
    QCOMPARE(seen, QList<int>({2, 8}));
    a.set(5);
    QCOMPARE(seen, QList<int>({2, 8, 10}));
}

void tst_Probe::effect_mutedListed()
{
    const auto a = atom(1).named("a");
    QList<int> seen;
    Recorder probe;
    auto stop = effect(a, [&](int value) { seen.push_back(value); });
    probe.mutes = true;
    a.set(2);
    probe.mutes = false;
    QCOMPARE(seen, QList<int>({1}));
    a.set(3);
    QCOMPARE(seen, QList<int>({1, 3}));
}

void tst_Probe::batch_notifiesOncePerListener()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const auto one = a.listen([](int) {});
    const auto two = b.listen([](int) {});
    Recorder probe;
    batch([&] {
        a.set(2);
        batch([&] { b.set(2); });
        a.set(3);
    });
    QCOMPARE(probe.take(), Events({"batch", "write a", "changed a", "write b", "changed b", "write a", "changed a",
                                   "notify a", "notify b", "batch ended"}));
}

void tst_Probe::turn_isOfTheOutermostWrite()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const auto c = atom(1).named("c");
    const auto one = a.listen([&](int value) { b.set(value); });
    auto two = effect([&] { c.set(b()); });
    Recorder probe;
    const auto turnsOf = [&](auto f) {
        probe.turns.clear();
        f();
        return QSet<std::uint64_t>(probe.turns.begin(), probe.turns.end());
    };
    const auto first = turnsOf([&] { a.set(2); });
    QCOMPARE(c.get(), 2);
    QCOMPARE(first.size(), 1);
    const auto second = turnsOf([&] {
        batch([&] {
            a.set(3);
            b.set(4);
        });
    });
    QCOMPARE(second.size(), 1);
    const auto third = turnsOf([&] { c.set(5); });
    QCOMPARE(third.size(), 1);
    QVERIFY(*first.begin() < *second.begin());
    QVERIFY(*second.begin() < *third.begin());
    QCOMPARE(turnsOf([&] {
                 c.set(6);
                 c.set(7);
             }).size(),
             2);
    detail::detachProbe(probe); // the number is there without a probe, too
    const std::uint64_t before = detail::turn();
    QList<std::uint64_t> seen;
    const auto three = c.listen([&](int) { seen.push_back(detail::turn()); });
    a.set(8);
    c.set(9);
    QCOMPARE(seen, QList<std::uint64_t>({before + 1, before + 2}));
}

void tst_Probe::observers_ofAnAtom()
{
    const auto a = atom(1).named("a");
    Recorder probe;
    auto one = a.listen([](int) {});
    auto two = a.listen([](int) {});
    QCOMPARE(probe.take(), Events({"observed a"}));
    one.reset();
    QCOMPARE(probe.take(), Events());
    auto three = effect([&] { a(); });
    two.reset();
    probe.take();
    three.reset();
    QCOMPARE(probe.take(), Events({"unobserved a", "destroyed ?"}));
}

void tst_Probe::observers_ofAChain()
{
    const auto a = atom(1).named("a");
    const auto b = computed([&] { return a(); }).named("b");
    const auto c = computed([&] { return b(); }).named("c");
    Recorder probe;
    QCOMPARE(c(), 1);
    probe.take();
    auto listener = c.listen([](int) {});
    QCOMPARE(probe.take(), Events({"observed c", "observed b", "observed a"}));
    listener.reset();
    QCOMPARE(probe.take(), Events({"unobserved c", "unobserved b", "unobserved a"}));
}

void tst_Probe::mounts()
{
    const auto a = atom(1).named("a");
    Recorder probe;
    const auto hook = onMount(a, [&] {
        probe.events.push_back("hook");
        return [&] { probe.events.push_back("cleanup"); };
    });
    auto listener = a.listen([](int) {});
    QCOMPARE(probe.take(), Events({"mounted a", "hook", "observed a"}));
    listener.reset();
    QCOMPARE(probe.take(), Events({"unobserved a"}));
    m_time->advance(1000);
    QCOMPARE(probe.take(), Events({"cleanup", "unmounted a"}));
}

void tst_Probe::mount_throws()
{
    const auto a = atom(1).named("a");
    const auto hook = onMount(a, [] { throw std::runtime_error("mount"); });
    Recorder probe;
    QVERIFY_EXCEPTION_THROWN((void)a.listen([](int) {}), std::runtime_error);
    QCOMPARE(probe.take(), Events({"mounted a", "unmounted a"}));
}

void tst_Probe::error_withoutACaller()
{
    const support::ErrorLog errors;
    Recorder probe;
    detail::reportError(std::make_exception_ptr(std::runtime_error("no caller")));
    QCOMPARE(probe.take(), Events({"error"}));
}

QTEST_GUILESS_MAIN(tst_Probe)
#include "tst_probe.moc"
