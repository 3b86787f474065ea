// SPDX-License-Identifier: MIT
#include <nanostores/widgets/widgetsubscription.h>

#include <nanostores/core/errors.h>

#include <QEvent>
#include <QPointer>
#include <QWidget>

#include <exception>
#include <utility>

namespace nanostores {

WidgetSubscription *WidgetSubscription::make(Subscribe subscribe, Observe observe, QObject *parent)
{
    const QPointer<WidgetSubscription> tie = new WidgetSubscription(parent);
    try {
        tie->observe(std::move(subscribe), observe);
    } catch (...) {
        delete tie;
        throw;
    }
    return tie;
}

WidgetSubscription::WidgetSubscription(QObject *parent)
    : QObject(parent)
{
}

WidgetSubscription::~WidgetSubscription() = default;

void WidgetSubscription::observe(Subscribe subscribe, Observe observe)
{
    const auto *widget = qobject_cast<const QWidget *>(parent());
    if (observe == Observe::Always || !widget) {
        start(subscribe);
        return;
    }
    m_subscribe = subscribe;
    parent()->installEventFilter(this);
    if (widget->isVisible()) {
        start(subscribe);
    }
}

/// False: the first call has deleted the widget, and this.
bool WidgetSubscription::start(const Subscribe &subscribe)
{
    const QPointer<WidgetSubscription> alive(this);
    Subscription made = subscribe();
    if (alive) {
        m_subscription = std::move(made);
    }
    return alive;
}

void WidgetSubscription::unbind()
{
    const Subscription last = std::move(m_subscription); // ends when all is done: hooks may delete the widget
    m_subscribe = nullptr;
    parent()->removeEventFilter(this);
    ended();
    deleteLater();
}

void WidgetSubscription::ended() {}

bool WidgetSubscription::eventFilter(QObject *watched, QEvent *event)
{
    if (m_subscribe && watched == parent()) {
        if (event->type() == QEvent::Show && !m_subscription) {
            try {
                const Subscribe subscribe = m_subscribe;
                if (!start(subscribe)) {
                    return true; // the widget has gone, too
                }
            } catch (...) {
                detail::reportError(std::current_exception());
            }
        } else if (event->type() == QEvent::Hide) {
            const QPointer<QObject> target(watched);
            const QPointer<WidgetSubscription> alive(this);
            std::exchange(m_subscription, {}).reset();
            if (!alive) {
                return target.isNull();
            }
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace nanostores
