// SPDX-License-Identifier: MIT
#include "support/handlers.h"

#include <nanostores/persistent.h>

#include <QTest>

#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;

/// What an engine is as a storage of raw values, on a storage in memory.
class tst_Engine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void set_isSeenAtOnce();
    void set_isWrittenAtEndOfTurn();
    void emptyEngine_isLoadedByLoad();
    void secondEngine_seesWhatTheFirstHasWritten();
    void change_arrivesAsOneBatch();
    void sub_isCalledForAllChanges();
    void sub_endsWhenAsked();
    void sub_thatSetsTheKey_isHeardInOrder();
    void sub_random();
    void subAll_isCalledWithKeys();
    void del_removesKey();
    void clear_deletesKeysWithPrefix();
    void keys_areInOrder();
    void bytes_areKept();
    void versionOf_growsWithEachWrite();
    void writtenBy_namesTheEngine();
    void compareAndSet_writesIfVersionIsTheSame();
    void compareAndSet_refusesOtherVersion();
    void flush_endsWhenAllIsWritten();
    void flush_withNothingToWriteEnds();
    void lastHandle_leavesWritesToBeDone();
    void status_countsPending();
    void equalValue_isNotWritten();
};

void tst_Engine::set_isSeenAtOnce()
{
    const auto engine = StorageEngine::memory();
    engine.set("a", "1");
    QCOMPARE(engine.get("a"), std::optional<std::string>("1"));
    QCOMPARE(engine.get("b"), std::optional<std::string>());
}

void tst_Engine::set_isWrittenAtEndOfTurn()
{
    const MemoryArea area;
    const auto engine = StorageEngine::memory(area);
    QVERIFY(engine.load(5s));
    engine.set("a", "1");
    QCOMPARE(area.size(), std::size_t{0});
    QTRY_COMPARE(area.value("a"), std::optional<std::string>("1"));
    QTRY_COMPARE(engine.pending().get(), std::size_t{0});
}

void tst_Engine::emptyEngine_isLoadedByLoad()
{
    const auto engine = StorageEngine::memory();
    QVERIFY(engine.load(5s));
    QVERIFY(engine.isLoaded());
    QCOMPARE(engine.status().get().state, EngineState::Live);
    QVERIFY(engine.traits().has_value());
    QVERIFY(!engine.place().empty());
    QVERIFY(engine.writer() != 0);
}

void tst_Engine::secondEngine_seesWhatTheFirstHasWritten()
{
    const MemoryArea area;
    const auto a = StorageEngine::memory(area);
    a.set("x", "1");
    QVERIFY(a.flushNow(5s));
    const auto b = StorageEngine::memory(area);
    QVERIFY(b.load(5s));
    QCOMPARE(b.get("x"), std::optional<std::string>("1"));
    b.set("x", "2");
    QVERIFY(b.flushNow(5s));
    QTRY_COMPARE(a.get("x"), std::optional<std::string>("2"));
}

void tst_Engine::change_arrivesAsOneBatch()
{
    const MemoryArea area;
    const auto a = StorageEngine::memory(area);
    const auto b = StorageEngine::memory(area);
    const auto x = persistentAtom(b, "x", 0);
    const auto y = persistentAtom(b, "y", 0);
    std::vector<int> sums;
    const auto sum = computed(x, y, [](int first, int second) { return first + second; });
    const auto subscription = sum.listen([&](int value) { sums.push_back(value); });
    a.set("x", "1");
    a.set("y", "2");
    QVERIFY(a.flushNow(5s));
    QTRY_COMPARE(sums, std::vector<int>{3});
}

void tst_Engine::sub_isCalledForAllChanges()
{
    const MemoryArea area;
    const auto a = StorageEngine::memory(area);
    const auto b = StorageEngine::memory(area);
    QVERIFY(b.load(5s));
    std::vector<std::optional<std::string>> heard;
    const auto end = b.sub("x", [&](const auto &value) { heard.push_back(value); });
    b.set("x", "1");
    QCOMPARE(heard.size(), std::size_t{1});
    QVERIFY(b.flushNow(5s));
    QTRY_COMPARE(a.get("x"), std::optional<std::string>("1"));
    a.set("x", "2");
    a.set("other", "2");
    QTRY_COMPARE(heard.size(), std::size_t{2});
    a.del("x");
    QTRY_COMPARE(heard.size(), std::size_t{3});
    QCOMPARE(heard, (std::vector<std::optional<std::string>>{"1", "2", std::nullopt}));
    end();
}

void tst_Engine::sub_endsWhenAsked()
{
    const auto engine = StorageEngine::memory();
    int calls = 0;
    const auto end = engine.sub("x", [&](const auto &) { ++calls; });
    engine.set("x", "1");
    end();
    end();
    engine.set("x", "2");
    QCOMPARE(calls, 1);
}

void tst_Engine::sub_thatSetsTheKey_isHeardInOrder()
{
    const auto engine = StorageEngine::memory();
    engine.load(5s);
    const auto trimmed = engine.sub("x", [&](const StorageEngine::RawValue &value) {
        if (value && value->starts_with(' ')) {
            engine.set("x", value->substr(1));
        }
    });
    std::vector<std::string> seen;
    const auto shown =
        engine.sub("x", [&](const StorageEngine::RawValue &value) { seen.push_back(value.value_or("-")); });
    const auto store = persistentAtom(engine, "x", std::string());
    const auto map = persistentMap<std::string, std::string>(engine, "");
    engine.set("x", "  a");
    QCOMPARE(seen.back(), std::string("a"));
    QCOMPARE(store.get(), std::string("a"));
    QCOMPARE(map.get().value("x", {}), std::string("a"));
    trimmed();
    shown();
}

/// Functions that set keys when they hear of some: the last that each hears is what is there, and so are the stores.
void tst_Engine::sub_random()
{
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::minstd_rand random(seed);
        const auto engine = StorageEngine::memory();
        engine.load(5s);
        const auto key = [&] { return std::string(1, static_cast<char>('a' + random() % 3)); };
        int depth = 0;
        const auto step = [&] {
            if (random() % 4 == 0) {
                engine.del(key());
            } else {
                engine.set(key(), std::to_string(random() % 10));
            }
        };
        std::vector<std::map<std::string, std::string>> heard(3);
        std::vector<std::function<void()>> ends;
        for (auto &values : heard) {
            ends.push_back(engine.subAll("", [&](const std::string &name, const StorageEngine::RawValue &value) {
                if (value) {
                    values[name] = *value;
                } else {
                    values.erase(name);
                }
                if (depth < 3 && random() % 3 == 0) {
                    ++depth;
                    step();
                    --depth;
                }
            }));
        }
        const auto map = persistentMap<std::string, std::string>(engine, "");
        for (int i = 0; i < 200; ++i) {
            step();
            const auto entries = engine.entries();
            const std::map<std::string, std::string> there(entries.begin(), entries.end());
            for (const auto &values : heard) {
                QCOMPARE(values, there);
            }
            const auto shown = map.get();
            QCOMPARE((std::map<std::string, std::string>(shown.begin(), shown.end())), there);
        }
        for (const auto &end : ends) {
            end();
        }
    }
}

void tst_Engine::subAll_isCalledWithKeys()
{
    const auto engine = StorageEngine::memory();
    std::map<std::string, std::string> heard;
    const auto end =
        engine.subAll("cart/", [&](const auto &key, const auto &value) { heard[key] = value.value_or("-"); });
    engine.set("cart/1", "a");
    engine.set("cart/2", "b");
    engine.set("cars/2", "b");
    engine.del("cart/1");
    QCOMPARE(heard, (std::map<std::string, std::string>{{"cart/1", "-"}, {"cart/2", "b"}}));
    end();
}

void tst_Engine::del_removesKey()
{
    const MemoryArea area;
    const auto engine = StorageEngine::memory(area);
    engine.set("a", "1");
    QVERIFY(engine.flushNow(5s));
    engine.del("a");
    QCOMPARE(engine.get("a"), std::optional<std::string>());
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(area.size(), std::size_t{0});
}

void tst_Engine::clear_deletesKeysWithPrefix()
{
    const auto engine = StorageEngine::memory();
    for (const char *key : {"a/1", "a/2", "b/1"}) {
        engine.set(key, "x");
    }
    engine.clear("a/");
    QCOMPARE(engine.keys(), std::vector<std::string>{"b/1"});
    engine.clear();
    QVERIFY(engine.keys().empty());
}

void tst_Engine::keys_areInOrder()
{
    const auto engine = StorageEngine::memory();
    for (const char *key : {"b", "a", "c", "ab"}) {
        engine.set(key, key);
        QVERIFY(engine.flushNow(5s));
    }
    engine.set("aa", "aa");
    QCOMPARE(engine.keys("a"), (std::vector<std::string>{"a", "aa", "ab"}));
    QCOMPARE(engine.entries("b"), (std::vector<std::pair<std::string, std::string>>{{"b", "b"}}));
}

void tst_Engine::bytes_areKept()
{
    const MemoryArea area;
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes.push_back(static_cast<char>(i));
    }
    {
        const auto engine = StorageEngine::memory(area);
        engine.set("bytes", bytes);
        engine.set("empty", "");
        QVERIFY(engine.flushNow(5s));
    }
    const auto engine = StorageEngine::memory(area);
    QCOMPARE(engine.get("bytes"), std::optional(bytes));
    QCOMPARE(engine.get("empty"), std::optional<std::string>(""));
}

void tst_Engine::versionOf_growsWithEachWrite()
{
    const auto engine = StorageEngine::memory();
    QCOMPARE(engine.versionOf("a"), std::uint64_t{0});
    engine.set("a", "1");
    QVERIFY(engine.flushNow(5s));
    const auto first = engine.versionOf("a");
    QVERIFY(first > 0);
    engine.set("a", "2");
    QCOMPARE(engine.versionOf("a"), first); // not written yet
    QVERIFY(engine.flushNow(5s));
    QVERIFY(engine.versionOf("a") > first);
}

void tst_Engine::writtenBy_namesTheEngine()
{
    const MemoryArea area;
    const auto a = StorageEngine::memory(area);
    const auto b = StorageEngine::memory(area);
    QCOMPARE(b.writtenBy("x"), std::uint64_t{0});
    a.set("x", "1");
    QVERIFY(a.flushNow(5s));
    QTRY_COMPARE(b.writtenBy("x"), a.writer());
    QVERIFY(a.writer() != b.writer());
}

void tst_Engine::compareAndSet_writesIfVersionIsTheSame()
{
    const MemoryArea area;
    const auto engine = StorageEngine::memory(area);
    QVERIFY(engine.load(5s));
    const auto task = engine.compareAndSet("n", 0, "1");
    QVERIFY(!task.done());
    QTRY_VERIFY(task.done());
    QVERIFY(task.result());
    QCOMPARE(engine.get("n"), std::optional<std::string>("1"));
    const auto next = engine.compareAndSet("n", engine.versionOf("n"), "2");
    QTRY_VERIFY(next.done());
    QVERIFY(next.result());
    QCOMPARE(area.value("n"), std::optional<std::string>("2"));
}

void tst_Engine::compareAndSet_refusesOtherVersion()
{
    const MemoryArea area;
    const auto a = StorageEngine::memory(area);
    const auto b = StorageEngine::memory(area);
    QVERIFY(b.load(5s));
    a.set("n", "a");
    QVERIFY(a.flushNow(5s));
    const auto task = b.compareAndSet("n", 0, "b");
    QTRY_VERIFY(task.done());
    QVERIFY(!task.result());
    QCOMPARE(b.get("n"), std::optional<std::string>("a"));
    QCOMPARE(area.value("n"), std::optional<std::string>("a"));
}

void tst_Engine::flush_endsWhenAllIsWritten()
{
    const MemoryArea area;
    const auto engine = StorageEngine::memory(area);
    const auto count = persistentAtom(engine, "count", 0);
    count.set(7);
    const auto task = engine.flush();
    QTRY_VERIFY(task.done());
    task.result();
    QCOMPARE(area.value("count"), std::optional<std::string>("7"));
}

void tst_Engine::flush_withNothingToWriteEnds()
{
    const auto engine = StorageEngine::memory();
    const auto task = engine.flush();
    QTRY_VERIFY(task.done());
    task.result();
}

void tst_Engine::lastHandle_leavesWritesToBeDone()
{
    const MemoryArea area;
    {
        const auto engine = StorageEngine::memory(area);
        QVERIFY(engine.load(5s));
        engine.set("a", "1");
    }
    QTRY_COMPARE(area.value("a"), std::optional<std::string>("1"));
}

void tst_Engine::status_countsPending()
{
    const auto engine = StorageEngine::memory();
    QVERIFY(engine.load(5s));
    std::vector<std::size_t> heard;
    const auto subscription = engine.pending().listen([&](std::size_t count) { heard.push_back(count); });
    engine.set("a", "1");
    engine.set("b", "1");
    QTRY_COMPARE(heard, (std::vector<std::size_t>{2, 0}));
}

void tst_Engine::equalValue_isNotWritten()
{
    const MemoryArea area;
    const auto engine = StorageEngine::memory(area);
    engine.set("a", "1");
    QVERIFY(engine.flushNow(5s));
    const auto version = engine.versionOf("a");
    engine.set("a", "1");
    engine.set("a", "2");
    engine.set("a", "1");
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(engine.versionOf("a"), version);
}

QTEST_GUILESS_MAIN(tst_Engine)
#include "tst_engine.moc"
