// SPDX-License-Identifier: MIT

#include "querytest.h"

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

class tst_QueryFetching : public QueryTest
{
    Q_OBJECT

private Q_SLOTS:
    void leave_abortsAFetchThatTakesAContext();
    void leave_andComeBackInTheTurnGoesOn();
    void leave_withoutContextTheFetchIsShared();
    void keyChange_abortsAFetchThatTakesAContext();
    void abort_isNoErrorAndTheNextObserverFetches();
    void enabled_fetchesWhenAllAreTrue();
    void revalidateOn_boolWhenItBecomesTrueUnlessFresh();
    void revalidateOn_otherStoreWhenItChanges();
    void revalidateOn_manyQueriesOfOneKeyFetchOnce();
    void interval_fetchesWhileObserved();
    void retry_waitsLongerAndResetsOnSuccess();
    void retry_endsWithTheLastObserver();
    void onError_ofTheQueryTakesThePlaceOfTheClients();
    void fetch_isATask();
    void fetch_failsWithTheErrorAndReportsNothing();
    void fetch_withoutKeyIsDisabled();
    void fetch_ofFreshDataIsDoneAtOnce();
    void fetch_keepsTheFetchGoingWithoutObservers();
    void allTasks_waitsForFetches();
    void clientGoes_abortsAndReportsNothing();
    void fetcher_mayAskForItsKeyAnew();
    void query_endsInItsOwnListener();
    void coroutineFetcher_outlivesTheQuery();

protected Q_SLOTS:
    void init() { start(); }
};

void tst_QueryFetching::leave_abortsAFetchThatTakesAContext()
{
    const QueryClient client;
    const auto query = abortable(client, 1);
    Subscription observer = query.listen([] {});
    observer.reset();
    QCOMPARE(server.aborted(), QList<QString>{});
    m_time->advance(0);
    QCOMPARE(server.aborted(), QList<QString>{u"1"_s});
    QVERIFY(allTasks().done());
    QCOMPARE(client.fetching().get(), 0);
}

void tst_QueryFetching::leave_andComeBackInTheTurnGoesOn()
{
    const QueryClient client;
    const auto query = abortable(client, 1);
    Subscription observer = query.listen([] {});
    observer.reset();
    observer = query.listen([] {});
    m_time->advance(0);
    QCOMPARE(server.aborted(), QList<QString>{});
    server.answer(0, 10);
    QCOMPARE(query.peek().data, std::optional(10));
    QCOMPARE(server.count(), 1);
}

void tst_QueryFetching::leave_withoutContextTheFetchIsShared()
{
    const QueryClient client;
    const auto query = item(client, 1);
    Subscription observer = query.listen([] {});
    observer.reset();
    m_time->advance(100);
    observer = query.subscribe(seen);
    QCOMPARE(server.count(), 1);
    observer.reset();
    m_time->advance(0);
    QVERIFY(!allTasks().done());
    server.answer(0, 10);
    QVERIFY(allTasks().done());
    QCOMPARE(client.cached(itemKey(1)), std::optional(10));
}

void tst_QueryFetching::keyChange_abortsAFetchThatTakesAContext()
{
    const QueryClient client;
    const auto id = atom(1);
    const auto query = abortable(client, id);
    const auto other = abortable(client, 1);
    Subscription held = other.listen([] {});
    const Subscription observer = query.subscribe(seen);
    id.set(2);
    m_time->advance(0);
    QCOMPARE(server.aborted(), QList<QString>{}); // another one observes it
    id.set(3);
    QCOMPARE(server.aborted(), QList<QString>{u"2"_s});
    m_time->advance(0);
    QCOMPARE(server.requests(), (QList<QString>{u"1"_s, u"2"_s, u"3"_s}));
    QCOMPARE(seen.take(), u"-L"_s);
}

void tst_QueryFetching::abort_isNoErrorAndTheNextObserverFetches()
{
    ErrorLog errors;
    const QueryClient client({.onError = [](const QueryFailure &) { QFAIL("an abort is no failure"); }});
    const auto query = abortable(client, 1);
    Subscription observer = query.listen([] {});
    observer.reset();
    m_time->advance(0);
    QCOMPARE(shown(query.peek()), u"-"_s);
    observer = query.subscribe(seen);
    QCOMPARE(seen.take(), u"-L"_s);
    QCOMPARE(server.count(), 2);
    QCOMPARE(errors.take(), QList<QString>{});
}

void tst_QueryFetching::enabled_fetchesWhenAllAreTrue()
{
    const auto isOnline = atom(false);
    const auto isVisible = atom(true);
    const QueryClient client({.interval = 10s, .enabled = {isOnline}});
    const auto query = item(client, 1, {.enabled = {isVisible}});
    const Subscription observer = query.subscribe(seen);
    m_time->advance(20000);
    QCOMPARE(seen.take(), u"-"_s);
    isVisible.set(false);
    isOnline.set(true);
    m_time->advance(0);
    QCOMPARE(server.count(), 0);
    isVisible.set(true); // a query that was mounted while hidden fetches now
    m_time->advance(0);
    QCOMPARE(server.count(), 1);
    server.answer(0, 10);
    isOnline.set(false);
    query.revalidate();
    m_time->advance(20000);
    QCOMPARE(seen.take(), u"-L 10 10S"_s);
    QCOMPARE(server.count(), 1);
    isOnline.set(true);
    m_time->advance(0);
    QCOMPARE(server.count(), 2);
}

void tst_QueryFetching::revalidateOn_boolWhenItBecomesTrueUnlessFresh()
{
    const auto hasFocus = atom(true);
    const QueryClient client({.revalidateOn = {hasFocus}});
    const auto query = item(client, 1);
    const Subscription observer = query.listen([] {});
    server.answer(0, 10);
    m_time->advance(3999);
    hasFocus.set(false);
    hasFocus.set(true);
    m_time->advance(0);
    QCOMPARE(server.count(), 1);
    m_time->advance(1);
    hasFocus.set(false);
    m_time->advance(0);
    QCOMPARE(server.count(), 1);
    hasFocus.set(true);
    m_time->advance(0);
    QCOMPARE(server.count(), 2);
}

void tst_QueryFetching::revalidateOn_otherStoreWhenItChanges()
{
    const auto language = atom(u"en"_s);
    const QueryClient client;
    const auto query = item(client, 1, {.revalidateOn = {language}});
    const Subscription observer = query.subscribe(seen);
    server.answer(0, 10);
    language.set(u"de"_s);
    language.set(u"fr"_s);
    m_time->advance(0);
    QCOMPARE(server.count(), 2);
    language.set(u"it"_s); // the answer that is under way is of French
    m_time->advance(0);
    server.answer(1, 11);
    QCOMPARE(seen.take(), u"-L 10 10LS"_s);
    server.answer(2, 12);
    QCOMPARE(seen.take(), u"12"_s);
}

void tst_QueryFetching::revalidateOn_manyQueriesOfOneKeyFetchOnce()
{
    const auto language = atom(u"en"_s);
    const QueryClient client({.revalidateOn = {language}});
    std::vector<Query<int>> queries;
    std::vector<Subscription> observers;
    for (int i = 0; i < 10; ++i) {
        queries.push_back(item(client, 1));
        observers.push_back(queries.back().listen([] {}));
    }
    server.answer(0, 10);
    language.set(u"de"_s);
    m_time->advance(0);
    QCOMPARE(server.count(), 2);
}

void tst_QueryFetching::interval_fetchesWhileObserved()
{
    const QueryClient client;
    const auto query = item(client, 1, {.interval = 1s});
    Subscription observer = query.listen([] {});
    m_time->advance(2500); // the first one is running still
    QCOMPARE(server.count(), 1);
    server.answer(0, 10);
    m_time->advance(500);
    QCOMPARE(server.count(), 2);
    server.answer(1, 11);
    m_time->advance(1000);
    QCOMPARE(server.count(), 3);
    server.answer(2, 12);
    observer.reset();
    m_time->advance(10000);
    QCOMPARE(server.count(), 3);
}

void tst_QueryFetching::retry_waitsLongerAndResetsOnSuccess()
{
    const QueryClient client({.retry = backoff({.first = 1s, .longest = 3s, .jitter = 0})});
    const auto query = item(client, 1);
    const Subscription observer = query.subscribe(seen);
    const auto waits = [&](int milliseconds) {
        const auto count = server.count();
        m_time->advance(milliseconds - 1);
        const bool early = server.count() != count;
        m_time->advance(1);
        return !early && server.count() == count + 1;
    };
    server.refuse(0);
    QVERIFY(waits(1000));
    server.refuse(1);
    QVERIFY(waits(2000));
    server.refuse(2);
    QVERIFY(waits(3000));
    server.answer(3, 10);
    query.revalidate();
    server.refuse(4);
    QVERIFY(waits(1000));
    QCOMPARE(seen.take(), u"-L -!no -!noL -!no -!noL -!no -!noL 10 10LS 10!noS 10!noLS"_s);
}

void tst_QueryFetching::retry_endsWithTheLastObserver()
{
    const QueryClient client({.retry = backoff({.first = 1s, .jitter = 0})});
    const auto query = item(client, 1);
    Subscription observer = query.subscribe(seen);
    server.refuse(0);
    observer.reset();
    m_time->advance(1500);
    QCOMPARE(server.count(), 1);
    observer = query.subscribe(seen); // what was due is fetched
    QCOMPARE(server.count(), 2);
}

void tst_QueryFetching::onError_ofTheQueryTakesThePlaceOfTheClients()
{
    QStringList log;
    const QueryClient client({.retry = noRetry(), .onError = [&](const QueryFailure &failure) {
                                  log += u"client %1 %2"_s.arg(QString::fromUtf8(failure.key.text()),
                                                               failure.error.message());
                              }});
    const auto one = item(client, 1);
    const auto two =
        item(client, 2, {.onError = [&](const QueryFailure &failure) { log += u"own %1"_s.arg(failure.attempt); }});
    const Subscription first = one.listen([] {});
    const Subscription second = two.listen([] {});
    server.refuse(0);
    server.refuse(1);
    QCOMPARE(log, (QStringList{u"client item[1] no"_s, u"own 1"_s}));
}

void tst_QueryFetching::fetch_isATask()
{
    const QueryClient client;
    const auto query = item(client, 1);
    const Task<int> one = query.fetch();
    const Task<int> two = query.fetch();
    QVERIFY(!one.done());
    server.answer(0, 10);
    QCOMPARE(one.result(), 10);
    QCOMPARE(two.result(), 10);
    QCOMPARE(server.count(), 1);
}

void tst_QueryFetching::fetch_failsWithTheErrorAndReportsNothing()
{
    ErrorLog errors;
    const QueryClient client;
    const auto query = item(client, 1);
    {
        const Task<int> task = query.fetch();
        server.refuse(0, "gone");
        QCOMPARE(thrownBy([&] { task.result(); }), u"gone"_s);
    }
    query.fetch();
    QCOMPARE(server.count(), 1); // errors count as fresh, too
    query.revalidate();
    query.fetch();
    server.refuse(1);
    QCOMPARE(errors.take(), QList<QString>{});
}

void tst_QueryFetching::fetch_withoutKeyIsDisabled()
{
    const QueryClient client;
    const auto id = atom(std::optional<int>());
    const Task<int> task = item(client, id).fetch();
    QVERIFY(task.done());
    QVERIFY_EXCEPTION_THROWN(task.result(), QueryDisabled);
}

void tst_QueryFetching::fetch_ofFreshDataIsDoneAtOnce()
{
    const QueryClient client;
    const auto query = item(client, 1);
    query.fetch();
    server.answer(0, 10);
    QCOMPARE(query.fetch().result(), 10);
    m_time->advance(4000);
    QVERIFY(!query.fetch().done());
}

void tst_QueryFetching::fetch_keepsTheFetchGoingWithoutObservers()
{
    const auto never = atom(false);
    const QueryClient client({.enabled = {never}});
    const auto query = abortable(client, 1);
    const Task<int> task = query.fetch();
    Subscription observer = query.listen([] {});
    observer.reset();
    m_time->advance(0);
    QCOMPARE(server.aborted(), QList<QString>{});
    query.revalidate(); // the answer on its way is older than that
    QCOMPARE(server.count(), 2);
    server.answer(1, 11);
    QCOMPARE(task.result(), 11);
}

void tst_QueryFetching::allTasks_waitsForFetches()
{
    const QueryClient client;
    const auto query = item(client, 1);
    const Subscription observer = query.subscribe(seen);
    const Task<void> rest = allTasks();
    rest.then([&] { QCOMPARE(seen.take(), u"-L 10"_s); }, [](const std::exception_ptr &) {});
    QVERIFY(!rest.done());
    server.answer(0, 10);
    QVERIFY(rest.done());
}

void tst_QueryFetching::clientGoes_abortsAndReportsNothing()
{
    ErrorLog errors;
    std::optional<QueryClient> client(std::in_place);
    std::optional<Query<int>> query(abortable(*client, 1));
    std::optional<Query<int>> plain(item(*client, 2));
    Subscription one = query->listen([] {});
    Subscription two = plain->listen([] {});
    const Task<int> task = plain->fetch();
    client.reset();
    query.reset();
    plain.reset();
    one.reset();
    two.reset();
    m_time->advance(0);
    QCOMPARE(server.aborted(), QList<QString>{u"1"_s});
    server.answer(1, 20);
    QCOMPARE(task.result(), 20);
    QVERIFY(allTasks().done());
    QCOMPARE(errors.take(), QList<QString>{});
}

void tst_QueryFetching::fetcher_mayAskForItsKeyAnew()
{
    const QueryClient client;
    int asked = 0;
    const auto query = client.query(itemKey, 1, [&](int) {
        switch (++asked) {
        case 1:
            client.invalidate(itemKey(1));
            break;
        case 2:
            client.revalidate(itemKey(1));
            break;
        case 3:
            client.mutate(itemKey(1), 7);
            client.revalidate(itemKey(1));
        }
        return server.ask(QString::number(asked));
    });
    const Subscription observer = query.subscribe(seen);
    QCOMPARE(asked, 1); // the others come in later turns
    m_time->advance(0);
    QCOMPARE(asked, 4);
    for (const std::size_t request : {0U, 1U, 2U}) {
        server.answer(request, 5); // superseded
    }
    QCOMPARE(query.peek().data, std::optional(7));
    server.answer(3, 10);
    QCOMPARE(shown(query.peek()), u"10"_s);
    QCOMPARE(client.fetching().peek(), 0);
    QVERIFY(allTasks().done());
}

void tst_QueryFetching::query_endsInItsOwnListener()
{
    const QueryClient client;
    auto query = std::make_unique<Query<int>>(item(client, 1));
    Subscription observer;
    observer = query->listen([&](const Fetched<int> &fetched) {
        if (fetched.data) {
            query.reset();
            observer.reset();
        }
    });
    server.answer(0, 10);
    QVERIFY(!query);
    QCOMPARE(client.cached(itemKey(1)), std::optional(10));
}

void tst_QueryFetching::coroutineFetcher_outlivesTheQuery()
{
    const QueryClient client;
    {
        const QString prefix = u"a long enough text for the heap "_s;
        const auto query =
            client.query(itemKey, 1, [server = server, prefix](FetchContext context, int id) -> Task<int> {
                const int first = co_await server.ask(prefix + QString::number(id));
                const int second = context.isAborted() ? 0 : co_await server.ask(prefix);
                co_return first + second;
            });
        const Subscription observer = query.listen([] {});
    }
    m_time->advance(0);
    server.answer(0, 10);
    QCOMPARE(server.count(), 1);
    QCOMPARE(client.cached(itemKey(1)), std::nullopt);
}

QTEST_GUILESS_MAIN(tst_QueryFetching)
#include "tst_queryfetching.moc"
