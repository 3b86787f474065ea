// SPDX-License-Identifier: MIT
#include <NanoStores/declarativecomputed.h>

#include <nanostores/core/batch.h>

#include <QPointer>
#include <QQmlInfo>

namespace nanostores {

DeclarativeComputed::DeclarativeComputed(QObject *parent)
    : DeclarativeComputed(parent, false)
{
}

DeclarativeComputed::DeclarativeComputed(QObject *parent, bool isBatched)
    : DeclarativeDerived(parent, isBatched)
    , m_stores([this] { redefine(); })
{
}

DeclarativeComputed::~DeclarativeComputed() = default;

/// What it is made of is found now: it says in which scope this is, if it is a scoped one.
void DeclarativeComputed::componentComplete()
{
    const QPointer<DeclarativeComputed> alive(this);
    m_stores.resolve(this);
    if (alive) {
        DeclarativeDerived::componentComplete();
    }
}

/// None: the function has failed, or the object has ended in what runs here.
std::optional<JsValue> DeclarativeComputed::evaluate()
{
    const QPointer<DeclarativeComputed> alive(this);
    if (!caller() || !m_compute.isCallable()) {
        return JsValue();
    }
    bool ok = false;
    QJSValue result;
    const QJSValue compute = m_compute;
    if (followsProperties()) {
        result = caller()->callTracked(compute, &ok);
    } else {
        const QJSValueList values = m_stores.read(this);
        if (alive) {
            result = untracked([&] { return caller()->call(compute, values, &ok); });
        }
    }
    if (!alive || !ok) {
        return std::nullopt;
    }
    return toNative(result);
}

void DeclarativeComputed::setCompute(const QJSValue &newCompute)
{
    m_compute = newCompute;
    if (!newCompute.isCallable() && !newCompute.isUndefined() && !newCompute.isNull()) {
        qmlWarning(this) << "compute must be a function, not " << detail::described(newCompute)
                         << ". Write `compute: () => ...`.";
    }
    const QPointer<DeclarativeComputed> alive(this); // what runs may delete it
    redefine();
    if (alive) {
        Q_EMIT computeChanged();
    }
}

} // namespace nanostores
