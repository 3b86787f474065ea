// SPDX-License-Identifier: MIT
#include <NanoStores/storekey.h>

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
                resolveSource();
                Q_EMIT storeChanged();
            });
        }
        resolveSource();
        Q_EMIT storeChanged();
    }
}

void StoreKey::setKey(const QString &newKey)
{
    if (m_key != newKey || m_key.isNull()) {
        m_key = detail::Source::keyOf(newKey);
        resolveSource();
        Q_EMIT keyChanged();
    }
}

void StoreKey::resetKey()
{
    if (!m_key.isNull()) {
        m_key = QString();
        resolveSource();
        Q_EMIT keyChanged();
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
        if (receivers(SIGNAL(valueChanged())) > 0) {
            listen();
        }
        if (!value().strictlyEquals(kept)) {
            Q_EMIT valueChanged();
        }
    }
    Q_EMIT activeChanged();
}

void StoreKey::classBegin() {}

void StoreKey::componentComplete()
{
    m_complete = true;
    resolveSource();
}

void StoreKey::resolveSource()
{
    if (!m_complete) {
        return;
    }
    const auto former = std::exchange(m_source, detail::Source(m_store, m_key, qmlEngine(this))); // observed until then
    if (const QString problem = m_source.problem(); !problem.isEmpty()) {
        qmlWarning(this) << problem;
    }
    if (!m_active) {
        m_kept = m_source.read();
    } else if (m_listening || receivers(SIGNAL(valueChanged())) > 0) {
        listen();
    }
    if (const bool readOnly = !m_source.isWritable(); m_readOnly != readOnly) {
        m_readOnly = readOnly;
        Q_EMIT readOnlyChanged();
    }
    Q_EMIT valueChanged();
}

void StoreKey::listen()
{
    const auto former = std::exchange(m_listening, m_source.listen([this] { Q_EMIT valueChanged(); }));
}

void StoreKey::connectNotify(const QMetaMethod &signal)
{
    if (signal == QMetaMethod::fromSignal(&StoreKey::valueChanged) && mayListenNow() && m_active && !m_listening) {
        listen();
    }
}

void StoreKey::disconnectNotify(const QMetaMethod &signal)
{
    if (!signal.isValid() || signal == QMetaMethod::fromSignal(&StoreKey::valueChanged)) {
        updateObservationLater();
    }
}

void StoreKey::updateObservation()
{
    const bool observed = receivers(SIGNAL(valueChanged())) > 0;
    if (!observed) {
        const auto former = std::exchange(m_listening, {});
    } else if (m_active && m_complete && !m_listening) {
        const QPointer<StoreKey> guard(this); // hooks of the store may do anything
        listen(); // connected from another thread, which may have missed a change meanwhile
        if (guard && m_listening) {
            Q_EMIT valueChanged();
        }
    }
}

} // namespace nanostores
