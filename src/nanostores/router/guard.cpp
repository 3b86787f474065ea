// SPDX-License-Identifier: MIT
#include <nanostores/router/guard.h>

namespace nanostores {

RouterGuard::RouterGuard(std::weak_ptr<detail::RouterCore> router, std::shared_ptr<detail::Guard> guard) noexcept
    : m_router(std::move(router))
    , m_guard(std::move(guard))
{
}

RouterGuard::RouterGuard(RouterGuard &&other) noexcept = default;

RouterGuard &RouterGuard::operator=(RouterGuard &&other) noexcept
{
    if (this != &other) {
        reset();
        m_router = std::move(other.m_router);
        m_guard = std::move(other.m_guard);
    }
    return *this;
}

RouterGuard::~RouterGuard()
{
    reset();
}

void RouterGuard::reset() noexcept
{
    const auto guard = std::exchange(m_guard, nullptr);
    const auto router = m_router.lock();
    if (guard && router) {
        router->removeGuard(guard);
    }
}

} // namespace nanostores
