// SPDX-License-Identifier: MIT
#include "persistent/support/faulty.h"

#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>

#include <QTest>

#include <array>
#include <memory>
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
                QTest::qWait(0);
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
            const bool isEqual = QTest::qWaitFor(isWell);
            QVERIFY2(isEqual, qPrintable(QStringLiteral("seed %1: %2; %3; %4")
                                             .arg(seed)
                                             .arg(describe(three.engines[0]), describe(three.engines[1]),
                                                  describe(three.engines[2]))));
        }
        QVERIFY(three.faults.mistakes().empty());
    }
}

QTEST_GUILESS_MAIN(tst_EngineStates)
#include "tst_enginestates.moc"
