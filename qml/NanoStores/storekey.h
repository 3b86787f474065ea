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
    /// Undefined where there is no such key. A write that a hook refuses or changes signals a change.
    Q_PROPERTY(QJSValue value READ value WRITE setValue NOTIFY valueChanged FINAL)
    Q_PROPERTY(bool readOnly READ isReadOnly NOTIFY readOnlyChanged FINAL)
    /// While false, it observes nothing and `value` stays as it was: `active: page.visible`. Then it catches up.
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY activeChanged FINAL)

public:
    explicit StoreKey(QObject *parent = nullptr);
    ~StoreKey() override;

    QObject *store() const { return m_store; }
    void setStore(QObject *newStore);
    QString key() const { return m_key; }
    void setKey(const QString &newKey);
    void resetKey();
    QJSValue value() const;
    void setValue(const QJSValue &newValue);
    bool isReadOnly() const;
    bool isActive() const { return m_active; }
    void setActive(bool newActive);

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void storeChanged();
    void keyChanged();
    void valueChanged();
    void readOnlyChanged();
    void activeChanged();

protected:
    void connectNotify(const QMetaMethod &signal) override;
    void disconnectNotify(const QMetaMethod &signal) override;

private:
    void resolveSource();
    void listen();
    friend class detail::ObservedObject<StoreKey>;
    void updateObservation();

    QPointer<QObject> m_store;
    QString m_key;
    detail::Source m_source;
    DeclarativeStore::Listening m_listening;
    QMetaObject::Connection m_destroyed;
    bool m_complete = false;
    bool m_readOnly = true;
    bool m_active = true;
    QJSValue m_kept; ///< Inactive: the value.
};

} // namespace nanostores
