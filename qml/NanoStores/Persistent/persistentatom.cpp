// SPDX-License-Identifier: MIT
#include <NanoStores/Persistent/persistentatom.h>

#include <QtQml/qqml.h>

namespace nanostores {

namespace {

DeclarativePersistence *persistenceOf(QObject *store)
{
    return qobject_cast<DeclarativePersistence *>(qmlAttachedPropertiesObject<DeclarativePersistence>(store));
}

} // namespace

PersistentAtom::PersistentAtom(QObject *parent)
    : DeclarativeAtom(parent)
    , m_persistence(persistenceOf(this))
{
    connect(m_persistence, &DeclarativePersistence::optionsChanged, this, &PersistentAtom::optionsChanged);
}

PersistentAtom::~PersistentAtom() = default;

QString PersistentAtom::key() const
{
    return m_persistence->key();
}

void PersistentAtom::setKey(const QString &newKey)
{
    m_persistence->setKey(newKey);
}

EngineObject *PersistentAtom::storageEngine() const
{
    return m_persistence->engine();
}

void PersistentAtom::setStorageEngine(EngineObject *newEngine)
{
    m_persistence->setEngine(newEngine);
}

PersistentMap::PersistentMap(QObject *parent)
    : DeclarativeMap(parent)
    , m_persistence(persistenceOf(this))
{
    connect(m_persistence, &DeclarativePersistence::optionsChanged, this, &PersistentMap::optionsChanged);
}

PersistentMap::~PersistentMap() = default;

QString PersistentMap::prefix() const
{
    return m_persistence->key();
}

void PersistentMap::setPrefix(const QString &newPrefix)
{
    m_persistence->setKey(newPrefix);
}

EngineObject *PersistentMap::storageEngine() const
{
    return m_persistence->engine();
}

void PersistentMap::setStorageEngine(EngineObject *newEngine)
{
    m_persistence->setEngine(newEngine);
}

} // namespace nanostores
