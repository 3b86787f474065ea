// SPDX-License-Identifier: MIT
#include <nanostores/kit/mountable.h>
#include <nanostores/kit/values.h>

#include "support/callrecorder.h"

#include <QtCore/QString>
#include <QtTest/QTest>

#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace nanostores;
using namespace nanostores::kit;
using support::Trace;

class tst_Values : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void read_tracks();
    void get_doesNotTrack();
    void get_takesValuesAndAccessors();
    void isSignal_tellsStoresFromFunctions();
    void isAccessor_tellsFunctionsFromValues();
    void isEmpty_isTrueOfNothing();
    void toSignal_makesAStore();
    void toAccessor_makesAFunction();
    void toAccessorOrSignal_makesASignal();
    void truthy_followsTheValue();
    void length_wakesWhenTheSizeChanges();
    void boolean_wakesWhenTheTruthChanges();
    void previous_isTheValueBefore();
    void previous_runsAnEffectOnce();
    void previous_keepsAfterObserversLeft();
    void concat_joinsValuesAndAccessors();
    void concat_ofAQStringIsAQString();
    void concat_writesNumbersShort();
    void composeDestroys_callsAllInOrder();
    void composeDestroys_isAnEffectsCleanup();
    void composeDestroys_skipsEmptyOnes();
};

void tst_Values::read_tracks()
{
    const auto count = signal(5);
    QCOMPARE(read(count), 5);
    QCOMPARE(read(10), 10);
    QCOMPARE(read([] { return 15; }), 15);
    Trace trace;
    const auto stop = effect([&] { trace.add("", read(count)); });
    count(6);
    QCOMPARE(trace.take(), "5 6");
}

void tst_Values::get_doesNotTrack()
{
    const auto a = signal(1);
    const auto b = signal(10);
    Trace trace;
    const auto stop = effect([&] { trace.add("", a() + get(b) + get([b] { return b(); })); });
    b(20);
    a(2);
    QCOMPARE(trace.take(), "21 42");
}

void tst_Values::get_takesValuesAndAccessors()
{
    QCOMPARE(get(signal(5)), 5);
    QCOMPARE(get(5), 5);
    QCOMPARE(get("five"), std::string("five"));
    QCOMPARE(get([] { return std::string("five"); }), std::string("five"));
    QCOMPARE(get(atom(5)), 5);
}

void tst_Values::isSignal_tellsStoresFromFunctions()
{
    const auto count = signal(0);
    QVERIFY(isSignal(count));
    QVERIFY(isSignal(computed([count] { return count() * 2; })));
    QVERIFY(isSignal(readonly(count)));
    QVERIFY(!isSignal([] { return 42; }));
    QVERIFY(!isSignal(42));
}

void tst_Values::isAccessor_tellsFunctionsFromValues()
{
    QVERIFY(isAccessor([] { return 42; }));
    QVERIFY(isAccessor(signal(42)));
    QVERIFY(!isAccessor(42));
    QVERIFY(!isAccessor("text"));
    QVERIFY(!isAccessor([] {}));
}

void tst_Values::isEmpty_isTrueOfNothing()
{
    QVERIFY(isEmpty(nullptr));
    QVERIFY(isEmpty(std::nullopt));
    QVERIFY(isEmpty(std::optional<int>()));
    QVERIFY(isEmpty(std::shared_ptr<int>()));
    QVERIFY(isEmpty(static_cast<const int *>(nullptr)));
    QVERIFY(!isEmpty(std::optional<int>(0)));
    QVERIFY(!isEmpty(0));
    QVERIFY(!isEmpty(std::string()));
    QVERIFY(!isEmpty(QString()));
    QVERIFY(!isEmpty(std::vector<int>()));
    QVERIFY(!isEmpty(""));
}

void tst_Values::toSignal_makesAStore()
{
    const auto a = toSignal(42);
    a(43);
    QCOMPARE(a(), 43);
    const auto ten = signal(10);
    QVERIFY(toSignal(ten) == ten);
    const auto five = computed([] { return 5; });
    QVERIFY(toSignal(five) == five);
    const auto d = toSignal([ten] { return ten() + 10; });
    static_assert(std::is_same_v<decltype(d), const Computed<int>>);
    QCOMPARE(d(), 20);
    const auto text = toSignal("text");
    text("other");
    QCOMPARE(text(), std::string("other"));
}

void tst_Values::toAccessor_makesAFunction()
{
    QCOMPARE(toAccessor(42)(), 42);
    QCOMPARE(toAccessor("text")(), std::string("text"));
    const auto ten = signal(10);
    QVERIFY(toAccessor(ten) == ten);
    QCOMPARE(toAccessor([] { return 20; })(), 20);
}

void tst_Values::toAccessorOrSignal_makesASignal()
{
    const auto a = toAccessorOrSignal(42);
    a(43);
    QCOMPARE(a(), 43);
    const auto ten = signal(10);
    QVERIFY(toAccessorOrSignal(ten) == ten);
    const auto function = toAccessorOrSignal([] { return 20; });
    QVERIFY(!isSignal(function));
    QCOMPARE(function(), 20);
}

void tst_Values::truthy_followsTheValue()
{
    QVERIFY(truthy(true));
    QVERIFY(truthy(-1));
    QVERIFY(!truthy(0));
    QVERIFY(!truthy(std::nan("")));
    QVERIFY(truthy(0.5));
    QVERIFY(!truthy(std::string()));
    QVERIFY(truthy(std::string("0")));
    QVERIFY(!truthy(QString()));
    QVERIFY(truthy(QStringLiteral("x")));
    QVERIFY(!truthy(std::optional<int>()));
    QVERIFY(truthy(std::optional<int>(0)));
    QVERIFY(!truthy(std::shared_ptr<int>()));
    static_assert(!TruthValue<std::vector<int>>);
}

void tst_Values::length_wakesWhenTheSizeChanges()
{
    const auto items = signal(std::vector<int>{1, 2, 3});
    const auto count = length(items);
    QCOMPARE(count(), 3u);
    Trace trace;
    const auto stop = effect([&] { trace.add("", static_cast<int>(count())); });
    items({4, 5, 6});
    items({});
    QCOMPARE(trace.take(), "3 0");
    QCOMPARE(length(signal("text"))(), 4u);
}

void tst_Values::boolean_wakesWhenTheTruthChanges()
{
    const auto user = signal(std::optional<std::string>());
    const auto hasUser = boolean(user);
    Trace trace;
    const auto stop = effect([&] { trace.add(hasUser() ? "yes" : "no"); });
    user("Dan");
    user("John");
    user(std::nullopt);
    QCOMPARE(trace.take(), "no yes no");
}

void tst_Values::previous_isTheValueBefore()
{
    const auto value = signal(1);
    const auto before = previous(value);
    QCOMPARE(before(), std::nullopt);
    value(2);
    QCOMPARE(before(), std::optional<int>(1));
    QCOMPARE(before(), std::optional<int>(1));
    value(3);
    QCOMPARE(before(), std::optional<int>(2));
}

void tst_Values::previous_runsAnEffectOnce()
{
    const auto count = signal(1);
    const auto before = previous(count);
    Trace trace;
    const auto stop = effect([&] { trace.add(QByteArray::number(before().value_or(0)) + '>', count()); });
    count(2);
    count(3);
    QCOMPARE(trace.take(), "0>1 1>2 2>3");
}

void tst_Values::previous_keepsAfterObserversLeft()
{
    const auto count = signal(1);
    const auto before = previous(count);
    {
        const auto stop = effect([&] { before(); });
        count(2);
    }
    QCOMPARE(before(), std::optional<int>(1));
    {
        const auto stop = effect([&] { QCOMPARE(before(), std::optional<int>(1)); });
    }
}

void tst_Values::concat_joinsValuesAndAccessors()
{
    const auto first = signal("John");
    const auto last = signal(std::string("Doe"));
    const auto age = signal(30);
    const auto title = signal(std::optional<std::string>());
    const auto name = concat(
        title, first, ' ', last, " (", age, [] { return true; }, ")");
    Trace trace;
    const auto stop = effect([&] { trace.add(QByteArray::fromStdString(name())); });
    first("Jane");
    title("Dr. ");
    QCOMPARE(trace.take(), "John Doe (30true) Jane Doe (30true) Dr. Jane Doe (30true)");
}

void tst_Values::concat_ofAQStringIsAQString()
{
    const auto name = signal(QStringLiteral("Jos\u00e9"));
    const auto greeting = concat("Hola, ", name, '!');
    static_assert(std::is_same_v<decltype(greeting), const Computed<QString>>);
    QCOMPARE(greeting(), QStringLiteral("Hola, Jos\u00e9!"));
}

void tst_Values::concat_writesNumbersShort()
{
    QCOMPARE(concat(1.5, " ", 0.1, " ", 1.0 / 3, " ", 2.0, " ", 0.1f, " ", -7L)(),
             std::string("1.5 0.1 0.3333333333333333 2 0.1 -7"));
}

void tst_Values::composeDestroys_callsAllInOrder()
{
    Trace trace;
    const auto count = mountable(signal(0));
    auto destroy = composeDestroys(trace.adds("1"), std::function<void()>(trace.adds("2")), effect([&] {
                                       count();
                                       return trace.adds("3");
                                   }),
                                   onSet(count, trace.adds("set")));
    count(1);
    QCOMPARE(trace.take(), "set 3");
    destroy();
    QCOMPARE(trace.take(), "1 2 3");
    count(2);
    QCOMPARE(trace.take(), "");
}

void tst_Values::composeDestroys_isAnEffectsCleanup()
{
    Trace trace;
    const auto count = signal(0);
    auto stop = effect([&] {
        count();
        return composeDestroys(trace.adds("1"), trace.adds("2"));
    });
    count(1);
    QCOMPARE(trace.take(), "1 2");
    stop();
    QCOMPARE(trace.take(), "1 2");
}

void tst_Values::composeDestroys_skipsEmptyOnes()
{
    Trace trace;
    composeDestroys(nullptr, std::function<void()>(), Subscription(), trace.adds("last"), noop)();
    QCOMPARE(trace.take(), "last");
}

QTEST_APPLESS_MAIN(tst_Values)
#include "tst_values.moc"
