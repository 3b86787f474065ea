// SPDX-License-Identifier: MIT
#include <nanostores/mqtt/detail/implementation.h>

#include <nanostores/persistent/detail/jsontext.h>

#include <QtCore/QLoggingCategory>

#include <algorithm>
#include <charconv>
#include <utility>

Q_LOGGING_CATEGORY(mqttLog, "nanostores.mqtt", QtWarningMsg)

namespace nanostores::detail {

namespace {

constexpr std::size_t LargestHead = 96; ///< bytes, before a value
constexpr std::size_t NamedTopics = 5; ///< Of those with what is no value.
constexpr std::size_t ShownTopic = 80; ///< characters

bool takePrefix(std::string_view &text, std::string_view prefix)
{
    const bool begins = text.starts_with(prefix);
    text.remove_prefix(begins ? prefix.size() : 0);
    return begins;
}

} // namespace

void MqttBackend::received(std::string_view topic, std::string_view payload)
{
    std::string_view rest = topic;
    if (!takePrefix(rest, m_topic)) {
        return; // of a subscription that this program has not made
    }
    if (takePrefix(rest, "sync/")) {
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(payload.data(), payload.data() + payload.size(), number);
        if (rest == m_client && error == std::errc() && end == payload.data() + payload.size() && number <= m_asked) {
            m_answered = std::max(m_answered, number);
        }
    } else if (rest == "meta") {
        metaCame(payload);
    } else if (takePrefix(rest, "v/")) {
        const auto key = percentDecoded(rest);
        if (key && key->size() <= traits().largestKey && isUtf8(*key)) {
            valueCame(*key, payload);
        } else if (!payload.empty()) {
            noteForeign(topic);
        }
    }
}

// Values

void MqttBackend::valueCame(const std::string &key, std::string_view payload)
{
    if (payload.empty()) {
        remove(key);
        return;
    }
    MqttHead head;
    std::string_view value;
    MqttReading reading = MqttReading::Foreign;
    if (payload.size() <= m_settings.largestValue + LargestHead) {
        reading = decodeValue(payload, head, value);
    }
    if (reading == MqttReading::Newer) {
        throw EngineError(EngineErrorKind::Newer,
                          "the value of \"" + key + "\" was written by a newer version of this library: update it",
                          m_place);
    }
    if (reading == MqttReading::Foreign || value.size() > m_settings.largestValue) {
        noteForeign(m_topic + "v/" + percentEncoded(key));
        remove(key);
        return;
    }
    put(key, head, value);
}

void MqttBackend::put(const std::string &key, const MqttHead &head, std::string_view value)
{
    m_clock = std::max(m_clock, head.clock);
    const StorageEntry *const before = m_table.find(key);
    const bool isThere = before && before->value;
    const bool isSame =
        isThere && *before->value == value && before->schema == head.schema && before->writer == head.writer;
    if (m_snapshot) {
        noteLost(key, head, isThere && !isSame ? before : nullptr);
    }
    m_clocks[key] = head.clock;
    if (m_snapshot && isSame) {
        return;
    }
    m_bytes -= isThere ? key.size() + before->value->size() : 0;
    m_bytes += key.size() + value.size();
    m_table.put(key, std::string(value), head.schema, head.writer);
    noteOwn(key, &head);
    requireRoom();
}

void MqttBackend::remove(const std::string &key)
{
    if (m_snapshot) {
        m_snapshot->keys.erase(key);
        m_lost.erase(key);
    }
    const StorageEntry *const before = m_table.find(key);
    if (before && before->value) {
        m_bytes -= key.size() + before->value->size();
        m_clocks.erase(key);
        m_table.put(key, std::nullopt, 0, 0);
    }
    noteOwn(key, nullptr);
}

/// Of a message that belongs to a snapshot. different: what is known of its key, if that is another value.
void MqttBackend::noteLost(const std::string &key, const MqttHead &head, const StorageEntry *different)
{
    const bool isAgain = !m_snapshot->keys.insert(key).second; // what is retained comes once: it was written meanwhile
    const auto found = m_lost.find(key);
    if (found != m_lost.end() && (isAgain || head.clock > found->second.clock)) {
        m_lost.erase(found);
    } else if (different && !isAgain && m_clocks[key] > head.clock) {
        m_lost.try_emplace(key, Lost{different->version, m_clocks[key]});
    }
}

/// Of a message that has just been put into the table: an own write, or a change by others. head: null for a deletion.
void MqttBackend::noteOwn(const std::string &key, const MqttHead *head)
{
    const auto found = m_own.find(key);
    if (found != m_own.end() && !found->second.empty()) {
        const Own &own = found->second.front();
        const bool isOwn =
            head ? !own.isDeletion && head->writer == m_open.writer && head->clock == own.clock : own.isDeletion;
        if (isOwn) {
            const StorageEntry *const entry = m_table.find(key);
            m_versions[own.place] = entry ? entry->version : 0;
            found->second.pop_front();
            return;
        }
    }
    m_hasChanged = true;
}

void MqttBackend::noteForeign(std::string_view topic)
{
    ++m_foreignCount;
    const std::string shown(topic.substr(0, ShownTopic));
    if (m_foreign.size() < NamedTopics && m_foreign.insert(shown).second) {
        qCWarning(mqttLog).noquote() << "a message at" << QString::fromStdString(m_place)
                                     << "is not of this library, and left out:" << QString::fromStdString(shown);
    }
}

/// A part more than is written, as programs that do not know of each other may write together.
void MqttBackend::requireRoom() const
{
    if (m_clocks.size() > m_settings.mostKeys + m_settings.mostKeys / 4
        || m_bytes > m_settings.largestTotal + m_settings.largestTotal / 4) {
        throw EngineError(EngineErrorKind::Failed,
                          "the broker has more than " + std::to_string(m_settings.mostKeys) + " keys or "
                              + std::to_string(m_settings.largestTotal)
                              + " bytes of values; MqttOptions::mostKeys and largestTotal say how many are read",
                          m_place);
    }
}

// Epochs

void MqttBackend::metaCame(std::string_view payload)
{
    MqttMeta meta;
    const MqttReading reading = payload.empty() ? MqttReading::Foreign : decodeMeta(payload, meta);
    if (reading == MqttReading::Newer) {
        throw EngineError(EngineErrorKind::Newer,
                          "the values were written by a newer version of this library: update it", m_place);
    }
    if (reading == MqttReading::Foreign) {
        return; // the next write, or else the next connection, makes it anew
    }
    m_clock = std::max(m_clock, meta.clock);
    if (m_snapshot) {
        m_snapshot->meta = meta;
    } else if (meta.epoch == m_meta.epoch) {
        m_meta = meta;
    } else {
        replaceEpoch(meta);
    }
}

void MqttBackend::replaceEpoch(const MqttMeta &meta)
{
    beginEpoch(meta.before != 0 && meta.before == m_meta.epoch ? std::optional(meta.left) : std::nullopt);
    m_meta = meta;
    m_hasChanged = true;
}

/// left: the newest clock of the epoch before that the broker still knew, if it has lost the newest writes alone. What
/// load() has not given yet of an earlier loss stays.
void MqttBackend::beginEpoch(std::optional<std::uint64_t> left)
{
    m_table.epoch = randomNumber();
    if (!left) {
        return;
    }
    Position first = m_table.position + 1; // of what is lost
    for (const auto &[key, clock] : m_clocks) {
        const bool isThere = !m_snapshot || m_snapshot->keys.contains(key);
        if (clock > *left && !isThere) {
            first = std::min<Position>(first, m_table.find(key)->version);
        }
    }
    for (const auto &[key, lost] : m_lost) {
        first = std::min(first, lost.version);
    }
    for (const auto &[key, lost] : m_lost) {
        m_table.entries.find(key)->second.version = first - 1;
    }
    m_rewoundTo = std::min(m_rewoundTo.value_or(first - 1), first - 1);
}

/// All that is retained has come.
void MqttBackend::finishSnapshot(bool isFirst)
{
    const std::optional<MqttMeta> meta = m_snapshot->meta;
    const MqttMeta known = m_meta;
    const bool isLost = !isFirst && meta && meta->epoch == known.epoch && meta->clock < known.clock;
    const bool isNew = !meta || isLost;
    if (isNew) { // wiped, or without the newest writes
        m_meta = {randomNumber(), m_clock, isLost ? known.epoch : 0, isLost ? meta->clock : 0};
        beginEpoch(isLost ? std::optional(meta->clock) : std::nullopt);
    } else if (isFirst || meta->epoch == known.epoch) {
        m_meta = *meta;
    } else {
        replaceEpoch(*meta);
    }
    std::vector<std::string> gone;
    for (const auto &[key, clock] : m_clocks) {
        if (!m_snapshot->keys.contains(key)) {
            gone.push_back(key);
        }
    }
    m_snapshot.reset();
    m_lost.clear();
    std::for_each(gone.begin(), gone.end(), [this](const std::string &key) { remove(key); });
    if (isNew) { // others may do the same now: the last one counts, for all
        publishMeta();
        ask();
        m_link.waitUntil([this] { return m_answered == m_asked; });
    }
}

} // namespace nanostores::detail
