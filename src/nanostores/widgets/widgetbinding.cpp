#include <nanostores/widgets/widgetbinding.h>

#include <nanostores/core/errors.h>
#include <nanostores/widgets/detail/control.h>

#include <QEvent>
#include <QFocusEvent>
#include <QPointer>

#include <exception>
#include <utility>
#include <vector>

// The store tells of its changes, the widget of its edits. Two flags keep them from answering each other: while the
// store's value is shown, edits are the echo of it; while an edit is written, the store's changes are.

namespace nanostores {

struct WidgetBinding::Private
{
    detail::StoreLink link;
    std::unique_ptr<detail::Control> control;
    Commit commit = Commit::AtOnce;
    bool showing = false;
    bool writing = false;
    bool pending = false;
    bool rejected = false;
    bool over = false; // the control stays: it may be what is calling

    bool ready() const { return control && !over; }
};

WidgetBinding::WidgetBinding(detail::StoreLink link, QObject *target, const char *property, BindOptions options)
    : WidgetTie(target)
    , d(std::make_shared<Private>())
{
    d->control = detail::makeControl(target, property, link);
    d->link = std::move(link);
    start(options);
}

WidgetBinding::WidgetBinding(detail::StoreLink link, QObject *target, const QVariant &choice, BindOptions options)
    : WidgetTie(target)
    , d(std::make_shared<Private>())
{
    d->control = detail::makeChoice(target, choice);
    d->link = std::move(link);
    start(options);
}

WidgetBinding::~WidgetBinding() = default;

void WidgetBinding::start(BindOptions options)
{
    if (!d->control) {
        return;
    }
    d->commit = options.commit;
    if (options.commit == Commit::WhenFinished && d->control->finishesWithFocus()) {
        parent()->installEventFilter(this);
    }
    show();
    d->control->connectTo(this);
    observe(
        [this] {
            Subscription subscription = d->link.listen([this] { storeChanged(); });
            storeChanged();
            return subscription;
        },
        options.observe);
}

bool WidgetBinding::isPending() const
{
    return d->pending;
}

bool WidgetBinding::isRejected() const
{
    return d->rejected;
}

void WidgetBinding::commit()
{
    if (!d->ready()) {
        return;
    }
    const QVariant value = d->control->value();
    if (!value.isValid()) {
        setPending(false);
        return;
    }
    const auto kept = d; // whoever hears of the write may delete the widget, and this
    const QPointer<WidgetBinding> alive(this);
    auto written = detail::Written::Refused;
    kept->writing = true;
    try {
        written = kept->link.write(value);
    } catch (...) { // from listeners; the write stands
        detail::reportError(std::current_exception());
        written = kept->link.holds(value) ? detail::Written::Accepted : detail::Written::Refused;
    }
    kept->writing = false;
    if (!alive || !d->ready()) {
        return;
    }
    setPending(written == detail::Written::Unreadable);
    setRejected(written != detail::Written::Accepted);
    if (alive && d->ready() && written == detail::Written::Refused) {
        fallBack();
    }
}

void WidgetBinding::revert()
{
    if (d->ready()) {
        setPending(false);
        setRejected(false);
        show();
    }
}

void WidgetBinding::edited()
{
    if (!d->ready() || d->showing) {
        return;
    }
    if (d->commit == Commit::WhenFinished && d->control->isEditing()) {
        setPending(true);
    } else {
        commit();
    }
}

void WidgetBinding::finished()
{
    if (!d->ready() || d->showing) {
        return;
    }
    const QPointer<WidgetBinding> alive(this);
    if (d->pending) {
        commit();
    }
    if (alive && d->ready()) {
        setPending(false);
        show(); // as the store spells it
    }
}

void WidgetBinding::itemsChanged()
{
    if (d->ready() && !d->pending) {
        show();
    }
}

void WidgetBinding::storeChanged()
{
    if (!d->ready() || d->writing || d->pending) {
        return;
    }
    setRejected(false);
    if (!d->link.holds(d->control->value())) {
        show();
    }
}

void WidgetBinding::show()
{
    const auto kept = d;
    const bool before = std::exchange(kept->showing, true);
    kept->control->show(kept->link);
    kept->showing = before;
}

void WidgetBinding::fallBack()
{
    std::vector<QPointer<WidgetBinding>> bindings;
    for (const QObject *sibling : d->control->siblings()) {
        const auto ties = sibling->findChildren<WidgetBinding *>(QString(), Qt::FindDirectChildrenOnly);
        for (WidgetBinding *binding : ties) {
            if (binding->d->ready() && binding->d->link.store == d->link.store) {
                bindings.emplace_back(binding);
            }
        }
    }
    show();
    for (const auto &binding : bindings) {
        if (binding) {
            binding->show();
        }
    }
}

bool WidgetBinding::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusOut && d->ready() && d->control->finishesWithFocus()
        && static_cast<QFocusEvent *>(event)->reason() != Qt::PopupFocusReason) {
        finished();
    }
    return WidgetTie::eventFilter(watched, event);
}

void WidgetBinding::ended()
{
    d->over = true;
}

void WidgetBinding::setPending(bool newPending)
{
    if (d->pending != newPending) {
        d->pending = newPending;
        Q_EMIT pendingChanged();
    }
}

void WidgetBinding::setRejected(bool newRejected)
{
    if (d->rejected != newRejected) {
        d->rejected = newRejected;
        Q_EMIT rejectedChanged();
    }
}

} // namespace nanostores
