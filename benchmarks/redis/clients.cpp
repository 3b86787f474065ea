// SPDX-License-Identifier: MIT
#include "cases.h"
#include "harness.h"

namespace {

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

} // namespace

void addClientCases()
{
    static const servers::Usage<support::RedisServer> usage{serverBytes, serverTime};
    addFigures("clients_100", [] { return servers::clients(100, usage); });
    addFigures("clients_1000", [] { return servers::clients(1000, usage); });
}
