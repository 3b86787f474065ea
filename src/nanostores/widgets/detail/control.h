// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/widgets/detail/storelink.h>

#include <QLoggingCategory>
#include <QMetaProperty>
#include <QObject>
#include <QVariant>

#include <memory>
#include <optional>
#include <vector>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QLineEdit;
class QMetaMethod;

namespace nanostores::detail {

Q_DECLARE_LOGGING_CATEGORY(lcWidgets)

/// The widget's side of a two-way binding. Not installed.
class Control
{
public:
    Control() = default;
    Control(const Control &) = delete;
    Control &operator=(const Control &) = delete;
    virtual ~Control();

    /// What the widget holds; invalid: nothing to write. Null, but valid: an item that stands for no value.
    virtual QVariant value() const = 0;
    /// Shows the store's value, or as much of it as the widget can.
    virtual void show(const StoreLink &link) = 0;
    /// Connects the widget's signals to the slots of the binding: edited(), editedByUser(), finished() and
    /// limitsChanged().
    virtual void connectTo(QObject *binding) = 0;
    /// Whether a change now is one of several, with finished() to come.
    virtual bool isEditing() const;
    /// What it shows in between is not written, even where each change is.
    virtual bool editsInParts() const;
    /// Makes a value of what has been entered of it.
    virtual void endPart();
    /// Editing ends when the widget loses the focus.
    virtual bool finishesWithFocus() const;
    /// It is typed into: what the store cannot read may stand until finished().
    virtual bool isText() const;
    /// Exclusive with the target: what the widget shows of the same store has to be shown again, too.
    virtual std::vector<QObject *> siblings() const;

    /// What limits the value, and no signal announces.
    virtual QVariantList limits() const;
    /// The limits move the value without a signal, too: so they are looked at even while the store's value is shown.
    virtual bool movesSilently() const;
    /// The user holds a part of it that must stay: what limits the value is looked at afterwards.
    virtual bool isHeld() const;
    /// Showing a value paints it before it returns: not to be done while the widget is painted.
    virtual bool paintsAtOnce() const;
    /// Of whose events the widget's limits may change in.
    virtual std::vector<QObject *> watched() const;
    /// See TwoWayEnds.
    virtual bool changedByItself(const QVariant &before) const;
    virtual void settle();
};

/// Null if there is no such property.
std::unique_ptr<Control> makeControl(QObject *target, const char *property, const StoreLink &link);
std::unique_ptr<Control> makeChoice(QObject *target, const QVariant &choice);

// The kinds of controls:
std::unique_ptr<Control> makeValue(QObject *target, const QMetaProperty &property);
/// Null if the widget has no pages.
std::unique_ptr<Control> makePages(QObject *target, const QMetaProperty &property);
/// Null if the widget is no QListWidget.
std::unique_ptr<Control> makeList(QObject *target, const QMetaProperty &property);
std::unique_ptr<Control> makeLineEdit(QLineEdit *edit);
/// A QTextEdit or QPlainTextEdit, or null.
std::unique_ptr<Control> makeTextEdit(QObject *target);
std::unique_ptr<Control> makeCheckState(QCheckBox *box, QMetaType type);
std::unique_ptr<Control> makeButtonGroup(QButtonGroup *group);
enum class ComboBy { Index, Text, Data };
std::unique_ptr<Control> makeCombo(QComboBox *combo, ComboBy by);

// For their signals:
inline constexpr const char *Edited = "edited()";
inline constexpr const char *EditedByUser = "editedByUser()";
inline constexpr const char *Finished = "finished()";
inline constexpr const char *LimitsChanged = "limitsChanged()";

void connectNamed(QObject *sender, const QMetaMethod &signal, QObject *binding, const char *slot);
bool connectIfThere(QObject *sender, const char *signal, QObject *binding, const char *slot);
/// The signal that announces changes of the property; invalid: none does.
QMetaMethod signalOf(const QObject *target, const QMetaProperty &property);
/// For signals that no property announces.
std::function<void()> calls(QObject *binding, const char *slot);

void makeCheckable(QObject *target);
/// An index or id that the store names, if it is one.
std::optional<int> indexIn(const QVariant &value);
/// Replaces the part of a line that differs, so that cursor, selection and undo survive. What is shown first is
/// nothing that the user could undo.
void showInLine(QLineEdit *line, const QString &text, bool first);

} // namespace nanostores::detail
