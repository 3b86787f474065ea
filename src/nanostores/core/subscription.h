// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/effectnode.h>

#include <utility>

namespace nanostores {

/// Keeps a listener or an effect going; ends it when destroyed.
///
/// Move-only. A subscription keeps its store alive. Ending it twice is harmless, also from inside the listener itself:
/// a removed listener never runs again, even if it was queued. To be used on the thread of its store.
class [[nodiscard]] Subscription
{
public:
    Subscription() noexcept = default;
    explicit Subscription(detail::Listener *listener) noexcept
        : m_listener(listener)
    {
    }
    explicit Subscription(detail::EffectNode *effect) noexcept
        : m_effect(effect)
    {
    }
    Subscription(Subscription &&other) noexcept
        : m_listener(std::exchange(other.m_listener, nullptr))
        , m_effect(std::exchange(other.m_effect, nullptr))
    {
    }
    Subscription &operator=(Subscription &&other) noexcept
    {
        if (this != &other) {
            reset();
            m_listener = std::exchange(other.m_listener, nullptr);
            m_effect = std::exchange(other.m_effect, nullptr);
        }
        return *this;
    }
    ~Subscription() { reset(); }

    /// Ends it now. An error in an effect's cleanup goes to the error handler.
    void reset() noexcept
    {
        if (m_listener) {
            detail::removeListener(std::exchange(m_listener, nullptr));
        } else if (m_effect) {
            detail::endEffect(std::exchange(m_effect, nullptr));
        }
    }
    /// Lets it go on as long as its store lives; an effect made inside another one, as long as that one does not run
    /// again; any other effect, as long as the thread's stores.
    void detach() noexcept
    {
        if (m_listener) {
            detail::detachListener(std::exchange(m_listener, nullptr));
        } else if (m_effect) {
            detail::detachEffect(std::exchange(m_effect, nullptr));
        }
    }
    /// Same as reset(), to be called as nanostores' unbind functions are.
    void operator()() noexcept { reset(); }
    explicit operator bool() const noexcept { return m_listener || m_effect; }

    /// For the library: as detach(), and hands out what removeListener() takes as long as the store lives.
    detail::Listener *detachListener() noexcept
    {
        detail::Listener *listener = m_listener;
        detach();
        return listener;
    }

private:
    detail::Listener *m_listener = nullptr;
    detail::EffectNode *m_effect = nullptr;
};

} // namespace nanostores
