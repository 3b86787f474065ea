// SPDX-License-Identifier: MIT
#pragma once

#include "redis/support/redisserver.h"

#include <QCoreApplication>

#include <array>

/// What programs on one server see of each other, and when.
void addProcessCases();
/// A thousand programs on one server, by one.
void addClientCases();
/// Whether this is the other process of a case, which is over with that result.
bool isOtherProcess(int argc, char *argv[], int &result);

/// A program, and a server of its own.
struct Setting
{
    Setting()
        : application(argc, argv.data())
    {
        if (support::RedisServer::program().isEmpty() || !server.start()) {
            qFatal("There is no redis-server or valkey-server: install it with sh tests/install-deps.sh");
        }
    }
    int argc = 1;
    std::array<char *, 2> argv{const_cast<char *>("bench"), nullptr};
    QCoreApplication application;
    support::RedisServer server;
};
