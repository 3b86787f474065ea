// SPDX-License-Identifier: MIT

// Answers and calls that stay, on a disk that is full: a small file system in memory, in a namespace of this process.

#include <nanostores/core.h>
#include <nanostores/persistent.h>
#include <nanostores/qt.h>
#include <nanostores/query.h>

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QTextStream>

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr int Answers = 100;
constexpr int Size = 8000; ///< Of each: twice as much as there is room for.

const auto textKey = queryKey<QString, int>("text");
const auto seenKey = queryKey<int>("seen");

bool writeLine(const char *path, const QByteArray &line)
{
    QFile file(QString::fromLatin1(path));
    return file.open(QIODevice::WriteOnly | QIODevice::Unbuffered) && file.write(line) == line.size();
}

/// Mounts are this process's own from now on. It has one thread yet.
bool enterNamespace()
{
    const QByteArray user = QByteArray::number(getuid());
    const QByteArray group = QByteArray::number(getgid());
    if (unshare(CLONE_NEWNS) != 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 || !writeLine("/proc/self/setgroups", "deny")
            || !writeLine("/proc/self/uid_map", "0 " + user + " 1")
            || !writeLine("/proc/self/gid_map", "0 " + group + " 1")) {
            return false;
        }
    }
    return mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}
bool isAlone = false;

StorageEngine open(const QString &kind, const QString &path)
{
    const EngineOptions options{.patience = 10s, .longestRetry = 10ms};
    return kind == "sqlite"_L1 ? StorageEngine::sqlite(path.toStdString(), options)
                               : StorageEngine::json(path.toStdString(), options);
}

/// What another process finds: how many answers, calls, and answers that are not whole.
int readAsAnother(const QString &kind, const QString &path)
{
    const StorageEngine engine = open(kind, path);
    if (!engine.load(10s)) {
        return 1;
    }
    const std::string text = '"' + std::string(Size, 'x') + '"';
    const auto answers = engine.entries("query/");
    const auto broken = std::count_if(answers.begin(), answers.end(),
                                      [&text](const auto &answer) { return !answer.second.ends_with(text); });
    const auto calls = engine.entries("queue/");
    QTextStream(stdout) << answers.size() << ' ' << calls.size() << ' ' << broken;
    return 0;
}

} // namespace

class tst_KeptOnDisk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void full_showsItLosesNothingAndGoesOn_data();
    void full_showsItLosesNothingAndGoesOn();

private:
    struct Unmount
    {
        QByteArray place;

        ~Unmount() { umount2(place.constData(), MNT_DETACH); }
    };
    struct Found
    {
        int answers = -1;
        int calls = -1;
        int broken = -1;
    };
    static Found foundByAnother(const QString &kind, const QString &path)
    {
        QProcess process;
        process.start(QCoreApplication::applicationFilePath(), {u"--read"_s, kind, path});
        process.waitForFinished();
        const QStringList numbers = QString::fromLatin1(process.readAllStandardOutput()).split(u' ');
        return numbers.size() == 3 ? Found{numbers[0].toInt(), numbers[1].toInt(), numbers[2].toInt()} : Found();
    }
};

void tst_KeptOnDisk::initTestCase()
{
    if (!isAlone) {
        QSKIP("needs namespaces of users and mounts (sysctl kernel.unprivileged_userns_clone), or CAP_SYS_ADMIN");
    }
}

void tst_KeptOnDisk::full_showsItLosesNothingAndGoesOn_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("sqlite") << u"sqlite"_s;
    QTest::newRow("json") << u"json"_s;
}

void tst_KeptOnDisk::full_showsItLosesNothingAndGoesOn()
{
    QFETCH(const QString, kind);
    const QTemporaryDir folder;
    const Unmount unmount{folder.path().toUtf8()};
    const QByteArray &place = unmount.place;
    if (mount("tmpfs", place.constData(), "tmpfs", 0, "size=400k") != 0) {
        QSKIP("this system does not allow to mount a tmpfs in a namespace");
    }
    const QString path = folder.filePath(kind);
    {
        const StorageEngine engine = open(kind, path);
        QVERIFY(engine.load(10s));
        const QueryClient client;
        client.keep(textKey, engine);
        const auto online = atom(false);
        const MutationQueue queue(client, engine, {.enabled = {online}});
        const auto see = queue.mutation(
            "see", [](MutationContext &context, int number) { context.set(seenKey(), number); },
            [](int number) { return number; });
        see(1);
        client.mutate(textKey(0), QString(Size, u'x'));
        QVERIFY(engine.flushNow(10s));

        for (int i = 1; i < Answers; ++i) {
            client.mutate(textKey(i), QString(Size, u'x'));
        }
        const auto late = see(2);
        QTRY_COMPARE(engine.status().get().state, EngineState::Full);
        QCOMPARE(engine.status().get().errorKind, std::optional(EngineErrorKind::Full));
        QVERIFY(!engine.status().get().lastError.empty());
        QVERIFY(engine.status().get().pending > 0);
        QCOMPARE(client.cached(textKey(Answers - 1)), QString(Size, u'x')); // the program itself has all
        QCOMPARE(client.cached(seenKey()), 2);
        QCOMPARE(queue.calls().get().size(), 2);
        QVERIFY(!late.done());

        const Found full = foundByAnother(kind, path);
        QVERIFY(full.answers >= 1 && full.answers < Answers);
        QVERIFY(full.calls >= 1);
        QCOMPARE(full.broken, 0);

        QCOMPARE(mount("tmpfs", place.constData(), "tmpfs", MS_REMOUNT, "size=8m"), 0);
        QTRY_COMPARE(engine.status().get().state, EngineState::Live);
        QVERIFY(engine.flushNow(10s));
        const Found more = foundByAnother(kind, path);
        QCOMPARE(more.answers, Answers);
        QCOMPARE(more.calls, 2);
        QCOMPARE(more.broken, 0);

        online.set(true);
        QTRY_VERIFY(late.done());
        QCOMPARE(late.result(), 2);
        QVERIFY(engine.flushNow(10s));
        QCOMPARE(foundByAnother(kind, path).calls, 0);
    }
}

int main(int argc, char **argv)
{
    isAlone = argc > 1 && QByteArrayView(argv[1]) == "--read" ? false : enterNamespace();
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments.at(1) == "--read"_L1) {
        return readAsAnother(arguments.at(2), arguments.at(3));
    }
    tst_KeptOnDisk test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_keptondisk.moc"
