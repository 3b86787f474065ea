// SPDX-License-Identifier: MIT

// What a program holds of a query: the task of a fetch, what takes a write back, and keys.

#include "querytest.h"

#include <QJsonArray>
#include <QRandomGenerator>

#include <limits>
#include <optional>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

class tst_QueryHandles : public QueryTest
{
    Q_OBJECT

private Q_SLOTS:
    void task_droppedIsNoWaiter();
    void task_heldIsAWaiter();
    void task_whoseEndIsAwaitedIsAWaiter();
    void task_droppedLetsAFetchEndByItself();
    void task_droppedIsNotFetchedAnew();
    void undo_putsBackWhatWas();
    void undo_forgetsWhereThereWasNothing();
    void undo_afterNewerDataDoesNothing_data();
    void undo_afterNewerDataDoesNothing();
    void undo_leavesWhatMutationsChange();
    void undo_ofAQuery();
    void key_textIsThatOfAJsonDocument();

protected Q_SLOTS:
    void init() { start(); }
};

void tst_QueryHandles::task_droppedIsNoWaiter()
{
    const QueryClient client;
    const auto query = abortable(client, 1);
    Subscription observer = query.listen([] {});
    query.fetch();
    observer.reset();
    m_time->advance(0);
    QCOMPARE(server.aborted(), QList<QString>{u"1"_s});
}

void tst_QueryHandles::task_heldIsAWaiter()
{
    const QueryClient client;
    const auto query = abortable(client, 1);
    Subscription observer = query.listen([] {});
    const Task<int> task = query.fetch();
    observer.reset();
    m_time->advance(0);
    QCOMPARE(server.aborted(), QList<QString>{});
    server.answer(0, 5);
    QCOMPARE(task.result(), 5);
}

void tst_QueryHandles::task_whoseEndIsAwaitedIsAWaiter()
{
    const QueryClient client;
    const auto query = abortable(client, 1);
    Subscription observer = query.listen([] {});
    int result = 0;
    query.fetch().then([&](int value) { result = value; }, [](const std::exception_ptr &) {});
    observer.reset();
    m_time->advance(0);
    server.answer(0, 5);
    QCOMPARE(result, 5);
}

void tst_QueryHandles::task_droppedLetsAFetchEndByItself()
{
    const QueryClient client;
    const auto query = abortable(client, 1);
    query.fetch(); // so that it is there later
    m_time->advance(0);
    QCOMPARE(server.aborted(), QList<QString>{});
    server.answer(0, 5);
    QCOMPARE(client.cached(itemKey(1)), std::optional(5));
}

void tst_QueryHandles::task_droppedIsNotFetchedAnew()
{
    const QueryClient client;
    const auto query = item(client, 1);
    query.fetch();
    query.revalidate();
    QCOMPARE(server.count(), 1);
    server.answer(0, 5); // it is older than that
    QVERIFY(!client.cached(itemKey(1)));
    QVERIFY(allTasks().done());
}

void tst_QueryHandles::undo_putsBackWhatWas()
{
    const QueryClient client;
    client.mutate(itemKey(1), 5);
    const auto query = item(client, 1, {.enabled = {atom(false)}});
    const Subscription observer = query.subscribe(seen);
    const CacheUndo undo = client.mutate(itemKey(1), 6);
    QVERIFY(undo());
    QCOMPARE(seen.take(), u"5 6 5"_s);
    QVERIFY(!undo());
}

void tst_QueryHandles::undo_forgetsWhereThereWasNothing()
{
    const QueryClient client;
    const CacheUndo undo = client.mutate(itemKey(1), 6);
    QVERIFY(undo());
    QVERIFY(!client.cached(itemKey(1)));
    const CacheUndo gone = client.mutate(itemKey(2), 6);
    client.invalidate(itemKey(2));
    QVERIFY(!gone());
}

void tst_QueryHandles::undo_afterNewerDataDoesNothing_data()
{
    QTest::addColumn<int>("newer");
    QTest::newRow("answer") << 0;
    QTest::newRow("write") << 1;
    QTest::newRow("mutation") << 2;
}

void tst_QueryHandles::undo_afterNewerDataDoesNothing()
{
    QFETCH(int, newer);
    const QueryClient client;
    client.mutate(itemKey(1), 5);
    const auto query = item(client, 1);
    const Subscription observer = query.listen([] {});
    const CacheUndo undo = client.mutate(itemKey(1), 6);
    if (newer == 0) {
        query.revalidate();
        server.answer(0, 7);
    } else if (newer == 1) {
        client.mutate(itemKey(1), 7);
    } else {
        const auto add = client.mutation([](MutationContext &context, int number) {
            context.update(itemKey(1), [number](int &value) { value += number; });
        });
        add(1);
    }
    QVERIFY(!undo());
    QCOMPARE(client.cached(itemKey(1)), std::optional(7));
}

void tst_QueryHandles::undo_leavesWhatMutationsChange()
{
    const QueryClient client;
    client.mutate(itemKey(1), 5);
    const auto add = client.mutation([this](MutationContext &context, int number) {
        context.update(itemKey(1), [number](int &value) { value = value * 10 + number; });
        return server.ask({});
    });
    const CacheUndo undo = client.mutate(itemKey(1), 6);
    add(1);
    QCOMPARE(client.cached(itemKey(1)), std::optional(61));
    QVERIFY(undo());
    QCOMPARE(client.cached(itemKey(1)), std::optional(51));
}

void tst_QueryHandles::undo_ofAQuery()
{
    const QueryClient client;
    const auto query = item(client, 1);
    client.mutate(itemKey(1), 5);
    const CacheUndo undo = query.mutate(6);
    QVERIFY(undo());
    QCOMPARE(client.cached(itemKey(1)), std::optional(5));
}

void tst_QueryHandles::key_textIsThatOfAJsonDocument()
{
    const auto longKey = queryKey<int, qint64, QString, bool>("läng");
    const auto natural = queryKey<int, quint64>("natural");
    QRandomGenerator random(7);
    const QList<QString> texts{u""_s, u"a b"_s, u"a\"b"_s, u"a\\b"_s, u"\n"_s, u"ä"_s, u"\u2028"_s, u"~\x7f"_s, u"/"_s};
    const auto check = [&](qint64 number, const QString &text) {
        const QJsonArray json{detail::json::toJson(number, 0), text, number % 2 == 0};
        QCOMPARE(longKey(number, text, number % 2 == 0).text(), detail::keyText(u"läng"_s, json));
    };
    for (const QString &text : texts) {
        check(7, text);
    }
    for (const qint64 number :
         {qint64(0), qint64(-1), qint64(1) << 53, (qint64(1) << 53) + 1, -(qint64(1) << 53), -(qint64(1) << 53) - 1,
          std::numeric_limits<qint64>::max(), std::numeric_limits<qint64>::min()}) {
        check(number, u"x"_s);
    }
    for (int i = 0; i < 1000; ++i) {
        check(static_cast<qint64>(random.generate64() >> (i % 64)), QString(QChar(char16_t(random.bounded(32, 256)))));
    }
    for (const quint64 number : {quint64(0), quint64(1) << 53, std::numeric_limits<quint64>::max()}) {
        QCOMPARE(natural(number).text(), detail::keyText(u"natural"_s, QJsonArray{detail::json::toJson(number, 0)}));
    }
}

QTEST_GUILESS_MAIN(tst_QueryHandles)
#include "tst_queryhandles.moc"
