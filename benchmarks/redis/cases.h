// SPDX-License-Identifier: MIT
#pragma once

#include "redis/support/redisserver.h"
#include "servercases.h"

using Setting = servers::Setting<support::RedisServer>;

/// What programs on one server see of each other, and when.
void addProcessCases();
/// The other process: what it sees of messages that are published.
int subscribe(const QString &url);
/// A thousand programs on one server, by one.
void addClientCases();
