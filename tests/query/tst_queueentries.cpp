// SPDX-License-Identifier: MIT

// What a queue of mutations takes, and what it finds in its storage.

#include "queuetest.h"

#include <QRandomGenerator>

#include <optional>
#include <string>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

namespace {

/// Ends when the program does, with calls that wait.
struct AtExit
{
    std::optional<QueryClient> client;
    std::optional<MutationQueue> queue;
    std::optional<Mutation<int, int, int>> add;
    std::optional<Query<int>> item;
    Subscription observer;
};
AtExit atExit;

} // namespace

class tst_QueueEntries : public QueueTest
{
    Q_OBJECT

private Q_SLOTS:
    void full_isAnError();
    void large_isAnError();
    void storage_thatFailsFailsTheCall();
    void entry_hostileIsRefusedAndStays_data();
    void entry_hostileIsRefusedAndStays();
    void entry_largeIsRefused();
    void entry_ofAnUnknownMutationIsSentWhenThatIsDeclared();
    void entry_withOtherParametersIsRefused();
    void entry_withTheSameIdIsRefused();
    void entry_whoseShowThrowsIsRefused();
    void entry_whoseShowThrowsNoExceptionIsRefused();
    void entry_behindARefusedOneIsShownOnce();
    void entry_whoseShowHasAListenerCallLeavesThatCall();
    void entry_refusedIsDeletedByDrop();
    void entry_ofTheLastPlaceLeavesTheOrder();
    void entry_ofAnyBytesIsSentOrRefused();
    void mutation_namesAreChecked();
    void queue_thatHasGone();
    void queue_endsBeforeItsClient();
    void queue_endsWhileItSends();
    void queue_endsInItsOwnListener();
    void queue_endsWithTheProgram();

protected Q_SLOTS:
    void init() { start(); }

private:
    static QStringList idsOf(const MutationQueue &queue)
    {
        QStringList all;
        for (const QueuedCall &call : queue.calls().get()) {
            all.append(call.id);
        }
        return all;
    }
};

void tst_QueueEntries::full_isAnError()
{
    online.set(false);
    const Run now = run({.maxCalls = 2});
    now.add(7, 1);
    now.add(7, 2);
    const Task<int> task = now.add(7, 3);
    QVERIFY(thrownBy([&] { task.result(); }).contains(u"QueueOptions::maxCalls"_s));
    QCOMPARE(texts.entries("queue/").size(), 2U);
}

void tst_QueueEntries::large_isAnError()
{
    const QueryClient client;
    const MutationQueue queue(client, texts, {.maxBytes = 200});
    const auto note = queue.mutation("note", [this](QString text) { return server.ask(text); });
    const Task<int> task = note(QString(200, u'x'));
    QVERIFY(thrownBy([&] { task.result(); }).contains(u"QueueOptions::maxBytes"_s));
    QCOMPARE(texts.all(), u""_s);
}

void tst_QueueEntries::storage_thatFailsFailsTheCall()
{
    const Run now = run();
    now.client.mutate(itemKey(7), 1);
    texts.setFails(true);
    const Task<int> task = now.add(7, 2);
    QCOMPARE(thrownBy([&] { task.result(); }), u"full"_s);
    QCOMPARE(now.client.cached(itemKey(7)), std::optional(1));
    QCOMPARE(shown(now.queue), u"idle"_s);
    QCOMPARE(server.count(), 0);
}

void tst_QueueEntries::entry_hostileIsRefusedAndStays_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("text");
    const QByteArray name = "queue/000000000000001-00000000";
    const QByteArray id = R"("id":"0b1f9c2e-0000-4000-8000-000000000001")";
    int row = 0;
    for (const QByteArray &text :
         {QByteArray(), QByteArray("junk"), QByteArray("[]"), QByteArray("{}"), QByteArray("{\"format\":1}"),
          QByteArray(300, '['), QByteArray("{\"format\":1," + id + ",\"mutation\":\"add\",\"args\":{},\"attempts\":0}"),
          QByteArray("{\"format\":1," + id + ",\"mutation\":7,\"args\":[1,2],\"attempts\":0}"),
          QByteArray("{\"format\":1," + id + ",\"mutation\":\"add\",\"args\":[1,2],\"attempts\":-1}"),
          QByteArray("{\"format\":1," + id + ",\"mutation\":\"add\",\"args\":[1,2],\"attempts\":1e300}"),
          QByteArray("{\"format\":2," + id + ",\"mutation\":\"add\",\"args\":[1,2],\"attempts\":0}"),
          QByteArray("{\"format\":1," + id + ",\"mutation\":\"add\",\"args\":[1],\"attempts\":0}"),
          QByteArray("{\"format\":1," + id + ",\"mutation\":\"add\",\"args\":[1,\"x\"],\"attempts\":0}"),
          QByteArray("{\"format\":1,\"id\":\"a\\r\\nb\",\"mutation\":\"add\",\"args\":[1,2],\"attempts\":0}")}) {
        QTest::addRow("%d", row++) << name << text;
    }
    QTest::newRow("place") << QByteArray("queue/99999999999999999999999-0") << QByteArray("x");
    QTest::newRow("no place") << QByteArray("queue/") << QByteArray("x");
}

void tst_QueueEntries::entry_hostileIsRefusedAndStays()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, text);
    texts.set(name.toStdString(), text.toStdString());
    ErrorLog errors;
    const Run now = run();
    now.add(7, 1); // what is good is sent all the same
    QCOMPARE(errors.take().size(), 1);
    QCOMPARE(shown(now.queue), u"sending r0 s1"_s);
    server.answer(0, 0);
    QCOMPARE(shown(now.queue), u"idle r0"_s);
    QCOMPARE(texts.get(name.toStdString()).value_or("gone"), text.toStdString());
    const Run next = run();
    m_time->advance(0);
    const QStringList reported = errors.take();
    QCOMPARE(reported.size(), 1);
    QVERIFY2(reported.first().contains(QString::fromUtf8(name)), qPrintable(reported.first()));
    QVERIFY2(reported.first().contains(u"drop()"_s), qPrintable(reported.first()));
}

void tst_QueueEntries::entry_largeIsRefused()
{
    texts.set("queue/000000000000001-00000000", std::string(1000, 'x'));
    ErrorLog errors;
    const Run now = run({.maxBytes = 999});
    m_time->advance(0);
    QVERIFY(errors.take().value(0).contains(u"1000 bytes"_s));
    QCOMPARE(shown(now.queue), u"idle r0"_s);
}

void tst_QueueEntries::entry_ofAnUnknownMutationIsSentWhenThatIsDeclared()
{
    online.set(false);
    {
        const Run now = run();
        makeAdd(now.queue, "other")(7, 1);
        now.add(7, 2);
    }
    ErrorLog errors;
    online.set(true);
    const Run now = run();
    m_time->advance(0);
    QVERIFY(errors.take().value(0).contains(u"has no mutation \"other\""_s));
    QCOMPARE(shown(now.queue), u"sending r0 s1"_s);
    const auto other = makeAdd(now.queue, "other");
    QCOMPARE(shown(now.queue), u"sending w0 s1"_s);
    server.answer(0, 0);
    server.answer(1, 0);
    QCOMPARE(requests(), (QStringList{u"7:2#1"_s, u"7:1#1"_s}));
    QCOMPARE(texts.all(), u""_s);
}

void tst_QueueEntries::entry_withOtherParametersIsRefused()
{
    online.set(false);
    run().add(7, 1);
    ErrorLog errors;
    const QueryClient client;
    const MutationQueue queue(client, texts);
    const auto add = queue.mutation("add", [this](QString text) { return server.ask(text); });
    m_time->advance(0);
    QVERIFY(errors.take().value(0).contains(u"parameters are not those of the mutation \"add\""_s));
    QCOMPARE(shown(queue), u"idle r0"_s);
    QCOMPARE(server.count(), 0);
}

void tst_QueueEntries::entry_withTheSameIdIsRefused()
{
    online.set(false);
    run().add(7, 1);
    const auto entry = texts.entries("queue/").at(0);
    texts.set("queue/000000000000002-00000000", entry.second);
    ErrorLog errors;
    const Run now = run();
    m_time->advance(0);
    QVERIFY(errors.take().value(0).contains(u"another call has its id"_s));
    QCOMPARE(shown(now.queue), u"waiting w0 r0"_s);
}

void tst_QueueEntries::entry_whoseShowThrowsIsRefused()
{
    online.set(false);
    run().add(7, 1);
    ErrorLog errors;
    const QueryClient client;
    const MutationQueue queue(client, texts);
    const auto add = queue.mutation(
        "add", [](MutationContext &, int, int) { fail("not now"); }, [this](int, int) { return server.ask({}); });
    m_time->advance(0);
    QVERIFY(errors.take().value(0).contains(u"what shows it has failed: not now"_s));
    QCOMPARE(shown(queue), u"idle r0"_s);
    QCOMPARE(texts.entries("queue/").size(), 1U);
}

void tst_QueueEntries::entry_whoseShowThrowsNoExceptionIsRefused()
{
    online.set(false);
    run().add(7, 1);
    ErrorLog errors;
    const QueryClient client;
    const MutationQueue queue(client, texts);
    const auto add = queue.mutation(
        "add", [](MutationContext &, int, int) { throw 5; }, [this](int, int) { return server.ask({}); });
    m_time->advance(0);
    QCOMPARE(errors.take().size(), 1);
    QCOMPARE(shown(queue), u"idle r0"_s);
}

/// The first has other parameters by now; each mutation that is declared after it looks for calls anew.
void tst_QueueEntries::entry_behindARefusedOneIsShownOnce()
{
    online.set(false);
    {
        const Run former = run();
        const auto other = makeAdd(former.queue, "other");
        const auto third = makeAdd(former.queue, "third");
        former.add(7, 1);
        other(7, 2);
        third(7, 3);
    }
    ErrorLog errors;
    const QueryClient client;
    client.mutate(itemKey(7), 9);
    const MutationQueue queue(client, texts, {.enabled = {online}});
    const auto add = queue.mutation("add", [this](QString text) { return server.ask(text); });
    const auto other = makeAdd(queue, "other");
    const auto third = makeAdd(queue, "third");
    m_time->advance(0);
    QCOMPARE(shown(queue), u"waiting r0 w0 w0"_s);
    QCOMPARE(client.cached(itemKey(7)), 923);
    queue.clear();
    QCOMPARE(client.cached(itemKey(7)), 9);
}

/// What a call of an earlier run changes has an observer call a mutation of the queue.
void tst_QueueEntries::entry_whoseShowHasAListenerCallLeavesThatCall()
{
    online.set(false);
    {
        const Run former = run();
        former.add(7, 1);
        former.add(7, 2);
    }
    const QueryClient client(clientOptions());
    client.mutate(itemKey(7), 9);
    const MutationQueue queue(client, texts, {.enabled = {online}});
    const auto note = queue.mutation("note", [this](int value) { return server.ask(u"note %1"_s.arg(value)); });
    const auto query = item(client, 7, {.dedupeTime = 1h});
    const Subscription observer = query.listen([&](const Fetched<int> &now) {
        if (now.data == 91) {
            note(*now.data);
        }
    });
    const auto add = makeAdd(queue);
    m_time->advance(0);
    QCOMPARE(shown(queue), u"waiting w0 w0 w0"_s);
    QCOMPARE(texts.entries("queue/").size(), 3U);
    online.set(true);
    server.answer(0, 0);
    server.answer(1, 0);
    server.answer(2, 0);
    QCOMPARE(requests(), (QStringList{u"7:1#1"_s, u"7:2#1"_s, u"note 91"_s}));
    QCOMPARE(shown(queue), u"idle"_s);
    QCOMPARE(client.cached(itemKey(7)), 912);
}

void tst_QueueEntries::entry_refusedIsDeletedByDrop()
{
    texts.set("queue/000000000000001-00000000", "junk");
    ErrorLog errors;
    const Run now = run();
    m_time->advance(0);
    QVERIFY(now.queue.drop(now.queue.calls().get().first().id));
    QCOMPARE(texts.all(), u""_s);
    QCOMPARE(shown(now.queue), u"idle"_s);
}

void tst_QueueEntries::entry_ofTheLastPlaceLeavesTheOrder()
{
    texts.set("queue/999999999999999-00000000", "junk");
    online.set(false);
    QStringList all;
    {
        ErrorLog errors;
        const Run now = run();
        for (int number = 1; number <= 9; ++number) {
            now.add(7, number);
        }
        all = idsOf(now.queue);
        QCOMPARE(errors.take().size(), 1);
    }
    ErrorLog errors;
    const Run now = run();
    m_time->advance(0);
    QStringList next = idsOf(now.queue);
    QCOMPARE(next.removeAll(u"queue/999999999999999-00000000"_s), 1);
    QCOMPARE(all.removeAll(u"queue/999999999999999-00000000"_s), 1);
    QCOMPARE(next, all);
}

/// An entry with bytes changed, left out and put in.
void tst_QueueEntries::entry_ofAnyBytesIsSentOrRefused()
{
    const QByteArray good = R"({"args":[7,1],"attempts":3,"format":1,"id":"0b1f9c2e-0000-4000-8000-000000000001",)"
                            R"("mutation":"add"})";
    const QList<QByteArray> parts{"{",
                                  "[",
                                  "\"",
                                  ",",
                                  "null",
                                  "-1",
                                  "1e999",
                                  "99999999999999999999",
                                  "\\u0000",
                                  "\"args\":",
                                  "\"id\":",
                                  "\xff\xfe",
                                  QByteArray(1, '\0'),
                                  QByteArray(5000, '[')};
    bool isSet = false;
    const int asked = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES", &isSet);
    const int cases = isSet ? asked : 500;
    QRandomGenerator random(isSet ? QRandomGenerator::global()->generate() : 1);
    int sent = 0;
    for (int number = 0; number < cases; ++number) {
        QByteArray text = good;
        for (int edits = random.bounded(3); edits >= 0; --edits) {
            const qsizetype at = random.bounded(static_cast<int>(text.size()) + 1);
            const int how = random.bounded(3);
            if (how == 0) {
                text.insert(at, parts[random.bounded(static_cast<int>(parts.size()))]);
            } else if (how == 1) {
                text.remove(at, random.bounded(5));
            } else if (at < text.size()) {
                text[at] = static_cast<char>(random.bounded(256));
            }
        }
        start();
        texts.set("queue/000000000000001-00000000", text.toStdString());
        ErrorLog errors;
        const Run now = run();
        now.client.mutate(itemKey(7), 1);
        m_time->advance(0);
        const auto calls = now.queue.calls().get();
        QCOMPARE(calls.size(), 1);
        const bool isRefused = calls.first().state == QueuedCallState::Refused;
        QVERIFY2(errors.take().size() == (isRefused ? 1 : 0), text.toHex().constData());
        QVERIFY2(server.count() == (isRefused ? 0 : 1), text.toHex().constData());
        QVERIFY2(!isRefused || texts.get("queue/000000000000001-00000000") == text.toStdString(),
                 text.toHex().constData());
        QVERIFY2(!isRefused || now.client.cached(itemKey(7)) == 1, text.toHex().constData());
        sent += isRefused ? 0 : 1;
        QVERIFY(now.queue.drop(calls.first().id));
        QCOMPARE(texts.all(), u""_s);
        QCOMPARE(now.client.cached(itemKey(7)), std::optional(1));
    }
    QVERIFY(isSet || (sent > 0 && sent < cases));
}

void tst_QueueEntries::mutation_namesAreChecked()
{
    const Run now = run();
    QVERIFY(thrownBy([&] {
                static_cast<void>(now.queue.mutation("add", [](QString) {}));
            }).contains(u"has a mutation \"add\" with other parameters"_s));
    QVERIFY(thrownBy([&] { static_cast<void>(now.queue.mutation("", [](QString) {})); }).contains(u"not empty"_s));
}

void tst_QueueEntries::queue_thatHasGone()
{
    const auto add = run().add;
    const Task<int> task = add(7, 1);
    QVERIFY(thrownBy([&] { task.result(); }).contains(u"keep the MutationQueue"_s));
}

void tst_QueueEntries::queue_endsBeforeItsClient()
{
    online.set(false);
    int failures = 0;
    const QueryClient client({.onError = [&failures](const QueryFailure &) { ++failures; }});
    client.mutate(itemKey(7), 1);
    const auto one = client.mutation([this](MutationContext &context, int id) {
        context.update(itemKey(id), [](int &value) { value += 100; });
        context.revalidate(itemKey(id));
        return server.ask(u"other"_s);
    });
    std::optional<MutationQueue> queue(MutationQueue(client, texts, {.enabled = {online}}));
    const auto add = makeAdd(*queue);
    const auto count = queue->count();
    const Subscription counting = count.listen([] {});
    const Task<int> task = add(7, 2);
    one(7);
    add(7, 3);
    QCOMPARE(client.cached(itemKey(7)), std::optional(1123));
    QCOMPARE(count.get(), 2);
    const auto query = client.query(itemKey, 7, [this](int) { return server.ask(u"item"_s); });
    const Subscription observer = query.subscribe(seen);
    QCOMPARE(seen.take(), u"1123"_s);

    queue.reset();
    QCOMPARE(seen.take(), u"101"_s); // in one step, and nothing is fetched anew
    QCOMPARE(count.get(), 0);
    QVERIFY(!add.peek().loading);
    QVERIFY(!add.peek().error);
    QVERIFY_EXCEPTION_THROWN(task.result(), TaskAbandoned);
    QCOMPARE(failures, 0);
    QCOMPARE(requests(), QStringList{u"other"_s});
    QCOMPARE(texts.entries("queue/").size(), 2U);

    const MutationQueue next(client, texts, {.enabled = {online}});
    const auto addNext = makeAdd(next);
    QCOMPARE(client.cached(itemKey(7)), std::optional(10123));
    server.refuse(0);
    QCOMPARE(client.cached(itemKey(7)), std::optional(123));
}

void tst_QueueEntries::queue_endsWhileItSends()
{
    const QueryClient client;
    client.mutate(itemKey(7), 1);
    std::optional<MutationQueue> queue(MutationQueue(client, texts));
    const auto add = makeAdd(*queue);
    const Task<int> task = add(7, 2);
    queue.reset();
    QVERIFY_EXCEPTION_THROWN(task.result(), TaskAbandoned);
    QCOMPARE(client.cached(itemKey(7)), std::optional(1));
    ErrorLog errors;
    server.answer(0, 5);
    QCOMPARE(client.cached(itemKey(7)), std::optional(1));
    QCOMPARE(texts.entries("queue/").size(), 1U);
    QVERIFY(!add.peek().loading);
    QVERIFY(!add.peek().data);
    QCOMPARE(errors.take(), QList<QString>());
    const MutationQueue next(client, texts);
    const auto addNext = makeAdd(next);
    m_time->advance(0);
    QCOMPARE(requests(), (QStringList{u"7:2#1"_s, u"7:2#2"_s}));
    server.answer(1, 5);
    QCOMPARE(client.cached(itemKey(7)), std::optional(12));
    QCOMPARE(texts.all(), u""_s);
}

void tst_QueueEntries::queue_endsInItsOwnListener()
{
    const QueryClient client;
    client.mutate(itemKey(7), 1);
    std::optional<MutationQueue> queue(MutationQueue(client, texts));
    const auto add = makeAdd(*queue);
    const auto states = queue->state();
    const Subscription ending = states.listen([&](QueueState state) {
        if (state == QueueState::Sending) {
            queue.reset();
        }
    });
    const Task<int> task = add(7, 2);
    QVERIFY(!queue);
    QVERIFY_EXCEPTION_THROWN(task.result(), TaskAbandoned);
    QCOMPARE(client.cached(itemKey(7)), std::optional(1));
    QCOMPARE(texts.entries("queue/").size(), 1U);
    QCOMPARE(states.get(), QueueState::Idle);
}

void tst_QueueEntries::queue_endsWithTheProgram()
{
    atExit.client.emplace();
    atExit.client->mutate(itemKey(7), 1);
    atExit.item = atExit.client->query(itemKey, 7, [](int) { return 2; });
    atExit.observer = atExit.item->listen([] {});
    atExit.queue.emplace(*atExit.client, texts, QueueOptions{.enabled = {atom(false)}});
    atExit.add = makeAdd(*atExit.queue);
    (*atExit.add)(7, 2);
    QCOMPARE(atExit.item->get().data, std::optional(12));
}

QTEST_GUILESS_MAIN(tst_QueueEntries)
#include "tst_queueentries.moc"
