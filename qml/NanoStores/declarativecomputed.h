// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/declarativestore.h>
#include <NanoStores/detail/source.h>
#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>

#include <QQmlListProperty>

namespace nanostores {

/// A store whose value a JavaScript function derives from other stores:
///
///     Computed { stores: [price, count]; compute: (price, count) => price * count }
///     Computed { compute: () => price.value * count.value }
///
/// With `stores` the function gets their values; without, it follows what it reads, as a binding does: stores, and QML
/// properties that have a change signal. It runs when it is read or observed and one of them has changed. A property is
/// not watched for a store that is not observed, so the function runs at each read of such a store. If it throws, a
/// warning says where, and the last value stays.
class NANOSTORES_QML_EXPORT DeclarativeComputed : public nanostores::DeclarativeStore
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Computed)
    Q_PROPERTY(QJSValue value READ value NOTIFY valueChanged FINAL)
    Q_PROPERTY(QQmlListProperty<QObject> stores READ stores FINAL)
    Q_PROPERTY(QJSValue compute READ compute WRITE setCompute NOTIFY computeChanged FINAL)

public:
    explicit DeclarativeComputed(QObject *parent = nullptr);
    ~DeclarativeComputed() override;

    QJSValue value() const;
    Q_INVOKABLE QJSValue get() const;
    QQmlListProperty<QObject> stores() { return m_stores.property(this); }
    QJSValue compute() const { return m_compute; }
    void setCompute(const QJSValue &newCompute);

    void componentComplete() override;
    QJSValue read(const QString &key) const override;
    bool isWritable() const override;
    bool write(const QString &key, const QJSValue &newValue) override;
    Listening listenTo(const QString &key, std::function<void()> changed) override;

    const Computed<JsValue> &store() const { return m_store; }

Q_SIGNALS:
    void valueChanged();
    void computeChanged();

protected:
    void nameNodes(const detail::Namer::Found &found) const override;
    const detail::Node *storeNode() const override { return m_store.node().get(); }
    void adopt(const QString &name) override;
    void hook() override;
    void applyUnmountDelay(std::chrono::milliseconds delay) override;
    void mountChanges(bool isMounted) override;

private:
    template<typename F>
    QJSValue valueBy(F read) const;
    std::optional<JsValue> evaluate();
    void redefine();
    bool isTracked() const { return m_stores.isEmpty(); }
    void setFollowing(bool newFollowing);
    detail::ObserverLink listenToValue();
    void notifyValue() { notifyObservers<&DeclarativeComputed::valueChanged>(this, m_valueTie); }

    detail::StoreList m_stores;
    QJSValue m_compute;
    std::unique_ptr<detail::JsCaller> m_caller;
    JsValue m_last;
    Atom<int> m_definition; ///< Changes when the function, the list or a property that it has read does.
    Computed<JsValue> m_store;
    detail::ObserverLink m_valueTie;
    mutable quint64 m_lastRead = 0; ///< That ran the function of a store that is not observed.
};

} // namespace nanostores
