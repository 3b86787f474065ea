// SPDX-License-Identifier: MIT
#include <NanoStores/Persistent/conflictarea.h>

#include <QQmlEngine>
#include <QtQml/qqml.h>

#include <utility>

namespace nanostores {

ConflictArea::ConflictArea(QObject *parent)
    : QObject(parent)
{
}

ConflictArea::~ConflictArea() = default;

void ConflictArea::setStore(DeclarativeStore *newStore)
{
    if (m_store == newStore) {
        return;
    }
    m_store = newStore;
    const QPointer<ConflictArea> alive(this);
    follow();
    if (alive) {
        Q_EMIT storeChanged();
    }
}

void ConflictArea::follow()
{
    disconnect(m_starting);
    m_listening.reset();
    auto *const persistence =
        m_store ? qobject_cast<DeclarativePersistence *>(qmlAttachedPropertiesObject<DeclarativePersistence>(m_store))
                : nullptr;
    if (!persistence) {
        show(std::nullopt);
        return;
    }
    m_starting = connect(persistence, &DeclarativePersistence::started, this, &ConflictArea::follow);
    const auto conflicts = persistence->conflicts();
    if (!conflicts) {
        show(std::nullopt); // until it is complete
        return;
    }
    m_listening =
        conflicts->listen(detail::forView([this](const std::optional<Conflict<JsValue>> &present) { show(present); }));
    const auto present = conflicts->get();
    show(present); // last: who is handed it may choose another store, or delete this
}

void ConflictArea::show(const std::optional<Conflict<JsValue>> &present)
{
    if (!present && !m_conflict) {
        return;
    }
    StoreConflict *const former =
        std::exchange(m_conflict, present ? new StoreConflict(*present, qmlEngine(this), this) : nullptr);
    if (former) {
        former->deleteLater(); // it may be what is calling
    }
    const QPointer<ConflictArea> alive(this);
    StoreConflict *const shown = m_conflict;
    Q_EMIT conflictChanged();
    if (alive && shown && m_conflict == shown) {
        Q_EMIT conflictFound(shown);
    }
}

} // namespace nanostores
