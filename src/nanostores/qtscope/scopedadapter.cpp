// SPDX-License-Identifier: MIT
#include <nanostores/qtscope/scopedadapter.h>

namespace nanostores {

ScopedAdapter::ScopedAdapter(kit::InjectionProvider provider, QObject *parent)
    : ScopedObject(parent)
    , m_provider(std::move(provider))
{
}

ScopedAdapter::~ScopedAdapter() = default;

void ScopedAdapter::setFinder(Finder newFinder)
{
    m_find = std::move(newFinder);
}

kit::InjectionProvider ScopedAdapter::provider() const
{
    return m_provider;
}

QObject *ScopedAdapter::objectIn(const kit::InjectionContext &context)
{
    return m_find(context);
}

} // namespace nanostores
