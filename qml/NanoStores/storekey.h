// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/detail/source.h>
#include <NanoStores/export.h>

#include <QJSValue>
#include <QObject>
#include <QQmlParserStatus>
#include <QString>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// One key of a store, as a property to bind to: `StoreKey { id: dark; store: settings; key: "dark" }`.
///
/// The store is one declared in QML, or any object with properties that notify, such as a StoreObject; without a key it
/// is the store's value. Both may be bound: a change of either moves on to the other value. It observes its store only
/// while something is bound to `value`, and is not notified of other keys.
class NANOSTORES_QML_EXPORT StoreKey : public QObject, public QQmlParserStatus, private detail::ObservedObject<StoreKey>
{
    Q_OBJECT
    QML_NAMED_ELEMENT(StoreKey)
    Q_INTERFACES(QQmlParserStatus)
    Q_PROPERTY(QObject *store READ store WRITE setStore NOTIFY storeChanged FINAL)
    /// "" is a key as any other; set to undefined, or not at all, there is none.
    Q_PROPERTY(QString key READ key WRITE setKey RESET resetKey NOTIFY keyChanged FINAL)
    /// A part of that value, such as "notifications.push" or "list[1].name", by the rules of deepMap(); empty for all
    /// of it. Setting it to undefined removes the part.
    Q_PROPERTY(QString path READ path WRITE setPath NOTIFY pathChanged FINAL)
    /// Undefined where there is no such key. A write that a hook refuses or changes signals a change.
    Q_PROPERTY(QJSValue value READ value WRITE setValue NOTIFY valueChanged FINAL)
    Q_PROPERTY(bool readOnly READ isReadOnly NOTIFY readOnlyChanged FINAL)
    /// While false, it observes nothing and `value` stays as it was: `active: page.visible`. Then it catches up.
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY activeChanged FINAL)
    /// Observes an Atom or MapStore without mounting it: its hooks do not run for this one.
    Q_PROPERTY(bool noMount READ isNoMount WRITE setNoMount NOTIFY noMountChanged FINAL)

public:
    explicit StoreKey(QObject *parent = nullptr);
    ~StoreKey() override;

    QObject *store() const { return m_store; }
    void setStore(QObject *newStore);
    QString key() const { return m_key; }
    void setKey(const QString &newKey);
    void resetKey();
    QString path() const { return m_path; }
    void setPath(const QString &newPath);
    QJSValue value() const;
    void setValue(const QJSValue &newValue);
    bool isReadOnly() const;
    bool isActive() const { return m_active; }
    void setActive(bool newActive);
    bool isNoMount() const { return m_noMount; }
    void setNoMount(bool newNoMount);

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void storeChanged();
    void keyChanged();
    void pathChanged();
    void valueChanged();
    /// The value is another one, and this is what it was before.
    void changed(const QVariant &value, const QVariant &oldValue);
    void readOnlyChanged();
    void activeChanged();
    void noMountChanged();

protected:
    void connectNotify(const QMetaMethod &signal) override;
    void disconnectNotify(const QMetaMethod &signal) override;

private:
    void resolveSource();
    void resolveAndSignal(void (StoreKey::*notify)());
    QObject *resolveStore();
    void listen();
    void announce();
    bool isObserved() const;
    bool hasChangeHandler() const;
    friend class detail::ObservedObject<StoreKey>;
    void updateObservation();

    QPointer<QObject> m_store;
    QString m_key;
    QString m_path;
    detail::Source m_source;
    DeclarativeStore::Listening m_listening;
    QMetaObject::Connection m_destroyed;
    bool m_complete = false;
    bool m_isFirst = false; ///< The value that is announced next is the first one.
    bool m_readOnly = true;
    bool m_active = true;
    bool m_noMount = false;
    QJSValue m_last; ///< While changed() is handled: what the value was.
    QJSValue m_kept; ///< Inactive: the value.
};

} // namespace nanostores
