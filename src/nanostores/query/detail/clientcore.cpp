// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/naming.h>
#include <nanostores/core/scheduler.h>
#include <nanostores/query/detail/answerkeeper.h>
#include <nanostores/query/detail/clientcore.h>
#include <nanostores/query/detail/guarded.h>

#include <algorithm>
#include <stdexcept>

namespace nanostores::detail {

using std::chrono::milliseconds;

namespace {

void letGoOf(const std::vector<std::shared_ptr<Entry>> &entries)
{
    for (const auto &entry : entries) {
        entry->letGo();
    }
}

} // namespace

milliseconds queryNow()
{
    if (const Scheduler *const time = scheduler()) {
        return time->now();
    }
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

ClientCore::ClientCore(QueryOptions options)
    : m_options(std::move(options))
    , m_lifetime(settingsFor({}).cacheLifetime)
{
}

ClientCore::~ClientCore()
{
    std::vector<std::shared_ptr<Entry>> all; // each may be the last to hold another
    for (Entry *entry : std::as_const(m_entries)) {
        if (auto held = entry->weak_from_this().lock()) {
            all.push_back(std::move(held));
        }
    }
    for (const auto &entry : all) {
        entry->release();
    }
}

QuerySettings ClientCore::settingsFor(const QueryOptions &query) const
{
    const auto either = [](const auto &own, const auto &clients, auto otherwise) {
        return own ? *own : clients ? *clients : otherwise;
    };
    const QueryOptions &client = m_options;
    QuerySettings settings{either(query.dedupeTime, client.dedupeTime, milliseconds(4000)),
                           either(query.cacheLifetime, client.cacheLifetime, milliseconds::max()),
                           either(query.interval, client.interval, milliseconds(0)),
                           query.retry    ? query.retry
                           : client.retry ? client.retry
                                          : backoff(),
                           client.revalidateOn,
                           client.enabled,
                           either(query.keepPrevious, client.keepPrevious, false),
                           query.onError ? query.onError : client.onError};
    settings.cacheLifetime = std::max(settings.cacheLifetime, settings.dedupeTime);
    settings.revalidateOn.insert(settings.revalidateOn.end(), query.revalidateOn.begin(), query.revalidateOn.end());
    settings.enabled.insert(settings.enabled.end(), query.enabled.begin(), query.enabled.end());
    return settings;
}

void ClientCore::check(const KeyShard &shard) const
{
    const auto known = m_shards.constFind(shard.name);
    if (known != m_shards.constEnd() && (*known->result != *shard.result || *known->params != *shard.params)) {
        throw std::logic_error("nanostores: the query key \"" + shard.name.toStdString() + "\" is one of "
                               + typeName(*known->result) + " by " + typeName(*known->params) + ", and not of "
                               + typeName(*shard.result) + " by " + typeName(*shard.params)
                               + ": give one of the two another name");
    }
}

std::shared_ptr<Entry> ClientCore::find(const AnyCacheKey &key)
{
    check(*key.data()->shard);
    const auto found = m_entries.constFind(key.text());
    auto entry = found == m_entries.constEnd() ? nullptr : (*found)->weak_from_this().lock();
    if (entry) {
        entry->wipeIfExpired();
    }
    return entry;
}

void ClientCore::add(Entry &entry)
{
    const KeyShard &shard = *entry.key().data()->shard;
    Shard &mine = m_shards[shard.name];
    mine.result = shard.result;
    mine.params = shard.params;
    if (mine.keeper) {
        entry.setKeeper(mine.keeper);
    }
    entry.place = mine.entries.size();
    mine.entries.push_back(&entry);
    m_entries.insert(entry.key().text(), &entry);
}

void ClientCore::remove(const Entry &entry) noexcept
{
    const auto found = m_entries.constFind(entry.key().text());
    if (found != m_entries.constEnd() && *found == &entry) {
        m_entries.erase(found);
    }
    auto &all = m_shards[entry.key().shard()].entries;
    all[entry.place] = all.back();
    all[entry.place]->place = entry.place;
    all.pop_back();
}

std::vector<std::shared_ptr<Entry>> ClientCore::matching(const KeySelector &selector) const
{
    // All are found before the first is asked about: a function of the program may use the client.
    std::vector<std::shared_ptr<Entry>> result;
    const auto consider = [&](Entry *entry) {
        if (auto held = entry->weak_from_this().lock()) {
            result.push_back(std::move(held));
        }
    };
    if (selector.shard()) {
        check(*selector.shard());
    }
    if (!selector.key().isEmpty()) {
        if (Entry *const entry = m_entries.value(selector.key().text())) {
            consider(entry);
        }
    } else if (selector.shard()) {
        const auto shard = m_shards.constFind(selector.shard()->name);
        if (shard != m_shards.constEnd()) {
            std::for_each(shard->entries.begin(), shard->entries.end(), consider);
        }
    } else {
        for (const Shard &shard : m_shards) {
            std::for_each(shard.entries.begin(), shard.entries.end(), consider);
        }
    }
    std::erase_if(result, [&](const std::shared_ptr<Entry> &entry) { return !selector.matches(entry->key()); });
    for (const auto &entry : result) {
        entry->wipeIfExpired();
    }
    return result;
}

void ClientCore::setKeeper(const KeyShard &shard, const std::shared_ptr<AnswerKeeper> &keeper)
{
    check(shard);
    Shard &mine = m_shards[shard.name];
    mine.result = shard.result;
    mine.params = shard.params;
    mine.keeper = keeper;
    std::vector<std::shared_ptr<Entry>> all; // a storage may use the client
    for (Entry *entry : mine.entries) {
        if (auto held = entry->weak_from_this().lock()) {
            all.push_back(std::move(held));
        }
    }
    for (const auto &entry : all) {
        entry->setKeeper(keeper);
        entry->restoreIfEmpty();
    }
}

void ClientCore::forgetKept(const KeySelector &selector) const
{
    std::vector<std::shared_ptr<AnswerKeeper>> keepers; // the selector, and a storage, may use the client
    if (!selector.shard()) {
        for (const Shard &shard : m_shards) {
            keepers.push_back(shard.keeper);
        }
    } else if (const auto shard = m_shards.constFind(selector.shard()->name); shard != m_shards.constEnd()) {
        keepers.push_back(shard->keeper);
    }
    for (const auto &keeper : keepers) {
        if (keeper && selector.key().isEmpty()) {
            keeper->remove(selector);
        } else if (keeper) {
            keeper->remove(selector.key());
        }
    }
}

void ClientCore::count(int change)
{
    m_fetching.set(m_fetching.peek() + change);
}

void ClientCore::arm(milliseconds expiry)
{
    if (!m_sweep.active() || expiry < m_sweepAt) {
        m_sweepAt = expiry;
        m_sweep.start(std::max(expiry - queryNow(), milliseconds(0)), [this] { sweep(); });
    }
}

/// Not more than once a second, however many moments there are.
void ClientCore::sweep()
{
    const auto held = shared_from_this();
    const milliseconds now = queryNow();
    std::optional<milliseconds> next;
    for (const auto &entry : matching(KeySelector::all())) {
        if (const auto expiry = entry->expiry()) {
            next = std::min(next.value_or(*expiry), *expiry);
        }
    }
    if (next) {
        arm(std::max(*next, now + milliseconds(1000)));
    }
}

QueryObserver::QueryObserver(std::shared_ptr<ClientCore> core, Computed<AnyCacheKey> key, const QueryOptions &options,
                             bool takesContext)
    : m_core(std::move(core))
    , m_key(std::move(key))
    , m_settings(m_core->settingsFor(options))
    , m_takesContext(takesContext)
{
}

QueryObserver::~QueryObserver()
{
    unmount();
}

bool QueryObserver::isEnabled() const
{
    return std::all_of(m_settings.enabled.begin(), m_settings.enabled.end(),
                       [](const WatchedBool &store) { return store.isOn(); });
}

void QueryObserver::mount()
{
    const auto self = shared_from_this();
    m_isMounted = true;
    for (const auto &entity : m_entities) {
        entity->hold();
    }
    try {
        m_keyTie = m_key.listen([this] { move(true); });
        watch();
        move(false);
    } catch (...) {
        unmount();
        throw;
    }
    waitForInterval();
}

void QueryObserver::unmount() noexcept
{
    if (std::exchange(m_isMounted, false)) {
        guarded([this] { letGoOf(m_entities); });
    }
    m_interval.stop();
    m_ties.clear();
    m_keyTie.reset();
    m_current = {};
    if (const auto entry = std::exchange(m_entry, nullptr)) {
        guarded([&] { entry->detach(*this); });
    }
}

void QueryObserver::holdEntities(std::vector<std::shared_ptr<Entry>> entities)
{
    const auto former = std::exchange(m_entities, std::move(entities));
    if (m_isMounted) {
        for (const auto &entity : m_entities) {
            entity->hold();
        }
        letGoOf(former);
    }
}

void QueryObserver::move(bool deferred)
{
    const auto self = shared_from_this();
    const AnyCacheKey next = m_key.peek();
    if (next == m_current) {
        return;
    }
    auto entry = next.isEmpty() ? nullptr : entryFor(next);
    m_current = next;
    const auto former = std::exchange(m_entry, entry);
    const Batch batch;
    if (former) {
        former->detach(*this);
    }
    if (entry && m_entry == entry) {
        entry->attach(*this, deferred);
    }
}

void QueryObserver::watch()
{
    for (const WatchedBool &store : m_settings.enabled) {
        m_ties.push_back(store.listen([this] {
            const auto self = shared_from_this();
            if (const auto entry = m_entry) {
                entry->ensure(*this, true);
            }
        }));
    }
    for (const WatchedStore &store : m_settings.revalidateOn) {
        m_ties.push_back(store.listen([this, &store] {
            const auto self = shared_from_this();
            const auto entry = m_entry;
            if (!entry) {
                return;
            }
            if (!store.isBool()) {
                entry->revalidate(true);
            } else if (store.isOn()) {
                entry->ensure(*this, true);
            }
        }));
    }
}

void QueryObserver::waitForInterval()
{
    if (m_settings.interval > milliseconds(0)) {
        m_interval.start(m_settings.interval, [this] {
            const auto self = shared_from_this();
            waitForInterval();
            if (const auto entry = m_entry) {
                entry->anew(*this);
            }
        });
    }
}

} // namespace nanostores::detail
