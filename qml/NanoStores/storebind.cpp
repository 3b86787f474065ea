// SPDX-License-Identifier: MIT
#include <NanoStores/storebind.h>

#include <NanoStores/declarativescoped.h>
#include <NanoStores/detail/controlwatch.h>
#include <NanoStores/detail/jscaller.h>
#include <NanoStores/detail/targetvalue.h>
#include <nanostores/script/detail/plainvariant.h>

#include <QMetaMethod>
#include <QQmlEngine>
#include <QQmlInfo>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

// What is an edit and what is shown when is decided by detail::TwoWayBinding, and which changes of the control are its
// own doing by detail::ControlWatch. Here are the two ends.

namespace nanostores {

StoreBind::StoreBind(QObject *parent)
    : QObject(parent)
    , m_binding(this, this)
{
}

StoreBind::~StoreBind() = default;

void StoreBind::setStore(QObject *newStore)
{
    if (m_store != newStore) {
        m_store = newStore;
        resolveAndSignal(&StoreBind::storeChanged);
    }
}

void StoreBind::setKey(const QString &newKey)
{
    if (m_key != newKey || m_key.isNull()) {
        m_key = detail::Source::keyOf(newKey);
        resolveAndSignal(&StoreBind::keyChanged);
    }
}

void StoreBind::setPath(const QString &newPath)
{
    if (m_path != newPath) {
        m_path = newPath;
        resolveAndSignal(&StoreBind::pathChanged);
    }
}

void StoreBind::resetKey()
{
    if (!m_key.isNull()) {
        m_key = QString();
        resolveAndSignal(&StoreBind::keyChanged);
    }
}

void StoreBind::setDelayed(bool newDelayed)
{
    if (m_delayed != newDelayed) {
        m_delayed = newDelayed;
        Q_EMIT delayedChanged();
    }
}

void StoreBind::setTarget(const QQmlProperty &target)
{
    m_target = target;
}

void StoreBind::classBegin() {}

void StoreBind::componentComplete()
{
    m_complete = true;
    resolveSource();
    if (!m_target.isValid() || !m_target.isWritable() || !m_target.hasNotifySignal()) {
        qmlWarning(this) << "\"" << m_target.name()
                         << "\" cannot be bound both ways: it is not writable, or does not signal its changes.";
        return;
    }
    // A control settles its limits when it is complete, after this; what it makes of the value then is no edit.
    if (QObject *component = detail::componentOf(m_target.object())) {
        connect(component, SIGNAL(completed()), this, SLOT(start()));
    } else {
        start();
    }
}

void StoreBind::start()
{
    if (m_watch) {
        return;
    }
    const QPointer<StoreBind> alive(this); // those who look at the control may delete it
    m_binding.show();
    if (!alive || !m_target.object()) {
        return;
    }
    using detail::ControlWatch;
    using Cause = detail::TwoWayBinding::Cause;
    m_watch = new ControlWatch(m_target, this);
    connect(m_watch, &ControlWatch::changed, this, [this] { m_binding.controlChanged(); });
    connect(m_watch, &ControlWatch::editedByUser, this, [this] { m_binding.controlChanged(Cause::User); });
    connect(m_watch, &ControlWatch::limitsChanged, this, [this] { m_binding.limitsChanged(); });
    connect(m_watch, &ControlWatch::finished, this, [this] { m_binding.finished(); });
    connect(m_watch, &ControlWatch::destruction, this, [this] { m_over = true; });
    m_binding.show();
}

void StoreBind::resolveSource()
{
    if (!m_complete) {
        return;
    }
    const auto former = std::exchange(m_source, detail::Source(detail::storeFor(m_store, this), m_key, m_path,
                                                               qmlEngine(this))); // observed until then
    if (const QString problem = m_source.problem(); !problem.isEmpty()) {
        qmlWarning(this) << problem;
    }
    if (observe()) {
        m_binding.restart();
    }
}

/// Unless those who are notified, or hooks of the stores, have deleted it.
void StoreBind::resolveAndSignal(void (StoreBind::*notify)())
{
    const QPointer<StoreBind> alive(this);
    resolveSource();
    if (alive) {
        Q_EMIT(this->*notify)();
    }
}

/// False: hooks of the store have deleted it.
bool StoreBind::observe()
{
    const QPointer<StoreBind> alive(this);
    auto listening = m_active ? m_source.listen([this] { m_binding.storeChanged(); }) : DeclarativeStore::Listening();
    if (alive) {
        listening.swap(m_listening);
        listening.reset(); // the former one
    }
    return !alive.isNull();
}

void StoreBind::setActive(bool newActive)
{
    if (m_active == newActive) {
        return;
    }
    m_active = newActive;
    const QPointer<StoreBind> alive(this); // those who are notified may delete it
    if (observe() && m_active && m_complete) {
        m_binding.storeChanged();
    }
    if (alive) {
        Q_EMIT activeChanged();
    }
}

void StoreBind::commit()
{
    if (m_watch) {
        m_binding.commit();
    }
}

void StoreBind::revert()
{
    m_binding.revert();
}

bool StoreBind::isReady() const
{
    return !m_over && m_source.isValid() && m_target.isValid();
}

QVariant StoreBind::controlValue() const
{
    return m_watch ? m_watch->value() : detail::readTarget(m_target);
}

bool StoreBind::isText() const
{
    return m_target.propertyMetaType() == QMetaType::fromType<QString>();
}

QVariant StoreBind::shown(const QJSValue &value) const
{
    const QMetaType type = m_target.propertyMetaType();
    if (type == QMetaType::fromType<QVariant>() || type == QMetaType::fromType<QJSValue>()) {
        return value.isObject() || detail::isSymbol(value) ? QVariant::fromValue(value) : value.toVariant();
    }
    if (value.isUndefined() || value.isNull()) {
        return type.flags() & QMetaType::PointerToQObject ? QVariant::fromValue<QObject *>(nullptr) : QVariant(type);
    }
    if (value.isNumber() && isText()) {
        return value.toString(); // as `text: store.value` has it
    }
    if (value.isNumber() && type == QMetaType::fromType<int>()) {
        using Limits = std::numeric_limits<int>;
        const double number = std::isnan(value.toNumber()) ? 0 : value.toNumber();
        return std::clamp<double>(number, Limits::min(), Limits::max());
    }
    if (value.isString() && type == QMetaType::fromType<bool>()) {
        return detail::boolOf(value.toVariant()).value_or(false); // Qt takes "no" for true
    }
    const QVariant plain = detail::PlainVariant(qmlEngine(this)).of(value);
    return detail::isSequence(type) ? detail::fit(plain, type).value_or(plain) : plain;
}

void StoreBind::showStoreValue()
{
    const QVariant next = shown(m_source.read());
    const QVariant present = controlValue();
    if (detail::looksTheSame(present, next) || (present.typeId() != QMetaType::QString && present == next)) {
        return;
    }
    if (isText() && m_target.name() == QLatin1String("text")) {
        showText(present.toString(), next.toString());
    } else if (!m_watch || m_watch->canShow(next)) {
        detail::writeTarget(m_target, next);
    }
}

void StoreBind::showText(const QString &before, const QString &after)
{
    QPointer<QObject> field = m_target.object();
    const QMetaObject *meta = field->metaObject();
    const auto is = [field](const char *name) { return field->property(name); };
    if (meta->indexOfMethod("insert(int,QString)") < 0 || meta->indexOfMethod("remove(int,int)") < 0
        || is("textFormat").toInt() != Qt::PlainText || !is("inputMask").toString().isEmpty()) {
        m_target.write(after);
        return;
    }
    const detail::TextDifference difference(before, after);
    const bool isLine = meta->indexOfProperty("maximumLength") >= 0;
    const auto moved = [&](qsizetype position) {
        return static_cast<int>(isLine ? difference.movedInLine(position) : difference.moved(position));
    };
    const int cursor = is("cursorPosition").toInt();
    const int selected =
        is("selectionStart").toInt() == cursor ? is("selectionEnd").toInt() : is("selectionStart").toInt();
    const auto prefix = static_cast<int>(difference.prefix);
    if (difference.removed > 0) {
        QMetaObject::invokeMethod(field, "remove", Q_ARG(int, prefix),
                                  Q_ARG(int, prefix + static_cast<int>(difference.removed)));
    }
    if (field && difference.inserted > 0) {
        QMetaObject::invokeMethod(field, "insert", Q_ARG(int, prefix),
                                  Q_ARG(QString, after.mid(difference.prefix, difference.inserted)));
    }
    if (field && field->property("text").toString() != after) { // longer than the field takes
        m_target.write(after);
    }
    if (!field) {
        return;
    }
    const auto length = static_cast<int>(field->property("text").toString().size());
    const int end = std::min(moved(cursor), length);
    if (cursor != selected) {
        QMetaObject::invokeMethod(field, "select", Q_ARG(int, std::min(moved(selected), length)), Q_ARG(int, end));
    } else if (is("cursorPosition").toInt() != end) {
        field->setProperty("cursorPosition", end);
    }
}

bool StoreBind::storeHoldsControlValue() const
{
    return detail::looksTheSame(controlValue(), shown(m_source.read()));
}

bool StoreBind::storeHasValue() const
{
    return !m_source.read().isUndefined();
}

detail::Written StoreBind::writeControlValue()
{
    using detail::Written;
    QQmlEngine *engine = qmlEngine(this);
    if (!engine) {
        return Written::Refused;
    }
    const detail::Source source = m_source;
    QJSValue value = engine->toScriptValue(controlValue());
    if (value.isString() && source.read().isNumber()) { // a number stays one, though it was typed
        const auto number = detail::realOfText(detail::withDecimalPoint(value.toString()));
        if (!number) {
            return Written::Unreadable;
        }
        value = QJSValue(*number);
    }
    detail::SourceWrite written = source.write(value);
    if (written == detail::SourceWrite::Unreadable && value.isString()) { // an absent number, typed with a comma
        if (const QString text = detail::withDecimalPoint(value.toString()); text != value.toString()) {
            written = source.write(text);
        }
    }
    switch (written) {
    case detail::SourceWrite::Accepted:
        return Written::Accepted;
    case detail::SourceWrite::Refused:
        return Written::Refused;
    case detail::SourceWrite::Unreadable:
        break;
    }
    return Written::Unreadable;
}

bool StoreBind::waitsForFinish() const
{
    return m_delayed && m_watch && (m_watch->canBePressed() ? m_watch->isPressed() : m_watch->finishes());
}

bool StoreBind::keepsUnreadable() const
{
    return m_watch && m_watch->finishes() && isText();
}

bool StoreBind::changedByItself(const QVariant &before) const
{
    return m_watch && m_watch->changedByItself(before);
}

void StoreBind::settled()
{
    if (m_watch) {
        m_watch->settle();
    }
}

void StoreBind::showLater()
{
    if (m_watch) {
        m_watch->settleLater();
    }
}

void StoreBind::fallBack()
{
    m_binding.show();
}

void StoreBind::announcePending()
{
    Q_EMIT pendingChanged();
}

void StoreBind::announceRejected()
{
    Q_EMIT rejectedChanged();
}

} // namespace nanostores
