// SPDX-License-Identifier: MIT
#include <NanoStores/Query/surroundingsobject.h>

namespace nanostores {

SurroundingsObject::SurroundingsObject(QObject *parent)
    : StoreObject(parent)
    , m_appVisible(nanostores::appVisible())
    , m_appActive(nanostores::appActive())
    , m_online(nanostores::online())
    , m_metered(nanostores::metered())
{
}

SurroundingsObject::~SurroundingsObject() = default;

} // namespace nanostores
