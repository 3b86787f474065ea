// SPDX-License-Identifier: MIT
#include "cases.h"
#include "harness.h"
#include "otherprocess.h"

#include <nanostores/persistent.h>
#include <nanostores/redis.h>

#include <QProcess>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

constexpr int Probes = 2000;
constexpr int Keys = 10000;
constexpr int Restarts = 30;

StorageEngine engineOn(const QString &url)
{
    const auto engine = redis(url, QString()); // its cache in memory, as the disk is another case
    if (!engine.load(std::chrono::seconds(10))) {
        giveUp("the server does not answer");
    }
    return engine;
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

double microsecondsSince(std::int64_t sent)
{
    return static_cast<double>(now() - sent) / 1000;
}

/// The other process: what it sees of a store.
int watch(const QString &url)
{
    const auto engine = engineOn(url);
    const auto probe = persistentAtom(engine, "probe", 0LL);
    std::vector<double> times;
    const auto watching = probe.listen([&](long long sent) {
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

std::unique_ptr<detail::RedisLink> bareLink(const QString &url)
{
    RedisOptions options;
    options.url = url;
    options.answerTimeout = std::chrono::seconds(30);
    auto link = std::make_unique<detail::RedisLink>(options, detail::addressOf(options), detail::RespLimits());
    link->open();
    return link;
}

/// The other process: what it sees of messages that are published.
int subscribe(const QString &url)
{
    const auto link = bareLink(url);
    link->call({"SUBSCRIBE", "probe"});
    ready();
    std::vector<double> times;
    for (;;) {
        const auto message = link->receive(QDeadlineTimer(30000));
        const std::int64_t sent = std::stoll(message.items.at(2).text);
        if (sent < 0) {
            return printed(times);
        }
        times.push_back(microsecondsSince(sent));
    }
}

/// The other process: says when it has seen all keys.
int count(const QString &url)
{
    const auto engine = engineOn(url);
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

/// Each 2 ms, so that each is one by itself.
void probe(const std::function<void(std::int64_t)> &send)
{
    int left = Probes;
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer, &QTimer::timeout, [&] {
        if (left-- > 0) {
            send(now());
        } else {
            timer.stop();
            send(-1);
            QCoreApplication::quit();
        }
    });
    timer.start(2);
    QCoreApplication::exec();
}

void readInto(std::vector<double> &figures, OtherProcess &other)
{
    const auto answer = other.line().split(' ');
    if (answer.size() != 3 || answer[2].toInt() < Probes / 2) {
        giveUp("the other process has seen too little");
    }
    figures.push_back(answer[0].toDouble());
    figures.push_back(answer[1].toDouble());
}

/// us from a set() to the listener in another process: half of them, 99 of 100; the same of a message that is
/// published.
std::vector<double> latency()
{
    Setting program;
    const QString url = program.server.url(QStringLiteral("bench"));
    std::vector<double> figures;
    {
        const auto engine = engineOn(url);
        const auto store = persistentAtom(engine, "probe", 0LL);
        OtherProcess other({QStringLiteral("watch"), url});
        probe([&](std::int64_t sent) {
            store.set(sent);
            if (sent < 0) {
                engine.flushNow(std::chrono::seconds(10));
            }
        });
        readInto(figures, other);
    }
    const auto link = bareLink(url);
    OtherProcess other({QStringLiteral("subscribe"), url});
    probe([&](std::int64_t sent) { link->call({"PUBLISH", "probe", std::to_string(sent)}); });
    readInto(figures, other);
    return figures;
}

/// ms in which 10 000 keys are set, written, and seen by another process; best of some rounds.
std::vector<double> bulk()
{
    std::vector<double> written;
    std::vector<double> seen;
    for (int round = 0; round < 5; ++round) {
        Setting program;
        const QString url = program.server.url(QStringLiteral("bench"));
        const auto engine = engineOn(url);
        OtherProcess other({QStringLiteral("count"), url});
        const std::int64_t begin = now();
        for (int i = 0; i < Keys; ++i) {
            engine.set("bulk/" + std::to_string(i), std::string(40, static_cast<char>('a' + i % 26)));
        }
        engine.flushNow(std::chrono::seconds(30));
        written.push_back(static_cast<double>(now() - begin) / 1e6);
        seen.push_back(static_cast<double>(other.line().toLongLong() - begin) / 1e6);
    }
    return {*std::min_element(written.begin(), written.end()), *std::min_element(seen.begin(), seen.end())};
}

/// ms from the first answer of a server that is back to the acknowledgement of what has waited: half of them, and the
/// longest.
std::vector<double> back()
{
    Setting program;
    const auto engine = engineOn(program.server.url(QStringLiteral("bench")));
    std::vector<double> times;
    for (int i = 0; i < Restarts; ++i) {
        program.server.kill();
        engine.set("n", std::to_string(i));
        QTimer::singleShot(200 + i * 20, &program.application, &QCoreApplication::quit); // it waits longer and longer
        QCoreApplication::exec();
        if (engine.pending().get() != 1 || !program.server.start()) {
            giveUp("the server does not start");
        }
        const std::int64_t begin = now();
        while (engine.pending().get() != 0 && microsecondsSince(begin) < 30e6) {
            QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 100);
        }
        times.push_back(microsecondsSince(begin) / 1000);
    }
    const double half = percentile(times, 50);
    return {half, times.back()};
}

/// Operations a second of redis-benchmark, with 64 in flight, and of the same size.
std::vector<double> pipeline()
{
    Setting program;
    double best = 0;
    for (int round = 0; round < 5; ++round) {
        QProcess bare;
        bare.start(QStringLiteral("redis-benchmark"),
                   {QStringLiteral("-p"), QString::number(program.server.port()), QStringLiteral("-c"),
                    QStringLiteral("1"), QStringLiteral("-P"), QStringLiteral("64"), QStringLiteral("-n"),
                    QString::number(Keys), QStringLiteral("-r"), QString::number(Keys), QStringLiteral("-d"),
                    QStringLiteral("40"), QStringLiteral("-t"), QStringLiteral("set"), QStringLiteral("--csv")});
        bare.waitForFinished();
        for (const QByteArray &line : bare.readAll().split('\n')) { // "SET","123456.78",...
            const auto fields = line.split('"');
            if (fields.size() > 3 && fields[1] == "SET") {
                best = std::max(best, fields[3].toDouble());
            }
        }
    }
    return {best};
}

} // namespace

void addProcessCases()
{
    addFigures("latency", latency);
    addFigures("bulk", bulk);
    addFigures("back", back);
    addFigures("pipeline", pipeline);
}

bool isOtherProcess(int argc, char *argv[], int &result)
{
    const std::string role = argc == 3 ? argv[1] : "";
    if (role != "watch" && role != "subscribe" && role != "count") {
        return false;
    }
    const QCoreApplication application(argc, argv);
    const QString url = QString::fromLocal8Bit(argv[2]);
    result = role == "watch" ? watch(url) : role == "subscribe" ? subscribe(url) : count(url);
    return true;
}
