// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/detail/serverurl.h>
#include <nanostores/redis/redisbackend.h>

#include <QtCore/QString>

#include <cstdint>
#include <string>

namespace nanostores::detail {

/// Where a server is.
struct RedisAddress : ServerAddress
{
    enum class Way : std::uint8_t { Tcp, Tls, Local };

    Way way = Way::Tcp;
    QString path; ///< With Way::Local.
    int database = 0;

    std::string shown() const; ///< Without the password.
};

/// Throws EngineErrorKind::Misuse, with what is wrong and how it is written.
NANOSTORES_REDIS_EXPORT RedisAddress addressOf(const RedisOptions &options);

} // namespace nanostores::detail
