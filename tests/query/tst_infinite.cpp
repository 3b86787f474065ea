// SPDX-License-Identifier: MIT

#include "feed.h"
#include "support/timedtest.h"

#include <nanostores/core.h>
#include <nanostores/query.h>

#include <QTest>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

class tst_Infinite : public TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void fetchMore_appendsAPage();
    void fetchMore_twiceIsOneRequest();
    void fetchMore_atTheEndFetchesNothing();
    void fetchMore_withoutPagesFetchesTheFirst();
    void fetchMore_unobservedFetches();
    void fetchMore_whilePagesAreFetchedAnewComesAfterThem();
    void fetchMore_whatWasNextIsGoneByThen();
    void fetchMore_withoutKeyIsDisabled();
    void fetchMore_ofAnotherQueryOfTheKeyIsShared();
    void fetchMore_insideTheFetcher();
    void next_errorIsAStateAndCanBeRetried();
    void next_errorIsRetriedByThePolicy();
    void next_errorOfAFetchOfAllEndsIt();
    void next_errorGoesWithTheLastObserver();
    void next_byAllPages();
    void revalidate_showsAllPagesWhenTheLastOneIsThere();
    void revalidate_followsTheCursorsOfTheMoment();
    void revalidate_endsWithTheList();
    void revalidate_failingHalfWayKeepsThePages();
    void revalidate_whileTheNextPageIsFetchedFetchesItAfterwards();
    void revalidate_whileRetryIsDueFetchesItAfterwards();
    void invalidate_beginsWithTheFirstPage();
    void invalidate_endsAFetchMore();
    void mutate_replacesThePages();
    void mutate_whileTheNextPageIsFetchedFetchesItAnew();
    void key_change_abortsAndShowsTheOthersPages();
    void lastObserver_leaves_abortsOnlyThePageOfTheMoment();
    void lastObserver_leaves_theRestOfThePagesComesToTheCache();
    void mutation_isUndoneInPagesThatCameLater();
    void entities_areTheSameInAllPages();
    void fetcherWithoutTask_givesAllPagesAtOnce();
    void dedupe_ageIsThatOfTheWhole();
    void allTasks_waitsForTheNextPage();

protected Q_SLOTS:
    void init()
    {
        server.stop();
        cleanTasks();
        TimedTest::init();
        server = FeedServer();
        client = QueryClient({.retry = noRetry()});
        log.clear();
    }

private:
    Subscription watch(const Feed &feed)
    {
        return feed.subscribe([this](const Fetched<Pages> &now) { log.append(shown(now)); });
    }
    /// Observes, and has two pages, 1 2|3 4, and a third one.
    Subscription twoPages(const Feed &feed)
    {
        auto observer = watch(feed);
        server.answer(0, page({1, 2}, 1));
        feed.fetchMore();
        server.answer(1, page({3, 4}, 2));
        log.clear();
        return observer;
    }
    QString take() { return std::exchange(log, {}).join(u','); }
    QString requests() const { return server.requests().join(u' '); }

    FeedServer server;
    QStringList log;
    QueryClient client; ///< Anew for each function.
};

void tst_Infinite::fetchMore_appendsAPage()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const auto next = feed.next();
    const Subscription observer = watch(feed);
    QStringList states;
    const Subscription other = next.subscribe([&](const NextPage &now) { states.append(shown(now)); });
    server.answer(0, page({1, 2}, 1));
    const auto task = feed.fetchMore();
    QVERIFY(!task.done());
    server.answer(1, page({3}));
    QCOMPARE(requests(), u"a0 a1"_s);
    QCOMPARE(take(), u"-L,1 2,1 2|3"_s);
    QCOMPARE(states.join(u' '), u"- + +L -"_s);
    QCOMPARE(task.result().size(), 2);
}

void tst_Infinite::fetchMore_twiceIsOneRequest()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = watch(feed);
    server.answer(0, page({1}, 1));
    const auto one = feed.fetchMore();
    const auto two = feed.fetchMore();
    QCOMPARE(requests(), u"a0 a1"_s);
    server.answer(1, page({2}, 2));
    QVERIFY(one.done() && two.done());
    QCOMPARE(requests(), u"a0 a1"_s);
}

void tst_Infinite::fetchMore_atTheEndFetchesNothing()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = watch(feed);
    server.answer(0, page({1}));
    QCOMPARE(feed.fetchMore().result(), Pages{page({1})});
    QCOMPARE(requests(), u"a0"_s);
}

void tst_Infinite::fetchMore_withoutPagesFetchesTheFirst()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = watch(feed);
    const auto task = feed.fetchMore();
    QCOMPARE(requests(), u"a0"_s);
    server.answer(0, page({1}, 1));
    QVERIFY(task.done());
    QCOMPARE(requests(), u"a0"_s);
}

void tst_Infinite::fetchMore_unobservedFetches()
{
    const auto feed = feedOf(server, client, u"a"_s);
    client.mutate(feedKey(u"a"_s), Pages{page({1}, 1)});
    const auto task = feed.fetchMore();
    server.answer(0, page({2}));
    QCOMPARE(task.result(), (Pages{page({1}, 1), page({2})}));
    QCOMPARE(requests(), u"a1"_s);
}

void tst_Infinite::fetchMore_whilePagesAreFetchedAnewComesAfterThem()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const auto next = feed.next();
    const Subscription observer = twoPages(feed);
    feed.revalidate();
    const auto task = feed.fetchMore();
    QCOMPARE(shown(next.get()), u"+L"_s);
    server.answer(2, page({1, 2}, 7));
    server.answer(3, page({3, 4}, 8));
    server.answer(4, page({5}));
    QCOMPARE(requests(), u"a0 a1 a0 a7 a8"_s);
    QCOMPARE(take(), u"1 2|3 4LS,1 2|3 4,1 2|3 4|5"_s);
    QCOMPARE(task.result().size(), 3);
}

void tst_Infinite::fetchMore_whatWasNextIsGoneByThen()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = twoPages(feed);
    feed.revalidate();
    const auto task = feed.fetchMore();
    server.answer(2, page({1}));
    QCOMPARE(requests(), u"a0 a1 a0"_s);
    QCOMPARE(task.result(), Pages{page({1})});
    QCOMPARE(shown(feed.next().get()), u"-"_s);
    QCOMPARE(client.fetching().get(), 0);
}

void tst_Infinite::fetchMore_withoutKeyIsDisabled()
{
    const auto name = atom(std::optional<QString>());
    const auto feed = feedOf(server, client, name);
    QVERIFY_EXCEPTION_THROWN(feed.fetchMore().result(), QueryDisabled);
}

void tst_Infinite::fetchMore_ofAnotherQueryOfTheKeyIsShared()
{
    const auto one = feedOf(server, client, u"a"_s);
    const auto two = feedOf(server, client, u"a"_s);
    const Subscription observer = twoPages(one);
    const Subscription other = two.listen([] {});
    two.fetchMore();
    one.fetchMore();
    QCOMPARE(requests(), u"a0 a1 a2"_s);
    server.answer(2, page({5}));
    QCOMPARE(take(), u"1 2|3 4|5"_s);
    QCOMPARE(two.get().data->size(), 3);
}

void tst_Infinite::fetchMore_insideTheFetcher()
{
    std::function<void()> again;
    int calls = 0;
    const auto feed =
        client.infinite(feedKey, u"a"_s, &FeedPage::next, [&](const QString &, std::optional<int> cursor) {
            if (++calls == 2) {
                again();
            }
            const int place = cursor.value_or(0);
            return page({place}, place + 1);
        });
    again = [&] { feed.fetchMore(); };
    const Subscription observer = feed.listen([] {});
    feed.fetchMore();
    QCOMPARE(feed.get().data->size(), 2);
    m_time->advance(0);
    QCOMPARE(feed.get().data->size(), 2); // it was of the same page
}

void tst_Infinite::next_errorIsAStateAndCanBeRetried()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const auto next = feed.next();
    const Subscription observer = twoPages(feed);
    const auto task = feed.fetchMore();
    server.refuse(2);
    QCOMPARE(shown(next.get()), u"+!no"_s);
    QCOMPARE(take(), u""_s); // the pages are not touched
    QVERIFY(!feed.get().error);
    QVERIFY_EXCEPTION_THROWN(task.result(), std::runtime_error);
    feed.fetchMore();
    QCOMPARE(shown(next.get()), u"+L"_s);
    server.answer(3, page({5}));
    QCOMPARE(take(), u"1 2|3 4|5"_s);
    QCOMPARE(shown(next.get()), u"-"_s);
    QCOMPARE(requests(), u"a0 a1 a2 a2"_s);
}

void tst_Infinite::next_errorIsRetriedByThePolicy()
{
    QList<int> attempts;
    const QueryClient patient({.retry = backoff({.first = 1s, .jitter = 0, .attempts = 3}),
                               .onError = [&](const QueryFailure &failure) { attempts.append(failure.attempt); }});
    const auto feed = feedOf(server, patient, u"a"_s);
    const Subscription observer = twoPages(feed);
    feed.fetchMore();
    server.refuse(2);
    m_time->advance(999);
    QCOMPARE(server.count(), 3);
    m_time->advance(1);
    server.refuse(3);
    m_time->advance(2000);
    server.refuse(4);
    m_time->advance(60000);
    QCOMPARE(requests(), u"a0 a1 a2 a2 a2"_s);
    QCOMPARE(attempts, (QList<int>{1, 2, 3}));
}

void tst_Infinite::next_errorOfAFetchOfAllEndsIt()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = twoPages(feed);
    feed.revalidate();
    const auto task = feed.fetchMore();
    server.refuse(2, "down");
    QCOMPARE(take(), u"1 2|3 4LS,1 2|3 4!downS"_s);
    QVERIFY(task.done());
    QCOMPARE(shown(feed.next().get()), u"+"_s);
    QCOMPARE(requests(), u"a0 a1 a0"_s);
    QVERIFY_EXCEPTION_THROWN(task.result(), std::runtime_error);
}

void tst_Infinite::next_errorGoesWithTheLastObserver()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const auto rows = feed.rows(&FeedPage::posts);
    Subscription observer = twoPages(feed);
    feed.fetchMore();
    server.refuse(2);
    QVERIFY(!rows.canFetchMore());
    observer.reset();
    m_time->advance(0);
    observer = watch(feed);
    QCOMPARE(shown(feed.next().get()), u"+"_s);
    QVERIFY(rows.canFetchMore());
}

void tst_Infinite::next_byAllPages()
{
    const auto feed = client.infinite(
        feedKey, u"a"_s,
        [](const FeedPage &last, const Pages &all) {
            return last.posts.size() < 2 ? std::nullopt : std::optional<qsizetype>(all.size() * 2);
        },
        [this](const QString &of, std::optional<qsizetype> offset) {
            return server.ask(of + QString::number(offset.value_or(0)));
        });
    const Subscription observer = feed.listen([] {});
    server.answer(0, page({1, 2}));
    feed.fetchMore();
    server.answer(1, page({3, 4}));
    feed.fetchMore();
    server.answer(2, page({5}));
    feed.fetchMore();
    QCOMPARE(requests(), u"a0 a2 a4"_s);
}

void tst_Infinite::revalidate_showsAllPagesWhenTheLastOneIsThere()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = twoPages(feed);
    feed.revalidate();
    server.answer(2, page({0, 1, 2}, 1));
    QCOMPARE(take(), u"1 2|3 4LS"_s);
    server.answer(3, page({3, 4, 5}, 2));
    QCOMPARE(take(), u"0 1 2|3 4 5"_s);
    QCOMPARE(requests(), u"a0 a1 a0 a1"_s);
}

void tst_Infinite::revalidate_followsTheCursorsOfTheMoment()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = twoPages(feed);
    feed.revalidate();
    server.answer(2, page({0, 1}, 10));
    server.answer(3, page({2, 3}, 11));
    QCOMPARE(requests(), u"a0 a1 a0 a10"_s);
    QCOMPARE(take(), u"1 2|3 4LS,0 1|2 3"_s);
}

void tst_Infinite::revalidate_endsWithTheList()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = twoPages(feed);
    feed.revalidate();
    server.answer(2, page({1}));
    QCOMPARE(take(), u"1 2|3 4LS,1"_s);
    QCOMPARE(requests(), u"a0 a1 a0"_s);
}

void tst_Infinite::revalidate_failingHalfWayKeepsThePages()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = twoPages(feed);
    feed.revalidate();
    server.answer(2, page({0}, 1));
    server.refuse(3);
    QCOMPARE(take(), u"1 2|3 4LS,1 2|3 4!noS"_s);
}

void tst_Infinite::revalidate_whileTheNextPageIsFetchedFetchesItAfterwards()
{
    const auto feed = abortableFeed(server, client, u"a"_s);
    const Subscription observer = twoPages(feed);
    const auto task = feed.fetchMore();
    feed.revalidate();
    QCOMPARE(server.aborted(), QList<QString>{u"a2"_s});
    server.answer(3, page({1, 2}, 1));
    server.answer(4, page({3, 4}, 2));
    QVERIFY(!task.done());
    server.answer(5, page({5}));
    QCOMPARE(requests(), u"a0 a1 a2 a0 a1 a2"_s);
    QCOMPARE(task.result().size(), 3);
    QCOMPARE(take(), u"1 2|3 4LS,1 2|3 4,1 2|3 4|5"_s);
}

void tst_Infinite::revalidate_whileRetryIsDueFetchesItAfterwards()
{
    const auto feed = feedOf(server, client, u"a"_s, {.retry = backoff({.first = 1s, .jitter = 0})});
    const Subscription observer = twoPages(feed);
    feed.fetchMore();
    server.refuse(2);
    feed.revalidate();
    server.answer(3, page({1, 2}, 1));
    server.answer(4, page({3, 4}, 2));
    QCOMPARE(requests(), u"a0 a1 a2 a0 a1 a2"_s);
    m_time->advance(10000);
    QCOMPARE(server.count(), 6);
}

void tst_Infinite::invalidate_beginsWithTheFirstPage()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = twoPages(feed);
    feed.invalidate();
    server.answer(2, page({1}, 1));
    QCOMPARE(take(), u"-L,1"_s);
    QCOMPARE(requests(), u"a0 a1 a0"_s);
}

void tst_Infinite::invalidate_endsAFetchMore()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = twoPages(feed);
    const auto task = feed.fetchMore();
    feed.invalidate();
    server.answer(2, page({9}));
    server.answer(3, page({1}, 1));
    QCOMPARE(task.result(), Pages{page({1}, 1)});
    QCOMPARE(shown(feed.next().get()), u"+"_s);
    QCOMPARE(requests(), u"a0 a1 a2 a0"_s);
}

void tst_Infinite::mutate_replacesThePages()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = twoPages(feed);
    client.mutate(feedKey.all(), [](Pages &pages) { pages[1].posts.removeFirst(); });
    QCOMPARE(take(), u"1 2|4"_s);
    feed.fetchMore();
    QCOMPARE(requests(), u"a0 a1 a2"_s);
}

void tst_Infinite::mutate_whileTheNextPageIsFetchedFetchesItAnew()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = twoPages(feed);
    const auto task = feed.fetchMore();
    feed.mutate(Pages{page({1}, 7)});
    server.answer(2, page({5})); // of pages that are not there any more
    server.answer(3, page({8}));
    QCOMPARE(requests(), u"a0 a1 a2 a7"_s);
    QCOMPARE(take(), u"1,1|8"_s);
    QVERIFY(task.done());
}

void tst_Infinite::key_change_abortsAndShowsTheOthersPages()
{
    const auto name = atom(u"a"_s);
    const auto feed = abortableFeed(server, client, name);
    const Subscription observer = twoPages(feed);
    feed.rows(&FeedPage::posts).fetchMore(); // a task would be waited for
    name.set(u"b"_s);
    QCOMPARE(server.aborted(), QList<QString>{u"a2"_s});
    QCOMPARE(take(), u"-L"_s);
    m_time->advance(0);
    server.answer(3, page({7}));
    name.set(u"a"_s);
    QCOMPARE(take(), u"7,1 2|3 4"_s);
    QCOMPARE(requests(), u"a0 a1 a2 b0"_s);
}

void tst_Infinite::lastObserver_leaves_abortsOnlyThePageOfTheMoment()
{
    const auto feed = abortableFeed(server, client, u"a"_s);
    Subscription observer = twoPages(feed);
    feed.revalidate();
    server.answer(2, page({1, 2}, 1));
    observer.reset();
    m_time->advance(0);
    QCOMPARE(server.abortedPlaces(), std::vector<int>{3});
    QCOMPARE(client.cached(feedKey(u"a"_s))->size(), 2);
    QCOMPARE(client.fetching().get(), 0);
}

void tst_Infinite::lastObserver_leaves_theRestOfThePagesComesToTheCache()
{
    const auto feed = feedOf(server, client, u"a"_s);
    Subscription observer = twoPages(feed);
    feed.revalidate();
    observer.reset();
    m_time->advance(0);
    server.answer(2, page({1}, 1));
    server.answer(3, page({3}, 2));
    QCOMPARE(client.cached(feedKey(u"a"_s)), (Pages{page({1}, 1), page({3}, 2)}));
}

void tst_Infinite::mutation_isUndoneInPagesThatCameLater()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const TaskSource<void> source;
    const auto like = client.mutation([source](MutationContext &context, int id) {
        context.update(feedKey.all(), [id](Pages &pages) {
            for (FeedPage &one : pages) {
                for (Post &post : one.posts) {
                    post.likes += post.id == id ? 1 : 0;
                }
            }
        });
        return source.task();
    });
    const Subscription observer = twoPages(feed);
    like(5);
    feed.fetchMore();
    server.answer(2, page({5}));
    QCOMPARE(take(), u"1 2|3 4|5*1"_s);
    source.reject(std::make_exception_ptr(std::runtime_error("refused")));
    QCOMPARE(take(), u"1 2|3 4|5"_s);
}

void tst_Infinite::entities_areTheSameInAllPages()
{
    const auto posts = entity("posts", &Post::id);
    const auto key = queryKey<Pages>("stream", [posts](EntityVisitor &visit, Pages &pages) {
        for (FeedPage &one : pages) {
            visit(posts, one.posts);
        }
    });
    const auto feed = client.infinite(key, &FeedPage::next, [this](std::optional<int> cursor) {
        return server.ask(QString::number(cursor.value_or(0)));
    });
    const Subscription observer = watch(feed);
    server.answer(0, page({1, 2}, 1));
    client.mutate(posts(1), Post{1, 7});
    feed.fetchMore();
    server.answer(1, page({2, 3}));
    client.mutate(posts(2), Post{2, 8});
    QCOMPARE(take(), u"-L,1 2,1*7 2,1*7 2|2 3,1*7 2*8|2*8 3"_s); // the new page does not take 7 back
}

void tst_Infinite::fetcherWithoutTask_givesAllPagesAtOnce()
{
    int first = 0;
    const auto feed =
        client.infinite(feedKey, u"a"_s, &FeedPage::next, [&](const QString &, std::optional<int> cursor) {
            const int place = cursor.value_or(0);
            return page({first + place}, place + 1);
        });
    const Subscription observer = watch(feed);
    for (int i = 0; i < 200; ++i) {
        feed.fetchMore();
    }
    QCOMPARE(feed.get().data->size(), 201);
    first = 10;
    feed.revalidate();
    QCOMPARE(feed.get().data->last().posts.first().id, 210);
}

void tst_Infinite::dedupe_ageIsThatOfTheWhole()
{
    const auto feed = feedOf(server, client, u"a"_s, {.dedupeTime = 1s});
    Subscription observer = twoPages(feed);
    m_time->advance(900);
    feed.fetchMore();
    server.answer(2, page({5}));
    m_time->advance(100);
    const Subscription other = feedOf(server, client, u"a"_s).listen([] {});
    QCOMPARE(server.count(), 3); // that one is fresh for 4 s
    const auto mine = feedOf(server, client, u"a"_s, {.dedupeTime = 1s});
    const Subscription third = mine.listen([] {});
    QCOMPARE(requests(), u"a0 a1 a2 a0"_s);
}

void tst_Infinite::allTasks_waitsForTheNextPage()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const Subscription observer = twoPages(feed);
    QVERIFY(allTasks().done());
    feed.fetchMore();
    const auto all = allTasks();
    QVERIFY(!all.done());
    server.answer(2, page({5}));
    QVERIFY(all.done());
}

QTEST_GUILESS_MAIN(tst_Infinite)
#include "tst_infinite.moc"
