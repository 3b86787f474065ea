// SPDX-License-Identifier: MIT
#include "cases.h"
#include "harness.h"

#include <nanostores/redis.h>

namespace servers {

nanostores::StorageEngine engineAt(const QString &url)
{
    return nanostores::redis(url, QString()); // its cache in memory, as the disk is another case
}

std::unique_ptr<nanostores::EngineBackend> patientBackendAt(const QString &url)
{
    nanostores::RedisOptions options;
    options.url = url;
    options.connectTimeout = options.answerTimeout = std::chrono::seconds(30);
    return nanostores::redisBackend(options);
}

} // namespace servers

void addCases()
{
    addProcessCases();
    addClientCases();
}

int main(int argc, char *argv[])
{
    int result = 0;
    return servers::isOtherProcess(argc, argv, {{"subscribe", subscribe}}, result) ? result : runBenchmark(argc, argv);
}
