// SPDX-License-Identifier: MIT

// What is recorded of writes and runs, and which causes each has.

#include <nanostores/core.h>
#include <nanostores/inspect.h>

#include "support/handlers.h"
#include "support/timedtest.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QTest>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

using namespace nanostores;

namespace {

using Lines = QByteArrayList;

/// One event on a line: what it is of, its outcome, where it was made, and its causes by their names.
Lines linesOf(const Trace &trace)
{
    static constexpr const char *outcomes[] = {"underway", "changed", "equal", "aborted", "notified", "threw"};
    static constexpr const char *places[] = {"", " in the run of ", " in a listener of ", " in a hook of "};
    const auto events = trace.events();
    const auto nameAt = [&events](std::uint64_t number) {
        for (const TraceEvent &event : events) {
            if (event.number == number) {
                return QByteArray::fromStdString(event.store);
            }
        }
        return QByteArray("?");
    };
    Lines lines;
    for (const TraceEvent &event : events) {
        QByteArray line = event.kind == TraceEvent::Run ? "run " : "set ";
        line += QByteArray::fromStdString(event.store) + ' ' + outcomes[event.outcome];
        if (event.kind == TraceEvent::Write) {
            line += places[event.place] + (event.within ? nameAt(event.within) : QByteArray());
        }
        for (const std::uint64_t cause : event.because) {
            line += " <- " + nameAt(cause);
        }
        lines += line + (event.isFirst ? " first" : "");
    }
    return lines;
}

Lines filtered(const Lines &lines, const char *start)
{
    Lines result;
    for (const QByteArray &line : lines) {
        if (line.startsWith(start)) {
            result += line;
        }
    }
    return result;
}

Trace::Options withoutOrigins()
{
    Trace::Options options;
    options.origins = false;
    return options;
}

QByteArray text(const std::string &from)
{
    return QByteArray::fromStdString(from);
}

} // namespace

class tst_Trace : public support::TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void write_fromOutside();
    void write_ofEachOutcome();
    void write_inAListener();
    void write_inAListenerOfTheSameStore();
    void write_inAHook();
    void write_ofTheSameStoreInAHook();
    void write_inAnEffect();
    void write_inAComputedStore();
    void write_afterABatchInAListener();
    void write_afterADrain();
    void run_inADiamond();
    void run_ofAListedDiamond();
    void run_afterABatch();
    void run_notForAWriteThatWasTakenBack();
    void run_ofABranch();
    void run_ofAnEffectThatWritesWhatItReads();
    void run_ofAnEffectThatWritesBeforeItReads();
    void run_whenItIsRead();
    void run_afterAnError();
    void run_ofABatchedStore();
    void run_ofATrigger();
    void events_haveValues();
    void events_ofStoresThatAreNoMore();
    void trace_beginsInTheMidst();
    void traces_areIndependent();
    void threads_haveTheirOwn();
};

void tst_Trace::write_fromOutside()
{
    const auto a = atom(1).named("a");
    const auto off = a.listen([] {});
    a.set(2);
    const Trace trace(withoutOrigins());
    a.set(3);
    a.set(4);
    QCOMPARE(linesOf(trace), (Lines{"set a changed", "set a changed"}));
    QVERIFY(trace.events()[0].turn != trace.events()[1].turn);
    QCOMPARE(trace.lastEvent(*a.node()).number, 2u);
}

void tst_Trace::write_ofEachOutcome()
{
    const auto a = atom(1).named("a");
    const auto hook = onSet(a, [](SetEvent<Atom<int>> &event) {
        if (event.newValue() == 5) {
            event.abort();
        }
        if (event.newValue() == 6) {
            throw std::runtime_error("6");
        }
    });
    const Trace trace(withoutOrigins());
    a.set(1);
    a.set(5);
    QVERIFY_EXCEPTION_THROWN(a.set(6), std::runtime_error);
    a.notify();
    QCOMPARE(linesOf(trace), (Lines{"set a equal", "set a aborted", "set a threw", "set a notified"}));
    QCOMPARE(trace.lastEvent(*a.node()).number, 0u);
}

void tst_Trace::write_inAListener()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const auto c = atom(1).named("c");
    const auto first = a.listen([&](int value) { b.set(value); });
    const auto second = b.listen([&](int value) { c.set(value); });
    const auto third = a.listen([&](int value) { c.set(value + 1); });
    const Trace trace(withoutOrigins());
    a.set(2);
    QCOMPARE(linesOf(trace), (Lines{"set a changed", "set b changed in a listener of a",
                                    "set c changed in a listener of a", "set c changed in a listener of b"}));
}

void tst_Trace::write_inAListenerOfTheSameStore()
{
    const auto a = atom(1).named("a");
    const auto twice = computed(a, [](int value) { return 2 * value; }).named("twice");
    const auto off = a.listen([&](int value) {
        if (value < 4) {
            a.set(value + 1);
        }
    });
    const auto end = twice.listen([] {});
    const Trace trace(withoutOrigins());
    a.set(2);
    const auto events = trace.events();
    for (const TraceEvent &event : events) {
        if (event.kind == TraceEvent::Write && event.number > 1) {
            QCOMPARE(event.place, TraceEvent::Listener);
            QCOMPARE(text(event.before), QByteArray::number(event.within == 1 ? 2 : 3));
        }
    }
    QCOMPARE(text(events[0].after), "2");
    const TraceEvent last = trace.lastEvent(*twice.node());
    QCOMPARE(last.because.size(), 1u);
    QCOMPARE(text(events[last.because[0] - 1].after), "4");
}

void tst_Trace::write_inAHook()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const auto sum = computed(a, b, [](int x, int y) { return x + y; }).named("sum");
    const auto off = sum.listen([] {});
    const auto hook = onSet(a, [&](SetEvent<Atom<int>> &event) { b.set(event.newValue()); });
    const Trace trace(withoutOrigins());
    a.set(2);
    QCOMPARE(linesOf(trace),
             (Lines{"set a changed", "set b changed in a hook of a", "run sum changed <- b", "run sum changed <- a"}));
}

void tst_Trace::write_ofTheSameStoreInAHook()
{
    const auto a = atom(1).named("a");
    const auto twice = computed(a, [](int value) { return 2 * value; }).named("twice");
    const auto off = twice.listen([] {});
    const auto hook = onSet(a, [&](SetEvent<Atom<int>> &event) {
        if (event.newValue() == 2) {
            a.set(10);
        }
    });
    const Trace trace(withoutOrigins());
    a.set(2);
    const auto events = trace.events();
    QCOMPARE(events.size(), 4u);
    QCOMPARE(events[1].place, TraceEvent::Hook);
    QCOMPARE(events[2].because, (std::vector<std::uint64_t>{2}));
    QCOMPARE(events[3].because, (std::vector<std::uint64_t>{1}));
}

void tst_Trace::write_inAnEffect()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const auto c = atom(1).named("c");
    const auto copies = effect([&] { b.set(a()); });
    const auto further = effect(b, [&](int value) { c.set(value); });
    const Trace trace(withoutOrigins());
    a.set(2);
    const auto events = trace.events();
    QCOMPARE(linesOf(trace).size(), 5);
    QCOMPARE(linesOf(trace)[0], "set a changed");
    QVERIFY(linesOf(trace)[1].endsWith("<- a"));
    QVERIFY(linesOf(trace)[2].startsWith("set b changed in the run of "));
    QCOMPARE(events[2].within, 2u);
    QVERIFY(linesOf(trace)[3].endsWith("<- b"));
    QCOMPARE(events[4].within, 4u);
    QCOMPARE(events[4].turn, events[0].turn);
}

void tst_Trace::write_inAComputedStore()
{
    const auto a = atom(1).named("a");
    const auto seen = atom(0).named("seen");
    const auto twice = computed(a, [&](int value) {
                           seen.set(value);
                           return 2 * value;
                       }).named("twice");
    const auto off = twice.listen([] {});
    const Trace trace(withoutOrigins());
    a.set(2);
    QCOMPARE(linesOf(trace),
             (Lines{"set a changed", "run twice changed <- a", "set seen changed in the run of twice"}));
}

/// The batch works off what waits in the queue, and then the listener goes on.
void tst_Trace::write_afterABatchInAListener()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const auto c = atom(1).named("c");
    const auto first = a.listen([&](int value) {
        batch([&] { b.set(value); });
        c.set(value);
    });
    const auto second = b.listen([] {});
    const Trace trace(withoutOrigins());
    a.set(2);
    QCOMPARE(linesOf(trace),
             (Lines{"set a changed", "set b changed in a listener of a", "set c changed in a listener of a"}));
}

void tst_Trace::write_afterADrain()
{
    const auto a = atom(1).named("a");
    const auto off = a.listen([] {});
    const auto b = atom(1).named("b");
    const Trace trace(withoutOrigins());
    batch([&] { a.set(2); });
    b.set(2);
    batch([&] { b.set(3); });
    const auto e = effect([&] { (void)a(); });
    b.set(4);
    const Lines lines = linesOf(trace);
    QCOMPARE(lines[0], "set a changed");
    QCOMPARE(lines[1], "set b changed");
    QCOMPARE(lines[2], "set b changed");
    QCOMPARE(lines.back(), "set b changed");
}

void tst_Trace::run_inADiamond()
{
    const auto a = atom(1).named("a");
    const auto left = computed([&] { return 3 * a(); }).named("left");
    const auto right = computed([&] { return a() % 2; }).named("right");
    const auto sum = computed([&] { return left() + right(); }).named("sum");
    const auto off = sum.listen([] {});
    const Trace trace(withoutOrigins());
    a.set(2);
    QCOMPARE(linesOf(trace), (Lines{"set a changed", "run left changed <- a", "run sum changed <- left <- right",
                                    "run right changed <- a"}));
    a.set(4);
    QCOMPARE(linesOf(trace).mid(4),
             (Lines{"set a changed", "run left changed <- a", "run sum changed <- left", "run right equal <- a"}));
}

void tst_Trace::run_ofAListedDiamond()
{
    const auto a = atom(1).named("a");
    const auto left = computed(a, [](int value) { return value + 1; }).named("left");
    const auto right = computed(a, [](int value) { return value % 2; }).named("right");
    const auto sum = computed(left, right, a, a, [](int x, int y, int, int) { return x + y; }).named("sum");
    const auto off = sum.listen([] {});
    const Trace trace(withoutOrigins());
    a.set(3);
    const Lines lines = linesOf(trace);
    QCOMPARE(filtered(lines, "run sum"), (Lines{"run sum changed <- left <- a"}));
    QCOMPARE(filtered(lines, "run right"), (Lines{"run right equal <- a"}));
}

void tst_Trace::run_afterABatch()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const auto c = atom(1).named("c");
    const auto sum = computed([&] { return a() + b() + c(); }).named("sum");
    const auto off = sum.listen([] {});
    const Trace trace(withoutOrigins());
    batch([&] {
        c.set(5);
        a.set(2);
        a.set(3);
    });
    QCOMPARE(linesOf(trace), (Lines{"set c changed", "set a changed", "set a changed", "run sum changed <- a <- c"}));
    QCOMPARE(trace.lastEvent(*sum.node()).because, (std::vector<std::uint64_t>{3, 1}));
}

void tst_Trace::run_notForAWriteThatWasTakenBack()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const auto sum = computed([&] { return a() + b(); }).named("sum");
    const auto product = computed(a, b, [](int x, int y) { return x * y; }).named("product");
    const auto off = sum.listen([] {});
    const auto end = product.listen([] {});
    const Trace trace(withoutOrigins());
    batch([&] {
        a.set(2);
        b.set(7);
        a.set(1);
    });
    QCOMPARE(filtered(linesOf(trace), "run"), (Lines{"run sum changed <- b", "run product changed <- b"}));
}

void tst_Trace::run_ofABranch()
{
    const auto shows = atom(true).named("shows");
    const auto a = atom(1).named("a");
    const auto view = computed([&] { return shows() ? a() : 0; }).named("view");
    const auto off = view.listen([] {});
    const Trace trace(withoutOrigins());
    shows.set(false);
    a.set(2);
    shows.set(true);
    a.set(3);
    QCOMPARE(filtered(linesOf(trace), "run"),
             (Lines{"run view changed <- shows", "run view changed <- shows", "run view changed <- a"}));
}

void tst_Trace::run_ofAnEffectThatWritesWhatItReads()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const Trace trace(withoutOrigins());
    const auto off = effect([&] {
        (void)b();
        a.set(a() + 1);
    });
    b.set(2);
    const auto events = trace.events();
    QCOMPARE(events.size(), 5u); // the run, its write, the write of b, the run, its write
    QCOMPARE(events[3].because, (std::vector<std::uint64_t>{3, 2}));
}

void tst_Trace::run_ofAnEffectThatWritesBeforeItReads()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const Trace trace(withoutOrigins());
    const auto off = effect([&] {
        a.set(a.peek() + 1);
        (void)a();
        (void)b();
    });
    b.set(2);
    QVERIFY(linesOf(trace)[3].endsWith("equal <- b"));
}

void tst_Trace::run_whenItIsRead()
{
    const auto a = atom(1).named("a");
    const auto twice = computed([&] { return 2 * a(); }).named("twice");
    const Trace trace(withoutOrigins());
    QCOMPARE(twice(), 2);
    a.set(2);
    QCOMPARE(linesOf(trace), (Lines{"run twice changed first", "set a changed"}));
    QCOMPARE(twice(), 4);
    QCOMPARE(linesOf(trace).back(), "run twice changed <- a");
}

void tst_Trace::run_afterAnError()
{
    const auto a = atom(1).named("a");
    const auto odd = computed([&] {
                         if (a() % 2 == 0) {
                             throw std::runtime_error("even");
                         }
                         return a();
                     }).named("odd");
    const auto shown = computed([&] {
                           try {
                               return std::to_string(odd());
                           } catch (const std::runtime_error &) {
                               return std::string("none");
                           }
                       }).named("shown");
    const auto off = shown.listen([] {});
    const Trace trace(withoutOrigins());
    a.set(2);
    const Lines lines = linesOf(trace);
    QVERIFY2(lines.contains("run odd threw <- a"), lines.join('\n'));
    QVERIFY2(lines.contains("run shown changed <- odd"), lines.join('\n'));
    a.set(3);
    QCOMPARE(linesOf(trace).back(), "run shown changed <- odd");
}

void tst_Trace::run_ofABatchedStore()
{
    const auto a = atom(1).named("a");
    const auto b = batched(a, [](int value) { return 2 * value; }).named("b");
    const auto c = computed(b, [](int value) { return value + 1; }).named("c");
    const auto off = c.listen([] {});
    const Trace trace(withoutOrigins());
    a.set(2);
    m_time->advance(0);
    QCOMPARE(linesOf(trace), (Lines{"set a changed", "run b changed <- a", "run c changed <- b"}));
}

void tst_Trace::run_ofATrigger()
{
    const auto a = atom(1).named("a");
    const auto twice = computed([&] { return 2 * a(); }).named("twice");
    const auto off = twice.listen([] {});
    const Trace trace(withoutOrigins());
    trigger([&] { (void)a(); });
    QVERIFY2(linesOf(trace).contains("run twice equal <- a"), linesOf(trace).join('\n'));
}

void tst_Trace::events_haveValues()
{
    const auto a = atom(std::string("x")).named("a");
    const auto size = computed(a, [](const std::string &value) { return value.size(); }).named("size");
    const auto off = size.listen([] {});
    const Trace trace(withoutOrigins());
    a.set(std::string(100, 'y'));
    const auto events = trace.events();
    QCOMPARE(text(events[0].before), "\"x\"");
    QCOMPARE(text(events[0].after), "\"" + QByteArray(59, 'y') + "...");
    QCOMPARE(text(events[1].before), "1");
    QCOMPARE(text(events[1].after), "100");
}

void tst_Trace::events_ofStoresThatAreNoMore()
{
    const Trace trace(withoutOrigins());
    {
        const auto a = atom(1).named("a");
        const auto twice = computed(a, [](int value) { return 2 * value; });
        const auto off = twice.listen([] {});
        a.set(2);
        QVERIFY(trace.events().back().node == twice.node().get());
    }
    const auto events = trace.events();
    QCOMPARE(text(events[1].store), "a");
    QVERIFY(text(events[2].store).endsWith("events_ofStoresThatAreNoMore()"));
    QVERIFY(!events[2].node);
}

void tst_Trace::trace_beginsInTheMidst()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const auto sum = computed([&] { return a() + b(); }).named("sum");
    std::optional<Trace> trace;
    const auto first = a.listen([&] { trace.emplace(withoutOrigins()); });
    const auto off = sum.listen([] {});
    const auto second = a.listen([&](int value) { b.set(value); });
    a.set(2);
    QVERIFY2(linesOf(*trace).contains("set b changed in a listener of a") || linesOf(*trace).contains("set b changed"),
             linesOf(*trace).join('\n'));
    b.set(5);
    QCOMPARE(linesOf(*trace).back(), "run sum changed <- b");
    const auto end = b.listen([&] { trace.reset(); });
    b.set(6);
    QVERIFY(!Trace::current());
}

void tst_Trace::traces_areIndependent()
{
    const auto a = atom(1).named("a");
    auto first = std::make_unique<Trace>(withoutOrigins());
    a.set(2);
    auto second = std::make_unique<Trace>(withoutOrigins());
    a.set(3);
    QCOMPARE(first->events().size(), 2u);
    QCOMPARE(second->events().size(), 1u);
    QVERIFY(Trace::current() == second.get());
    first.reset();
    QVERIFY(Trace::current() == second.get());
    second.reset();
    QVERIFY(!Trace::current());
}

void tst_Trace::threads_haveTheirOwn()
{
    const Trace trace(withoutOrigins());
    std::size_t count = 0;
    bool hasNone = false;
    std::thread([&] {
        hasNone = !Trace::current();
        const Trace other(withoutOrigins());
        const auto a = atom(1);
        a.set(2);
        count = other.events().size();
    }).join();
    QVERIFY(hasNone);
    QCOMPARE(count, 1u);
    QVERIFY(trace.events().empty());
}

QTEST_GUILESS_MAIN(tst_Trace)
#include "tst_trace.moc"
