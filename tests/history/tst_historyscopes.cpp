// SPDX-License-Identifier: MIT

// A history in a scope: of each document its own.

#include <nanostores/core.h>
#include <nanostores/history.h>
#include <nanostores/kit/scoped.h>

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <optional>
#include <string>

using namespace nanostores;
using kit::provide;
using kit::Scope;
using kit::scoped;

namespace {

const auto title = scoped([] { return atom(std::string("empty")); });
const auto pages = scoped([] { return atom(1); });
const auto edits = scoped([] { return history(title(), pages()); });
const auto canUndo = scoped([] { return computed(edits().canUndo, [](bool can) { return can ? 1 : 0; }); });

} // namespace

class tst_HistoryScopes : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { Scope::resetGlobal(); }

    void undo_isOfOneDocument();
    void undo_followsTheScopeOfItsStores();
    void undo_ofWhatTwoScopesShareIsOneHistory();
    void effects_ofAScopeJoinTheStep();
    void end_letsGoOfTheHistory();
    void end_ofTheScopeLeavesAHandleThatIsKept();
};

void tst_HistoryScopes::undo_isOfOneDocument()
{
    const Scope one({provide(title), provide(pages)});
    const Scope two({provide(title), provide(pages)});
    static_cast<void>(edits.in(one));
    static_cast<void>(edits.in(two));
    title.in(one).set("one");
    title.in(two).set("two");
    pages.in(two).set(2);
    title().set("all");
    QCOMPARE(edits.in(one).steps.get().size(), std::size_t{1});
    QCOMPARE(edits.in(two).steps.get().size(), std::size_t{2});
    QVERIFY(edits.in(two).undo());
    QVERIFY(edits.in(two).undo());
    QVERIFY(!edits.in(two).undo());
    QCOMPARE(title.in(two).get(), std::string("empty"));
    QCOMPARE(pages.in(two).get(), 1);
    QCOMPARE(title.in(one).get(), std::string("one"));
    QCOMPARE(title().get(), std::string("all"));
    QCOMPARE(canUndo.in(one).get(), 1);
    QCOMPARE(canUndo.in(two).get(), 0);
}

void tst_HistoryScopes::undo_followsTheScopeOfItsStores()
{
    const Scope document({provide(title)});
    const Scope view({}, document);
    const Scope print({provide(pages)}, document); // which has other pages, so another history
    view.run([] {
        static_cast<void>(edits());
        title().set("a");
    });
    print.run([] {
        static_cast<void>(edits());
        pages().set(9);
    });
    QCOMPARE(edits.in(document).steps.get().size(), std::size_t{1});
    QCOMPARE(edits.in(view).steps.get().size(), std::size_t{1});
    QVERIFY(edits.in(print).undo());
    QCOMPARE(pages.in(print).get(), 1);
    QCOMPARE(title.in(print).get(), std::string("a"));
    QVERIFY(edits.in(view).undo());
    QCOMPARE(title.in(document).get(), std::string("empty"));
}

void tst_HistoryScopes::undo_ofWhatTwoScopesShareIsOneHistory()
{
    const Scope document({provide(title), provide(pages)});
    const Scope one({}, document);
    const Scope two({}, document);
    static_cast<void>(edits.in(one));
    title.in(two).set("two");
    QVERIFY(edits.in(one).undo());
    QVERIFY(edits.in(two).canRedo.get());
    QVERIFY(edits.in(two).redo());
    QCOMPARE(title.in(document).get(), std::string("two"));
}

/// Also when it is another scope that undoes.
void tst_HistoryScopes::effects_ofAScopeJoinTheStep()
{
    const Scope document({provide(title), provide(pages)});
    const Scope other({provide(title), provide(pages)});
    document.run([] {
        static_cast<void>(edits());
        effect([] { pages().set(static_cast<int>(title()().size())); }).detach();
    });
    const auto before = edits.in(document).steps.get().size();
    title.in(document).set("1234567");
    QCOMPARE(edits.in(document).steps.get().size(), before + 1);
    QCOMPARE(pages.in(document).get(), 7);
    QVERIFY(other.run([&] { return edits.in(document).undo(); }));
    QCOMPARE(pages.in(document).get(), 5);
    QCOMPARE(pages.in(other).get(), 1);
    QCOMPARE(pages().get(), 1);
}

void tst_HistoryScopes::end_letsGoOfTheHistory()
{
    const support::CallRecorder<bool> calls;
    std::optional<Scope> document(Scope({provide(title), provide(pages)}));
    const auto kept = title.in(*document);
    static_cast<void>(edits.in(*document));
    document->keep(edits.in(*document).canUndo.listen(calls));
    kept.set("a");
    QCOMPARE(calls.take(), QList<bool>{true});
    document.reset();
    kept.set("b"); // recorded by none
    QCOMPARE(calls.count(), 0);
    const auto again = history(kept);
    kept.set("c");
    QVERIFY(again.undo());
    QCOMPARE(kept.get(), std::string("b"));
}

void tst_HistoryScopes::end_ofTheScopeLeavesAHandleThatIsKept()
{
    std::optional<Scope> document(Scope({provide(title), provide(pages)}));
    const History mine = edits.in(*document);
    const auto kept = title.in(*document);
    kept.set("a");
    document.reset();
    kept.set("b");
    QVERIFY(mine.undo());
    QVERIFY(mine.undo());
    QCOMPARE(kept.get(), std::string("empty"));
}

QTEST_GUILESS_MAIN(tst_HistoryScopes)
#include "tst_historyscopes.moc"
