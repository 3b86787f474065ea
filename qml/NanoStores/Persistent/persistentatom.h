// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Persistent/export.h>
#include <NanoStores/Persistent/persistence.h>
#include <NanoStores/declarativeatom.h>
#include <NanoStores/declarativemap.h>

#include <QString>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// An Atom that stays:
///
///     PersistentAtom { id: theme; key: "theme"; value: "light" }
///
/// A text is kept as it is, other values as JSON. The value that is given here is the default: it is not written, and
/// is what the store has when its entry is deleted. More can be said by `Persistent.durability` and the like.
class NANOSTORES_QMLPERSISTENT_EXPORT PersistentAtom : public nanostores::DeclarativeAtom
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QString key READ key WRITE setKey NOTIFY optionsChanged FINAL REQUIRED)
    /// Where it is kept; none: the default engine.
    Q_PROPERTY(nanostores::EngineObject *engine READ storageEngine WRITE setStorageEngine NOTIFY optionsChanged FINAL)

public:
    explicit PersistentAtom(QObject *parent = nullptr);
    ~PersistentAtom() override;

    void classBegin() override;
    QString key() const;
    void setKey(const QString &newKey);
    EngineObject *storageEngine() const;
    void setStorageEngine(EngineObject *newEngine);

Q_SIGNALS:
    void optionsChanged();

private:
    DeclarativePersistence *persistence() const;

    mutable DeclarativePersistence *m_persistence = nullptr;
};

/// A MapStore that stays: each of its keys has an entry of its own, named by the prefix and the key.
///
///     PersistentMap { id: drafts; prefix: "drafts/" }
class NANOSTORES_QMLPERSISTENT_EXPORT PersistentMap : public nanostores::DeclarativeMap
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QString prefix READ prefix WRITE setPrefix NOTIFY optionsChanged FINAL REQUIRED)
    /// Where it is kept; none: the default engine.
    Q_PROPERTY(nanostores::EngineObject *engine READ storageEngine WRITE setStorageEngine NOTIFY optionsChanged FINAL)

public:
    explicit PersistentMap(QObject *parent = nullptr);
    ~PersistentMap() override;

    void classBegin() override;
    QString prefix() const;
    void setPrefix(const QString &newPrefix);
    EngineObject *storageEngine() const;
    void setStorageEngine(EngineObject *newEngine);

Q_SIGNALS:
    void optionsChanged();

private:
    DeclarativePersistence *persistence() const;

    mutable DeclarativePersistence *m_persistence = nullptr;
};

} // namespace nanostores
