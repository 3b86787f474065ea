// SPDX-License-Identifier: MIT

#include "querytest.h"
#include "texts.h"

#include <QSet>

#include <algorithm>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

namespace {

struct Point
{
    double x = 0;
    std::vector<double> rest;
};

} // namespace

class tst_QueryCache : public QueryTest
{
    Q_OBJECT

private Q_SLOTS:
    void fresh_isNotFetchedAgain();
    void fresh_errorsToo();
    void old_isShownWhileItIsFetched();
    void lifetime_endsAfterTheLastObserver();
    void lifetime_isNotShorterThanDedupeTime();
    void lifetime_isForEachEntry();
    void revalidate_unobservedFetchesAtTheNextMount();
    void revalidate_whileFetchingTakesTheNewerAnswer();
    void invalidate_forgetsAtOnce();
    void invalidate_unobservedIsGone();
    void selectors_chooseKeys();
    void selectors_emptyKeyChoosesNothing();
    void selectors_functionMayUseTheClient_data();
    void selectors_functionMayUseTheClient();
    void manyKeys_areNotifiedOnce();
    void mutate_isAsIfItWereFetched();
    void mutate_noneForgetsAndFetchesNothing();
    void mutate_whileFetchingDropsTheAnswer();
    void mutate_ofAShardChangesWhatIsThere();
    void functions_areNotTracked();
    void mutate_endsFetchTasks();
    void mutate_ofAQueryWithoutKeyThrows();
    void keys_areTheSameIfTheirParametersAre();
    void keys_oneNameIsOneType();
    void keys_namesAreChecked();
    void keys_manyTypesOfParameters();
    void values_withoutEqualityAreNotifiedEachTime();
    void equalAnswer_isSilentButForLoading();
    void listener_mayStartOver();

protected Q_SLOTS:
    void init() { start(); }
};

void tst_QueryCache::fresh_isNotFetchedAgain()
{
    const QueryClient client;
    const auto one = item(client, 1);
    Subscription observer = one.subscribe(seen);
    server.answer(0, 10);
    observer.reset();
    m_time->advance(3999);
    observer = item(client, 1).subscribe(seen);
    QCOMPARE(seen.take(), u"-L 10 10"_s);
    QCOMPARE(server.count(), 1);
}

void tst_QueryCache::fresh_errorsToo()
{
    const QueryClient client({.dedupeTime = 1s, .retry = noRetry()});
    const auto query = item(client, 1);
    Subscription observer = query.subscribe(seen);
    server.refuse(0);
    observer.reset();
    m_time->advance(999);
    observer = query.subscribe(seen);
    QCOMPARE(server.count(), 1);
    observer.reset();
    m_time->advance(1);
    observer = query.subscribe(seen);
    QCOMPARE(seen.take(), u"-L -!no -!no -!noL"_s);
    QCOMPARE(server.count(), 2);
}

void tst_QueryCache::old_isShownWhileItIsFetched()
{
    const QueryClient client;
    const auto query = item(client, 1);
    Subscription observer = query.subscribe(seen);
    server.answer(0, 10);
    observer.reset();
    m_time->advance(4000);
    observer = query.subscribe(seen);
    server.answer(1, 11);
    QCOMPARE(seen.take(), u"-L 10 10LS 11"_s);
}

void tst_QueryCache::lifetime_endsAfterTheLastObserver()
{
    const QueryClient client({.dedupeTime = 1s, .cacheLifetime = 5s});
    const auto query = item(client, 1);
    Subscription observer = query.subscribe(seen);
    server.answer(0, 10);
    m_time->advance(20000); // it is shown, so it stays
    QCOMPARE(client.cached(itemKey(1)), std::optional(10));
    observer.reset();
    m_time->advance(4999);
    QCOMPARE(client.cached(itemKey(1)), std::optional(10));
    m_time->advance(1);
    QCOMPARE(client.cached(itemKey(1)), std::nullopt);
    QCOMPARE(client.keys().size(), 0u);
    seen.take();
    observer = query.subscribe(seen);
    QCOMPARE(seen.take(), u"-L"_s);
}

void tst_QueryCache::lifetime_isNotShorterThanDedupeTime()
{
    const QueryClient client({.dedupeTime = 10s, .cacheLifetime = 1s});
    client.mutate(itemKey(1), 10);
    m_time->advance(9999);
    QCOMPARE(client.cached(itemKey(1)), std::optional(10));
    m_time->advance(1);
    QCOMPARE(client.cached(itemKey(1)), std::nullopt);
}

void tst_QueryCache::lifetime_isForEachEntry()
{
    const QueryClient client({.dedupeTime = 0s, .cacheLifetime = 2s});
    for (int i = 0; i < 50; ++i) {
        client.mutate(itemKey(i), i);
        m_time->advance(100);
    }
    QSet<QByteArray> left;
    for (const auto &key : client.keys()) {
        left.insert(key.text());
    }
    QVERIFY(left.contains("item[49]") && left.contains("item[31]"));
    for (int i = 0; i <= 30; ++i) {
        QCOMPARE(client.cached(itemKey(i)), std::nullopt);
    }
    m_time->advance(3000);
    QCOMPARE(client.keys().size(), 0u);
    QCOMPARE(m_time->scheduler().pendingTimers(), 0u);
}

void tst_QueryCache::revalidate_unobservedFetchesAtTheNextMount()
{
    const QueryClient client;
    const auto query = item(client, 1);
    Subscription observer = query.subscribe(seen);
    server.answer(0, 10);
    observer.reset();
    m_time->advance(0);
    client.revalidate(itemKey(1));
    QCOMPARE(server.count(), 1);
    observer = query.subscribe(seen);
    QCOMPARE(seen.take(), u"-L 10 10LS"_s);
    QCOMPARE(server.count(), 2);
}

void tst_QueryCache::revalidate_whileFetchingTakesTheNewerAnswer()
{
    const QueryClient client;
    const auto query = item(client, 1);
    const Subscription observer = query.subscribe(seen);
    client.revalidate(itemKey(1));
    QCOMPARE(server.count(), 2);
    server.answer(1, 11);
    server.answer(0, 10); // late
    QCOMPARE(seen.take(), u"-L 11"_s);
    QCOMPARE(client.fetching().get(), 0);
}

void tst_QueryCache::invalidate_forgetsAtOnce()
{
    const QueryClient client;
    const auto query = item(client, 1);
    const Subscription observer = query.subscribe(seen);
    server.answer(0, 10);
    query.invalidate();
    QCOMPARE(seen.take(), u"-L 10 -L"_s);
    server.answer(1, 11);
    QCOMPARE(seen.take(), u"11"_s);
}

void tst_QueryCache::invalidate_unobservedIsGone()
{
    const QueryClient client;
    client.mutate(itemKey(1), 10);
    client.invalidate(itemKey(1));
    QCOMPARE(client.cached(itemKey(1)), std::nullopt);
    QCOMPARE(client.keys().size(), 0u);
    QCOMPARE(server.count(), 0);
}

void tst_QueryCache::selectors_chooseKeys()
{
    const QueryClient client;
    const auto fill = [&] {
        for (int i = 1; i <= 4; ++i) {
            client.mutate(itemKey(i), i);
        }
        client.mutate(pairKey(1, u"a"_s), 5);
    };
    const auto left = [&] {
        QStringList texts;
        for (const auto &key : client.keys()) {
            texts += QString::fromUtf8(key.text());
        }
        texts.sort();
        return texts.join(u' ');
    };
    fill();
    client.invalidate(itemKey(2));
    QCOMPARE(left(), u"item[1] item[3] item[4] pair[1,\"a\"]"_s);
    fill();
    client.invalidate(itemKey.where([](int id) { return id > 2; }));
    QCOMPARE(left(), u"item[1] item[2] pair[1,\"a\"]"_s);
    fill();
    client.invalidate(itemKey);
    QCOMPARE(left(), u"pair[1,\"a\"]"_s);
    fill();
    client.invalidate([](const AnyCacheKey &key) { return key.text().contains('1'); });
    QCOMPARE(left(), u"item[2] item[3] item[4]"_s);
    fill();
    client.invalidate(KeySelector::all());
    QCOMPARE(left(), QString());
}

void tst_QueryCache::selectors_emptyKeyChoosesNothing()
{
    const QueryClient client;
    client.mutate(itemKey(1), 10);
    client.invalidate(AnyCacheKey());
    QCOMPARE(client.cached(itemKey(1)), std::optional(10));
}

void tst_QueryCache::selectors_functionMayUseTheClient_data()
{
    QTest::addColumn<bool>("ofAll");
    QTest::newRow("of a shard") << false;
    QTest::newRow("of all") << true;
}

/// It fills the cache, and empties it.
void tst_QueryCache::selectors_functionMayUseTheClient()
{
    QFETCH(bool, ofAll);
    const QueryClient client({.dedupeTime = 0ms, .cacheLifetime = 0ms});
    Texts texts;
    client.keep(itemKey, texts);
    const auto query = item(client, 1);
    const Subscription observer = query.listen([] {});
    server.answer(0, 5);
    client.mutate(itemKey(2), 5);
    QByteArrayList asked;
    const auto choose = [&](const AnyCacheKey &key) {
        asked.append(key.text());
        for (int i = 10; i < 30; ++i) {
            client.mutate(itemKey(i), i);
            client.mutate(pairKey(i, QString::number(asked.size())), i);
        }
        m_time->advance(0);
        static_cast<void>(client.cached(itemKey(2)));
        return key == itemKey(1);
    };
    client.revalidate(ofAll ? KeySelector(choose) : KeySelector::ofShard(itemKey.shard(), choose));
    std::sort(asked.begin(), asked.end());
    QCOMPARE(asked, (QByteArrayList{"item[1]", "item[2]"}));
    QCOMPARE(server.requests(), (QList<QString>{u"1"_s, u"1"_s}));
    client.invalidate(choose);
    QCOMPARE(server.count(), 3);
}

void tst_QueryCache::manyKeys_areNotifiedOnce()
{
    const QueryClient client;
    const auto one = item(client, 1);
    const auto two = item(client, 2);
    const auto both =
        computed(one, two, [](const Fetched<int> &a, const Fetched<int> &b) { return shown(a) + u',' + shown(b); });
    QStringList log;
    const Subscription observer = both.subscribe([&](const QString &text) { log += text; });
    server.answer(0, 10);
    server.answer(1, 20);
    log.clear();
    client.invalidate(itemKey);
    QCOMPARE(log, QStringList{u"-L,-L"_s});
}

void tst_QueryCache::mutate_isAsIfItWereFetched()
{
    const QueryClient client;
    const auto query = item(client, 1);
    client.mutate(itemKey(1), 5);
    Subscription observer = query.subscribe(seen);
    query.mutate(6);
    QCOMPARE(seen.take(), u"5 6"_s);
    QCOMPARE(server.count(), 0);
    observer.reset();
    m_time->advance(4000);
    observer = query.subscribe(seen);
    QCOMPARE(seen.take(), u"6LS"_s);
}

void tst_QueryCache::mutate_noneForgetsAndFetchesNothing()
{
    const QueryClient client;
    const auto query = item(client, 1);
    const Subscription observer = query.subscribe(seen);
    server.answer(0, 10);
    client.mutate(itemKey(1), std::nullopt);
    QCOMPARE(seen.take(), u"-L 10 -"_s);
    QCOMPARE(server.count(), 1);
}

void tst_QueryCache::mutate_whileFetchingDropsTheAnswer()
{
    const QueryClient client;
    const auto query = abortable(client, 1);
    const Subscription observer = query.subscribe(seen);
    query.mutate(6);
    QCOMPARE(server.aborted(), QList<QString>{u"1"_s});
    server.answer(0, 10);
    QCOMPARE(seen.take(), u"-L 6"_s);
}

void tst_QueryCache::mutate_ofAShardChangesWhatIsThere()
{
    const QueryClient client;
    client.mutate(itemKey(1), 1);
    client.mutate(itemKey(2), 2);
    client.mutate(itemKey.all(), [](int &value) { value *= 10; });
    client.mutate(itemKey.where([](int id) { return id == 2; }), [](int &value) { ++value; });
    QCOMPARE(client.cached(itemKey(1)), std::optional(10));
    QCOMPARE(client.cached(itemKey(2)), std::optional(21));
    QCOMPARE(client.cached(itemKey(3)), std::nullopt);
}

void tst_QueryCache::functions_areNotTracked()
{
    const QueryClient client;
    client.mutate(itemKey(1), 10);
    const auto step = atom(1);
    int runs = 0;
    const auto writing = effect([&] {
        ++runs;
        client.mutate(itemKey.all(), [&](int &value) { value += step(); });
        client.revalidate([&](const AnyCacheKey &) { return step() > 0; });
        client.invalidate(itemKey.where([&](int id) { return id > step() + 1; }));
    });
    step.set(2);
    QCOMPARE(runs, 1);
    QCOMPARE(client.cached(itemKey(1)), std::optional(11));
}

void tst_QueryCache::mutate_endsFetchTasks()
{
    const QueryClient client;
    const auto query = item(client, 1);
    const Task<int> one = query.fetch();
    client.mutate(itemKey(1), 5);
    QCOMPARE(one.result(), 5);
    client.invalidate(itemKey(1));
    const Task<int> two = query.fetch();
    client.mutate(itemKey(1), std::nullopt);
    QVERIFY_EXCEPTION_THROWN(two.result(), TaskAbandoned);
}

void tst_QueryCache::mutate_ofAQueryWithoutKeyThrows()
{
    const QueryClient client;
    const auto query = item(client, atom(std::optional<int>()));
    QVERIFY_EXCEPTION_THROWN(query.mutate(1), QueryDisabled);
    query.revalidate();
    query.invalidate();
}

void tst_QueryCache::keys_areTheSameIfTheirParametersAre()
{
    const auto same = queryKey<int, int>("item");
    QVERIFY(itemKey(1) == same(1));
    QVERIFY(!(itemKey(1) == itemKey(2)));
    QVERIFY(!(itemKey(1) == AnyCacheKey()));
    QVERIFY(AnyCacheKey() == AnyCacheKey());
    const auto texts = queryKey<int, QString, QString>("texts");
    QVERIFY(!(texts(u"a"_s, u"b\",\"c"_s) == texts(u"a\",\"b"_s, u"c"_s)));
    QCOMPARE(itemKey(1).shard(), u"item"_s);
}

void tst_QueryCache::keys_oneNameIsOneType()
{
    const QueryClient client;
    client.mutate(itemKey(1), 1);
    const auto byText = queryKey<int, QString>("item");
    const auto ofText = queryKey<QString, int>("item");
    const QString expected = u"nanostores: the query key \"item\" is one of int by "_s;
    QVERIFY(thrownBy([&] { client.mutate(byText(u"1"_s), 1); }).startsWith(expected));
    QVERIFY(thrownBy([&] { static_cast<void>(client.cached(ofText(1))); }).contains(u"another name"_s));
    const auto query = client.query(ofText, 1, [](int) { return u"a"_s; });
    QVERIFY(thrownBy([&] { static_cast<void>(query.listen([] {})); }).startsWith(expected));
    QVERIFY(thrownBy([&] { client.invalidate(ofText); }).startsWith(expected));
    QVERIFY(thrownBy([&] { client.revalidate(byText(u"1"_s)); }).startsWith(expected));
    QCOMPARE(client.cached(itemKey(1)), std::optional(1));
}

void tst_QueryCache::keys_namesAreChecked()
{
    const auto named = [](const char *name) { return thrownBy([name] { queryKey<int>(name)(); }); };
    QCOMPARE(named("item"), QString());
    QVERIFY(named("").contains(u"is no name of a query key"_s));
    QVERIFY(named("a[b").contains(u"has no ["_s));
}

void tst_QueryCache::keys_manyTypesOfParameters()
{
    const auto none = queryKey<int>("none");
    QCOMPARE(none().text(), QByteArray("none[]"));
    const auto flag = queryKey<int, bool>("flag");
    QCOMPARE(flag(true).text(), QByteArray("flag[true]"));
    const auto list = queryKey<int, std::vector<int>, std::optional<QString>>("list");
    QCOMPARE(list({1, 2}, std::nullopt).text(), QByteArray("list[[1,2],null]"));
    const auto big = queryKey<int, qint64>("big");
    QVERIFY(!(big((1LL << 53) + 1) == big(1LL << 53)));
    const auto text = queryKey<int, std::string>("text");
    const QueryClient client;
    const auto query = client.query(text, atom(std::string("a")),
                                    [](const std::string &value) { return static_cast<int>(value.size()); });
    QCOMPARE(query.fetch().result(), 1);
    const auto three = client.query(queryKey<int, int, int, int>("three"), 1, atom(2), atom(std::optional(3)),
                                    [](int a, int b, int c) { return a * 100 + b * 10 + c; });
    QCOMPARE(three.fetch().result(), 123);
}

void tst_QueryCache::values_withoutEqualityAreNotifiedEachTime()
{
    const QueryClient client;
    const auto key = queryKey<Point>("point");
    const auto query = client.query(key, [] { return Point{1, {2}}; });
    int calls = 0;
    const Subscription observer = query.listen([&] { ++calls; });
    query.mutate(Point{1, {2}});
    QCOMPARE(calls, 1);
    QCOMPARE(query.get().data->rest.size(), 1u);
}

void tst_QueryCache::equalAnswer_isSilentButForLoading()
{
    const QueryClient client;
    const auto query = item(client, 1);
    int changes = 0;
    const Subscription state = query.listen(seen);
    server.answer(0, 10);
    const auto data = query.data();
    const Subscription observer = data.listen([&] { ++changes; });
    query.revalidate();
    server.answer(1, 10);
    QCOMPARE(seen.take(), u"10 10LS 10"_s);
    QCOMPARE(changes, 0);
}

void tst_QueryCache::listener_mayStartOver()
{
    const QueryClient client({.retry = noRetry()});
    const auto query = item(client, 1);
    int left = 2;
    const Subscription observer = query.subscribe([&](const Fetched<int> &fetched) {
        seen(fetched);
        if (!fetched.loading && left-- > 0) {
            query.invalidate();
        }
    });
    server.answer(0, 10);
    server.refuse(1);
    server.answer(2, 12);
    QCOMPARE(seen.take(), u"-L 10 -L -!no -L 12"_s);
    QCOMPARE(server.count(), 3);
}

QTEST_GUILESS_MAIN(tst_QueryCache)
#include "tst_querycache.moc"
