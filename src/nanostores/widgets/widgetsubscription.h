// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/subscription.h>
#include <nanostores/widgets/export.h>

#include <QObject>

#include <functional>

namespace nanostores {

/// When a widget observes its store, and so keeps it mounted.
enum class Observe {
    Always, ///< As long as the widget lives.
    WhileVisible, ///< Only while it is shown; it catches up when it is shown again. Not while minimized.
};

/// What holds a store and a widget together: a child of the widget, which ends with it.
///
/// useStore() and bind() make it. Keep the pointer only to end it early; a QPointer becomes null when it has gone.
class NANOSTORES_WIDGETS_EXPORT WidgetSubscription : public QObject
{
    Q_OBJECT

public:
    using Subscribe = std::function<Subscription()>;

    /// Subscribes at once, or whenever the target is shown. Takes the target as its parent. Null: who was called first
    /// has deleted that.
    static WidgetSubscription *make(Subscribe subscribe, Observe observe, QObject *parent);
    ~WidgetSubscription() override;

    /// Ends it: the widget keeps the value it shows. The object goes with the next turn of the event loop.
    void unbind();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    /// For derived classes, which subscribe when they are ready.
    explicit WidgetSubscription(QObject *parent);
    void observe(Subscribe subscribe, Observe observe); ///< May delete this.
    virtual void ended();

private:
    bool start(const Subscribe &subscribe);

    Subscribe m_subscribe;
    Subscription m_subscription;
};

} // namespace nanostores
