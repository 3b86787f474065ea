// SPDX-License-Identifier: MIT
#include <nanostores/redis/detail/rediscache.h>

#include <nanostores/persistent/detail/entrytable.h>
#include <nanostores/persistent/detail/filesystem.h>
#include <nanostores/persistent/detail/place.h>
#include <nanostores/persistent/memorybackend.h>
#include <nanostores/persistent/sqlitebackend.h>

#include <QtCore/QFileInfo>
#include <QtCore/QLoggingCategory>

#include <charconv>
#include <string_view>
#include <unordered_set>

Q_LOGGING_CATEGORY(redisLog, "nanostores.redis", QtWarningMsg)

namespace nanostores::detail {

namespace {

constexpr int MostSlots = 16;

// The keys of the file begin with one of these.
constexpr std::string_view EntryKey = "e/";
constexpr std::string_view KeptKey = "k/";
constexpr std::string_view TransactionKey = "t/";
constexpr std::string_view StateKey = "state";

std::string joined(std::string_view prefix, std::string_view name)
{
    return std::string(prefix).append(name);
}

StorageWrite deletion(std::string key)
{
    return {std::move(key), std::nullopt, 0, std::nullopt};
}

/// Numbers and texts, one after the other.
class Packer
{
public:
    Packer &number(std::uint64_t value)
    {
        m_text += std::to_string(value);
        m_text += ' ';
        return *this;
    }
    Packer &maybe(const std::optional<std::uint64_t> &value) { return value ? number(1).number(*value) : number(0); }
    Packer &text(std::string_view value)
    {
        number(value.size());
        m_text += value;
        return *this;
    }
    Packer &maybe(const std::optional<std::string> &value) { return value ? number(1).text(*value) : number(0); }
    Packer &write(const StorageWrite &write)
    {
        return text(write.key).maybe(write.value).number(write.schema).maybe(write.expect);
    }
    std::string take() { return std::move(m_text); }

private:
    std::string m_text;
};

class Unpacker
{
public:
    explicit Unpacker(std::string_view text)
        : m_text(text)
    {
    }
    std::uint64_t number()
    {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(m_text.data(), m_text.data() + m_text.size(), value);
        const auto length = static_cast<std::size_t>(end - m_text.data());
        if (error != std::errc() || length >= m_text.size() || *end != ' ') {
            m_isGood = false;
            return 0;
        }
        m_text.remove_prefix(length + 1);
        return value;
    }
    std::string text()
    {
        const std::uint64_t size = number();
        if (!m_isGood || size > m_text.size()) {
            m_isGood = false;
            return {};
        }
        const std::string result(m_text.substr(0, size));
        m_text.remove_prefix(size);
        return result;
    }
    std::optional<std::uint64_t> maybeNumber() { return number() == 1 ? std::optional(number()) : std::nullopt; }
    std::optional<std::string> maybeText() { return number() == 1 ? std::optional(text()) : std::nullopt; }
    StorageWrite write()
    {
        StorageWrite write;
        write.key = text();
        write.value = maybeText();
        write.schema = static_cast<std::uint32_t>(number());
        write.expect = maybeNumber();
        return write;
    }
    bool isGood() const noexcept { return m_isGood; }
    bool isOver() const noexcept { return m_isGood && m_text.empty(); }

private:
    std::string_view m_text;
    bool m_isGood = true;
};

StorageWrite rowOf(const StorageEntry &entry)
{
    if (!entry.value) {
        return deletion(joined(EntryKey, entry.key));
    }
    Packer packer;
    packer.number(entry.version).number(entry.schema).number(entry.writer).text(*entry.value);
    return {joined(EntryKey, entry.key), packer.take(), 0, std::nullopt};
}

StorageWrite rowOf(const KeptWrite &kept)
{
    return {joined(KeptKey, kept.write.key), Packer().write(kept.write).maybe(kept.base).take(), 0, std::nullopt};
}

StorageWrite rowOf(Position position, std::uint64_t epoch)
{
    return {std::string(StateKey), Packer().number(position).number(epoch).take(), 0, std::nullopt};
}

} // namespace

std::string encodeTransaction(const RedisTransaction &transaction)
{
    Packer packer;
    packer.number(transaction.writes.size());
    for (const StorageWrite &write : transaction.writes) {
        packer.write(write);
    }
    return packer.take();
}

std::optional<RedisTransaction> decodeTransaction(std::string id, std::string_view text)
{
    Unpacker unpacker(text);
    RedisTransaction transaction{std::move(id), {}};
    for (std::uint64_t left = unpacker.number(); left > 0 && unpacker.isGood(); --left) {
        transaction.writes.push_back(unpacker.write());
    }
    return unpacker.isOver() ? std::optional(std::move(transaction)) : std::nullopt;
}

RedisCache::RedisCache(const QString &path)
    : m_path(path.isEmpty() ? std::string() : placeOfData(path))
{
}

RedisCache::~RedisCache() = default;

// Opening

std::string RedisCache::pathOf(const std::string &path, int slot)
{
    return slot == 1 ? path : path + '.' + std::to_string(slot);
}

std::unique_ptr<EngineBackend> RedisCache::openedFile(const std::string &path, std::uint64_t writer)
{
    SqliteOptions options;
    options.path = QString::fromStdString(path);
    auto backend = sqliteBackend(options);
    BackendOptions open;
    open.writer = writer;
    open.wake = [] {};
    try {
        backend->open(open);
    } catch (...) {
        backend->close(std::chrono::milliseconds(0));
        throw;
    }
    return backend;
}

void RedisCache::open()
{
    if (m_backend) {
        return;
    }
    if (m_path.empty()) {
        m_backend = memoryBackend();
        BackendOptions options;
        options.writer = 1;
        options.wake = [] {};
        m_backend->open(options);
        return;
    }
    makeFolder(m_path);
    std::vector<std::string> others;
    for (int slot = 1; slot <= MostSlots; ++slot) {
        const std::string path = pathOf(m_path, slot);
        if (!m_lock) {
            auto lock = std::make_unique<FileLock>(path + "-owner");
            if (lock->lock()) {
                m_lock = std::move(lock);
                try {
                    m_backend = openedFile(path, 1);
                } catch (...) {
                    m_lock.reset();
                    throw;
                }
            }
        } else if (QFileInfo::exists(QString::fromStdString(path))) {
            others.push_back(path);
        }
    }
    if (!m_backend) {
        throw EngineError(EngineErrorKind::Unavailable,
                          std::to_string(MostSlots)
                              + " processes use this cache already; give each its own, see RedisOptions::cache",
                          m_path);
    }
    for (const std::string &path : others) {
        try {
            takeOver(path);
        } catch (const EngineError &error) { // another run takes it, perhaps
            qCWarning(redisLog).noquote() << "what another process has left cannot be sent:" << error.what();
        }
    }
}

/// What a process has left that is not there any more. Its transactions keep their numbers.
void RedisCache::takeOver(const std::string &path)
{
    FileLock lock(path + "-owner");
    if (!lock.lock()) {
        return;
    }
    const Unlocking unlocking(lock);
    const auto backend = openedFile(path, 1);
    std::unordered_set<std::string> own;
    for (const StorageEntry &entry : m_backend->load().entries) {
        own.insert(entry.key);
    }
    std::vector<StorageWrite> taken;
    std::vector<StorageWrite> left;
    for (const StorageEntry &entry : backend->load().entries) {
        if (entry.key.starts_with(KeptKey) || entry.key.starts_with(TransactionKey)) {
            left.push_back(deletion(entry.key));
            if (!own.contains(entry.key)) {
                taken.push_back({entry.key, entry.value, 0, std::nullopt});
            }
        }
    }
    if (!taken.empty()) {
        apply(taken, Durability::Disk);
    }
    if (!left.empty()) {
        backend->apply(left, Durability::Disk);
    }
    backend->close(std::chrono::milliseconds(100));
}

RedisCache::Contents RedisCache::read()
{
    Contents contents;
    const StorageState state = m_backend->load();
    for (const std::string &repair : state.repairs) {
        qCWarning(redisLog).noquote() << "the cache of the server's values:" << QString::fromStdString(repair);
    }
    for (const StorageEntry &row : state.entries) {
        const std::string_view key = row.key;
        Unpacker unpacker(*row.value);
        if (key == StateKey) {
            contents.position = unpacker.number();
            contents.epoch = unpacker.number();
        } else if (key.starts_with(EntryKey)) {
            StorageEntry entry;
            entry.key = key.substr(EntryKey.size());
            entry.version = unpacker.number();
            entry.schema = static_cast<std::uint32_t>(unpacker.number());
            entry.writer = unpacker.number();
            entry.value = unpacker.text();
            if (unpacker.isOver()) {
                contents.entries.push_back(std::move(entry));
            }
        } else if (key.starts_with(KeptKey)) {
            KeptWrite kept;
            kept.write = unpacker.write();
            kept.base = unpacker.maybeText();
            m_kept.emplace(key.substr(KeptKey.size()), kept);
            if (unpacker.isOver()) {
                contents.kept.emplace(kept.write.key, kept);
            }
        } else if (key.starts_with(TransactionKey)) {
            std::string id(key.substr(TransactionKey.size()));
            m_transactions.insert(id);
            if (auto transaction = decodeTransaction(std::move(id), *row.value)) {
                contents.transactions.push_back(std::move(*transaction));
            }
        }
    }
    if (!state.repairs.empty()) { // rows may be missing, which would look as if they were deleted
        contents.epoch = 0;
        contents.position = 0;
    }
    return contents;
}

// Writing

void RedisCache::apply(const std::vector<StorageWrite> &writes, Durability durability)
{
    m_backend->apply(writes, durability);
    m_isUnsynced = m_isUnsynced || durability != Durability::Disk;
}

void RedisCache::write(std::span<const StorageEntry> entries, Position position, std::uint64_t epoch,
                       std::span<const std::string> settledKeys, std::span<const std::string> settledTransactions)
{
    std::vector<StorageWrite> rows;
    rows.reserve(entries.size() + 1);
    if (!m_isBehind) {
        for (const StorageEntry &entry : entries) {
            rows.push_back(rowOf(entry));
        }
    }
    for (const std::string &key : settledKeys) {
        if (m_kept.contains(key)) {
            rows.push_back(deletion(joined(KeptKey, key)));
        }
    }
    for (const std::string &id : settledTransactions) {
        if (m_transactions.contains(id)) {
            rows.push_back(deletion(joined(TransactionKey, id)));
        }
    }
    rows.push_back(m_isBehind ? rowOf(0, 0) : rowOf(position, epoch));
    try {
        apply(rows, Durability::Process);
    } catch (const EngineError &error) {
        if (!std::exchange(m_isBehind, true)) {
            qCWarning(redisLog).noquote()
                << "the cache of the server's values cannot be written, so they are not there "
                   "when the server is out of reach:"
                << error.what();
        }
        return; // what is settled stays, and is sent again under its number, or as it is
    }
    for (const std::string &key : settledKeys) {
        m_kept.erase(key);
    }
    for (const std::string &id : settledTransactions) {
        m_transactions.erase(id);
    }
}

void RedisCache::replace(const StorageState &state)
{
    try {
        std::unordered_set<std::string> present;
        std::vector<StorageWrite> rows;
        for (const StorageEntry &entry : state.entries) {
            rows.push_back(rowOf(entry));
            present.insert(rows.back().key);
        }
        for (const StorageEntry &row : m_backend->load().entries) {
            if (row.key.starts_with(EntryKey) && !present.contains(row.key)) {
                rows.push_back(deletion(row.key));
            }
        }
        rows.push_back(rowOf(state.position, state.epoch));
        apply(rows, Durability::Process);
        m_isBehind = false;
    } catch (const EngineError &error) {
        if (!std::exchange(m_isBehind, true)) {
            qCWarning(redisLog).noquote()
                << "the cache of the server's values cannot be written, so they are not there "
                   "when the server is out of reach:"
                << error.what();
        }
    }
}

void RedisCache::keep(std::span<const KeptWrite> writes, std::span<const std::string> settled)
{
    std::vector<StorageWrite> rows;
    for (const KeptWrite &kept : writes) {
        rows.push_back(rowOf(kept));
    }
    for (const std::string &key : settled) {
        if (m_kept.contains(key)) {
            rows.push_back(deletion(joined(KeptKey, key)));
        }
    }
    if (rows.empty()) {
        return;
    }
    apply(rows, Durability::Process);
    for (const std::string &key : settled) {
        m_kept.erase(key);
    }
    for (const KeptWrite &kept : writes) {
        m_kept.insert_or_assign(kept.write.key, kept);
    }
}

void RedisCache::keep(const RedisTransaction &transaction)
{
    if (!m_transactions.contains(transaction.id)) {
        apply({{joined(TransactionKey, transaction.id), encodeTransaction(transaction), 0, std::nullopt}},
              Durability::Process);
        m_transactions.insert(transaction.id);
    }
}

const KeptWrite *RedisCache::kept(const std::string &key) const
{
    const auto found = m_kept.find(key);
    return found == m_kept.end() ? nullptr : &found->second;
}

void RedisCache::sync()
{
    if (m_isUnsynced) {
        m_backend->sync();
        m_isUnsynced = false;
    }
}

void RedisCache::close(std::chrono::milliseconds deadline) noexcept
{
    if (m_backend) {
        try {
            sync();
        } catch (const EngineError &error) {
            qCWarning(redisLog).noquote() << "the cache of the server's values:" << error.what();
        }
        m_backend->close(deadline);
        m_backend.reset();
    }
    m_lock.reset();
}

} // namespace nanostores::detail
