// SPDX-License-Identifier: MIT

#include "feed.h"
#include "qt/modelsignals.h"
#include "support/timedtest.h"

#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/query.h>

#include <QAbstractItemModelTester>
#include <QTest>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

class tst_InfiniteRows : public TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void rows_areThoseOfAllPages();
    void fetchMore_insertsThePage();
    void fetchMore_isFalseWhileAndAfterAFetchThatFailed();
    void fetchMore_ofAnItemIsNone();
    void fetchMore_whileDisabledComesLater();
    void revalidate_ofTheSameSendsNothing();
    void revalidate_grownAndShrunkPagesSendTheirRows();
    void revalidate_cursorsThatHaveMovedSendNothingButTheNewRow();
    void revalidate_postThatChangedSendsItsRoles();
    void keyChange_keepPreviousLeavesTheRows();
    void modelGoes_aborts();
    void container_isAnyOfThePage();

protected Q_SLOTS:
    void init()
    {
        server.stop();
        cleanTasks();
        TimedTest::init();
        server = FeedServer();
        client = QueryClient({.retry = noRetry()});
    }

private:
    using Model = ListModel<InfiniteRows<Post>, int Post::*>;

    static QString ids(const QAbstractItemModel &model)
    {
        QStringList all;
        for (int row = 0; row < model.rowCount(); ++row) {
            all.append(model.index(row, 0).data(StoreModel::KeyRole).toString());
        }
        return all.join(u' ');
    }

    FeedServer server;
    QueryClient client; ///< Anew for each function.
};

/// A model with two pages: 1 2 and 3 4.
struct Shown
{
    Shown(const FeedServer &answers, const QueryClient &client)
        : server(answers)
        , feed(abortableFeed(server, client, u"a"_s))
        , model(feed.rows(&FeedPage::posts), &Post::id)
        , tester(&model)
        , sent(model)
    {
        tester.setUseFetchMore(false);
        server.answer(0, page({1, 2}, 1));
        model.fetchMore({});
        server.answer(1, page({3, 4}, 2));
        sent.take();
    }
    const FeedServer &server;
    Feed feed;
    ListModel<InfiniteRows<Post>, int Post::*> model;
    QAbstractItemModelTester tester;
    Signals sent;
};

void tst_InfiniteRows::rows_areThoseOfAllPages()
{
    Shown shown(server, client);
    QCOMPARE(ids(shown.model), u"1 2 3 4"_s);
    QCOMPARE(shown.model.rowCount(), 4);
}

void tst_InfiniteRows::fetchMore_insertsThePage()
{
    Shown shown(server, client);
    QVERIFY(shown.model.canFetchMore({}));
    shown.model.fetchMore({});
    shown.model.fetchMore({});
    QVERIFY(!shown.model.canFetchMore({}));
    server.answer(2, page({5, 6}));
    QCOMPARE(shown.sent.take(), "+4-5");
    QVERIFY(!shown.model.canFetchMore({}));
    shown.model.fetchMore({});
    QCOMPARE(server.count(), 3);
}

void tst_InfiniteRows::fetchMore_isFalseWhileAndAfterAFetchThatFailed()
{
    Shown shown(server, client);
    shown.model.fetchMore({});
    server.refuse(2);
    QVERIFY(!shown.model.canFetchMore({})); // views ask again and again
    shown.model.fetchMore({});
    QCOMPARE(server.count(), 3);
    shown.feed.fetchMore();
    server.answer(3, page({5}, 3));
    QCOMPARE(shown.sent.take(), "+4");
    QVERIFY(shown.model.canFetchMore({}));
}

void tst_InfiniteRows::fetchMore_ofAnItemIsNone()
{
    Shown shown(server, client);
    QVERIFY(!shown.model.canFetchMore(shown.model.index(0, 0)));
    shown.model.fetchMore(shown.model.index(0, 0));
    QCOMPARE(server.count(), 2);
}

void tst_InfiniteRows::fetchMore_whileDisabledComesLater()
{
    const auto online = atom(true);
    const auto feed = feedOf(server, client, u"a"_s, {.enabled = {online}});
    Model model(feed.rows(&FeedPage::posts), &Post::id);
    Signals sent(model);
    server.answer(0, page({1}, 1));
    online.set(false);
    model.fetchMore({});
    m_time->advance(0);
    QCOMPARE(server.count(), 1);
    online.set(true);
    m_time->advance(0);
    QCOMPARE(server.count(), 2);
    server.answer(1, page({2}));
    QCOMPARE(sent.take(), "+0 +1");
}

void tst_InfiniteRows::revalidate_ofTheSameSendsNothing()
{
    Shown shown(server, client);
    shown.feed.revalidate();
    server.answer(2, page({1, 2}, 1));
    server.answer(3, page({3, 4}, 2));
    QCOMPARE(shown.sent.take(), "");
}

void tst_InfiniteRows::revalidate_grownAndShrunkPagesSendTheirRows()
{
    Shown shown(server, client);
    shown.feed.revalidate();
    server.answer(2, page({1, 7, 8, 2}, 1));
    server.answer(3, page({4}, 2));
    QCOMPARE(shown.sent.take(), "-2 +1-2");
    QCOMPARE(ids(shown.model), u"1 7 8 2 4"_s);
}

void tst_InfiniteRows::revalidate_cursorsThatHaveMovedSendNothingButTheNewRow()
{
    Shown shown(server, client);
    shown.feed.revalidate();
    server.answer(2, page({0, 1}, 11));
    server.answer(3, page({2, 3}, 12));
    QCOMPARE(shown.sent.take(), "-3 +0");
}

void tst_InfiniteRows::revalidate_postThatChangedSendsItsRoles()
{
    Shown shown(server, client);
    shown.feed.revalidate();
    server.answer(2, page({1, 2}, 1));
    server.answer(3, FeedPage{{{3, 9}, {4, 0}}, 2});
    QCOMPARE(shown.sent.take(), "~2(likes,value)");
}

void tst_InfiniteRows::keyChange_keepPreviousLeavesTheRows()
{
    const auto name = atom(u"a"_s);
    const auto feed = feedOf(server, client, name, {.keepPrevious = true});
    Model model(feed.rows(&FeedPage::posts), &Post::id);
    Signals sent(model);
    server.answer(0, page({1, 2}, 1));
    name.set(u"b"_s);
    m_time->advance(0);
    QCOMPARE(sent.take(), "+0-1");
    QVERIFY(!model.canFetchMore({}));
    server.answer(1, page({2, 3}));
    QCOMPARE(sent.take(), "-0 +1");
}

void tst_InfiniteRows::modelGoes_aborts()
{
    std::optional<Shown> shown;
    shown.emplace(server, client);
    shown->model.fetchMore({});
    shown.reset();
    m_time->advance(0);
    QCOMPARE(server.aborted(), QList<QString>{u"a2"_s});
}

void tst_InfiniteRows::container_isAnyOfThePage()
{
    const auto feed = feedOf(server, client, u"a"_s);
    const auto rows = feed.rows([](const FeedPage &one) {
        std::vector<int> all;
        for (const Post &post : one.posts) {
            all.push_back(post.id);
        }
        return all;
    });
    const Subscription observer = rows.listen([] {});
    server.answer(0, page({1, 2}));
    QCOMPARE(rows.get(), (QList<int>{1, 2}));
}

QTEST_GUILESS_MAIN(tst_InfiniteRows)
#include "tst_infiniterows.moc"
