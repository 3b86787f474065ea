// SPDX-License-Identifier: MIT
#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>

#include <QTest>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

/// A server in memory, and what a program has of it on its disk.
struct Storage
{
    MemoryArea server;
    testing::Faults network;
    std::mutex mutex;
    std::map<std::string, KeptWrite> kept;
    bool isDiskFull = false; ///< Nothing can be kept.
    std::optional<StorageState> seen; ///< When it was in reach last.
    const std::string place = nextPlace();

    static std::string nextPlace()
    {
        static int count = 0;
        return "keeping " + std::to_string(++count);
    }

    void fillDisk(bool isFull)
    {
        const std::lock_guard lock(mutex);
        isDiskFull = isFull;
    }
    std::size_t keptCount()
    {
        const std::lock_guard lock(mutex);
        return kept.size();
    }
};

/// Keeps what apply() could not write, and shows what was there last.
class KeepingBackend final : public EngineBackend
{
public:
    explicit KeepingBackend(std::shared_ptr<Storage> storage)
        : m_storage(std::move(storage))
        , m_backend(testing::withFaults(memoryBackend(m_storage->server), m_storage->network, "network"))
    {
    }
    BackendTraits traits() const override
    {
        BackendTraits traits = m_backend->traits();
        traits.keepsWrites = true;
        return traits;
    }
    std::string place() const override { return m_storage->place; }
    void open(const BackendOptions &options) override
    {
        m_options = options;
        m_backend->open(options);
    }
    StorageState load() override
    {
        StorageState state;
        try {
            state = m_backend->load();
        } catch (const EngineError &) {
            const std::lock_guard lock(m_storage->mutex);
            if (!m_storage->seen) {
                throw;
            }
            state = *m_storage->seen;
            state.isStale = true;
        }
        const std::lock_guard lock(m_storage->mutex);
        m_storage->seen = state;
        m_storage->seen->unsent.clear();
        for (const auto &[key, kept] : m_storage->kept) {
            state.unsent.push_back(kept);
        }
        return state;
    }
    Applied apply(std::span<const StorageWrite> writes, Durability durability) override
    {
        Applied applied = m_backend->apply(writes, durability);
        const std::lock_guard lock(m_storage->mutex);
        for (std::size_t i = 0; i < writes.size(); ++i) {
            if (applied.outcomes[i].result == WriteResult::Written) {
                m_storage->kept.erase(writes[i].key);
            }
        }
        return applied;
    }
    StorageFeed changesSince(Position position, std::uint64_t epoch) override
    {
        return m_backend->changesSince(position, epoch);
    }
    void sync() override { m_backend->sync(); }
    void keep(std::span<const KeptWrite> writes, std::span<const std::string> settled) override
    {
        const std::lock_guard lock(m_storage->mutex);
        if (m_storage->isDiskFull) {
            throw EngineError(EngineErrorKind::Full, "the disk is full", place());
        }
        for (const KeptWrite &kept : writes) {
            m_storage->kept.insert_or_assign(kept.write.key, kept);
        }
        for (const std::string &key : settled) {
            m_storage->kept.erase(key);
        }
    }
    void close(std::chrono::milliseconds deadline) noexcept override { m_backend->close(deadline); }

private:
    const std::shared_ptr<Storage> m_storage;
    const std::unique_ptr<EngineBackend> m_backend;
    BackendOptions m_options;
};

StorageEngine engineOn(const std::shared_ptr<Storage> &storage)
{
    EngineOptions options;
    options.patience = 20s;
    return StorageEngine::custom(std::make_unique<KeepingBackend>(storage), options);
}

} // namespace

/// Engines whose backend keeps what cannot be written: BackendTraits::keepsWrites.
class tst_EngineKeeping : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void write_thatFailsIsKept();
    void write_thatCannotBeKeptIsTriedAgain();
    void write_isGivenToTheNextRun();
    void program_hasSetItMeanwhile();
    void conflict_isKeptUntilItIsResolved();
    void conflict_ofTheRunBeforeIsShown();
    void conflict_ofAFormerVersionIsMerged();
    void stale_untilTheStorageAnswers();
    void stale_untilTheStorageIsRead();
    void endOfTheEngine_losesNothing_data();
    void endOfTheEngine_losesNothing();
};

void tst_EngineKeeping::write_thatFailsIsKept()
{
    const auto storage = std::make_shared<Storage>();
    const auto engine = engineOn(storage);
    QVERIFY(engine.load());
    storage->network.failAlways(EngineErrorKind::Unavailable);
    engine.set("a", "1");
    engine.set("b", "1");
    QTRY_COMPARE(storage->keptCount(), std::size_t(2));
    engine.set("a", "2"); // while it waits for the next attempt
    QTRY_VERIFY([&] {
        const std::lock_guard lock(storage->mutex);
        return storage->kept.at("a").write.value == "2";
    }());
    storage->network.failNoMore();
    QTRY_COMPARE(engine.pending().get(), std::size_t(0));
    QCOMPARE(storage->keptCount(), std::size_t(0));
    QCOMPARE(storage->server.value("a"), std::optional<std::string>("2"));
}

void tst_EngineKeeping::write_thatCannotBeKeptIsTriedAgain()
{
    const auto storage = std::make_shared<Storage>();
    const auto engine = engineOn(storage);
    const auto store = persistentAtom(engine, "a", "initial", {.onConflict = reject});
    QVERIFY(engine.load());
    storage->network.failAlways(EngineErrorKind::Unavailable);
    storage->fillDisk(true);
    store.set("mine");
    QTRY_COMPARE(engine.status().get().errorKind, std::optional(EngineErrorKind::Full));
    storage->fillDisk(false);
    QTRY_COMPARE(storage->keptCount(), std::size_t(1));

    const auto other = StorageEngine::memory(storage->server);
    other.set("a", "theirs");
    QVERIFY(other.flushNow(20s));
    storage->network.failNoMore();
    QTRY_VERIFY(conflictOf(store).get());
    storage->fillDisk(true);
    conflictOf(store).get()->takeTheirs();
    QTRY_COMPARE(engine.status().get().errorKind, std::optional(EngineErrorKind::Full));
    QCOMPARE(storage->keptCount(), std::size_t(1));
    storage->fillDisk(false);
    engine.set("b", "1");
    QTRY_COMPARE(storage->keptCount(), std::size_t(0)); // or the next run would have the conflict again
}

void tst_EngineKeeping::write_isGivenToTheNextRun()
{
    const auto storage = std::make_shared<Storage>();
    storage->kept["a"] = {{"a", "kept", 0, {}}, {}};
    storage->kept["gone"] = {{"gone", {}, 0, {}}, {}};
    {
        const auto before = StorageEngine::memory(storage->server);
        before.set("a", "stored");
        before.set("gone", "stored");
        QVERIFY(before.flushNow(20s));
    }
    const auto engine = engineOn(storage);
    const auto store = persistentAtom(engine, "a", "initial");
    QCOMPARE(store.get(), std::string("kept")); // at once
    QVERIFY(!engine.get("gone"));
    QTRY_COMPARE(engine.pending().get(), std::size_t(0));
    QCOMPARE(storage->server.value("a"), std::optional<std::string>("kept"));
    QVERIFY(!storage->server.value("gone"));
    QCOMPARE(storage->keptCount(), std::size_t(0));
}

void tst_EngineKeeping::program_hasSetItMeanwhile()
{
    const auto storage = std::make_shared<Storage>();
    storage->kept["a"] = {{"a", "kept", 0, {}}, {}};
    storage->network.stall();
    EngineOptions options;
    options.patience = 0ms;
    const auto engine = StorageEngine::custom(std::make_unique<KeepingBackend>(storage), options);
    engine.set("a", "newer");
    storage->network.goOn();
    QTRY_VERIFY(engine.isLoaded() && engine.pending().get() == 0);
    QCOMPARE(engine.get("a"), StorageEngine::RawValue("newer"));
    QCOMPARE(storage->server.value("a"), std::optional<std::string>("newer"));
}

void tst_EngineKeeping::conflict_isKeptUntilItIsResolved()
{
    const auto storage = std::make_shared<Storage>();
    const auto engine = engineOn(storage);
    const auto store = persistentAtom(engine, "a", "initial", {.onConflict = reject});
    store.set("base");
    QVERIFY(engine.flushNow(20s));
    storage->network.dropWakes(true);
    const auto other = StorageEngine::memory(storage->server);
    other.set("a", "theirs");
    QVERIFY(other.flushNow(20s));
    store.set("mine");
    QTRY_VERIFY(conflictOf(store).get());
    QTRY_COMPARE(storage->keptCount(), std::size_t(1));
    {
        const std::lock_guard lock(storage->mutex);
        QCOMPARE(storage->kept["a"].base, std::optional<std::string>("base"));
        QCOMPARE(storage->kept["a"].write.value, std::optional<std::string>("mine"));
    }
    conflictOf(store).get()->takeTheirs();
    QTRY_COMPARE(storage->keptCount(), std::size_t(0));
    QCOMPARE(store.get(), std::string("theirs"));
}

void tst_EngineKeeping::conflict_ofTheRunBeforeIsShown()
{
    const auto storage = std::make_shared<Storage>();
    {
        const auto other = StorageEngine::memory(storage->server);
        other.set("a", "base");
        QVERIFY(other.flushNow(20s));
        storage->kept["a"] = {{"a", "mine", 0, other.versionOf("a")}, "base"};
        other.set("a", "theirs");
        QVERIFY(other.flushNow(20s));
    }
    const auto engine = engineOn(storage);
    const auto store = persistentAtom(engine, "a", "initial", {.onConflict = reject});
    QCOMPARE(store.get(), std::string("mine"));
    QTRY_VERIFY(conflictOf(store).get());
    const auto conflict = *conflictOf(store).get();
    QCOMPARE(conflict.base, std::string("base"));
    QCOMPARE(conflict.theirs, std::string("theirs"));
    conflict.keepMine();
    QTRY_COMPARE(storage->server.value("a"), std::optional<std::string>("mine"));
}

/// What a former version of the program has left is of its schema, and what is made of it is of the present one.
void tst_EngineKeeping::conflict_ofAFormerVersionIsMerged()
{
    const auto storage = std::make_shared<Storage>();
    {
        const auto other = StorageEngine::memory(storage->server);
        other.set("a", "1");
        QVERIFY(other.flushNow(20s));
        storage->kept["a"] = {{"a", "2", 0, other.versionOf("a")}, "1"};
        other.set("a", "3");
        QVERIFY(other.flushNow(20s));
    }
    const auto tenfold = schema(1, from<0>([](const QJsonValue &old) { return old.toInt() * 10; }));
    const auto sum = merge([](int base, int mine, int theirs) { return mine + theirs - base; });
    const auto engine = engineOn(storage);
    const auto store = persistentAtom(engine, "a", 0, {.schema = tenfold, .onConflict = sum});
    QTRY_COMPARE(storage->server.value("a"), std::optional<std::string>("40"));
    QCOMPARE(store.get(), 40);
    const auto next = engineOn(storage);
    QCOMPARE(persistentAtom(next, "a", 0, {.schema = tenfold}).get(), 40);
}

void tst_EngineKeeping::stale_untilTheStorageAnswers()
{
    const auto storage = std::make_shared<Storage>();
    StorageState seen;
    seen.entries = {{"a", "1", 1, 0, 1}};
    seen.position = 1;
    seen.epoch = 77; // of before
    storage->seen = seen;
    storage->network.fail(EngineErrorKind::Unavailable, 2); // open(), and then load()
    const auto engine = engineOn(storage);
    QVERIFY(engine.load());
    QCOMPARE(engine.get("a"), StorageEngine::RawValue("1"));
    QCOMPARE(engine.status().get().state, EngineState::Stale);
    storage->server.replace(); // wakes it
    QTRY_COMPARE(engine.status().get().state, EngineState::Live);
}

/// What is written to it before says nothing of what others have written.
void tst_EngineKeeping::stale_untilTheStorageIsRead()
{
    const auto storage = std::make_shared<Storage>();
    {
        const auto engine = engineOn(storage);
        engine.set("a", "1");
        QVERIFY(engine.flushNow(5s));
        storage->seen->entries = {{"a", "1", 1, 0, 1}};
    }
    QTRY_COMPARE(storage->network.closes(), 1); // or the next engine is one more of this run
    storage->network.fail(EngineErrorKind::Unavailable, 2); // open(), and then load()
    const auto engine = engineOn(storage);
    QVERIFY(engine.load());
    QCOMPARE(engine.status().get().state, EngineState::Stale);
    storage->network.dropWakes(true);
    engine.set("b", "1");
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(engine.status().get().state, EngineState::Stale);
    const auto other = StorageEngine::memory(storage->server);
    other.set("c", "1");
    QVERIFY(other.flushNow(5s));
    storage->network.dropWakes(false); // wakes it
    QTRY_COMPARE(engine.status().get().state, EngineState::Live);
    QCOMPARE(engine.get("c"), StorageEngine::RawValue("1"));
}

void tst_EngineKeeping::endOfTheEngine_losesNothing_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("isHeardLate");
    QTest::addColumn<bool>("isSetAgain");
    QTest::addColumn<bool>("compares");
    for (const char *what : {"written", "failed", "failed once", "refused"}) {
        for (const bool isHeardLate : {false, true}) {
            for (const bool isSetAgain : {false, true}) {
                for (const bool compares : {false, true}) {
                    QTest::addRow("%s %s the end%s, %s", what, isHeardLate ? "after" : "before",
                                  isSetAgain ? ", and set again" : "", compares ? "reject" : "last one wins")
                        << QString::fromLatin1(what) << isHeardLate << isSetAgain << compares;
                }
            }
        }
    }
}

/// The engine ends while a write is under way, or when the worker has said what became of it and no event loop has
/// turned since: the next one has the value, and the conflict if there is one.
void tst_EngineKeeping::endOfTheEngine_losesNothing()
{
    QFETCH(QString, what);
    QFETCH(bool, isHeardLate);
    QFETCH(bool, isSetAgain);
    QFETCH(bool, compares);
    const auto storage = std::make_shared<Storage>();
    const bool isRefused = what == QLatin1String("refused") && compares;
    const auto makeStore = [&](const StorageEngine &engine) {
        return persistentAtom(engine, "a", "initial",
                              compares ? PersistentOptions<std::string>{.onConflict = reject}
                                       : PersistentOptions<std::string>{});
    };
    const std::string latest = isSetAgain ? "newer" : "mine";
    {
        const auto engine = engineOn(storage);
        const auto store = makeStore(engine);
        store.set("base");
        QVERIFY(engine.flushNow(20s));
        if (what == QLatin1String("refused")) {
            storage->network.dropWakes(true);
            const auto other = StorageEngine::memory(storage->server);
            other.set("a", "theirs");
            QVERIFY(other.flushNow(20s));
        }
        storage->network.stall();
        const int before = storage->network.applies();
        store.set("mine");
        QTRY_COMPARE(storage->network.applies(), before + 1);
        if (isSetAgain) {
            store.set("newer");
            QCOMPARE(engine.get("a"), StorageEngine::RawValue("newer")); // it is encoded, and waits
        }
        if (what == QLatin1String("failed")) {
            storage->network.failAlways(EngineErrorKind::Unavailable);
        } else if (what == QLatin1String("failed once")) {
            storage->network.fail(EngineErrorKind::Unavailable);
        }
        if (!isHeardLate) {
            storage->network.goOn();
            QVERIFY(engineOn(storage).load()); // the worker does one thing after the other
        }
    }
    storage->network.goOn();
    if (what == QLatin1String("failed")) {
        QTRY_COMPARE(storage->keptCount(), std::size_t(1));
        storage->network.failNoMore();
    }
    const auto engine = engineOn(storage);
    const auto store = makeStore(engine);
    QCOMPARE(store.get(), latest);
    if (isRefused) {
        QTRY_VERIFY(conflictOf(store).get());
        const auto conflict = *conflictOf(store).get();
        QCOMPARE(conflict.base, std::string("base"));
        QCOMPARE(conflict.mine, latest);
        QCOMPARE(conflict.theirs, std::string("theirs"));
        conflict.keepMine();
    }
    QTRY_COMPARE(engine.pending().get(), std::size_t(0));
    QVERIFY(!conflictOf(store).get());
    QCOMPARE(store.get(), latest);
    QCOMPARE(storage->server.value("a"), std::optional<std::string>(latest));
    QTRY_COMPARE(storage->keptCount(), std::size_t(0));
}

QTEST_GUILESS_MAIN(tst_EngineKeeping)
#include "tst_enginekeeping.moc"
