// SPDX-License-Identifier: MIT
#include <nanostores/widgets/detail/control.h>

#include <QAbstractButton>
#include <QAction>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QFont>
#include <QGroupBox>
#include <QLineEdit>
#include <QLoggingCategory>
#include <QMetaMethod>
#include <QMetaProperty>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace nanostores::detail {

Q_LOGGING_CATEGORY(lcWidgets, "nanostores.widgets")

void connectNamed(QObject *sender, const QMetaMethod &signal, QObject *binding, const char *slot)
{
    const QMetaObject *meta = binding->metaObject();
    QObject::connect(sender, signal, binding, meta->method(meta->indexOfMethod(slot)));
}

bool connectIfThere(QObject *sender, const char *signal, QObject *binding, const char *slot)
{
    const int index = sender->metaObject()->indexOfSignal(signal);
    if (index >= 0) {
        connectNamed(sender, sender->metaObject()->method(index), binding, slot);
    }
    return index >= 0;
}

std::function<void()> calls(QObject *binding, const char *slot)
{
    const QMetaObject *meta = binding->metaObject();
    return
        [binding, method = meta->method(meta->indexOfMethod(slot))] { method.invoke(binding, Qt::DirectConnection); };
}

void makeCheckable(QObject *target)
{
    if (auto *button = qobject_cast<QAbstractButton *>(target)) {
        button->setCheckable(true);
    } else if (auto *action = qobject_cast<QAction *>(target)) {
        action->setCheckable(true);
    } else if (auto *box = qobject_cast<QGroupBox *>(target)) {
        box->setCheckable(true);
    }
}

std::optional<int> indexIn(const QVariant &value)
{
    const auto integer = wholeOf(value, Doubles::Exact);
    return integer ? toInteger<int>(*integer) : std::nullopt;
}

namespace {

QMetaProperty findProperty(QObject *target, const char *name, QMetaType type)
{
    const QMetaObject *meta = target->metaObject();
    if (name) {
        return meta->property(meta->indexOfProperty(name));
    }
    if (qobject_cast<QDateTimeEdit *>(target)) {
        const char *byType = type.id() == QMetaType::QDate       ? "date"
                             : type.id() == QMetaType::QTime     ? "time"
                             : type.id() == QMetaType::QDateTime ? "dateTime"
                                                                 : nullptr;
        if (byType) {
            return meta->property(meta->indexOfProperty(byType));
        }
    }
    const QMetaProperty user = meta->userProperty();
    if (user.isValid() && user.hasNotifySignal()) {
        return user;
    }
    for (const char *usual :
         {"checked", "value", "currentIndex", "text", "selectedDate", "currentColor", "currentFont"}) {
        const QMetaProperty property = meta->property(meta->indexOfProperty(usual));
        if (property.isValid() && property.isWritable() && signalOf(target, property).isValid()) {
            return property;
        }
    }
    return {};
}

std::unique_ptr<Control> makeComboFor(QComboBox *combo, const char *name, const StoreLink &link)
{
    using By = ComboBy;
    const auto is = [name](const char *candidate) { return name && std::strcmp(name, candidate) == 0; };
    const bool isNumber = link.type.id() == QMetaType::Int || link.type.id() == QMetaType::UInt
                          || link.type.id() == QMetaType::LongLong || link.type.id() == QMetaType::ULongLong
                          || (link.type.flags() & QMetaType::IsEnumeration);
    if (is("currentIndex") || (!name && isNumber)) {
        return makeCombo(combo, By::Index);
    }
    if (is("currentText") || (!name && link.type.id() == QMetaType::QString)) {
        return makeCombo(combo, By::Text);
    }
    if (is("currentData") || !name) {
        return makeCombo(combo, By::Data);
    }
    return nullptr;
}

/// A control made for the widget, or null: any property will do.
std::unique_ptr<Control> makeSpecial(QObject *target, const char *name, const StoreLink &link)
{
    const auto means = [name](std::initializer_list<const char *> names) {
        return !name || std::any_of(names.begin(), names.end(), [name](const char *candidate) {
            return std::strcmp(name, candidate) == 0;
        });
    };
    if (auto *edit = qobject_cast<QLineEdit *>(target); edit && means({"text"})) {
        return makeLineEdit(edit);
    }
    if (auto edit = makeTextEdit(target); edit && means({"plainText"})) {
        return edit;
    }
    if (auto *box = qobject_cast<QCheckBox *>(target); box && means({"checked", "checkState"})) {
        const bool tristate = link.type == QMetaType::fromType<Qt::CheckState>();
        return makeCheckState(box, tristate ? link.type : QMetaType::fromType<bool>());
    }
    if (auto *group = qobject_cast<QButtonGroup *>(target); group && means({"checkedId"})) {
        return makeButtonGroup(group);
    }
    const bool isFont = link.type.id() == QMetaType::QFont && target->metaObject()->indexOfProperty("currentFont") >= 0;
    if (auto *combo = qobject_cast<QComboBox *>(target); combo && !isFont) {
        return makeComboFor(combo, name, link);
    }
    return nullptr;
}

} // namespace

Control::~Control() = default;

bool Control::isEditing() const
{
    return false;
}

bool Control::editsInParts() const
{
    return false;
}

void Control::endPart() {}

bool Control::finishesWithFocus() const
{
    return false;
}

bool Control::isText() const
{
    return false;
}

std::vector<QObject *> Control::siblings() const
{
    return {};
}

QVariantList Control::limits() const
{
    return {};
}

bool Control::movesSilently() const
{
    return false;
}

bool Control::isHeld() const
{
    return false;
}

bool Control::paintsAtOnce() const
{
    return false;
}

std::vector<QObject *> Control::watched() const
{
    return {};
}

bool Control::changedByItself(const QVariant &) const
{
    return false;
}

void Control::settle() {}

std::unique_ptr<Control> makeControl(QObject *target, const char *property, const StoreLink &link)
{
    if (auto control = makeSpecial(target, property, link)) {
        return control;
    }
    if (link.type.id() == QMetaType::QFont && !property && target->metaObject()->indexOfProperty("currentFont") >= 0) {
        property = "currentFont";
    }
    const QMetaProperty found = findProperty(target, property, link.type);
    if (!found.isValid() || !found.isWritable() || !signalOf(target, found).isValid()) {
        qCWarning(lcWidgets,
                  "bind(): %s has no property %s that can be written and notifies of changes. Name one that "
                  "does, or use useStore() and a signal.",
                  target->metaObject()->className(), property ? property : "of its own");
        return nullptr;
    }
    if (!mayFit(link.type, found.metaType()) || !mayFit(found.metaType(), link.type)) {
        qCWarning(
            lcWidgets,
            "bind(): %s::%s is of type %s and the store holds %s, and they do not convert both ways. Bind a property "
            "that fits, or use useStore() with a function and a signal.",
            target->metaObject()->className(), found.name(), found.metaType().name(), link.type.name());
        return nullptr;
    }
    if (std::strcmp(found.name(), "checked") == 0) {
        makeCheckable(target);
    }
    if (std::strcmp(found.name(), "currentIndex") == 0) {
        if (auto pages = makePages(target, found)) {
            return pages;
        }
    }
    if (std::strcmp(found.name(), "currentRow") == 0) {
        if (auto list = makeList(target, found)) {
            return list;
        }
    }
    return makeValue(target, found);
}

} // namespace nanostores::detail
