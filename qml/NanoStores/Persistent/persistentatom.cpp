// SPDX-License-Identifier: MIT
#include <NanoStores/Persistent/persistentatom.h>

#include <QtQml/qqml.h>

namespace nanostores {

namespace {

/// Not in the constructor: the QML engine would forget it, and attach another one.
template<typename Store>
DeclarativePersistence *persistenceOf(const Store *store)
{
    auto *const self = const_cast<Store *>(store);
    auto *const made =
        qobject_cast<DeclarativePersistence *>(qmlAttachedPropertiesObject<DeclarativePersistence>(self));
    QObject::connect(made, &DeclarativePersistence::optionsChanged, self, &Store::optionsChanged);
    return made;
}

} // namespace

PersistentAtom::PersistentAtom(QObject *parent)
    : DeclarativeAtom(parent)
{
}

PersistentAtom::~PersistentAtom() = default;

void PersistentAtom::classBegin()
{
    DeclarativeAtom::classBegin();
    persistence();
}

DeclarativePersistence *PersistentAtom::persistence() const
{
    if (!m_persistence) {
        m_persistence = persistenceOf(this);
    }
    return m_persistence;
}

QString PersistentAtom::key() const
{
    return persistence()->key();
}

void PersistentAtom::setKey(const QString &newKey)
{
    persistence()->setKey(newKey);
}

EngineObject *PersistentAtom::storageEngine() const
{
    return persistence()->engine();
}

void PersistentAtom::setStorageEngine(EngineObject *newEngine)
{
    persistence()->setEngine(newEngine);
}

PersistentMap::PersistentMap(QObject *parent)
    : DeclarativeMap(parent)
{
}

PersistentMap::~PersistentMap() = default;

void PersistentMap::classBegin()
{
    DeclarativeMap::classBegin();
    persistence();
}

DeclarativePersistence *PersistentMap::persistence() const
{
    if (!m_persistence) {
        m_persistence = persistenceOf(this);
    }
    return m_persistence;
}

QString PersistentMap::prefix() const
{
    return persistence()->key();
}

void PersistentMap::setPrefix(const QString &newPrefix)
{
    persistence()->setKey(newPrefix);
}

EngineObject *PersistentMap::storageEngine() const
{
    return persistence()->engine();
}

void PersistentMap::setStorageEngine(EngineObject *newEngine)
{
    persistence()->setEngine(newEngine);
}

} // namespace nanostores
