// SPDX-License-Identifier: MIT
#include <NanoStores/storekey.h>

#include <NanoStores/declarativescoped.h>
#include <nanostores/core/batch.h>

#include <QMetaMethod>
#include <QQmlEngine>
#include <QQmlInfo>

#include <utility>

namespace nanostores {

StoreKey::StoreKey(QObject *parent)
    : QObject(parent)
{
}

StoreKey::~StoreKey() = default;

void StoreKey::setStore(QObject *newStore)
{
    if (m_store != newStore) {
        disconnect(m_destroyed);
        m_store = newStore;
        if (newStore) {
            m_destroyed = connect(newStore, &QObject::destroyed, this, [this] {
                m_store = nullptr;
                resolveAndSignal(&StoreKey::storeChanged);
            });
        }
        resolveAndSignal(&StoreKey::storeChanged);
    }
}

/// Unless those who are notified of another value, or hooks of the stores, have deleted it.
void StoreKey::resolveAndSignal(void (StoreKey::*notify)())
{
    const QPointer<StoreKey> alive(this);
    resolveSource();
    if (alive) {
        Q_EMIT(this->*notify)();
    }
}

void StoreKey::setKey(const QString &newKey)
{
    if (m_key != newKey || m_key.isNull()) {
        m_key = detail::Source::keyOf(newKey);
        resolveAndSignal(&StoreKey::keyChanged);
    }
}

void StoreKey::setPath(const QString &newPath)
{
    if (m_path != newPath) {
        m_path = newPath;
        resolveAndSignal(&StoreKey::pathChanged);
    }
}

void StoreKey::resetKey()
{
    if (!m_key.isNull()) {
        m_key = QString();
        resolveAndSignal(&StoreKey::keyChanged);
    }
}

QJSValue StoreKey::value() const
{
    return m_active ? m_source.read() : m_kept;
}

void StoreKey::setValue(const QJSValue &newValue)
{
    if (!m_complete) {
        return;
    }
    if (!m_source.isWritable()) {
        qmlWarning(this) << (m_store ? "the value is read-only; it stays as it is." : "there is no store to write to.");
    }
    const QPointer<StoreKey> alive(this);
    const detail::Source source = m_source; // the write may resolveSource this elsewhere
    const auto written = source.write(newValue);
    if (written == detail::SourceWrite::Unreadable && alive) {
        qmlWarning(this) << "the value stays as it is: " << source.refusal(newValue);
    }
    if (written != detail::SourceWrite::Accepted && alive) {
        Q_EMIT valueChanged();
    }
}

bool StoreKey::isReadOnly() const
{
    return m_readOnly;
}

void StoreKey::setActive(bool newActive)
{
    if (m_active == newActive) {
        return;
    }
    if (!newActive) {
        m_kept = value();
    }
    m_active = newActive;
    const auto former = std::exchange(m_listening, {});
    if (m_active) {
        const QJSValue kept = std::exchange(m_kept, {});
        const QPointer<StoreKey> alive(this); // hooks of the store may do anything
        if (isObserved()) {
            listen();
        }
        if (alive && !value().strictlyEquals(kept)) {
            m_last = kept;
            announce();
        }
        if (!alive) {
            return;
        }
    }
    Q_EMIT activeChanged();
}

void StoreKey::classBegin() {}

void StoreKey::componentComplete()
{
    m_complete = true;
    m_isFirst = true;
    resolveSource();
}

/// Null, with a warning, for one that reads this one, by whatever other ones.
QObject *StoreKey::resolveStore()
{
    QObject *const store = detail::storeFor(m_store, this);
    const QObject *reads = store;
    while (const auto *const key = qobject_cast<const StoreKey *>(reads)) {
        if (key == this) {
            qmlWarning(this) << (store == this ? "the store is this StoreKey itself" : "the store reads this StoreKey")
                             << ": the nearest property of that name is meant. Name the object that has the store, as "
                                "in store: app.text.";
            return nullptr;
        }
        reads = key->m_source.store();
    }
    return store;
}

void StoreKey::resolveSource()
{
    if (!m_complete) {
        return;
    }
    const auto former =
        std::exchange(m_source, detail::Source(resolveStore(), m_key, m_path, qmlEngine(this))); // observed until then
    if (const QString problem = m_source.problem(); !problem.isEmpty()) {
        qmlWarning(this) << problem;
    }
    if (!m_active) {
        m_kept = m_source.read();
    } else if (m_listening || isObserved()) {
        const QJSValue last = m_last;
        const QPointer<StoreKey> guard(this); // hooks of the store may do anything
        listen();
        if (!guard) {
            return;
        }
        m_last = last;
    }
    const QPointer<StoreKey> alive(this); // those who are notified may delete it
    if (const bool readOnly = !m_source.isWritable(); m_readOnly != readOnly) {
        m_readOnly = readOnly;
        Q_EMIT readOnlyChanged();
    }
    if (alive) {
        announce();
    }
}

void StoreKey::setNoMount(bool newNoMount)
{
    if (m_noMount == newNoMount) {
        return;
    }
    m_noMount = newNoMount;
    const QPointer<StoreKey> alive(this); // hooks of the store may do anything
    if (m_listening) {
        listen();
    }
    if (alive) {
        Q_EMIT noMountChanged();
    }
}

void StoreKey::listen()
{
    if (m_noMount && m_source.isValid() && !m_source.canObserveOnly()) {
        qmlWarning(this) << "noMount is for an Atom or a MapStore; this store is mounted.";
    }
    const auto notify = [this] { announce(); };
    const QPointer<StoreKey> alive(this); // hooks of the store may do anything
    auto listening = m_noMount && m_source.canObserveOnly() ? m_source.observe(notify) : m_source.listen(notify);
    if (!alive) {
        return;
    }
    const auto former = std::exchange(m_listening, std::move(listening));
    if (hasChangeHandler()) {
        m_last = untracked([&] { return m_source.read(); });
    }
}

void StoreKey::announce()
{
    const QPointer<StoreKey> alive(this); // those who are notified may delete it
    const bool isFirst = std::exchange(m_isFirst, false); // it had none before
    const bool isHandled = m_complete && hasChangeHandler();
    const QJSValue next = isHandled ? untracked([&] { return value(); }) : QJSValue();
    const QJSValue last = std::exchange(m_last, next);
    Q_EMIT valueChanged();
    if (alive && isHandled && !isFirst && !next.strictlyEquals(last)) {
        Q_EMIT changed(QVariant::fromValue(next), QVariant::fromValue(last));
    }
}

bool StoreKey::hasChangeHandler() const
{
    return isSignalConnected(QMetaMethod::fromSignal(&StoreKey::changed));
}

bool StoreKey::isObserved() const
{
    return receivers(SIGNAL(valueChanged())) > 0 || receivers("2changed(QVariant,QVariant)") > 0;
}

void StoreKey::connectNotify(const QMetaMethod &signal)
{
    const bool isChanged = signal == QMetaMethod::fromSignal(&StoreKey::changed);
    if (!(isChanged || signal == QMetaMethod::fromSignal(&StoreKey::valueChanged)) || !mayListenNow()) {
        return;
    }
    if (m_active && !m_listening) {
        listen();
    } else if (isChanged && m_complete) {
        m_last = untracked([&] { return value(); });
    }
}

void StoreKey::disconnectNotify(const QMetaMethod &signal)
{
    if (!signal.isValid() || signal == QMetaMethod::fromSignal(&StoreKey::valueChanged)
        || signal == QMetaMethod::fromSignal(&StoreKey::changed)) {
        updateObservationLater();
    }
}

void StoreKey::updateObservation()
{
    if (!isObserved()) {
        const auto former = std::exchange(m_listening, {});
    } else if (m_active && m_complete && !m_listening) {
        const QPointer<StoreKey> guard(this); // hooks of the store may do anything
        listen(); // connected from another thread, which may have missed a change meanwhile
        if (guard && m_listening) {
            announce();
        }
    }
}

} // namespace nanostores
