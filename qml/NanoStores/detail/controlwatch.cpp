// SPDX-License-Identifier: MIT
#include <NanoStores/detail/controlwatch.h>

#include <NanoStores/detail/jscaller.h>
#include <NanoStores/detail/targetvalue.h>

#include <QAbstractItemModel>
#include <QMetaMethod>
#include <QQmlListReference>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

// A notify signal does not say why. The reasons that are no edit are found by what limits the value:
//
// - A range is announced before the control puts its value into it, so the store's value is shown again in between, and
//   the control has nothing to put right. If that could not be (an edit waits), the value before is out of the range.
// - A length is announced after the text was cut: then the property that limits it differs from what was announced.
// - So is the height of a tumbler, after its view was resized.
// - An index is changed when the model or the children of a view change: before the new count is announced, after it,
//   or when the view is laid out. It then stands for the same item as before, or its item is gone, or it is reset.

namespace nanostores::detail {

namespace {

constexpr std::array<const char *, 6> UserSignals{"moved()",     "valueModified()", "activated(int)",
                                                  "activated()", "textEdited()",    "toggled()"};
constexpr std::array<const char *, 8> Ranges{"from",    "to",      "minimumValue", "maximumValue",
                                             "minimum", "maximum", "decimals",     "stepSize"};
constexpr std::array<const char *, 3> Lengths{"maximumLength", "inputMask", "textFormat"};
constexpr std::array<const char *, 6> Contents{"model", "count", "contentChildren", "wrap", "delegate", "textRole"};
constexpr std::array<std::array<const char *, 2>, 3> Ends{
    {{"from", "to"}, {"minimumValue", "maximumValue"}, {"minimum", "maximum"}}};

QMetaProperty propertyOf(const QObject *object, const char *name)
{
    const QMetaObject *meta = object->metaObject();
    return meta->property(meta->indexOfProperty(name));
}

bool isTrue(const QObject *object, const char *name)
{
    const QMetaProperty property = propertyOf(object, name);
    return property.isValid() && property.metaType() == QMetaType::fromType<bool>() && property.read(object).toBool();
}

QObject *objectIn(const QObject *object, const char *name)
{
    const QVariant value = object->property(name);
    return value.metaType().flags() & QMetaType::PointerToQObject ? value.value<QObject *>() : nullptr;
}

bool holdsNumber(const QVariant &value)
{
    return value.typeId() == QMetaType::Double || value.typeId() == QMetaType::Int;
}

/// A view lays changes of its model out later; now is better.
void layOut(QObject *view)
{
    if (view && view->metaObject()->indexOfMethod("forceLayout()") >= 0) {
        QMetaObject::invokeMethod(view, "forceLayout");
    }
}

} // namespace

ControlWatch::ControlWatch(const QQmlProperty &target, QObject *parent)
    : QObject(parent)
    , m_target(target)
    , m_object(target.object())
    , m_isIndex(target.name() == QLatin1String("currentIndex"))
{
    const QMetaObject *meta = m_object->metaObject();
    connectTo(m_object, m_target.property().notifySignal(), "changed()");
    for (const char *name : UserSignals) {
        if (const int signal = meta->indexOfSignal(name); signal >= 0) {
            connectTo(m_object, meta->method(signal), "edited()");
        }
    }
    if (const int signal = meta->indexOfSignal("editingFinished()"); signal >= 0) {
        m_finishes = true;
        connectTo(m_object, meta->method(signal), "finished()");
    }
    m_pressed = propertyOf(m_object, "pressed");
    if (m_pressed.isValid() && m_pressed.hasNotifySignal() && m_pressed.metaType() == QMetaType::fromType<bool>()) {
        connectTo(m_object, m_pressed.notifySignal(), "pressedChanged()");
    } else {
        m_pressed = {};
    }
    if (QObject *component = componentOf(m_object)) {
        connect(component, SIGNAL(destruction()), this, SIGNAL(destruction()));
    }
    const auto children = m_object->findChildren<QObject *>(QString(), Qt::FindDirectChildrenOnly);
    for (QObject *child : children) {
        if (child->inherits("QQuickBehavior") && child->property("targetProperty").value<QQmlProperty>() == m_target) {
            m_behavior = child;
            // What it is sent back to in mid-flight may be what it shows: then the property announces nothing.
            connect(child, SIGNAL(targetValueChanged()), this, SIGNAL(changed()), Qt::QueuedConnection);
        }
    }
    watchRange(m_object);
    for (const char *name : Lengths) {
        addLimit(m_object, name, Kind::Length);
    }
    if (m_target.name() == QLatin1String("position")) { // of a scroll bar
        addLimit(m_object, "size", Kind::Length);
    }
    m_isPopup = m_target.name() == QLatin1String("visible") && meta->indexOfSignal("aboutToHide()") >= 0
                && meta->indexOfSignal("aboutToShow()") >= 0;
    if (m_isPopup) {
        m_isOpen = m_target.read().toBool();
        connect(m_object, SIGNAL(aboutToShow()), this, SLOT(opens()));
        connect(m_object, SIGNAL(aboutToHide()), this, SLOT(closes()));
        connect(m_object, SIGNAL(aboutToShow()), this, SIGNAL(changed()), Qt::QueuedConnection);
        connect(m_object, SIGNAL(aboutToHide()), this, SIGNAL(changed()), Qt::QueuedConnection);
    }
    if (m_isIndex && meta->indexOfProperty("currentItem") < 0) {
        m_itemAt = meta->indexOfMethod("itemAt(int)");
    }
    if (m_isIndex || propertyOf(m_object, "editText").isValid()) {
        watchContents(m_object);
    }
    if (m_isIndex && m_object->inherits("QQuickTumbler")) { // its view turns to another item as it is resized
        addLimit(m_object, "availableHeight", Kind::Length);
    }
    settle();
}

void ControlWatch::watchRange(QObject *object)
{
    for (const char *name : Ranges) {
        addLimit(object, name, Kind::Range);
    }
    QObject *slider = object->parent();
    if (!slider || propertyOf(object, "from").isValid() || objectIn(slider, "first") == nullptr) {
        return;
    }
    for (const char *name : Ranges) { // one end of a RangeSlider, which the other one limits
        addLimit(slider, name, Kind::Range);
    }
    for (const char *name : {"first", "second"}) {
        if (QObject *end = objectIn(slider, name); end && end != object) {
            addLimit(end, "value", Kind::Range);
        }
    }
}

void ControlWatch::watchContents(QObject *object)
{
    for (const char *name : Contents) {
        addLimit(object, name, Kind::Contents);
    }
}

void ControlWatch::addLimit(QObject *object, const char *name, Kind kind)
{
    const QMetaProperty property = propertyOf(object, name);
    if (!property.isValid() || (object == m_object && m_target.name() == QLatin1String(name))) {
        return;
    }
    if (property.hasNotifySignal()) {
        connectTo(object, property.notifySignal(), "limitChanged()");
    }
    const bool isList = std::strcmp(name, "contentChildren") == 0; // only its signal is of use
    if (!isList && std::strcmp(name, "delegate") != 0) {
        m_limits.push_back({object, property, kind, property.read(object)});
    }
}

void ControlWatch::connectTo(QObject *object, const QMetaMethod &signal, const char *slot)
{
    connect(object, signal, this, staticMetaObject.method(staticMetaObject.indexOfMethod(slot)));
}

QVariant ControlWatch::value() const
{
    if (m_isPopup) {
        return m_isOpen;
    }
    if (m_behavior && !isPressed()) {
        const QObject *animation = objectIn(m_behavior, "animation");
        if (animation && isTrue(animation, "running")) {
            return m_behavior->property("targetValue");
        }
    }
    return readTarget(m_target);
}

bool ControlWatch::canShow(const QVariant &next) const
{
    return !m_object || m_size < 0 || next.toInt() < m_object->property("count").toInt();
}

bool ControlWatch::changedByItself(const QVariant &before) const
{
    if (!m_object) {
        return true;
    }
    return isCut() || (m_isIndex ? isElsewhere(before) : m_rangeChanged && isOutOfRange(before));
}

bool ControlWatch::isCut() const
{
    return std::any_of(m_limits.begin(), m_limits.end(),
                       [](const Limit &limit) { return limit.isComparable() && limit.read() != limit.announced; });
}

bool ControlWatch::isOutOfRange(const QVariant &before) const
{
    if (before.typeId() == QMetaType::QString) {
        const QVariant longest = m_object->property("maximumLength");
        return longest.isValid() && before.toString().size() > longest.toInt();
    }
    if (!holdsNumber(before)) {
        return false;
    }
    const QObject *owner =
        propertyOf(m_object, "from").isValid() || !m_object->parent() ? m_object.data() : m_object->parent();
    for (const auto &[first, second] : Ends) {
        const QVariant from = owner->property(first);
        const QVariant to = owner->property(second);
        if (holdsNumber(from) && holdsNumber(to)) {
            const auto [low, high] = std::minmax({from.toDouble(), to.toDouble()});
            return before.toDouble() < low || before.toDouble() > high;
        }
    }
    return false;
}

bool ControlWatch::isElsewhere(const QVariant &before) const
{
    const int former = before.toInt();
    const int index = m_target.read().toInt();
    const int count = this->count();
    if (m_size >= 0 && (contentSize() < m_size || index >= count)) { // a child has gone, or came before this one
        return true;
    }
    if (m_object->inherits("QQuickTumbler") && (index < 0 || former < 0)) {
        return true; // only when it is empty it is without a choice
    }
    if (const auto *model = qobject_cast<QAbstractItemModel *>(objectIn(m_object, "model"));
        model && count != std::numeric_limits<int>::max() && model->rowCount() != count) {
        return true; // the view is following its model
    }
    const QObject *item = currentItem();
    if ((item && item == m_item) || hasLostItem()) {
        return true;
    }
    const bool isPutRight = former >= count && (index == count - 1 || index <= 0);
    const bool isFirst = former < 0 && index == 0;
    const bool stoodForNone = (m_size >= 0 || m_itemAt >= 0) && former >= m_count;
    return m_contentsChanged && (isPutRight || isFirst || stoodForNone);
}

QObject *ControlWatch::currentItem() const
{
    return m_itemAt < 0 ? objectIn(m_object, "currentItem") : itemAt(m_target.read().toInt());
}

void ControlWatch::noteItem()
{
    m_item = currentItem();
    m_stoodForItem = m_item != nullptr;
}

QObject *ControlWatch::itemAt(int index) const
{
    const QMetaMethod method = m_object->metaObject()->method(m_itemAt);
    QObject *item = nullptr; // a QQuickItem is one, at the same address
    method.invoke(m_object.data(), Qt::DirectConnection,
                  QGenericReturnArgument(method.typeName(), static_cast<void *>(&item)),
                  QGenericArgument("int", static_cast<const void *>(&index)));
    return item;
}

bool ControlWatch::hasLostItem() const
{
    if (m_itemAt < 0 || !m_stoodForItem) {
        return false;
    }
    for (int index = 0; index < count(); ++index) {
        if (itemAt(index) == m_item) {
            return !m_item;
        }
    }
    return true;
}

bool ControlWatch::isPulled() const
{
    constexpr int StrictlyEnforceRange = 2;
    const QObject *view = objectIn(m_object, "contentItem");
    return view && view->property("highlightRangeMode").toInt() == StrictlyEnforceRange;
}

int ControlWatch::count() const
{
    const QVariant counted = m_object->property("count");
    return counted.isValid() ? counted.toInt() : std::numeric_limits<int>::max();
}

qsizetype ControlWatch::contentSize() const
{
    if (!propertyOf(m_object, "contentChildren").isValid()) {
        return -1;
    }
    const QQmlListReference children(m_object, "contentData");
    return children.canCount() ? children.count() : -1;
}

void ControlWatch::settle()
{
    if (!m_object) {
        return;
    }
    m_rangeChanged = false;
    if (m_isIndex) {
        m_size = contentSize();
        if (!m_contentsChanged) {
            noteItem();
            m_count = count();
        }
    }
}

void ControlWatch::settleLater()
{
    if (!std::exchange(m_willSettle, true)) {
        QMetaObject::invokeMethod(this, &ControlWatch::settleNow, Qt::QueuedConnection);
    }
}

void ControlWatch::settleNow()
{
    m_willSettle = false;
    if (!m_object) {
        return;
    }
    if (m_isIndex) {
        const QPointer<ControlWatch> alive(this);
        layOut(m_object);
        if (alive && m_object) {
            layOut(objectIn(m_object, "contentItem"));
        }
        if (!alive || !m_object) {
            return;
        }
        m_contentsChanged = false;
    }
    Q_EMIT limitsChanged();
}

void ControlWatch::limitChanged()
{
    bool contents = m_isIndex && sender() == m_object;
    for (Limit &limit : m_limits) {
        if (limit.object == sender() && limit.property.notifySignalIndex() == senderSignalIndex()) {
            limit.announced = limit.read();
            contents = contents && limit.kind == Kind::Contents;
        }
    }
    if (contents) {
        m_contentsChanged = true;
        settleLater();
    }
    if (contents && m_size >= 0 && isPulled()) {
        return; // its view would pull the index back
    }
    const QPointer<ControlWatch> alive(this);
    Q_EMIT limitsChanged();
    if (!alive || !m_object) {
        return;
    }
    m_rangeChanged = true; // the control is going to put its value into it
    if (const int index = contents ? m_target.read().toInt() : -1; index >= m_count && index < count()) {
        m_count = count(); // it stands for an item now
        noteItem();
    }
}

void ControlWatch::edited()
{
    if (isCut()) { // a field says so when its mask goes
        Q_EMIT changed();
    } else {
        Q_EMIT editedByUser();
    }
}

// A popup that is asked to open or close while it signals that it does would do both.
void ControlWatch::opens()
{
    m_isOpen = true;
}

void ControlWatch::closes()
{
    m_isOpen = false;
}

void ControlWatch::pressedChanged()
{
    if (!isPressed()) {
        Q_EMIT finished();
    }
}

bool ControlWatch::isPressed() const
{
    return m_object && m_pressed.isValid() && m_pressed.read(m_object).toBool();
}

} // namespace nanostores::detail
