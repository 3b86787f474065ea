// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/widgets/detail/storelink.h>
#include <nanostores/widgets/export.h>
#include <nanostores/widgets/widgetsubscription.h>

#include <memory>

namespace nanostores {

namespace detail {
class Control;
} // namespace detail

/// When what the user does in a widget reaches the store.
enum class Commit {
    AtOnce, ///< With each change.
    WhenFinished, ///< When editing ends: Return, loss of focus, the slider released. Widgets with one step: at once.
};

/// When a binding writes the store, and when it observes it.
struct BindOptions
{
    Commit commit = Commit::AtOnce;
    Observe observe = Observe::Always;
};

/// A two-way binding, made by bind(); a child of its widget.
///
/// The store has the last word. When a hook refuses or changes a write, the widget falls back to the store's value.
/// What the widget makes of a value that it cannot show in full (a spin box rounds and clamps) is not written back.
class NANOSTORES_WIDGETS_EXPORT WidgetBinding : public WidgetSubscription
{
    Q_OBJECT
    /// The widget shows something that is not in the store: an edit not yet committed, or text that is no value (yet).
    Q_PROPERTY(bool pending READ isPending NOTIFY pendingChanged FINAL)
    /// The last commit was refused or changed by a hook, or was no value of the store's type. Ends with the next
    /// accepted commit, with a change of the store from elsewhere, and with revert().
    Q_PROPERTY(bool rejected READ isRejected NOTIFY rejectedChanged FINAL)

public:
    /// What bind() calls. Without such a property the binding does nothing, and a warning says why.
    static WidgetBinding *make(detail::StoreLink link, QObject *target, const char *property, BindOptions options);
    /// For one of several exclusive buttons or actions: checked while the store holds the choice.
    static WidgetBinding *make(detail::StoreLink link, QObject *target, const QVariant &choice, BindOptions options);
    ~WidgetBinding() override;

    bool isPending() const;
    bool isRejected() const;

    /// Writes the widget's value to the store now.
    void commit();
    /// Shows the store's value, and drops what was pending.
    void revert();

Q_SIGNALS:
    void pendingChanged();
    void rejectedChanged();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void ended() override;

private Q_SLOTS:
    void edited();
    void editedByUser();
    void finished();
    void limitsChanged();
    void lookAtLimits();

private:
    struct Private;
    explicit WidgetBinding(QObject *target);
    static WidgetBinding *make(detail::StoreLink link, QObject *target, std::unique_ptr<detail::Control> control,
                               BindOptions options);
    void start(BindOptions options);
    void fallBack();
    void lookOut(bool newLookOut);

    std::shared_ptr<Private> d; // outlives the widget while it is written from
};

} // namespace nanostores
