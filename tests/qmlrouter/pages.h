// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qmlrouter.h>

#include <QByteArray>
#include <QObject>
#include <QtQml/qqml.h>

/// A scene with `Part {`: an Item that counts itself in `root.alive`. (Qt 6.8 does not find an inline component of a
/// document that is made of data.)
inline QByteArray withParts(const char *scene)
{
    return QByteArray(scene).replace(
        "Part {", "Item { Component.onCompleted: ++root.alive; Component.onDestruction: --root.alive;");
}

/// What `Route` is on a page; null where it has none. (From Qt 6.8 on the template qmlAttachedPropertiesObject() finds
/// it in the library that registers the type alone.)
inline const nanostores::RouteObject *placeOf(QObject *page)
{
    using nanostores::DeclarativeRoute;
    const auto function = qmlAttachedPropertiesFunction(page, &DeclarativeRoute::staticMetaObject);
    return qobject_cast<nanostores::RouteObject *>(qmlAttachedPropertiesObject(page, function, false));
}
