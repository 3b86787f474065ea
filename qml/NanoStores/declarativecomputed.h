// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/declarativederived.h>
#include <NanoStores/detail/source.h>

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
class NANOSTORES_QML_EXPORT DeclarativeComputed : public nanostores::DeclarativeDerived
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Computed)
    Q_PROPERTY(QQmlListProperty<QObject> stores READ stores FINAL)
    Q_PROPERTY(QJSValue compute READ compute WRITE setCompute NOTIFY computeChanged FINAL)

public:
    explicit DeclarativeComputed(QObject *parent = nullptr);
    ~DeclarativeComputed() override;

    QQmlListProperty<QObject> stores() { return m_stores.property(this); }
    QJSValue compute() const { return m_compute; }
    void setCompute(const QJSValue &newCompute);

Q_SIGNALS:
    void computeChanged();

protected:
    DeclarativeComputed(QObject *parent, bool isBatched);

    void componentComplete() override;
    std::optional<JsValue> evaluate() override;
    bool followsProperties() const override { return m_stores.isEmpty(); }

private:
    detail::StoreList m_stores;
    QJSValue m_compute;
};

/// As Computed, but runs once for all changes of one turn of the event loop, and notifies then. Who reads it meanwhile
/// does not wait for that. From nanostores' batched().
class NANOSTORES_QML_EXPORT DeclarativeBatched : public nanostores::DeclarativeComputed
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Batched)

public:
    explicit DeclarativeBatched(QObject *parent = nullptr)
        : DeclarativeComputed(parent, true)
    {
    }
};

} // namespace nanostores
