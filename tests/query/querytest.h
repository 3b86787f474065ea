// SPDX-License-Identifier: MIT
#pragma once

#include "server.h"
#include "support/handlers.h"
#include "support/timedtest.h"

#include <nanostores/core.h>
#include <nanostores/query.h>

#include <QTest>

namespace support {

inline const auto itemKey = nanostores::queryKey<int, int>("item");
inline const auto pairKey = nanostores::queryKey<int, int, QString>("pair");

/// A test with a server, and what an observer has seen, anew for each function: start() is to be called by init().
class QueryTest : public TimedTest
{
public:
    ~QueryTest() override { server.stop(); }

protected:
    void start()
    {
        server.stop();
        nanostores::cleanTasks();
        TimedTest::init();
        server = Server();
        seen = Seen();
    }
    nanostores::Query<int> item(const nanostores::QueryClient &client, nanostores::KeyPart<int> id,
                                const nanostores::QueryOptions &options = {})
    {
        return client.query(
            itemKey, std::move(id), [server = server](int value) { return server.ask(QString::number(value)); },
            options);
    }
    nanostores::Query<int> abortable(const nanostores::QueryClient &client, nanostores::KeyPart<int> id)
    {
        return client.query(itemKey, std::move(id),
                            [server = server](const nanostores::FetchContext &context, int value) {
                                return server.ask(context, QString::number(value));
                            });
    }

    Server server;
    Seen seen;
};

} // namespace support
