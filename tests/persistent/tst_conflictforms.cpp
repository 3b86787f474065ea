// SPDX-License-Identifier: MIT
#include "support/two.h"

#include <nanostores/persistent.h>

#include <QTest>

#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Two;

/// What is compared in a conflict: equal values, values of former schemas, and those that a store has not heard of.
class tst_ConflictForms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameValue_isNoConflict();
    void sameValue_endsTheConflict();
    void sameValue_isMergedAllTheSame();
    void withoutListening_isCompared_data();
    void withoutListening_isCompared();
    void withoutListening_random();
    void formerForms_areMigrated();
    void compareAndSet_withoutListening();
};

void tst_ConflictForms::sameValue_isNoConflict()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = reject});
    const auto map = persistentMap<std::string, int>(t.second, "m/", {}, {.onConflict = reject});
    t.write("x", "5");
    t.write("m/a", "6");
    mine.set(5);
    map.setKey("a", 6);
    QVERIFY(t.second.flushNow(5s));
    QVERIFY(!conflictOf(mine).get() && !conflictOf(map).get());
    mine.set(7); // on top of theirs
    map.removeKey("a");
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("x") + t.value("m/a"), std::string("7-"));
}

void tst_ConflictForms::sameValue_endsTheConflict()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = reject});
    t.write("x", "5");
    mine.set(2);
    QVERIFY(!t.second.flushNow(5s));
    QVERIFY(conflictOf(mine).get().has_value());
    mine.set(5); // by hand, instead of takeTheirs()
    QVERIFY(t.second.flushNow(5s));
    QVERIFY(!conflictOf(mine).get().has_value());
    QCOMPARE(t.second.status().get().conflicts + t.second.status().get().pending, std::size_t{0});
}

void tst_ConflictForms::sameValue_isMergedAllTheSame()
{
    const Two t;
    const auto sum = merge([](int base, int mine, int theirs) { return mine + theirs - base; });
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = sum});
    t.write("x", "1");
    mine.set(1);
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("x"), std::string("2"));
}

void tst_ConflictForms::withoutListening_isCompared_data()
{
    QTest::addColumn<bool>("takes");
    QTest::newRow("theirs") << true;
    QTest::newRow("mine") << false;
}

/// A form that is being edited: others do not change it, and are not overwritten unseen.
void tst_ConflictForms::withoutListening_isCompared()
{
    QFETCH(bool, takes);
    const Two t;
    t.write("x", "1");
    t.faults.dropWakes(false);
    QTRY_COMPARE(t.second.get("x"), std::optional<std::string>("1"));
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = reject, .listen = false});
    for (const char *value : {"5", "6"}) {
        t.write("x", value);
        QTRY_COMPARE(t.second.get("x"), std::optional<std::string>(value));
    }
    QCOMPARE(mine.get(), 1);
    mine.set(2);
    QVERIFY(!t.second.flushNow(5s));
    QCOMPARE(t.value("x"), std::string("6"));
    const auto conflict = conflictOf(mine).get();
    QVERIFY(conflict.has_value());
    QCOMPARE((std::vector<int>{conflict->base, conflict->mine, conflict->theirs}), (std::vector<int>{1, 2, 6}));
    takes ? conflict->takeTheirs() : conflict->keepMine();
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(mine.get(), takes ? 6 : 2);
    QCOMPARE(t.value("x"), std::to_string(mine.get()));
    mine.set(9); // on top of it
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("x"), std::string("9"));
}

/// Two editors of one map that do not listen: what one has written goes only with the word of the other.
void tst_ConflictForms::withoutListening_random()
{
    for (unsigned seed = 1; seed <= 10; ++seed) {
        std::minstd_rand random(seed);
        const MemoryArea area;
        std::vector<StorageEngine> engines;
        std::vector<Map<std::string, int>> maps;
        for (int i = 0; i < 2; ++i) {
            engines.push_back(StorageEngine::memory(area));
            engines.back().load(5s);
            maps.push_back(
                persistentMap<std::string, int>(engines.back(), "", {}, {.onConflict = reject, .listen = false}));
        }
        for (int step = 1; step <= 60; ++step) {
            const std::size_t who = random() % 2;
            const std::string key(1, static_cast<char>('a' + random() % 3));
            const auto stored = area.value(key);
            const auto had = maps[who].get();
            const bool knows = stored.value_or("-") == (had.contains(key) ? std::to_string(had.value(key, 0)) : "-");
            maps[who].setKey(key, step);
            if (random() % 2) {
                QTRY_COMPARE(engines[who].get(key), std::optional(std::to_string(step)));
            }
            static_cast<void>(engines[who].flushNow(5s));
            const auto conflict = conflictOf(maps[who]).get();
            QCOMPARE(conflict.has_value(), !knows);
            QCOMPARE(area.value(key), knows ? std::optional(std::to_string(step)) : stored);
            if (conflict) {
                random() % 2 ? conflict->takeTheirs() : conflict->keepMine();
                QVERIFY(engines[who].flushNow(5s));
                QCOMPARE(area.value(key).value_or("-"),
                         maps[who].get().contains(key) ? std::to_string(maps[who].get().value(key, 0)) : "-");
            }
            for (const auto &engine : engines) {
                QTRY_COMPARE(engine.get(key), area.value(key));
            }
        }
    }
}

/// In a conflict, values of former schemas are those of the present one, as everywhere else.
void tst_ConflictForms::formerForms_areMigrated()
{
    const Two t;
    const auto forms = schema(2, from<1>([](const QJsonValue &pixels) { return pixels.toInt() * 10; }));
    const auto former = persistentAtom(t.first, "x", 0, {.schema = schema(1)});
    const auto formerMap = persistentMap<std::string, int>(t.first, "m/", {}, {.schema = schema(1)});
    former.set(1);
    formerMap.setKey("a", 1);
    QVERIFY(t.first.flushNow(5s));
    t.faults.dropWakes(false);
    QTRY_COMPARE(t.second.get("m/a"), std::optional<std::string>("1"));
    t.faults.dropWakes(true);
    std::vector<int> merged;
    const auto remember = merge([&](int base, int mine, int theirs) {
        merged.insert(merged.end(), {base, mine, theirs});
        return mine + theirs - base;
    });
    const auto store = persistentAtom(t.second, "x", 0, {.schema = forms, .onConflict = remember});
    const auto map = persistentMap<std::string, int>(t.second, "m/", {}, {.schema = forms, .onConflict = reject});
    QCOMPARE(store.get(), 10);
    former.set(2);
    formerMap.setKey("a", 3);
    QVERIFY(t.first.flushNow(5s));
    store.set(15);
    map.setKey("a", 15);
    static_cast<void>(t.second.flushNow(5s));
    QCOMPARE(merged, (std::vector<int>{10, 15, 20}));
    const auto conflict = conflictOf(map).get();
    QVERIFY(conflict.has_value());
    QCOMPARE((std::vector<int>{conflict->base, conflict->mine, conflict->theirs}), (std::vector<int>{10, 15, 30}));
    conflict->takeTheirs();
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(map.get().value("a", 0), 30);
    QCOMPARE(t.value("x"), std::string("25"));
}

void tst_ConflictForms::compareAndSet_withoutListening()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0, {.listen = false});
    QVERIFY(compareAndSet(mine, 1, 2).done());
    t.faults.dropWakes(false);
    t.write("x", "5");
    QTRY_COMPARE(t.second.get("x"), std::optional<std::string>("5"));
    const auto task = compareAndSet(mine, 0, 2); // which the store has, and the storage has not
    QVERIFY(t.second.flushNow(5s));
    QVERIFY(!task.result());
    QCOMPARE(t.value("x"), std::string("5"));
}

QTEST_GUILESS_MAIN(tst_ConflictForms)
#include "tst_conflictforms.moc"
