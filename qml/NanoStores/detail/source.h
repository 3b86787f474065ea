// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/declarativestore.h>

#include <nanostores/core/graph/effectnode.h>
#include <nanostores/qt/keyadapter.h>

#include <QJSValue>
#include <QList>
#include <QMetaProperty>
#include <QObject>
#include <QPointer>
#include <QQmlListProperty>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>

namespace nanostores::detail {

/// Refused: a hook kept the value out or changed it. Unreadable: it is no value of the type, see Source::refusal().
enum class SourceWrite { Accepted, Refused, Unreadable };

/// What `store` and `key` name together: a store declared in QML or one key of it, one key of a StoreAdapter's Map, or
/// a property of any other object, `value` if no key is given.
class NANOSTORES_QML_EXPORT Source
{
public:
    Source() = default;
    /// A null key is none; "" is one, see keyOf(). The path, as `setPath()` takes it, leads on from there.
    Source(QObject *store, const QString &key, const QString &path, QJSEngine *engine);
    /// A key as QML hands it over, where "" is a null QString.
    static QString keyOf(const QString &key) { return key.isNull() ? QString(QLatin1String("")) : key; }

    /// Empty if the source can be used; otherwise the message for the programmer.
    QString problem() const;
    bool isValid() const { return m_store && (m_declared || m_property.isValid()); }
    QObject *store() const { return m_store; }
    bool isWritable() const;
    QJSValue read() const;
    SourceWrite write(const QJSValue &newValue) const;
    /// Why a value is Unreadable, and what would be taken.
    QString refusal(const QJSValue &newValue) const;
    DeclarativeStore::Listening listen(std::function<void()> changed) const;
    /// The same without mounting the store; see canObserveOnly().
    DeclarativeStore::Listening observe(std::function<void()> changed) const;
    /// Whether the store can be observed without being mounted: an Atom or MapStore.
    bool canObserveOnly() const;

private:
    bool hasPath() const { return m_path.size() > m_pathFrom; }
    QJSValue readWhole() const;
    SourceWrite writeWhole(const QJSValue &newValue) const;
    SourceWrite writePath(const QJSValue &newValue) const;
    std::function<void()> atPath(std::function<void()> changed) const;

    QObject *object() const { return m_atKey ? m_atKey.get() : m_store.data(); }
    QMetaType type() const;
    std::optional<QVariant> asked(const QJSValue &newValue) const;
    bool holds(const QVariant &asked, const QJSValue &newValue) const;

    QPointer<QObject> m_store;
    DeclarativeStore *m_declared = nullptr; ///< The same.
    bool m_isMap = false; ///< The store is the StoreAdapter of a Map, and this one of its keys.
    std::shared_ptr<KeyAdapter> m_atKey;
    QMetaProperty m_property; ///< Otherwise, of the object().
    QString m_key;
    QStringList m_path; ///< With the key, if there is one, as its first step.
    QString m_pathText; ///< As it was given.
    qsizetype m_pathFrom = 0; ///< 1: what is there is the key's.
    QPointer<QJSEngine> m_engine;
};

/// What is made meanwhile belongs to no effect that happens to run.
class Unowned
{
public:
    Unowned() noexcept
        : m_owner(exchangeOwner(nullptr))
    {
    }
    Unowned(const Unowned &) = delete;
    Unowned &operator=(const Unowned &) = delete;
    ~Unowned() { exchangeOwner(m_owner); }

private:
    Sink *m_owner;
};

/// Calls a function when a property's notify signal comes.
class PropertyListener : public QObject
{
    Q_OBJECT

public:
    PropertyListener(QObject *object, const QMetaProperty &property, std::function<void()> changed);

    Q_SLOT void call() const;
    void end();

private:
    std::function<void()> m_changed;
    QMetaObject::Connection m_connection;
    bool m_over = false;
};

/// The list `stores` of a Computed or StoreEffect.
class NANOSTORES_QML_EXPORT StoreList
{
public:
    explicit StoreList(std::function<void()> changed);

    QQmlListProperty<QObject> property(QObject *owner);
    bool isEmpty() const { return m_stores.isEmpty(); }
    /// Finds those of the owner's scope.
    void resolve(const QObject *owner);
    /// Their values, tracked.
    QJSValueList read(const QObject *owner);

private:
    struct Listed
    {
        QPointer<QObject> given;
        QPointer<QObject> store; ///< That of the scope.
    };
    static StoreList *of(QQmlListProperty<QObject> *property);

    QList<Listed> m_stores;
    std::function<void()> m_changed;
};

} // namespace nanostores::detail
