#pragma once

#include <nanostores/widgets/detail/storelink.h>

#include <QObject>
#include <QVariant>

#include <memory>
#include <vector>

namespace nanostores::detail {

/// The widget's side of a two-way binding. Not installed.
class Control
{
public:
    Control() = default;
    Control(const Control &) = delete;
    Control &operator=(const Control &) = delete;
    virtual ~Control();

    /// What the widget holds; invalid: nothing to write.
    virtual QVariant value() const = 0;
    /// Shows the store's value.
    virtual void show(const StoreLink &link) = 0;
    /// Connects the widget's signals to edited() and finished() of the binding.
    virtual void connectTo(QObject *binding) = 0;
    /// Whether a change now is one of several, with finished() to come.
    virtual bool isEditing() const;
    /// Editing ends when the widget loses the focus.
    virtual bool finishesWithFocus() const;
    /// Exclusive with the target: what the widget shows of the same store has to be shown again, too.
    virtual std::vector<QObject *> siblings() const;
};

/// Null if there is no such property.
std::unique_ptr<Control> makeControl(QObject *target, const char *property, const StoreLink &link);
std::unique_ptr<Control> makeChoice(QObject *target, const QVariant &choice);

} // namespace nanostores::detail
