// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Persistent/export.h>
#include <NanoStores/Persistent/persistence.h>

#include <QObject>
#include <QPointer>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>

namespace nanostores {

/// Shows the conflicts of a persistent store: two writers have changed the same entry, and the store's policy is
/// Persistent.Reject, or its merge function has not settled it.
///
///     ConflictArea {
///         store: profile
///         onConflictFound: conflict => dialog.show(conflict.base, conflict.mine, conflict.theirs)
///     }
///     // later: area.conflict.takeTheirs()
class NANOSTORES_QMLPERSISTENT_EXPORT ConflictArea : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    /// A persistent Atom or MapStore.
    Q_PROPERTY(nanostores::DeclarativeStore *store READ store WRITE setStore NOTIFY storeChanged FINAL)
    /// The present conflict, or null. Of several, of a map, the first; then the next.
    Q_PROPERTY(nanostores::StoreConflict *conflict READ conflict NOTIFY conflictChanged FINAL)

public:
    explicit ConflictArea(QObject *parent = nullptr);
    ~ConflictArea() override;

    DeclarativeStore *store() const { return m_store; }
    void setStore(DeclarativeStore *newStore);
    StoreConflict *conflict() const { return m_conflict; }

Q_SIGNALS:
    void storeChanged();
    void conflictChanged();
    void conflictFound(nanostores::StoreConflict *conflict);

private:
    void follow();
    void show(const std::optional<Conflict<JsValue>> &present);

    QPointer<DeclarativeStore> m_store;
    QMetaObject::Connection m_starting;
    Subscription m_listening;
    StoreConflict *m_conflict = nullptr;
};

} // namespace nanostores
