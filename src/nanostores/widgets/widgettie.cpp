#include <nanostores/widgets/widgettie.h>

#include <nanostores/core/errors.h>

#include <QEvent>
#include <QWidget>

#include <exception>
#include <utility>

namespace nanostores {

WidgetTie::WidgetTie(Subscribe subscribe, Observe observe, QObject *parent)
    : QObject(parent)
{
    this->observe(std::move(subscribe), observe);
}

WidgetTie::WidgetTie(QObject *parent)
    : QObject(parent)
{
}

WidgetTie::~WidgetTie() = default;

void WidgetTie::observe(Subscribe subscribe, Observe observe)
{
    const auto *widget = qobject_cast<const QWidget *>(parent());
    if (observe == Observe::Always || !widget) {
        m_subscription = subscribe();
        return;
    }
    m_subscribe = std::move(subscribe);
    parent()->installEventFilter(this);
    if (widget->isVisible()) {
        m_subscription = m_subscribe();
    }
}

void WidgetTie::unbind()
{
    m_subscription.reset();
    m_subscribe = nullptr;
    parent()->removeEventFilter(this);
    ended();
    deleteLater();
}

void WidgetTie::ended() {}

bool WidgetTie::eventFilter(QObject *watched, QEvent *event)
{
    if (m_subscribe && watched == parent()) {
        if (event->type() == QEvent::Show && !m_subscription) {
            try {
                m_subscription = m_subscribe();
            } catch (...) {
                detail::reportError(std::current_exception());
            }
        } else if (event->type() == QEvent::Hide) {
            m_subscription.reset();
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace nanostores
