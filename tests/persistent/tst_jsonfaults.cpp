// SPDX-License-Identifier: MIT
#include "persistent/support/files.h"
#include "persistent/support/opened.h"
#include "persistent/support/process.h"

#include <nanostores/persistent.h>

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>
#include <csignal>
#include <string>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

using namespace nanostores;
using support::brokenFiles;
using support::contentOf;
using support::failure;
using support::Opened;
using support::overwrite;
using support::Process;
using support::replace;
using support::Values;

class tst_JsonFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void broken_data();
    void broken();
    void broken_whileOpen();
    void broken_whileOpenAndWritten();
    void broken_isLeftWhileAnEditorSaves();
    void broken_everyTruncation();
    void broken_bitFlips();
    void broken_newFileCannotBeWritten();
    void missing_isLeftWhileAnEditorSaves();
    void newer_isReadOnly();
    void newer_ofUnknownShape();
    void notAFile_isRefused();
    void write_failsByLimit();
    void write_afterAKilledOne();
    void permission_readOnly();
    void permission_unreadable();
    void locked_byAnother();
    void forked_isRefused();
    void processes_countTogether();
    void processes_killed();

private:
    JsonOptions options() const
    {
        JsonOptions options;
        options.path = m_path;
        options.settle = std::chrono::milliseconds(0);
        options.patience = std::chrono::milliseconds(0);
        return options;
    }
    /// Four values in a file.
    QByteArray makeFile() const
    {
        const Opened storage(jsonBackend(options()), 9);
        storage.apply({{"a", "1", 0, {}}, {"b", "{\"x\":[1,2]}", 0, {}}, {"c", "text", 0, {}}, {"d", "\xff", 0, {}}});
        return contentOf(m_path);
    }
    Process *process(const QStringList &user = {})
    {
        return new Process(QStringLiteral(JSON_PROCESS), QStringList(m_path) + user);
    }

    const Values m_values{{"a", "1"}, {"b", "{\"x\":[1,2]}"}, {"c", "text"}, {"d", "\xff"}};
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void tst_JsonFaults::init()
{
    m_folder = std::make_unique<QTemporaryDir>(support::temporaryFolder());
    m_path = m_folder->filePath(QStringLiteral("state.json"));
}

void tst_JsonFaults::broken_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<Values>("saved");
    QTest::newRow("empty") << QByteArray() << Values();
    QTest::newRow("text") << QByteArray("hello") << Values();
    QTest::newRow("zeros") << QByteArray(4096, '\0') << Values();
    QTest::newRow("no values") << QByteArray("{\"theme\": \"dark\"}") << Values();
    QTest::newRow("a list") << QByteArray("[]") << Values();
    QTest::newRow("values are a list") << QByteArray("{\"values\": []}") << Values();
    QTest::newRow("format is text") << QByteArray("{\"format\": \"x\", \"values\": {}}") << Values();
    QTest::newRow("not UTF-8") << QByteArray("{\"values\": {\"a\": \"\xff\"}}") << Values();
    QTest::newRow("comma is missing") << QByteArray("{\"values\": {\"a\": 1, \"b\": \"x\" \"c\": 3}}")
                                      << Values{{"a", "1"}, {"b", "x"}};
    QTest::newRow("key twice") << QByteArray("{\"values\": {\"a\": 1, \"a\": 2}}") << Values{{"a", "1"}};
    QTest::newRow("more after the end") << QByteArray("{\"values\": {\"a\": 1}} }") << Values{{"a", "1"}};
    QTest::newRow("two files") << QByteArray("{\"values\": {\"a\": 1}}{\"values\": {\"a\": 2}}") << Values{{"a", "1"}};
}

void tst_JsonFaults::broken()
{
    QFETCH(QByteArray, content);
    QFETCH(Values, saved);
    overwrite(m_path, content);
    const Opened storage(jsonBackend(options()));
    const auto state = storage.load();
    QCOMPARE(state.repairs.size(), std::size_t(1));
    QVERIFY(!state.readOnly);
    QCOMPARE(storage.values(), saved);
    QCOMPARE(brokenFiles(m_path).size(), 1);
    QCOMPARE(contentOf(brokenFiles(m_path).front()), content);
    QVERIFY(QString::fromStdString(state.repairs.front()).contains(brokenFiles(m_path).front()));
    QVERIFY(QString::fromStdString(state.repairs.front()).contains(QStringLiteral("line 1, column ")));
    const Opened other(jsonBackend(options()), 2);
    QVERIFY(other.load().repairs.empty());
    QCOMPARE(other.load().epoch, state.epoch);
    QCOMPARE(other.values(), saved);
}

void tst_JsonFaults::broken_whileOpen()
{
    makeFile();
    const Opened storage(jsonBackend(options()));
    const auto state = storage.load();
    overwrite(m_path, "{\"values\": {\"a\": 5, oops");
    const auto feed = storage->changesSince(state.position, state.epoch);
    QVERIFY(feed.tooOld);
    const auto repaired = storage.load();
    QCOMPARE(repaired.repairs.size(), std::size_t(1));
    QCOMPARE(repaired.epoch, feed.epoch);
    QCOMPARE(storage.values(), m_values); // what it knew
    QCOMPARE(brokenFiles(m_path).size(), 1);
    const Opened other(jsonBackend(options()), 2);
    QCOMPARE(other.values(), m_values);
}

void tst_JsonFaults::broken_whileOpenAndWritten()
{
    makeFile();
    const Opened storage(jsonBackend(options()));
    storage.load();
    overwrite(m_path, "");
    storage.set("a", "2");
    QCOMPARE(storage.load().repairs.size(), std::size_t(1));
    QCOMPARE(storage.values()["a"], std::string("2"));
    QCOMPARE(storage.values().size(), m_values.size());
    QCOMPARE(brokenFiles(m_path).size(), 1);
}

void tst_JsonFaults::broken_isLeftWhileAnEditorSaves()
{
    const QByteArray whole = makeFile();
    JsonOptions patient = options();
    patient.settle = std::chrono::hours(1);
    const Opened storage(jsonBackend(patient));
    const auto state = storage.load();
    overwrite(m_path, QByteArray(whole).replace("\"a\": 1", "\"a\": 2").left(60)); // half of it is there
    QCOMPARE(failure([&] { storage->changesSince(state.position, state.epoch); }), EngineErrorKind::Unavailable);
    QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::Unavailable);
    QCOMPARE(failure([&] { storage.set("b", "2"); }), EngineErrorKind::Unavailable);
    overwrite(m_path, QByteArray(whole).replace("\"a\": 1", "\"a\": 2"));
    const auto feed = storage->changesSince(state.position, state.epoch);
    QVERIFY(!feed.tooOld);
    QCOMPARE(support::keysOf(feed.changes), (std::vector<std::string>{"a"}));
    QVERIFY(brokenFiles(m_path).isEmpty());
    QVERIFY(storage.load().repairs.empty());
}

void tst_JsonFaults::missing_isLeftWhileAnEditorSaves()
{
    const QByteArray whole = makeFile();
    JsonOptions patient = options();
    patient.settle = std::chrono::hours(1);
    const Opened storage(jsonBackend(patient));
    const auto state = storage.load();
    QVERIFY(QFile::rename(m_path, m_path + QStringLiteral("~")));
    QCOMPARE(failure([&] { storage->changesSince(state.position, state.epoch); }), EngineErrorKind::Unavailable);
    QCOMPARE(failure([&] { storage.set("b", "2"); }), EngineErrorKind::Unavailable);
    overwrite(m_path, QByteArray(whole).replace("\"a\": 1", "\"a\": 2"));
    QVERIFY(!storage->changesSince(state.position, state.epoch).tooOld);
    QCOMPARE(storage.values()["a"], std::string("2"));
}

void tst_JsonFaults::broken_everyTruncation()
{
    const QByteArray whole = makeFile();
    for (qsizetype length = 0; length < whole.size(); ++length) {
        replace(m_path, whole.left(length));
        const Opened storage(jsonBackend(options()));
        const auto state = storage.load();
        Values values;
        for (const auto &entry : state.entries) {
            values[entry.key] = *entry.value;
        }
        const auto broken = brokenFiles(m_path);
        if (length == whole.size() - 1) { // only the last line break
            QCOMPARE(values, m_values);
            QVERIFY(broken.isEmpty());
            break;
        }
        QCOMPARE(state.repairs.size(), std::size_t(1));
        QCOMPARE(broken.size(), 1);
        QCOMPARE(contentOf(broken.front()), whole.left(length));
        QFile::remove(broken.front());
        // All that stands before the cut. What the bookkeeping says of bytes is lost with it.
        auto expected = m_values;
        expected["d"] = "/w==";
        for (const auto &[key, value] : values) {
            QCOMPARE(value, expected[key]);
        }
        const qsizetype end = whole.indexOf("    },\n    \"bookkeeping\"");
        const auto complete = whole.left(std::min(length, end)).count('\n') - 3;
        QVERIFY(std::ssize(values) >= std::clamp<qsizetype>(complete, 0, 4));
    }
}

void tst_JsonFaults::broken_bitFlips()
{
    // A flipped bit is an edit, or breaks the file: reported, or a new version by an unknown writer. Values of a
    // version that is known stay what they are.
    const QByteArray whole = makeFile();
    const auto original = [&] {
        const Opened storage(jsonBackend(options()));
        return storage.load();
    }();
    QRandomGenerator random(1);
    for (int round = 0; round < 300; ++round) {
        QByteArray damaged = whole;
        const auto place = random.bounded(static_cast<quint32>(whole.size()));
        damaged[place] = static_cast<char>(damaged[place] ^ (1 << random.bounded(8)));
        replace(m_path, damaged);
        const Opened storage(jsonBackend(options()));
        const auto state = storage.load();
        for (const QString &broken : brokenFiles(m_path)) {
            QVERIFY(!state.repairs.empty());
            QCOMPARE(contentOf(broken), damaged);
            QFile::remove(broken);
        }
        if (!state.repairs.empty() || state.readOnly || state.epoch != original.epoch) {
            continue;
        }
        for (const auto &entry : original.entries) {
            const auto now = std::find_if(state.entries.begin(), state.entries.end(),
                                          [&](const StorageEntry &other) { return other.key == entry.key; });
            if (now != state.entries.end() && now->version == entry.version) {
                QVERIFY2(now->value == entry.value, damaged.constData());
            }
        }
    }
}

void tst_JsonFaults::broken_newFileCannotBeWritten()
{
#ifndef Q_OS_UNIX
    QSKIP("only systems with Unix limits can make this fault");
#else
    overwrite(m_path, "{\"values\": {\"a\": 1, \"b\": 2");
    const Opened storage(jsonBackend(options()));
    struct rlimit unlimited = {};
    getrlimit(RLIMIT_FSIZE, &unlimited);
    std::signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = unlimited;
    limit.rlim_cur = 100;
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int i = 0; i < 3; ++i) {
        const auto kind = failure([&] { storage.load(); });
        if (kind != EngineErrorKind::Full) {
            setrlimit(RLIMIT_FSIZE, &unlimited);
        }
        QCOMPARE(kind, EngineErrorKind::Full);
    }
    setrlimit(RLIMIT_FSIZE, &unlimited);
    QCOMPARE(storage.values(), (Values{{"a", "1"}, {"b", "2"}}));
    QCOMPARE(brokenFiles(m_path).size(), 1); // kept once
#endif
}

void tst_JsonFaults::newer_isReadOnly()
{
    const QByteArray newer = makeFile().replace("\"format\": 1", "\"format\": 2").replace("\"a\": 1", "\"a\": 5");
    overwrite(m_path, newer);
    const Opened storage(jsonBackend(options()));
    QVERIFY(storage.load().readOnly);
    QCOMPARE(storage.values()["a"], std::string("5"));
    QCOMPARE(storage.values().size(), m_values.size());
    QCOMPARE(failure([&] { storage.set("a", "2"); }), EngineErrorKind::Newer);
    QCOMPARE(contentOf(m_path), newer);
    overwrite(m_path, QByteArray(newer).replace("\"format\": 2", "\"format\": 1"));
    storage.set("a", "2");
    QVERIFY(!storage.load().readOnly);
}

void tst_JsonFaults::newer_ofUnknownShape()
{
    for (const QByteArray newer :
         {"{\"format\": 3, \"values\": [1, 2]}", "{\"format\": 3}", "{\"format\": 3, \"values\": {\"a\": 1, half"}) {
        overwrite(m_path, newer);
        const Opened storage(jsonBackend(options()));
        QVERIFY(storage.load().readOnly);
        QCOMPARE(failure([&] { storage.set("a", "2"); }), EngineErrorKind::Newer);
        QCOMPARE(contentOf(m_path), newer);
        QVERIFY(brokenFiles(m_path).isEmpty());
    }
}

void tst_JsonFaults::notAFile_isRefused()
{
    QVERIFY(QDir().mkpath(m_path));
    {
        const Opened storage(jsonBackend(options()));
        QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::Failed);
        QCOMPARE(failure([&] { storage.set("a", "1"); }), EngineErrorKind::Failed);
    }
    QVERIFY(QDir().rmdir(m_path));
#ifdef Q_OS_UNIX
    QCOMPARE(::mkfifo(m_path.toUtf8().constData(), 0600), 0);
    const Opened storage(jsonBackend(options()));
    QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::Failed); // and does not wait for a writer
#endif
}

void tst_JsonFaults::write_failsByLimit()
{
#ifndef Q_OS_UNIX
    QSKIP("only systems with Unix limits can make this fault");
#else
    std::signal(SIGXFSZ, SIG_IGN);
    struct rlimit unlimited = {};
    getrlimit(RLIMIT_FSIZE, &unlimited);
    const QByteArray before = makeFile();
    const Opened storage(jsonBackend(options()));
    const auto state = storage.load();
    for (const int room : {0, 1, 100, static_cast<int>(before.size())}) {
        struct rlimit limit = unlimited;
        limit.rlim_cur = static_cast<rlim_t>(room);
        setrlimit(RLIMIT_FSIZE, &limit);
        const auto kind = failure([&] { storage.set("e", std::string(5000, 'x')); });
        setrlimit(RLIMIT_FSIZE, &unlimited);
        QCOMPARE(kind, EngineErrorKind::Full);
        QCOMPARE(contentOf(m_path), before);
        QVERIFY(!QFile::exists(m_path + QStringLiteral(".new")));
        QCOMPARE(storage.values(), m_values);
        QCOMPARE(storage.load().position, state.position);
    }
    QCOMPARE(storage.set("e", std::string(5000, 'x')).version, state.position + 1);
#endif
}

void tst_JsonFaults::write_afterAKilledOne()
{
    makeFile();
    overwrite(m_path + QStringLiteral(".new"), "{ half");
    const Opened storage(jsonBackend(options()));
    QCOMPARE(storage.values(), m_values);
    storage.set("a", "2");
    QVERIFY(!QFile::exists(m_path + QStringLiteral(".new")));
}

void tst_JsonFaults::permission_readOnly()
{
#ifndef Q_OS_UNIX
    QSKIP("only systems with Unix permissions can make this fault");
#else
    if (::geteuid() != 0) {
        QSKIP("this test becomes another user, which only root can");
    }
    makeFile();
    QCOMPARE(::chmod(m_path.toUtf8().constData(), 0644), 0);
    QCOMPARE(::chmod(m_folder->path().toUtf8().constData(), 0755), 0);
    const std::unique_ptr<Process> other(process({QStringLiteral("65534")}));
    QCOMPARE(other->line(), QByteArray("ready"));
    QCOMPARE(other->ask("get c"), QByteArray("text"));
    const QByteArray refused = other->ask("set c x");
    QVERIFY2(refused.startsWith("error " + QByteArray::number(static_cast<int>(EngineErrorKind::ReadOnly))), refused);
    QVERIFY2(refused.contains("permission"), refused);
    {
        const Opened storage(jsonBackend(options()));
        storage.set("c", "changed");
        QCOMPARE(::chmod(m_path.toUtf8().constData(), 0644), 0);
    }
    QCOMPARE(other->ask("get c"), QByteArray("changed"));
    overwrite(m_path, "{\"values\": {\"c\": \"edited\"");
    other->ask("get c"); // is broken; what was known stays
    QVERIFY(brokenFiles(m_path).isEmpty());
#endif
}

void tst_JsonFaults::permission_unreadable()
{
#ifndef Q_OS_UNIX
    QSKIP("only systems with Unix permissions can make this fault");
#else
    if (::geteuid() != 0) {
        QSKIP("this test becomes another user, which only root can");
    }
    makeFile(); // 0600
    QCOMPARE(::chmod(m_folder->path().toUtf8().constData(), 0755), 0);
    const std::unique_ptr<Process> other(process({QStringLiteral("65534")}));
    QCOMPARE(other->line(), QByteArray("ready"));
    const QByteArray refused = other->ask("get c");
    QVERIFY2(refused.startsWith("error " + QByteArray::number(static_cast<int>(EngineErrorKind::Denied))), refused);
#endif
}

void tst_JsonFaults::locked_byAnother()
{
    makeFile();
    const Opened storage(jsonBackend(options()));
    storage.load();
    const std::unique_ptr<Process> other(process());
    QCOMPARE(other->line(), QByteArray("ready"));
    QCOMPARE(other->ask("lock"), QByteArray("locked"));
    try {
        storage.set("a", "2");
        QFAIL("written in spite of the lock");
    } catch (const EngineError &error) {
        QCOMPARE(error.kind(), EngineErrorKind::Unavailable);
        const auto holder = "process " + std::to_string(other->process().processId());
        QVERIFY2(std::string(error.what()).find(holder) != std::string::npos, error.what());
    }
    QCOMPARE(storage.values(), m_values); // reading needs no lock
    QCOMPARE(Opened(jsonBackend(options()), 3).values(), m_values);
    other->kill();
    storage.set("a", "2");
}

void tst_JsonFaults::forked_isRefused()
{
    makeFile();
    const std::unique_ptr<Process> other(process());
    QCOMPARE(other->line(), QByteArray("ready"));
    QCOMPARE(other->ask("fork"), QByteArray::number(static_cast<int>(EngineErrorKind::Misuse)));
    QCOMPARE(other->ask("set a 7"), QByteArray("done")); // the parent goes on
    QCOMPARE(Opened(jsonBackend(options()), 3).values()["a"], std::string("7"));
}

void tst_JsonFaults::processes_countTogether()
{
    const std::unique_ptr<Process> first(process());
    const std::unique_ptr<Process> second(process());
    const Opened storage(jsonBackend(options()));
    QCOMPARE(first->line(), QByteArray("ready"));
    QCOMPARE(second->line(), QByteArray("ready"));
    first->send("count n 40");
    second->send("count n 40");
    QCOMPARE(first->line(), QByteArray("done"));
    QCOMPARE(second->line(), QByteArray("done"));
    QCOMPARE(storage.values()["n"], std::string("80"));
}

void tst_JsonFaults::processes_killed()
{
    // What was acknowledged is there, whenever the writer is killed, and another process sees it.
    QRandomGenerator random(2);
    const Opened storage(jsonBackend(options()));
    storage.set("mine", "0");
    for (int round = 1; round <= 25; ++round) {
        const std::unique_ptr<Process> writer(process());
        QCOMPARE(writer->line(), QByteArray("ready"));
        writer->send("write n 100000");
        int acknowledged = 0;
        for (int lines = 1 + random.bounded(15); lines > 0; --lines) {
            acknowledged = writer->line().toInt();
        }
        writer->kill();
        for (QByteArray line = writer->line(); !line.isEmpty(); line = writer->line()) {
            acknowledged = line.toInt();
        }
        const auto values = storage.values();
        const int found = std::stoi(values.at("n"));
        QVERIFY2(found == acknowledged || found == acknowledged + 1, values.at("n").c_str());
        QCOMPARE(values.at("mine"), std::to_string(round - 1));
        storage.set("mine", std::to_string(round));
        QCOMPARE(storage.load().repairs.size(), std::size_t(0));
    }
    QVERIFY(brokenFiles(m_path).isEmpty());
}

QTEST_GUILESS_MAIN(tst_JsonFaults)
#include "tst_jsonfaults.moc"
