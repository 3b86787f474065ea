// SPDX-License-Identifier: MIT
#include "cases.h"
#include "harness.h"
#include "otherprocess.h"

#include <nanostores/persistent.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

constexpr int Probes = 2000;

/// How often the threads of a process have gone to sleep, which they do again after each time that they are woken.
long sleepsOf(qint64 process)
{
    long sleeps = 0;
    const QDir tasks(QStringLiteral("/proc/%1/task").arg(process));
    for (const QString &task : tasks.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile status(tasks.filePath(task + QStringLiteral("/status")));
        if (!status.open(QIODevice::ReadOnly)) {
            continue;
        }
        for (const QByteArray &line : status.readAll().split('\n')) {
            if (line.contains("voluntary_ctxt_switches")) { // and the nonvoluntary ones
                sleeps += line.split('\t').last().toLong();
            }
        }
    }
    return sleeps;
}

/// The other process: prints "ready", and after the last probe what it has seen.
int watch(const QString &path)
{
    const auto engine = StorageEngine::sqlite(path.toStdString());
    engine.load(std::chrono::seconds(10));
    const auto probe = persistentAtom(engine, "probe", 0LL);
    std::vector<double> times;
    double before = 0;
    const auto watching = probe.listen([&](long long sent) {
        if (sent < 0) {
            QCoreApplication::quit();
            return;
        }
        if (times.empty()) {
            before = processorTime();
        }
        times.push_back(static_cast<double>(now() - sent) / 1000);
    });
    std::printf("ready\n");
    std::fflush(stdout);
    QCoreApplication::exec();
    if (times.empty()) {
        return 1;
    }
    const double used = (processorTime() - before) / static_cast<double>(times.size());
    const double half = percentile(times, 50);
    std::printf("%.1f %.1f %.1f %zu\n", half, percentile(times, 99), used, times.size());
    return 0;
}

struct Setting
{
    Setting()
        : application(argc, argv.data())
        , folder(QDir::currentPath() + QStringLiteral("/bench-XXXXXX"))
    {
    }
    int argc = 1;
    std::array<char *, 2> argv{const_cast<char *>("bench"), nullptr};
    QCoreApplication application;
    QTemporaryDir folder;
};

/// us from a set() to the listener in another process: half of them, 99 of 100; processor time of a change in the other
/// process, and in this one.
std::vector<double> latency()
{
    Setting program;
    const QString path = program.folder.filePath(QStringLiteral("state.db"));
    const auto engine = StorageEngine::sqlite(path.toStdString());
    engine.load(std::chrono::seconds(10));
    const auto probe = persistentAtom(engine, "probe", 0LL);
    OtherProcess other({QStringLiteral("watch"), path});
    int left = Probes;
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer, &QTimer::timeout, [&] {
        if (left-- > 0) {
            probe.set(now());
        } else {
            timer.stop();
            probe.set(-1);
            engine.flushNow(std::chrono::seconds(10));
            QCoreApplication::quit();
        }
    });
    const double before = processorTime();
    timer.start(2);
    QCoreApplication::exec();
    const double own = (processorTime() - before) / Probes;
    const auto answer = other.line().split(' ');
    if (answer.size() != 4 || answer[3].toInt() < Probes / 2) {
        giveUp("the other process has seen too little");
    }
    return {answer[0].toDouble(), answer[1].toDouble(), answer[2].toDouble(), own};
}

/// How often a process with an engine is woken in some seconds in which nothing changes.
std::vector<double> idle()
{
    Setting program;
    const QString path = program.folder.filePath(QStringLiteral("state.db"));
    {
        const auto engine = StorageEngine::sqlite(path.toStdString());
        engine.set("probe", "1");
        engine.flushNow(std::chrono::seconds(10));
    }
    const OtherProcess other({QStringLiteral("watch"), path});
    QThread::msleep(2000); // what it does at the beginning
    const long before = sleepsOf(other.id());
    QThread::msleep(5000);
    return {static_cast<double>(sleepsOf(other.id()) - before)};
}

} // namespace

void addProcessCases()
{
    addFigures("latency", latency);
    addFigures("idle", idle);
}

bool isOtherProcess(int argc, char *argv[], int &result)
{
    if (argc != 3 || std::string(argv[1]) != "watch") {
        return false;
    }
    const QCoreApplication application(argc, argv);
    result = watch(QString::fromLocal8Bit(argv[2]));
    return true;
}
