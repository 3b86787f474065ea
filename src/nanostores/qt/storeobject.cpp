// SPDX-License-Identifier: MIT
#include <nanostores/qt/storeobject.h>

#include <QPointer>

#include <utility>
#include <vector>

namespace nanostores {

StoreObject::StoreObject(QObject *parent)
    : QObject(parent)
{
}

StoreObject::~StoreObject()
{
    m_properties = 0; // the ties are gone already
}

std::string detail::propertyName(const QObject *object, const char *name)
{
    return std::string(object->metaObject()->className()) + "::" + name;
}

StoreObject::Notification StoreObject::notification() const
{
    return (m_properties & QueuedBit) != 0 ? Queued : Direct;
}

void StoreObject::setNotification(Notification newNotification)
{
    m_properties = (m_properties & ~QueuedBit) | (newNotification == Queued ? QueuedBit : 0);
}

void StoreObject::notifyLater(detail::ObserverLink &tie)
{
    tie.mark();
    detail::callLater(this, notifyMarked);
}

void StoreObject::notifyMarked(QObject *object)
{
    auto *self = static_cast<StoreObject *>(object);
    const QPointer<QObject> guard(object); // a slot may delete it
    for (const auto *property = self->properties(); property && guard; property = property->previous) {
        if (self->tie(*property).takeMark()) {
            property->notify(self);
        }
    }
}

void StoreObject::connectNotify(const QMetaMethod &signal)
{
    const detail::ObservedProperty *property = find(signal.methodIndex());
    if (!property) {
        return;
    }
    if (detail::ObserverLink &mine = tie(*property); mayListenNow() && !mine) {
        const QPointer<QObject> guard(this); // hooks of the store may do anything
        detail::ObserverLink made = property->listen(this);
        if (guard && !mine) {
            mine = std::move(made);
        }
    }
}

void StoreObject::disconnectNotify(const QMetaMethod &signal)
{
    // Not valid: everything, or all of one receiver, was disconnected.
    if (!signal.isValid() || find(signal.methodIndex())) {
        updateObservationLater();
    }
}

detail::ObserverLink &StoreObject::tie(const detail::ObservedProperty &property)
{
    return *reinterpret_cast<detail::ObserverLink *>(reinterpret_cast<char *>(this) + property.tie);
}

const detail::ObservedProperty *StoreObject::find(int signal) const
{
    const detail::ObservedProperty *property = properties();
    while (property && property->signal != signal) {
        property = property->previous;
    }
    return property;
}

void StoreObject::updateObservation()
{
    const QPointer<QObject> guard(this); // those who are notified may delete it
    std::vector<detail::ObserverLink> dropped; // last, as hooks of the stores may do anything then
    for (const auto *property = properties(); property && guard; property = property->previous) {
        detail::ObserverLink &mine = tie(*property);
        const bool observed = receivers(property->signature) > 0;
        if (mine && !observed) {
            dropped.push_back(std::move(mine));
        } else if (!mine && observed) { // connected from another thread, which may have missed a change meanwhile
            detail::ObserverLink made = property->listen(this);
            if (guard) {
                mine = std::move(made);
                property->notify(this);
            }
        }
    }
}

} // namespace nanostores
