// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/batch.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/store.h>
#include <nanostores/persistent/conflict.h>
#include <nanostores/persistent/detail/rowlistener.h>
#include <nanostores/persistent/persistentoptions.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace nanostores::detail {

template<typename T>
WriteStyle styleOf(const PersistentOptions<T> &options)
{
    return {options.schema.number(),
            options.durability,
            options.onConflict.compares(),
            options.onConflict.function() != nullptr,
            options.secret,
            options.listen};
}
template<typename T>
Pacing pacingOf(const PersistentOptions<T> &options)
{
    return {options.pace.delay, options.pace.waitsForPause};
}

/// Reads values of a type, those of former schemas as well.
template<typename T>
class RowReader
{
public:
    RowReader(ValueCodec<T> codec, Schema schema)
        : m_codec(std::move(codec))
        , m_schema(std::move(schema))
    {
    }
    const ValueCodec<T> &codec() const noexcept { return m_codec; }
    std::optional<std::string> encode(const T &value) const { return m_codec.encode(value); }
    /// None: it cannot be read. What a codec throws is reported.
    std::optional<T> decode(const std::string &raw, std::uint32_t schema) const
    {
        try {
            if (schema >= m_schema.number()) {
                return m_codec.decode(raw); // a newer one as well, if it can be read
            }
            const auto migrated = m_schema.migrated(raw, schema);
            return migrated ? m_codec.decode(*migrated) : std::nullopt;
        } catch (...) {
            reportError(std::current_exception());
            return std::nullopt;
        }
    }
    std::optional<T> decode(const RawForm &form) const
    {
        return form.value ? decode(*form.value, form.schema) : std::nullopt;
    }
    T decodeOr(const RawForm &form, const T &instead) const
    {
        auto value = decode(form);
        return value ? std::move(*value) : instead;
    }

private:
    ValueCodec<T> m_codec;
    Schema m_schema;
};

/// A store whose value is one entry.
template<typename S>
class ValueBinding final : public Binding, public ConflictShower<typename S::value_type>
{
    using T = typename S::value_type;
    using N = typename S::node_type;
    static_assert(isCopyable<T>(), "a persistent store keeps a copy of its initial value, and values of this type "
                                   "cannot be copied");

public:
    ValueBinding(const StorageEngine &engine, N &node, std::string key, PersistentOptions<T> options)
        : Binding(engine, node, std::move(key), false, styleOf(options), pacingOf(options))
        , m_initial(node.current())
        , m_reader(std::move(options.codec), std::move(options.schema))
        , m_policy(std::move(options.onConflict))
        , m_listens(options.listen)
    {
    }

    void encode() override
    {
        putEncoded(name(), [this] { return m_reader.encode(typedNode().current()); });
    }
    void rowsLoaded(std::span<const RowChange> rows) override
    {
        if (!rows.empty()) {
            take(rows.front());
        }
    }
    void rowsChanged(std::span<const RowChange> changes, bool isFirst) override
    {
        if ((m_listens || isFirst) && !isDirty()) {
            take(changes.back());
        }
    }
    std::optional<std::optional<std::string>> merged(const std::string &, const RawForm &base, const RawForm &mine,
                                                     const RawForm &theirs) override
    {
        if (!m_policy.function()) {
            return std::nullopt;
        }
        T value = m_policy.function()(m_reader.decodeOr(base, m_initial), m_reader.decodeOr(mine, m_initial),
                                      m_reader.decodeOr(theirs, m_initial));
        auto raw = m_reader.encode(value);
        set(std::move(value));
        return raw;
    }
    void conflictChanged(const std::string &key, const RawForm &base, const RawForm &mine, const RawForm &theirs,
                         std::uint64_t writer) override
    {
        this->show(std::dynamic_pointer_cast<ConflictShower<T>>(shared_from_this()), key,
                   m_reader.decodeOr(base, m_initial), m_reader.decodeOr(mine, m_initial),
                   m_reader.decodeOr(theirs, m_initial), writer);
    }
    void conflictEnded(const std::string &key) override { this->hide(key); }
    void end(const std::string &key, bool keepsMine, const T *value) override
    {
        const auto held = hold();
        batch([&] { // what observers throw is thrown when the conflict is over
            if (value) {
                handle().set(*value);
            }
            resolve(key, keepsMine);
        });
    }

    const ValueCodec<T> &codec() const noexcept { return m_reader.codec(); }

    Task<bool> compareAndSet(const T &expected, const T &value)
    {
        settle();
        if (!equalValues(node(), typedNode().current(), expected) || (!m_listens && !isStored(expected))) {
            const TaskSource<bool> source;
            source.resolve(false);
            return source.task();
        }
        return compareAndPut(name(), m_reader.encode(value));
    }

private:
    N &typedNode() const { return static_cast<N &>(node()); }
    S handle() const { return S(Ref<N>::share(&typedNode())); }
    /// The store itself may have a value that was there before.
    bool isStored(const T &value) const
    {
        const RawForm form = presentForm(name());
        const auto stored = form.value ? m_reader.decode(form) : std::optional(m_initial);
        return (stored && equalValues(node(), *stored, value)) || (!form.value && !m_reader.encode(value));
    }
    void set(T value)
    {
        const Taking taking(*this);
        handle().set(std::move(value));
    }
    void take(const RowChange &change)
    {
        if (!change.value) {
            setUnreadable(name(), false);
            set(m_initial);
            return;
        }
        auto value = m_reader.decode(*change.value, change.schema);
        setUnreadable(name(), !value);
        if (value) {
            set(std::move(*value));
        }
    }

    const T m_initial;
    const RowReader<T> m_reader;
    const ConflictPolicy<T> m_policy;
    const bool m_listens;
};

} // namespace nanostores::detail
