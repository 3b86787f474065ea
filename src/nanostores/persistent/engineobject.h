// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/persistent/engine.h>
#include <nanostores/persistent/export.h>
#include <nanostores/qt/storeobject.h>
#include <nanostores/qt/textstorage.h>

#include <QObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace nanostores {

/// A StorageEngine for QML, and for who likes signals: how it is, and what is not written yet.
///
///     class Settings : public nanostores::EngineObject
///     {
///         Q_OBJECT
///         QML_ELEMENT
///         QML_SINGLETON
///     public:
///         Settings() : EngineObject(::settings) {}
///     };
///
/// As with all store objects, each QML engine may have its own; the storage behind them is the same.
class NANOSTORES_PERSISTENT_EXPORT EngineObject : public nanostores::StoreObject, public TextStorageSource
{
    Q_OBJECT
    Q_INTERFACES(nanostores::TextStorageSource)

public:
    /// See EngineState.
    enum class State { Loading, Live, Offline, ReadOnly, Full, Newer, Failed, Stale };
    Q_ENUM(State)

private:
    NANOSTORES_READONLY(State, state, m_state)
    /// Everything that was set is written.
    NANOSTORES_READONLY(bool, isSaved, m_isSaved)
    /// How many entries wait to be written.
    NANOSTORES_READONLY(int, pending, m_pending)
    /// How many of them wait for a conflict to be resolved.
    NANOSTORES_READONLY(int, conflicts, m_conflicts)
    /// The last failure, also after it is over: what happened, and the remedy.
    NANOSTORES_READONLY(QString, lastError, m_lastError)
    /// Where it is: a path, an address without passwords.
    NANOSTORES_READONLY(QString, path, m_path)
    /// What had to be repaired, in sentences for people.
    NANOSTORES_READONLY(QStringList, repairs, m_repairs)
    /// Keys whose value is not of the store's type. They are kept as they are until the store is set.
    NANOSTORES_READONLY(QStringList, unreadable, m_unreadable)

public:
    explicit EngineObject(const StorageEngine &engine, QObject *parent = nullptr);
    ~EngineObject() override;

    /// None: a PersistentEngine of QML that is not complete yet.
    const std::optional<StorageEngine> &engine() const { return m_engine.peek(); }

    /// What is in the engine, as texts.
    std::optional<TextStorage> textStorage() override;

    /// Writes what waits, and then sends flushed() or flushFailed().
    Q_INVOKABLE void flush();

Q_SIGNALS:
    void flushed();
    /// What is in the way, and the remedy.
    void flushFailed(const QString &error);
    /// Its engine is there, if that came later.
    void engineChanged();

protected:
    /// One whose engine comes later.
    explicit EngineObject(QObject *parent);
    void setEngine(const StorageEngine &engine);

private:
    EngineObject(Atom<std::optional<StorageEngine>> engine, QObject *parent);

    const Atom<std::optional<StorageEngine>> m_engine;
    const Computed<EngineStatus> m_status;
    const Computed<State> m_state;
    const Computed<bool> m_isSaved;
    const Computed<int> m_pending;
    const Computed<int> m_conflicts;
    const Computed<QString> m_lastError;
    const Computed<QString> m_path;
    const Computed<QStringList> m_repairs;
    const Computed<QStringList> m_unreadable;
};

} // namespace nanostores
