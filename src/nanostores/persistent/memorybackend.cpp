// SPDX-License-Identifier: MIT
#include <nanostores/persistent/memorybackend.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace nanostores {

namespace {

/// Wakes one backend, until that ends.
struct Waker
{
    std::mutex mutex;
    std::function<void()> wake;
};

} // namespace

struct MemoryArea::Data
{
    std::mutex mutex;
    std::map<std::string, StorageEntry, std::less<>> entries; ///< Deleted ones included.
    Position position = 0;
    Position floor = 0; ///< What was deleted before is forgotten.
    std::uint64_t epoch = 1;
    std::vector<std::weak_ptr<Waker>> wakers;

    std::vector<std::shared_ptr<Waker>> others(const Waker *own)
    {
        std::vector<std::shared_ptr<Waker>> all;
        std::erase_if(wakers, [&](const std::weak_ptr<Waker> &weak) {
            auto waker = weak.lock();
            if (waker && waker.get() != own) {
                all.push_back(waker);
            }
            return !waker;
        });
        return all;
    }
};

namespace {

/// Without the lock of the area: a waker may take locks of its own.
void wakeAll(const std::vector<std::shared_ptr<Waker>> &wakers)
{
    for (const auto &waker : wakers) {
        const std::lock_guard lock(waker->mutex);
        if (waker->wake) {
            waker->wake();
        }
    }
}

class MemoryBackend final : public EngineBackend
{
    using Data = MemoryArea::Data;

public:
    MemoryBackend(std::shared_ptr<Data> data, std::string place)
        : m_data(std::move(data))
        , m_place(std::move(place))
    {
    }
    ~MemoryBackend() override { stopWaking(); }

    BackendTraits traits() const override
    {
        BackendTraits traits;
        traits.isShared = true;
        traits.durability = Durability::Process;
        traits.isEncrypted = true; // it is written nowhere
        return traits;
    }
    std::string place() const override { return m_place; }

    void open(const BackendOptions &options) override
    {
        m_options = options;
        m_waker->wake = options.wake;
        const std::lock_guard lock(m_data->mutex);
        m_data->wakers.push_back(m_waker);
    }
    StorageState load() override
    {
        const std::lock_guard lock(m_data->mutex);
        StorageState state;
        for (const auto &[key, entry] : m_data->entries) {
            if (entry.value && isOurs(key)) {
                state.entries.push_back(entry);
            }
        }
        state.position = m_data->position;
        state.epoch = m_data->epoch;
        return state;
    }
    Applied apply(std::span<const StorageWrite> writes, Durability) override
    {
        Applied applied;
        bool changed = false;
        std::vector<std::shared_ptr<Waker>> others;
        {
            const std::lock_guard lock(m_data->mutex);
            applied.outcomes.reserve(writes.size());
            for (const StorageWrite &write : writes) {
                applied.outcomes.push_back(applyOne(write, changed));
            }
            applied.epoch = m_data->epoch;
            if (changed) {
                others = m_data->others(m_waker.get());
            }
        }
        wakeAll(others);
        return applied;
    }
    StorageFeed changesSince(Position position, std::uint64_t epoch) override
    {
        const std::lock_guard lock(m_data->mutex);
        StorageFeed feed;
        feed.position = m_data->position;
        feed.epoch = m_data->epoch;
        feed.tooOld = epoch != m_data->epoch || position < m_data->floor;
        if (!feed.tooOld) {
            for (const auto &[key, entry] : m_data->entries) {
                if (entry.version > position && isOurs(key)) {
                    feed.changes.push_back(entry);
                }
            }
            std::sort(feed.changes.begin(), feed.changes.end(),
                      [](const StorageEntry &a, const StorageEntry &b) { return a.version < b.version; });
        }
        return feed;
    }
    void sync() override {}
    void close(std::chrono::milliseconds) noexcept override { stopWaking(); }

private:
    bool isOurs(const std::string &key) const { return key.starts_with(m_options.prefix); }
    WriteOutcome applyOne(const StorageWrite &write, bool &changed)
    {
        WriteOutcome outcome;
        const auto found = m_data->entries.find(write.key);
        const bool isThere = found != m_data->entries.end() && found->second.value;
        const std::uint64_t version = found == m_data->entries.end() ? 0 : found->second.version;
        if (isThere && found->second.schema > write.schema) {
            outcome.result = WriteResult::Newer;
        } else if (write.expect && *write.expect != version && (isThere || *write.expect != 0)) {
            outcome.result = WriteResult::Conflict;
        }
        if (outcome.result != WriteResult::Written) {
            if (isThere) {
                outcome.current = found->second;
            }
            return outcome;
        }
        if (!write.value && !isThere) {
            outcome.version = version;
            return outcome;
        }
        changed = true;
        outcome.version = ++m_data->position;
        m_data->entries.insert_or_assign(
            write.key, StorageEntry{write.key, write.value, outcome.version, write.schema, m_options.writer});
        return outcome;
    }
    void stopWaking() noexcept
    {
        const std::lock_guard lock(m_waker->mutex);
        m_waker->wake = nullptr;
    }

    std::shared_ptr<Data> m_data;
    std::string m_place;
    BackendOptions m_options;
    std::shared_ptr<Waker> m_waker = std::make_shared<Waker>();
};

} // namespace

MemoryArea::MemoryArea()
    : m_data(std::make_shared<Data>())
{
}

std::size_t MemoryArea::size() const
{
    const std::lock_guard lock(m_data->mutex);
    return static_cast<std::size_t>(std::count_if(m_data->entries.begin(), m_data->entries.end(),
                                                  [](const auto &entry) { return entry.second.value.has_value(); }));
}

std::optional<std::string> MemoryArea::value(const std::string &key) const
{
    const std::lock_guard lock(m_data->mutex);
    const auto found = m_data->entries.find(key);
    return found == m_data->entries.end() ? std::nullopt : found->second.value;
}

void MemoryArea::replace() const
{
    std::vector<std::shared_ptr<Waker>> all;
    {
        const std::lock_guard lock(m_data->mutex);
        m_data->entries.clear();
        m_data->position = 0;
        m_data->floor = 0;
        ++m_data->epoch;
        all = m_data->others(nullptr);
    }
    wakeAll(all);
}

void MemoryArea::forgetDeleted() const
{
    const std::lock_guard lock(m_data->mutex);
    std::erase_if(m_data->entries, [](const auto &entry) { return !entry.second.value; });
    m_data->floor = m_data->position;
}

std::unique_ptr<EngineBackend> memoryBackend(const MemoryArea &area)
{
    return memoryBackend(area, "memory:" + std::to_string(reinterpret_cast<std::uintptr_t>(area.data().get())));
}

std::unique_ptr<EngineBackend> memoryBackend(const MemoryArea &area, std::string place)
{
    return std::make_unique<MemoryBackend>(area.data(), std::move(place));
}

} // namespace nanostores
