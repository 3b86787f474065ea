// SPDX-License-Identifier: MIT
#include "persistent/support/faulty.h"
#include "support/handlers.h"

#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>

#include <QCoreApplication>
#include <QTest>

#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Faulty;

/// What engines say of themselves, when several of a place meet failures: each of these ends, and is seen to end.
class tst_EngineStates : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void failure_isOverWhenAnotherEngineSucceeds_data();
    void failure_isOverWhenAnotherEngineSucceeds();
    void loading_isOfflineWhileItIsTriedAgain();
    void refusalOfOneWrite_isAnAnswer_data();
    void refusalOfOneWrite_isAnAnswer();
    void failedReading_isNotOverByAWrite_data();
    void failedReading_isNotOverByAWrite();
    void failedWriting_isNotOverByReading_data();
    void failedWriting_isNotOverByReading();
    void randomFailures_areOverInTheEnd();
};

namespace {

/// Two engines of a program on one place, and a third one on the same storage, as another program has it.
struct Three
{
    explicit Three(const EngineOptions &options)
        : place(Faulty::nextPlace())
        , engines{engine(options), engine(options), StorageEngine::memory(area)}
    {
    }
    StorageEngine engine(const EngineOptions &options) const
    {
        return StorageEngine::custom([this] { return testing::withFaults(memoryBackend(area), faults, place); },
                                     options);
    }

    const MemoryArea area;
    const testing::Faults faults;
    const std::string place;
    const std::array<StorageEngine, 3> engines;
};

/// A storage that fails to be read, or written, as it is asked to.
struct Failing
{
    explicit Failing(const EngineOptions &options)
        : m_options(options)
        , first(engine())
        , other(StorageEngine::memory(area))
    {
        first.load(5s);
        other.load(5s);
    }
    /// One more of the place.
    StorageEngine engine() const
    {
        return StorageEngine::custom([this] { return std::make_unique<Backend>(*this); }, m_options);
    }
    void failReading(EngineErrorKind kind) const
    {
        const std::lock_guard lock(m_mutex);
        m_reading = kind;
    }
    void failWriting(std::deque<EngineErrorKind> kinds) const
    {
        const std::lock_guard lock(m_mutex);
        m_writing = std::move(kinds);
    }
    void failNoMore() const
    {
        const std::lock_guard lock(m_mutex);
        m_reading.reset();
        m_writing.clear();
    }

    const MemoryArea area;

private:
    class Backend final : public EngineBackend
    {
    public:
        explicit Backend(const Failing &failing)
            : m_failing(failing)
            , m_place(failing.m_place)
            , m_backend(memoryBackend(failing.area))
        {
        }
        BackendTraits traits() const override { return m_backend->traits(); }
        std::string place() const override { return m_place; }
        void open(const BackendOptions &options) override { m_backend->open(options); }
        StorageState load() override { return m_backend->load(); }
        Applied apply(std::span<const StorageWrite> writes, Durability durability) override
        {
            const std::lock_guard lock(m_failing.m_mutex);
            if (!m_failing.m_writing.empty()) {
                const EngineErrorKind kind = m_failing.m_writing.front();
                m_failing.m_writing.pop_front();
                throw EngineError(kind, "it cannot be written", m_place);
            }
            return m_backend->apply(writes, durability);
        }
        StorageFeed changesSince(Position position, std::uint64_t epoch) override
        {
            const std::lock_guard lock(m_failing.m_mutex);
            if (m_failing.m_reading) {
                throw EngineError(*m_failing.m_reading, "it cannot be read", m_place);
            }
            return m_backend->changesSince(position, epoch);
        }
        void sync() override {}
        void close(std::chrono::milliseconds deadline) noexcept override { m_backend->close(deadline); }

    private:
        const Failing &m_failing;
        const std::string m_place;
        const std::unique_ptr<EngineBackend> m_backend;
    };

    const EngineOptions m_options;
    const std::string m_place = Faulty::nextPlace();
    mutable std::mutex m_mutex;
    mutable std::optional<EngineErrorKind> m_reading;
    mutable std::deque<EngineErrorKind> m_writing;

public:
    const StorageEngine first;
    const StorageEngine other; ///< Of another program, which meets no failures.
};

EngineState stateOf(const StorageEngine &engine)
{
    return engine.status().get().state;
}

QString describe(const StorageEngine &engine)
{
    QString text = QLatin1String(nameOf(stateOf(engine)));
    for (const auto &[key, value] : engine.entries()) {
        text += QStringLiteral(", %1: %2").arg(QString::fromStdString(key), QString::fromStdString(value));
    }
    return text;
}

QString describe(const Three &three, unsigned seed)
{
    QString text = QStringLiteral("seed %1").arg(seed);
    for (const StorageEngine &engine : three.engines) {
        text += QStringLiteral("; ") + describe(engine);
    }
    return text;
}

} // namespace

void tst_EngineStates::failure_isOverWhenAnotherEngineSucceeds_data()
{
    QTest::addColumn<bool>("reads");
    QTest::newRow("a write has failed") << false;
    QTest::newRow("reading has failed") << true;
}

void tst_EngineStates::failure_isOverWhenAnotherEngineSucceeds()
{
    QFETCH(bool, reads);
    const Three three(EngineOptions{.firstRetry = 1000s, .longestRetry = 1000s});
    const auto &[first, second, other] = three.engines;
    QVERIFY(first.load(5s) && second.load(5s) && other.load(5s));
    three.faults.fail(EngineErrorKind::Unavailable);
    if (reads) {
        other.set("a", "1"); // wakes both
        QTRY_COMPARE(stateOf(second), EngineState::Offline);
    } else {
        first.set("a", "1");
    }
    QTRY_COMPARE(stateOf(first), EngineState::Offline);
    second.set("b", "1");
    QTRY_COMPARE(stateOf(first), EngineState::Live);
    QTRY_COMPARE(stateOf(second), EngineState::Live);
    QTRY_COMPARE(three.area.value("a"), std::optional<std::string>("1"));
    QTRY_COMPARE(first.get("a"), std::optional<std::string>("1"));
    QTRY_COMPARE(second.get("a"), std::optional<std::string>("1"));
}

void tst_EngineStates::loading_isOfflineWhileItIsTriedAgain()
{
    const testing::Faults faults;
    const MemoryArea area;
    faults.failAlways(EngineErrorKind::Unavailable);
    const auto engine = StorageEngine::custom(testing::withFaults(memoryBackend(area), faults, Faulty::nextPlace()),
                                              EngineOptions{.patience = 0ms, .firstRetry = 1ms, .longestRetry = 1ms});
    QVERIFY(!engine.load(0s));
    QTRY_COMPARE(stateOf(engine), EngineState::Offline);
    std::vector<EngineState> heard;
    const auto subscription =
        engine.status().listen([&](const EngineStatus &status) { heard.push_back(status.state); });
    const int before = faults.calls();
    QTRY_VERIFY(faults.calls() > before + 5);
    faults.failNoMore();
    QTRY_VERIFY(engine.isLoaded());
    std::erase(heard, EngineState::Offline);
    QCOMPARE(heard, std::vector<EngineState>{EngineState::Live});
}

void tst_EngineStates::refusalOfOneWrite_isAnAnswer_data()
{
    QTest::addColumn<bool>("compares");
    QTest::newRow("a value") << false;
    QTest::newRow("a compared one") << true;
}

/// The storage is in reach again when it says that a value is too large.
void tst_EngineStates::refusalOfOneWrite_isAnAnswer()
{
    QFETCH(bool, compares);
    const Failing failing(EngineOptions{.firstRetry = 1ms, .longestRetry = 1ms});
    failing.failWriting({EngineErrorKind::Unavailable, EngineErrorKind::TooLarge});
    if (compares) {
        const auto task = failing.first.compareAndSet("k", 0, "1");
        QTRY_VERIFY(task.done());
        QVERIFY(!support::thrownBy([&] { task.result(); }).isEmpty());
    } else {
        failing.first.set("k", "1");
        QTRY_COMPARE(failing.first.status().get().errorKind, std::optional(EngineErrorKind::TooLarge));
    }
    QTRY_COMPARE(stateOf(failing.first), EngineState::Live);
    failing.first.set("k", "2");
    QTRY_COMPARE(failing.area.value("k"), std::optional<std::string>("2"));
}

void tst_EngineStates::failedReading_isNotOverByAWrite_data()
{
    QTest::addColumn<EngineErrorKind>("kind");
    QTest::addColumn<EngineState>("state");
    QTest::newRow("unavailable") << EngineErrorKind::Unavailable << EngineState::Offline;
    QTest::newRow("denied") << EngineErrorKind::Denied << EngineState::ReadOnly;
}

void tst_EngineStates::failedReading_isNotOverByAWrite()
{
    QFETCH(EngineErrorKind, kind);
    QFETCH(EngineState, state);
    const Failing failing(EngineOptions{.firstRetry = 1000s, .longestRetry = 1000s});
    const auto second = failing.engine();
    QVERIFY(second.load(5s));
    failing.failReading(kind);
    failing.other.set("z", "1"); // wakes it
    QTRY_COMPARE(stateOf(failing.first), state);
    failing.first.set("k", "1");
    QVERIFY(failing.first.flushNow(5s));
    second.set("l", "1");
    QVERIFY(second.flushNow(5s));
    QTRY_COMPARE(failing.first.get("l"), std::optional<std::string>("1"));
    QCOMPARE(stateOf(failing.first), state); // what the other program has written is still not seen
    QCOMPARE(stateOf(second), state);
    failing.failNoMore();
    failing.other.set("z", "2");
    for (const StorageEngine &engine : {failing.first, second}) {
        QTRY_COMPARE(stateOf(engine), EngineState::Live);
        QCOMPARE(engine.get("z"), std::optional<std::string>("2"));
    }
}

void tst_EngineStates::failedWriting_isNotOverByReading_data()
{
    QTest::addColumn<EngineErrorKind>("kind");
    QTest::addColumn<EngineState>("state");
    QTest::newRow("full") << EngineErrorKind::Full << EngineState::Full;
    QTest::newRow("denied") << EngineErrorKind::Denied << EngineState::ReadOnly;
}

void tst_EngineStates::failedWriting_isNotOverByReading()
{
    QFETCH(EngineErrorKind, kind);
    QFETCH(EngineState, state);
    const Failing failing(EngineOptions{.firstRetry = 1000s, .longestRetry = 1000s});
    std::deque<EngineErrorKind> often(20, kind);
    failing.failWriting(often);
    failing.first.set("k", "1");
    QTRY_COMPARE(stateOf(failing.first), state);
    std::vector<EngineState> others;
    const auto subscription = failing.first.status().listen([&](const EngineStatus &status) {
        if (status.state != state) {
            others.push_back(status.state);
        }
    });
    const auto second = failing.engine(); // which has all of it read
    QVERIFY(second.load(5s));
    failing.other.set("z", "1");
    QTRY_COMPARE(failing.first.get("z"), std::optional<std::string>("1"));
    QTRY_COMPARE(stateOf(failing.first), state);
    QVERIFY(others.empty());
    failing.failNoMore();
    failing.other.set("z", "2"); // wakes it
    QTRY_COMPARE(failing.area.value("k"), std::optional<std::string>("1"));
    QTRY_COMPARE(stateOf(failing.first), EngineState::Live);
}

/// Whatever fails, and in which order, when nothing fails any more each engine has all values, and says so.
void tst_EngineStates::randomFailures_areOverInTheEnd()
{
    constexpr EngineErrorKind Kinds[] = {EngineErrorKind::Unavailable, EngineErrorKind::Full, EngineErrorKind::Failed};
    for (unsigned seed = 1; seed <= 60; ++seed) {
        std::mt19937 random(seed);
        const auto below = [&](unsigned most) { return static_cast<int>(random() % most); };
        const Three three(EngineOptions{.patience = 0ms, .firstRetry = 1ms, .longestRetry = 4ms});
        for (int step = 0; step < 40; ++step) {
            switch (below(5)) {
            case 0:
                three.faults.fail(Kinds[below(3)], 1 + below(3), 1 + below(4), below(2) == 0);
                break;
            case 1:
                three.faults.dropWakes(below(2) == 0);
                break;
            default:
                three.engines[std::size_t(below(3))].set("key" + std::to_string(below(4)), std::to_string(step));
            }
            for (int turns = below(4); turns > 0; --turns) {
                QCoreApplication::processEvents();
            }
        }
        three.faults.failNoMore();
        three.faults.dropWakes(false);
        for (const StorageEngine &engine : three.engines) { // what failed for good is tried again when it is written
            engine.set("last", std::to_string(seed));
            QVERIFY2(engine.flushNow(20s), qPrintable(QString::number(seed)));
        }
        const auto values = [&] { return three.engines.back().entries(); };
        for (const StorageEngine &engine : three.engines) {
            const auto isWell = [&] { return stateOf(engine) == EngineState::Live && engine.entries() == values(); };
            QTRY_VERIFY2(isWell(), qPrintable(describe(three, seed)));
        }
        QVERIFY(three.faults.mistakes().empty());
    }
}

QTEST_GUILESS_MAIN(tst_EngineStates)
#include "tst_enginestates.moc"
