// SPDX-License-Identifier: MIT
#include <NanoStores/Router/routeloader.h>

#include <QQmlContext>
#include <QQmlEngine>

#include <utility>

namespace nanostores {

RouteLoader::RouteLoader(QQuickItem *parent)
    : QQuickItem(parent)
{
    setFlag(ItemIsFocusScope);
    m_stack.setSingle(true);
    connect(&m_stack, &RouteStack::routerChanged, this, &RouteLoader::routerChanged);
    connect(&m_stack, &RouteStack::preloadsChanged, this, &RouteLoader::preloadsChanged);
    connect(&m_stack, &RouteStack::pageChanged, this, &RouteLoader::followPage);
    const auto showFirst = [this](const QJSValue &routeSlots) {
        show(qobject_cast<QQuickItem *>(routeSlots.property(0).toQObject()));
    };
    connect(&m_stack, &RouteStack::pushing, this, showFirst);
    connect(&m_stack, &RouteStack::replacing, this,
            [showFirst](QQuickItem *, const QJSValue &routeSlots) { showFirst(routeSlots); });
    connect(&m_stack, &RouteStack::clearing, this, [this] { show(nullptr); });
}

void RouteLoader::classBegin()
{
    QQuickItem::classBegin();
    QQmlEngine::setContextForObject(&m_stack, qmlContext(this));
    m_stack.classBegin();
}

void RouteLoader::componentComplete()
{
    QQuickItem::componentComplete();
    m_stack.componentComplete();
}

void RouteLoader::show(QQuickItem *slot)
{
    if (QQuickItem *const before = std::exchange(m_slot, slot)) {
        before->setVisible(false);
    }
    if (slot) {
        slot->setParentItem(this);
        slot->setSize(size());
    }
}

void RouteLoader::followPage()
{
    if (m_page) {
        disconnect(m_page, nullptr, this, nullptr);
    }
    m_page = m_stack.page();
    const auto fit = [this] {
        setImplicitSize(m_page ? m_page->implicitWidth() : 0, m_page ? m_page->implicitHeight() : 0);
    };
    if (m_page) {
        connect(m_page, &QQuickItem::implicitWidthChanged, this, fit);
        connect(m_page, &QQuickItem::implicitHeightChanged, this, fit);
    }
    fit();
    Q_EMIT pageChanged();
}

void RouteLoader::geometryChange(const QRectF &newGeometry, const QRectF &oldGeometry)
{
    QQuickItem::geometryChange(newGeometry, oldGeometry);
    if (m_slot) {
        m_slot->setSize(newGeometry.size());
    }
}

} // namespace nanostores
