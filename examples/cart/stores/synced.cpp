// SPDX-License-Identifier: MIT
#include "synced.h"

#include "saved.h"

#ifdef CART_HAS_MQTT
#include <nanostores/mqtt.h>
#endif
#ifdef CART_HAS_REDIS
#include <nanostores/redis.h>
#endif

#include <memory>
#include <optional>

namespace shop {

namespace {

#ifdef CART_HAS_REDIS

std::unique_ptr<nanostores::EngineBackend> redisAt(const QString &url, const QString &cache)
{
    nanostores::RedisOptions options;
    options.url = url;
    options.cache = cache;
    return nanostores::redisBackend(options);
}

#else

std::unique_ptr<nanostores::EngineBackend> redisAt(const QString &, const QString &)
{
    throw nanostores::EngineError(nanostores::EngineErrorKind::Misuse,
                                  "this cart was built without NanoStores::Redis: set NANOSTORES_BUILD_REDIS, or name "
                                  "a broker, mqtt://host:1883");
}

#endif

#ifdef CART_HAS_MQTT

std::unique_ptr<nanostores::EngineBackend> mqttAt(const QString &url)
{
    nanostores::MqttOptions options;
    options.url = url;
    return nanostores::mqttBackend(options);
}

#else

std::unique_ptr<nanostores::EngineBackend> mqttAt(const QString &)
{
    throw nanostores::EngineError(
        nanostores::EngineErrorKind::Misuse,
        "this cart was built without NanoStores::Mqtt: install libmosquitto and set NANOSTORES_BUILD_MQTT, or name a "
        "server of Redis, redis://host:6379");
}

#endif

std::optional<nanostores::StorageEngine> &syncedStorage()
{
    static std::optional<nanostores::StorageEngine> storage;
    return storage;
}

} // namespace

void syncCart(const QString &url, const QString &cache)
{
    const bool isMqtt = url.startsWith(QLatin1String("mqtt://")) || url.startsWith(QLatin1String("mqtts://"));
    syncedStorage() =
        nanostores::StorageEngine::custom(isMqtt ? mqttAt(url) : redisAt(url, cache)); // which look at the address
    keepCart(*syncedStorage());
}

nanostores::StorageEngine cartStorage()
{
    return syncedStorage() ? *syncedStorage() : nanostores::StorageEngine::memory();
}

} // namespace shop
