// SPDX-License-Identifier: MIT
#include "harness.h"
#include "mqtt/support/broker.h"
#include "redis/support/redisserver.h"
#include "servercases.h"

#include <nanostores/mqtt.h>
#include <nanostores/redis.h>

#include <unistd.h>

using namespace nanostores;

namespace {

constexpr int Rounds = 5;
constexpr int Probes = 500;
constexpr int Restarts = 20;

/// As docs/federation.md advises.
class QuickBroker : public support::Broker
{
public:
    QuickBroker()
        : Broker("allow_anonymous true\nset_tcp_nodelay true\nlog_type error\n")
    {
    }
};

/// As it is by itself.
class PlainBroker : public support::Broker
{
public:
    PlainBroker()
        : Broker("allow_anonymous true\nlog_type error\n")
    {
    }
};

bool isMqtt(const QString &url)
{
    return url.startsWith(QLatin1String("mqtt:"));
}

std::unique_ptr<detail::MqttLink> bareLink(const QString &url, const char *client)
{
    MqttOptions options;
    options.url = url;
    options.answerTimeout = std::chrono::seconds(30);
    auto link = std::make_unique<detail::MqttLink>(options, detail::addressOf(options), client);
    link->open();
    return link;
}

/// The other process: what it sees of messages that are published.
int subscribe(const QString &url)
{
    const auto link = bareLink(url, "reader");
    std::vector<double> times;
    bool isOver = false;
    link->onMessage([&](std::string_view, std::string_view payload) {
        const std::int64_t sent = std::stoll(std::string(payload));
        isOver = sent < 0;
        if (!isOver) {
            times.push_back(servers::microsecondsSince(sent));
        }
    });
    link->subscribe({"probe"});
    servers::ready();
    link->waitUntil([&] { return isOver; });
    return servers::printed(times);
}

std::vector<double> bareLatency()
{
    servers::Setting<QuickBroker> program;
    const auto link = bareLink(program.url(), "writer");
    OtherProcess other({QStringLiteral("subscribe"), program.url()});
    servers::probe(Probes, [&](std::int64_t sent) {
        link->publish("probe", std::to_string(sent), false);
        link->waitUntil([&] { return link->unacknowledged() == 0; });
    });
    return servers::seenBy(other, Probes / 2);
}

/// One case on several servers, in turn: all figures of a round, then those of the next.
std::vector<double> inTurn(const std::vector<std::function<std::vector<double>()>> &cases)
{
    std::vector<double> figures;
    for (int round = 0; round < Rounds; ++round) {
        for (const auto &measure : cases) {
            const auto next = measure();
            figures.insert(figures.end(), next.begin(), next.end());
        }
    }
    return figures;
}

/// Of a process, as the system says.
template<typename Server>
double serverBytes(const Server &server)
{
    QFile file(QStringLiteral("/proc/%1/statm").arg(server.process()->processId()));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').at(1).toDouble() * 4096 : 0;
}

template<typename Server>
double serverTime(const Server &server) ///< us
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(server.process()->processId()));
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QByteArray line = file.readAll();
    const auto fields = line.mid(line.lastIndexOf(')') + 2).split(' '); // from the third one on
    return (fields.at(11).toDouble() + fields.at(12).toDouble()) * 1e6 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

template<typename Server>
std::vector<double> hundredClients()
{
    return servers::clients<Server>(100, {serverBytes<Server>, serverTime<Server>});
}

} // namespace

namespace servers {

StorageEngine engineAt(const QString &url)
{
    return isMqtt(url) ? mqtt(url) : redis(url, QString()); // without a cache on the disk, as MQTT has none
}

std::unique_ptr<EngineBackend> patientBackendAt(const QString &url)
{
    const auto patient = [&](auto options) {
        options.url = url;
        options.connectTimeout = options.answerTimeout = std::chrono::seconds(30);
        return options;
    };
    return isMqtt(url) ? mqttBackend(patient(MqttOptions())) : redisBackend(patient(RedisOptions()));
}

} // namespace servers

void addCases()
{
    using support::RedisServer;
    addFigures("latency", [] {
        return inTurn({[] { return servers::latency<QuickBroker>(Probes, Probes / 2); },
                       [] { return servers::latency<RedisServer>(Probes, Probes / 2); },
                       [] { return servers::latency<PlainBroker>(Probes, 1); }, bareLatency});
    });
    addFigures("bulk", [] { return inTurn({servers::bulk<QuickBroker>, servers::bulk<RedisServer>}); });
    addFigures("back_mqtt", [] { return servers::back<QuickBroker>(Restarts); });
    addFigures("back_redis", [] { return servers::back<RedisServer>(Restarts); });
    addFigures("clients_mqtt", hundredClients<QuickBroker>);
    addFigures("clients_redis", hundredClients<RedisServer>);
}

int main(int argc, char *argv[])
{
    int result = 0;
    return servers::isOtherProcess(argc, argv, {{"subscribe", subscribe}}, result) ? result : runBenchmark(argc, argv);
}
