// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/history.h>

#include "core/listworld.h"

#include <QtCore/QList>
#include <QtTest/QTest>

#include <deque>
#include <string>
#include <vector>

using namespace nanostores;
using namespace listworld;
using support::genProgram;

namespace {

template<typename C>
struct Snapshot
{
    C items;
    int count = 0;
    friend bool operator==(const Snapshot &, const Snapshot &) = default;
};

/// Edits of a list and an atom, and walks through their history, against all states that they have been in.
template<typename C>
void run(const std::vector<Step> &program)
{
    using T = Of<C>;
    const List<T, C> store;
    const auto count = atom(0);
    const auto edits = history({.limit = 1000}, store, count);
    Replay<C> replay;
    std::vector<T> former;
    const auto listener = store.listen([&](const C &now, const ListChange<T, C> &change) { replay(now, change); });
    const auto old = store.listen([&](const C &, const C &before) { former.assign(before.begin(), before.end()); });
    const auto now = [&] { return Snapshot<C>{store.peek(), count.peek()}; };
    std::vector<Snapshot<C>> states{now()};
    std::size_t place = 0;
    for (std::size_t i = 0; i < program.size(); ++i) {
        const Step &step = program[i];
        const Snapshot<C> before = now();
        if (step.what == 11) {
            const bool isDone = step.a % 2 ? edits.undo() : edits.redo();
            const bool isThere = step.a % 2 ? place > 0 : place + 1 < states.size();
            RC_ASSERT(isDone == isThere);
            place += !isDone ? 0 : step.a % 2 ? std::size_t(-1) : std::size_t(1);
            RC_ASSERT(now() == states[place]);
        } else if (step.what == 12) {
            const auto target = static_cast<std::size_t>(step.a) % states.size();
            RC_ASSERT(edits.goTo(target));
            place = target;
            RC_ASSERT(now() == states[place]);
        } else {
            batch([&] {
                Editor<C> editor(store);
                for (int n = 0; n <= step.b % 3; ++n) {
                    editor.edit(program[(i + static_cast<std::size_t>(n)) % program.size()]);
                }
                count.set(step.c % 3);
            });
            if (!(now() == before)) {
                states.resize(++place);
                states.push_back(now());
            }
        }
        RC_ASSERT(edits.position.get() == place);
        RC_ASSERT(replay.items.size() == static_cast<std::size_t>(store.peek().size()));
        if (!(store.peek() == before.items)) {
            RC_ASSERT(std::equal(former.begin(), former.end(), before.items.begin(), before.items.end()));
        }
    }
}

} // namespace

/// Lists in a history.
class tst_HistoryLists : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void undo_givesTheListBack();
    void undo_asksTheHooksOfTheList();
    void list_agreesWithAllItsStates();
};

void tst_HistoryLists::undo_givesTheListBack()
{
    const auto names = list<std::string>({"Ann", "Ben"});
    const auto edits = history(names);
    names.append("Cid");
    names.sort(descending([](const std::string &name) { return name; }));
    names.removeIf([](const std::string &name) { return name < "C"; });
    QCOMPARE(edits.position.get(), 3u);
    QVERIFY(edits.undo());
    QCOMPARE(names.get(), (std::vector<std::string>{"Cid", "Ben", "Ann"}));
    QVERIFY(edits.goTo(0));
    QCOMPARE(names.get(), (std::vector<std::string>{"Ann", "Ben"}));
    QVERIFY(edits.goTo(3));
    QCOMPARE(names.get(), (std::vector<std::string>{"Cid"}));
    names.setAt(0, "Cid");
    QCOMPARE(edits.position.get(), 3u);
}

void tst_HistoryLists::undo_asksTheHooksOfTheList()
{
    const auto few = list<int>({1, 2, 3});
    bool refuses = false;
    const Unbind limit = onSet(few, [&](SetEvent<List<int>> &event) {
        if (refuses && event.newValue().size() > 2) {
            event.abort();
        }
    });
    const auto edits = history(few);
    few.removeAt(0, 2);
    refuses = true;
    QVERIFY(!edits.undo());
    QCOMPARE(few.get(), std::vector<int>{3});
    refuses = false;
    QVERIFY(edits.undo());
    QCOMPARE(few.get(), (std::vector<int>{1, 2, 3}));
}

void tst_HistoryLists::list_agreesWithAllItsStates()
{
    const bool holds = rc::check("a list goes through its states as its history says", [] {
        const auto program = *genProgram(13);
        run<std::vector<std::string>>(program);
        run<QList<int>>(program);
        run<std::deque<int>>(program);
    });
    QVERIFY(holds);
}

SUPPORT_PROPERTY_MAIN(tst_HistoryLists)
#include "tst_historylists.moc"
