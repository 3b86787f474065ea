// SPDX-License-Identifier: MIT
#include <nanostores/redis/redisbackend.h>

#include <nanostores/persistent/detail/entrytable.h>
#include <nanostores/persistent/detail/place.h>
#include <nanostores/persistent/detail/worker.h>
#include <nanostores/redis/detail/rediscache.h>
#include <nanostores/redis/detail/redisstore.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <unordered_set>
#include <utility>

namespace nanostores {

namespace detail {

namespace {

constexpr std::size_t WritesAtOnce = 1000;
constexpr std::size_t BytesAtOnce = std::size_t{4} * 1024 * 1024;
constexpr std::size_t ConfirmedAtOnce = 100;
constexpr std::size_t LongestKey = 1000; ///< The cache puts something before it.
constexpr auto KeepAfter = std::chrono::milliseconds(10);
constexpr auto DeniedEvery = std::chrono::seconds(30);

} // namespace

/// A server, and a cache of it.
///
/// Two connections: one for commands, on which each call waits for its answers, and one on which the server says that
/// the log has something new. Transactions whose answers have not come are in doubt: they are sent again, under the
/// same numbers, before anything else, and a write that is given to apply() again gets the result that it had.
class RedisBackend final : public EngineBackend
{
public:
    explicit RedisBackend(const RedisOptions &options)
        : m_settings(options)
        , m_address(addressOf(options))
        , m_cache(options.cache)
        , m_store(options, m_address)
        , m_feed(options, m_address)
        , m_place(m_cache.path().empty() ? m_address.shown() : m_address.shown() + ", kept in " + m_cache.path())
    {
    }
    ~RedisBackend() override = default;

    BackendTraits traits() const override
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
    std::string place() const override { return m_place; }

    void open(const BackendOptions &options) override;
    StorageState load() override;
    Applied apply(std::span<const StorageWrite> writes, Durability durability) override;
    StorageFeed changesSince(Position position, std::uint64_t epoch) override;
    void sync() override { m_cache.sync(); }
    void keep(std::span<const KeptWrite> writes, std::span<const std::string> settled) override;
    void close(std::chrono::milliseconds deadline) noexcept override;

private:
    struct Resolved
    {
        StorageWrite write;
        WriteOutcome outcome;
        std::uint64_t epoch;
    };

    void requireOpen() const;
    void connect();
    void resolveDoubts();
    void resolve(const RedisTransaction &transaction, const ScriptAnswer &answer);
    void keepDoubtful() noexcept;
    std::vector<RedisTransaction> transactionsOf(std::span<const StorageWrite> writes,
                                                 std::span<const std::size_t> places);
    ScriptAnswer receiveAll(const std::vector<RedisTransaction> &transactions, std::vector<WriteOutcome> &outcomes);
    void confirm(const std::string &id);
    void noteApplied(const std::vector<RedisTransaction> &transactions, const std::vector<WriteOutcome> &outcomes,
                     std::uint64_t epoch);
    bool takeNews(Position &position, std::uint64_t epoch, RedisChanges &changes);
    std::vector<StorageEntry> entriesOf(RedisChanges &changes);
    StorageState staleState();
    std::vector<KeptWrite> takeUnsent();
    void keepOnly(std::vector<StorageEntry> &entries) const;
    void askForNews();
    void newsCame();
    void tick();
    RedisStore::Known known() const { return {m_epoch, m_seen, m_open.writer}; }

    const RedisOptions m_settings;
    const RedisAddress m_address;
    RedisCache m_cache;
    RedisStore m_store;
    RedisFeed m_feed;
    const std::string m_place;
    const ForkGuard m_fork;
    BackendOptions m_open;
    bool m_isOpen = false;
    std::unique_ptr<QTimer> m_timer;

    RedisCache::Contents m_contents; ///< Until load() has given them.
    std::map<std::string, KeptWrite> m_unsent; ///< Likewise.
    bool m_isFirst = true; ///< load() has given nothing yet.

    std::uint64_t m_epoch = 0; ///< What the engine knows.
    Position m_position = 0;
    Position m_seen = 0; ///< The newest version that the server has ever named.
    std::deque<RedisTransaction> m_doubtful;
    std::map<std::string, Resolved> m_resolved; ///< What was in doubt, until its key is written again.
    /// Keys of calls that have failed, until they are written: what they have done is known.
    std::unordered_set<std::string> m_failed;
    std::vector<std::string> m_confirmed; ///< Numbers whose results the server need not keep.
    std::string m_client;
    std::uint64_t m_lastNumber = 0;
    std::optional<RespValue> m_news;
    Position m_newsFrom = 0;
    QElapsedTimer m_denied; ///< Since the server has refused.
};

void RedisBackend::requireOpen() const
{
    m_fork.require(m_place);
    if (!m_isOpen) {
        throw EngineError(EngineErrorKind::Misuse, "it is not open", m_place);
    }
}

// Opening

void RedisBackend::open(const BackendOptions &options)
{
    m_fork.require(m_place);
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
    m_timer = std::make_unique<QTimer>();
    QObject::connect(m_timer.get(), &QTimer::timeout, m_timer.get(), [this] { tick(); });
    m_timer->start(std::max(m_settings.ping, std::chrono::milliseconds(10)));
    m_isOpen = true;
}

void RedisBackend::close(std::chrono::milliseconds deadline) noexcept
{
    if (!m_fork.isSameProcess()) {
        return;
    }
    m_timer.reset();
    m_feed.onEvent(nullptr);
    m_feed.close();
    m_store.close();
    m_cache.close(deadline);
    m_isOpen = false;
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
        m_denied.invalidate();
    } catch (const EngineError &error) {
        m_store.close();
        if (!isRetried(error.kind())) {
            m_denied.start(); // no one tries it again
        }
        throw;
    }
}

/// What was sent without an answer. The server has done it and says so, or does it now.
void RedisBackend::resolveDoubts()
{
    while (!m_doubtful.empty()) {
        const RedisTransaction &transaction = m_doubtful.front();
        m_store.send(transaction, known(), {});
        const ScriptAnswer answer = m_store.receive(transaction);
        if (answer.error) { // not done then, and not now
            m_store.refuse(*answer.error);
        }
        resolve(transaction, answer);
        m_doubtful.pop_front();
    }
}

/// The transaction was, or is now, done.
void RedisBackend::resolve(const RedisTransaction &transaction, const ScriptAnswer &answer)
{
    std::vector<std::string> settled;
    for (std::size_t i = 0; i < transaction.writes.size(); ++i) {
        const StorageWrite &write = transaction.writes[i];
        const WriteOutcome &outcome = answer.outcomes[i];
        m_resolved.insert_or_assign(write.key, Resolved{write, outcome, answer.epoch});
        if (outcome.result != WriteResult::Written) {
            continue;
        }
        if (answer.epoch == m_epoch) {
            m_seen = std::max(m_seen, outcome.version);
        }
        if (const KeptWrite *const kept = m_cache.kept(write.key); kept && kept->write == write) {
            settled.push_back(write.key);
        }
        if (const auto found = m_unsent.find(write.key); found != m_unsent.end() && found->second.write == write) {
            m_unsent.erase(found);
        }
    }
    m_cache.write({}, m_position, m_epoch, settled, std::span(&transaction.id, 1));
    confirm(transaction.id);
}

/// The server need not keep its result, unless the cache could not forget it: then the next run asks for that.
void RedisBackend::confirm(const std::string &id)
{
    if (id.starts_with(m_client + '/') && !m_cache.hasTransaction(id)) {
        m_confirmed.push_back(id);
    }
}

void RedisBackend::keepDoubtful() noexcept
{
    for (const RedisTransaction &transaction : m_doubtful) {
        try {
            m_cache.keep(transaction);
        } catch (const EngineError &) { // NOLINT(bugprone-empty-catch): it is in memory, and in the engine
        }
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
    state.unsent = takeUnsent();
    keepOnly(state.entries);
    m_open.wake(); // the server is asked next
    return state;
}

StorageState RedisBackend::load()
{
    requireOpen();
    if (m_epoch != 0 && !m_store.isOpen() && m_cache.isCurrent()) { // at once, whether the server is there or not
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
        if (isKnown && isRetried(error.kind())) {
            return staleState();
        }
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
    askForNews();
    return state;
}

StorageFeed RedisBackend::changesSince(Position position, std::uint64_t epoch)
{
    requireOpen();
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
    if (!news || epoch != m_epoch || !m_doubtful.empty()) {
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

// Writing

std::vector<RedisTransaction> RedisBackend::transactionsOf(std::span<const StorageWrite> writes,
                                                           std::span<const std::size_t> places)
{
    std::vector<RedisTransaction> transactions;
    std::size_t bytes = 0;
    for (const std::size_t place : places) {
        const StorageWrite &write = writes[place];
        const std::size_t size = write.key.size() + (write.value ? write.value->size() : 0);
        if (transactions.empty() || transactions.back().writes.size() == WritesAtOnce || bytes + size > BytesAtOnce) {
            transactions.push_back({m_client + '/' + std::to_string(++m_lastNumber), {}});
            bytes = 0;
        }
        transactions.back().writes.push_back(write);
        bytes += size;
    }
    return transactions;
}

/// The answers to what was sent, in its order. Those that come are not in doubt any more.
ScriptAnswer RedisBackend::receiveAll(const std::vector<RedisTransaction> &transactions,
                                      std::vector<WriteOutcome> &outcomes)
{
    if (!m_store.waitForBytes(KeepAfter)) { // it takes long: the program may be killed before they come
        keepDoubtful();
    }
    ScriptAnswer last;
    std::optional<RespValue> error;
    std::vector<std::pair<const RedisTransaction *, ScriptAnswer>> done;
    try {
        for (const RedisTransaction &transaction : transactions) {
            ScriptAnswer answer = m_store.receive(transaction);
            m_doubtful.pop_front();
            if (answer.error) {
                error = error ? error : answer.error;
                m_cache.write({}, m_position, m_epoch, {}, std::span(&transaction.id, 1));
                continue;
            }
            done.emplace_back(&transaction, std::move(answer));
        }
        if (error) {
            m_store.refuse(*error);
        }
    } catch (...) { // of the whole call, the results of a part are for the next one
        for (const auto &[transaction, answer] : done) {
            resolve(*transaction, answer);
        }
        throw;
    }
    for (auto &[transaction, answer] : done) {
        std::move(answer.outcomes.begin(), answer.outcomes.end(), std::back_inserter(outcomes));
        last = std::move(answer);
    }
    return last;
}

Applied RedisBackend::apply(std::span<const StorageWrite> writes, Durability)
{
    requireOpen();
    requireFitting(writes, traits(), m_place);
    try {
        connect();
        Applied applied;
        applied.epoch = m_epoch;
        applied.outcomes.resize(writes.size());
        std::vector<std::size_t> places;
        std::vector<std::string> settled;
        for (std::size_t i = 0; i < writes.size(); ++i) {
            const auto found = m_resolved.find(writes[i].key);
            if (found != m_resolved.end() && found->second.write == writes[i]) {
                applied.outcomes[i] = found->second.outcome;
                applied.outcomes[i].isSure = true;
                applied.epoch = found->second.epoch;
                if (found->second.outcome.result == WriteResult::Written) {
                    settled.push_back(writes[i].key);
                }
            } else {
                applied.outcomes[i].isSure = found == m_resolved.end() && m_failed.contains(writes[i].key);
                places.push_back(i);
            }
        }
        if (!settled.empty()) {
            m_cache.write({}, m_position, m_epoch, settled, {});
        }
        const auto transactions = transactionsOf(writes, places);
        const std::size_t confirmed = std::min(m_confirmed.size(), ConfirmedAtOnce);
        for (const RedisTransaction &transaction : transactions) {
            const bool isFirst = &transaction == &transactions.front();
            m_doubtful.push_back(transaction);
            m_store.send(transaction, known(), std::span(m_confirmed).first(isFirst ? confirmed : 0));
        }
        if (!transactions.empty()) {
            std::vector<WriteOutcome> outcomes;
            applied.epoch = receiveAll(transactions, outcomes).epoch;
            m_confirmed.erase(m_confirmed.begin(), m_confirmed.begin() + static_cast<std::ptrdiff_t>(confirmed));
            noteApplied(transactions, outcomes, applied.epoch);
            for (std::size_t i = 0; i < places.size(); ++i) {
                outcomes[i].isSure = applied.outcomes[places[i]].isSure;
                applied.outcomes[places[i]] = std::move(outcomes[i]);
            }
        }
        for (const StorageWrite &write : writes) { // not before: a call that fails is made again, with all of them
            m_resolved.erase(write.key);
            m_failed.erase(write.key);
        }
        askForNews();
        return applied;
    } catch (...) {
        m_store.close(); // answers may be on their way
        keepDoubtful();
        for (const StorageWrite &write : writes) {
            m_failed.insert(write.key);
        }
        throw;
    }
}

/// In the cache, and in what is known.
void RedisBackend::noteApplied(const std::vector<RedisTransaction> &transactions,
                               const std::vector<WriteOutcome> &outcomes, std::uint64_t epoch)
{
    std::vector<StorageEntry> entries;
    std::vector<std::string> settled;
    std::vector<std::string> ids;
    std::size_t place = 0;
    for (const RedisTransaction &transaction : transactions) {
        ids.push_back(transaction.id);
        for (const StorageWrite &write : transaction.writes) {
            const WriteOutcome &outcome = outcomes[place++];
            if (outcome.result == WriteResult::Written) {
                settled.push_back(write.key);
                entries.push_back({write.key, write.value, outcome.version, write.schema, m_open.writer});
                if (epoch == m_epoch) {
                    m_position += outcome.version == m_position + 1 ? 1 : 0;
                    m_seen = std::max(m_seen, outcome.version);
                }
            } else if (outcome.current) {
                entries.push_back(*outcome.current);
            } else {
                entries.push_back({write.key, std::nullopt, 0, 0, 0});
            }
        }
    }
    if (epoch != m_epoch) {
        entries.clear(); // load() reads all of the new one
    }
    m_cache.write(entries, m_position, m_epoch, settled, ids);
    std::for_each(ids.begin(), ids.end(), [this](const std::string &id) { confirm(id); });
}

void RedisBackend::keep(std::span<const KeptWrite> writes, std::span<const std::string> settled)
{
    requireOpen();
    std::vector<KeptWrite> others;
    for (const KeptWrite &kept : writes) {
        const KeptWrite *const present = m_cache.kept(kept.write.key);
        if (!present || present->write != kept.write || (kept.base && kept.base != present->base)) {
            others.push_back(kept);
        }
    }
    m_cache.keep(others, settled);
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
    if (m_feed.isLate(m_store.slowness()) && m_feed.hasBytes()) {
        newsCame(); // while this thread was busy
    } else if (m_feed.isLate(m_store.slowness())) {
        m_feed.close();
        m_store.close();
        m_open.wake();
    } else if (m_denied.isValid() && m_denied.hasExpired(std::chrono::milliseconds(DeniedEvery).count())) {
        m_denied.start();
        m_open.wake();
    }
    try {
        m_cache.sync();
    } catch (const EngineError &) { // NOLINT(bugprone-empty-catch): the next tick tries again
    }
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
