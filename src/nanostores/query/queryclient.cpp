// SPDX-License-Identifier: MIT
#include <nanostores/query/queryclient.h>

namespace nanostores {

QueryClient::QueryClient(QueryOptions options)
    : m_core(std::make_shared<detail::ClientCore>(std::move(options)))
{
}

void QueryClient::invalidate(const KeySelector &selector) const
{
    Batch batch;
    m_core->forgetKept(selector);
    for (const auto &entry : m_core->matching(selector)) {
        entry->invalidate();
    }
    batch.end();
}

void QueryClient::revalidate(const KeySelector &selector) const
{
    Batch batch;
    for (const auto &entry : m_core->matching(selector)) {
        entry->revalidate(false);
    }
    batch.end();
}

std::vector<AnyCacheKey> QueryClient::keys() const
{
    std::vector<AnyCacheKey> result;
    for (const auto &entry : m_core->matching(KeySelector::all())) {
        if (entry->hasData()) {
            result.push_back(entry->key());
        }
    }
    return result;
}

} // namespace nanostores
