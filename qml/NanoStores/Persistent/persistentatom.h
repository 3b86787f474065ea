// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Persistent/export.h>
#include <NanoStores/Persistent/persistence.h>
#include <NanoStores/declarativeatom.h>
#include <NanoStores/declarativemap.h>

#include <QString>
#include <QtQml/qqml.h>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// What PersistentAtom and PersistentMap have in common: the attached options, as properties of the store itself.
template<typename Store>
class PersistentBase
{
public:
    EngineObject *storageEngine() const { return persistence()->engine(); }
    void setStorageEngine(EngineObject *newEngine) { persistence()->setEngine(newEngine); }

protected:
    /// Made when it is needed first. Not in the constructor: the QML engine would forget it, and attach another one.
    DeclarativePersistence *persistence() const
    {
        if (!m_persistence) {
            auto *const store = static_cast<Store *>(const_cast<PersistentBase *>(this));
            m_persistence =
                qobject_cast<DeclarativePersistence *>(qmlAttachedPropertiesObject<DeclarativePersistence>(store));
            QObject::connect(m_persistence, &DeclarativePersistence::optionsChanged, store, &Store::optionsChanged);
        }
        return m_persistence;
    }

private:
    mutable DeclarativePersistence *m_persistence = nullptr;
};

/// An Atom that stays:
///
///     PersistentAtom { id: theme; key: "theme"; value: "light" }
///
/// A text is kept as it is, other values as JSON. The value that is given here is the default: it is not written, and
/// is what the store has when its entry is deleted. More can be said by `Persistent.durability` and the like.
class NANOSTORES_QMLPERSISTENT_EXPORT PersistentAtom : public nanostores::DeclarativeAtom,
                                                       public PersistentBase<PersistentAtom>
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QString key READ key WRITE setKey NOTIFY optionsChanged FINAL REQUIRED)
    /// Where it is kept; left out: the default engine. While it is null, nothing is kept.
    Q_PROPERTY(nanostores::EngineObject *engine READ storageEngine WRITE setStorageEngine NOTIFY optionsChanged FINAL)

public:
    explicit PersistentAtom(QObject *parent = nullptr);
    ~PersistentAtom() override;

    void classBegin() override;
    QString key() const;
    void setKey(const QString &newKey);

Q_SIGNALS:
    void optionsChanged();
};

/// A MapStore that stays: each of its keys has an entry of its own, named by the prefix and the key.
///
///     PersistentMap { id: drafts; prefix: "drafts/" }
class NANOSTORES_QMLPERSISTENT_EXPORT PersistentMap : public nanostores::DeclarativeMap,
                                                      public PersistentBase<PersistentMap>
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QString prefix READ prefix WRITE setPrefix NOTIFY optionsChanged FINAL REQUIRED)
    /// Where it is kept; left out: the default engine. While it is null, nothing is kept.
    Q_PROPERTY(nanostores::EngineObject *engine READ storageEngine WRITE setStorageEngine NOTIFY optionsChanged FINAL)

public:
    explicit PersistentMap(QObject *parent = nullptr);
    ~PersistentMap() override;

    void classBegin() override;
    QString prefix() const;
    void setPrefix(const QString &newPrefix);

Q_SIGNALS:
    void optionsChanged();
};

} // namespace nanostores
