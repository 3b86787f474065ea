// SPDX-License-Identifier: MIT

#include "querytest.h"

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

class tst_Query : public QueryTest
{
    Q_OBJECT

private Q_SLOTS:
    void subscribe_seesLoadingThenData();
    void unobserved_fetchesNothing();
    void queriesOfOneKey_shareTheFetchAndItsResult();
    void fetcherWithoutTask_givesItsResultAtOnce();
    void fetcherThatThrows_isAnError();
    void error_keepsDataOfBefore();
    void parts_areStores();
    void key_stores_severalInATurnAreOneFetch();
    void key_change_hidesDataOfTheFormerKey();
    void key_change_isNeverSeenWithDataOfTheFormerKey();
    void key_change_keepPreviousShowsItUntilTheAnswer();
    void key_change_keepPreviousEndsWithAnError();
    void key_empty_fetchesNothingAndForgets();
    void key_fromAQuery_waitsForItsData();
    void lateAnswer_goesToTheCacheOnly();
    void operation_fetchesWhenItIsCalled();
    void operation_usesTheCache();
    void operation_withoutParameters();

protected Q_SLOTS:
    void init() { start(); }
};

void tst_Query::subscribe_seesLoadingThenData()
{
    const QueryClient client;
    const auto query = item(client, 1);
    const Subscription observer = query.subscribe(seen);
    QCOMPARE(seen.take(), u"-L"_s);
    QCOMPARE(server.requests(), QList<QString>{u"1"_s});
    server.answer(0, 10);
    QCOMPARE(seen.take(), u"10"_s);
}

void tst_Query::unobserved_fetchesNothing()
{
    const QueryClient client;
    const auto query = item(client, 1);
    QCOMPARE(shown(query.peek()), u"-"_s);
    QCOMPARE(server.count(), 0);
}

void tst_Query::queriesOfOneKey_shareTheFetchAndItsResult()
{
    const QueryClient client;
    const auto one = item(client, 1);
    const auto two = item(client, 1);
    const Subscription first = one.subscribe(seen);
    const Subscription second = two.subscribe(seen);
    QCOMPARE(server.count(), 1);
    QCOMPARE(seen.take(), u"-L -L"_s);
    server.answer(0, 10);
    QCOMPARE(seen.take(), u"10 10"_s);
}

void tst_Query::fetcherWithoutTask_givesItsResultAtOnce()
{
    const QueryClient client;
    const auto query = client.query(itemKey, 4, [](int id) { return id * 2; });
    const Subscription observer = query.subscribe(seen);
    QCOMPARE(seen.take(), u"8"_s);
}

void tst_Query::fetcherThatThrows_isAnError()
{
    const QueryClient client({.retry = noRetry()});
    const auto query = client.query(itemKey, 4, [](int) -> int { fail("broken"); });
    const Subscription observer = query.subscribe(seen);
    QCOMPARE(seen.take(), u"-!broken"_s);
    QVERIFY(query.peek().error.as<std::runtime_error>());
    QVERIFY(!query.peek().error.as<std::logic_error>());
}

void tst_Query::error_keepsDataOfBefore()
{
    const QueryClient client({.retry = noRetry()});
    const auto query = item(client, 1);
    const Subscription observer = query.subscribe(seen);
    server.answer(0, 10);
    query.revalidate();
    server.refuse(1);
    QCOMPARE(seen.take(), u"-L 10 10LS 10!noS"_s);
    query.revalidate();
    server.answer(2, 11);
    QCOMPARE(seen.take(), u"10!noLS 11"_s);
}

void tst_Query::parts_areStores()
{
    const QueryClient client({.retry = noRetry()});
    const auto query = item(client, 1);
    const auto data = query.data();
    const auto loading = query.loading();
    const auto text = query.valueOr(-1);
    const auto fetching = client.fetching();
    QStringList log;
    const Subscription one = data.listen([&](const auto &value) { log += u"data %1"_s.arg(value.value_or(0)); });
    const Subscription two = loading.subscribe([&](bool value) { log += value ? u"loading"_s : u"at rest"_s; });
    QCOMPARE(text.get(), -1);
    QCOMPARE(fetching.get(), 1);
    server.answer(0, 10);
    QCOMPARE(log, (QStringList{u"loading"_s, u"data 10"_s, u"at rest"_s}));
    QCOMPARE(text.get(), 10);
    QCOMPARE(fetching.get(), 0);
    query.revalidate();
    QVERIFY(query.stale().get());
    server.refuse(1);
    QCOMPARE(query.error().get().message(), u"no"_s);
}

void tst_Query::key_stores_severalInATurnAreOneFetch()
{
    const QueryClient client;
    const auto number = atom(1);
    const auto word = atom(u"a"_s);
    const auto query = client.query(pairKey, number, word,
                                    [this](int n, const QString &w) { return server.ask(QString::number(n) + w); });
    const Subscription observer = query.subscribe(seen);
    server.answer(0, 10);
    QCOMPARE(seen.take(), u"-L 10"_s);
    number.set(2);
    word.set(u"b"_s);
    number.set(3);
    QCOMPARE(seen.take(), u"-L"_s);
    QCOMPARE(server.requests(), (QList<QString>{u"1a"_s}));
    m_time->advance(0);
    QCOMPARE(server.requests(), (QList<QString>{u"1a"_s, u"3b"_s}));
    server.answer(1, 20);
    QCOMPARE(seen.take(), u"20"_s);
}

void tst_Query::key_change_hidesDataOfTheFormerKey()
{
    const QueryClient client;
    const auto id = atom(1);
    const auto query = item(client, id);
    const Subscription observer = query.subscribe(seen);
    server.answer(0, 10);
    id.set(2);
    m_time->advance(0);
    server.answer(1, 20);
    QCOMPARE(seen.take(), u"-L 10 -L 20"_s);
    id.set(1); // in the cache, and fresh
    m_time->advance(0);
    QCOMPARE(seen.take(), u"10"_s);
    QCOMPARE(server.count(), 2);
}

void tst_Query::key_change_isNeverSeenWithDataOfTheFormerKey()
{
    const QueryClient client;
    const auto id = atom(1);
    QStringList log;
    const auto query = item(client, id);
    const auto both = computed(
        id, query, [](int now, const Fetched<int> &fetched) { return QString::number(now) + u':' + shown(fetched); });
    const Subscription observer = both.subscribe([&](const QString &text) { log += text; });
    server.answer(0, 10);
    id.set(2);
    m_time->advance(0);
    server.answer(1, 20);
    QCOMPARE(log, (QStringList{u"1:-L"_s, u"1:10"_s, u"2:-L"_s, u"2:20"_s}));
}

void tst_Query::key_change_keepPreviousShowsItUntilTheAnswer()
{
    const QueryClient client;
    const auto id = atom(std::optional<int>(1));
    const auto query = item(client, id, {.keepPrevious = true});
    const Subscription observer = query.subscribe(seen);
    server.answer(0, 10);
    id.set(2);
    id.set(3);
    m_time->advance(0);
    QCOMPARE(seen.take(), u"-L 10 10LSP"_s);
    server.answer(1, 30);
    QCOMPARE(seen.take(), u"30"_s);
    id.set(std::nullopt); // a user who has logged out sees nothing
    QCOMPARE(seen.take(), u"-"_s);
}

void tst_Query::key_change_keepPreviousEndsWithAnError()
{
    const QueryClient client({.retry = noRetry()});
    const auto id = atom(1);
    const auto query = item(client, id, {.keepPrevious = true});
    const Subscription observer = query.subscribe(seen);
    server.answer(0, 10);
    id.set(2);
    m_time->advance(0);
    server.refuse(1);
    QCOMPARE(seen.take(), u"-L 10 10LSP -!no"_s);
}

void tst_Query::key_empty_fetchesNothingAndForgets()
{
    const QueryClient client;
    const auto id = atom(std::optional<int>());
    const auto query = item(client, id);
    const Subscription observer = query.subscribe(seen);
    m_time->advance(10000);
    QCOMPARE(seen.take(), u"-"_s);
    id.set(1);
    m_time->advance(0);
    server.answer(0, 10);
    QCOMPARE(seen.take(), u"-L 10"_s);
    QCOMPARE(query.key().peek().text(), QByteArray("item[1]"));
    id.set(std::nullopt);
    QCOMPARE(seen.take(), u"-"_s);
    QVERIFY(query.key().peek().isEmpty());
    QCOMPARE(server.count(), 1);
}

void tst_Query::key_fromAQuery_waitsForItsData()
{
    const QueryClient client;
    const auto parent = item(client, 1);
    const auto child = item(client, parent.data());
    const Subscription observer = child.subscribe(seen);
    QCOMPARE(server.requests(), QList<QString>{u"1"_s});
    server.answer(0, 5);
    m_time->advance(0);
    QCOMPARE(server.requests(), (QList<QString>{u"1"_s, u"5"_s}));
    server.answer(1, 50);
    QCOMPARE(seen.take(), u"- -L 50"_s);
}

void tst_Query::lateAnswer_goesToTheCacheOnly()
{
    const QueryClient client;
    const auto id = atom(1);
    const auto query = item(client, id);
    const Subscription observer = query.subscribe(seen);
    id.set(2);
    m_time->advance(0);
    server.answer(1, 20);
    server.answer(0, 10);
    QCOMPARE(seen.take(), u"-L 20"_s);
    QCOMPARE(client.cached(itemKey(1)), std::optional(10));
    id.set(1);
    QCOMPARE(seen.take(), u"10"_s);
}

void tst_Query::operation_fetchesWhenItIsCalled()
{
    const QueryClient client({.interval = 1s, .retry = backoff({.first = 10ms})});
    const auto search = client.operation(itemKey, [this](int id) { return server.ask(QString::number(id)); });
    const Subscription observer = search.subscribe(seen);
    m_time->advance(5000);
    QCOMPARE(server.count(), 0);
    const Task<int> one = search(1);
    const Task<int> two = search(2);
    server.answer(0, 10);
    QCOMPARE(one.result(), 10);
    server.refuse(1);
    QCOMPARE(seen.take(), u"- -L -!no"_s);
    QVERIFY(two.done());
    m_time->advance(5000);
    QCOMPARE(server.requests(), (QList<QString>{u"1"_s, u"2"_s}));
}

void tst_Query::operation_usesTheCache()
{
    const QueryClient client;
    const auto search = client.operation(itemKey, [this](int id) { return server.ask(QString::number(id)); });
    search(1);
    server.answer(0, 10);
    QCOMPARE(search(1).result(), 10);
    QCOMPARE(server.count(), 1);
    const Subscription observer = search.subscribe(seen);
    client.invalidate(itemKey);
    QCOMPARE(seen.take(), u"10 -"_s);
    search(1);
    QCOMPARE(server.count(), 2);
}

void tst_Query::operation_withoutParameters()
{
    const QueryClient client;
    const auto load = client.operation(queryKey<int>("all"), [] { return 5; });
    QCOMPARE(load.call().result(), 5);
    QCOMPARE(load().data, std::optional(5));
}

QTEST_GUILESS_MAIN(tst_Query)
#include "tst_query.moc"
