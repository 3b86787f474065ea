// SPDX-License-Identifier: MIT
#include <nanostores/mqtt/mqttbackend.h>

#include <nanostores/mqtt/detail/implementation.h>

#include <algorithm>
#include <utility>

namespace nanostores {

namespace detail {

namespace {

constexpr std::size_t LongestKey = 1024; ///< bytes; as a level of a topic at most three times as long
constexpr std::size_t RememberedDeletions = 1000;

} // namespace

MqttBackend::MqttBackend(const MqttOptions &options)
    : m_settings(options)
    , m_address(addressOf(options))
    , m_place(m_address.shown())
    , m_topic("ns/" + percentEncoded(m_address.name.toStdString()) + '/')
    , m_client("ns" + QString::number(randomNumber(), 16).toStdString())
    , m_link(options, m_address, m_client)
{
}

BackendTraits MqttBackend::traits() const
{
    BackendTraits traits;
    traits.comparesVersions = false;
    traits.isShared = true;
    traits.isRemote = true;
    traits.isEncrypted = m_address.isTls;
    traits.durability = Durability::Process;
    traits.largestKey = LongestKey;
    traits.largestValue = m_settings.largestValue;
    return traits;
}

// Opening

void MqttBackend::open(const BackendOptions &options)
{
    requireSameProcess();
    m_open = options;
    m_table = EntryTable();
    m_table.epoch = randomNumber();
    m_table.position = 1; // so that there is a position before the first version: see finishSnapshot()
    m_clocks.clear();
    m_bytes = 0;
    m_meta = {};
    m_link.onMessage([this](std::string_view topic, std::string_view payload) { received(topic, payload); });
    m_link.onEvent([this] { linkEvent(); });
    beginTicks(m_settings.ping);
}

void MqttBackend::close(std::chrono::milliseconds) noexcept
{
    if (!isSameProcess()) {
        return;
    }
    endTicks();
    m_link.onEvent(nullptr);
    m_link.close();
}

/// A connection, and all that the broker has in the table; true: a new one. Throws.
bool MqttBackend::connect()
{
    if (m_link.isOpen()) {
        return false;
    }
    try {
        m_own.clear();
        m_link.open();
        const bool isFirst = m_meta.epoch == 0;
        m_snapshot.emplace();
        m_foreign.clear();
        m_foreignCount = 0;
        m_link.subscribe({m_topic + "v/+", m_topic + "meta", m_topic + "sync/" + m_client});
        ask();
        m_link.waitUntil([this] { return m_answered == m_asked; }); // after all that is retained
        finishSnapshot(isFirst);
        forgetRefusal();
    } catch (const EngineError &) {
        m_snapshot.reset();
        m_link.close();
        throw;
    }
    return true;
}

/// Has the broker send a number back.
void MqttBackend::ask()
{
    m_link.publish(m_topic + "sync/" + m_client, std::to_string(++m_asked), false);
    m_asking.start();
}

/// What the broker had acknowledged before, to others too, is in the table afterwards.
void MqttBackend::catchUp()
{
    if (!connect()) {
        ask();
        m_link.waitUntil([this] { return m_answered == m_asked; });
    }
}

StorageState MqttBackend::load()
{
    requireOpen();
    notingRefusal([this] { catchUp(); });
    m_hasNews = false;
    m_hasChanged = false;
    m_loaded = m_table.epoch;
    StorageState state = m_table.state(m_open.prefix);
    state.rewoundTo = std::exchange(m_rewoundTo, std::nullopt);
    if (m_foreignCount > 0) {
        std::string repair = std::to_string(m_foreignCount) + " messages are not of this library, and left out:";
        for (const std::string &topic : m_foreign) {
            repair += ' ' + topic;
        }
        state.repairs.push_back(std::move(repair));
    }
    return state;
}

StorageFeed MqttBackend::changesSince(Position position, std::uint64_t epoch)
{
    requireOpen();
    if (!m_link.isOpen() || !std::exchange(m_hasNews, false)) {
        notingRefusal([this] { catchUp(); });
        m_hasChanged = false;
    }
    return m_table.feed(position, epoch, m_open.prefix);
}

// Writing

Applied MqttBackend::apply(std::span<const StorageWrite> writes, Durability)
{
    requireOpen();
    requireFitting(writes, traits(), m_place);
    notingRefusal([this] { catchUp(); });
    EntryTable known; // of the keys that are written
    known.epoch = m_table.epoch;
    known.position = m_table.position;
    for (const StorageWrite &write : writes) {
        if (const StorageEntry *const entry = m_table.find(write.key)) {
            known.entries.insert_or_assign(write.key, *entry);
        }
    }
    Applied applied = known.apply(writes, m_open.writer, m_loaded);
    requireRoomFor(writes, applied);
    notingRefusal([&] { publish(writes, applied); });
    if (std::exchange(m_hasChanged, false)) { // by others, meanwhile
        m_open.wake();
    }
    return applied;
}

void MqttBackend::requireRoomFor(std::span<const StorageWrite> writes, const Applied &applied) const
{
    std::size_t keys = m_clocks.size();
    std::size_t bytes = m_bytes;
    bool isMore = false;
    for (std::size_t i = 0; i < writes.size(); ++i) {
        if (applied.outcomes[i].result == WriteResult::Written && writes[i].value) {
            const StorageEntry *const entry = m_table.find(writes[i].key);
            const std::size_t before = entry && entry->value ? entry->value->size() : 0;
            isMore = isMore || !(entry && entry->value) || writes[i].value->size() > before;
            keys += entry && entry->value ? 0 : 1;
            bytes += writes[i].key.size() + writes[i].value->size();
            bytes -= entry && entry->value ? writes[i].key.size() + before : 0;
        }
    }
    if (isMore && (keys > m_settings.mostKeys || bytes > m_settings.largestTotal)) {
        throw EngineError(EngineErrorKind::Full,
                          "more than " + std::to_string(m_settings.mostKeys) + " keys or "
                              + std::to_string(m_settings.largestTotal)
                              + " bytes of values; delete some, or see MqttOptions::mostKeys and largestTotal",
                          m_place);
    }
}

void MqttBackend::publish(std::span<const StorageWrite> writes, Applied &applied)
{
    m_own.clear();
    m_versions.clear();
    std::size_t count = 0;
    for (std::size_t i = 0; i < writes.size(); ++i) {
        const StorageWrite &write = writes[i];
        if (applied.outcomes[i].result != WriteResult::Written) {
            continue;
        }
        m_clock = nextClock(m_clock);
        ++count;
        m_own[write.key].push_back({i, m_clock, !write.value});
        const std::string payload =
            write.value ? encodeValue({write.schema, m_open.writer, m_clock}, *write.value) : std::string();
        m_link.publish(m_topic + "v/" + percentEncoded(write.key), payload, true);
    }
    if (count == 0) {
        return;
    }
    publishMeta();
    ask();
    m_link.waitUntil([this] { return m_answered == m_asked && m_link.unacknowledged() == 0; });
    if (m_versions.size() != count) {
        m_link.fail(EngineErrorKind::Unavailable, "the broker has not sent back all that was written");
    }
    for (const auto &[place, version] : m_versions) {
        applied.outcomes[place].version = version;
    }
    applied.epoch = m_table.epoch;
}

void MqttBackend::publishMeta()
{
    MqttMeta meta = m_meta;
    meta.clock = m_clock;
    m_link.publish(m_topic + "meta", encodeMeta(meta), true);
}

// The event loop

/// Something has come, or the connection is lost.
void MqttBackend::linkEvent()
{
    if (!m_link.isOpen() || std::exchange(m_hasChanged, false)) {
        m_hasNews = m_link.isOpen();
        m_open.wake();
    }
}

void MqttBackend::tick()
{
    if (m_link.isOpen()) {
        try {
            m_link.turn(); // what has come while this thread was busy
            if (m_answered == m_asked) {
                ask();
            } else if (m_asking.hasExpired(m_settings.answerTimeout.count())) {
                m_link.close();
            }
        } catch (const EngineError &) { // NOLINT(bugprone-empty-catch): it is closed, and the next call says why
        }
        linkEvent();
        m_table.forgetDeletions(RememberedDeletions);
    } else if (isRefusalOver()) {
        m_open.wake();
    }
}

} // namespace detail

std::unique_ptr<EngineBackend> mqttBackend(MqttOptions options)
{
    return std::make_unique<detail::MqttBackend>(options);
}

StorageEngine mqtt(const QString &url, EngineOptions options)
{
    MqttOptions mqtt;
    mqtt.url = url;
    return StorageEngine::custom([mqtt] { return mqttBackend(mqtt); }, std::move(options));
}

} // namespace nanostores
