// SPDX-License-Identifier: MIT

// Loggers and stores that end in the midst of things, and what sinks may do.

#include "loggedlines.h"

#include <nanostores/core.h>
#include <nanostores/logger.h>

#include "support/handlers.h"
#include "support/timedtest.h"

#include <QList>
#include <QTest>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

using namespace nanostores;
using Lines = QList<QByteArray>;

class tst_LoggerEnds : public support::TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void logger_endsInAListener();
    void logger_endsInAHook();
    void logger_endsInABatch();
    void logger_endsInItsSink();
    void logger_beginsInAListener();
    void logger_isMoved();
    void store_endsWhileItIsLogged();
    void store_endsInItsOwnWrite();
    void store_isNotKept();
    void store_isRemovedFromALoggerOfAll();
    void store_isRemovedInItsOwnWrite();
    void store_isRemovedInItsOwnRun();
    void effect_endsInItsOwnRun();
    void batch_endsAfterTheWriteItBeganIn();
    void clock_thatWritesStores();
    void sink_thatWritesStores();
    void sink_thatThrows();
    void sink_thatReadsStores();
    void sink_shared();
};

void tst_LoggerEnds::logger_endsInAListener()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto b = atom(1);
    Logger log;
    const auto one = a.listen([&](int value) {
        b.set(value);
        log.reset();
        b.set(value + 1);
    });
    log = logger({{"a", a}, {"b", b}}, lines.options());
    a.set(2);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2, not finished", "  b: 1 -> 2"}));
    a.set(3);
    QCOMPARE(lines.take(), Lines());
}

void tst_LoggerEnds::logger_endsInAHook()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    Logger log;
    const auto hook = onSet(a, [&](auto &) { log.reset(); });
    log = logger({{"a", a}}, lines.options());
    a.set(2);
    QCOMPARE(lines.take(), Lines({"a: not finished"}));
    QCOMPARE(a.get(), 2);
}

void tst_LoggerEnds::logger_endsInABatch()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    Logger log = logger({{"a", a}}, lines.options());
    batch([&] {
        a.set(2);
        log.reset();
        a.set(3);
    });
    QCOMPARE(lines.take(), Lines({"batch", "  a: 1 -> 2"}));
}

void tst_LoggerEnds::logger_endsInItsSink()
{
    const auto a = atom(1);
    Logger log;
    Lines seen;
    LoggerOptions options;
    options.origins = false;
    options.sinks = {lineSink([&](const std::string &line) {
        seen.push_back(QByteArray::fromStdString(line));
        log.reset();
    })};
    log = logger({{"a", a}}, options);
    a.set(2);
    a.set(3);
    QCOMPARE(seen.size(), 1);
    QVERIFY(!log);
}

void tst_LoggerEnds::logger_beginsInAListener()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto b = atom(1);
    Logger log;
    const auto one = a.listen([&](int value) {
        log = logger({{"a", a}, {"b", b}}, lines.options());
        b.set(value);
    });
    a.set(2);
    QCOMPARE(lines.take(), Lines({"b: 1 -> 2"}));
    a.set(3);
    QCOMPARE(lines.take(), Lines({"a: 2 -> 3, not finished", "b: 2 -> 3"}));
}

void tst_LoggerEnds::logger_isMoved()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    Logger first = logger({{"a", a}}, lines.options());
    Logger second = std::move(first);
    a.set(2);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2"}));
    second = Logger();
    a.set(3);
    QCOMPARE(lines.take(), Lines());
}

void tst_LoggerEnds::store_endsWhileItIsLogged()
{
    support::LoggedLines lines;
    std::optional<Atom<int>> a = atom(1);
    const Logger log = logger({{"a", *a}}, lines.options());
    a->set(2);
    a.reset();
    const auto b = atom(5); // it may lie in the same place
    b.set(6);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2"}));
}

void tst_LoggerEnds::store_endsInItsOwnWrite()
{
    support::LoggedLines lines;
    std::optional<Atom<int>> a = atom(1);
    auto listener = std::make_unique<Subscription>();
    *listener = a->listen([&](int) {
        a.reset();
        listener.reset();
    });
    const Logger log = logger({{"a", *a}}, lines.options());
    a->set(2);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2"}));
}

void tst_LoggerEnds::store_isRemovedFromALoggerOfAll()
{
    support::LoggedLines lines;
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const Logger log = logAll(lines.options());
    log.remove(a);
    a.set(2);
    b.set(2);
    log.add(a);
    a.set(3);
    QCOMPARE(lines.take(), Lines({"b: 1 -> 2", "a: 2 -> 3"}));
}

void tst_LoggerEnds::store_isNotKept()
{
    const auto kept = std::make_shared<int>(1);
    std::optional<Atom<std::shared_ptr<int>>> a(kept);
    const Logger log = logger({{"a", *a}});
    QCOMPARE(kept.use_count(), 2L);
    a.reset();
    QCOMPARE(kept.use_count(), 1L);
}

void tst_LoggerEnds::store_isRemovedInItsOwnWrite()
{
    for (const bool isOfAll : {false, true}) {
        support::LoggedLines lines;
        const auto a = atom(1).named("a");
        const auto b = atom(1).named("b");
        Logger log;
        const auto one = a.listen([&](int value) {
            b.set(value);
            log.remove(a);
        });
        log = isOfAll ? logAll(lines.options()) : logger({a, b}, lines.options());
        a.set(2);
        QCOMPARE(lines.take(), Lines({"a: 1 -> 2, not finished", "  b: 1 -> 2"}));
        b.set(3);
        QCOMPARE(lines.take(), Lines({"b: 2 -> 3"}));
        a.set(4);
        QCOMPARE(lines.take(), Lines({"b: 3 -> 4"}));
        log.add(a);
        a.set(5);
        QCOMPARE(lines.take(), Lines({"a: 4 -> 5, not finished", "  b: 4 -> 5"}));
    }
}

void tst_LoggerEnds::store_isRemovedInItsOwnRun()
{
    support::LoggedLines lines;
    const auto a = atom(1).named("a");
    Logger log;
    std::optional<Computed<int>> twice;
    twice.emplace(computed([&] {
        const int value = a();
        if (value > 1) {
            log.remove(*twice);
        }
        return 2 * value;
    }));
    const auto listener = twice->listen([](int) {});
    log = logger({{"a", a}, {"twice", *twice}}, lines.options());
    a.set(2);
    QVERIFY(lines.take().contains("a: 1 -> 2"));
    a.set(3);
    QCOMPARE(lines.take(), Lines({"a: 2 -> 3"}));
}

void tst_LoggerEnds::effect_endsInItsOwnRun()
{
    support::LoggedLines lines;
    const auto a = atom(1).named("a");
    Subscription stop;
    stop = effect([&] {
        if (a() > 1) {
            stop.reset();
        }
    });
    const Logger log = logAll(lines.options());
    a.set(2);
    const Lines all = lines.take();
    QCOMPARE(all[0], "a: 1 -> 2");
    a.set(3);
    QCOMPARE(lines.take(), Lines({"a: 2 -> 3"}));
}

void tst_LoggerEnds::batch_endsAfterTheWriteItBeganIn()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto b = atom(1);
    std::unique_ptr<Batch> open;
    bool once = true;
    const auto listener = a.listen([&](int value) {
        if (std::exchange(once, false)) {
            open = std::make_unique<Batch>();
            b.set(value);
        }
    });
    const Logger log = logger({{"a", a}, {"b", b}}, lines.options());
    a.set(2);
    b.set(3);
    open.reset();
    Lines all = lines.take();
    QVERIFY(all.contains("    b: 1 -> 2"));
    QVERIFY2(all.contains("  b: 2 -> 3") || all.contains("    b: 2 -> 3"), all.join('\n'));
    a.set(4);
    all = lines.take();
    QVERIFY(all.contains("a: 2 -> 4"));
}

/// A log that is shown in a store: what its sink writes is not logged, or it would have no end.
void tst_LoggerEnds::clock_thatWritesStores()
{
    support::LoggedLines lines;
    const auto a = atom(0).named("a");
    const auto b = atom(0).named("b");
    bool isWriting = false;
    LoggerOptions options = lines.options();
    options.clock = [&] {
        if (!std::exchange(isWriting, true)) {
            for (int i = 0; i < 20; ++i) {
                b.set(b.get() + 1);
            }
            isWriting = false;
        }
        return std::chrono::nanoseconds(0);
    };
    Logger log = logger({a, b}, options);
    a.set(1);
    batch([&] { a.set(2); });
    log.reset();
    const QByteArray text = lines.text();
    QVERIFY2(text.contains("a: 0 -> 1"), text.constData());
    QVERIFY2(text.contains("a: 1 -> 2"), text.constData());
    QVERIFY2(text.contains("b: 20 -> 21"), text.constData());
}

void tst_LoggerEnds::sink_thatWritesStores()
{
    const auto a = atom(1).named("a");
    const auto shown = atom(0).named("shown");
    int calls = 0;
    const auto listener = shown.listen([&](int) { ++calls; });
    LoggerOptions options;
    options.sinks = {lineSink([&](const std::string &) { shown.update([](int n) { return n + 1; }); })};
    const Logger log = logAll(options);
    a.set(2);
    a.set(3);
    QCOMPARE(shown.get(), 2);
    QCOMPARE(calls, 2);
}

void tst_LoggerEnds::sink_thatThrows()
{
    support::ErrorLog errors;
    support::LoggedLines lines;
    const auto a = atom(1);
    LoggerOptions options;
    options.sinks = {lineSink([](const std::string &) { throw std::runtime_error("full"); })};
    const Logger log = logger({{"a", a}}, lines.options(options));
    a.set(2);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2"}));
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("full")}));
    a.set(3);
    QCOMPARE(lines.take(), Lines({"a: 2 -> 3"}));
}

void tst_LoggerEnds::sink_thatReadsStores()
{
    const auto a = atom(1);
    const auto twice = computed(a, [](int n) { return 2 * n; });
    int seen = 0;
    LoggerOptions options;
    options.sinks = {lineSink([&](const std::string &) { seen = twice.peek(); })};
    const Logger log = logger({{"a", a}, {"twice", twice}}, options);
    a.set(2);
    QCOMPARE(seen, 4);
}

void tst_LoggerEnds::sink_shared()
{
    Lines seen;
    const LogSinkPtr sink = lineSink(
        [&](const std::string &line) { seen.push_back(QByteArray::fromStdString(line.substr(line.find(' ')))); });
    const auto a = atom(1);
    LoggerOptions options;
    options.sinks = {sink};
    options.origins = false;
    const Logger one = logger({{"a", a}}, options);
    const Logger two = logger({{"b", a}}, options);
    a.set(2);
    QCOMPARE(seen, Lines({" a: 1 -> 2", " b: 1 -> 2"}));
}

QTEST_GUILESS_MAIN(tst_LoggerEnds)
#include "tst_loggerends.moc"
