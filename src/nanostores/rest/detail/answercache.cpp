// SPDX-License-Identifier: MIT
#include <nanostores/rest/detail/answercache.h>

#include <memory>

namespace nanostores::detail {

AnswerCache::AnswerCache(qint64 maxBytes)
    : m_answers(static_cast<qsizetype>(maxBytes))
{
}

void AnswerCache::keep(const QByteArray &key, const RestResponse &response)
{
    m_answers.remove(key);
    auto answer = std::make_unique<Answer>(Answer{response, response.header("etag"), response.header("last-modified")});
    const bool isForbidden = response.header("cache-control").toLower().contains("no-store");
    qsizetype bytes = response.body.size() + key.size() + 1024;
    for (const auto &[name, value] : response.headers) {
        bytes += name.size() + value.size();
    }
    if (response.status == 200 && !isForbidden && (!answer->etag.isEmpty() || !answer->modified.isEmpty())
        && bytes <= m_answers.maxCost()) {
        m_answers.insert(key, answer.release(), bytes);
    }
}

} // namespace nanostores::detail
