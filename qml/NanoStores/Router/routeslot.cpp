// SPDX-License-Identifier: MIT
#include <NanoStores/Router/routeslot.h>

#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlInfo>
#include <QQmlProperty>

#include <memory>
#include <utility>

namespace nanostores {

RouteSlot::RouteSlot(RouterObject *router, DeclarativeRoute *route, const HistoryEntry &entry)
    : m_router(router)
    , m_route(route)
    , m_entry(entry)
{
    setFlag(ItemIsFocusScope);
    QJSEngine::setObjectOwnership(this, QJSEngine::CppOwnership);
}

RouteSlot::~RouteSlot()
{
    disconnect(m_loading);
}

RouteObject *RouteSlot::attached(bool create) const
{
    return m_page ? qobject_cast<RouteObject *>(qmlAttachedPropertiesObject<DeclarativeRoute>(m_page, create))
                  : nullptr;
}

bool RouteSlot::canShow(const HistoryEntry &entry, const DeclarativeRoute *route) const
{
    if (m_route != route || m_entry.page.route() != entry.page.route()) {
        return false;
    }
    return entry.page.path() == m_entry.page.path() || (route && route->isReused());
}

void RouteSlot::setEntry(const HistoryEntry &entry)
{
    const HistoryEntry before = std::exchange(m_entry, entry);
    const QPointer<RouteSlot> alive(this); // pages may delete it
    if (RouteObject *const own = attached(false)) {
        own->setEntry(entry);
    }
    if (alive && m_page && before.page.path() != entry.page.path()) {
        const QVariantMap properties = propertiesOf(m_page);
        for (auto property = properties.begin(); alive && m_page && property != properties.end(); ++property) {
            QQmlProperty::write(m_page, property.key(), *property, qmlContext(m_page));
        }
    }
    if (alive && before.page != entry.page) {
        Q_EMIT entryChanged();
    }
}

void RouteSlot::setActive(bool newActive)
{
    m_isActive = newActive;
    if (RouteObject *const own = attached(false)) {
        own->setActive(newActive);
    }
}

/// Those of the parameters that the page has properties for.
QVariantMap RouteSlot::propertiesOf(const QObject *page) const
{
    const auto router = m_router ? m_router->router() : std::nullopt;
    QVariantMap properties = router ? router->core()->valuesOf(m_entry.page) : m_entry.page.paramValues();
    for (auto property = properties.begin(); property != properties.end();) {
        if (page->metaObject()->indexOfProperty(property.key().toUtf8().constData()) < 0) {
            property = properties.erase(property);
        } else {
            ++property;
        }
    }
    return properties;
}

void RouteSlot::load()
{
    if (m_page || m_hasFailed || !m_route || m_loading) {
        return;
    }
    QQmlComponent *const component = m_route->load(QQmlComponent::PreferSynchronous);
    if (!component) {
        m_hasFailed = true;
        return;
    }
    if (!component->isLoading()) {
        create(component);
        return;
    }
    m_loading = connect(component, &QQmlComponent::statusChanged, this, [this, component] {
        if (!component->isLoading()) {
            disconnect(std::exchange(m_loading, {}));
            create(component);
        }
    });
}

void RouteSlot::create(QQmlComponent *component)
{
    if (component->isError()) {
        m_hasFailed = true;
        qmlWarning(m_route, component->errors()) << "the page of the route \"" << m_route->name() << "\":";
        return;
    }
    QQmlContext *context = component->creationContext();
    if (!context) {
        context = qmlContext(m_route);
    }
    const QPointer<RouteSlot> alive(this);
    std::unique_ptr<QObject> object(component->beginCreate(context));
    auto *const page = qobject_cast<QQuickItem *>(object.get());
    if (!page) {
        m_hasFailed = true;
        if (object) {
            component->completeCreate();
            qmlWarning(m_route) << "the page of the route \"" << m_route->name() << "\" is no Item, but "
                                << object->metaObject()->className();
        } else {
            qmlWarning(m_route, component->errors()) << "the page of the route \"" << m_route->name() << "\":";
        }
        return;
    }
    QJSEngine::setObjectOwnership(page, QJSEngine::CppOwnership);
    component->setInitialProperties(page, propertiesOf(page));
    if (!alive) { // its handlers run already, here and below
        component->completeCreate();
        object.release()->deleteLater();
        return;
    }
    object.release(); // a child from here on
    holdPage(page);
    const QPointer<RouteObject> own = alive ? attached(true) : nullptr;
    if (own) {
        own->attachTo(m_router);
    }
    if (alive && own) {
        own->setEntry(m_entry);
    }
    component->completeCreate();
    if (!alive || !m_page) {
        return;
    }
    if (component->isError()) { // a required property without a parameter
        m_hasFailed = true;
        qmlWarning(m_route, component->errors())
            << "the page of the route \"" << m_route->name() << "\", whose parameters are those of its path:";
        unload();
        return;
    }
    setActive(m_isActive);
    if (alive) {
        Q_EMIT pageChanged();
    }
}

void RouteSlot::holdPage(QQuickItem *page)
{
    const QPointer<RouteSlot> alive(this);
    m_page = page;
    page->setParent(this);
    page->setParentItem(this);
    if (alive) {
        page->setSize(size());
    }
}

/// The page may have asked for it, and goes when its handlers have returned, also if the slot goes before.
void RouteSlot::unload()
{
    disconnect(std::exchange(m_loading, {}));
    if (QQuickItem *const page = std::exchange(m_page, nullptr)) {
        const QPointer<RouteSlot> alive(this);
        page->setParent(m_route);
        page->deleteLater();
        page->setParentItem(nullptr);
        if (alive) {
            Q_EMIT pageChanged();
        }
    }
}

void RouteSlot::takePage(RouteSlot *from)
{
    if (QQuickItem *const page = std::exchange(from->m_page, nullptr)) {
        holdPage(page);
    }
    m_hasFailed = from->m_hasFailed;
    m_isActive = from->m_isActive;
}

void RouteSlot::geometryChange(const QRectF &newGeometry, const QRectF &oldGeometry)
{
    QQuickItem::geometryChange(newGeometry, oldGeometry);
    if (m_page && newGeometry.size() != oldGeometry.size()) {
        m_page->setSize(newGeometry.size());
    }
}

} // namespace nanostores
