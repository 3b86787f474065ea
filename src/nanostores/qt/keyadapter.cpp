// SPDX-License-Identifier: MIT
#include <nanostores/qt/keyadapter.h>

#include <QMetaMethod>
#include <QPointer>
#include <QThread>

#include <exception>

namespace nanostores {

KeyAdapter::Access::~Access() = default;

KeyAdapter::KeyAdapter(std::unique_ptr<Access> store, QObject *parent)
    : QObject(parent)
    , m_store(std::move(store))
{
}

KeyAdapter::~KeyAdapter() = default;

QVariant KeyAdapter::key() const
{
    return m_store->key();
}

void KeyAdapter::setKey(const QVariant &newKey)
{
    if (!m_store->setKey(newKey)) {
        return;
    }
    const QPointer<KeyAdapter> guard(this); // those who are notified may delete it
    if (m_watch) {
        const KeyWatch former = std::move(m_watch); // the map stays mounted
        watchOrTryLater();
        if (!guard) {
            return;
        }
    }
    Q_EMIT keyChanged();
    if (guard) {
        Q_EMIT valueChanged();
    }
}

QVariant KeyAdapter::value() const
{
    m_watch.read();
    return m_store->read();
}

QMetaType KeyAdapter::valueType() const
{
    return m_store->valueType();
}

void KeyAdapter::setValue(const QVariant &newValue)
{
    const QPointer<KeyAdapter> guard(this); // those who are notified may delete it
    if (!m_store->write(newValue) && guard) {
        Q_EMIT valueChanged();
    }
}

void KeyAdapter::connectNotify(const QMetaMethod &signal)
{
    if (signal == QMetaMethod::fromSignal(&KeyAdapter::valueChanged) && mayListenNow() && !m_watch) {
        watchOrTryLater();
    }
}

void KeyAdapter::disconnectNotify(const QMetaMethod &)
{
    updateObservationLater();
}

void KeyAdapter::updateObservation()
{
    const bool observed = receivers(SIGNAL(valueChanged())) > 0;
    if (!observed) {
        const KeyWatch former = std::exchange(m_watch, KeyWatch());
    } else if (!m_watch && watch()) {
        Q_EMIT valueChanged(); // it may have changed since
    }
}

/// False: hooks of the map have deleted it.
bool KeyAdapter::watch()
{
    const QPointer<KeyAdapter> guard(this);
    try {
        KeyWatch made = m_store->watch(this);
        if (guard) {
            m_watch = std::move(made);
        }
    } catch (...) {
        detail::reportError(std::current_exception());
    }
    return guard;
}

void KeyAdapter::watchOrTryLater()
{
    if (watch() && !m_watch) {
        updateObservationLater();
    }
}

} // namespace nanostores
