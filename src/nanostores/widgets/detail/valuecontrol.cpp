// SPDX-License-Identifier: MIT
#include <nanostores/widgets/detail/valuecontrol.h>

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QDateTime>
#include <QDateTimeEdit>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QKeyEvent>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QSpinBox>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

// Widgets that are bound by a property: spin boxes, sliders, dates, and any other.

namespace nanostores::detail {

namespace {

constexpr std::array<const char *, 14> LimitNames{
    "minimum",     "maximum",         "decimals",        "count",     "minimumDate", "maximumDate", "minimumTime",
    "maximumTime", "minimumDateTime", "maximumDateTime", "maxLength", "checkable",   "fontFilters", "writingSystem"};
constexpr std::array<std::array<const char *, 2>, 4> Ends{{{"minimum", "maximum"},
                                                           {"minimumDate", "maximumDate"},
                                                           {"minimumTime", "maximumTime"},
                                                           {"minimumDateTime", "maximumDateTime"}}};
constexpr std::array<const char *, 6> InRange{"value", "sliderPosition", "date", "time", "dateTime", "selectedDate"};
constexpr std::array<const char *, 3> Choices{"checkable", "fontFilters", "writingSystem"};

bool holdsNumber(const QVariant &value)
{
    return value.typeId() == QMetaType::Double || value.typeId() == QMetaType::Int;
}

bool isLess(const QVariant &a, const QVariant &b)
{
    return holdsNumber(a) && holdsNumber(b)
               ? a.toDouble() < b.toDouble()
               : a.metaType() == b.metaType() && QVariant::compare(a, b) == QPartialOrdering::Less;
}

/// The nearest value that the property can hold.
QVariant fitted(const QVariant &value, QMetaType type)
{
    if (type.id() == QMetaType::QString && isNumberType(value.metaType())) {
        return textOf(value); // as people write it
    }
    const bool isWide = value.typeId() == QMetaType::LongLong || value.typeId() == QMetaType::ULongLong
                        || value.typeId() == QMetaType::UInt || value.typeId() == QMetaType::Double;
    if (type.id() != QMetaType::Int || !isWide) {
        return value;
    }
    using Limits = std::numeric_limits<int>;
    const double number = value.toDouble();
    return std::isnan(number) ? QVariant() : QVariant(qRound(std::clamp<double>(number, Limits::min(), Limits::max())));
}

QMetaProperty propertyOf(const QObject *target, const char *name)
{
    return target->metaObject()->property(target->metaObject()->indexOfProperty(name));
}

} // namespace

QMetaMethod signalOf(const QObject *target, const QMetaProperty &property)
{
    if (!property.hasNotifySignal() && std::strcmp(property.name(), "selectedDate") == 0) { // of a calendar
        const int signal = target->metaObject()->indexOfSignal("selectionChanged()");
        return target->metaObject()->method(signal);
    }
    return property.notifySignal();
}

ValueControl::ValueControl(QObject *target, const QMetaProperty &property)
    : m_target(target)
    , m_property(property)
    , m_isProgress(target->inherits("QProgressBar"))
    , m_isFont(std::strcmp(property.name(), "currentFont") == 0)
{
    const auto add = [this](const char *name) {
        if (const QMetaProperty limit = propertyOf(m_target, name); limit.isValid()) {
            m_limits.push_back(limit);
        }
    };
    std::for_each(LimitNames.begin(), LimitNames.end(), add);
    if (m_isProgress) {
        m_limits.push_back(property);
    }
    const auto isCalled = [&property](const char *name) { return std::strcmp(property.name(), name) == 0; };
    if (std::any_of(InRange.begin(), InRange.end(), isCalled)) {
        for (const auto &[first, last] : Ends) {
            const auto ends = std::pair(propertyOf(target, first), propertyOf(target, last));
            if (ends.first.isValid() && ends.second.isValid()) {
                m_ends.push_back(ends);
            }
        }
    }
    if (isCalled("checked") || m_isFont) {
        for (const char *name : Choices) {
            if (const QMetaProperty choice = propertyOf(target, name); choice.isValid()) {
                m_choices.push_back(choice);
            }
        }
    }
    if (isCalled("checked")) { // a button that is made uncheckable is silently unchecked
        m_limits.push_back(property);
    }
    ValueControl::settle();
}

QVariant ValueControl::value() const
{
    return m_property.read(m_target);
}

void ValueControl::show(const StoreLink &link)
{
    const QVariant stored = link.read();
    const QVariant next = fitted(stored, m_property.metaType());
    auto *box = qobject_cast<QDoubleSpinBox *>(m_target);
    if (box && next.typeId() == QMetaType::Double && std::isnan(next.toDouble())) {
        box->clear(); // it would show its maximum
    } else if (next.isValid() || !stored.isValid()) {
        m_property.write(m_target, inRange(next));
    }
}

void ValueControl::connectTo(QObject *binding)
{
    connectNamed(m_target, signalOf(m_target, m_property), binding, Edited);
    connectIfThere(m_target, "rangeChanged(int,int)", binding, LimitsChanged);
    for (const QMetaProperty &choice : m_choices) {
        if (choice.hasNotifySignal()) { // of an action, before it announces what was set while it was uncheckable
            connectNamed(m_target, choice.notifySignal(), binding, LimitsChanged);
        }
    }
    m_finishes = connectIfThere(m_target, "editingFinished()", binding, Finished);
}

bool ValueControl::isEditing() const
{
    return m_finishes;
}

QVariantList ValueControl::limits() const
{
    QVariantList all;
    for (const QMetaProperty &limit : m_limits) {
        all.append(limit.read(m_target));
    }
    return all;
}

void ValueControl::settle()
{
    m_decimals = m_target->property("decimals");
    m_count = m_target->property("count");
    m_settledChoices = choices();
}

bool ValueControl::changedByItself(const QVariant &before) const
{
    return isOutOfRange(before) || isRounded(before) || isElsewhere(before) || choices() != m_settledChoices;
}

QVariantList ValueControl::choices() const
{
    QVariantList all;
    for (const QMetaProperty &choice : m_choices) {
        all.append(choice.read(m_target));
    }
    return all;
}

/// The nearest. Some widgets, among them those that wrap, would make something else of a value beyond.
QVariant ValueControl::inRange(const QVariant &value) const
{
    for (const auto &[first, last] : m_ends) {
        const QVariant low = first.read(m_target);
        const QVariant high = last.read(m_target);
        if (isLess(value, low)) {
            return low;
        }
        if (isLess(high, value)) {
            return high;
        }
    }
    return value;
}

bool ValueControl::isOutOfRange(const QVariant &value) const
{
    return std::any_of(m_ends.begin(), m_ends.end(), [&](const auto &ends) {
        return isLess(value, ends.first.read(m_target)) || isLess(ends.second.read(m_target), value);
    });
}

bool ValueControl::isRounded(const QVariant &before) const
{
    const QVariant decimals = m_target->property("decimals");
    if (!decimals.isValid() || decimals == m_decimals || before.typeId() != QMetaType::Double) {
        return false;
    }
    const double step = std::pow(10.0, -decimals.toInt());
    return std::abs(value().toDouble() - before.toDouble()) <= step * 0.51;
}

bool ValueControl::isElsewhere(const QVariant &before) const
{
    const QVariant count = m_target->property("count");
    if (!count.isValid() || count == m_count) {
        return false;
    }
    const bool isIndex = before.typeId() == QMetaType::Int;
    return !isIndex || before.toInt() < 0 || count.toInt() < m_count.toInt();
}

namespace {

/// A slider is edited while it is held; keys and wheel move it in single steps. One without tracking has its value only
/// after it has said that it is released: to show another one meanwhile would take its handle away from the user.
class SliderControl final : public ValueControl
{
public:
    SliderControl(QAbstractSlider *slider, const QMetaProperty &property)
        : ValueControl(slider, property)
        , m_slider(slider)
        , m_isValue(std::strcmp(property.name(), "value") == 0)
    {
    }
    void show(const StoreLink &link) override
    {
        if (!m_isValue || m_slider->hasTracking() || !m_slider->isSliderDown()) {
            ValueControl::show(link);
        }
    }
    void connectTo(QObject *binding) override
    {
        ValueControl::connectTo(binding);
        QObject::connect(
            m_slider, &QAbstractSlider::sliderReleased, binding, [this, finish = calls(binding, Finished)] {
                const bool isToMove = !m_slider->hasTracking() && m_slider->sliderPosition() != m_slider->value();
                if (!m_isValue || !isToMove) {
                    finish();
                }
            });
    }
    bool isEditing() const override { return m_slider->isSliderDown(); }

private:
    QAbstractSlider *m_slider;
    bool m_isValue;
};

/// Without keyboard tracking, what is typed is a value when editing ends. Until then it is an edit that waits.
///
/// A step leaves more decimals in a QDoubleSpinBox than it shows: 3.14 + 1 is 4.140000000000001. Return, or decimals
/// that are set, would take them away. Its value is what it shows.
class SpinControl final : public ValueControl
{
public:
    SpinControl(QAbstractSpinBox *box, const QMetaProperty &property)
        : ValueControl(box, property)
        , m_box(box)
        , m_fractions(std::strcmp(property.name(), "value") == 0 ? qobject_cast<QDoubleSpinBox *>(box) : nullptr)
    {
    }
    QVariant value() const override
    {
        if (m_isTyping) {
            return {};
        }
        return m_fractions ? rounded(*m_fractions) : ValueControl::value();
    }
    void show(const StoreLink &link) override
    {
        m_isTyping = false;
        ValueControl::show(link);
    }
    void connectTo(QObject *binding) override
    {
        const auto typed = [this] { m_isTyping = false; };
        if (auto *whole = qobject_cast<QSpinBox *>(m_box)) {
            QObject::connect(whole, &QSpinBox::valueChanged, binding, typed);
        } else if (auto *real = qobject_cast<QDoubleSpinBox *>(m_box)) {
            QObject::connect(real, &QDoubleSpinBox::valueChanged, binding, typed);
        } else if (auto *date = qobject_cast<QDateTimeEdit *>(m_box)) {
            QObject::connect(date, &QDateTimeEdit::dateTimeChanged, binding, typed);
        }
        QObject::connect(m_box, &QAbstractSpinBox::editingFinished, binding, typed);
        ValueControl::connectTo(binding);
        if (auto *line = m_box->findChild<QLineEdit *>(QString(), Qt::FindDirectChildrenOnly)) {
            QObject::connect(line, &QLineEdit::textEdited, binding, [this, edited = calls(binding, EditedByUser)] {
                if (!m_box->keyboardTracking()) {
                    m_isTyping = true;
                    edited();
                }
            });
        }
    }
    bool editsInParts() const override { return m_isTyping; }
    void endPart() override
    {
        if (std::exchange(m_isTyping, false)) {
            m_box->interpretText();
        }
    }

private:
    /// As its setValue() does; a step down to 0 may end a little below, which is not -0.
    static QVariant rounded(const QDoubleSpinBox &box)
    {
        const double all = box.value();
        const double shown = QString::number(all, 'f', box.decimals()).toDouble();
        return shown == 0 && all != 0 ? 0.0 : shown;
    }

    QAbstractSpinBox *m_box;
    QDoubleSpinBox *m_fractions; ///< Or null.
    bool m_isTyping = false;
};

/// Keys are recorded until some time has passed without one. The first one clears what was there.
class KeySequenceControl final : public ValueControl
{
public:
    using ValueControl::ValueControl;

    void show(const StoreLink &link) override
    {
        m_isRecording = false; // setting it stops that
        ValueControl::show(link);
    }
    void connectTo(QObject *binding) override
    {
        ValueControl::connectTo(binding);
        new Keys(this, binding);
    }
    bool isEditing() const override { return m_isRecording; }
    bool editsInParts() const override { return m_isRecording; }

private:
    class Keys final : public QObject
    {
    public:
        Keys(KeySequenceControl *control, QObject *binding)
            : QObject(binding)
            , m_control(control)
        {
            auto *edit = static_cast<QKeySequenceEdit *>(binding->parent());
            edit->installEventFilter(this);
            QObject::connect(edit, &QKeySequenceEdit::editingFinished, this,
                             [this] { m_control->m_isRecording = false; });
        }
        bool eventFilter(QObject *watched, QEvent *event) override
        {
            if (event->type() == QEvent::KeyPress) {
                m_control->m_isRecording = true;
            }
            return QObject::eventFilter(watched, event);
        }

    private:
        KeySequenceControl *m_control;
    };

    bool m_isRecording = false;
};

} // namespace

std::unique_ptr<Control> makeValue(QObject *target, const QMetaProperty &property)
{
    if (auto *slider = qobject_cast<QAbstractSlider *>(target)) {
        return std::make_unique<SliderControl>(slider, property);
    }
    if (auto *box = qobject_cast<QAbstractSpinBox *>(target)) {
        return std::make_unique<SpinControl>(box, property);
    }
    if (qobject_cast<QKeySequenceEdit *>(target) && std::strcmp(property.name(), "keySequence") == 0) {
        return std::make_unique<KeySequenceControl>(target, property);
    }
    return std::make_unique<ValueControl>(target, property);
}

} // namespace nanostores::detail
