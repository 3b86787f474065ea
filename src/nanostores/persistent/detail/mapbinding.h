// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/batch.h>
#include <nanostores/core/detail/keytable.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/map.h>
#include <nanostores/persistent/detail/rownames.h>
#include <nanostores/persistent/detail/valuebinding.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// A Map that has an entry for each key.
template<typename K, typename V>
class MapBinding final : public Binding, public ConflictShower<V>
{
    using Node = MapNode<K, V>;

public:
    MapBinding(const StorageEngine &engine, Node &node, std::string prefix, PersistentOptions<V> options)
        : Binding(engine, node, std::move(prefix), true, styleOf(options), pacingOf(options))
        , m_reader(std::move(options.codec), std::move(options.schema))
        , m_policy(std::move(options.onConflict))
        , m_listens(options.listen)
    {
    }

    void encode() override
    {
        const Dictionary<K, V> value = typedNode().current();
        const bool isWhole = std::exchange(m_isWhole, false);
        Dictionary<K, bool> touched;
        touched.swap(m_touched);
        if (isWhole) {
            for (const std::string &row : presentKeys()) {
                const auto key = keyOf(row);
                if (key && !value.contains(*key)) {
                    put(row, std::nullopt);
                }
            }
            for (const auto &[key, entry] : value) {
                encode(key, &entry);
            }
            return;
        }
        for (const auto &[key, isTouched] : touched) {
            encode(key, value.find(key));
        }
    }
    void rowsLoaded(std::span<const RowChange> rows) override
    {
        Dictionary<K, V> value = typedNode().current();
        for (const RowChange &row : rows) {
            const auto key = keyOf(row.key);
            auto entry = key ? m_reader.decode(*row.value, row.schema) : std::nullopt;
            setUnreadable(row.key, !entry);
            if (entry) {
                value.insert(*key, std::move(*entry));
            }
        }
        if (!rows.empty()) {
            const Taking taking(*this);
            handle().set(std::move(value));
        }
    }
    void rowsChanged(std::span<const RowChange> changes, bool isFirst) override
    {
        if ((!m_listens && !isFirst) || m_isWhole) {
            return;
        }
        const Map<K, V> map = handle();
        for (const RowChange &change : changes) {
            const auto key = keyOf(change.key);
            if (key && m_touched.contains(*key)) {
                continue; // what the program has set is newer
            }
            auto entry = key && change.value ? m_reader.decode(*change.value, change.schema) : std::nullopt;
            setUnreadable(change.key, change.value && !entry);
            if (!key) {
                continue;
            }
            const Taking taking(*this);
            try {
                if (entry) {
                    map.setKey(*key, std::move(*entry));
                } else if (!change.value) {
                    map.removeKey(*key);
                }
            } catch (...) { // of a hook: the other keys are taken all the same
                reportError(std::current_exception());
            }
        }
    }
    std::optional<std::optional<std::string>> merged(const std::string &row, const RawForm &base, const RawForm &mine,
                                                     const RawForm &theirs) override
    {
        const auto key = keyOf(row);
        const auto b = m_reader.decode(base);
        const auto m = m_reader.decode(mine);
        const auto t = m_reader.decode(theirs);
        if (!m_policy.function() || !key || !m || !t) {
            return std::nullopt; // a removed key has no value to be merged
        }
        V value = m_policy.function()(b ? *b : *t, *m, *t);
        auto raw = m_reader.encode(value);
        const Taking taking(*this);
        handle().setKey(*key, std::move(value));
        return raw;
    }
    void conflictChanged(const std::string &key, const RawForm &base, const RawForm &mine, const RawForm &theirs,
                         std::uint64_t writer) override
    {
        const auto b = m_reader.decode(base);
        const auto m = m_reader.decode(mine);
        const auto t = m_reader.decode(theirs);
        const V &any = m ? *m : t ? *t : b ? *b : V{};
        this->show(std::dynamic_pointer_cast<ConflictShower<V>>(shared_from_this()), key, b.value_or(any),
                   m.value_or(any), t.value_or(any), writer);
    }
    void conflictEnded(const std::string &key) override { this->hide(key); }
    void end(const std::string &row, bool keepsMine, const V *value) override
    {
        const auto held = hold();
        const auto key = keyOf(row);
        batch([&] { // what observers throw is thrown when the conflict is over
            if (value && key) {
                handle().setKey(*key, *value);
            }
            resolve(row, keepsMine);
        });
    }

protected:
    void keyChanging(detail::Node &, const void *changed) noexcept override
    {
        if (m_isWhole || isTaking()) {
            return;
        }
        const K *const key = static_cast<const K *>(changed);
        try {
            if (key && !m_touched.contains(*key)) {
                m_touched.insert(*key, true);
            }
            m_isWhole = !key;
        } catch (...) { // no memory: all keys are compared
            m_isWhole = true;
        }
        if (m_isWhole) {
            m_touched.clear();
        }
    }

private:
    Node &typedNode() const { return static_cast<Node &>(node()); }
    Map<K, V> handle() const { return Map<K, V>(Ref<Node>::share(&typedNode())); }
    /// Null: the key is to be deleted.
    void encode(const K &key, const V *entry)
    {
        std::string row = name();
        try {
            row += rowNameOf(key);
        } catch (...) {
            if (entry) { // otherwise there is no entry that could be deleted
                reportUnwritable(row);
            }
            return;
        }
        putEncoded(row, [&] { return entry ? m_reader.encode(*entry) : std::nullopt; });
    }
    std::optional<K> keyOf(const std::string &row) const
    {
        return keyOfRowName<K>(std::string_view(row).substr(name().size()));
    }
    const RowReader<V> m_reader;
    const ConflictPolicy<V> m_policy;
    const bool m_listens;
    Dictionary<K, bool> m_touched; ///< Not written yet, in the order in which they were set first.
    bool m_isWhole = false; ///< All of it may have changed.
};

} // namespace nanostores::detail
