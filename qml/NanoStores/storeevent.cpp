// SPDX-License-Identifier: MIT
#include <NanoStores/storeevent.h>

#include <QJSEngine>

namespace nanostores {

StoreEvent::StoreEvent(QString key, std::function<QJSValue()> shared)
    : m_key(std::move(key))
    , m_shared(std::move(shared))
{
    QJSEngine::setObjectOwnership(this, QJSEngine::CppOwnership);
}

void StoreEvent::abort()
{
    m_aborted = true;
}

StoreChange::StoreChange(QJSValue newValue, QString key, std::function<QJSValue()> shared)
    : StoreEvent(std::move(key), std::move(shared))
    , m_newValue(std::move(newValue))
{
}

void StoreChange::setNewValue(const QJSValue &newValue)
{
    m_newValue = newValue;
    m_replaced = true;
}

StoreNotification::StoreNotification(QJSValue newValue, QJSValue oldValue, QString key,
                                     std::function<QJSValue()> shared)
    : StoreEvent(std::move(key), std::move(shared))
    , m_newValue(std::move(newValue))
    , m_oldValue(std::move(oldValue))
{
}

QJSValue detail::SharedObjects::in(QJSEngine *engine)
{
    for (const auto &[known, object] : m_objects) {
        if (known == engine) {
            return object;
        }
    }
    return engine ? m_objects.emplace_back(engine, engine->newObject()).second : QJSValue();
}

} // namespace nanostores
