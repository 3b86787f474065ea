// SPDX-License-Identifier: MIT

// Answers that stay when the program ends. Another client is the next run.

#include "querytest.h"
#include "texts.h"

#include <optional>
#include <string>
#include <utility>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

static_assert(AnswerStorage<Texts>);

namespace {

using User = std::pair<int, QString>;
const auto users = entity("user", &User::first);
const auto listKey =
    queryKey<QList<User>, int>("list", [](EntityVisitor &visit, QList<User> &list) { visit(users, list); });

} // namespace

class tst_KeptAnswers : public QueryTest
{
    Q_OBJECT

private Q_SLOTS:
    void answer_isShownAsStaleInTheNextRun();
    void answer_isShownWhileNothingIsFetched();
    void answer_isInTheCacheOfAQueryThatIsRead();
    void answer_ofAFailureStays();
    void answer_tooOldIsDeleted();
    void answer_ofAWrongClockIsTaken();
    void answer_damagedIsDeleted_data();
    void answer_damagedIsDeleted();
    void memory_expiredComesBack();
    void mutate_isKept();
    void mutate_forgetsInTheStorage();
    void invalidate_forgetsWhatIsNotInTheCache();
    void invalidate_ofAQueryForgetsItsKey();
    void revalidate_leavesIt();
    void mutation_runningIsNotKept();
    void mutation_invalidatesInTheStorage();
    void maxBytes_oldestGo();
    void maxBytes_tooLargeIsNotKept();
    void maxBytes_tooLargeIsDeletedInTheNextRun();
    void maxBytes_timesToComeGoFirst();
    void keep_whatIsInTheCache();
    void keep_isOfOneName();
    void storage_thatFailsIsReported();
    void pages_areKeptAll();
    void entities_latestOfAllAnswersCounts();
    void entities_ofAnEarlierRunGiveWayToAnswers();

protected Q_SLOTS:
    void init()
    {
        start();
        texts = Texts();
        now = 1000000ms;
    }

private:
    KeptAnswers options(std::chrono::milliseconds lifetime = 10000ms, std::size_t maxBytes = 4000) const
    {
        return {.lifetime = lifetime, .maxBytes = maxBytes, .prefix = "q/", .clock = [this] { return now; }};
    }
    QueryClient runWithLists() const
    {
        const QueryClient client({.retry = noRetry()});
        client.keep(listKey, texts, options());
        return client;
    }
    /// What a list shows of its users, without a fetch.
    static QString shownList(const QueryClient &client, int id)
    {
        const auto list =
            client.query(listKey, id, [](int) { return QList<User>(); }, {.enabled = {atom(false)}}).peek();
        QStringList all;
        for (const User &user : list.data.value_or(QList<User>())) {
            all.append(user.second);
        }
        return all.join(u',') + (list.stale ? u"S"_s : QString());
    }
    QueryClient run() const
    {
        const QueryClient client({.retry = noRetry()});
        client.keep(itemKey, texts, options());
        return client;
    }

    Texts texts;
    std::chrono::milliseconds now{0};
};

void tst_KeptAnswers::answer_isShownAsStaleInTheNextRun()
{
    {
        const auto client = run();
        const Subscription observer = item(client, 7).listen([] {});
        server.answer(0, 10);
    }
    QCOMPARE(texts.all(), u"q/item[7]=1000000 10"_s);
    const auto client = run();
    const auto query = item(client, 7);
    const Subscription observer = query.subscribe(seen);
    QCOMPARE(seen.take(), u"10LS"_s);
    now += 1s;
    server.answer(1, 11);
    QCOMPARE(seen.take(), u"11"_s);
    QCOMPARE(texts.all(), u"q/item[7]=1001000 11"_s);
}

void tst_KeptAnswers::answer_isShownWhileNothingIsFetched()
{
    run().mutate(itemKey(7), 10);
    const auto client = run();
    const auto online = atom(false);
    const auto query = item(client, 7, {.enabled = {online}});
    const Subscription observer = query.subscribe(seen);
    QCOMPARE(seen.take(), u"10S"_s);
    QCOMPARE(server.count(), 0);
    online.set(true);
    m_time->advance(0);
    QCOMPARE(server.count(), 1);
}

void tst_KeptAnswers::answer_isInTheCacheOfAQueryThatIsRead()
{
    run().mutate(itemKey(7), 10);
    const auto client = run();
    QCOMPARE(shown(item(client, 7).peek()), u"10S"_s);
    QCOMPARE(client.cached(itemKey(7)), std::optional(10));
}

void tst_KeptAnswers::answer_ofAFailureStays()
{
    run().mutate(itemKey(7), 10);
    const auto client = run();
    const auto query = item(client, 7);
    const Subscription observer = query.subscribe(seen);
    server.refuse(0);
    QCOMPARE(seen.take(), u"10LS 10!noS"_s);
    QCOMPARE(texts.all(), u"q/item[7]=1000000 10"_s);
}

void tst_KeptAnswers::answer_tooOldIsDeleted()
{
    const auto client = run();
    client.mutate(itemKey(7), 10);
    now += 5s;
    client.mutate(itemKey(8), 20);
    now += 5s;
    const auto next = run();
    QCOMPARE(texts.all(), u"q/item[8]=1005000 20"_s); // when the program begins
    now += 5s;
    QCOMPARE(shown(item(next, 8).peek()), u"-"_s); // and later
    QCOMPARE(texts.all(), u""_s);
}

void tst_KeptAnswers::answer_ofAWrongClockIsTaken()
{
    run().mutate(itemKey(7), 10);
    now = 5ms;
    QCOMPARE(shown(item(run(), 7).peek()), u"10S"_s);
}

void tst_KeptAnswers::answer_damagedIsDeleted_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"", " ", "junk", "10", "1000000", "1000000 ", "1000000 \"x\"", "1000000 {", "x 10",
                             "99999999999999999999 1", "1000000 [1", "-1 10", "-9223372036854775808 10", "999999 1 0",
                             "1000000 1e400", "1000000 [10]", "1000000 null"}) {
        QTest::newRow(text) << QByteArray(text);
    }
}

void tst_KeptAnswers::answer_damagedIsDeleted()
{
    QFETCH(QByteArray, text);
    const auto client = run();
    texts.set("q/item[7]", text.toStdString());
    QCOMPARE(shown(item(client, 7).peek()), u"-"_s);
    QCOMPARE(texts.all(), u""_s);
}

void tst_KeptAnswers::memory_expiredComesBack()
{
    const QueryClient client({.dedupeTime = 1s, .cacheLifetime = 1s});
    client.keep(itemKey, texts, options());
    const auto query = item(client, 7);
    Subscription observer = query.listen([] {});
    server.answer(0, 10);
    observer.reset();
    m_time->advance(5000);
    QVERIFY(client.keys().empty());
    QCOMPARE(texts.all(), u"q/item[7]=1000000 10"_s);
    observer = query.subscribe(seen);
    QCOMPARE(seen.take(), u"10LS"_s);
}

void tst_KeptAnswers::mutate_isKept()
{
    const auto client = run();
    client.mutate(itemKey(7), 10);
    now += 1ms;
    client.mutate(itemKey.all(), [](int &value) { value += 1; });
    QCOMPARE(texts.all(), u"q/item[7]=1000001 11"_s);
}

void tst_KeptAnswers::mutate_forgetsInTheStorage()
{
    run().mutate(itemKey(7), 10);
    run().mutate(itemKey(7), std::nullopt);
    QCOMPARE(texts.all(), u""_s);
}

void tst_KeptAnswers::invalidate_forgetsWhatIsNotInTheCache()
{
    const auto first = run();
    for (int id = 1; id <= 4; ++id) {
        first.mutate(itemKey(id), id);
    }
    const auto client = run();
    client.invalidate(itemKey(1));
    client.invalidate(itemKey.where([](int id) { return id == 2; }));
    QCOMPARE(texts.all(), u"q/item[3]=1000000 3;q/item[4]=1000000 4"_s);
    client.invalidate([](const AnyCacheKey &key) { return key.text() == "item[3]"; });
    QCOMPARE(texts.all(), u"q/item[4]=1000000 4"_s);
    client.invalidate(itemKey.all());
    QCOMPARE(texts.all(), u""_s);
}

void tst_KeptAnswers::invalidate_ofAQueryForgetsItsKey()
{
    run().mutate(itemKey(7), 10);
    const auto client = run();
    item(client, 7).invalidate();
    QCOMPARE(texts.all(), u""_s);
}

void tst_KeptAnswers::revalidate_leavesIt()
{
    run().mutate(itemKey(7), 10);
    const auto client = run();
    client.revalidate(itemKey.all());
    QCOMPARE(texts.all(), u"q/item[7]=1000000 10"_s);
}

void tst_KeptAnswers::mutation_runningIsNotKept()
{
    const auto client = run();
    client.mutate(itemKey(7), 10);
    std::vector<TaskSource<void>> calls(2);
    const auto add = client.mutation(
        [&](MutationContext &context, int call) {
            context.update(itemKey(7), [](int &value) { value += 1; });
            return calls.at(static_cast<std::size_t>(call)).task();
        },
        {.calls = MutationCalls::AtOnce});
    add(0);
    add(1);
    QCOMPARE(client.cached(itemKey(7)), std::optional(12));
    QCOMPARE(texts.all(), u"q/item[7]=1000000 10"_s);
    calls[0].resolve();
    QCOMPARE(texts.all(), u"q/item[7]=1000000 11"_s);
    calls[1].reject(std::make_exception_ptr(std::runtime_error("no")));
    QCOMPARE(texts.all(), u"q/item[7]=1000000 11"_s);
    QCOMPARE(client.cached(itemKey(7)), std::optional(11));
}

void tst_KeptAnswers::mutation_invalidatesInTheStorage()
{
    run().mutate(itemKey(7), 10);
    const auto client = run();
    const auto clear = client.mutation([](MutationContext &context, int) { context.invalidate(itemKey.all()); });
    clear(0);
    QCOMPARE(texts.all(), u""_s);
}

void tst_KeptAnswers::maxBytes_oldestGo()
{
    const QueryClient client;
    client.keep(itemKey, texts, options(10h, 1000));
    std::size_t most = 0;
    for (int id = 0; id < 200; ++id) {
        now += 1ms;
        client.mutate(itemKey(id), id);
        std::size_t bytes = 0;
        for (const auto &[name, value] : texts.entries("")) {
            bytes += name.size() + value.size();
        }
        most = std::max(most, bytes);
    }
    QVERIFY2(most <= 1000, std::to_string(most).c_str());
    QVERIFY(texts.get("q/item[199]"));
    QVERIFY(!texts.get("q/item[100]"));
    QVERIFY(texts.entries("").size() > 20);
}

void tst_KeptAnswers::maxBytes_tooLargeIsNotKept()
{
    const QueryClient client;
    const auto key = queryKey<QString, int>("text");
    client.keep(key, texts, options(10h, 1000));
    client.mutate(key(1), u"short"_s);
    client.mutate(key(1), QString(1000, u'x'));
    QCOMPARE(texts.all(), u""_s); // and not what was before
    QCOMPARE(client.cached(key(1))->size(), 1000);
}

void tst_KeptAnswers::maxBytes_tooLargeIsDeletedInTheNextRun()
{
    const auto key = queryKey<QString, int>("text");
    {
        const QueryClient client;
        client.keep(key, texts, options());
        client.mutate(key(1), u"short"_s);
        now += 1ms;
        client.mutate(key(2), QString(500, u'x'));
    }
    const QueryClient client;
    client.keep(key, texts, options(10s, 1000)); // less than before
    QCOMPARE(texts.all(), u"q/text[1]=1000000 \"short\""_s);
    texts.set("q/text[1]", "1000000 \"" + std::string(100000, 'x') + '"'); // by another program
    const auto query = client.query(key, 1, [](int) { return QString(); }, {.enabled = {atom(false)}});
    QCOMPARE(query.peek().data, std::optional<QString>());
    QCOMPARE(texts.all(), u""_s);
}

void tst_KeptAnswers::maxBytes_timesToComeGoFirst()
{
    const QueryClient client;
    client.keep(itemKey, texts, options(10h, 1000));
    for (int id = 1000; id < 1050; ++id) {
        texts.set("q/item[" + std::to_string(id) + ']', "99999999999999 1");
    }
    for (int id = 0; id < 200; ++id) {
        now += 1ms;
        client.mutate(itemKey(id), id);
    }
    QVERIFY(texts.get("q/item[199]"));
    for (int id = 1000; id < 1050; ++id) {
        QVERIFY(!texts.get("q/item[" + std::to_string(id) + ']'));
    }
}

void tst_KeptAnswers::keep_whatIsInTheCache()
{
    run().mutate(itemKey(8), 20);
    const QueryClient client;
    client.mutate(itemKey(7), 10);
    const auto query = item(client, 8);
    const Subscription observer = query.subscribe(seen);
    client.keep(itemKey, texts, options());
    QCOMPARE(texts.all(), u"q/item[7]=1000000 10;q/item[8]=1000000 20"_s);
    QCOMPARE(seen.take(), u"-L 20LS"_s);
}

void tst_KeptAnswers::keep_isOfOneName()
{
    const auto client = run();
    client.mutate(pairKey(1, u"a"_s), 5);
    client.mutate(queryKey<int, int>("items")(1), 6);
    QCOMPARE(texts.all(), u""_s);
    client.keep(pairKey, texts, options());
    client.invalidate(itemKey.all());
    QCOMPARE(texts.all(), u"q/pair[1,\"a\"]=1000000 5"_s);
}

void tst_KeptAnswers::storage_thatFailsIsReported()
{
    const auto client = run();
    texts.setFails(true);
    ErrorLog errors;
    client.mutate(itemKey(7), 10);
    QCOMPARE(client.cached(itemKey(7)), std::optional(10));
    QCOMPARE(errors.take(), (QList<QString>{u"broken"_s, u"full"_s}));
}

void tst_KeptAnswers::pages_areKeptAll()
{
    const auto key = queryKey<QList<QList<int>>>("pages");
    const auto feedOf = [&key](const QueryClient &client) {
        return client.infinite(
            key, [](const QList<int> &page) { return std::optional<int>(page.last() + 1); },
            [](std::optional<int> first) {
                return QList<int>{first.value_or(0), first.value_or(0) + 1};
            });
    };
    {
        const QueryClient client;
        client.keep(key, texts, options());
        const auto feed = feedOf(client);
        const Subscription observer = feed.listen([] {});
        feed.fetchMore();
    }
    QCOMPARE(texts.all(), u"q/pages[]=1000000 [[0,1],[2,3]]"_s);
    const QueryClient client;
    client.keep(key, texts, options());
    const auto feed = feedOf(client);
    QCOMPARE(feed.peek().data, (std::optional<QList<QList<int>>>({{0, 1}, {2, 3}})));
    QVERIFY(feed.peek().stale);
}

void tst_KeptAnswers::entities_latestOfAllAnswersCounts()
{
    texts.set("q/list[1]", R"(999998 [[7,"Ann"],[8,"Bob"]])");
    texts.set("q/list[2]", R"(999999 [[7,"Eva"]])");
    texts.set("q/list[3]", R"(999997 [[7,"Amy"],[9,"Cid"]])");
    const QueryClient client = runWithLists();
    const auto user = client.query(users, 7, [](int) { return User(); }, {.enabled = {atom(false)}});
    const auto list = client.query(listKey, 1, [](int) { return QList<User>(); }, {.enabled = {atom(false)}});
    QStringList names;
    const Subscription observer = user.subscribe([&](const Fetched<User> &now) {
        names.append(now.data ? now.data->second + (now.stale ? u"S"_s : QString()) : u"-"_s);
    });
    const Subscription shownToo = list.listen([] {});
    QCOMPARE(shownList(client, 1), u"Ann,BobS"_s);
    QCOMPARE(shownList(client, 2), u"EvaS"_s);
    QCOMPARE(shownList(client, 3), u"Eva,CidS"_s);
    QCOMPARE(shownList(client, 1), u"Eva,BobS"_s);
    QCOMPARE(names, (QStringList{u"-"_s, u"AnnS"_s, u"EvaS"_s}));
    QCOMPARE(texts.entries("q/").size(), 3U); // users themselves are not kept
}

void tst_KeptAnswers::entities_ofAnEarlierRunGiveWayToAnswers()
{
    texts.set("q/list[1]", R"(999998 [[7,"Ann"],[8,"Bob"]])");
    const QueryClient client = runWithLists();
    client.mutate(users(7), User{7, u"Zoe"_s});
    QCOMPARE(shownList(client, 1), u"Zoe,BobS"_s);
    client.mutate(listKey(2), QList<User>{{8, u"Ben"_s}});
    QCOMPARE(shownList(client, 1), u"Zoe,BenS"_s);
}

QTEST_GUILESS_MAIN(tst_KeptAnswers)
#include "tst_keptanswers.moc"
