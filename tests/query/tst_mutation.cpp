// SPDX-License-Identifier: MIT

#include "querytest.h"

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

namespace {

QString shownCall(const Mutated<int> &mutated)
{
    return shown({mutated.data, mutated.error, mutated.loading, false, false});
}

} // namespace

class tst_Mutation : public QueryTest
{
    Q_OBJECT

private Q_SLOTS:
    void call_isSeenFromLoadingToItsResult();
    void call_failsWithTheErrorAndReportsNothing();
    void call_throwsBeforeItsTask();
    void call_withoutTask();
    void call_parametersLiveUntilTheEnd();
    void call_unobservedHasAnOutcome();
    void outcome_isForgottenWithTheLastObserver();
    void calls_oneAtATimeIsTheDefault();
    void calls_inOrderWait();
    void calls_inOrderAlsoOfWhoWaitsForTheEnd();
    void calls_atOnceShowTheLatest();
    void onError_ofTheMutationTakesThePlaceOfTheClients();
    void allTasks_waitsForCalls();
    void afterwards_inAnyCaseAndOnce();
    void afterwards_thatThrowsIsReported();
    void context_isOverWithTheCall();
    void update_isSeenAtOnceAndStays();
    void update_isUndoneWhenTheCallFails();
    void update_keepsWhatOthersHaveChanged();
    void update_endsInAnotherOrder();
    void update_anAnswerOnTheWayDoesNotTakeItAway();
    void update_aLaterAnswerHasTheLastWord();
    void update_withoutDataWaitsForIt();
    void update_thatThrowsFailsTheCall();
    void update_ofAShard();
    void set_makesDataAndTakesItAway();

protected Q_SLOTS:
    void init() { start(); }

private:
    /// Sets the item to the number at once; the server answers.
    Mutation<int, int, int> setItem(const QueryClient &client, MutationOptions options = {})
    {
        return client.mutation(
            [server = server](MutationContext &context, int id, int number) {
                context.update(itemKey(id), [number](int &value) { value = number; });
                return server.ask(u"set"_s);
            },
            std::move(options));
    }
    /// Adds to it.
    Mutation<int, int, int> addItem(const QueryClient &client)
    {
        return client.mutation(
            [server = server](MutationContext &context, int id, int number) {
                context.update(itemKey(id), [number](int &value) { value += number; });
                return server.ask(u"add"_s);
            },
            {.calls = MutationCalls::AtOnce});
    }
    QString itemShown(const QueryClient &client, int id)
    {
        const auto value = client.cached(itemKey(id));
        return value ? QString::number(*value) : u"-"_s;
    }
};

void tst_Mutation::call_isSeenFromLoadingToItsResult()
{
    const QueryClient client;
    const auto mutation = client.mutation([this](const QString &name) { return server.ask(name); });
    QStringList log;
    const Subscription observer = mutation.subscribe([&](const Mutated<int> &now) { log += shownCall(now); });
    const Task<int> task = mutation(u"Ann"_s);
    QCOMPARE(server.requests(), QList<QString>{u"Ann"_s});
    server.answer(0, 10);
    QCOMPARE(task.result(), 10);
    mutation(u"Bob"_s);
    server.refuse(1);
    QCOMPARE(log, (QStringList{u"-"_s, u"-L"_s, u"10"_s, u"-L"_s, u"-!no"_s}));
    QCOMPARE(mutation.error().get().message(), u"no"_s);
    QVERIFY(!mutation.loading().get());
    QVERIFY(!mutation.data().get());
}

void tst_Mutation::call_failsWithTheErrorAndReportsNothing()
{
    ErrorLog errors;
    const QueryClient client;
    const auto mutation = client.mutation([this](int) { return server.ask({}); });
    {
        const Task<int> task = mutation(1);
        server.refuse(0, "gone");
        QCOMPARE(thrownBy([&] { task.result(); }), u"gone"_s);
    }
    mutation(1);
    server.refuse(1);
    QCOMPARE(errors.take(), QList<QString>{});
}

void tst_Mutation::call_throwsBeforeItsTask()
{
    const QueryClient client;
    const auto mutation = client.mutation([](MutationContext &context, int) -> Task<int> {
        context.set(itemKey(1), 5);
        fail("broken");
    });
    const Task<int> task = mutation(1);
    QCOMPARE(thrownBy([&] { task.result(); }), u"broken"_s);
    QCOMPARE(itemShown(client, 1), u"-"_s);
}

void tst_Mutation::call_withoutTask()
{
    const QueryClient client;
    QStringList log;
    const auto doubled = client.mutation([](int number) { return number * 2; });
    QCOMPARE(doubled(4).result(), 8);
    const auto noted = client.mutation([&](const QString &text) { log += text; });
    QVERIFY(noted(u"a"_s).done());
    const auto plain = client.mutation([&]() -> Task<void> {
        log += u"b"_s;
        co_return;
    });
    QVERIFY(plain.mutate().done());
    QVERIFY(plain.peek().data.has_value());
    QCOMPARE(log, (QStringList{u"a"_s, u"b"_s}));
}

void tst_Mutation::call_parametersLiveUntilTheEnd()
{
    const QueryClient client;
    const auto mutation = client.mutation([server = server](const QString &text) -> Task<int> {
        co_await server.ask({});
        co_return static_cast<int>(text.size());
    });
    const Task<int> task = mutation(u"a long enough text"_s);
    server.answer(0, 0);
    QCOMPARE(task.result(), 18);
}

void tst_Mutation::call_unobservedHasAnOutcome()
{
    const QueryClient client;
    const auto mutation = client.mutation([this](int) { return server.ask({}); });
    mutation(1);
    QCOMPARE(shownCall(mutation.peek()), u"-L"_s);
    server.refuse(0);
    QCOMPARE(shownCall(mutation.peek()), u"-!no"_s);
}

void tst_Mutation::outcome_isForgottenWithTheLastObserver()
{
    const QueryClient client;
    const auto mutation = client.mutation([this](int) { return server.ask({}); });
    Subscription observer = mutation.listen([] {});
    mutation(1);
    observer.reset();
    QCOMPARE(shownCall(mutation.peek()), u"-L"_s); // it is running
    server.answer(0, 10);
    observer = mutation.listen([] {});
    observer.reset();
    QCOMPARE(shownCall(mutation.peek()), u"-"_s);
}

void tst_Mutation::calls_oneAtATimeIsTheDefault()
{
    ErrorLog errors;
    const QueryClient client;
    const auto mutation = setItem(client);
    client.mutate(itemKey(1), 1);
    mutation(1, 2);
    const Task<int> second = mutation(1, 3);
    QVERIFY_EXCEPTION_THROWN(second.result(), MutationBusy);
    QCOMPARE(itemShown(client, 1), u"2"_s);
    QCOMPARE(server.count(), 1);
    server.answer(0, 0);
    mutation(1, 4);
    QCOMPARE(server.count(), 2);
    QCOMPARE(errors.take(), QList<QString>{});
}

void tst_Mutation::calls_inOrderWait()
{
    const QueryClient client;
    const auto mutation = client.mutation([this](int number) { return server.ask(QString::number(number)); },
                                          {.calls = MutationCalls::InOrder});
    const Task<int> one = mutation(1);
    const Task<int> two = mutation(2);
    const Task<int> three = mutation(3);
    QCOMPARE(server.requests(), QList<QString>{u"1"_s});
    server.refuse(0);
    QVERIFY(one.done());
    QCOMPARE(server.requests(), (QList<QString>{u"1"_s, u"2"_s}));
    server.answer(1, 20);
    QCOMPARE(two.result(), 20);
    QVERIFY(!allTasks().done());
    server.answer(2, 30);
    QCOMPARE(three.result(), 30);
    QVERIFY(allTasks().done());
    QCOMPARE(shownCall(mutation.peek()), u"30"_s);
    QVERIFY(thrownBy([&] { one.result(); }) == u"no"_s);
}

void tst_Mutation::calls_inOrderAlsoOfWhoWaitsForTheEnd()
{
    const QueryClient client;
    const auto mutation = client.mutation([this](int number) { return server.ask(QString::number(number)); },
                                          {.calls = MutationCalls::InOrder});
    std::optional<Task<int>> three;
    mutation(1).then([&](int) { three = mutation(3); }, [](const std::exception_ptr &) {});
    mutation(2);
    server.answer(0, 10);
    QCOMPARE(server.requests(), (QList<QString>{u"1"_s, u"2"_s}));
    server.answer(1, 20);
    server.answer(2, 30);
    QCOMPARE(three->result(), 30);
}

void tst_Mutation::calls_atOnceShowTheLatest()
{
    const QueryClient client;
    const auto mutation = addItem(client);
    mutation(1, 1);
    mutation(1, 2);
    server.answer(1, 20);
    QCOMPARE(shownCall(mutation.peek()), u"20L"_s);
    server.refuse(0);
    QCOMPARE(shownCall(mutation.peek()), u"20"_s);
}

void tst_Mutation::onError_ofTheMutationTakesThePlaceOfTheClients()
{
    QStringList log;
    const QueryClient client(
        {.onError = [&](const QueryFailure &failure) { log += u"client "_s + failure.error.message(); }});
    const auto plain = client.mutation([](int) -> int { fail("a"); });
    const auto own =
        client.mutation([](int) -> int { fail("b"); }, {.onError = [&](const QueryFailure &) { log += u"own"_s; }});
    plain(1);
    own(1);
    QCOMPARE(log, (QStringList{u"client a"_s, u"own"_s}));
}

void tst_Mutation::allTasks_waitsForCalls()
{
    const QueryClient client;
    const auto mutation = setItem(client);
    mutation(1, 1);
    QVERIFY(!allTasks().done());
    server.answer(0, 0);
    QVERIFY(allTasks().done());
}

void tst_Mutation::afterwards_inAnyCaseAndOnce()
{
    const QueryClient client;
    const auto query = item(client, 1);
    const Subscription observer = query.subscribe(seen);
    server.answer(0, 10);
    client.mutate(itemKey(2), 20);
    const auto mutation = client.mutation([this](MutationContext &context, int id) {
        context.revalidate(itemKey(id));
        context.revalidate(itemKey.all());
        context.invalidate(itemKey(2));
        return server.ask(u"change"_s);
    });
    mutation(1);
    QCOMPARE(server.count(), 2);
    server.answer(1, 0);
    QCOMPARE(server.requests(), (QList<QString>{u"1"_s, u"change"_s, u"1"_s}));
    QCOMPARE(client.cached(itemKey(2)), std::nullopt);
    server.answer(2, 11);
    mutation(1);
    server.refuse(3);
    QCOMPARE(server.count(), 5);
    QCOMPARE(seen.take(), u"-L 10 10LS 11 11LS"_s);
}

/// A function that chooses keys throws: the call ends as it has, and the next ones are as they are.
void tst_Mutation::afterwards_thatThrowsIsReported()
{
    const QueryClient client;
    client.mutate(itemKey(1), 1);
    client.mutate(itemKey(2), 2);
    ErrorLog errors;
    const auto mutation = client.mutation([](MutationContext &context, int number) {
        context.invalidate([](const AnyCacheKey &) -> bool { fail("which?"); });
        context.invalidate(itemKey(2));
        return number;
    });
    QCOMPARE(mutation(5).result(), 5);
    QCOMPARE(shownCall(mutation.peek()), u"5"_s);
    QCOMPARE(errors.take(), QList<QString>{u"which?"_s});
    QCOMPARE(itemShown(client, 2), u"-"_s);
    const auto slow = client.mutation([this](MutationContext &context) {
        context.revalidate([](const AnyCacheKey &) -> bool { fail("which?"); });
        return server.ask(u"slow"_s);
    });
    const Task<int> task = slow.mutate();
    server.answer(0, 6);
    QCOMPARE(task.result(), 6);
    QCOMPARE(errors.take(), QList<QString>{u"which?"_s});
    const Task<int> next = slow.mutate();
    QVERIFY_EXCEPTION_THROWN(slow.mutate().result(), MutationBusy);
}

void tst_Mutation::context_isOverWithTheCall()
{
    const QueryClient client;
    std::optional<MutationContext> kept;
    const auto mutation = client.mutation([&](MutationContext &context, int number) {
        kept = context;
        return number;
    });
    mutation(1);
    QVERIFY(thrownBy([&] { kept->set(itemKey(1), 1); }).contains(u"has ended"_s));
    QVERIFY_EXCEPTION_THROWN(kept->revalidate(itemKey(1)), std::logic_error);
    QCOMPARE(itemShown(client, 1), u"-"_s);
}

void tst_Mutation::update_isSeenAtOnceAndStays()
{
    const QueryClient client;
    client.mutate(itemKey(1), 1);
    const auto query = item(client, 1);
    const Subscription observer = query.subscribe(seen);
    setItem(client)(1, 5);
    QCOMPARE(seen.take(), u"1 5"_s);
    server.answer(0, 0);
    QCOMPARE(seen.take(), QString());
    QCOMPARE(itemShown(client, 1), u"5"_s);
}

void tst_Mutation::update_isUndoneWhenTheCallFails()
{
    const QueryClient client;
    client.mutate(itemKey(1), 1);
    const auto query = item(client, 1);
    const Subscription observer = query.subscribe(seen);
    setItem(client)(1, 5);
    server.refuse(0);
    QCOMPARE(seen.take(), u"1 5 1"_s);
}

void tst_Mutation::update_keepsWhatOthersHaveChanged()
{
    const QueryClient client;
    client.mutate(itemKey(1), 1);
    const auto add = addItem(client);
    add(1, 10);
    add(1, 100);
    add(1, 1000);
    QCOMPARE(itemShown(client, 1), u"1111"_s);
    server.refuse(1);
    QCOMPARE(itemShown(client, 1), u"1011"_s);
    client.mutate(itemKey(1), 2); // beneath those that are running
    QCOMPARE(itemShown(client, 1), u"1012"_s);
    server.refuse(0);
    QCOMPARE(itemShown(client, 1), u"1002"_s);
    server.answer(2, 0);
    QCOMPARE(itemShown(client, 1), u"1002"_s);
}

void tst_Mutation::update_endsInAnotherOrder()
{
    const QueryClient client;
    client.mutate(itemKey(1), 1);
    const auto set = setItem(client);
    const auto add = addItem(client);
    set(1, 50);
    add(1, 3);
    QCOMPARE(itemShown(client, 1), u"53"_s);
    server.answer(1, 0); // the later one succeeds first
    server.refuse(0); // and the earlier one is taken from beneath it
    QCOMPARE(itemShown(client, 1), u"4"_s);
}

void tst_Mutation::update_anAnswerOnTheWayDoesNotTakeItAway()
{
    const QueryClient client;
    client.mutate(itemKey(1), 1);
    const auto query = item(client, 1);
    const Subscription observer = query.listen([] {});
    query.revalidate(); // 0
    setItem(client)(1, 5); // 1
    server.answer(1, 0);
    server.answer(0, 2); // of before the call
    QCOMPARE(itemShown(client, 1), u"5"_s);
}

void tst_Mutation::update_aLaterAnswerHasTheLastWord()
{
    const QueryClient client;
    client.mutate(itemKey(1), 1);
    const auto query = item(client, 1);
    const Subscription observer = query.listen([] {});
    const auto set = setItem(client);
    const auto add = addItem(client);
    add(1, 100); // 0, in the way of what follows until it ends
    set(1, 5); // 1
    server.answer(1, 0);
    query.revalidate(); // 2
    server.answer(2, 7);
    QCOMPARE(itemShown(client, 1), u"107"_s);
    server.refuse(0);
    QCOMPARE(itemShown(client, 1), u"7"_s);
}

void tst_Mutation::update_withoutDataWaitsForIt()
{
    const QueryClient client;
    const auto query = item(client, 1);
    const Subscription observer = query.subscribe(seen);
    addItem(client)(1, 5);
    server.answer(0, 10);
    QCOMPARE(seen.take(), u"-L 15"_s);
    server.refuse(1);
    QCOMPARE(seen.take(), u"10"_s);
}

void tst_Mutation::update_thatThrowsFailsTheCall()
{
    ErrorLog errors;
    const QueryClient client;
    client.mutate(itemKey(1), 1);
    client.mutate(itemKey(2), 2);
    const auto mutation = client.mutation([](MutationContext &context, int) {
        context.update(itemKey(1), [](int &value) { value = 50; });
        context.update(itemKey(2), [](int &value) {
            value = 60;
            fail("broken");
        });
        return 0;
    });
    QCOMPARE(thrownBy([&] { mutation(1).result(); }), u"broken"_s);
    QCOMPARE(itemShown(client, 1) + itemShown(client, 2), u"12"_s);
    QCOMPARE(errors.take(), QList<QString>{});
}

void tst_Mutation::update_ofAShard()
{
    const QueryClient client;
    client.mutate(itemKey(1), 1);
    client.mutate(itemKey(2), 2);
    const auto mutation = client.mutation([this](MutationContext &context, int number) {
        context.update(itemKey.all(), [number](int &value) { value += number; });
        return server.ask({});
    });
    mutation(10);
    QCOMPARE(itemShown(client, 1) + itemShown(client, 2), u"1112"_s);
    server.refuse(0);
    QCOMPARE(itemShown(client, 1) + itemShown(client, 2), u"12"_s);
}

void tst_Mutation::set_makesDataAndTakesItAway()
{
    const QueryClient client;
    const auto mutation =
        client.mutation([](MutationContext &context, int number) { context.set(itemKey(1), number); });
    mutation(5);
    QCOMPARE(itemShown(client, 1), u"5"_s);
    const auto slow = client.mutation([this](MutationContext &context, int number) {
        context.set(itemKey(2), number);
        return server.ask(QString::number(context.data(itemKey(2)).value()));
    });
    slow(6);
    QCOMPARE(itemShown(client, 2), u"6"_s);
    server.refuse(0);
    QCOMPARE(itemShown(client, 2), u"-"_s);
    QCOMPARE(server.requests(), QList<QString>{u"6"_s});
}

QTEST_GUILESS_MAIN(tst_Mutation)
#include "tst_mutation.moc"
