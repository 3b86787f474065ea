// SPDX-License-Identifier: MIT
#include <NanoStores/declarativeatom.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/edit.h>

#include <QJsonValue>
#include <QPointer>
#include <QQmlInfo>

#include <exception>
#include <utility>

namespace nanostores {

namespace {

/// Inspectors set it to any JSON. MapStores keep an object of JavaScript, which is the engine's.
bool editJsAtom(detail::Node &node, const detail::ValueSource &from)
{
    QJsonValue json;
    if (!from.whole(typeid(QJsonValue), &json)) {
        return false;
    }
    static_cast<Atom<JsValue>::node_type &>(node).set(JsValue::ofJson(json));
    return true;
}

[[maybe_unused]] const bool jsAtomsAreEditable =
    (detail::setEditor(typeid(Atom<JsValue>::node_type), &editJsAtom), true);

} // namespace

DeclarativeAtom::DeclarativeAtom(QObject *parent)
    : DeclarativeStore(parent)
    , m_store(JsValue())
    , m_valueTie(detail::ObservedAccess::describe<&DeclarativeAtom::listenToValue, &DeclarativeAtom::valueChanged>(
          this, &m_valueTie, staticMetaObject, SIGNAL(valueChanged())))
{
}

DeclarativeAtom::~DeclarativeAtom()
{
    endObservation();
}

detail::ObserverLink DeclarativeAtom::listenToValue()
{
    return detail::ObserverLink::to(m_store, [this] { notifyValue(); });
}

QJSValue DeclarativeAtom::value() const
{
    return m_store().in(engine());
}

void DeclarativeAtom::setValue(const QJSValue &newValue)
{
    const JsValue asked = toNative(newValue);
    if (!isComplete()) {
        m_store.set(asked); // it cannot have hooks yet
        return;
    }
    const QPointer<DeclarativeAtom> alive(this); // those who are notified may delete it
    const auto store = m_store;
    try {
        store.set(asked);
    } catch (...) {
        detail::reportError(std::current_exception());
    }
    if (alive && !(store.peek() == asked)) {
        notifyValue();
    }
}

QJSValue DeclarativeAtom::get() const
{
    detail::JsCaller::noteGet();
    return m_store.get().in(engine());
}

QJSValue DeclarativeAtom::read(const QString &key) const
{
    const QJSValue whole = value();
    return key.isNull() ? whole : detail::propertyOf(whole, key);
}

bool DeclarativeAtom::isWritable() const
{
    return true;
}

bool DeclarativeAtom::write(const QString &key, const QJSValue &newValue)
{
    if (key.isNull()) {
        const auto store = m_store;
        const JsValue asked = toNative(newValue);
        setValue(newValue);
        return store.peek() == asked;
    }
    QJSEngine *js = engine();
    const QJSValue present = m_store.peek().in(js);
    if (JsValue(detail::propertyOf(present, key), js, false) == JsValue(newValue, js, false)) {
        return true;
    }
    const bool none = present.isUndefined() || present.isNull();
    const QJSValue next = detail::copyWithKey(none ? js->newObject() : present, key, newValue, js);
    if (next.isUndefined()) {
        qmlWarning(this) << "the key \"" << key << "\" cannot be set: the store holds " << detail::described(present)
                         << ", which has no keys. It stays as it is.";
        return false;
    }
    return write(QString(), next);
}

DeclarativeStore::Listening DeclarativeAtom::listenTo(const QString &, std::function<void()> changed)
{
    return std::make_shared<Subscription>(m_store.listen(detail::forView(std::move(changed))));
}

void DeclarativeAtom::adopt(const QString &name)
{
    const auto former = std::exchange(m_store, detail::shareNamed(this, name, m_store));
    if (former == m_store) {
        return;
    }
    const QPointer<DeclarativeAtom> alive(this); // hooks, and those who are notified, may delete it
    if (m_valueTie) {
        auto tie = listenToValue();
        if (!alive) {
            return;
        }
        m_valueTie = std::move(tie);
    }
    const bool isObserved = relistenToChanges();
    if (!alive || former.peek() == m_store.peek()) {
        return;
    }
    notifyValue();
    if (alive && isObserved && announcesChanges()) {
        m_change.note(m_store.peek(), former.peek());
        notifyChange();
    }
}

detail::ObserverLink DeclarativeAtom::listenToChanges()
{
    return detail::ObserverLink::to(m_store, [this](const JsValue &value, const JsValue &oldValue) {
        if (announcesChanges()) {
            m_change.note(value, oldValue);
            notifyChange();
        }
    });
}

void DeclarativeAtom::sendChange()
{
    if (const auto change = m_change.take()) {
        sendChanged(change->value.in(engine()), change->oldValue.in(engine()), {});
    }
}

void DeclarativeAtom::applyEqual(bool isCustom)
{
    if (isCustom) {
        m_store.setEqual(equalFunction());
    } else {
        m_store.setEqual({});
    }
}

void DeclarativeAtom::hook()
{
    hookMount(m_store);
    keepHook(onSet(m_store, [self = QPointer<DeclarativeAtom>(this)](auto &event) {
        static const QMetaMethod signal = QMetaMethod::fromSignal(&DeclarativeAtom::setting);
        if (!self || !self->isSignalConnected(signal)) {
            return;
        }
        QJSEngine *const js = self->engine();
        StoreChange change(event.newValue().in(js), QString(), detail::sharedOf(event, js));
        Q_EMIT self->setting(&change);
        if (change.isAborted()) {
            event.abort();
        } else if (change.isReplaced() && self) {
            event.replace(self->toNative(change.newValue()));
        }
    }));
    keepHook(onNotify(m_store, [self = QPointer<DeclarativeAtom>(this)](auto &event) {
        static const QMetaMethod signal = QMetaMethod::fromSignal(&DeclarativeAtom::notifying);
        if (!self || !self->isSignalConnected(signal)) {
            return;
        }
        QJSEngine *const js = self->engine();
        const JsValue *const oldValue = event.oldValue();
        StoreNotification change(self->m_store.peek().in(js), oldValue ? oldValue->in(js) : QJSValue(), QString(),
                                 detail::sharedOf(event, js));
        Q_EMIT self->notifying(&change);
        if (change.isAborted()) {
            event.abort();
        }
    }));
}

void DeclarativeAtom::applyUnmountDelay(std::chrono::milliseconds delay)
{
    nanostores::setUnmountDelay(m_store, delay);
}

} // namespace nanostores
