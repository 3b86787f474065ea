#include <nanostores/qt/keyadapter.h>

#include <QMetaMethod>
#include <QThread>

namespace nanostores {

KeyAdapter::Access::~Access() = default;

KeyAdapter::KeyAdapter(std::unique_ptr<Access> store, QObject *parent)
    : QObject(parent)
    , m_store(std::move(store))
{
}

KeyAdapter::~KeyAdapter()
{
    detail::forgetSettling(this);
}

QVariant KeyAdapter::key() const
{
    return m_store->key();
}

void KeyAdapter::setKey(const QVariant &newKey)
{
    if (!m_store->setKey(newKey)) {
        return;
    }
    if (m_watch) {
        const KeyWatch former = std::exchange(m_watch, m_store->watch(this)); // the map stays mounted
    }
    Q_EMIT keyChanged();
    Q_EMIT valueChanged();
}

QVariant KeyAdapter::value() const
{
    return m_store->read();
}

void KeyAdapter::setValue(const QVariant &newValue)
{
    if (!m_store->write(newValue)) {
        Q_EMIT valueChanged();
    }
}

void KeyAdapter::connectNotify(const QMetaMethod &signal)
{
    if (signal != QMetaMethod::fromSignal(&KeyAdapter::valueChanged)) {
        return;
    }
    if (thread() != QThread::currentThread()) {
        detail::settleLater(this, settle);
    } else if (!m_watch) {
        m_watch = m_store->watch(this);
    }
}

void KeyAdapter::disconnectNotify(const QMetaMethod &)
{
    detail::settleLater(this, settle);
}

void KeyAdapter::settle(QObject *object)
{
    auto *self = static_cast<KeyAdapter *>(object);
    const bool observed = self->receivers(SIGNAL(valueChanged())) > 0;
    if (!observed) {
        const KeyWatch former = std::exchange(self->m_watch, KeyWatch());
    } else if (!self->m_watch) {
        self->m_watch = self->m_store->watch(self);
        Q_EMIT self->valueChanged(); // it may have changed since
    }
}

} // namespace nanostores
