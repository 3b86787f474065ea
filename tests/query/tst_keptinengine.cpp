// SPDX-License-Identifier: MIT

// Answers that stay in the engines of persistent stores. Another client with another engine is the next run.

#include "querytest.h"

#include <nanostores/persistent.h>

#include <QTemporaryDir>

#include <string>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

static_assert(AnswerStorage<StorageEngine>);

namespace {

/// Opens the same storage in each call, however long that takes: its last engine may still be ending.
auto opener(const QString &kind, const QTemporaryDir &folder)
{
    return [kind, path = folder.filePath(kind).toStdString(), area = MemoryArea()] {
        auto engine = kind == "memory"_L1   ? StorageEngine::memory(area)
                      : kind == "sqlite"_L1 ? StorageEngine::sqlite(path)
                                            : StorageEngine::json(path);
        if (!engine.load(60s)) {
            qWarning("%s", engine.status().get().lastError.c_str());
        }
        return engine;
    };
}

} // namespace

class tst_KeptInEngine : public QueryTest
{
    Q_OBJECT

private Q_SLOTS:
    void answer_staysInAnEngine_data();
    void answer_staysInAnEngine();
    void answer_otherNamesOfTheEngineStay();
    void answer_ofTwoProgramsAtOnce_data();
    void answer_ofTwoProgramsAtOnce();
    void queue_staysInAnEngine_data() { answer_staysInAnEngine_data(); }
    void queue_staysInAnEngine();

protected Q_SLOTS:
    void init() { start(); }
};

void tst_KeptInEngine::answer_staysInAnEngine_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"memory", "sqlite", "json"}) {
        QTest::addRow("%s", kind) << QString::fromLatin1(kind);
    }
}

void tst_KeptInEngine::answer_staysInAnEngine()
{
    QFETCH(QString, kind);
    const QTemporaryDir folder;
    const auto open = opener(kind, folder);
    {
        const auto engine = open();
        const QueryClient client({.retry = noRetry()});
        client.keep(itemKey, engine);
        const Subscription observer = item(client, 7).listen([] {});
        server.answer(0, 10);
        QVERIFY(engine.flushNow(10s));
    }
    {
        const QueryClient client({.retry = noRetry()});
        client.keep(itemKey, open());
        const Subscription observer = item(client, 7).subscribe(seen);
        QCOMPARE(seen.take(), u"10LS"_s);
        server.answer(1, 11);
        QCOMPARE(seen.take(), u"11"_s);
        client.invalidate(itemKey);
    }
    const QueryClient client({.retry = noRetry()});
    client.keep(itemKey, open());
    QVERIFY(!client.cached(itemKey(7)));
}

void tst_KeptInEngine::answer_otherNamesOfTheEngineStay()
{
    const MemoryArea area;
    const auto engine = StorageEngine::memory(area);
    engine.set("mine", "1");
    const QueryClient client({.retry = noRetry()});
    client.keep(itemKey, engine, {.maxBytes = 200});
    for (int i = 0; i < 50; ++i) {
        client.mutate(itemKey(i), i);
    }
    QVERIFY(engine.entries("query/").size() < 20);
    client.invalidate(itemKey);
    QVERIFY(engine.entries("query/").empty());
    QCOMPARE(engine.get("mine").value_or(""), "1");
}

void tst_KeptInEngine::answer_ofTwoProgramsAtOnce_data()
{
    answer_staysInAnEngine_data();
}

void tst_KeptInEngine::answer_ofTwoProgramsAtOnce()
{
    QFETCH(QString, kind);
    const QTemporaryDir folder;
    const auto open = opener(kind, folder);
    const auto one = open();
    const auto other = open();
    const QueryClient client({.retry = noRetry()});
    const QueryClient otherClient({.retry = noRetry()});
    client.keep(itemKey, one, {.maxBytes = 4000});
    otherClient.keep(itemKey, other, {.maxBytes = 4000});
    for (int id = 0; id < 200; ++id) {
        (id % 2 == 0 ? client : otherClient).mutate(itemKey(id), id);
    }
    QVERIFY(one.flushNow(10s));
    QVERIFY(other.flushNow(10s));
    const auto bytesOf = [](const StorageEngine &engine) {
        std::size_t bytes = 0;
        for (const auto &[name, value] : engine.entries("query/")) {
            bytes += name.size() + value.size();
        }
        return bytes;
    };
    const auto third = open();
    QVERIFY(third.load());
    QVERIFY(bytesOf(third) > 0);
    QVERIFY2(bytesOf(third) <= 8000, std::to_string(bytesOf(third)).c_str());
    const QueryClient next({.retry = noRetry()});
    next.keep(itemKey, third, {.maxBytes = 4000});
    QVERIFY(bytesOf(third) <= 3000);
    int found = 0;
    for (int id = 0; id < 200; ++id) {
        const auto data = item(next, id, {.enabled = {atom(false)}}).peek().data;
        QVERIFY(!data || *data == id);
        found += data ? 1 : 0;
    }
    QVERIFY(found > 0);
    next.invalidate(itemKey);
    QVERIFY(third.flushNow(10s));
    const auto last = open();
    QVERIFY(last.load());
    QVERIFY(last.entries("query/").empty());
}

void tst_KeptInEngine::queue_staysInAnEngine()
{
    QFETCH(QString, kind);
    const QTemporaryDir folder;
    const auto open = opener(kind, folder);
    const auto declare = [this](const MutationQueue &queue) {
        return queue.mutation(
            "add",
            [](MutationContext &context, int id, int number) {
                context.update(itemKey(id), [number](int &value) { value = value * 2 + number; });
            },
            [this](const SendContext &context, int, int number) {
                return server.ask(context.id + u' ' + QString::number(number));
            });
    };
    QStringList ids;
    std::optional<int> shown;
    {
        const auto engine = open();
        const QueryClient client;
        client.keep(itemKey, engine);
        client.mutate(itemKey(7), 1);
        const MutationQueue queue(client, engine, {.enabled = {atom(false)}});
        const auto add = declare(queue);
        for (int number = 2; number < 15; ++number) {
            add(7, number % 10);
            ids.append(queue.calls().get().last().id);
        }
        shown = client.cached(itemKey(7));
        QVERIFY(engine.flushNow(10s));
    }
    QVERIFY(shown > 10000);
    const auto engine = open();
    QVERIFY(engine.load());
    const QueryClient client;
    client.keep(itemKey, engine);
    const MutationQueue queue(client, engine);
    const auto add = declare(queue);
    const auto query = client.query(itemKey, 7, [](int) { return 0; }, {.enabled = {atom(false)}});
    QCOMPARE(query.peek().data, shown);
    m_time->advance(0);
    for (qsizetype i = 0; i < ids.size(); ++i) {
        QCOMPARE(server.requests().value(i).section(u' ', 0, 0), ids[i]);
        server.answer(static_cast<std::size_t>(i), 0);
    }
    QVERIFY(engine.entries("queue/").empty());
}

QTEST_GUILESS_MAIN(tst_KeptInEngine)
#include "tst_keptinengine.moc"
