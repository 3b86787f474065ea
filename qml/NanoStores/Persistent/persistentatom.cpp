// SPDX-License-Identifier: MIT
#include <NanoStores/Persistent/persistentatom.h>

namespace nanostores {

PersistentAtom::PersistentAtom(QObject *parent)
    : DeclarativeAtom(parent)
{
}

PersistentAtom::~PersistentAtom() = default;

void PersistentAtom::classBegin()
{
    DeclarativeAtom::classBegin();
    persistence()->expectKey("key");
}

QString PersistentAtom::key() const
{
    return persistence()->key();
}

void PersistentAtom::setKey(const QString &newKey)
{
    persistence()->setKey(newKey);
}

PersistentMap::PersistentMap(QObject *parent)
    : DeclarativeMap(parent)
{
}

PersistentMap::~PersistentMap() = default;

void PersistentMap::classBegin()
{
    DeclarativeMap::classBegin();
    persistence()->expectKey("prefix");
}

QString PersistentMap::prefix() const
{
    return persistence()->key();
}

void PersistentMap::setPrefix(const QString &newPrefix)
{
    persistence()->setKey(newPrefix);
}

} // namespace nanostores
