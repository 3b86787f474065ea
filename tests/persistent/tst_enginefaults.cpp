// SPDX-License-Identifier: MIT
#include "persistent/support/faulty.h"
#include "support/handlers.h"
#include "support/manualtime.h"

#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>

#include <QScopeGuard>
#include <QTest>
#include <QThread>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Faulty;

namespace {

/// A backend that cannot be written, or that others replace.
class ReadOnlyBackend final : public EngineBackend
{
public:
    explicit ReadOnlyBackend(const MemoryArea &area)
        : m_backend(memoryBackend(area))
    {
    }
    BackendTraits traits() const override { return m_backend->traits(); }
    std::string place() const override { return "read-only"; }
    void open(const BackendOptions &options) override { m_backend->open(options); }
    StorageState load() override
    {
        auto state = m_backend->load();
        state.readOnly = true;
        return state;
    }
    Applied apply(std::span<const StorageWrite>, Durability) override
    {
        throw EngineError(EngineErrorKind::ReadOnly, "the file cannot be written", place());
    }
    StorageFeed changesSince(Position position, std::uint64_t epoch) override
    {
        return m_backend->changesSince(position, epoch);
    }
    void sync() override {}
    void close(std::chrono::milliseconds deadline) noexcept override { m_backend->close(deadline); }

private:
    std::unique_ptr<EngineBackend> m_backend;
};

} // namespace

class tst_EngineFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stalledBackend_doesNotHoldUpTheProgram();
    void stalledOpening_givesInitialValuesAndThenTheStoredOnes();
    void setWhileLoading_keepsOwnValue();
    void failedOpening_isTriedAgain();
    void deniedOpening_isSaid();
    void failedWrite_isTriedAgain_data();
    void failedWrite_isTriedAgain();
    void failures_areTriedLessAndLessOften();
    void wake_triesAtOnce();
    void readOnly_keepsValuesInMemory();
    void tooLargeValue_doesNotHoldUpOthers();
    void invalidKey_doesNotHoldUpOthers();
    void newerSchema_isNotOverwritten();
    void olderSchema_isMigrated();
    void failedMigration_keepsTheValue();
    void replacedStorage_getsWhatIsKnown();
    void replacedStorage_keepsWhatIsNewInIt();
    void forgottenDeletions_areNoticed();
    void samePlace_sharesOneBackend();
    void closedPlace_isOpenedAgain();
    void engineOfAnotherThread();
    void coalescing_writesTheLastValueOnly();
    void flush_failsWithTheReason();
};

void tst_EngineFaults::stalledBackend_doesNotHoldUpTheProgram()
{
    const Faulty f;
    const auto count = persistentAtom(f.engine, "count", 0);
    QVERIFY(f.engine.flushNow(5s));
    f.faults.stall();
    int turns = 0;
    for (int i = 1; i <= 100; ++i) { // all of this while no call of the backend ends
        count.set(i);
        QCoreApplication::processEvents();
        ++turns;
    }
    QCOMPARE(turns, 100);
    QCOMPARE(f.engine.get("count"), std::optional<std::string>("100"));
    QCOMPARE(f.value("count"), std::string("-"));
    QVERIFY(!f.engine.flushNow(20ms));
    f.faults.goOn();
    QVERIFY(f.engine.flushNow(5s));
    QCOMPARE(f.value("count"), std::string("100"));
}

void tst_EngineFaults::stalledOpening_givesInitialValuesAndThenTheStoredOnes()
{
    const MemoryArea area;
    const auto first = StorageEngine::memory(area);
    first.set("count", "7");
    QVERIFY(first.flushNow(5s));

    const testing::Faults faults;
    faults.stall();
    const auto engine = StorageEngine::custom(testing::withFaults(memoryBackend(area), faults, Faulty::nextPlace()),
                                              EngineOptions{.patience = 0ms});
    const auto count = persistentAtom(engine, "count", 1);
    QCOMPARE(count.get(), 1);
    QCOMPARE(engine.status().get().state, EngineState::Loading);
    std::vector<int> heard;
    const auto subscription = count.listen([&](int value) { heard.push_back(value); });
    faults.goOn();
    QTRY_COMPARE(heard, std::vector<int>{7});
    QCOMPARE(engine.status().get().state, EngineState::Live);
}

void tst_EngineFaults::setWhileLoading_keepsOwnValue()
{
    const MemoryArea area;
    const auto first = StorageEngine::memory(area);
    first.set("count", "7");
    QVERIFY(first.flushNow(5s));

    const testing::Faults faults;
    faults.stall();
    const auto engine = StorageEngine::custom(testing::withFaults(memoryBackend(area), faults, Faulty::nextPlace()),
                                              EngineOptions{.patience = 0ms});
    const auto count = persistentAtom(engine, "count", 1);
    count.set(2);
    faults.goOn();
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(count.get(), 2);
    QCOMPARE(area.value("count"), std::optional<std::string>("2"));
}

void tst_EngineFaults::failedOpening_isTriedAgain()
{
    const testing::Faults faults;
    faults.fail(EngineErrorKind::Unavailable, 1, 3);
    const MemoryArea area;
    const auto engine = StorageEngine::custom(testing::withFaults(memoryBackend(area), faults, Faulty::nextPlace()));
    QTRY_VERIFY(engine.isLoaded());
    QVERIFY(engine.status().get().lastError.find("open() fails") != std::string::npos);
    QCOMPARE(engine.status().get().errorKind, std::optional(EngineErrorKind::Unavailable));
    QVERIFY(faults.mistakes().empty());
}

void tst_EngineFaults::deniedOpening_isSaid()
{
    const testing::Faults faults;
    faults.failAlways(EngineErrorKind::Denied);
    const MemoryArea area;
    const auto engine = StorageEngine::custom(testing::withFaults(memoryBackend(area), faults, Faulty::nextPlace()));
    QVERIFY(!engine.load(5s));
    QCOMPARE(engine.status().get().state, EngineState::Failed);
    const auto count = persistentAtom(engine, "count", 1);
    count.set(2);
    QCOMPARE(count.get(), 2);
    const auto task = engine.flush();
    QVERIFY(task.done());
    QVERIFY(support::thrownBy([&] { task.result(); }).contains(QLatin1String("open() fails")));
    faults.failNoMore();
    QVERIFY(engine.load(5s)); // it is tried again when it is asked for
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(area.value("count"), std::optional<std::string>("2"));
}

void tst_EngineFaults::failedWrite_isTriedAgain_data()
{
    QTest::addColumn<EngineErrorKind>("kind");
    QTest::addColumn<EngineState>("state");
    QTest::addColumn<bool>("afterwards");
    QTest::newRow("unavailable") << EngineErrorKind::Unavailable << EngineState::Offline << false;
    QTest::newRow("full") << EngineErrorKind::Full << EngineState::Full << false;
    QTest::newRow("failed") << EngineErrorKind::Failed << EngineState::Failed << false;
    QTest::newRow("written, and failed") << EngineErrorKind::Failed << EngineState::Failed << true;
}

void tst_EngineFaults::failedWrite_isTriedAgain()
{
    QFETCH(EngineErrorKind, kind);
    QFETCH(EngineState, state);
    QFETCH(bool, afterwards);
    const Faulty f;
    QVERIFY(f.engine.load(5s));
    std::vector<EngineState> states;
    const auto subscription =
        f.engine.status().listen([&](const EngineStatus &status) { states.push_back(status.state); });
    const auto compared = f.engine.compareAndSet("n", 0, "1");
    f.engine.set("a", "1");
    f.faults.fail(kind, 1, 2, afterwards);
    QTRY_COMPARE(f.value("a"), std::string("1"));
    QTRY_VERIFY(compared.done());
    QVERIFY(compared.result());
    QCOMPARE(f.value("n"), std::string("1"));
    QTRY_COMPARE(f.state(), EngineState::Live);
    QVERIFY(std::find(states.begin(), states.end(), state) != states.end());
}

void tst_EngineFaults::failures_areTriedLessAndLessOften()
{
    const Faulty f(EngineOptions{.firstRetry = 100ms, .longestRetry = 1000ms});
    QVERIFY(f.engine.load(5s));
    const auto restored = qScopeGuard([before = scheduler()] { setScheduler(before); });
    support::ManualTime time;
    f.faults.failAlways(EngineErrorKind::Unavailable);
    f.engine.set("a", "1");
    const auto waits = [&] {
        time.scheduler().runPending(); // takes what the backend has reported
        return time.scheduler().pendingTimers() > 0;
    };
    QTRY_VERIFY(waits());
    QCOMPARE(f.state(), EngineState::Offline);
    std::vector<EngineState> others; // not while it is tried, either
    const auto subscription = f.engine.status().listen([&](const EngineStatus &status) {
        if (status.state != EngineState::Offline) {
            others.push_back(status.state);
        }
    });
    for (const int most : {100, 200, 400, 800, 1000, 1000}) {
        f.faults.stall();
        int waited = 0;
        while (waits() && waited < 5000) { // the time of the stores passes here alone
            time.advance(10);
            waited += 10;
        }
        QVERIFY2(waited >= most / 2 && waited <= most + 10, qPrintable(QString::number(waited)));
        f.faults.goOn();
        QTRY_VERIFY(waits());
    }
    QVERIFY(others.empty());
    f.faults.failNoMore();
    QVERIFY(f.engine.flushNow(5s));
    QCOMPARE(f.value("a"), std::string("1"));
}

void tst_EngineFaults::wake_triesAtOnce()
{
    const Faulty f(EngineOptions{.firstRetry = 1000s, .longestRetry = 1000s});
    QVERIFY(f.engine.load(5s));
    f.faults.fail(EngineErrorKind::Unavailable);
    f.engine.set("a", "1");
    QTRY_COMPARE(f.state(), EngineState::Offline);
    const auto other = StorageEngine::memory(f.area);
    other.set("b", "1"); // wakes the first one
    QVERIFY(other.flushNow(5s));
    QTRY_COMPARE(f.value("a"), std::string("1"));
    QCOMPARE(f.engine.get("b"), std::optional<std::string>("1"));
}

void tst_EngineFaults::readOnly_keepsValuesInMemory()
{
    const MemoryArea area;
    const auto writer = StorageEngine::memory(area);
    writer.set("count", "1");
    QVERIFY(writer.flushNow(5s));
    const auto engine = StorageEngine::custom(std::make_unique<ReadOnlyBackend>(area));
    const auto count = persistentAtom(engine, "count", 0);
    QCOMPARE(count.get(), 1);
    QCOMPARE(engine.status().get().state, EngineState::ReadOnly);
    count.set(5);
    const auto task = engine.flush();
    QTRY_VERIFY(task.done());
    QVERIFY(support::thrownBy([&] { task.result(); }).contains(QLatin1String("cannot be written")));
    QCOMPARE(count.get(), 5);
    QCOMPARE(engine.pending().get(), std::size_t{1});
    QCOMPARE(area.value("count"), std::optional<std::string>("1"));
}

void tst_EngineFaults::tooLargeValue_doesNotHoldUpOthers()
{
    const Faulty f;
    QVERIFY(f.engine.load(5s));
    f.engine.set("big", std::string(f.engine.traits()->largestValue + 1, 'x'));
    f.engine.set("small", "1");
    QTRY_COMPARE(f.value("small"), std::string("1"));
    QCOMPARE(f.engine.status().get().errorKind, std::optional(EngineErrorKind::TooLarge));
    QTRY_COMPARE(f.engine.pending().get(), std::size_t{1}); // once the outcome of "small" has come
    f.engine.set("big", "2");
    QVERIFY(f.engine.flushNow(5s));
    QCOMPARE(f.value("big"), std::string("2"));
}

void tst_EngineFaults::invalidKey_doesNotHoldUpOthers()
{
    const Faulty f;
    f.engine.set("\xff", "1"); // is no UTF-8
    f.engine.set("a", "1");
    f.engine.set("z", "1");
    QTRY_COMPARE(f.value("a"), std::string("1"));
    QTRY_COMPARE(f.value("z"), std::string("1"));
    QVERIFY(f.engine.status().get().lastError.find("UTF-8") != std::string::npos);
}

void tst_EngineFaults::newerSchema_isNotOverwritten()
{
    const MemoryArea area;
    {
        const auto engine = StorageEngine::memory(area);
        const auto theme = persistentAtom(engine, "theme", "light", {.schema = schema(2)});
        theme.set("dark blue");
        QVERIFY(engine.flushNow(5s));
    }
    const auto engine = StorageEngine::memory(area);
    const auto theme = persistentAtom(engine, "theme", "light", {.schema = schema(1)});
    QCOMPARE(theme.get(), std::string("dark blue")); // it can be read
    theme.set("red");
    QVERIFY(!engine.flushNow(5s));
    QCOMPARE(area.value("theme"), std::optional<std::string>("dark blue"));
    QCOMPARE(engine.status().get().state, EngineState::Newer);
    QVERIFY(engine.status().get().lastError.find("newer version") != std::string::npos);
    QCOMPARE(theme.get(), std::string("red"));
}

void tst_EngineFaults::olderSchema_isMigrated()
{
    const MemoryArea area;
    {
        const auto engine = StorageEngine::memory(area);
        const auto old = persistentAtom(engine, "size", QJsonObject(), {.schema = schema(1)});
        old.set(QJsonObject{{QLatin1String("px"), 12}});
        QVERIFY(engine.flushNow(5s));
    }
    const auto engine = StorageEngine::memory(area);
    const auto migrations =
        schema(3, from<1>([](QJsonObject &value) { value[QLatin1String("pt")] = value.take(QLatin1String("px")); }),
               from<2>([](const QJsonValue &value) { return value[QLatin1String("pt")].toInt() * 2; }));
    const auto size = persistentAtom(engine, "size", 0, {.schema = migrations});
    QCOMPARE(size.get(), 24);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(area.value("size"), std::optional<std::string>(R"({"px":12})")); // until it is set
    size.set(30);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(area.value("size"), std::optional<std::string>("30"));
}

void tst_EngineFaults::failedMigration_keepsTheValue()
{
    support::ErrorLog errors;
    const MemoryArea area;
    const auto first = StorageEngine::memory(area);
    first.set("size", "twelve");
    QVERIFY(first.flushNow(5s));
    const auto engine = StorageEngine::memory(area);
    const auto size = persistentAtom(engine, "size", 3, {.schema = schema(1, from<0>([](QJsonObject &) {}))});
    QCOMPARE(size.get(), 3);
    QCOMPARE(errors.take().size(), 1);
    QCOMPARE(engine.status().get().unreadable, std::vector<std::string>{"size"});
    QCOMPARE(area.value("size"), std::optional<std::string>("twelve"));
}

void tst_EngineFaults::replacedStorage_getsWhatIsKnown()
{
    const MemoryArea area;
    const auto a = StorageEngine::memory(area);
    const auto b = StorageEngine::memory(area);
    const auto count = persistentAtom(a, "count", 0);
    count.set(5);
    a.set("other", "1");
    QVERIFY(a.flushNow(5s));
    QTRY_COMPARE(b.get("other"), std::optional<std::string>("1"));
    area.replace();
    QTRY_COMPARE(area.value("count"), std::optional<std::string>("5"));
    QTRY_COMPARE(area.value("other"), std::optional<std::string>("1"));
    QCOMPARE(count.get(), 5);
    QTRY_COMPARE(a.status().get().resyncs, std::uint64_t{1});
    count.set(6);
    QVERIFY(a.flushNow(5s));
    QTRY_COMPARE(b.get("count"), std::optional<std::string>("6"));
}

void tst_EngineFaults::replacedStorage_keepsWhatIsNewInIt()
{
    const Faulty f;
    const auto count = persistentAtom(f.engine, "count", 0);
    count.set(5);
    f.engine.set("known", "1");
    QVERIFY(f.engine.flushNow(5s));
    f.faults.dropWakes(true);
    f.area.replace();
    const auto other = StorageEngine::memory(f.area);
    other.set("count", "9");
    QVERIFY(other.flushNow(5s));
    f.faults.dropWakes(false);
    QTRY_COMPARE(count.get(), 9);
    QTRY_COMPARE(f.value("known"), std::string("1"));
    QCOMPARE(f.value("count"), std::string("9"));
}

void tst_EngineFaults::forgottenDeletions_areNoticed()
{
    const Faulty f;
    const auto count = persistentAtom(f.engine, "count", 0);
    count.set(5);
    QVERIFY(f.engine.flushNow(5s));
    f.faults.dropWakes(true);
    const auto other = StorageEngine::memory(f.area);
    other.del("count");
    other.set("x", "1");
    QVERIFY(other.flushNow(5s));
    f.area.forgetDeleted();
    f.faults.dropWakes(false);
    QTRY_COMPARE(count.get(), 0);
}

void tst_EngineFaults::samePlace_sharesOneBackend()
{
    const MemoryArea area;
    const testing::Faults first;
    const testing::Faults second;
    const std::string place = Faulty::nextPlace();
    const auto a = StorageEngine::custom(testing::withFaults(memoryBackend(area), first, place));
    const auto b = StorageEngine::custom(testing::withFaults(memoryBackend(area), second, place));
    QVERIFY(a.load(5s));
    QVERIFY(b.load(5s));
    QCOMPARE(second.calls(), 0);
    const auto x = persistentAtom(a, "x", 0);
    const auto y = persistentAtom(b, "x", 0);
    x.set(1);
    QTRY_COMPARE(y.get(), 1);
    y.set(2);
    QTRY_COMPARE(x.get(), 2);
    QCOMPARE(a.writer(), b.writer());
}

void tst_EngineFaults::closedPlace_isOpenedAgain()
{
    const MemoryArea area;
    const std::string place = Faulty::nextPlace();
    std::vector<testing::Faults> all;
    for (int i = 0; i < 5; ++i) {
        const testing::Faults &faults = all.emplace_back();
        const auto engine = StorageEngine::custom(testing::withFaults(memoryBackend(area), faults, place));
        const auto count = persistentAtom(engine, "count", 0);
        QCOMPARE(count.get(), i);
        count.set(i + 1);
        QVERIFY(engine.flushNow(5s));
        QVERIFY(faults.mistakes().empty());
    }
    // An engine that comes before the last one has closed its backend goes on with that one.
    for (const testing::Faults &faults : all) {
        QTRY_COMPARE(faults.closes(), faults.calls() > 0 ? 1 : 0);
    }
}

void tst_EngineFaults::engineOfAnotherThread()
{
    const MemoryArea area;
    const auto main = StorageEngine::memory(area);
    const auto total = persistentAtom(main, "total", 0);
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&area, i] {
            const auto engine = StorageEngine::memory(area);
            const auto own = persistentAtom(engine, "thread " + std::to_string(i), 0);
            for (int n = 1; n <= 50; ++n) {
                own.set(n);
                engine.flushNow(5s);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    for (int i = 0; i < 3; ++i) {
        QTRY_COMPARE(main.get("thread " + std::to_string(i)), std::optional<std::string>("50"));
    }
}

void tst_EngineFaults::coalescing_writesTheLastValueOnly()
{
    const Faulty f;
    const auto count = persistentAtom(f.engine, "count", 0);
    QVERIFY(f.engine.load(5s));
    f.faults.stall();
    count.set(1);
    QTRY_COMPARE(f.engine.pending().get(), std::size_t{1});
    for (int i = 2; i < 50; ++i) {
        count.set(i);
        QCoreApplication::processEvents();
    }
    f.faults.goOn();
    QVERIFY(f.engine.flushNow(5s));
    QCOMPARE(f.value("count"), std::string("49"));
    QVERIFY(f.faults.applies() <= 2);
}

void tst_EngineFaults::flush_failsWithTheReason()
{
    const Faulty f;
    QVERIFY(f.engine.load(5s));
    f.engine.set("big", std::string(f.engine.traits()->largestValue + 1, 'x'));
    const auto task = f.engine.flush();
    QTRY_VERIFY(task.done());
    QVERIFY(support::thrownBy([&] { task.result(); }).contains(QLatin1String("too large")));
}

QTEST_GUILESS_MAIN(tst_EngineFaults)
#include "tst_enginefaults.moc"
