// SPDX-License-Identifier: MIT
#include <nanostores/persistent/testing/checkengine.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace nanostores::testing {

struct Faults::Data
{
    mutable std::mutex mutex;
    std::condition_variable changed;
    EngineErrorKind kind = EngineErrorKind::Failed;
    int failsIn = 0; ///< The n-th call from now on; 0: none.
    int failures = 0; ///< So many.
    bool failsAlways = false;
    bool failsAfterwards = false;
    std::chrono::milliseconds delay{0};
    bool isStalled = false;
    bool dropsWakes = false;
    bool wakeDropped = false;
    bool feedsLate = false;
    int calls = 0;
    int applies = 0;
    int syncs = 0;
    int closes = 0;
    std::vector<std::string> mistakes;
    std::function<void()> wake;

    void mistake(const std::string &text)
    {
        const std::lock_guard lock(mutex);
        mistakes.push_back(text);
    }
    void callWake()
    {
        std::function<void()> present;
        {
            const std::lock_guard lock(mutex);
            if (dropsWakes) {
                wakeDropped = true;
                return;
            }
            present = wake;
        }
        if (present) {
            present();
        }
    }
};

namespace {

using Data = Faults::Data;

class FaultyBackend final : public EngineBackend
{
public:
    FaultyBackend(std::unique_ptr<EngineBackend> backend, std::shared_ptr<Data> data, std::string place)
        : m_backend(std::move(backend))
        , m_data(std::move(data))
        , m_place(place.empty() ? m_backend->place() : std::move(place))
    {
    }
    ~FaultyBackend() override
    {
        if (m_hasWake) { // one that was never opened shares the faults with the backend that is
            const std::lock_guard lock(m_data->mutex);
            m_data->wake = nullptr;
        }
    }

    BackendTraits traits() const override { return m_backend->traits(); }
    std::string place() const override { return m_place; }

    void open(const BackendOptions &options) override
    {
        BackendOptions mine = options;
        mine.wake = [data = m_data] { data->callWake(); };
        {
            const std::lock_guard lock(m_data->mutex);
            m_data->wake = options.wake;
            m_hasWake = true;
        }
        if (m_isOpen) {
            m_data->mistake("open() was called after it had succeeded");
        }
        call("open", [&] {
            m_backend->open(mine);
            return 0;
        });
        m_isOpen = true;
    }
    StorageState load() override
    {
        requireOpen("load");
        return call("load", [&] { return m_backend->load(); });
    }
    Applied apply(std::span<const StorageWrite> writes, Durability durability) override
    {
        requireOpen("apply");
        if (writes.empty()) {
            m_data->mistake("apply() was called without writes");
        }
        {
            const std::lock_guard lock(m_data->mutex);
            ++m_data->applies;
        }
        return call("apply", [&] { return m_backend->apply(writes, durability); });
    }
    StorageFeed changesSince(Position position, std::uint64_t epoch) override
    {
        requireOpen("changesSince");
        StorageFeed feed = call("changesSince", [&] { return m_backend->changesSince(position, epoch); });
        bool isLate = false;
        {
            const std::lock_guard lock(m_data->mutex);
            isLate = m_data->feedsLate;
        }
        if (isLate && !feed.tooOld && feed.changes.size() > 1) { // a part of it, and the rest when it is asked again
            feed.changes.resize(feed.changes.size() / 2);
            feed.position = feed.changes.back().version;
            m_data->callWake();
        }
        return feed;
    }
    void sync() override
    {
        requireOpen("sync");
        {
            const std::lock_guard lock(m_data->mutex);
            ++m_data->syncs;
        }
        m_backend->sync();
    }
    void keep(std::span<const KeptWrite> writes, std::span<const std::string> settled) override
    {
        requireOpen("keep");
        m_backend->keep(writes, settled);
    }
    void close(std::chrono::milliseconds deadline) noexcept override
    {
        {
            const std::lock_guard lock(m_data->mutex);
            ++m_data->closes;
        }
        if (std::exchange(m_isClosed, true)) {
            m_data->mistake("close() was called twice");
        }
        m_backend->close(deadline);
    }

private:
    void requireOpen(const char *function) const
    {
        if (!m_isOpen || m_isClosed) {
            m_data->mistake(std::string(function) + "() was called while the backend is not open");
        }
    }
    template<typename F>
    std::invoke_result_t<F> call(const char *function, F f)
    {
        if (m_thread && *m_thread != std::this_thread::get_id()) {
            m_data->mistake(std::string(function) + "() was called on another thread than the first call");
        }
        m_thread = std::this_thread::get_id();
        std::optional<EngineErrorKind> error;
        bool isAfterwards = false;
        std::chrono::milliseconds delay{0};
        {
            std::unique_lock lock(m_data->mutex);
            ++m_data->calls;
            m_data->changed.wait(lock, [&] { return !m_data->isStalled; });
            if (m_data->failsIn > 0 && --m_data->failsIn == 0) {
                error = m_data->kind;
                m_data->failsIn = --m_data->failures > 0 ? 1 : 0;
            }
            if (m_data->failsAlways) {
                error = m_data->kind;
            }
            isAfterwards = m_data->failsAfterwards;
            delay = m_data->delay;
        }
        if (delay.count() > 0) {
            std::this_thread::sleep_for(delay);
        }
        if (error && !isAfterwards) {
            throw EngineError(*error, std::string(function) + "() fails, as the test wants it", m_place);
        }
        auto result = f();
        if (error) {
            throw EngineError(*error, std::string(function) + "() fails after it is done, as the test wants it",
                              m_place);
        }
        return result;
    }

    const std::unique_ptr<EngineBackend> m_backend;
    const std::shared_ptr<Data> m_data;
    const std::string m_place;
    std::optional<std::thread::id> m_thread;
    bool m_isOpen = false;
    bool m_hasWake = false;
    bool m_isClosed = false;
};

} // namespace

Faults::Faults()
    : m_data(std::make_shared<Data>())
{
}

void Faults::fail(EngineErrorKind kind, int n, int count, bool afterwards) const
{
    const std::lock_guard lock(m_data->mutex);
    m_data->kind = kind;
    m_data->failsIn = n;
    m_data->failures = count;
    m_data->failsAfterwards = afterwards;
}

void Faults::failAlways(EngineErrorKind kind) const
{
    const std::lock_guard lock(m_data->mutex);
    m_data->kind = kind;
    m_data->failsAlways = true;
    m_data->failsAfterwards = false;
}

void Faults::failNoMore() const
{
    const std::lock_guard lock(m_data->mutex);
    m_data->failsAlways = false;
    m_data->failsIn = 0;
    m_data->failures = 0;
}

void Faults::delay(std::chrono::milliseconds time) const
{
    const std::lock_guard lock(m_data->mutex);
    m_data->delay = time;
}

void Faults::stall() const
{
    const std::lock_guard lock(m_data->mutex);
    m_data->isStalled = true;
}

void Faults::goOn() const
{
    const std::lock_guard lock(m_data->mutex);
    m_data->isStalled = false;
    m_data->changed.notify_all();
}

void Faults::dropWakes(bool drops) const
{
    bool wakes = false;
    {
        const std::lock_guard lock(m_data->mutex);
        m_data->dropsWakes = drops;
        wakes = !drops && std::exchange(m_data->wakeDropped, false);
    }
    if (wakes) {
        m_data->callWake();
    }
}

void Faults::lateFeeds(bool late) const
{
    const std::lock_guard lock(m_data->mutex);
    m_data->feedsLate = late;
}

int Faults::calls() const
{
    const std::lock_guard lock(m_data->mutex);
    return m_data->calls;
}

int Faults::applies() const
{
    const std::lock_guard lock(m_data->mutex);
    return m_data->applies;
}

int Faults::syncs() const
{
    const std::lock_guard lock(m_data->mutex);
    return m_data->syncs;
}

int Faults::closes() const
{
    const std::lock_guard lock(m_data->mutex);
    return m_data->closes;
}

std::vector<std::string> Faults::mistakes() const
{
    const std::lock_guard lock(m_data->mutex);
    return m_data->mistakes;
}

std::unique_ptr<EngineBackend> withFaults(std::unique_ptr<EngineBackend> backend, const Faults &faults,
                                          std::string place)
{
    return std::make_unique<FaultyBackend>(std::move(backend), faults.data(), std::move(place));
}

} // namespace nanostores::testing
