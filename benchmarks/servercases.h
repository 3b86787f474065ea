// SPDX-License-Identifier: MIT
#pragma once

#include "otherprocess.h"

#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>

#include <QCoreApplication>
#include <QString>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// What programs on one server see of each other, and when, for servers of any kind. Server is one of the tests'
/// support headers.
namespace servers {

/// Of the suite: an engine as one that gives a URL has it.
nanostores::StorageEngine engineAt(const QString &url);
/// Likewise, what it keeps values by; patient: for servers that are busy.
std::unique_ptr<nanostores::EngineBackend> patientBackendAt(const QString &url);

/// engineAt(), when it has answered.
nanostores::StorageEngine loadedEngineAt(const QString &url);

/// A program, and a server of its own.
template<typename Server>
struct Setting
{
    Setting()
        : application(argc, argv.data())
    {
        if (Server::program().isEmpty() || !server.start()) {
            giveUp("the server does not start; sh tests/install-deps.sh names what has to be installed");
        }
    }
    QString url() const { return server.url(QStringLiteral("bench")); }

    int argc = 1;
    std::array<char *, 2> argv{const_cast<char *>("bench"), nullptr};
    QCoreApplication application;
    Server server;
};

inline double microsecondsSince(std::int64_t begin)
{
    return static_cast<double>(now() - begin) / 1000;
}

/// The event loop turns so long.
void turnFor(std::chrono::milliseconds time);

// The other process: it prints "ready", and then what it has seen.

/// By one role of another process: watches a store; counts keys; any other is the suite's.
using Role = std::function<int(const QString &url)>;
/// Whether this is the other process of a case, which is over with that result.
bool isOtherProcess(int argc, char *argv[], const std::vector<std::pair<std::string, Role>> &others, int &result);
void ready();
/// us: half of them, 99 of 100, and how many.
int printed(std::vector<double> &times);

// A set() that another process sees

/// Calls that each 2 ms, so that each is one by itself, and at last with -1.
void probe(int count, const std::function<void(std::int64_t now)> &send);
/// us, as the other process prints them: half, and 99 of 100; and how many it has seen.
std::vector<double> seenBy(OtherProcess &other, int atLeast);

/// us from a set() to the listener in another process: half of them, 99 of 100; and how many it has seen, as what waits
/// for the server is replaced by what is set next.
template<typename Server>
std::vector<double> latency(int count, int atLeast)
{
    Setting<Server> program;
    const auto engine = loadedEngineAt(program.url());
    const auto store = nanostores::persistentAtom(engine, "probe", 0LL);
    OtherProcess other({QStringLiteral("watch"), program.url()});
    probe(count, [&](std::int64_t sent) {
        store.set(sent);
        if (sent < 0) {
            engine.flushNow(std::chrono::seconds(10));
        }
    });
    return seenBy(other, atLeast);
}

// Many keys at once

inline constexpr int Keys = 10000;

/// ms in which so many keys are set, written, and seen by another process.
template<typename Server>
std::vector<double> bulk()
{
    Setting<Server> program;
    const auto engine = loadedEngineAt(program.url());
    OtherProcess other({QStringLiteral("count"), program.url()});
    const std::int64_t begin = now();
    for (int i = 0; i < Keys; ++i) {
        engine.set("bulk/" + std::to_string(i), std::string(40, static_cast<char>('a' + i % 26)));
    }
    engine.flushNow(std::chrono::seconds(30));
    const double written = static_cast<double>(now() - begin) / 1e6;
    return {written, static_cast<double>(other.line().toLongLong() - begin) / 1e6};
}

// A server that is back

/// ms from the first answer of a server that is back to the acknowledgement of what has waited: half of them, and the
/// longest.
template<typename Server>
std::vector<double> back(int restarts)
{
    Setting<Server> program;
    const auto engine = loadedEngineAt(program.url());
    std::vector<double> times;
    for (int i = 0; i < restarts; ++i) {
        program.server.kill();
        engine.set("n", std::to_string(i));
        turnFor(std::chrono::milliseconds(200 + i * 20)); // it waits longer and longer
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

// Very many programs

/// What a server has used, as it says itself or the system does.
template<typename Server>
struct Usage
{
    std::function<double(const Server &)> bytes;
    std::function<double(const Server &)> microseconds;
};

void waitUntil(const std::function<bool()> &isDone, const char *what);
double residentBytes();
/// The server and this program have a descriptor for each connection.
void allowDescriptors();

/// So many engines as so many programs have, each with connections and a thread of its own; one writes, and all see it.
/// Per client: seconds until all are there and live (of all); KiB of this process and of the server; ms until the last
/// one has seen a change: half of the changes, 99 of 100; processor time of a change, in us, of a client and of the
/// server for it; us of a client in a second in which nothing changes.
template<typename Server>
std::vector<double> clients(int count, const Usage<Server> &usage)
{
    using namespace nanostores;
    constexpr int Changes = 50;
    allowDescriptors();
    Setting<Server> program;
    const auto makeEngine = [&](int number) { // each has faults of its own, of which there are none
        return StorageEngine::custom(testing::withFaults(patientBackendAt(program.url()), testing::Faults(),
                                                         "client " + std::to_string(number)));
    };
    const auto writer = makeEngine(-1);
    for (int i = 0; i < 100; ++i) { // a hundred values, which each has in its memory
        writer.set("value/" + std::to_string(i), std::string(40, 'x'));
    }
    if (!writer.flushNow(std::chrono::seconds(60))) {
        giveUp("the server does not answer");
    }
    const double residentBefore = residentBytes();
    const double serverBefore = usage.bytes(program.server);

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
    const double connecting = microsecondsSince(begin) / 1e6;
    for (const StorageEngine &engine : engines) {
        probes.push_back(persistentAtom(engine, "probe", 0));
        listening.push_back(probes.back().listen([&](int value) { seen += value == expected ? 1 : 0; }));
    }
    const double resident = (residentBytes() - residentBefore) / count / 1024;
    const double server = (usage.bytes(program.server) - serverBefore) / count / 1024;

    std::vector<double> times;
    const double timeBefore = processorTime();
    const double serverTimeBefore = usage.microseconds(program.server);
    for (int i = 1; i <= Changes; ++i) {
        seen = 0;
        expected = i;
        begin = now();
        writer.set("probe", std::to_string(i));
        waitUntil([&] { return seen == count; }, "not all clients have seen a change");
        times.push_back(microsecondsSince(begin) / 1000);
    }
    const double used = (processorTime() - timeBefore) / Changes / count;
    const double usedByServer = (usage.microseconds(program.server) - serverTimeBefore) / Changes / count;

    const double idleBefore = processorTime();
    turnFor(std::chrono::seconds(10));
    const double idle = (processorTime() - idleBefore) / 10 / count;

    const double half = percentile(times, 50);
    return {connecting, resident, server, half, percentile(times, 99), used, usedByServer, idle};
}

} // namespace servers
