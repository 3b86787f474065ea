// SPDX-License-Identifier: MIT
#include <nanostores/redis/redisbackend.h>

#include <nanostores/persistent/detail/entrytable.h>
#include <nanostores/persistent/detail/worker.h>
#include <nanostores/redis/detail/implementation.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace nanostores {

namespace detail {

namespace {

constexpr std::size_t LongestKey = 1000; // the cache puts something before it

} // namespace

BackendTraits RedisBackend::traits() const
{
    BackendTraits traits;
    traits.isShared = true;
    traits.isRemote = true;
    traits.isEncrypted = m_address.way == RedisAddress::Way::Tls && m_cache.path().empty();
    traits.keepsWrites = !m_cache.path().empty();
    traits.durability = Durability::Second;
    traits.largestKey = LongestKey;
    traits.largestValue = m_settings.largestValue;
    return traits;
}

// Opening

void RedisBackend::open(const BackendOptions &options)
{
    requireSameProcess();
    m_open = options;
    m_cache.open();
    m_contents = m_cache.read();
    m_epoch = m_contents.epoch;
    m_position = m_contents.position;
    m_seen = m_position;
    m_client = std::to_string(randomNumber());
    m_doubtful.assign(m_contents.transactions.begin(), m_contents.transactions.end());
    for (const RedisTransaction &transaction : m_doubtful) {
        for (const StorageWrite &write : transaction.writes) {
            m_unsent.insert_or_assign(write.key, KeptWrite{write, std::nullopt});
        }
    }
    for (const auto &[key, kept] : m_contents.kept) {
        m_unsent.insert_or_assign(key, kept);
    }
    m_feed.onEvent([this] { newsCame(); });
    beginTicks(m_settings.ping);
}

void RedisBackend::close(std::chrono::milliseconds deadline) noexcept
{
    if (!isSameProcess()) {
        return;
    }
    endTicks();
    m_feed.onEvent(nullptr);
    m_feed.close();
    m_store.close();
    m_cache.close(deadline);
}

/// Both connections, with nothing in doubt any more. Throws.
void RedisBackend::connect()
{
    try {
        m_store.open();
        resolveDoubts();
        if (!m_feed.isOpen()) {
            m_feed.close();
            m_feed.open();
        }
        forgetRefusal();
    } catch (const EngineError &error) {
        m_store.close();
        noteRefusal(error);
        throw;
    }
}

// Reading

void RedisBackend::keepOnly(std::vector<StorageEntry> &entries) const
{
    if (!m_open.prefix.empty()) {
        std::erase_if(entries, [this](const StorageEntry &entry) { return !entry.key.starts_with(m_open.prefix); });
    }
}

/// What was kept when the program ended, each key once. A write is based on the value of the cache if that has its
/// version.
std::vector<KeptWrite> RedisBackend::takeUnsent()
{
    std::vector<KeptWrite> unsent;
    for (auto &[key, kept] : std::exchange(m_unsent, {})) {
        if (key.starts_with(m_open.prefix)) {
            unsent.push_back(kept);
        }
    }
    for (KeptWrite &kept : unsent) {
        if (kept.base || !kept.write.expect) {
            continue;
        }
        const auto found = std::find_if(m_contents.entries.begin(), m_contents.entries.end(),
                                        [&](const StorageEntry &entry) { return entry.key == kept.write.key; });
        if (found != m_contents.entries.end() && found->version == *kept.write.expect) {
            kept.base = found->value;
        }
    }
    m_contents = {};
    m_isFirst = false;
    return unsent;
}

StorageState RedisBackend::staleState()
{
    StorageState state;
    if (!m_isFirst) {
        m_contents = m_cache.read();
    }
    state.entries = m_contents.entries;
    state.position = m_position;
    state.epoch = m_epoch;
    state.isStale = true;
    m_isFollowing = false;
    state.unsent = takeUnsent();
    keepOnly(state.entries);
    m_open.wake(); // the server is asked next
    return state;
}

StorageState RedisBackend::load()
{
    requireOpen();
    if (m_epoch != 0 && !m_isTooOld && !m_store.isOpen()
        && m_cache.isCurrent()) { // at once, whether the server is there or not
        return staleState();
    }
    StorageState state;
    try {
        connect();
        const ScriptAnswer answer = m_store.state(known());
        state.entries = m_store.all();
        state.position = answer.position;
        state.epoch = answer.epoch;
        const std::string before = std::to_string(m_epoch) + ' ';
        if (answer.epoch != m_epoch && answer.rewound.starts_with(before)) {
            Position position = 0;
            const char *const begin = answer.rewound.data() + before.size();
            std::from_chars(begin, answer.rewound.data() + answer.rewound.size(), position);
            state.rewoundTo = position;
        }
    } catch (const EngineError &error) {
        const bool isKnown = m_isFirst ? !m_unsent.empty() : m_epoch != 0 && m_cache.isCurrent();
        if (isKnown && !m_isTooOld
            && isRetried(error.kind())) { // otherwise changesSince() has failed, and is tried later
            return staleState();
        }
        noteRefusal(error);
        throw;
    }
    if (state.epoch != m_epoch) {
        m_seen = 0;
        std::erase_if(m_resolved, [&](const auto &resolved) { // what is left of it is not known
            const bool isOther = resolved.second.epoch != state.epoch;
            if (isOther) {
                m_failed.erase(resolved.first);
            }
            return isOther;
        });
    }
    m_epoch = state.epoch;
    m_position = state.position;
    m_seen = std::max(m_seen, m_position);
    m_cache.replace(state);
    state.unsent = takeUnsent();
    keepOnly(state.entries);
    m_news.reset();
    m_isTooOld = false;
    m_isFollowing = true;
    askForNews();
    return state;
}

} // namespace detail

std::unique_ptr<EngineBackend> redisBackend(RedisOptions options)
{
    return std::make_unique<detail::RedisBackend>(options);
}

StorageEngine redis(const QString &url, const QString &cache, EngineOptions options)
{
    RedisOptions redis;
    redis.url = url;
    redis.cache = cache;
    return StorageEngine::custom([redis] { return redisBackend(redis); }, std::move(options));
}

} // namespace nanostores
