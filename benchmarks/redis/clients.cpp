// SPDX-License-Identifier: MIT
#include "cases.h"
#include "harness.h"
#include "otherprocess.h"

#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>
#include <nanostores/redis.h>

#include <QFile>
#include <QTimer>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

constexpr int Changes = 50;
constexpr auto Patience = std::chrono::seconds(60); ///< For each step, whatever becomes of it.

double milliseconds(std::int64_t begin)
{
    return static_cast<double>(now() - begin) / 1e6;
}

void waitUntil(const std::function<bool()> &isDone, const char *what)
{
    const std::int64_t begin = now();
    while (!isDone()) {
        if (milliseconds(begin) > static_cast<double>(std::chrono::milliseconds(Patience).count())) {
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

double serverBytes(const support::RedisServer &server)
{
    const std::string info = server.call({"INFO", "memory"}).text;
    return std::stod(info.substr(info.find("used_memory:") + 12));
}

double serverTime(const support::RedisServer &server) ///< us
{
    const std::string info = server.call({"INFO", "cpu"}).text;
    return (std::stod(info.substr(info.find("used_cpu_sys:") + 13))
            + std::stod(info.substr(info.find("used_cpu_user:") + 14)))
           * 1e6;
}

/// The server and this program have a descriptor for each connection.
void allowDescriptors()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/// So many engines as so many programs have, each with connections and a thread of its own; one writes, and all see it.
/// Per client: seconds until all are there and live (of all); KiB of this process and of the server; ms until the last
/// one has seen a change: half of the changes, 99 of 100; processor time of a change, in us, of a client and of the
/// server for it; us of a client in a second in which nothing changes.
std::vector<double> clients(int count)
{
    allowDescriptors();
    Setting program;
    RedisOptions options;
    options.url = program.server.url(QStringLiteral("bench"));
    options.connectTimeout = options.answerTimeout = std::chrono::seconds(30);
    const auto makeEngine = [&](int number) { // each has faults of its own, of which there are none
        return StorageEngine::custom(
            testing::withFaults(redisBackend(options), testing::Faults(), "client " + std::to_string(number)));
    };
    const auto writer = makeEngine(-1);
    for (int i = 0; i < 100; ++i) { // a hundred values, which each has in its memory
        writer.set("value/" + std::to_string(i), std::string(40, 'x'));
    }
    if (!writer.flushNow(Patience)) {
        giveUp("the server does not answer");
    }
    const double residentBefore = residentBytes();
    const double serverBefore = serverBytes(program.server);

    std::int64_t begin = now();
    std::vector<StorageEngine> engines;
    std::vector<Atom<int>> probes;
    std::vector<Subscription> listening;
    int seen = 0;
    int expected = 0;
    for (int i = 0; i < count; ++i) {
        engines.push_back(makeEngine(i));
    }
    waitUntil(
        [&] {
            return std::all_of(engines.begin(), engines.end(), [](const StorageEngine &engine) {
                return engine.status().get().state == EngineState::Live;
            });
        },
        "not all clients have come");
    const double connecting = milliseconds(begin) / 1000;
    for (const StorageEngine &engine : engines) {
        probes.push_back(persistentAtom(engine, "probe", 0));
        listening.push_back(probes.back().listen([&](int value) { seen += value == expected ? 1 : 0; }));
    }
    const double resident = (residentBytes() - residentBefore) / count / 1024;
    const double server = (serverBytes(program.server) - serverBefore) / count / 1024;

    std::vector<double> times;
    const double timeBefore = processorTime();
    const double serverTimeBefore = serverTime(program.server);
    for (int i = 1; i <= Changes; ++i) {
        seen = 0;
        expected = i;
        begin = now();
        writer.set("probe", std::to_string(i));
        waitUntil([&] { return seen == count; }, "not all clients have seen a change");
        times.push_back(milliseconds(begin));
    }
    const double used = (processorTime() - timeBefore) / Changes / count;
    const double usedByServer = (serverTime(program.server) - serverTimeBefore) / Changes / count;

    const double idleBefore = processorTime();
    QTimer::singleShot(std::chrono::seconds(10), &program.application, &QCoreApplication::quit);
    QCoreApplication::exec();
    const double idle = (processorTime() - idleBefore) / 10 / count;

    const double half = percentile(times, 50);
    return {connecting, resident, server, half, percentile(times, 99), used, usedByServer, idle};
}

} // namespace

void addClientCases()
{
    addFigures("clients_100", [] { return clients(100); });
    addFigures("clients_1000", [] { return clients(1000); });
}
