// SPDX-License-Identifier: MIT

// Answers that stay in the engines of persistent stores. Another client with another engine is the next run.

#include "querytest.h"

#include <nanostores/persistent.h>

#include <QTemporaryDir>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

static_assert(AnswerStorage<StorageEngine>);

class tst_KeptInEngine : public QueryTest
{
    Q_OBJECT

private Q_SLOTS:
    void answer_staysInAnEngine_data();
    void answer_staysInAnEngine();
    void answer_otherNamesOfTheEngineStay();

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
    const std::string path = folder.filePath(kind).toStdString();
    const MemoryArea area;
    const auto open = [&] {
        return kind == "memory"_L1   ? StorageEngine::memory(area)
               : kind == "sqlite"_L1 ? StorageEngine::sqlite(path)
                                     : StorageEngine::json(path);
    };
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

QTEST_GUILESS_MAIN(tst_KeptInEngine)
#include "tst_keptinengine.moc"
