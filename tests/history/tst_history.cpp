// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/history.h>

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <string>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using support::CallRecorder;

static_assert(UndoableStore<Atom<int>> && UndoableStore<Map<std::string, int>> && UndoableStore<Signal<int>>);
static_assert(!UndoableStore<Computed<int>>);

namespace {

struct Profile
{
    std::string name;
    int age = 0;
    friend bool operator==(const Profile &, const Profile &) = default;
};

struct Settings
{
    std::vector<Profile> users;
    int size = 0;
    friend bool operator==(const Settings &, const Settings &) = default;
};

std::vector<std::string> textsOf(const History &edits)
{
    std::vector<std::string> texts;
    for (const HistoryStep &step : edits.steps.get()) {
        texts.push_back((step.done ? "" : "~") + step.text);
    }
    return texts;
}

} // namespace

class tst_History : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void undo_atom();
    void undo_record();
    void undo_deepMap();
    void undo_signal();
    void undo_nothingThereIsFalse();
    void undo_repeatedTooOftenLosesNothing();
    void undo_severalStoresInTheirOrder();
    void undo_ofAValueThatCannotBeCompared();
    void redo_goesWithTheNextStep();
    void redo_staysIfATurnChangesNothing();
    void goTo_isOneBatch();
    void goTo_outOfRangeIsFalse();
    void clear_forgetsAllSteps();
    void group_isOneStep();
    void group_theOuterOneCounts();
    void group_withoutAChangeIsNoStep();
    void group_nothingIsUndoneMeanwhile();
    void group_returnsWhatTheFunctionReturns();
    void untracked_isNoStep();
    void untracked_stepsThatNoLongerFitGo();
    void untracked_stepsOfOtherStoresStay();
    void untracked_theFutureThatNoLongerFitsGoes();
    void untracked_effectsAreUntrackedToo();
    void setClean_holdsUntilTheNextStep();
    void setClean_comesBackByUndo();
    void setClean_isLostWithAFutureThatGoes();
    void setClean_keepsTheNextWriteFromMerging();
    void texts_areThoseOfGroups();
    void texts_ofTheOptions();
    void touched_namesStoresAndKeys();
    void stores_notifyOncePerTurn();
    void stores_outliveTheHistory();
    void track_twiceIsOnce();
    void handle_theLastOneEndsIt();
    void mounts_nothing();
    void twoHistories_ofOneStore();
};

void tst_History::undo_atom()
{
    const auto count = atom(1);
    const auto edits = history(count);
    QVERIFY(!edits.canUndo.get());
    count.set(2);
    count.set(3);
    QVERIFY(edits.canUndo.get() && !edits.canRedo.get());

    QVERIFY(edits.undo());
    QCOMPARE(count.get(), 2);
    QVERIFY(edits.canUndo.get() && edits.canRedo.get());
    QVERIFY(edits.undo());
    QCOMPARE(count.get(), 1);
    QVERIFY(!edits.canUndo.get());
    QVERIFY(edits.redo());
    QVERIFY(edits.redo());
    QCOMPARE(count.get(), 3);
    QVERIFY(!edits.canRedo.get());
}

void tst_History::undo_record()
{
    const auto profile = map(Profile{"Ada", 36});
    const auto edits = history(profile);
    profile.setKey(&Profile::age, 37);
    profile.set({"Grace", 40});
    QVERIFY(edits.undo());
    QCOMPARE(profile.get(), (Profile{"Ada", 37}));
    QVERIFY(edits.undo());
    QCOMPARE(profile.get(), (Profile{"Ada", 36}));
    QVERIFY(edits.redo());
    QCOMPARE(profile.get(), (Profile{"Ada", 37}));
}

void tst_History::undo_deepMap()
{
    const auto settings = deepMap(Settings{{{"Ada", 36}}, 1});
    const auto edits = history(settings);
    settings.setKey(path(&Settings::users, 0, &Profile::name), "Grace");
    settings.setKey(&Settings::size, 2);
    QVERIFY(edits.undo());
    QVERIFY(edits.undo());
    QCOMPARE(settings.get(), (Settings{{{"Ada", 36}}, 1}));
    QVERIFY(edits.redo());
    QCOMPARE(settings.get().users.front().name, std::string("Grace"));
}

void tst_History::undo_signal()
{
    const auto count = signal(1);
    const auto edits = history(count);
    count(5);
    QVERIFY(edits.undo());
    QCOMPARE(count(), 1);
}

void tst_History::undo_nothingThereIsFalse()
{
    const auto count = atom(1);
    const auto edits = history(count);
    QVERIFY(!edits.undo());
    QVERIFY(!edits.redo());
}

void tst_History::undo_repeatedTooOftenLosesNothing()
{
    const auto count = atom(0);
    const auto edits = history(count);
    for (int i = 1; i <= 3; ++i) {
        count.set(i);
    }
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(edits.undo(), i < 3);
    }
    QCOMPARE(count.get(), 0);
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(edits.redo(), i < 3);
    }
    QCOMPARE(count.get(), 3);
}

void tst_History::undo_severalStoresInTheirOrder()
{
    const auto title = atom("a");
    const auto size = atom(1);
    const auto edits = history(title, size);
    title.set("b");
    size.set(2);
    batch([&] {
        title.set("c");
        size.set(3);
    });
    QCOMPARE(edits.position.get(), std::size_t{3});
    QVERIFY(edits.undo());
    QCOMPARE(title.get(), std::string("b"));
    QCOMPARE(size.get(), 2);
    QVERIFY(edits.undo());
    QCOMPARE(size.get(), 1);
    QCOMPARE(title.get(), std::string("b"));
}

void tst_History::undo_ofAValueThatCannotBeCompared()
{
    struct Opaque
    {
        int number;
    };
    const auto store = atom(Opaque{1});
    const auto edits = history(store);
    const auto unbind = onSet(store, [] {});
    store.set({2});
    QVERIFY(edits.undo());
    QCOMPARE(store.get().number, 1);
    QVERIFY(edits.redo());
    QCOMPARE(store.get().number, 2);
}

void tst_History::redo_goesWithTheNextStep()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    edits.undo();
    QVERIFY(edits.canRedo.get());
    count.set(2);
    QVERIFY(!edits.canRedo.get());
    QVERIFY(!edits.redo());
    QCOMPARE(edits.steps.get().size(), std::size_t{1});
}

void tst_History::redo_staysIfATurnChangesNothing()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    edits.undo();
    batch([&] {
        count.set(5);
        count.set(0);
    });
    QVERIFY(edits.redo());
    QCOMPARE(count.get(), 1);
}

void tst_History::goTo_isOneBatch()
{
    const auto count = atom(0);
    const auto edits = history(count);
    for (int i = 1; i <= 5; ++i) {
        count.set(i);
    }
    const CallRecorder<int> calls;
    const auto listening = count.listen(calls);
    QVERIFY(edits.goTo(1));
    QCOMPARE(calls.take(), QList<int>{1});
    QVERIFY(edits.goTo(4));
    QCOMPARE(calls.take(), QList<int>{4});
    QVERIFY(edits.goTo(4));
    QCOMPARE(calls.take(), QList<int>());
    QVERIFY(edits.redo());
    QCOMPARE(count.get(), 5);
}

void tst_History::goTo_outOfRangeIsFalse()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    QVERIFY(!edits.goTo(2));
    QVERIFY(edits.goTo(0));
    QCOMPARE(count.get(), 0);
}

void tst_History::clear_forgetsAllSteps()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    count.set(2);
    edits.undo();
    edits.clear();
    QVERIFY(!edits.canUndo.get() && !edits.canRedo.get());
    QVERIFY(!edits.isClean.get());
    QCOMPARE(count.get(), 1);
}

void tst_History::group_isOneStep()
{
    const auto count = atom(0);
    const auto title = atom("a");
    const auto edits = history(count, title);
    {
        const auto group = edits.group("Both");
        count.set(1);
        title.set("b");
        count.set(2);
    }
    QCOMPARE(edits.position.get(), std::size_t{1});
    QVERIFY(edits.undo());
    QCOMPARE(count.get(), 0);
    QCOMPARE(title.get(), std::string("a"));
    QVERIFY(edits.redo());
    QCOMPARE(count.get(), 2);
}

void tst_History::group_theOuterOneCounts()
{
    const auto count = atom(0);
    const auto edits = history(count);
    edits.group("Outer", [&] {
        count.set(1);
        edits.group("Inner", [&] { count.set(2); });
        count.set(3);
    });
    QCOMPARE(textsOf(edits), std::vector<std::string>{"Outer"});
}

void tst_History::group_withoutAChangeIsNoStep()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    edits.undo();
    edits.group("Nothing", [&] {
        count.set(5);
        count.set(0);
    });
    QVERIFY(!edits.canUndo.get());
    QVERIFY(edits.redo());
}

void tst_History::group_nothingIsUndoneMeanwhile()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    auto group = edits.group();
    QVERIFY(!edits.canUndo.get());
    QVERIFY(!edits.isClean.get());
    count.set(2);
    QVERIFY(!edits.undo());
    QVERIFY(!edits.goTo(0));
    group.end();
    QVERIFY(edits.canUndo.get());
    QVERIFY(edits.undo());
    QCOMPARE(count.get(), 1);
}

void tst_History::group_returnsWhatTheFunctionReturns()
{
    const auto count = atom(0);
    const auto edits = history(count);
    QCOMPARE(edits.group("Set",
                         [&] {
                             count.set(1);
                             return 7;
                         }),
             7);
    QCOMPARE(edits.untracked([] { return 8; }), 8);
}

void tst_History::untracked_isNoStep()
{
    const auto count = atom(0);
    const auto edits = history(count);
    edits.untracked([&] { count.set(1); });
    QVERIFY(!edits.canUndo.get());
}

void tst_History::untracked_stepsThatNoLongerFitGo()
{
    const auto count = atom(0);
    const auto title = atom("a");
    const auto edits = history(count, title);
    title.set("b");
    count.set(1);
    title.set("c");
    edits.untracked([&] { count.set(9); });
    QCOMPARE(edits.position.get(), std::size_t{1}); // the last one alone: it changed the title
    QVERIFY(edits.undo());
    QVERIFY(!edits.undo());
    QCOMPARE(title.get(), std::string("b"));
    QCOMPARE(count.get(), 9);
}

void tst_History::untracked_stepsOfOtherStoresStay()
{
    const auto count = atom(0);
    const auto title = atom("a");
    const auto edits = history(count, title);
    title.set("b");
    title.set("c");
    edits.untracked([&] { count.set(9); });
    QVERIFY(edits.goTo(0));
    QCOMPARE(title.get(), std::string("a"));
}

void tst_History::untracked_theFutureThatNoLongerFitsGoes()
{
    const auto count = atom(0);
    const auto title = atom("a");
    const auto edits = history(count, title);
    title.set("b");
    count.set(1);
    title.set("c");
    edits.goTo(0);
    edits.untracked([&] { count.set(9); });
    QCOMPARE(edits.steps.get().size(), std::size_t{1});
    QVERIFY(edits.redo());
    QCOMPARE(title.get(), std::string("b"));
    QVERIFY(!edits.redo());
}

void tst_History::untracked_effectsAreUntrackedToo()
{
    const auto count = atom(0);
    const auto twice = atom(0);
    const auto doubling = effect(count, [&](int n) { twice.set(2 * n); });
    const auto edits = history(count, twice);
    edits.untracked([&] { count.set(4); });
    QCOMPARE(twice.get(), 8);
    QVERIFY(!edits.canUndo.get());
}

void tst_History::setClean_holdsUntilTheNextStep()
{
    const auto count = atom(0);
    const auto edits = history(count);
    QVERIFY(edits.isClean.get());
    count.set(1);
    QVERIFY(!edits.isClean.get());
    edits.setClean();
    QVERIFY(edits.isClean.get());
    count.set(2);
    QVERIFY(!edits.isClean.get());
}

void tst_History::setClean_comesBackByUndo()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    edits.setClean();
    count.set(2);
    edits.undo();
    QVERIFY(edits.isClean.get());
    edits.undo();
    QVERIFY(!edits.isClean.get());
    edits.redo();
    QVERIFY(edits.isClean.get());
}

void tst_History::setClean_isLostWithAFutureThatGoes()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    edits.setClean();
    edits.undo();
    count.set(2);
    QVERIFY(!edits.isClean.get());
    edits.undo();
    QVERIFY(!edits.isClean.get());
}

void tst_History::setClean_keepsTheNextWriteFromMerging()
{
    const auto count = atom(0);
    const auto edits = history({.mergeWithin = 1h}, count);
    count.set(1);
    edits.setClean();
    count.set(2);
    QVERIFY(edits.undo());
    QCOMPARE(count.get(), 1);
    QVERIFY(edits.isClean.get());
}

void tst_History::texts_areThoseOfGroups()
{
    const auto count = atom(0);
    const auto edits = history(count);
    edits.group("One", [&] { count.set(1); });
    edits.group("Two", [&] { count.set(2); });
    QCOMPARE(edits.undoText.get(), std::string("Two"));
    QCOMPARE(edits.redoText.get(), std::string());
    edits.undo();
    QCOMPARE(edits.undoText.get(), std::string("One"));
    QCOMPARE(edits.redoText.get(), std::string("Two"));
    QCOMPARE(textsOf(edits), (std::vector<std::string>{"One", "~Two"}));
}

void tst_History::texts_ofTheOptions()
{
    const auto count = atom(0);
    const auto edits = history({.text = "Edit"}, count);
    count.set(1);
    edits.group("Named", [&] { count.set(2); });
    QCOMPARE(textsOf(edits), (std::vector<std::string>{"Edit", "Named"}));
}

void tst_History::touched_namesStoresAndKeys()
{
    const auto count = atom(0).named("count");
    const auto ages = map<std::string, int>().named("ages");
    const auto edits = history(count, ages);
    batch([&] {
        ages.setKey("Ada", 36);
        count.set(1);
        ages.setKey("Grace", 40);
    });
    const std::vector<HistoryTouch> expected{{"ages", {"Ada", "Grace"}}, {"count", {}}};
    QCOMPARE(edits.touched(0), expected);
    QVERIFY(edits.touched(1).empty());
}

void tst_History::stores_notifyOncePerTurn()
{
    const auto count = atom(0);
    const auto twice = atom(0);
    const auto doubling = effect(count, [&](int n) { twice.set(2 * n); });
    const auto edits = history(count, twice);
    const CallRecorder<std::size_t> positions;
    const CallRecorder<bool> can;
    const auto listening = edits.position.listen(positions);
    const auto watching = edits.canUndo.listen(can);
    count.set(1);
    count.set(2);
    QCOMPARE(positions.take(), (QList<std::size_t>{1, 2}));
    QCOMPARE(can.take(), QList<bool>{true});
    edits.goTo(0);
    QCOMPARE(positions.take(), QList<std::size_t>{0});
    batch([&] {
        count.set(7);
        count.set(0);
    });
    QCOMPARE(positions.take(), QList<std::size_t>{});
    QCOMPARE(can.take(), QList<bool>{false});
}

void tst_History::stores_outliveTheHistory()
{
    const auto count = atom(0);
    auto edits = std::make_unique<History>(history(count));
    const auto canUndo = edits->canUndo;
    const auto listening = canUndo.listen([](bool) {});
    count.set(1);
    edits.reset();
    count.set(2);
    QVERIFY(canUndo.get());
}

void tst_History::track_twiceIsOnce()
{
    const auto count = atom(0);
    const auto edits = history(count);
    edits.track(count);
    count.set(1);
    QVERIFY(edits.undo());
    QCOMPARE(count.get(), 0);
    QVERIFY(!edits.undo());
}

void tst_History::handle_theLastOneEndsIt()
{
    const auto count = atom(0);
    {
        const auto edits = history(count);
        const auto other = edits;
        count.set(1);
        QVERIFY(other.undo());
    }
    QVERIFY(!count.node()->has(detail::HooksNotify));
    count.set(5);
    QCOMPARE(count.get(), 5);
}

void tst_History::mounts_nothing()
{
    const auto count = atom(0);
    int mounts = 0;
    const auto unbind = onMount(count, [&] { ++mounts; });
    const auto edits = history(count);
    count.set(1);
    edits.undo();
    QCOMPARE(mounts, 0);
}

void tst_History::twoHistories_ofOneStore()
{
    const auto count = atom(0);
    const auto first = history(count);
    const auto second = history(count);
    count.set(1);
    QVERIFY(first.undo());
    QCOMPARE(count.get(), 0);
    QCOMPARE(second.position.get(), std::size_t{2}); // to it, that is another write
    QVERIFY(second.undo());
    QCOMPARE(count.get(), 1);
}

QTEST_GUILESS_MAIN(tst_History)

#include "tst_history.moc"
