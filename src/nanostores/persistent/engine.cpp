// SPDX-License-Identifier: MIT
#include <nanostores/persistent/engine.h>

#include <nanostores/core/errors.h>
#include <nanostores/persistent/detail/replica.h>
#include <nanostores/persistent/jsonbackend.h>
#include <nanostores/persistent/memorybackend.h>
#include <nanostores/persistent/sqlitebackend.h>

#include <QDir>
#include <QString>

#include <atomic>
#include <exception>
#include <utility>

namespace nanostores {

namespace {

/// A function that follows raw values.
class RawListener final : public detail::RowListener
{
public:
    RawListener(std::string_view name, bool isPrefix,
                std::function<void(const std::string &, const StorageEngine::RawValue &)> f)
        : RowListener(std::string(name), isPrefix)
        , m_function(std::move(f))
    {
    }
    void rowsChanged(std::span<const detail::RowChange> changes, bool) override
    {
        for (const detail::RowChange &change : changes) {
            try {
                m_function(change.key, change.value);
            } catch (...) { // it is called with the others all the same
                detail::reportError(std::current_exception());
            }
        }
    }

private:
    const std::function<void(const std::string &, const StorageEngine::RawValue &)> m_function;
};

} // namespace

StorageEngine StorageEngine::memory(EngineOptions options)
{
    return memory(MemoryArea(), std::move(options));
}

StorageEngine StorageEngine::memory(const MemoryArea &area, EngineOptions options)
{
    static std::atomic<unsigned> count{0};
    return custom(memoryBackend(area, "memory:" + std::to_string(++count)), std::move(options));
}

StorageEngine StorageEngine::custom(std::unique_ptr<EngineBackend> backend, EngineOptions options)
{
    auto held = std::make_shared<std::unique_ptr<EngineBackend>>(std::move(backend));
    return StorageEngine(detail::Replica::make([held] { return std::move(*held); }, true, std::move(options)));
}

StorageEngine StorageEngine::custom(std::function<std::unique_ptr<EngineBackend>()> makeBackend, EngineOptions options)
{
    return StorageEngine(detail::Replica::make(std::move(makeBackend), false, std::move(options)));
}

StorageEngine StorageEngine::sqlite(std::string path, EngineOptions options)
{
    SqliteOptions sqlite;
    sqlite.path = QString::fromStdString(path);
    const bool isReady = QDir::isAbsolutePath(sqlite.path);
    return StorageEngine(
        detail::Replica::make([sqlite] { return sqliteBackend(sqlite); }, isReady, std::move(options)));
}

StorageEngine StorageEngine::json(std::string path, EngineOptions options)
{
    JsonOptions json;
    json.path = QString::fromStdString(path);
    const bool isReady = QDir::isAbsolutePath(json.path);
    return StorageEngine(detail::Replica::make([json] { return jsonBackend(json); }, isReady, std::move(options)));
}

namespace {

std::optional<StorageEngine> &defaultEngine()
{
    static auto *engine = new std::optional<StorageEngine>; // never destroyed: stores may be later
    return *engine;
}

} // namespace

void setPersistentEngine(StorageEngine engine)
{
    defaultEngine() = std::move(engine);
}

StorageEngine persistentEngine()
{
    auto &engine = defaultEngine();
    if (!engine) {
        engine = StorageEngine::sqlite("state.db");
    }
    return *engine;
}

EngineStatusStore StorageEngine::status() const
{
    return readonly(m_replica->status());
}

EngineCountStore StorageEngine::pending() const
{
    return readonly(m_replica->pending());
}

bool StorageEngine::isLoaded() const
{
    return m_replica->isLoaded();
}

bool StorageEngine::load() const
{
    return m_replica->loadPatiently();
}

bool StorageEngine::load(std::chrono::milliseconds patience) const
{
    return m_replica->load(patience);
}

std::optional<BackendTraits> StorageEngine::traits() const
{
    return m_replica->traits();
}

std::string StorageEngine::place() const
{
    return m_replica->place();
}

std::uint64_t StorageEngine::writer() const
{
    return m_replica->writer();
}

const EngineOptions &StorageEngine::options() const
{
    return m_replica->options();
}

Task<void> StorageEngine::flush() const
{
    return m_replica->flush();
}

bool StorageEngine::flushNow(std::chrono::milliseconds deadline) const
{
    return m_replica->flushUntil(std::chrono::steady_clock::now() + deadline);
}

StorageEngine::RawValue StorageEngine::get(std::string_view key) const
{
    return m_replica->get(key);
}

void StorageEngine::set(std::string_view key, std::string value) const
{
    m_replica->set(key, std::move(value));
}

void StorageEngine::del(std::string_view key) const
{
    m_replica->set(key, std::nullopt);
}

std::vector<std::string> StorageEngine::keys(std::string_view prefix) const
{
    std::vector<std::string> keys;
    for (auto &[key, value] : m_replica->entries(prefix)) {
        keys.push_back(std::move(key));
    }
    return keys;
}

std::vector<std::pair<std::string, std::string>> StorageEngine::entries(std::string_view prefix) const
{
    return m_replica->entries(prefix);
}

void StorageEngine::clear(std::string_view prefix) const
{
    m_replica->clear(prefix);
}

std::function<void()> StorageEngine::sub(std::string_view key, std::function<void(const RawValue &)> f) const
{
    return m_replica->subscribe(std::make_shared<RawListener>(
        key, false, [f = std::move(f)](const std::string &, const RawValue &value) { f(value); }));
}

std::function<void()> StorageEngine::subAll(std::string_view prefix,
                                            std::function<void(const std::string &, const RawValue &)> f) const
{
    return m_replica->subscribe(std::make_shared<RawListener>(prefix, true, std::move(f)));
}

std::uint64_t StorageEngine::versionOf(std::string_view key) const
{
    return m_replica->versionOf(key);
}

std::uint64_t StorageEngine::writtenBy(std::string_view key) const
{
    return m_replica->writtenBy(key);
}

Task<bool> StorageEngine::compareAndSet(std::string_view key, std::uint64_t version, RawValue value) const
{
    return m_replica->compareAndSet(key, version, std::move(value));
}

} // namespace nanostores
