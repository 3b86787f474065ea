// SPDX-License-Identifier: MIT
#include <NanoStores/declarativeatom.h>

#include <nanostores/core/errors.h>

#include <QPointer>
#include <QQmlInfo>

#include <exception>
#include <utility>

namespace nanostores {

DeclarativeAtom::DeclarativeAtom(QObject *parent)
    : DeclarativeStore(parent)
    , m_store(JsValue())
    , m_valueTie(detail::ObservedAccess::describe<&DeclarativeAtom::listenToValue, &DeclarativeAtom::valueChanged>(
          this, &m_valueTie, staticMetaObject, SIGNAL(valueChanged())))
{
}

DeclarativeAtom::~DeclarativeAtom() = default;

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
    return std::make_shared<Subscription>(m_store.listen(std::move(changed)));
}

void DeclarativeAtom::adopt(const QString &name)
{
    const auto former = std::exchange(m_store, detail::shareNamed(this, name, m_store));
    if (former == m_store) {
        return;
    }
    if (m_valueTie) {
        m_valueTie = listenToValue();
    }
    if (!(former.peek() == m_store.peek())) {
        notifyValue();
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
        StoreChange change(event.newValue().in(self->engine()), QString());
        Q_EMIT self->setting(&change);
        if (change.isAborted()) {
            event.abort();
        } else if (change.isReplaced() && self) {
            event.replace(self->toNative(change.newValue()));
        }
    }));
}

void DeclarativeAtom::applyUnmountDelay(std::chrono::milliseconds delay)
{
    nanostores::setUnmountDelay(m_store, delay);
}

} // namespace nanostores
