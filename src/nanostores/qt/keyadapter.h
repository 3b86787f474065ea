// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/convert.h>
#include <nanostores/qt/detail/keyhub.h>

#include <QObject>
#include <QVariant>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace nanostores {

/// Keeps a watchKey() going; ends it when destroyed. Move-only.
class [[nodiscard]] KeyWatch
{
public:
    KeyWatch() = default;
    explicit KeyWatch(std::unique_ptr<detail::KeyLink> link) noexcept
        : m_link(std::move(link))
    {
    }
    void reset() noexcept { m_link.reset(); }
    explicit operator bool() const noexcept { return m_link != nullptr; }
    /// To be said by who reads the key's value outside of f, in a batch: if it then is set back, f is called all the
    /// same.
    void read() const noexcept
    {
        if (m_link) {
            m_link->read();
        }
    }

private:
    std::unique_ptr<detail::KeyLink> m_link;
};

/// Calls f() or f(const V *value) when the key's value has changed; null when the key has gone.
///
/// All watches of a map share one listener, and a change wakes those of its keys only: ten thousand rows that each
/// watch their own key cost one that changes nothing. For a few fixed keys listenKeys() does.
template<typename K, typename V, typename F>
[[nodiscard]] KeyWatch watchKey(const Map<K, V> &store, std::type_identity_t<K> key, F f)
{
    return KeyWatch(std::make_unique<detail::KeyLinkOf<K, V, F>>(store, std::move(key), std::move(f)));
}

/// One key of a Map as an object with properties, for rows and for generic code; the key may change.
///
/// The map is mounted while `value` is observed, which changes with its key only; see watchKey().
class NANOSTORES_QT_EXPORT KeyAdapter : public QObject, private detail::ObservedObject<KeyAdapter>
{
    Q_OBJECT
    Q_PROPERTY(QVariant key READ key WRITE setKey NOTIFY keyChanged FINAL)
    /// Invalid where there is no such key; setting it to an invalid value removes the key. A value that does not fit is
    /// warned of; as after one that a hook refuses, a change is signalled.
    Q_PROPERTY(QVariant value READ value WRITE setValue NOTIFY valueChanged FINAL)

public:
    template<typename K, typename V>
    KeyAdapter(Map<K, V> store, std::type_identity_t<K> key, QObject *parent = nullptr)
        : KeyAdapter(std::make_unique<AccessTo<K, V>>(std::move(store), std::move(key)), parent)
    {
    }
    ~KeyAdapter() override;

    QVariant key() const;
    void setKey(const QVariant &newKey);
    Q_SIGNAL void keyChanged();

    QVariant value() const;
    void setValue(const QVariant &newValue);
    Q_SIGNAL void valueChanged();
    /// The type of the map's values.
    QMetaType valueType() const;

protected:
    void connectNotify(const QMetaMethod &signal) override;
    void disconnectNotify(const QMetaMethod &signal) override;

private:
    struct NANOSTORES_QT_EXPORT Access
    {
        virtual ~Access();
        virtual QVariant key() const = 0;
        virtual bool setKey(const QVariant &newKey) = 0; ///< Whether it is another one.
        virtual QVariant read() const = 0;
        virtual QMetaType valueType() const = 0;
        virtual bool write(const QVariant &newValue) = 0; ///< Whether the store then holds it.
        virtual KeyWatch watch(KeyAdapter *adapter) = 0;
    };
    template<typename K, typename V>
    struct AccessTo;

    KeyAdapter(std::unique_ptr<Access> store, QObject *parent);
    friend class detail::ObservedObject<KeyAdapter>;
    void updateObservation();
    bool watch();
    void watchOrTryLater();

    std::unique_ptr<Access> m_store;
    KeyWatch m_watch;
};

template<typename K, typename V>
struct KeyAdapter::AccessTo final : Access
{
    AccessTo(Map<K, V> handle, K firstKey)
        : store(std::move(handle))
        , current(std::move(firstKey))
    {
    }
    QVariant key() const override { return convertTo<QVariant>(current); }
    bool setKey(const QVariant &newKey) override
    {
        std::optional<K> next = detail::valueOf<K>(newKey);
        if (!next) {
            detail::warnRefused(store.name(), newKey, QMetaType::fromType<K>());
        }
        if (!next || detail::sameKey(*next, current)) {
            return false;
        }
        current = std::move(*next);
        return true;
    }
    QVariant read() const override
    {
        const V *value = store().find(current); // tracked
        return value ? convertTo<QVariant>(*value) : QVariant();
    }
    QMetaType valueType() const override
    {
        detail::knownIfOpaque<V>();
        return QMetaType::fromType<V>();
    }
    bool write(const QVariant &newValue) override
    {
        const Map<K, V> held = store; // those who are notified may change the key, or delete the object
        const K written = current;
        const std::optional<V> value = newValue.isValid() ? detail::valueOf<V>(newValue) : std::nullopt;
        if (newValue.isValid() && !value) {
            detail::warnRefused(store.name(), newValue, QMetaType::fromType<V>());
            return false;
        }
        if (const V *present = store.peek().find(written);
            value && present && detail::isRoundedFrom(*value, *present)) {
            detail::warnRounded(store.name(), newValue);
            return false;
        }
        try {
            if (value) {
                held.setKey(written, *value);
            } else {
                held.removeKey(written);
            }
        } catch (...) {
            detail::reportError(std::current_exception());
        }
        const V *now = held.peek().find(written);
        return value ? now && held.node()->equalKey(written, *value, *now) : !now;
    }
    KeyWatch watch(KeyAdapter *adapter) override
    {
        return watchKey(store, current, detail::forView([adapter] { Q_EMIT adapter->valueChanged(); }));
    }

    Map<K, V> store;
    K current;
};

} // namespace nanostores
