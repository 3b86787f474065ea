// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/map.h>
#include <nanostores/qt/keyadapter.h>
#include <nanostores/qt/storeobject.h>

#include <QMetaType>
#include <QString>
#include <QVariant>

#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace nanostores {

// Bases are qualified: Qt 6.4 finds them for the .qmltypes by no other name.

/// One object for any store: for context properties, setInitialProperties() and generic code.
///
///     engine.rootContext()->setContextProperty("count", new StoreAdapter(count, &engine));
///     // QML: Label { text: count.value }
///
/// The store is mounted while `value` is observed. Typed properties of a StoreObject are checked and compiled
/// ahead of time; prefer them where the stores are known.
class NANOSTORES_QT_EXPORT StoreAdapter : public nanostores::StoreObject
{
    Q_OBJECT
    /// The store's value (see Convert); undefined for an empty std::optional, and setting it to undefined or null
    /// empties one. A value that does not fit is warned of; as after one that a hook refuses, a change is signalled, so
    /// that the control that wrote it shows the store's value again.
    Q_PROPERTY(QVariant value READ value WRITE setValue NOTIFY valueChanged FINAL)
    /// True of computed stores.
    Q_PROPERTY(bool readOnly READ isReadOnly CONSTANT FINAL)
    /// The store's name, or an empty one.
    Q_PROPERTY(QString name READ name CONSTANT FINAL)

public:
    template<AnyStore S>
    explicit StoreAdapter(S store, QObject *parent = nullptr)
        : StoreAdapter(std::make_unique<AccessTo<S>>(std::move(store)), parent)
    {
    }
    template<detail::AccessorOnly S>
    explicit StoreAdapter(const S &, QObject *parent = nullptr)
        : StoreAdapter(nullptr, parent)
    {
        static_assert(AnyStore<S>, "what morph(), external() and stored() make is no store: hand over its toStore()");
    }
    ~StoreAdapter() override;

    QVariant value() const;
    void setValue(const QVariant &newValue);
    Q_SIGNAL void valueChanged();

    bool isReadOnly() const;
    QString name() const;

    /// The type of the store's values.
    QMetaType valueType() const;
    /// Whether it is a Map, whose keys can be watched one by one.
    bool hasKeys() const;
    /// For the library: which store it is.
    detail::Ref<detail::Node> node() const { return m_store->node(); }
    /// Whether it is a store of a document, which is changed by paths.
    bool hasPaths() const;
    /// Sets what the path leads to, as VariantDeepMap::setKey() does; of such a store only.
    void setPath(const QString &path, const QVariant &newValue) const;
    /// One key of the Map; null where the key is none of its type, or the store is no Map.
    std::unique_ptr<KeyAdapter> atKey(const QVariant &key) const;

private:
    struct NANOSTORES_QT_EXPORT Access
    {
        virtual ~Access();
        const StoreAdapter *adapter = nullptr; ///< Whose it is.
        virtual QVariant read() const = 0;
        virtual bool write(const QVariant &newValue) = 0; ///< Whether the store then holds it.
        virtual detail::ObserverLink listen(StoreAdapter *observed) = 0;
        virtual QString name() const = 0;
        virtual QMetaType valueType() const = 0;
        virtual bool isReadOnly() const = 0;
        virtual bool hasKeys() const = 0;
        virtual bool setPath(const QString &path,
                             const QVariant *newValue) const = 0; ///< False: it has none. Null: asks.
        virtual std::unique_ptr<KeyAdapter> atKey(const QVariant &key) const = 0;
        virtual detail::Ref<detail::Node> node() const = 0;
    };
    template<typename S>
    struct AccessTo;

    StoreAdapter(std::unique_ptr<Access> store, QObject *parent);
    void warnUnreadable(QMetaType type, const QVariant &value) const;
    std::string shownAs() const; ///< What messages call the store, if it has no name.
    detail::ObserverLink listenToValue() { return m_store->listen(this); }
    void notifyValue() { notifyObservers<&StoreAdapter::valueChanged>(this, m_valueTie); }

    std::unique_ptr<Access> m_store;
    detail::ObserverLink m_valueTie;
};

template<typename S>
struct StoreAdapter::AccessTo final : Access
{
    explicit AccessTo(S handle)
        : store(std::move(handle))
    {
    }
    QVariant read() const override { return detail::readStore<QVariant>(store); }
    bool write(const QVariant &newValue) override
    {
        if constexpr (WritableStore<S>) {
            using T = typename S::value_type;
            if (const std::optional<T> value = detail::valueOf<T>(newValue)) {
                return detail::writeStore<T>(store, *value);
            }
            adapter->warnUnreadable(QMetaType::fromType<T>(), newValue);
        }
        return false;
    }
    detail::ObserverLink listen(StoreAdapter *observed) override
    {
        struct Listener
        {
            StoreAdapter *self;
            void operator()() const { self->notifyValue(); }
            std::string shownAs() const { return self->shownAs(); }
        };
        return detail::ObserverLink::to(store, Listener{observed});
    }
    QString name() const override { return convertTo<QString>(store.name()); }
    detail::Ref<detail::Node> node() const override { return detail::Ref<detail::Node>::share(store.node().get()); }
    QMetaType valueType() const override
    {
        detail::knownIfOpaque<typename S::value_type>();
        return QMetaType::fromType<typename S::value_type>();
    }
    bool isReadOnly() const override { return !WritableStore<S>; }
    bool hasKeys() const override { return detail::isMap<S>; }
    bool setPath(const QString &path, const QVariant *newValue) const override
    {
        if constexpr (WritableStore<S> && requires { typename S::changed_key::IsVariantPath; }) {
            try {
                if (newValue) {
                    store.setKey(path, *newValue);
                }
            } catch (...) {
                detail::reportError(std::current_exception());
            }
            return true;
        }
        return false;
    }
    std::unique_ptr<KeyAdapter> atKey(const QVariant &key) const override
    {
        if constexpr (detail::isMap<S>) {
            if (const auto known = detail::valueOf<typename S::key_type>(key)) {
                return std::make_unique<KeyAdapter>(store, *known);
            }
        }
        return nullptr;
    }

    S store;
};

} // namespace nanostores

/// NANOSTORES_STORE(name, store): a constant property with the store as an object, made when it is first read, for
/// StoreKey and Bind: `StoreKey { store: Library.ratings; key: row.isbn }`. Of a Map they watch one key each.
#if defined(Q_MOC_RUN)
#define NANOSTORES_STORE(name, store) Q_PROPERTY(QObject *name READ name CONSTANT FINAL)
#else
#define NANOSTORES_STORE(name, store) \
    NANOSTORES_PRIVATE_CHECK_NAME(name, #store) \
public: \
    QObject *name() const \
    { \
        nanostores::detail::requireObjectMacro<std::remove_cvref_t<decltype(*this)>>(); \
        if (!m_##name##Adapter) { \
            m_##name##Adapter = new nanostores::StoreAdapter(store, nanostores::detail::modelParent(this)); \
            m_##name##Adapter->setObjectName(QLatin1String(#name)); \
        } \
        return m_##name##Adapter; \
    } \
\
private: \
    mutable nanostores::StoreAdapter *m_##name##Adapter = nullptr;
#endif
