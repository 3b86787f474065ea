// SPDX-License-Identifier: MIT
#include <nanostores/persistent/memorybackend.h>

#include <nanostores/persistent/detail/entrytable.h>

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace nanostores {

struct MemoryArea::Data
{
    /// Wakes one backend, until that ends.
    struct Waker
    {
        std::mutex mutex;
        std::function<void()> wake;
    };

    std::mutex mutex;
    detail::EntryTable table;
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

using Waker = MemoryArea::Data::Waker;

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
        m_known = m_data->table.epoch;
        return m_data->table.state(m_options.prefix);
    }
    Applied apply(std::span<const StorageWrite> writes, Durability) override
    {
        detail::requireFitting(writes, traits(), m_place);
        Applied applied;
        std::vector<std::shared_ptr<Waker>> others;
        {
            const std::lock_guard lock(m_data->mutex);
            const Position before = m_data->table.position;
            applied = m_data->table.apply(writes, m_options.writer, m_known);
            if (m_data->table.position != before) {
                others = m_data->others(m_waker.get());
            }
        }
        wakeAll(others);
        return applied;
    }
    StorageFeed changesSince(Position position, std::uint64_t epoch) override
    {
        const std::lock_guard lock(m_data->mutex);
        return m_data->table.feed(position, epoch, m_options.prefix);
    }
    void sync() override {}
    void close(std::chrono::milliseconds) noexcept override { stopWaking(); }

private:
    void stopWaking() noexcept
    {
        const std::lock_guard lock(m_waker->mutex);
        m_waker->wake = nullptr;
    }

    std::shared_ptr<Data> m_data;
    std::string m_place;
    BackendOptions m_options;
    std::uint64_t m_known = 0; ///< The epoch that the engine knows.
    std::shared_ptr<Waker> m_waker = std::make_shared<Waker>();
};

} // namespace

MemoryArea::MemoryArea()
    : m_data(std::make_shared<Data>())
{
    m_data->table.epoch = detail::randomNumber();
}

std::size_t MemoryArea::size() const
{
    const std::lock_guard lock(m_data->mutex);
    return m_data->table.state({}).entries.size();
}

std::optional<std::string> MemoryArea::value(const std::string &key) const
{
    const std::lock_guard lock(m_data->mutex);
    const StorageEntry *const entry = m_data->table.find(key);
    return entry ? entry->value : std::nullopt;
}

void MemoryArea::replace() const
{
    std::vector<std::shared_ptr<Waker>> all;
    {
        const std::lock_guard lock(m_data->mutex);
        m_data->table = {};
        m_data->table.epoch = detail::randomNumber();
        all = m_data->others(nullptr);
    }
    wakeAll(all);
}

void MemoryArea::forgetDeleted() const
{
    const std::lock_guard lock(m_data->mutex);
    m_data->table.forgetDeletions(0);
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
