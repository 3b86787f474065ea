// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <vector>

#include <unistd.h>

using namespace nanostores;
using support::ErrorLog;
using support::thrownBy;
using support::Trace;

/// What the engine names: cycles, reads that tie nothing, and loops of writes.
class tst_Mistakes : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void untrackedRead_ofAComputedStoreIsNamed();
    void untrackedRead_ofAnEffectIsNamed();
    void untrackedRead_thatIsMeantIsNotNamed();

    void cycle_ofOneNamesIt();
    void cycle_ofTwoNamesBoth_data();
    void cycle_ofTwoNamesBoth();
    void cycle_ofThreeNamesAllInOrder();
    void cycle_throughAListedStore();
    void cycle_isFoundWhileObserved();
    void cycle_canBeLeft();
    void cycle_unnamedStores();
    void cycle_untrackedReadIsOneToo();
    void cycle_subscriptionIsOneToo_data();
    void cycle_subscriptionIsOneToo();

    void feedback_isNamedAfterItsBound_data();
    void feedback_isNamedAfterItsBound();
    void feedback_ofAFirstRunReachesTheCaller_data();
    void feedback_ofAFirstRunReachesTheCaller();
    void feedback_boundCanBeSet();

    void unhandled_isPrintedWithOnePrefix_data();
    void unhandled_isPrintedWithOnePrefix();
};

// Rule 35.
void tst_Mistakes::untrackedRead_ofAComputedStoreIsNamed()
{
    NEEDS_CHECKS();
    ErrorLog log;
    const auto count = atom(1);
    const auto twice = computed([&] { return count.get() * 2; }).named("twice");
    QCOMPARE(twice.get(), 2);
    const auto messages = log.take();
    QCOMPARE(messages.size(), 1);
    QVERIFY2(messages.first().contains(QLatin1String("computed store \"twice\" reads by get() alone")),
             qPrintable(messages.first()));
    QVERIFY(messages.first().contains(QLatin1String("untracked()")));
    count.set(2);
    QCOMPARE(twice.get(), 2); // once: it never runs again
    QVERIFY(log.take().isEmpty());
}

void tst_Mistakes::untrackedRead_ofAnEffectIsNamed()
{
    NEEDS_CHECKS();
    ErrorLog log;
    const auto count = atom(1);
    int seen = 0;
    const auto subscription = effect([&] { seen = count.get(); });
    const auto messages = log.take();
    QCOMPARE(messages.size(), 1);
    QVERIFY2(messages.first().contains(QLatin1String("effect(count, f)")), qPrintable(messages.first()));
    QCOMPARE(seen, 1);
}

void tst_Mistakes::untrackedRead_thatIsMeantIsNotNamed()
{
    NEEDS_CHECKS();
    ErrorLog log;
    const auto a = atom(1);
    const auto b = atom(2);
    const auto both = computed([&] { return a() + b.get(); });
    const auto listed = computed(a, [&](int value) { return value + b.get(); });
    const auto meant = computed([&] { return untracked([&] { return b.get(); }); });
    const auto constant = computed([] { return 1; });
    const auto above = computed([&] { return both() + listed() + meant() + constant(); });
    const auto ofAbove = effect([&] { above(); });
    const auto none = effect([] {});
    const auto ofA = effect(a, [&](int) { b.get(); });
    QCOMPARE(above.get(), 3 + 3 + 2 + 1);
    QVERIFY(log.take().isEmpty());
}

// Rule 10.
void tst_Mistakes::cycle_ofOneNamesIt()
{
    std::optional<Computed<int>> self;
    self = computed([&] { return (*self)() + 1; }).named("self");
    QVERIFY_EXCEPTION_THROWN((*self)(), CycleError);
    const QString message = thrownBy([&] { (*self)(); });
    QVERIFY2(message.contains(QStringLiteral("\"self\" -> computed store \"self\"")), qPrintable(message));
    QCOMPARE(thrownBy([&] { self->get(); }), message);
    QCOMPARE(thrownBy([&] { self->peek(); }), message);
}

void tst_Mistakes::cycle_ofTwoNamesBoth_data()
{
    QTest::addColumn<int>("read");
    QTest::newRow("tracked read") << 0;
    QTest::newRow("get") << 1;
    QTest::newRow("peek") << 2;
    QTest::newRow("listen") << 3;
    QTest::newRow("effect") << 4;
}

void tst_Mistakes::cycle_ofTwoNamesBoth()
{
    QFETCH(int, read);
    std::optional<Computed<int>> a;
    std::optional<Computed<int>> b;
    a = computed([&] { return (*b)() + 1; }).named("a");
    b = computed([&] { return (*a)() + 1; }).named("b");
    const QString message = thrownBy([&] {
        switch (read) {
        case 0:
            (*a)();
            break;
        case 1:
            a->get();
            break;
        case 2:
            a->peek();
            break;
        case 3:
            a->listen([] {}).reset();
            break;
        default:
            effect([&] { (*a)(); }).reset();
        }
    });
    QVERIFY2(message.contains(QStringLiteral("\"a\" -> computed store \"b\" -> computed store \"a\"")),
             qPrintable(message));
}

void tst_Mistakes::cycle_ofThreeNamesAllInOrder()
{
    std::optional<Computed<int>> a;
    std::optional<Computed<int>> b;
    std::optional<Computed<int>> c;
    a = computed([&] { return (*b)(); }).named("a");
    b = computed([&] { return (*c)(); }).named("b");
    c = computed([&] { return (*a)(); }).named("c");
    const auto outside = computed([&] { return (*b)(); }).named("outside");
    const QString message = thrownBy([&] { outside(); });
    QVERIFY2(message.contains(
                 QStringLiteral("\"b\" -> computed store \"c\" -> computed store \"a\" -> computed store \"b\"")),
             qPrintable(message));
    QVERIFY2(!message.contains(QStringLiteral("\"outside\"")), qPrintable(message));
}

void tst_Mistakes::cycle_throughAListedStore()
{
    std::optional<Computed<int>> listed;
    const auto tracked = computed([&] { return (*listed)() + 1; }).named("tracked");
    listed = computed(tracked, [](int value) { return value; }).named("listed");
    const QString message = thrownBy([&] { listed->get(); });
    QVERIFY2(message.contains(QStringLiteral("\"tracked\"")), qPrintable(message));
    QVERIFY2(message.contains(QStringLiteral("\"listed\"")), qPrintable(message));
    QVERIFY_EXCEPTION_THROWN(tracked(), CycleError);
    QVERIFY_EXCEPTION_THROWN(listed->listen([] {}).reset(), CycleError);
}

// The circle closes only after a write.
void tst_Mistakes::cycle_isFoundWhileObserved()
{
    const auto closed = atom(false);
    std::optional<Computed<int>> b;
    const auto a = computed([&] { return closed() ? (*b)() : 1; }).named("a");
    b = computed([&] { return a() + 1; }).named("b");
    Trace trace;
    const auto subscription = b->listen([&](int value) { trace.add("", value); });
    QCOMPARE(b->get(), 2);
    const QString message = thrownBy([&] { closed.set(true); });
    QVERIFY2(message.contains(QStringLiteral("\"a\"")) && message.contains(QStringLiteral("\"b\"")),
             qPrintable(message));
    QCOMPARE(trace.take(), "");
}

void tst_Mistakes::cycle_canBeLeft()
{
    const auto closed = atom(true);
    const auto value = atom(1);
    std::optional<Computed<int>> b;
    const auto a = computed([&] { return closed() ? (*b)() : value(); });
    b = computed([&] { return a() + 1; });
    QVERIFY_EXCEPTION_THROWN((*b)(), CycleError);
    closed.set(false);
    QCOMPARE((*b)(), 2);
    Trace trace;
    const auto subscription = b->listen([&](int v) { trace.add("", v); });
    value.set(5);
    QCOMPARE(trace.take(), "6");
    QVERIFY_EXCEPTION_THROWN(closed.set(true), CycleError);
    thrownBy([&] { value.set(6); }); // a function that failed may try again whenever something changes
    closed.set(false);
    QCOMPARE(trace.take(), "7");
}

void tst_Mistakes::cycle_unnamedStores()
{
    std::optional<Computed<int>> self;
    self = computed([&] { return (*self)(); });
    const QString message = thrownBy([&] { (*self)(); });
    QVERIFY2(message.contains(QStringLiteral("unnamed computed store")), qPrintable(message));
}

void tst_Mistakes::cycle_untrackedReadIsOneToo()
{
    std::optional<Computed<int>> self;
    int way = 0;
    self = computed([&] {
        return way == 0 ? untracked([&] { return (*self)(); }) : way == 1 ? self->get() : self->peek();
    });
    QVERIFY_EXCEPTION_THROWN((*self)(), CycleError);
    way = 1;
    QVERIFY_EXCEPTION_THROWN((*self)(), CycleError);
    way = 2;
    QVERIFY_EXCEPTION_THROWN((*self)(), CycleError);
}

void tst_Mistakes::cycle_subscriptionIsOneToo_data()
{
    QTest::addColumn<bool>("observed");
    QTest::newRow("unobserved") << false;
    QTest::newRow("observed") << true;
}

void tst_Mistakes::cycle_subscriptionIsOneToo()
{
    QFETCH(const bool, observed);
    Trace trace;
    std::optional<Computed<int>> self;
    self = computed([&] {
        static_cast<void>(self->subscribe(trace.adds("S")));
        return 1;
    });
    if (observed) {
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(self->listen(trace.adds("L"))), CycleError);
    }
    QVERIFY_EXCEPTION_THROWN(self->get(), CycleError);
    QCOMPARE(trace.take(), "");
}

void tst_Mistakes::feedback_isNamedAfterItsBound_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("a listener of its own store") << 0;
    QTest::newRow("two listeners") << 1;
    QTest::newRow("two effects") << 2;
    QTest::newRow("a batch inside of a listener") << 3;
    QTest::newRow("a listener of a computed store") << 4;
    QTest::newRow("in a batch") << 5;
}

void tst_Mistakes::feedback_isNamedAfterItsBound()
{
    QFETCH(int, way);
    setFeedbackLimit(1000);
    const auto a = atom(0).named("count");
    const auto b = atom(0).named("other");
    const auto c = computed(a, [](int value) { return value + 1; }).named("next");
    const bool effects = way == 2;
    std::vector<Subscription> loop;
    const auto start = atom(false);
    switch (way) {
    case 0:
    case 5:
        loop.push_back(a.listen([=](int value) { a.set(value + 1); }));
        break;
    case 1:
        loop.push_back(a.listen([=](int value) { b.set(value + 1); }));
        loop.push_back(b.listen([=](int value) { a.set(value + 1); }));
        break;
    case 2:
        loop.push_back(effect([=] { start() ? b.set(a() + 1) : void(); }));
        loop.push_back(effect([=] { start() ? a.set(b() + 1) : void(); }));
        break;
    case 3:
        loop.push_back(a.listen([=](int value) { batch([&] { a.set(value + 1); }); }));
        break;
    default:
        loop.push_back(c.listen([=](int value) { a.set(value); }));
    }
    const QString message = thrownBy([&] {
        if (effects) {
            start.set(true);
        } else if (way == 5) {
            batch([&] { a.set(1); });
        } else {
            a.set(1);
        }
    });
    QVERIFY2(message.contains(QStringLiteral("\"count\"")) || message.contains(QStringLiteral("\"other\""))
                 || message.contains(QStringLiteral("\"next\"")),
             qPrintable(message));
    QVERIFY2(message.contains(QStringLiteral("setFeedbackLimit")), qPrintable(message));
    loop.clear();
    // What is left goes on.
    Trace trace;
    const auto l = a.listen([&](int value) { trace.add("a", value); });
    const auto e = effect([&] { trace.add("e", c()); });
    trace.take();
    a.set(-1);
    const QByteArray after = trace.take(); // in the order in which they were linked
    QVERIFY2(after == "a-1 e0" || after == "e0 a-1", after.constData());
    setFeedbackLimit(100000);
}

void tst_Mistakes::feedback_ofAFirstRunReachesTheCaller_data()
{
    QTest::addColumn<int>("kind");
    int kind = 0;
    for (const char *name : {"tracked", "listed", "in a batch of it", "made in a batch", "inside a scope",
                             "inside a deferred scope", "inside another", "by a computed store",
                             "by a listed computed store", "by a mount hook", "by a mount hook, listed"}) {
        QTest::newRow(name) << kind++;
    }
}

void tst_Mistakes::feedback_ofAFirstRunReachesTheCaller()
{
    QFETCH(int, kind);
    setFeedbackLimit(100);
    support::ErrorLog log;
    const auto a = atom(0);
    const auto b = atom(0);
    const auto go = atom(false);
    const auto x = atom(0);
    const auto forth = effect([=] {
        if (go()) {
            b.set(a() + 1);
        }
    });
    const auto back = effect([=] {
        if (go()) {
            a.set(b() + 1);
        }
    });
    const auto set = [=] { go.set(true); };
    const auto setting = [=] { return effect(set); };
    const auto close = [&]() -> Subscription {
        switch (kind) {
        case 0:
            return setting();
        case 1:
            return effect(x, [=](int) { set(); });
        case 2:
            return effect([=] { batch(set); });
        case 3:
            return batch(setting);
        case 4:
            return effectScope([=] { setting().detach(); });
        case 5:
            return deferScope([=] { setting().detach(); })();
        case 6:
            return effect([=] { setting().detach(); });
        case 7:
            return effect([c = computed([=] {
                               set();
                               return 1;
                           })] { c(); });
        case 8:
            return effect(computed(x,
                                   [=](int) {
                                       set();
                                       return 1;
                                   }),
                          [](int) {});
        case 9:
            onMount(x, set);
            return effect([=] { x(); });
        default:
            onMount(x, set);
            return effect(x, [](int) {});
        }
    };
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(close()), FeedbackError);
    QVERIFY(log.take().isEmpty());
    setFeedbackLimit(100000);
}

void tst_Mistakes::feedback_boundCanBeSet()
{
    const auto a = atom(0);
    const auto down = a.listen([=](int value) {
        if (value > 0) {
            a.set(value - 1);
        }
    });
    a.set(3000);
    QCOMPARE(a.get(), 0);
    setFeedbackLimit(1000);
    QVERIFY_EXCEPTION_THROWN(a.set(3000), FeedbackError);
    setFeedbackLimit(0);
    a.set(0);
    a.set(200000);
    QCOMPARE(a.get(), 0);
    setFeedbackLimit(100000);
}

void tst_Mistakes::unhandled_isPrintedWithOnePrefix_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("printed");
    QTest::newRow("of the library") << QByteArray("nanostores: the scope has ended")
                                    << QByteArray("nanostores: unhandled error: the scope has ended\n");
    QTest::newRow("of the program") << QByteArray("no disk") << QByteArray("nanostores: unhandled error: no disk\n");
    QTest::newRow("shorter than the prefix") << QByteArray("nano") << QByteArray("nanostores: unhandled error: nano\n");
    QTest::newRow("empty") << QByteArray() << QByteArray("nanostores: unhandled error: \n");
}

void tst_Mistakes::unhandled_isPrintedWithOnePrefix()
{
    QFETCH(const QByteArray, message);
    QFETCH(const QByteArray, printed);
    std::FILE *const file = std::tmpfile();
    QVERIFY(file);
    std::fflush(stderr);
    const int terminal = ::dup(STDERR_FILENO);
    ::dup2(::fileno(file), STDERR_FILENO);
    nanostores::detail::reportError(std::make_exception_ptr(std::runtime_error(message.constData())));
    std::fflush(stderr);
    ::dup2(terminal, STDERR_FILENO);
    ::close(terminal);
    std::rewind(file);
    QByteArray line(200, '\0');
    line.resize(static_cast<qsizetype>(std::fread(line.data(), 1, 200, file)));
    std::fclose(file);
    QCOMPARE(line, printed);
}

QTEST_APPLESS_MAIN(tst_Mistakes)
#include "tst_mistakes.moc"
