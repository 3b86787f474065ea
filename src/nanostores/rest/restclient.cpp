// SPDX-License-Identifier: MIT
#include <nanostores/rest/detail/restcore.h>
#include <nanostores/rest/restclient.h>

namespace nanostores {

RestClient::RestClient(RestOptions options)
    : m_core(std::make_shared<detail::RestCore>(std::move(options)))
{
}

void RestClient::forget() const
{
    m_core->kept().clear();
}

} // namespace nanostores
