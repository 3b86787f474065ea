// SPDX-License-Identifier: MIT
#include <nanostores/routerwidgets/routepages.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/tracking.h>

#include <exception>
#include <utility>

namespace nanostores {

RoutePages::RoutePages(AnyRouter router, QStackedWidget *stack)
    : QObject(stack)
    , m_router(std::move(router))
    , m_stack(stack)
{
    m_history = m_router.history().listen(detail::forView([this] { follow(); }));
}

RoutePages::~RoutePages() = default;

void RoutePages::add(const QString &route, Maker maker)
{
    m_makers.insert(route, std::move(maker));
    if (!m_current) {
        follow();
    }
}

void RoutePages::follow()
{
    const RouterHistory history = untracked([this] { return m_router.history().get(); });
    const QPointer<RoutePages> alive(this);
    const HistoryEntry entry = history.current();
    const QPointer<QWidget> widget = untracked([&] { return widgetFor(entry); });
    if (!alive || !m_stack) {
        return;
    }
    if (m_router.history().get().current().id != entry.id) {
        return; // the page has opened another one, which is shown by now
    }
    m_last = entry.id;
    if (widget) {
        m_stack->setCurrentWidget(widget);
    }
    if (!alive) {
        return;
    }
    const bool isOther = m_current != widget;
    m_current = widget;
    forget(history);
    if (isOther) {
        Q_EMIT currentChanged(widget);
    }
}

QWidget *RoutePages::widgetFor(const HistoryEntry &entry)
{
    if (const auto known = m_shown.find(entry.id); known != m_shown.end() && known->second.widget) {
        known->second.page = entry.page;
        return known->second.widget;
    }
    const auto last = m_shown.find(m_last);
    if (last != m_shown.end() && last->second.widget && m_router.history().get().indexOf(m_last) < 0
        && last->second.page.route() == entry.page.route() && last->second.page.path() == entry.page.path()) {
        const Shown kept{entry.page, last->second.widget};
        m_shown.erase(last);
        m_shown[entry.id] = kept;
        return kept.widget;
    }
    const QPointer<RoutePages> alive(this);
    QWidget *const widget = make(entry.page);
    if (alive && widget && m_stack) {
        m_stack->addWidget(widget);
        m_shown[entry.id] = {entry.page, widget};
    }
    return widget;
}

QWidget *RoutePages::make(const Page &page) const
{
    auto maker = page.isFound() ? m_makers.find(page.route()) : m_makers.end();
    if (maker == m_makers.end()) {
        maker = m_makers.find(QStringLiteral("*"));
    }
    if (maker == m_makers.end()) {
        return nullptr;
    }
    const Maker function = *maker; // it may add others
    try {
        return function(page);
    } catch (...) {
        detail::reportError(std::current_exception());
        return nullptr;
    }
}

/// The widget that was shown may be on the stack of callers.
void RoutePages::forget(const RouterHistory &history)
{
    for (auto shown = m_shown.begin(); shown != m_shown.end();) {
        if (history.indexOf(shown->first) >= 0) {
            ++shown;
            continue;
        }
        if (QWidget *const widget = shown->second.widget) {
            m_stack->removeWidget(widget);
            widget->hide();
            widget->deleteLater();
        }
        shown = m_shown.erase(shown);
    }
}

} // namespace nanostores
