// SPDX-License-Identifier: MIT
#include <NanoStores/Router/routeindex.h>

#include <NanoStores/Router/followrouter.h>
#include <nanostores/qt/detail/values.h>

#include <QQmlInfo>
#include <QStringList>

namespace nanostores {

namespace {

QStringList namesIn(const QVariant &routes)
{
    const QVariant plain = detail::shown(routes);
    return plain.metaType() == QMetaType::fromType<QString>() ? QStringList{plain.toString()} : plain.toStringList();
}

} // namespace

RouteIndex::RouteIndex(QObject *parent)
    : QObject(parent)
{
}

void RouteIndex::setRouter(RouterObject *newRouter)
{
    detail::followRouter(this, m_router, newRouter, &RouteIndex::update, [this](RouterObject *router) {
        connect(router, &RouterObject::pageChanged, this, &RouteIndex::update);
    });
}

void RouteIndex::setRoutes(const QVariantList &newRoutes)
{
    if (m_routes != newRoutes) {
        m_routes = newRoutes;
        const QPointer<RouteIndex> alive(this);
        Q_EMIT routesChanged();
        if (alive) {
            update();
        }
    }
}

void RouteIndex::setRedirecting(bool newRedirects)
{
    if (m_redirects != newRedirects) {
        m_redirects = newRedirects;
        Q_EMIT redirectsChanged();
    }
}

void RouteIndex::update()
{
    int value = -1;
    for (qsizetype i = 0; m_router && value < 0 && i < m_routes.size(); ++i) {
        for (const QString &name : namesIn(m_routes.at(i))) {
            if (m_router->isAt(name)) {
                value = static_cast<int>(i);
                break;
            }
        }
    }
    if (m_value != value) {
        m_value = value;
        Q_EMIT valueChanged();
    }
}

/// What is refused is signalled as a change, so that the control that wrote it falls back.
void RouteIndex::setValue(int newValue)
{
    if (newValue == m_value) {
        return;
    }
    const QPointer<RouteIndex> alive(this);
    const QStringList names =
        newValue >= 0 && newValue < m_routes.size() ? namesIn(m_routes.at(newValue)) : QStringList();
    if (names.isEmpty()) {
        qmlWarning(this) << "there is no route with the index " << newValue << "; routes has " << m_routes.size();
    } else if (m_router) {
        if (m_redirects) {
            m_router->redirect(names.first());
        } else {
            m_router->open(names.first());
        }
    }
    if (alive && m_value != newValue) {
        Q_EMIT valueChanged();
    }
}

} // namespace nanostores
