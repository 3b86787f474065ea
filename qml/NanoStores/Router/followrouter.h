// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/routerobject.h>

#include <QObject>
#include <QPointer>

namespace nanostores::detail {

/// Pages may open other pages as soon as they are made: a view gives up after so many rounds.
inline constexpr int MostRounds = 100;

/// The setter of a `router` property: the object hears of the next router, by `update` and by what connectTo(next)
/// connects, and no longer of the former one. It emits routerChanged(), and is updated then, unless a slot has
/// deleted it.
template<typename Object, typename ConnectTo>
void followRouter(Object *object, QPointer<RouterObject> &router, RouterObject *next, void (Object::*update)(),
                  ConnectTo &&connectTo)
{
    if (router == next) {
        return;
    }
    if (router) {
        QObject::disconnect(router, nullptr, object, nullptr);
    }
    router = next;
    if (next) {
        QObject::connect(next, &RouterObject::routerChanged, object, update);
        QObject::connect(next, &QObject::destroyed, object, update);
        connectTo(next);
    }
    const QPointer<Object> alive(object);
    Q_EMIT object->routerChanged();
    if (alive) {
        (object->*update)();
    }
}

template<typename Object>
void followRouter(Object *object, QPointer<RouterObject> &router, RouterObject *next, void (Object::*update)())
{
    followRouter(object, router, next, update, [](RouterObject *) {});
}

} // namespace nanostores::detail
