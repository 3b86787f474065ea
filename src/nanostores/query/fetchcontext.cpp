// SPDX-License-Identifier: MIT
#include <nanostores/core/errors.h>
#include <nanostores/query/fetchcontext.h>

#include <vector>

namespace nanostores {

struct FetchContext::Data
{
    AnyCacheKey key;
    std::vector<std::function<void()>> handlers;
    bool aborted = false;
    bool ended = false;
};

FetchContext::FetchContext(AnyCacheKey key)
    : m_data(std::make_shared<Data>())
{
    m_data->key = std::move(key);
}

const AnyCacheKey &FetchContext::key() const noexcept
{
    return m_data->key;
}

bool FetchContext::isAborted() const noexcept
{
    return m_data->aborted;
}

void FetchContext::onAbort(std::function<void()> f) const
{
    if (m_data->aborted) {
        f();
    } else if (!m_data->ended) {
        m_data->handlers.push_back(std::move(f));
    }
}

void FetchContext::abort() const noexcept
{
    const auto data = m_data; // a handler may let go of the last other handle
    if (std::exchange(data->ended, true)) {
        return;
    }
    data->aborted = true;
    for (const auto &handler : std::exchange(data->handlers, {})) {
        try {
            handler();
        } catch (...) {
            detail::reportError(std::current_exception());
        }
    }
}

void FetchContext::end() const noexcept
{
    m_data->ended = true;
    const auto handlers = std::exchange(m_data->handlers, {});
}

bool FetchContext::hasHandlers() const noexcept
{
    return !m_data->handlers.empty();
}

} // namespace nanostores
