// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/engine.h>
#include <nanostores/redis/export.h>

#include <QtCore/QString>

#include <chrono>
#include <cstddef>
#include <memory>

namespace nanostores {

/// How a server is reached, and what is kept of it.
struct RedisOptions
{
    /// - `redis://user:password@host:6379/0`: TCP; user, password, port and database may be left out;
    /// - `rediss://...`: the same with TLS, which checks the server's certificate and name;
    /// - `redis+unix:///run/redis.sock`: a socket of the file system.
    ///
    /// `?name=shop` gives `name`.
    QString url = QStringLiteral("redis://localhost");
    /// Whose values they are. All keys of the server begin with `ns:{name}:`. Empty: that of the URL, or else
    /// QCoreApplication::applicationName().
    QString name;
    /// The SQLite file that has the values while the server is out of reach, and the writes that it has not got yet. A
    /// relative path begins where the platform keeps the data of an application. A second process that uses it gets a
    /// file beside it. Empty: in memory, so that what was not sent is lost at the end of the program.
    QString cache;

    QString caFile; ///< Certificates, in PEM, that the server's has to be signed by. Empty: those of the system.
    QString certificateFile; ///< The client's own, in PEM, if the server asks for one...
    QString keyFile; ///< ...and its private key.
    QString peerName; ///< The name that the server's certificate has to have. Empty: the host of the URL.
    /// A password is not sent without TLS to another machine, where all between could read it, unless this is set.
    bool allowPlainPassword = false;

    std::chrono::milliseconds connectTimeout{3000}; ///< For the connection, TLS and the password.
    std::chrono::milliseconds answerTimeout{2000}; ///< After which a server that does not answer counts as gone.
    /// How often a connection without traffic is tried. One that is dead is found after twice that time.
    std::chrono::milliseconds ping{5000};
    std::size_t largestValue = std::size_t{1024} * 1024; ///< bytes, of one value
    /// Of all values together. A server that has more is not read.
    std::size_t largestTotal = std::size_t{256} * 1024 * 1024;
    /// How many changes the server keeps for those who were away. Who was away for longer reads everything.
    std::size_t keptChanges = 20000;
};

/// Keeps values on a server of Redis 6.2 or later, or Valkey, which any number of programs on any number of machines
/// share.
///
/// - Each call of apply() is one script of the server, which compares versions, writes, and notes the result under a
///   number. After a failure the same number is sent again, so that nothing is written twice, and it is known what was.
///   More than 1000 writes, or 4 MiB, are several scripts.
/// - Changes of others come from a stream of the server. A server that has been wiped or replaced, or has lost its
///   newest changes, has another epoch: what the engine knows and the server does not have is written to it again.
/// - What cannot be sent is kept in the cache, and sent when the server is back, also by the next run of the program.
/// - A wrong password, missing rights and a certificate that is not trusted are EngineErrorKind::Denied.
///
/// Needs Qt Network.
[[nodiscard]] NANOSTORES_REDIS_EXPORT std::unique_ptr<EngineBackend> redisBackend(RedisOptions options);

/// An engine on redisBackend(), with that URL and cache. A server that is away is looked for every 0.8 s at least,
/// unless the options have another longestRetry.
[[nodiscard]] NANOSTORES_REDIS_EXPORT StorageEngine redis(const QString &url,
                                                          const QString &cache = QStringLiteral("shared.db"),
                                                          EngineOptions options = {
                                                              .longestRetry = std::chrono::milliseconds(800)});

} // namespace nanostores
