// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/export.h>

#include <QJSValue>
#include <QObject>
#include <QString>
#include <QtQml/qqmlregistration.h>

#include <functional>
#include <utility>
#include <vector>

class QJSEngine;

namespace nanostores {

// Bases are qualified: Qt 6.4 finds them for the .qmltypes by no other name.

/// What onSetting and onNotifying are handed. Valid during the handler.
class NANOSTORES_QML_EXPORT StoreEvent : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(StoreEvent)
    QML_UNCREATABLE("A StoreEvent is what onSetting and onNotifying are handed.")
    /// The key of a MapStore that is set; empty when the whole value is.
    Q_PROPERTY(QString key READ key CONSTANT FINAL)
    Q_PROPERTY(bool aborted READ isAborted FINAL)
    /// An object, empty at first, that all handlers of this one event share: those of onSetting, or of onNotifying.
    /// Each engine has its own.
    Q_PROPERTY(QJSValue shared READ shared CONSTANT FINAL)

public:
    QString key() const { return m_key; }
    bool isAborted() const { return m_aborted; }
    QJSValue shared() const { return m_shared(); }
    /// Of onSetting: leaves the store as it is. Of onNotifying: no observer is notified.
    Q_INVOKABLE void abort();

protected:
    StoreEvent(QString key, std::function<QJSValue()> shared);

private:
    QString m_key;
    std::function<QJSValue()> m_shared;
    bool m_aborted = false;
};

/// A write to a store declared in QML that is about to happen: what onSetting is handed.
class NANOSTORES_QML_EXPORT StoreChange : public nanostores::StoreEvent
{
    Q_OBJECT
    QML_NAMED_ELEMENT(StoreChange)
    QML_UNCREATABLE("A StoreChange is what onSetting is handed.")
    /// The value to be; assign to it to have another one stored. Undefined when a key is removed.
    Q_PROPERTY(QJSValue newValue READ newValue WRITE setNewValue FINAL)

public:
    StoreChange(QJSValue newValue, QString key, std::function<QJSValue()> shared);

    QJSValue newValue() const { return m_newValue; }
    void setNewValue(const QJSValue &newValue);
    bool isReplaced() const { return m_replaced; }

private:
    QJSValue m_newValue;
    bool m_replaced = false;
};

/// A notification that is about to happen: what onNotifying is handed. The store has its new value already.
class NANOSTORES_QML_EXPORT StoreNotification : public nanostores::StoreEvent
{
    Q_OBJECT
    QML_NAMED_ELEMENT(StoreNotification)
    QML_UNCREATABLE("A StoreNotification is what onNotifying is handed.")
    /// Of a MapStore whose key was set, of that key.
    Q_PROPERTY(QJSValue newValue READ newValue CONSTANT FINAL)
    Q_PROPERTY(QJSValue oldValue READ oldValue CONSTANT FINAL)

public:
    StoreNotification(QJSValue newValue, QJSValue oldValue, QString key, std::function<QJSValue()> shared);

    QJSValue newValue() const { return m_newValue; }
    QJSValue oldValue() const { return m_oldValue; }

private:
    QJSValue m_newValue;
    QJSValue m_oldValue;
};

namespace detail {

/// What the handlers of one round of hooks share, one object for each engine.
class SharedObjects
{
public:
    QJSValue in(QJSEngine *engine);

private:
    std::vector<std::pair<QJSEngine *, QJSValue>> m_objects;
};

/// Of a HookEvent, for a StoreEvent of that engine.
template<typename Event>
std::function<QJSValue()> sharedOf(Event &event, QJSEngine *engine)
{
    return [&event, engine] { return event.template shared<SharedObjects>().in(engine); };
}

} // namespace detail
} // namespace nanostores
