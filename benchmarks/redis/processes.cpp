// SPDX-License-Identifier: MIT
#include "cases.h"
#include "harness.h"

#include <QDeadlineTimer>
#include <QProcess>

using namespace nanostores;

namespace {

constexpr int Probes = 2000;
constexpr int Restarts = 30;

std::unique_ptr<detail::RedisLink> bareLink(const QString &url)
{
    RedisOptions options;
    options.url = url;
    options.answerTimeout = std::chrono::seconds(30);
    auto link = std::make_unique<detail::RedisLink>(options, detail::addressOf(options), detail::RespLimits());
    link->open();
    return link;
}

/// us from a set() to the listener in another process: half of them, 99 of 100; the same of a message that is
/// published.
std::vector<double> latency()
{
    const auto seen = servers::latency<support::RedisServer>(Probes, Probes / 2);
    Setting program;
    const auto link = bareLink(program.url());
    OtherProcess other({QStringLiteral("subscribe"), program.url()});
    servers::probe(Probes, [&](std::int64_t sent) { link->call({"PUBLISH", "probe", std::to_string(sent)}); });
    const auto bare = servers::seenBy(other, Probes / 2);
    return {seen[0], seen[1], bare[0], bare[1]};
}

/// ms in which 10 000 keys are set, written, and seen by another process; best of some rounds.
std::vector<double> bulk()
{
    std::vector<double> best = servers::bulk<support::RedisServer>();
    for (int round = 1; round < 5; ++round) {
        const auto next = servers::bulk<support::RedisServer>();
        best = {std::min(best[0], next[0]), std::min(best[1], next[1])};
    }
    return best;
}

/// Operations a second of redis-benchmark, with 64 in flight, and of the same size.
std::vector<double> pipeline()
{
    Setting program;
    double best = 0;
    for (int round = 0; round < 5; ++round) {
        const QString keys = QString::number(servers::Keys);
        QProcess bare;
        bare.start(QStringLiteral("redis-benchmark"),
                   {QStringLiteral("-p"), QString::number(program.server.port()), QStringLiteral("-c"),
                    QStringLiteral("1"), QStringLiteral("-P"), QStringLiteral("64"), QStringLiteral("-n"), keys,
                    QStringLiteral("-r"), keys, QStringLiteral("-d"), QStringLiteral("40"), QStringLiteral("-t"),
                    QStringLiteral("set"), QStringLiteral("--csv")});
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

int subscribe(const QString &url)
{
    const auto link = bareLink(url);
    link->call({"SUBSCRIBE", "probe"});
    servers::ready();
    std::vector<double> times;
    for (;;) {
        const auto message = link->receive(QDeadlineTimer(30000));
        const std::int64_t sent = std::stoll(message.items.at(2).text);
        if (sent < 0) {
            return servers::printed(times);
        }
        times.push_back(servers::microsecondsSince(sent));
    }
}

void addProcessCases()
{
    addFigures("latency", latency);
    addFigures("bulk", bulk);
    addFigures("back", [] { return servers::back<support::RedisServer>(Restarts); });
    addFigures("pipeline", pipeline);
}
