// SPDX-License-Identifier: MIT
#include <nanostores/widgets/widgetbinding.h>

#include <nanostores/core/errors.h>
#include <nanostores/qt/detail/twowaybinding.h>
#include <nanostores/widgets/detail/control.h>

#include <QAbstractEventDispatcher>
#include <QEvent>
#include <QFocusEvent>
#include <QPointer>

#include <exception>
#include <utility>
#include <vector>

// What is an edit and what is shown when is decided by detail::TwoWayBinding, and which changes of a widget are its own
// doing by its detail::Control. Here are the two ends.
//
// Many widgets announce no change of their limits, such as a spin box of its range. They are looked at before the
// widget is shown, painted or handles an event; and whenever the event loop turns, while the store's value cannot be
// shown.

namespace nanostores {

struct WidgetBinding::Private : detail::TwoWayEnds
{
    explicit Private(WidgetBinding *owner)
        : q(owner)
        , binding(this, owner)
    {
    }

    bool isReady() const override { return control && !over; }
    QVariant controlValue() const override { return control->value(); }
    void showStoreValue() override
    {
        const auto kept = q->d; // an observer of it may delete the widget, and this
        control->show(link);
    }
    bool storeHoldsControlValue() const override { return control->value().isValid() && link.holds(valueToWrite()); }
    bool storeHasValue() const override { return !link.has || link.has(); }
    detail::Written writeControlValue() override;
    bool waitsForFinish() const override
    {
        return control->editsInParts() || (commit == Commit::WhenFinished && control->isEditing());
    }
    bool keepsUnreadable() const override { return control->isText(); }
    bool changedByItself(const QVariant &before) const override { return control->changedByItself(before); }
    void settled() override;
    void showLater() override { QMetaObject::invokeMethod(q, &WidgetBinding::limitsChanged, Qt::QueuedConnection); }
    void fallBack() override { q->fallBack(); }
    void announcePending() override { Q_EMIT q->pendingChanged(); }
    void announceRejected() override { Q_EMIT q->rejectedChanged(); }

    QVariant valueToWrite() const;
    bool showsAll() const { return detail::looksTheSame(control->value(), link.read()) || storeHoldsControlValue(); }

    WidgetBinding *q;
    detail::StoreLink link;
    std::unique_ptr<detail::Control> control;
    detail::TwoWayBinding binding;
    QVariantList limits; ///< As last seen.
    QMetaObject::Connection awake;
    QMetaObject::Connection aboutToBlock;
    Commit commit = Commit::AtOnce;
    bool over = false; ///< The control stays: it may be what is calling.
};

QVariant WidgetBinding::Private::valueToWrite() const
{
    const QVariant value = control->value();
    const int type = link.type.id();
    if (value.typeId() == QMetaType::QString && (type == QMetaType::Double || type == QMetaType::Float)) {
        return detail::withDecimalPoint(value.toString());
    }
    return value.typeId() == QMetaType::Nullptr ? QVariant() : value;
}

detail::Written WidgetBinding::Private::writeControlValue()
{
    const auto kept = q->d; // a listener may delete the widget, and this
    const QVariant value = valueToWrite();
    try {
        return link.write(value);
    } catch (...) { // from listeners; the write stands
        detail::reportError(std::current_exception());
        return link.holds(value) ? detail::Written::Accepted : detail::Written::Refused;
    }
}

void WidgetBinding::Private::settled()
{
    control->settle();
    limits = control->limits();
    if (limits.isEmpty()) {
        return;
    }
    const bool all = showsAll();
    q->lookOut(control->movesSilently() || !all);
    if (!all && control->isHeld()) {
        limits.clear(); // to be shown when it is let go
    }
}

WidgetBinding::WidgetBinding(QObject *target)
    : WidgetSubscription(target)
    , d(std::make_shared<Private>(this))
{
}

WidgetBinding *WidgetBinding::make(detail::StoreLink link, QObject *target, const char *property, BindOptions options)
{
    auto control = detail::makeControl(target, property, link);
    return make(std::move(link), target, std::move(control), options);
}

WidgetBinding *WidgetBinding::make(detail::StoreLink link, QObject *target, const QVariant &choice, BindOptions options)
{
    return make(std::move(link), target, detail::makeChoice(target, choice), options);
}

WidgetBinding *WidgetBinding::make(detail::StoreLink link, QObject *target, std::unique_ptr<detail::Control> control,
                                   BindOptions options)
{
    const QPointer<WidgetBinding> made = new WidgetBinding(target);
    made->d->link = std::move(link);
    made->d->control = std::move(control);
    try {
        made->start(options);
    } catch (...) {
        delete made;
        throw;
    }
    return made;
}

WidgetBinding::~WidgetBinding() = default;

void WidgetBinding::start(BindOptions options)
{
    if (!d->control) {
        return;
    }
    d->commit = options.commit;
    parent()->installEventFilter(this);
    for (QObject *watched : d->control->watched()) {
        watched->installEventFilter(this);
    }
    const QPointer<WidgetBinding> alive(this); // who looks at the widget may delete it
    const auto kept = d;
    d->binding.show();
    if (!alive) {
        return;
    }
    d->control->connectTo(this);
    observe(
        [this] {
            const auto now = d;
            Subscription subscription = now->link.listen([this] { d->binding.storeChanged(); });
            now->binding.storeChanged();
            return subscription;
        },
        options.observe);
}

bool WidgetBinding::isPending() const
{
    return d->binding.isPending();
}

bool WidgetBinding::isRejected() const
{
    return d->binding.isRejected();
}

void WidgetBinding::commit()
{
    const auto kept = d; // who is notified may delete the widget, and this
    if (kept->isReady()) {
        kept->control->endPart();
    }
    kept->binding.commit();
}

void WidgetBinding::revert()
{
    d->binding.revert();
}

void WidgetBinding::edited()
{
    d->binding.controlChanged();
}

void WidgetBinding::editedByUser()
{
    d->binding.controlChanged(detail::TwoWayBinding::Cause::User);
}

void WidgetBinding::finished()
{
    d->binding.finished();
}

void WidgetBinding::limitsChanged()
{
    if (!d->isReady() || !d->control->isHeld()) {
        d->binding.limitsChanged();
    }
}

void WidgetBinding::lookAtLimits()
{
    if (d->isReady() && !d->binding.isShowing() && d->limits != d->control->limits()) {
        limitsChanged();
    }
}

void WidgetBinding::lookOut(bool newLookOut)
{
    const auto *dispatcher = QAbstractEventDispatcher::instance();
    if (!newLookOut) {
        disconnect(d->awake);
        disconnect(d->aboutToBlock);
        d->awake = {};
        d->aboutToBlock = {};
    } else if (!d->awake && dispatcher) {
        d->awake = connect(dispatcher, &QAbstractEventDispatcher::awake, this, &WidgetBinding::lookAtLimits);
        d->aboutToBlock =
            connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, this, &WidgetBinding::lookAtLimits);
    }
}

void WidgetBinding::fallBack()
{
    std::vector<QPointer<WidgetBinding>> bindings;
    for (const QObject *sibling : d->control->siblings()) {
        const auto ties = sibling->findChildren<WidgetBinding *>(QString(), Qt::FindDirectChildrenOnly);
        for (WidgetBinding *binding : ties) {
            if (binding->d->isReady() && binding->d->link.store == d->link.store) {
                bindings.emplace_back(binding);
            }
        }
    }
    d->binding.show();
    for (const auto &binding : bindings) {
        if (binding) {
            binding->d->binding.show();
        }
    }
}

bool WidgetBinding::eventFilter(QObject *watched, QEvent *event)
{
    if (!d->isReady()) {
        return WidgetSubscription::eventFilter(watched, event);
    }
    const QPointer<QObject> target(watched);
    const QPointer<WidgetBinding> alive(this); // who hears of the edit may delete the widget
    switch (event->type()) {
    case QEvent::FocusOut:
        if (d->control->finishesWithFocus() && static_cast<QFocusEvent *>(event)->reason() != Qt::PopupFocusReason) {
            d->binding.finished();
        }
        break;
    case QEvent::Show:
    case QEvent::FocusIn:
    case QEvent::KeyPress:
    case QEvent::MouseButtonPress:
    case QEvent::Wheel:
    case QEvent::LayoutRequest:
        lookAtLimits();
        break;
    case QEvent::Paint:
        if (!d->control->paintsAtOnce()) {
            lookAtLimits();
        }
        break;
    default:
        break;
    }
    return alive ? WidgetSubscription::eventFilter(watched, event) : target.isNull();
}

void WidgetBinding::ended()
{
    d->over = true;
    lookOut(false);
}

} // namespace nanostores
