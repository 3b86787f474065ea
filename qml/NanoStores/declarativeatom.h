// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/declarativestore.h>
#include <nanostores/core/atom.h>

namespace nanostores {

/// A store of one JavaScript value, declared in QML as `Atom { value: 0 }`.
///
/// What is assigned is what is read: objects keep their identity. An equal value (the same object, an equal number or
/// string) is no change. Bindings on `value` mount the store and, in a Computed or StoreEffect, reading it tracks it.
class NANOSTORES_QML_EXPORT DeclarativeAtom : public nanostores::DeclarativeStore
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Atom)
    /// A write that onSetting aborts or changes signals a change, so that the control that wrote falls back.
    Q_PROPERTY(QJSValue value READ value WRITE setValue NOTIFY valueChanged FINAL)

public:
    explicit DeclarativeAtom(QObject *parent = nullptr);
    ~DeclarativeAtom() override;

    QJSValue value() const;
    void setValue(const QJSValue &newValue);
    /// The value, read without tracking; mounts the store for a moment if it is not observed.
    Q_INVOKABLE QJSValue get() const;
    Q_INVOKABLE void set(const QJSValue &newValue) { setValue(newValue); }

    QJSValue read(const QString &key) const override;
    bool isWritable() const override;
    bool write(const QString &key, const QJSValue &newValue) override;
    Listening listenTo(const QString &key, std::function<void()> changed) override;

    const Atom<JsValue> &store() const { return m_store; }

Q_SIGNALS:
    void valueChanged();
    void setting(nanostores::StoreChange *change);
    void notifying(nanostores::StoreNotification *change);

protected:
    const detail::Node *storeNode() const override { return m_store.node().get(); }
    void adopt(const QString &name) override;
    void hook() override;
    void applyUnmountDelay(std::chrono::milliseconds delay) override;
    void applyEqual(bool isCustom) override;
    detail::ObserverLink listenToChanges() override;
    void sendChange() override;

private:
    detail::ObserverLink listenToValue();
    void notifyValue() { notifyObservers<&DeclarativeAtom::valueChanged>(this, m_valueTie); }

    Atom<JsValue> m_store;
    detail::NotedChange<JsValue> m_change;
    detail::ObserverLink m_valueTie;
};

} // namespace nanostores
