// SPDX-License-Identifier: MIT
#include "servercases.h"

#include <QEventLoop>
#include <QFile>
#include <QTimer>

#include <sys/resource.h>

#include <cstdio>

using namespace nanostores;

namespace servers {

namespace {

/// What it sees of a store, until that is negative.
int watch(const QString &url)
{
    const auto engine = loadedEngineAt(url);
    const auto store = persistentAtom(engine, "probe", 0LL);
    std::vector<double> times;
    const auto watching = store.listen([&](long long sent) {
        if (sent < 0) {
            QCoreApplication::quit();
        } else {
            times.push_back(microsecondsSince(sent));
        }
    });
    ready();
    QCoreApplication::exec();
    return printed(times);
}

/// Says when it has seen all keys.
int count(const QString &url)
{
    const auto engine = loadedEngineAt(url);
    int seen = 0;
    const auto stop = engine.subAll("bulk/", [&](const std::string &, const StorageEngine::RawValue &) {
        if (++seen == Keys) {
            QCoreApplication::quit();
        }
    });
    ready();
    QCoreApplication::exec();
    std::printf("%lld\n", static_cast<long long>(now()));
    stop();
    return 0;
}

} // namespace

StorageEngine loadedEngineAt(const QString &url)
{
    const auto engine = engineAt(url);
    if (!engine.load(std::chrono::seconds(10))) {
        giveUp("the server does not answer");
    }
    return engine;
}

bool isOtherProcess(int argc, char *argv[], const std::vector<std::pair<std::string, Role>> &others, int &result)
{
    auto roles = others;
    roles.emplace_back("watch", watch);
    roles.emplace_back("count", count);
    const std::string name = argc == 3 ? argv[1] : "";
    for (const auto &[role, run] : roles) {
        if (role == name) {
            const QCoreApplication application(argc, argv);
            result = run(QString::fromLocal8Bit(argv[2]));
            return true;
        }
    }
    return false;
}

void ready()
{
    std::printf("ready\n");
    std::fflush(stdout);
}

int printed(std::vector<double> &times)
{
    if (times.empty()) {
        return 1;
    }
    const double half = percentile(times, 50);
    std::printf("%.1f %.1f %zu\n", half, percentile(times, 99), times.size());
    return 0;
}

void turnFor(std::chrono::milliseconds time)
{
    QEventLoop loop; // and not the application's, whose end is that of its engines
    QTimer::singleShot(time, &loop, &QEventLoop::quit);
    loop.exec();
}

void probe(int count, const std::function<void(std::int64_t)> &send)
{
    int left = count;
    QEventLoop loop;
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer, &QTimer::timeout, [&] {
        if (left-- > 0) {
            send(now());
        } else {
            timer.stop();
            send(-1);
            loop.quit();
        }
    });
    timer.start(2);
    loop.exec();
}

std::vector<double> seenBy(OtherProcess &other, int atLeast)
{
    const auto answer = other.line().split(' ');
    if (answer.size() != 3 || answer[2].toInt() < atLeast) {
        giveUp("the other process has seen too little");
    }
    return {answer[0].toDouble(), answer[1].toDouble(), answer[2].toDouble()};
}

void waitUntil(const std::function<bool()> &isDone, const char *what)
{
    const std::int64_t begin = now();
    while (!isDone()) {
        if (microsecondsSince(begin) > 60e6) {
            giveUp(what);
        }
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 50);
    }
}

double residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').at(1).toDouble() * 4096 : 0;
}

void allowDescriptors()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace servers
