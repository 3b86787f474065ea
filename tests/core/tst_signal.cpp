// SPDX-License-Identifier: MIT
#include <nanostores/kit.h>

#include "support/callrecorder.h"

#include <QtTest/QTest>

#include <string>
#include <vector>

using namespace nanostores;
using support::Trace;

static_assert(WritableSignal<Signal<int>>);
static_assert(!WritableSignal<Computed<int>>);
static_assert(!WritableStore<Readonly<detail::SignalNode<int>>>);
static_assert(Accessor<Signal<int>> && Accessor<Computed<int>>);
static_assert(std::is_same_v<AccessorValue<Signal<std::string>>, std::string>);

class tst_Signal : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void signal_readsAndWritesByCalling();
    void signal_takesAnUpdater();
    void signal_updaterIsNotTracked();
    void signal_isAnAtom();
    void signal_ofALiteralIsAString();
    void effect_tracksWhatItCalls();
    void effect_isToldItsFirstRun();
    void computed_dropsABranchNotRead();
    void computed_foldsOverItsOwnValue();
    void untracked_readIsNoSource();
    void action_readsAreUntracked();
    void action_passesArgumentsAndResult();
    void trigger_runsDependentsThoughNothingChanged();
    void trigger_ofSeveralStoresRunsAnEffectOnce();
    void trigger_throwingFunctionTellsNobody();
    void trigger_insideAnEffectSettles();
    void nextValue_takesValuesAndFunctions();
    void signalNextValue_seesWritesOfABatch();
    void readonly_isTheSameStore();
    void isWritable_tellsByTheHandle();
};

void tst_Signal::signal_readsAndWritesByCalling()
{
    const auto count = signal(0);
    QCOMPARE(count(), 0);
    count(5);
    QCOMPARE(count(), 5);
}

void tst_Signal::signal_takesAnUpdater()
{
    const auto count = signal(1);
    count([](int before) { return before + 1; });
    QCOMPARE(count(), 2);
}

void tst_Signal::signal_updaterIsNotTracked()
{
    const auto count = signal(0);
    int runs = 0;
    const auto keep = effect([&] {
        ++runs;
        count([](int before) { return before + 1; });
    });
    QCOMPARE(runs, 1);
    count(10);
    QCOMPARE(runs, 1);
}

void tst_Signal::signal_isAnAtom()
{
    const auto count = signal(1);
    const Atom<int> sameStore = count;
    const support::CallRecorder<int> calls;
    const auto keep = sameStore.listen(calls);
    count(2);
    sameStore.set(3);
    QCOMPARE(calls.take(), (QList<int>{2, 3}));
    const auto twice = computed(count, [](int value) { return 2 * value; });
    QCOMPARE(twice.get(), 6);
}

void tst_Signal::signal_ofALiteralIsAString()
{
    const auto name = signal("Ada");
    name("Grace");
    name([](const std::string &before) { return before + " Hopper"; });
    QCOMPARE(name(), std::string("Grace Hopper"));
}

void tst_Signal::effect_tracksWhatItCalls()
{
    const auto a = signal(1);
    const auto b = signal(2);
    QList<int> sums;
    const auto sum = [=] { return a() + b(); };
    auto keep = effect([&] { sums.append(sum()); });
    a(2);
    batch([&] {
        a(3);
        b(3);
    });
    keep();
    a(100);
    QCOMPARE(sums, (QList<int>{3, 4, 6}));
}

void tst_Signal::effect_isToldItsFirstRun()
{
    const auto a = signal(1);
    QList<bool> runs;
    const auto keep = effect([&](bool warmup) {
        a();
        runs.append(warmup);
    });
    a(2);
    a(3);
    QCOMPARE(runs, (QList<bool>{true, false, false}));
}

void tst_Signal::computed_dropsABranchNotRead()
{
    const auto useA = signal(true);
    const auto a = signal(1);
    const auto b = signal(2);
    int runs = 0;
    const auto chosen = computed([&] {
        ++runs;
        return useA() ? a() : b();
    });
    const auto keep = effect([&] { chosen(); });
    b(20);
    QCOMPARE(runs, 1);
    useA(false);
    QCOMPARE(chosen(), 20);
    a(10);
    QCOMPARE(runs, 2);
}

void tst_Signal::computed_foldsOverItsOwnValue()
{
    const auto count = signal(1);
    const auto total = computed<int>([&](const int *before) { return (before ? *before : 0) + count(); });
    QCOMPARE(total(), 1);
    count(2);
    QCOMPARE(total(), 3);
    count(3);
    QCOMPARE(total(), 6);
}

void tst_Signal::untracked_readIsNoSource()
{
    const auto a = signal(1);
    const auto b = signal(2);
    int runs = 0;
    const auto keep = effect([&] {
        ++runs;
        a();
        untracked([&] { b(); });
    });
    b(3);
    QCOMPARE(runs, 1);
    a(2);
    QCOMPARE(runs, 2);
}

void tst_Signal::action_readsAreUntracked()
{
    const auto a = signal(1);
    int runs = 0;
    const auto print = action([&] { return a(); });
    const auto keep = effect([&] {
        ++runs;
        print();
    });
    a(2);
    QCOMPARE(runs, 1);
}

void tst_Signal::action_passesArgumentsAndResult()
{
    const auto add = action([](int a, int b) { return a + b; });
    QCOMPARE(add(1, 2), 3);
}

void tst_Signal::trigger_runsDependentsThoughNothingChanged()
{
    const auto tags = signal(std::vector<int>{1});
    const auto length = computed([&] { return tags().size(); });
    QList<qsizetype> seen;
    const auto keep = effect([&] { seen.append(qsizetype(length())); });
    trigger([&] { const_cast<std::vector<int> &>(tags()).push_back(2); });
    QCOMPARE(seen, (QList<qsizetype>{1, 2}));
}

void tst_Signal::trigger_ofSeveralStoresRunsAnEffectOnce()
{
    const auto a = signal(1);
    const auto b = signal(2);
    int runs = 0;
    const auto keep = effect([&] {
        ++runs;
        a();
        b();
    });
    trigger([&] {
        a();
        b();
    });
    QCOMPARE(runs, 2);
}

void tst_Signal::trigger_throwingFunctionTellsNobody()
{
    const auto a = signal(1);
    int runs = 0;
    const auto keep = effect([&] {
        ++runs;
        a();
    });
    QVERIFY_EXCEPTION_THROWN(trigger([&] {
                                 a();
                                 throw std::runtime_error("no");
                             }),
                             std::runtime_error);
    QCOMPARE(runs, 1);
    a(2);
    QCOMPARE(runs, 2);
}

void tst_Signal::trigger_insideAnEffectSettles()
{
    const auto a = signal(1);
    int runs = 0;
    const auto keep = effect([&] {
        ++runs;
        a();
        trigger([&] { a(); });
    });
    QCOMPARE(runs, 1);
    a(2);
    QCOMPARE(runs, 2);
}

void tst_Signal::nextValue_takesValuesAndFunctions()
{
    QCOMPARE(nextValue(1, 2), 2);
    QCOMPARE(nextValue(1, [](int before) { return before + 1; }), 2);
}

void tst_Signal::signalNextValue_seesWritesOfABatch()
{
    const auto count = signal(0);
    batch([&] {
        count(1);
        QCOMPARE(signalNextValue(count, [](int before) { return before + 1; }), 2);
    });
}

void tst_Signal::readonly_isTheSameStore()
{
    const auto count = signal(0);
    const auto shown = readonly(count);
    count(1);
    QCOMPARE(shown(), 1);
    QCOMPARE(shown.get(), 1);
    const support::CallRecorder<int> calls;
    const auto keep = shown.listen(calls);
    count(2);
    QCOMPARE(calls.take(), QList<int>{2});
}

void tst_Signal::isWritable_tellsByTheHandle()
{
    const auto count = signal(0);
    QVERIFY(isWritable(count));
    QVERIFY(isWritable(atom(0)));
    QVERIFY(!isWritable(readonly(count)));
    QVERIFY(!isWritable(computed([] { return 0; })));
}

QTEST_APPLESS_MAIN(tst_Signal)
#include "tst_signal.moc"
