#include <nanostores/declarative/storebind.h>

#include <QMetaMethod>
#include <QQmlEngine>
#include <QQmlInfo>

#include <algorithm>
#include <utility>

// The store tells of its changes, the control of its edits. Two flags keep them from answering each other: while the
// store's value is shown, edits are the echo of it; while an edit is written, the store's changes are.

namespace nanostores {

StoreBind::StoreBind(QObject *parent)
    : QObject(parent)
{
}

StoreBind::~StoreBind() = default;

void StoreBind::setStore(QObject *newStore)
{
    if (m_store != newStore) {
        m_store = newStore;
        aim();
        Q_EMIT storeChanged();
    }
}

void StoreBind::setKey(const QString &newKey)
{
    if (m_key != newKey || m_key.isNull() != newKey.isNull()) {
        m_key = newKey;
        aim();
        Q_EMIT keyChanged();
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
    aim();
    if (!m_target.isValid() || !m_target.isWritable() || !m_target.hasNotifySignal()) {
        qmlWarning(this) << "\"" << m_target.name()
                         << "\" cannot be bound both ways: it is not writable, or does not tell of its changes.";
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
    if (std::exchange(m_started, true)) {
        return;
    }
    show();
    m_target.connectNotifySignal(this, SLOT(edited()));
    QObject *object = m_target.object();
    const QMetaObject *meta = object->metaObject();
    if (const int signal = meta->indexOfSignal("editingFinished()"); signal >= 0) {
        m_finishes = true;
        connect(object, meta->method(signal), this,
                staticMetaObject.method(staticMetaObject.indexOfSlot("finished()")));
    }
    m_pressed = meta->property(meta->indexOfProperty("pressed"));
    if (m_pressed.isValid() && m_pressed.hasNotifySignal() && m_pressed.metaType() == QMetaType::fromType<bool>()) {
        connect(object, m_pressed.notifySignal(), this,
                staticMetaObject.method(staticMetaObject.indexOfSlot("pressedChanged()")));
    } else {
        m_pressed = {};
    }
}

void StoreBind::aim()
{
    if (!m_complete) {
        return;
    }
    const auto former = std::exchange(m_source, detail::Source(m_store, m_key, qmlEngine(this))); // observed until then
    if (const QString problem = m_source.problem(); !problem.isEmpty()) {
        qmlWarning(this) << problem;
    }
    observe();
    setPending(false);
    setRejected(false);
    show();
}

void StoreBind::observe()
{
    const auto former = std::exchange(m_listening, m_active ? m_source.listen([this] { storeValueChanged(); })
                                                            : DeclarativeStore::Listening());
}

void StoreBind::setActive(bool newActive)
{
    if (m_active == newActive) {
        return;
    }
    m_active = newActive;
    observe();
    if (m_active && m_complete) {
        storeValueChanged();
    }
    Q_EMIT activeChanged();
}

void StoreBind::storeValueChanged()
{
    if (!m_writing && !m_pending) {
        setRejected(false);
        show();
    }
}

QVariant StoreBind::shown(const QJSValue &value) const
{
    const QMetaType type = m_target.propertyMetaType();
    if (type == QMetaType::fromType<QVariant>() || type == QMetaType::fromType<QJSValue>()) {
        return value.isObject() ? QVariant::fromValue(value) : value.toVariant();
    }
    if (value.isUndefined() || value.isNull()) {
        return type.flags() & QMetaType::PointerToQObject ? QVariant::fromValue<QObject *>(nullptr) : QVariant(type);
    }
    return value.toVariant();
}

void StoreBind::show()
{
    if (!m_source.isValid() || !m_target.isValid()) {
        return;
    }
    const QVariant next = shown(m_source.read());
    const QVariant present = m_target.read();
    if (present == next) {
        return;
    }
    const QPointer<StoreBind> alive(this);
    const bool before = std::exchange(m_showing, true);
    QObject *object = m_target.object();
    QVariant cursor;
    const QString text = present.toString();
    if (m_target.name() == QLatin1String("text")) {
        cursor = object->property("cursorPosition");
    }
    m_target.write(next);
    if (!alive) {
        return;
    }
    if (cursor.isValid()) { // what follows the cursor still does
        const auto length = m_target.read().toString().size();
        object->setProperty("cursorPosition", std::max<qsizetype>(0, length - (text.size() - cursor.toInt())));
    }
    if (alive) {
        m_showing = before;
    }
}

bool StoreBind::isEditing() const
{
    return m_pressed.isValid() ? m_pressed.read(m_target.object()).toBool() : m_finishes;
}

void StoreBind::edited()
{
    if (m_showing || !m_source.isValid()) {
        return;
    }
    if (m_delayed && isEditing()) {
        setPending(true);
    } else {
        commit();
    }
}

void StoreBind::pressedChanged()
{
    if (m_pending && !m_pressed.read(m_target.object()).toBool()) {
        finished();
    }
}

void StoreBind::finished()
{
    const QPointer<StoreBind> alive(this);
    if (m_pending) {
        commit();
        if (alive) {
            setPending(false);
        }
    }
    if (alive && m_source.isValid()) {
        show(); // as the store spells it
    }
}

void StoreBind::commit()
{
    QQmlEngine *engine = qmlEngine(this);
    if (!m_source.isValid() || !m_started || !engine) {
        return;
    }
    const QPointer<StoreBind> alive(this);
    const detail::Source source = m_source;
    QJSValue value = engine->toScriptValue(m_target.read());
    auto written = detail::SourceWrite::Unreadable;
    bool isNumber = true;
    if (value.isString() && source.read().isNumber()) { // a number stays one, though it was typed
        const QString text = value.toString();
        value = QJSValue(text.trimmed().toDouble(&isNumber));
    }
    if (isNumber) {
        m_writing = true;
        written = source.write(value);
        if (!alive) {
            return;
        }
        m_writing = false;
    }
    const bool wait = written == detail::SourceWrite::Unreadable && m_finishes;
    setPending(wait);
    setRejected(written != detail::SourceWrite::Accepted);
    if (written != detail::SourceWrite::Accepted && !wait) {
        show();
    }
}

void StoreBind::revert()
{
    setPending(false);
    setRejected(false);
    show();
}

void StoreBind::setPending(bool newPending)
{
    if (m_pending != newPending) {
        m_pending = newPending;
        Q_EMIT pendingChanged();
    }
}

void StoreBind::setRejected(bool newRejected)
{
    if (m_rejected != newRejected) {
        m_rejected = newRejected;
        Q_EMIT rejectedChanged();
    }
}

} // namespace nanostores
