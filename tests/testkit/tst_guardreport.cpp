// SPDX-License-Identifier: MIT

// What a guard collects and hints at, and guards in guards. Leaks are in tst_guardleaks.

#include <nanostores/core.h>
#include <nanostores/testkit.h>

#include "support/handlers.h"

#include <QTest>

#include <memory>
#include <thread>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class tst_GuardReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void errors_areCollected();
    void errors_thatWereTakenAreNone();
    void errors_ofOtherThreads();
    void misuse_isCollected();
    void handlers_comeBack();
    void doubles_nameTheWrites();
    void doubles_notInABatch();
    void doubles_effectsBetweenListeners();
    void doubles_equalWritesAreNone();
    void wasted_countsRunsWithoutAChange();
    void expectRuns_counts();
    void expectRuns_makesTheReportFail();
    void expectRuns_withoutAGuardIsMisuse();
    void nested_innerOnesFirst();
    void nested_outerEndsInnerOnes();
    void unread_reportGoesToTheFunction();
    void finish_twiceIsTheSame();
    void finish_insideABatchIsMisuse();
    void otherThreads_storesAreLeftAlone();
    void otherThreads_mayPost();
};
void tst_GuardReport::errors_areCollected()
{
    const auto count = atom(0);
    TestGuard guard;
    {
        const auto one = count.listen([] { support::fail("first"); });
        const auto two = count.listen([] { support::fail("second"); });
        QCOMPARE(support::thrownBy([&] { count.set(1); }), QStringLiteral("first"));
        scheduler()->defer([] { support::fail("third"); });
        guard.settle();
        scheduler()->defer([] { throw 4; });
    }
    const Report report = guard.finish();
    QVERIFY(report.errors == (Lines{"second", "third", "an error of a type that is no std::exception"}));
    QVERIFY(!report.ok());
}

void tst_GuardReport::errors_thatWereTakenAreNone()
{
    TestGuard guard;
    scheduler()->defer([] { support::fail("expected"); });
    guard.settle();
    QVERIFY(guard.takeErrors() == Lines{"expected"});
    QVERIFY(guard.finish().ok());
}

void tst_GuardReport::errors_ofOtherThreads()
{
    TestGuard guard;
    std::thread([] { detail::reportError(std::make_exception_ptr(std::runtime_error("far"))); }).join();
    QVERIFY(guard.finish().errors == Lines{"in another thread: far"});
}

void tst_GuardReport::misuse_isCollected()
{
    NEEDS_CHECKS();
    const auto mine = atom(1);
    mine.setName("mine");
    TestGuard guard;
    std::thread([&] { static_cast<void>(mine.peek()); }).join();
    const Report report = guard.finish();
    QCOMPARE(report.misuse.size(), std::size_t(1));
    QVERIFY(has(report.misuse[0], "\"mine\" belongs to thread"));
}

void tst_GuardReport::handlers_comeBack()
{
    support::ErrorLog log;
    TestGuard guard;
    guard.finish();
    detail::reportError(std::make_exception_ptr(std::runtime_error("after")));
    QCOMPARE(log.take(), QList<QString>{QStringLiteral("after")});
}

void tst_GuardReport::doubles_nameTheWrites()
{
    const auto items = atom(1);
    items.setName("items");
    const auto count = atom(1);
    count.setName("count");
    const auto label = computed([&] { return items() + count(); });
    label.setName("label");
    TestGuard guard;
    {
        const auto shows = label.listen([] {});
        const auto counts = items.listen([&](int value) { count.set(value); });
        items.set(2);
        items.set(3);
    }
    const Report report = guard.finish();
    QVERIFY2(report.doubles
                 == Lines{"computed store \"label\": after a write of store \"items\", then of store \"count\""},
             report.text().c_str());
    QVERIFY(report.ok()); // a hint
}

void tst_GuardReport::doubles_notInABatch()
{
    const auto a = atom(1);
    const auto b = atom(1);
    const auto sum = computed([&] { return a() + b(); });
    TestGuard guard;
    {
        const auto one = sum.listen([] {});
        const auto two = a.listen([] {});
        const auto three = a.listen([] {});
        const auto four = sum.listen([] {});
        batch([&] {
            a.set(2);
            b.set(3);
            a.set(4);
        });
        a.set(7);
        a.set(8);
    }
    QVERIFY(guard.finish().doubles.empty());
}

void tst_GuardReport::doubles_effectsBetweenListeners()
{
    const auto a = atom(1);
    const auto b = atom(1);
    TestGuard guard;
    {
        const auto one = a.listen([&](int value) { b.set(value); });
        const auto two = effect([&] { static_cast<void>(a()); });
        const auto three = a.listen([] {});
        const auto four = effect([&] { static_cast<void>(a()); });
        const auto five = a.listen([] {});
        a.set(2);
    }
    QVERIFY(guard.finish().doubles.empty());
}

void tst_GuardReport::doubles_equalWritesAreNone()
{
    const auto a = atom(1);
    const auto b = atom(2);
    TestGuard guard;
    {
        const auto one = a.listen([&] { b.set(2); });
        const auto two = b.listen([] {});
        const auto three = a.listen([] {});
        a.set(2);
    }
    QVERIFY(guard.finish().doubles.empty());
}

void tst_GuardReport::wasted_countsRunsWithoutAChange()
{
    const auto price = atom(10);
    const auto rounded = computed(price, [](int value) { return value / 10 * 10; });
    rounded.setName("rounded");
    TestGuard guard;
    {
        const auto listener = rounded.listen([] {});
        price.set(12);
        price.set(13);
        price.set(25);
    }
    const Report report = guard.finish();
    QCOMPARE(QString::fromStdString(report.wasted.at(0)),
             QStringLiteral("computed store \"rounded\" ran 4 times, 2 without a change"));
    QVERIFY(report.ok());
}

void tst_GuardReport::expectRuns_counts()
{
    const auto a = atom(1);
    const auto b = atom(1);
    const auto sum = computed([&] { return a() + b(); });
    TestGuard guard;
    {
        const auto listener = sum.listen([] {});
        QVERIFY(expectRuns(sum, 1, [&] {
            batch([&] {
                a.set(2);
                b.set(2);
            });
        }));
        QVERIFY(expectRuns(sum, 0, [&] { a.set(2); }));
        QCOMPARE(countRuns(sum,
                           [&] {
                               a.set(3);
                               b.set(3);
                           }),
                 2);
    }
    QVERIFY(guard.finish().ok());
}

void tst_GuardReport::expectRuns_makesTheReportFail()
{
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    twice.setName("twice");
    TestGuard guard;
    const Expectation expectation = expectRuns(twice, 2, [&] { static_cast<void>(twice.get()); });
    QVERIFY(!expectation);
    QVERIFY(guard.finish().failures == Lines{"computed store \"twice\" ran 1 time, and was expected to run 2 times"});
    QVERIFY(!guard.finish().ok());
}

void tst_GuardReport::expectRuns_withoutAGuardIsMisuse()
{
    support::MisuseLog log;
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    expectRuns(twice, 5, [] {});
    QCOMPARE(log.take().size(), 1);
}

void tst_GuardReport::nested_innerOnesFirst()
{
    const auto a = atom(1);
    const auto b = atom(1);
    TestGuard outer;
    a.set(2);
    {
        TestGuard inner;
        a.set(3);
        b.set(3);
        QCOMPARE(TestGuard::current(), &inner);
        QVERIFY(inner.finish().ok());
    }
    QCOMPARE(a.get(), 2);
    QCOMPARE(b.get(), 1);
    QCOMPARE(TestGuard::current(), &outer);
    QVERIFY(outer.finish().ok());
    QCOMPARE(a.get(), 1);
    QCOMPARE(TestGuard::current(), nullptr);
}

void tst_GuardReport::nested_outerEndsInnerOnes()
{
    const auto a = atom(1);
    auto outer = std::make_unique<TestGuard>();
    a.set(2);
    TestGuard inner;
    a.set(3);
    const Report report = outer->finish();
    outer.reset();
    QVERIFY(inner.isFinished());
    QCOMPARE(a.get(), 1);
    QCOMPARE(report.misuse.size(), std::size_t(1));
    QVERIFY(inner.finish().ok());
    QCOMPARE(scheduler(), nullptr);
}

void tst_GuardReport::unread_reportGoesToTheFunction()
{
    Lines seen;
    const auto note = [&seen](const Report &report) { seen.push_back(report.text()); };
    {
        TestGuard guard(note);
        scheduler()->defer([] { support::fail("late"); });
    }
    QVERIFY(seen == Lines{"errors:\n    late"});
    {
        TestGuard clean(note);
    }
    {
        TestGuard fetched(note);
        scheduler()->defer([] { support::fail("late"); });
        fetched.finish();
    }
    QCOMPARE(seen.size(), std::size_t(1));
}

void tst_GuardReport::finish_twiceIsTheSame()
{
    const auto a = atom(1);
    TestGuard guard;
    a.set(2);
    guard.finish();
    a.set(3);
    QVERIFY(guard.finish().ok());
    QCOMPARE(a.get(), 3);
}

void tst_GuardReport::finish_insideABatchIsMisuse()
{
    const auto a = atom(1);
    TestGuard guard;
    batch([&] {
        a.set(2);
        guard.finish();
    });
    QCOMPARE(a.get(), 1);
    QCOMPARE(guard.finish().misuse.size(), std::size_t(1));
}

void tst_GuardReport::otherThreads_storesAreLeftAlone()
{
    std::unique_ptr<Atom<int>> theirs;
    std::thread([&] { theirs = std::make_unique<Atom<int>>(atom(1)); }).join();
    TestGuard guard;
    theirs->set(2); // its thread is over, so this one may use it
    QVERIFY(guard.finish().ok());
    QCOMPARE(theirs->get(), 2);
}

void tst_GuardReport::otherThreads_mayPost()
{
    const auto a = atom(1);
    TestGuard guard;
    std::thread([&] { post(a, 5); }).join();
    QCOMPARE(a.get(), 1);
    QVERIFY(guard.settle());
    QCOMPARE(a.get(), 5);
    std::thread([&] { post(a, 6); }).join();
    QVERIFY(guard.finish().ok());
    QCOMPARE(a.get(), 1);
}

QTEST_APPLESS_MAIN(tst_GuardReport)
#include "tst_guardreport.moc"
