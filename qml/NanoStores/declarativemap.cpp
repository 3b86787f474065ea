// SPDX-License-Identifier: MIT
#include <NanoStores/declarativemap.h>

#include <NanoStores/detail/source.h>
#include <nanostores/core/errors.h>
#include <nanostores/qt/detail/keyhub.h>
#include <nanostores/script/detail/ownproperty.h>
#include <nanostores/script/detail/value.h>

#include <QJSValueIterator>
#include <QQmlInfo>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace nanostores {

/// Who listens to a key through this object; named otherwise, the object has it listen to another store.
struct DeclarativeMap::KeyListener
{
    /// Mounts the store, so its hooks may end the listening.
    void listenTo(const Map<QString, JsValue> &store)
    {
        link.reset();
        if (!isOver) {
            link.emplace(store, key, detail::forView(changed));
        }
        if (isOver) {
            link.reset();
        }
    }
    void notify() const
    {
        if (!isOver && link) {
            const auto running = changed; // may end its own listening
            running();
        }
    }
    void end()
    {
        isOver = true;
        link.reset();
    }

    QString key;
    std::function<void()> changed;
    std::optional<detail::KeyLinkOf<QString, JsValue, detail::ViewFunction<std::function<void()>>>> link;
    bool isOver = false;
};

namespace {

int countOf(const Dictionary<QString, JsValue> &entries, bool (JsValue::*has)() const)
{
    int number = 0;
    for (const auto &entry : entries) {
        number += (entry.second.*has)() ? 1 : 0;
    }
    return number;
}

} // namespace

DeclarativeMap::DeclarativeMap(QObject *parent)
    : DeclarativeStore(parent)
    , m_valueTie(detail::ObservedAccess::describe<&DeclarativeMap::listenToValue, &DeclarativeMap::valueChanged>(
          this, &m_valueTie, staticMetaObject, SIGNAL(valueChanged())))
{
}

DeclarativeMap::~DeclarativeMap()
{
    endObservation();
    for (const auto &listener : keyListeners()) {
        listener->end();
    }
}

/// Those that are still there.
std::vector<std::shared_ptr<DeclarativeMap::KeyListener>> DeclarativeMap::keyListeners() const
{
    std::vector<std::shared_ptr<KeyListener>> all;
    for (const auto &weak : m_keyListeners) {
        if (auto listener = weak.lock()) {
            all.push_back(std::move(listener));
        }
    }
    return all;
}

detail::ObserverLink DeclarativeMap::listenToValue()
{
    return detail::ObserverLink::to(m_store, [this] { notifyValue(); });
}

DeclarativeMap::Entries DeclarativeMap::toEntries(const QJSValue &object) const
{
    Entries entries;
    QJSValueIterator property(object);
    while (property.next()) {
        entries.insert(property.name(), toNative(property.value()));
    }
    return entries;
}

QJSValue DeclarativeMap::toObject(const Entries &entries) const
{
    const bool isShown = m_object.isObject() && m_shown.isSharedWith(entries)
                         && (m_shownObjects == 0 || countOf(entries, &JsValue::isDestroyed) == m_shownDestroyed);
    if (!isShown) {
        if (!engine()) {
            return {};
        }
        show(entries, newObject(entries));
    }
    return m_object;
}

QJSValue DeclarativeMap::newObject(const Entries &entries) const
{
    QJSEngine *const js = engine();
    if (!js) {
        return {};
    }
    QJSValue object = js->newObject();
    for (const auto &[key, value] : entries) {
        detail::setOwnProperty(js, object, key, value.in(js));
    }
    return object;
}

void DeclarativeMap::show(const Entries &entries, const QJSValue &object) const
{
    m_object = object;
    m_shown = entries;
    m_shownObjects = countOf(entries, &JsValue::isQObject);
    m_shownDestroyed = m_shownObjects == 0 ? 0 : countOf(entries, &JsValue::isDestroyed);
}

QJSValue DeclarativeMap::value() const
{
    return toObject(m_store());
}

void DeclarativeMap::setValue(const QJSValue &newValue)
{
    assign(newValue);
}

/// Whether the store holds it then.
bool DeclarativeMap::assign(const QJSValue &given)
{
    const QJSValue newValue = unwrapped(given);
    if (!isEntries(newValue)) {
        if (isComplete()) {
            notifyValue();
        }
        return false;
    }
    const Entries asked = toEntries(newValue);
    const QPointer<DeclarativeMap> alive(this); // those who are notified may delete it
    const auto store = m_store;
    try {
        store.set(asked);
    } catch (...) {
        detail::reportError(std::current_exception());
    }
    if (store.peek().isSharedWith(asked)) {
        if (alive) {
            show(asked, newValue);
        }
        return true;
    }
    if (store.peek() == asked) {
        return true;
    }
    if (alive && isComplete()) {
        notifyValue();
    }
    return false;
}

bool DeclarativeMap::isEntries(const QJSValue &value) const
{
    if (detail::isPlainObject(value, engine())) {
        if (!detail::hasSymbols(value)) {
            return true;
        }
        qmlWarning(this) << "value has a symbol for a key, and keys are text. The store keeps what it has.";
        return false;
    }
    qmlWarning(this) << "value must be an object with a property for each key, not " << detail::described(value)
                     << ". The store keeps what it has; `({})` empties it.";
    return false;
}

std::optional<QString> DeclarativeMap::keyOf(const QJSValue &key, const char *where) const
{
    if (!key.isString() && !key.isNumber()) {
        qmlWarning(this) << where << "(): the key must be text, not " << detail::described(key) << '.';
        return std::nullopt;
    }
    const QString text = key.toString();
    return text.isNull() ? QStringLiteral("") : text;
}

QStringList DeclarativeMap::keys() const
{
    QStringList keys;
    for (const auto &entry : m_store()) {
        keys.append(entry.first);
    }
    return keys;
}

int DeclarativeMap::count() const
{
    return static_cast<int>(m_store().size());
}

QJSValue DeclarativeMap::get() const
{
    detail::JsCaller::noteGet();
    return toObject(m_store.get());
}

QJSValue DeclarativeMap::getKey(const QJSValue &key) const
{
    detail::JsCaller::noteGet();
    const auto name = keyOf(key, "getKey");
    const JsValue *value = name ? m_store.getKey(*name) : nullptr;
    return value ? value->in(engine()) : QJSValue();
}

bool DeclarativeMap::hasKey(const QJSValue &key) const
{
    const auto name = keyOf(key, "hasKey");
    return name && m_store.getKey(*name);
}

void DeclarativeMap::setKey(const QJSValue &key, const QJSValue &newValue)
{
    if (const auto name = keyOf(key, "setKey")) {
        write(*name, newValue);
    }
}

void DeclarativeMap::removeKey(const QJSValue &key)
{
    if (const auto name = keyOf(key, "removeKey")) {
        write(*name, QJSValue());
    }
}

QJSValue DeclarativeMap::read(const QString &key) const
{
    if (key.isNull()) {
        return value();
    }
    const JsValue *present = m_store().find(key);
    return present ? present->in(engine()) : QJSValue();
}

bool DeclarativeMap::isWritable() const
{
    return true;
}

bool DeclarativeMap::write(const QString &key, const QJSValue &newValue)
{
    if (key.isNull()) {
        return assign(newValue);
    }
    const JsValue asked = toNative(newValue);
    const auto store = m_store; // those who are notified may delete this
    const auto listeners = keyListeners();
    try {
        if (newValue.isUndefined()) {
            store.removeKey(key);
        } else {
            store.setKey(key, asked);
        }
    } catch (...) {
        detail::reportError(std::current_exception());
    }
    const JsValue *present = store.getKey(key);
    const bool held = present ? *present == asked : newValue.isUndefined();
    for (const auto &listener : listeners) {
        if (!held && listener->key == key) {
            listener->notify();
        }
    }
    return held;
}

DeclarativeStore::Listening DeclarativeMap::listenTo(const QString &key, std::function<void()> changed)
{
    if (key.isNull()) {
        return std::make_shared<Subscription>(m_store.listen(detail::forView(std::move(changed))));
    }
    const auto listener = std::make_shared<KeyListener>();
    listener->key = key;
    listener->changed = std::move(changed);
    const Listening listening(listener.get(), [listener](void *) { listener->end(); });
    if (m_keyListeners.size() >= m_keyListenersToSift) {
        std::erase_if(m_keyListeners, [](const auto &weak) { return weak.expired(); });
        m_keyListenersToSift = 2 * m_keyListeners.size() + 16;
    }
    m_keyListeners.push_back(listener);
    const auto store = m_store;
    listener->listenTo(store); // last: hooks of the store may delete this
    return listening;
}

void DeclarativeMap::adopt(const QString &name)
{
    const auto former = std::exchange(m_store, detail::shareNamed(this, name, m_store));
    if (former == m_store) {
        return;
    }
    const QPointer<DeclarativeMap> alive(this); // hooks, and those who are notified, may delete it
    const auto listeners = keyListeners();
    const auto store = m_store;
    if (m_valueTie) {
        auto tie = listenToValue();
        if (!alive) {
            return;
        }
        m_valueTie = std::move(tie);
    }
    for (const auto &listener : listeners) {
        listener->listenTo(store);
    }
    const bool isObserved = alive && relistenToChanges();
    if (alive && !(former.peek() == store.peek())) {
        notifyValue();
        if (alive && isObserved && announcesChanges()) {
            m_change.note(store.peek(), former.peek());
            notifyChange();
        }
        for (const auto &listener : listeners) {
            listener->notify();
        }
    }
}

detail::ObserverLink DeclarativeMap::listenToChanges()
{
    return detail::ObserverLink::to(m_store, [this](const Entries &value, const Entries &oldValue, const QString *key) {
        if (announcesChanges()) {
            m_change.note(value, oldValue, key ? detail::Source::keyOf(*key) : QString());
            notifyChange();
        }
    });
}

void DeclarativeMap::sendChange()
{
    if (const auto change = m_change.take()) {
        sendChanged(toObject(change->value), newObject(change->oldValue),
                    change->key.isNull() ? QJSValue() : QJSValue(change->key));
    }
}

void DeclarativeMap::applyEqual(bool isCustom)
{
    if (isCustom) {
        m_store.setEqKey(equalFunction<QString>());
    } else {
        m_store.setEqKey({});
    }
}

void DeclarativeMap::hook()
{
    hookMount(m_store);
    keepHook(onSet(m_store, [self = QPointer<DeclarativeMap>(this)](auto &event) {
        static const QMetaMethod signal = QMetaMethod::fromSignal(&DeclarativeMap::setting);
        if (!self || !self->isSignalConnected(signal)) {
            return;
        }
        const QString *key = event.changed();
        QJSValue newValue;
        if (!key) {
            newValue = self->newObject(event.newValue());
        } else if (const JsValue *value = event.newKeyValue()) {
            newValue = value->in(self->engine());
        }
        StoreChange change(newValue, key ? *key : QString(), detail::sharedOf(event, self->engine()));
        Q_EMIT self->setting(&change);
        if (change.isAborted()) {
            event.abort();
        } else if (change.isReplaced() && self) {
            if (key) {
                event.replaceKey(self->toNative(change.newValue()));
            } else if (const QJSValue value = self->unwrapped(change.newValue()); self->isEntries(value)) {
                event.replace(self->toEntries(value));
            } else {
                event.abort();
            }
        }
    }));
    keepHook(onNotify(m_store, [self = QPointer<DeclarativeMap>(this)](auto &event) {
        static const QMetaMethod signal = QMetaMethod::fromSignal(&DeclarativeMap::notifying);
        if (!self || !self->isSignalConnected(signal)) {
            return;
        }
        QJSEngine *const js = self->engine();
        const QString *const key = event.changed();
        const auto valueIn = [&](const Entries &entries) {
            const JsValue *const value = key ? entries.find(*key) : nullptr;
            return !key ? self->newObject(entries) : value ? value->in(js) : QJSValue();
        };
        const Entries *const oldValue = event.oldValue();
        StoreNotification change(valueIn(self->m_store.peek()), oldValue ? valueIn(*oldValue) : QJSValue(),
                                 key ? *key : QString(), detail::sharedOf(event, js));
        Q_EMIT self->notifying(&change);
        if (change.isAborted()) {
            event.abort();
        }
    }));
}

void DeclarativeMap::applyUnmountDelay(std::chrono::milliseconds delay)
{
    nanostores::setUnmountDelay(m_store, delay);
}

} // namespace nanostores
