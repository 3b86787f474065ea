// SPDX-License-Identifier: MIT
#include "synced.h"

#include "saved.h"

#include <nanostores/redis.h>

#include <optional>

namespace shop {

namespace {

std::optional<nanostores::StorageEngine> &syncedStorage()
{
    static std::optional<nanostores::StorageEngine> storage;
    return storage;
}

} // namespace

void syncCart(const QString &url, const QString &cache)
{
    nanostores::RedisOptions options;
    options.url = url;
    options.cache = cache;
    syncedStorage() =
        nanostores::StorageEngine::custom(nanostores::redisBackend(options)); // which looks at the address
    keepCart(*syncedStorage());
}

nanostores::StorageEngine cartStorage()
{
    return syncedStorage() ? *syncedStorage() : nanostores::StorageEngine::memory();
}

} // namespace shop
