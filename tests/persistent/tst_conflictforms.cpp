// SPDX-License-Identifier: MIT
#include "support/two.h"

#include <nanostores/persistent.h>
#include <nanostores/qt.h>

#include <QCoreApplication>
#include <QTest>

#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Two;

namespace {

#define SIZE(FIELD) FIELD(int, width) FIELD(int, height) FIELD(int, depth)
struct Size
{
    Q_GADGET
    NANOSTORES_STRUCT(Size, SIZE)
};

} // namespace

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
    void otherWrite_endsTheConflict_data();
    void otherWrite_endsTheConflict();
    void compareAndSet_doesNotWaitForEver_data();
    void compareAndSet_doesNotWaitForEver();
    void writeThatIsRefused_leavesOthersTogether();
    void refusedMembers_areNotWritten();
    void flush_writesAllOthers_data();
    void flush_writesAllOthers();
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

void tst_ConflictForms::otherWrite_endsTheConflict_data()
{
    QTest::addColumn<QString>("by");
    for (const char *by : {"engine", "last write wins", "rejecting"}) {
        QTest::newRow(by) << QString::fromUtf8(by);
    }
}

/// By the program itself, with another store of the key: the first one waits for nothing any more.
void tst_ConflictForms::otherWrite_endsTheConflict()
{
    QFETCH(QString, by);
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = reject});
    t.write("x", "5");
    mine.set(2);
    QVERIFY(!t.second.flushNow(5s));
    QVERIFY(conflictOf(mine).get().has_value());
    const bool isRejecting = by == QLatin1String("rejecting");
    const auto other =
        isRejecting ? persistentAtom(t.second, "x", 0, {.onConflict = reject}) : persistentAtom(t.second, "x", 0);
    if (by == QLatin1String("engine")) {
        t.second.set("x", "7");
    } else {
        other.set(7);
    }
    QCOMPARE(t.second.flushNow(5s), !isRejecting);
    QCOMPARE(mine.get(), 7);
    QVERIFY(!conflictOf(mine).get().has_value());
    QCOMPARE(conflictOf(other).get().has_value(), isRejecting);
    if (isRejecting) {
        conflictOf(other).get()->keepMine();
        QVERIFY(t.second.flushNow(5s));
    }
    QCOMPARE(t.value("x"), std::string("7"));
    QCOMPARE(t.second.status().get().conflicts, std::size_t{0});
}

void tst_ConflictForms::compareAndSet_doesNotWaitForEver_data()
{
    QTest::addColumn<bool>("isLarge");
    QTest::newRow("too large") << true;
    QTest::newRow("newer") << false;
}

/// Behind a write of the same key that waits for the program.
void tst_ConflictForms::compareAndSet_doesNotWaitForEver()
{
    QFETCH(bool, isLarge);
    const MemoryArea area;
    const auto engine = StorageEngine::memory(area);
    engine.load(5s);
    if (!isLarge) {
        const auto newer = persistentAtom(engine, "x", std::string(), {.schema = schema(2)});
        newer.set("newer");
        QVERIFY(engine.flushNow(5s));
    }
    const auto store = persistentAtom(engine, "x", std::string(), {.schema = schema(1)});
    store.set(isLarge ? std::string(std::size_t{17} * 1024 * 1024, 'x') : "mine");
    QVERIFY(!engine.flushNow(5s));
    const auto task = compareAndSet(store, store.get(), std::string("next"));
    QTRY_VERIFY(task.done());
    QVERIFY_THROWS_EXCEPTION(EngineError, static_cast<void>(task.result()));
    if (isLarge) {
        store.set("small");
        const auto again = compareAndSet(store, std::string("small"), std::string("next"));
        QVERIFY(engine.flushNow(5s));
        QVERIFY(again.result());
    }
}

/// One write that is refused is found by writing one by one; what is set after it is one transaction again.
void tst_ConflictForms::writeThatIsRefused_leavesOthersTogether()
{
    const Two t;
    t.second.set("\xff", "no UTF-8");
    t.second.set("a", "1");
    QVERIFY(!t.second.flushNow(5s));
    QTRY_COMPARE(t.value("a"), std::string("1"));
    const int before = t.faults.applies();
    for (int i = 0; i < 50; ++i) {
        t.second.set("b" + std::to_string(i), "1");
    }
    static_cast<void>(t.second.flushNow(5s));
    QTRY_COMPARE(t.value("b49"), std::string("1"));
    QTRY_COMPARE(t.second.pending().get(), std::size_t{1});
    QVERIFY2(t.faults.applies() - before < 5, std::to_string(t.faults.applies() - before).c_str());
}

/// A hook has refused what another program has written: the program does not write its own over it, unless it is set.
void tst_ConflictForms::refusedMembers_areNotWritten()
{
    const Two t;
    const auto size = persistentMap(t.second, "s/", Size{});
    const auto refused = onSet(size, [](SetEvent<Record<Size>> &event) {
        if (event.newValue().width > 100) {
            event.abort();
        }
    });
    t.faults.dropWakes(false);
    t.first.set("s/width", "1000");
    t.first.set("s/height", "20");
    QVERIFY(t.first.flushNow(5s));
    QTRY_COMPARE(t.second.get("s/height"), std::optional<std::string>("20"));
    QCOMPARE(size.get().width + size.get().height, 0);
    size.setKey(&Size::depth, 3);
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("s/width") + ' ' + t.value("s/height") + ' ' + t.value("s/depth"), std::string("1000 20 3"));
    size.setKey(&Size::width, 4);
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("s/width") + ' ' + t.value("s/height"), std::string("4 20"));
}

void tst_ConflictForms::flush_writesAllOthers_data()
{
    QTest::addColumn<bool>("isLarge");
    QTest::newRow("conflict") << false;
    QTest::newRow("too large") << true;
}

/// One write that waits for the program does not end it for the others, as when the program ends. What is set while a
/// transaction is on its way goes with the next one.
void tst_ConflictForms::flush_writesAllOthers()
{
    QFETCH(bool, isLarge);
    const Two t;
    const auto mine = persistentAtom(t.second, "x", std::string(), {.onConflict = reject});
    t.write("x", "theirs");
    mine.set(isLarge ? std::string(std::size_t{17} * 1024 * 1024, 'x') : "mine");
    QVERIFY(!t.second.flushNow(5s));
    for (int i = 0; i < 50; ++i) {
        t.second.set("a", std::to_string(i));
        QCoreApplication::processEvents(); // sends it
        t.second.set("b", std::to_string(i));
        QVERIFY(!t.second.flushNow(5s));
        QCOMPARE(t.value("a") + ' ' + t.value("b"), std::to_string(i) + ' ' + std::to_string(i));
        QCOMPARE(t.second.pending().get(), std::size_t{1});
    }
}

QTEST_GUILESS_MAIN(tst_ConflictForms)
#include "tst_conflictforms.moc"
