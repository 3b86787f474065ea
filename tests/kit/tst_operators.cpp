// SPDX-License-Identifier: MIT
#include <nanostores/core/effect.h>
#include <nanostores/kit/operators.h>

#include "support/callrecorder.h"

#include <QtCore/QString>
#include <QtTest/QTest>

#include <optional>
#include <string>

using namespace nanostores;
using namespace nanostores::kit;
using support::Trace;

class tst_Operators : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void or_isTheFirstTruthyOne();
    void and_isTheFirstFalsyOne();
    void not_negates();
    void someAndEvery_takeAny();
    void someAndEvery_stopReadingEarly();
    void comparisons_followTheirOperands();
    void comparisons_areThoseOfMathematics();
    void comparisons_takeStrings();
    void when_choosesOne();
    void when_readsOnlyTheChosenOne();
    void when_withoutOtherwiseIsOptional();
    void operators_keepNothing();
    void operators_areMemoizedByComputed();
    void operators_nest();
};

void tst_Operators::or_isTheFirstTruthyOne()
{
    const auto admin = signal(false);
    const auto moderator = signal(true);
    const auto allowed = or_(admin, moderator);
    QCOMPARE(allowed(), true);
    moderator(false);
    QCOMPARE(allowed(), false);
    const auto name = signal("");
    QCOMPARE(or_(name, "guest")(), std::string("guest"));
    QCOMPARE(or_(0, 7.5)(), 7.5);
}

void tst_Operators::and_isTheFirstFalsyOne()
{
    const auto age = signal(25);
    const auto licence = signal(2);
    const auto points = and_(age, licence);
    QCOMPARE(points(), 2);
    age(0);
    QCOMPARE(points(), 0);
}

void tst_Operators::not_negates()
{
    const auto name = signal("");
    const auto guest = not_(name);
    QCOMPARE(guest(), true);
    name("Dan");
    QCOMPARE(guest(), false);
    QCOMPARE(not_(0)(), true);
}

void tst_Operators::someAndEvery_takeAny()
{
    const auto a = signal(0);
    const auto b = signal(0);
    QCOMPARE(some(a, b, 3)(), 3);
    b(2);
    QCOMPARE(some(a, b, 3)(), 2);
    QCOMPARE(every(a, b, 3)(), 0);
    a(1);
    QCOMPARE(every(a, b, 3)(), 3);
    QCOMPARE(some(a)(), 1);
}

void tst_Operators::someAndEvery_stopReadingEarly()
{
    const auto a = signal(true);
    int reads = 0;
    const auto b = [&reads] { return ++reads; };
    QCOMPARE(some(a, b)(), 1);
    QCOMPARE(every(not_(a), b)(), 0);
    QCOMPARE(reads, 0);
}

void tst_Operators::comparisons_followTheirOperands()
{
    const auto age = signal(25);
    const auto limit = signal(18);
    const auto all = [&] {
        QByteArray answers;
        for (const bool yes : {is(age, limit)(), isNot(age, limit)(), gt(age, limit)(), gte(age, limit)(),
                               lt(age, limit)(), lte(age, limit)()}) {
            answers += yes ? '1' : '0';
        }
        return answers;
    };
    QCOMPARE(all(), "011100");
    limit(25);
    QCOMPARE(all(), "100101");
    limit(30);
    QCOMPARE(all(), "010011");
}

void tst_Operators::comparisons_areThoseOfMathematics()
{
    QVERIFY(lt(-1, 0u)());
    QVERIFY(!is(-1, ~0u)());
    QVERIFY(gte(2.5, 2)());
    QVERIFY(gt(2, std::size_t{1})());
}

void tst_Operators::comparisons_takeStrings()
{
    const auto status = signal("idle");
    QVERIFY(is(status, "idle")());
    QVERIFY(lt(status, std::string("jam"))());
    QVERIFY(isNot(signal(QStringLiteral("a")), QStringLiteral("b"))());
}

void tst_Operators::when_choosesOne()
{
    const auto loggedIn = signal(true);
    const auto name = signal("Alice");
    const auto greeting = when(
        loggedIn, [name] { return "Hello, " + name(); }, "Please log in");
    QCOMPARE(greeting(), std::string("Hello, Alice"));
    loggedIn(false);
    QCOMPARE(greeting(), std::string("Please log in"));
}

void tst_Operators::when_readsOnlyTheChosenOne()
{
    const auto condition = signal(true);
    const auto a = signal(1);
    const auto b = signal(2);
    const auto chosen = when(condition, a, b);
    Trace trace;
    const auto stop = effect([&] { trace.add("", chosen()); });
    b(3);
    condition(false);
    a(4);
    b(5);
    QCOMPARE(trace.take(), "1 3 5");
}

void tst_Operators::when_withoutOtherwiseIsOptional()
{
    const auto condition = signal(0);
    const auto chosen = when(condition, "yes");
    QCOMPARE(chosen(), std::nullopt);
    condition(1);
    QCOMPARE(chosen(), std::optional<std::string>("yes"));
}

void tst_Operators::operators_keepNothing()
{
    int reads = 0;
    const auto positive = gt([&reads] { return ++reads; }, 0);
    positive();
    positive();
    QCOMPARE(reads, 2);
}

void tst_Operators::operators_areMemoizedByComputed()
{
    const auto age = signal(25);
    const auto licence = signal(true);
    const auto canDrive = computed(and_(gt(age, 18), licence));
    Trace trace;
    const auto stop = effect([&] { trace.add(canDrive() ? "yes" : "no"); });
    age(30);
    age(12);
    age(14);
    QCOMPARE(trace.take(), "yes no");
}

void tst_Operators::operators_nest()
{
    const auto a = signal(1);
    const auto text = when(some(is(a, 1), is(a, 2)), "low", when(gt(a, 100), "huge", "high"));
    QCOMPARE(text(), std::string("low"));
    a(50);
    QCOMPARE(text(), std::string("high"));
    a(500);
    QCOMPARE(text(), std::string("huge"));
}

QTEST_APPLESS_MAIN(tst_Operators)
#include "tst_operators.moc"
