// SPDX-License-Identifier: MIT

// Each allocation of each step fails once. After that the stores hold values that they had before, or that were asked
// for; no undo leads to any other; and the next write is a step again.
#include <nanostores/core.h>
#include <nanostores/history.h>

#include "support/failing.h"
#include "support/handlers.h"

#include <QtTest/QTest>

#include <functional>
#include <memory>
#include <new>
#include <set>
#include <string>
#include <vector>

SUPPORT_FAILING_NEW

using namespace nanostores;
using support::ErrorLog;
using support::Failing;

namespace {

const std::string Long(100, 'x'); // it has memory of its own

struct World
{
    Atom<std::string> title{Long + "0"};
    Map<std::string, std::string> layers;
    Atom<std::string> copy{Long + "0"};
    Subscription copying;
    History edits = history({.limit = 4}, title, layers, copy);
    std::set<std::string> states;

    World()
    {
        copying = title.listen([this](const std::string &text) { copy.set(text); });
        note();
        for (int i = 1; i <= 4; ++i) {
            title.set(Long + std::to_string(i));
            note();
            layers.setKey(Long + std::to_string(i % 3), Long + std::to_string(i));
            note();
        }
        edits.undo();
        note();
    }
    std::string state() const
    {
        std::string text = title.get().substr(100) + ' ';
        for (const auto &[key, value] : layers.get()) {
            text += key.substr(100) + '=' + value.substr(100) + ' ';
        }
        return text;
    }
    void note() { states.insert(state()); }
};

struct Act
{
    const char *name;
    std::function<void(World &)> run;
};

const std::vector<Act> acts{
    {"set", [](World &w) { w.title.set(Long + "7"); }},
    {"setKey", [](World &w) { w.layers.setKey(Long + "1", Long + "7"); }},
    {"setKey, a new one", [](World &w) { w.layers.setKey(Long + "9", Long + "7"); }},
    {"removeKey", [](World &w) { w.layers.removeKey(Long + "1"); }},
    {"set the map", [](World &w) { w.layers.set({}); }},
    {"batch",
     [](World &w) {
         batch([&] {
             w.title.set(Long + "7");
             w.layers.removeKey(Long + "1");
         });
     }},
    {"group",
     [](World &w) {
         w.edits.group(Long, [&] {
             w.title.set(Long + "7");
             w.note();
             w.title.set(Long + "8");
         });
     }},
    {"untracked", [](World &w) { w.edits.untracked([&] { w.layers.setKey(Long + "1", Long + "7"); }); }},
    {"undo", [](World &w) { w.edits.undo(); }},
    {"redo", [](World &w) { w.edits.redo(); }},
    {"goTo", [](World &w) { w.edits.goTo(0); }},
};

} // namespace

class tst_HistoryOutOfMemory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyAllocation_data();
    void everyAllocation();
};

void tst_HistoryOutOfMemory::everyAllocation_data()
{
    QTest::addColumn<int>("act");
    for (int i = 0; i < static_cast<int>(acts.size()); ++i) {
        QTest::newRow(acts[static_cast<std::size_t>(i)].name) << i;
    }
}

void tst_HistoryOutOfMemory::everyAllocation()
{
    QFETCH(const int, act);
    ErrorLog errors;
    const Act &tried = acts[static_cast<std::size_t>(act)];
    bool hasFailed = true;
    int n = 0;
    while (hasFailed) {
        QVERIFY(++n < 1000);
        World world;
        const auto watching = world.edits.canUndo.listen([](bool) {});
        {
            Failing failing(Failing::Allocation, n);
            try {
                tried.run(world);
            } catch (const std::bad_alloc &) {
            }
            hasFailed = failing.hasFailed();
        }
        world.note(); // between the one and the other, where not all was written
        for (int i = 0; world.edits.undo(); ++i) {
            QVERIFY(i < 10);
            QVERIFY2(world.states.contains(world.state()) || tried.name == std::string("untracked"),
                     qPrintable(QString::fromStdString(std::to_string(n) + ": " + world.state())));
        }
        for (int i = 0; world.edits.redo(); ++i) {
            QVERIFY(i < 10);
        }
        const std::string before = world.state();
        world.title.set(Long + "42");
        world.layers.setKey(Long + "2", Long + "42");
        QVERIFY2(world.edits.undo() && world.edits.undo(), qPrintable(QString::number(n)));
        QCOMPARE(world.state(), before);
        QCOMPARE(world.copy.get(), world.title.get());
        errors.take();
    }
    QVERIFY(n > 1);
}

QTEST_GUILESS_MAIN(tst_HistoryOutOfMemory)

#include "tst_historyoutofmemory.moc"
