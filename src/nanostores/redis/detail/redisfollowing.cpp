// SPDX-License-Identifier: MIT
#include <nanostores/redis/detail/implementation.h>

#include <algorithm>
#include <utility>

namespace nanostores::detail {

// What others have changed

StorageFeed RedisBackend::changesSince(Position position, std::uint64_t epoch)
{
    requireOpen();
    m_isFollowing = false;
    StorageFeed feed;
    notingRefusal([&] { feed = follow(position, epoch); });
    m_isTooOld = feed.tooOld;
    m_isFollowing = !m_isTooOld;
    return feed;
}

StorageFeed RedisBackend::follow(Position position, std::uint64_t epoch)
{
    StorageFeed feed;
    feed.epoch = epoch;
    feed.position = position;
    RedisChanges changes;
    if (!takeNews(feed.position, epoch, changes)) {
        connect();
        const ScriptAnswer state = m_store.changesSince(position, epoch, changes);
        if (state.epoch == epoch && state.position < position) {
            m_store.state({epoch, std::max(m_seen, position), m_open.writer}); // it has forgotten: another epoch
            feed.tooOld = true;
        }
        feed.tooOld = feed.tooOld || state.epoch != epoch || changes.isOther || changes.hasGap;
        feed.position = state.position;
    }
    if (feed.tooOld) {
        return feed;
    }
    feed.changes = entriesOf(changes);
    if (epoch == m_epoch) {
        const bool hasMoved = feed.position > m_position;
        m_position = std::max(m_position, feed.position);
        m_seen = std::max(m_seen, m_position);
        if (hasMoved || !feed.changes.empty()) {
            m_cache.write(feed.changes, m_position, m_epoch, {}, {});
        }
    }
    keepOnly(feed.changes);
    askForNews();
    return feed;
}

/// What the feed has brought, if that is all there is to know.
bool RedisBackend::takeNews(Position &position, std::uint64_t epoch, RedisChanges &changes)
{
    const auto news = std::exchange(m_news, std::nullopt);
    if (!news || !m_feed.isOpen() || epoch != m_epoch || !m_doubtful.empty()) {
        return false;
    }
    m_store.readLog(*news, epoch, m_newsFrom, changes);
    std::erase_if(changes.entries, [&](const StorageEntry &entry) { return entry.version <= position; });
    const bool isGood = !changes.isOther && !changes.hasGap && m_newsFrom <= position && !changes.entries.empty()
                        && (changes.large.empty() || m_store.isOpen());
    if (!isGood) {
        changes = {};
        return false;
    }
    position = changes.entries.back().version;
    return true;
}

/// The last change of each key, with its value, in the order of their versions.
std::vector<StorageEntry> RedisBackend::entriesOf(RedisChanges &changes)
{
    std::map<std::string, StorageEntry> last;
    for (StorageEntry &entry : changes.entries) {
        std::string key = entry.key;
        last.insert_or_assign(std::move(key), std::move(entry));
    }
    std::sort(changes.large.begin(), changes.large.end());
    changes.large.erase(std::unique(changes.large.begin(), changes.large.end()), changes.large.end());
    std::erase_if(changes.large, [&](const std::string &key) {
        const auto found = last.find(key);
        return found == last.end() || found->second.value;
    });
    std::vector<StorageEntry> entries;
    if (!changes.large.empty()) {
        for (StorageEntry &entry : m_store.entriesOf(changes.large)) {
            auto &known = last.at(entry.key);
            if (entry.value) {
                known = std::move(entry);
            } // otherwise it is deleted by now, or was last
        }
    }
    entries.reserve(last.size());
    for (auto &[key, entry] : last) {
        entries.push_back(std::move(entry));
    }
    std::sort(entries.begin(), entries.end(),
              [](const StorageEntry &a, const StorageEntry &b) { return a.version < b.version; });
    return entries;
}

// The feed

void RedisBackend::askForNews()
{
    if (m_isFirst || !m_feed.isOpen() || m_news) {
        return;
    }
    try {
        if (m_feed.isAsking() && m_feed.askedFrom() > m_position) { // of another epoch
            m_feed.close();
            m_feed.open();
        }
        if (!m_feed.isAsking()) {
            m_feed.ask(m_store, m_position);
        }
    } catch (const EngineError &) {
        m_open.wake();
    }
}

/// From the event loop.
void RedisBackend::newsCame()
{
    RedisFeed::News news;
    try {
        news = m_feed.take();
    } catch (const EngineError &) {
        m_open.wake(); // which connects again, and says what is wrong
        return;
    }
    if (!m_feed.isOpen()) {
        m_feed.close();
        m_open.wake();
        return;
    }
    if (!news.isAnswer) {
        return;
    }
    if (news.changes) {
        RedisChanges changes;
        m_store.readLog(*news.changes, m_epoch, m_feed.askedFrom(), changes);
        const bool isKnown = !changes.isOther && !changes.hasGap
                             && (changes.entries.empty() || changes.entries.back().version <= m_position);
        if (!isKnown) {
            m_news = std::move(news.changes);
            m_newsFrom = m_feed.askedFrom();
            m_open.wake();
            return;
        }
    } else if (news.epoch != std::to_string(m_epoch) || news.position != std::to_string(m_feed.askedFrom())) {
        m_open.wake();
        return;
    }
    askForNews();
}

void RedisBackend::tick()
{
    if (m_feed.isLate() && m_feed.hasBytes()) {
        newsCame(); // while this thread was busy
    } else if (m_feed.isLate()) {
        m_feed.close();
        m_store.close();
        m_open.wake();
    } else if (isRefusalOver()) {
        m_open.wake();
    } else if (m_isFollowing && !m_feed.isAsking()) { // it was lost when there was news to take
        m_open.wake();
    }
    try {
        m_cache.sync();
    } catch (const EngineError &) { // NOLINT(bugprone-empty-catch): the next tick tries again
    }
}

} // namespace nanostores::detail
