// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/redis/redisbackend.h>

#include <QtCore/QString>

#include <cstdint>
#include <string>

namespace nanostores::detail {

/// Where a server is.
struct RedisAddress
{
    enum class Way : std::uint8_t { Tcp, Tls, Local };

    Way way = Way::Tcp;
    QString host;
    std::uint16_t port = 6379;
    QString path; ///< With Way::Local.
    QString user;
    QString password;
    int database = 0;
    QString name;

    bool isLoopback() const;
    std::string shown() const; ///< Without the password.
};

/// Throws EngineErrorKind::Misuse, with what is wrong and how it is written.
NANOSTORES_REDIS_EXPORT RedisAddress addressOf(const RedisOptions &options);

} // namespace nanostores::detail
