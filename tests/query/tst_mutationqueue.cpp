// SPDX-License-Identifier: MIT

// Mutations that wait in a queue. Another client and another queue are the next run.

#include "queuetest.h"

#include <optional>
#include <string>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

class tst_MutationQueue : public QueueTest
{
    Q_OBJECT

private Q_SLOTS:
    void call_isSentAtOnceAndEnds();
    void call_waitsForThoseBefore();
    void call_offlineIsShownAndWaits();
    void call_isInTheStorageBeforeItIsSent();
    void call_survivesARestartWithItsIdAndChanges();
    void call_isSentFromTheFirstTurnOfTheNextRun();
    void call_ofALaterRunComesAfterThoseOfEarlierOnes();
    void call_restoredInOrderWhateverIsDeclaredFirst();
    void call_doesNotCountForAllTasksWhileItWaits();
    void call_withoutShow();
    void call_thatCannotBeShownIsNotQueued();
    void changes_areOverAnswers();
    void changes_stayWhenTheCallHasSucceeded();
    void answer_isWrittenByTheContext();
    void failure_isRetriedAfterTheClientsDelay();
    void failure_attemptsAreCountedAnewWhenOnline();
    void failure_withoutADelayIsHeld();
    void failure_heldIsSentByRetry();
    void failure_heldIsTriedAnewInTheNextRun();
    void failure_droppedIsTakenBackAndReported();
    void failure_droppedOfAnEarlierRunIsReported();
    void failure_policyThatThrowsHolds();
    void drop_takesBackAndGoesOn();
    void drop_whileItIsSent();
    void drop_whenItBeginsToBeSent();
    void clear_dropsAll();
    void calls_areStores();

protected Q_SLOTS:
    void init() { start(); }
};

void tst_MutationQueue::call_isSentAtOnceAndEnds()
{
    const Run now = run();
    QCOMPARE(shown(now.queue), u"idle"_s);
    const Task<int> task = now.add(7, 1);
    QCOMPARE(requests(), QStringList{u"7:1#1"_s});
    QCOMPARE(shown(now.queue), u"sending s1"_s);
    QVERIFY(now.add.loading().get());
    server.answer(0, 5);
    QCOMPARE(task.result(), 5);
    QCOMPARE(now.add.peek().data, std::optional(5));
    QCOMPARE(shown(now.queue), u"idle"_s);
    QCOMPARE(texts.all(), u""_s);
}

void tst_MutationQueue::call_waitsForThoseBefore()
{
    const Run now = run();
    now.add(7, 1);
    now.add(8, 2);
    QCOMPARE(requests(), QStringList{u"7:1#1"_s});
    QCOMPARE(shown(now.queue), u"sending s1 w0"_s);
    server.answer(0, 0);
    QCOMPARE(requests(), (QStringList{u"7:1#1"_s, u"8:2#1"_s}));
    QCOMPARE(shown(now.queue), u"sending s1"_s);
}

void tst_MutationQueue::call_offlineIsShownAndWaits()
{
    const Run now = run();
    now.client.mutate(itemKey(7), 1);
    online.set(false);
    const Task<int> task = now.add(7, 2);
    now.add(7, 3);
    QCOMPARE(now.client.cached(itemKey(7)), std::optional(123));
    QCOMPARE(shown(now.queue), u"waiting w0 w0"_s);
    QVERIFY(requests().isEmpty());
    online.set(true);
    QCOMPARE(requests(), QStringList{u"7:2#1"_s});
    server.answer(0, 9);
    QCOMPARE(task.result(), 9);
    server.answer(1, 9);
    QCOMPARE(now.client.cached(itemKey(7)), std::optional(123));
}

void tst_MutationQueue::call_isInTheStorageBeforeItIsSent()
{
    const QueryClient client;
    const MutationQueue queue(client, texts);
    QStringList inStorage;
    const auto save = queue.mutation("save", [&](int) { inStorage.append(texts.all()); });
    save(1);
    QCOMPARE(inStorage.size(), 1);
    QVERIFY2(inStorage.first().contains(u"\"attempts\":1"_s), qPrintable(inStorage.first()));
    QCOMPARE(texts.all(), u""_s);
}

void tst_MutationQueue::call_survivesARestartWithItsIdAndChanges()
{
    {
        const Run now = run();
        now.add(7, 2);
        now.add(7, 3);
        QCOMPARE(requests(), QStringList{u"7:2#1"_s});
    }
    server.stop();
    online.set(false);
    const Run now = run();
    QCOMPARE(shown(now.queue), u"waiting w1 w0"_s);
    now.client.mutate(itemKey(7), 1);
    QCOMPARE(now.client.cached(itemKey(7)), std::optional(123));
    m_time->advance(0);
    online.set(true);
    QCOMPARE(requests(), (QStringList{u"7:2#1"_s, u"7:2#2"_s}));
    QCOMPARE(ids.size(), 2);
    QCOMPARE(ids[0], ids[1]);
    server.answer(0, 0);
    server.answer(1, 0);
    QCOMPARE(texts.all(), u""_s);
    QCOMPARE(now.client.cached(itemKey(7)), std::optional(123));
}

void tst_MutationQueue::call_isSentFromTheFirstTurnOfTheNextRun()
{
    online.set(false);
    run().add(7, 2);
    online.set(true);
    const Run now = run();
    QVERIFY(requests().isEmpty());
    QCOMPARE(shown(now.queue), u"waiting w0"_s);
    m_time->advance(0);
    QCOMPARE(requests(), QStringList{u"7:2#1"_s});
}

void tst_MutationQueue::call_ofALaterRunComesAfterThoseOfEarlierOnes()
{
    online.set(false);
    run().add(7, 1);
    run().add(7, 2);
    online.set(true);
    const Run now = run();
    now.client.mutate(itemKey(7), 0);
    now.add(7, 3);
    QCOMPARE(now.client.cached(itemKey(7)), std::optional(123));
    server.answer(0, 0);
    server.answer(1, 0);
    QCOMPARE(requests(), (QStringList{u"7:1#1"_s, u"7:2#1"_s, u"7:3#1"_s}));
}

void tst_MutationQueue::call_restoredInOrderWhateverIsDeclaredFirst()
{
    online.set(false);
    {
        const Run now = run();
        const auto other = makeAdd(now.queue, "other");
        now.add(7, 1);
        other(7, 2);
        now.add(7, 3);
    }
    const QueryClient client;
    client.mutate(itemKey(7), 0);
    const MutationQueue queue(client, texts, {.enabled = {online}});
    const auto other = makeAdd(queue, "other");
    QCOMPARE(client.cached(itemKey(7)), std::optional(0));
    const auto add = makeAdd(queue);
    QCOMPARE(client.cached(itemKey(7)), std::optional(123));
}

void tst_MutationQueue::call_doesNotCountForAllTasksWhileItWaits()
{
    const Run now = run();
    online.set(false);
    now.add(7, 1);
    QVERIFY(allTasks().done());
    online.set(true);
    const Task<void> all = allTasks();
    QVERIFY(!all.done());
    server.answer(0, 0);
    QVERIFY(all.done());
}

void tst_MutationQueue::call_withoutShow()
{
    const QueryClient client;
    const MutationQueue queue(client, texts);
    const auto note = queue.mutation("note", [this](QString text) { return server.ask(text); });
    const Task<int> task = note(u"hello"_s);
    server.answer(0, 4);
    QCOMPARE(task.result(), 4);
}

void tst_MutationQueue::call_thatCannotBeShownIsNotQueued()
{
    const QueryClient client;
    const MutationQueue queue(client, texts);
    const auto bad = queue.mutation(
        "bad", [](MutationContext &, int) { fail("not shown"); }, [this](int) { return server.ask({}); });
    const Task<int> task = bad(1);
    QCOMPARE(thrownBy([&] { task.result(); }), u"not shown"_s);
    QCOMPARE(texts.all(), u""_s);
    QCOMPARE(server.count(), 0);
}

void tst_MutationQueue::changes_areOverAnswers()
{
    const Run now = run();
    const auto query = item(now.client, 7);
    const Subscription observer = query.subscribe(seen);
    server.answer(0, 1);
    online.set(false);
    now.add(7, 2);
    query.revalidate();
    server.answer(1, 5);
    QCOMPARE(seen.take(), u"-L 1 12 12LS 52"_s);
}

void tst_MutationQueue::changes_stayWhenTheCallHasSucceeded()
{
    const Run now = run();
    const auto query = item(now.client, 7);
    const Subscription observer = query.subscribe(seen);
    server.answer(0, 1);
    now.add(7, 2);
    query.revalidate(); // it may be answered without the change
    server.answer(1, 0);
    server.answer(2, 1);
    QCOMPARE(now.client.cached(itemKey(7)), std::optional(12));
    query.revalidate(); // and this not
    server.answer(3, 30);
    QCOMPARE(now.client.cached(itemKey(7)), std::optional(30));
}

void tst_MutationQueue::answer_isWrittenByTheContext()
{
    const QueryClient client;
    client.mutate(itemKey(7), 1);
    const MutationQueue queue(client, texts);
    const auto add = queue.mutation(
        "add",
        [](MutationContext &context, int number) {
            context.update(itemKey(7), [number](int &value) { value += number; });
        },
        [this](SendContext context, int) -> Task<int> {
            const int answer = co_await server.ask({});
            context.cache.set(itemKey(7), answer);
            co_return answer;
        });
    add(5);
    QCOMPARE(client.cached(itemKey(7)), std::optional(6));
    server.answer(0, 8);
    QCOMPARE(client.cached(itemKey(7)), std::optional(8));
}

void tst_MutationQueue::failure_isRetriedAfterTheClientsDelay()
{
    const Run now = run();
    const Task<int> task = now.add(7, 1);
    now.add(8, 2);
    server.refuse(0);
    QCOMPARE(shown(now.queue), u"retrying w1 w0"_s);
    QCOMPARE(now.queue.calls().get().first().error.message(), u"no"_s);
    m_time->advance(999);
    QCOMPARE(server.count(), 1);
    m_time->advance(1);
    QCOMPARE(requests(), (QStringList{u"7:1#1"_s, u"7:1#2"_s}));
    server.refuse(1);
    m_time->advance(1999);
    QCOMPARE(server.count(), 2);
    m_time->advance(1);
    server.answer(2, 3);
    QCOMPARE(task.result(), 3);
    QCOMPARE(requests().last(), u"8:2#1"_s);
}

void tst_MutationQueue::failure_attemptsAreCountedAnewWhenOnline()
{
    const Run now = run();
    now.add(7, 1);
    server.refuse(0);
    m_time->advance(1000);
    server.refuse(1);
    online.set(false);
    QCOMPARE(shown(now.queue), u"waiting w2"_s);
    online.set(true);
    QCOMPARE(server.count(), 3); // at once
    server.refuse(2);
    m_time->advance(1000); // the first delay again
    QCOMPARE(server.count(), 4);
}

void tst_MutationQueue::failure_withoutADelayIsHeld()
{
    const Run now = run();
    now.client.mutate(itemKey(7), 1);
    now.add(7, 2);
    now.add(7, 3);
    server.refuse(0);
    m_time->advance(1000);
    server.refuse(1);
    m_time->advance(2000);
    server.refuse(2);
    QCOMPARE(shown(now.queue), u"held h3 w0"_s);
    m_time->advance(100000);
    online.set(false);
    online.set(true);
    QCOMPARE(server.count(), 3);
    QCOMPARE(now.client.cached(itemKey(7)), std::optional(123));
    QCOMPARE(texts.entries("queue/").size(), 2U);
}

void tst_MutationQueue::failure_heldIsSentByRetry()
{
    const Run now = run({.onFailure = [](const QueryFailure &) { return QueueVerdict::hold(); }});
    now.add(7, 1);
    server.refuse(0);
    QCOMPARE(shown(now.queue), u"held h1"_s);
    now.queue.retry();
    QCOMPARE(shown(now.queue), u"sending s2"_s);
    server.answer(1, 0);
    QCOMPARE(shown(now.queue), u"idle"_s);
}

void tst_MutationQueue::failure_heldIsTriedAnewInTheNextRun()
{
    const auto hold = [](const QueryFailure &) { return QueueVerdict::hold(); };
    {
        const Run now = run({.onFailure = hold});
        now.add(7, 1);
        server.refuse(0);
    }
    const Run now = run({.onFailure = hold});
    m_time->advance(0);
    QCOMPARE(shown(now.queue), u"sending s2"_s);
}

void tst_MutationQueue::failure_droppedIsTakenBackAndReported()
{
    QStringList dropped;
    const Run now = run(
        {.onFailure = [](const QueryFailure &) { return QueueVerdict::drop(); },
         .onDropped = [&](const QueuedCall &call) { dropped.append(call.mutation + u' ' + call.error.message()); }});
    now.client.mutate(itemKey(7), 1);
    const Task<int> task = now.add(7, 2);
    now.add(7, 3);
    server.refuse(0, "bad name");
    QCOMPARE(dropped, QStringList{u"add bad name"_s});
    QCOMPARE(thrownBy([&] { task.result(); }), u"bad name"_s);
    QCOMPARE(now.client.cached(itemKey(7)), std::optional(13));
    QCOMPARE(shown(now.queue), u"sending s1"_s);
    QCOMPARE(texts.entries("queue/").size(), 1U);
}

void tst_MutationQueue::failure_droppedOfAnEarlierRunIsReported()
{
    online.set(false);
    run().add(7, 2);
    online.set(true);
    const Run now = run({.onFailure = [](const QueryFailure &) { return QueueVerdict::drop(); }});
    m_time->advance(0);
    ErrorLog errors;
    server.refuse(0, "bad name");
    QCOMPARE(errors.take(), QStringList{u"bad name"_s});
    QCOMPARE(texts.all(), u""_s);
}

void tst_MutationQueue::failure_policyThatThrowsHolds()
{
    const Run now = run({.onFailure = [](const QueryFailure &) -> QueueVerdict { fail("policy"); }});
    now.add(7, 2);
    ErrorLog errors;
    server.refuse(0);
    QCOMPARE(errors.take(), QStringList{u"policy"_s});
    QCOMPARE(shown(now.queue), u"held h1"_s);
}

void tst_MutationQueue::drop_takesBackAndGoesOn()
{
    const Run now = run({.onFailure = [](const QueryFailure &) { return QueueVerdict::hold(); }});
    now.client.mutate(itemKey(7), 1);
    const Task<int> task = now.add(7, 2);
    now.add(7, 3);
    server.refuse(0);
    QVERIFY(!now.queue.drop(u"another"_s));
    QVERIFY(now.queue.drop(now.queue.calls().get().first().id));
    QVERIFY(thrownBy([&] { task.result(); }).contains(u"has dropped the call of \"add\""_s));
    QCOMPARE(now.client.cached(itemKey(7)), std::optional(13));
    QCOMPARE(shown(now.queue), u"sending s1"_s);
}

void tst_MutationQueue::drop_whileItIsSent()
{
    const Run now = run();
    now.add(7, 2);
    now.add(7, 3);
    now.queue.drop(now.queue.calls().get().first().id);
    QCOMPARE(requests(), (QStringList{u"7:2#1"_s, u"7:3#1"_s}));
    server.answer(0, 0); // counts for nothing
    QCOMPARE(shown(now.queue), u"sending s1"_s);
    server.answer(1, 0);
    QCOMPARE(shown(now.queue), u"idle"_s);
}

/// As a program does that gives up after some attempts.
void tst_MutationQueue::drop_whenItBeginsToBeSent()
{
    const Run now = run();
    const Subscription observer = now.queue.calls().listen([&](const QList<QueuedCall> &calls) {
        if (!calls.isEmpty() && calls.first().state == QueuedCallState::Sending && calls.first().attempts == 2) {
            now.queue.drop(calls.first().id);
        }
    });
    now.client.mutate(itemKey(7), 9);
    const Task<int> task = now.add(7, 1);
    now.add(7, 2);
    server.refuse(0);
    m_time->advance(1000);
    QVERIFY_EXCEPTION_THROWN(task.result(), QueuedCallDropped);
    QCOMPARE(requests(), (QStringList{u"7:1#1"_s, u"7:2#1"_s}));
    QCOMPARE(now.client.cached(itemKey(7)), 92);
    server.answer(1, 0);
    QCOMPARE(shown(now.queue), u"idle"_s);
}

void tst_MutationQueue::clear_dropsAll()
{
    const Run now = run();
    now.client.mutate(itemKey(7), 1);
    for (int i = 2; i < 5; ++i) {
        now.add(7, i);
    }
    now.queue.clear();
    QCOMPARE(shown(now.queue), u"idle"_s);
    QCOMPARE(texts.all(), u""_s);
    QCOMPARE(now.client.cached(itemKey(7)), std::optional(1));
    QCOMPARE(server.count(), 1);
}

void tst_MutationQueue::calls_areStores()
{
    const Run now = run();
    const auto count = now.queue.count();
    QStringList counts;
    QStringList states;
    const Subscription counting = count.subscribe([&](int value) { counts.append(QString::number(value)); });
    const Subscription following =
        now.queue.state().subscribe([&](QueueState state) { states.append(shownState(state)); });
    online.set(false);
    now.add(7, 1);
    online.set(true);
    server.answer(0, 0);
    QCOMPARE(counts.join(u' '), u"0 1 0"_s);
    QCOMPARE(states.join(u' '), u"idle waiting sending idle"_s);
}

QTEST_GUILESS_MAIN(tst_MutationQueue)
#include "tst_mutationqueue.moc"
