// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/mqtt/mqttbackend.h>

#include <nanostores/mqtt/detail/mqttaddress.h>
#include <nanostores/mqtt/detail/mqttformat.h>
#include <nanostores/mqtt/detail/mqttlink.h>
#include <nanostores/persistent/detail/entrytable.h>
#include <nanostores/persistent/detail/serverbackend.h>

#include <QtCore/QElapsedTimer>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nanostores::detail {

/// A broker, and a table of what it has: how it is opened and written (mqttbackend.cpp), and read (mqttreading.cpp).
///
/// The table changes by what the broker sends, and by nothing else: own writes are in it when they have come back, in
/// the order that all programs see. A call that has to know all that was acknowledged before it sends a number to a
/// topic of its own, and waits until that is back.
class MqttBackend final : public ServerBackend
{
public:
    explicit MqttBackend(const MqttOptions &options);
    ~MqttBackend() override = default;

    BackendTraits traits() const override;
    std::string place() const override { return m_place; }

    void open(const BackendOptions &options) override;
    StorageState load() override;
    Applied apply(std::span<const StorageWrite> writes, Durability durability) override;
    StorageFeed changesSince(Position position, std::uint64_t epoch) override;
    void sync() override {} // the broker does as it is configured
    void close(std::chrono::milliseconds deadline) noexcept override;

private:
    /// A write whose message has not come back.
    struct Own
    {
        std::size_t place; ///< In the call.
        std::uint64_t clock;
        bool isDeletion;
    };
    /// What the broker sends after the subscription, until the number is back.
    struct Snapshot
    {
        std::set<std::string, std::less<>> keys;
        std::optional<MqttMeta> meta;
    };

    /// What was known of a key for which the broker has an older value now.
    struct Lost
    {
        Position version;
        std::uint64_t clock;
    };

    // Opening and writing
    bool connect();
    void catchUp();
    void ask();
    void requireRoomFor(std::span<const StorageWrite> writes, const Applied &applied) const;
    void publish(std::span<const StorageWrite> writes, Applied &applied);
    void publishMeta();
    void tick() override;
    void linkEvent();

    // Reading
    void received(std::string_view topic, std::string_view payload);
    void valueCame(const std::string &key, std::string_view payload);
    void metaCame(std::string_view payload);
    void put(const std::string &key, const MqttHead &head, std::string_view value);
    void remove(const std::string &key);
    void noteLost(const std::string &key, const MqttHead &head, const StorageEntry *different);
    void noteOwn(const std::string &key, const MqttHead *head);
    void noteForeign(std::string_view topic);
    void requireRoom() const;
    void finishSnapshot(bool isFirst);
    void replaceEpoch(const MqttMeta &meta);
    void beginEpoch(std::optional<std::uint64_t> left);

    const MqttOptions m_settings;
    const MqttAddress m_address;
    const std::string m_place;
    const std::string m_topic; ///< With / at its end.
    const std::string m_client;
    MqttLink m_link;
    BackendOptions m_open;

    EntryTable m_table;
    std::map<std::string, std::uint64_t, std::less<>> m_clocks; ///< Of the keys that are there.
    std::size_t m_bytes = 0; ///< Of keys and values that are there.
    MqttMeta m_meta; ///< The last that came. Epoch 0: none yet.
    std::uint64_t m_clock = 0; ///< The newest that was seen.
    std::uint64_t m_loaded = 0; ///< The epoch of the table that load() has given.
    std::optional<Position> m_rewoundTo;
    std::optional<Snapshot> m_snapshot;
    std::map<std::string, Lost, std::less<>> m_lost; ///< Until all of a snapshot has come.
    std::map<std::string, std::deque<Own>, std::less<>> m_own; ///< By key, in the order of publishing.
    std::map<std::size_t, std::uint64_t> m_versions; ///< Of own writes that have come back, by place.
    std::set<std::string, std::less<>> m_foreign; ///< Topics with what is no value.
    std::size_t m_foreignCount = 0;
    std::uint64_t m_asked = 0; ///< The number that was sent last...
    std::uint64_t m_answered = 0; ///< ...and that which is back.
    QElapsedTimer m_asking;
    bool m_hasChanged = false; ///< By others, and the engine has not been woken for it.
    bool m_hasNews = false; ///< The event loop has brought changes that changesSince() has not given.
};

} // namespace nanostores::detail
