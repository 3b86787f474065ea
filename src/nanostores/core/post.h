// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/errors.h>
#include <nanostores/core/scheduler.h>
#include <nanostores/core/store.h>

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

/// Runs the job on the thread of the node, or of the program's stores, once it has a scheduler; drops it if the thread
/// is over. From any thread.
NANOSTORES_CORE_EXPORT void postToOwner(const Node &node, Scheduler::Job job);
NANOSTORES_CORE_EXPORT void postToMain(Scheduler::Job job);

/// A value that waits for its store's thread, and may be replaced until then.
struct NANOSTORES_CORE_EXPORT Mail
{
    explicit Mail(const Node *target) noexcept
        : node(target)
    {
    }
    Mail(const Mail &) = delete;
    Mail &operator=(const Mail &) = delete;
    virtual ~Mail();
    virtual void deliver() = 0;

    const Node *const node;
    std::size_t place = 0; ///< In its box.
};

/// The mail of those stores whose addresses fall here. Locked for some instructions at a time.
class NANOSTORES_CORE_EXPORT MailBox
{
public:
    MailBox() noexcept;
    MailBox(const MailBox &) = delete;
    MailBox &operator=(const MailBox &) = delete;
    ~MailBox();
    static MailBox &of(const Node *node);

    void lock() noexcept
    {
        while (m_locked.exchange(true, std::memory_order_acquire)) [[unlikely]] {
            wait();
        }
    }
    void unlock() noexcept { m_locked.store(false, std::memory_order_release); }
    /// The following with the lock held.
    Mail *find(const Node *node) const noexcept
    {
        if (m_isIndexed) [[unlikely]] {
            return findAmongMany(node);
        }
        for (Mail *mail : m_waiting) {
            if (mail->node == node) {
                return mail;
            }
        }
        return nullptr;
    }
    void put(Mail *mail);
    void take(Mail *mail) noexcept;

private:
    struct Index;

    void wait() noexcept;
    Mail *findAmongMany(const Node *node) const noexcept;

    std::atomic<bool> m_locked{false};
    bool m_isIndexed = false; ///< From many mails on, until none is left.
    std::vector<Mail *> m_waiting;
    std::unique_ptr<Index> m_index;
};

class MailLock
{
public:
    explicit MailLock(MailBox &box) noexcept
        : m_box(box)
    {
        m_box.lock();
    }
    MailLock(const MailLock &) = delete;
    MailLock &operator=(const MailLock &) = delete;
    ~MailLock() { m_box.unlock(); }

private:
    MailBox &m_box;
};

/// Posts the job that delivers it; it is in its box already.
NANOSTORES_CORE_EXPORT void postMail(std::unique_ptr<Mail> mail);

template<typename S>
struct MailFor final : Mail
{
    MailFor(S target, typename S::value_type newValue)
        : Mail(target.node().get())
        , store(std::move(target))
        , value(std::move(newValue))
    {
    }
    void deliver() override { store.set(std::move(value)); }

    S store;
    typename S::value_type value;
};

template<typename S, typename F>
inline constexpr bool isJobFor = !std::is_convertible_v<F, typename S::value_type>
                                 && (std::is_invocable_v<F &, const S &> || std::is_invocable_v<F &>);

} // namespace detail

/// Sets a store from any thread: on the thread it belongs to, at a turn of its event loop, never inside the call.
///
/// Nothing is lost, and what one thread posts arrives in that order. A thread that has no scheduler yet gets it when
/// it has one; a thread that is over, never. Errors of listeners go to the error handler.
template<WritableStore S>
void post(const S &store, std::type_identity_t<typename S::value_type> value)
{
    detail::postToOwner(*store.node(), [store, value = std::move(value)]() mutable { store.set(std::move(value)); });
}

/// Runs f(store), or f(), on the thread of the store: for a key, or for several steps at once.
///
///     post(prices, [id, price](const auto &prices) { prices.setKey(id, price); });
template<AnyStore S, typename F>
requires detail::isJobFor<S, F>
void post(const S &store, F f)
{
    detail::postToOwner(*store.node(), [store, f = std::move(f)]() mutable {
        if constexpr (std::is_invocable_v<F &, const S &>) {
            f(store);
        } else {
            f();
        }
    });
}

/// Runs f on the main thread: the one that loaded the library.
template<typename F>
requires std::is_invocable_v<F &>
void post(F f)
{
    detail::postToMain(std::move(f));
}

/// As post(), for values of which only the last one counts, such as positions or progress: a value that still waits is
/// replaced, so however many are posted, at most one is on its way. Keeps no order with what else is posted.
template<WritableStore S>
void postLatest(const S &store, std::type_identity_t<typename S::value_type> value)
{
    using Mail = detail::MailFor<S>;
    const detail::Node *node = store.node().get();
    detail::MailBox &box = detail::MailBox::of(node);
    // A value that is replaced ends without the lock.
    const auto replaces = [&box, node](typename S::value_type &newer) {
        detail::Mail *const waiting = box.find(node);
        if (waiting) {
            std::swap(static_cast<Mail *>(waiting)->value, newer);
        }
        return waiting != nullptr;
    };
    {
        const detail::MailLock lock(box);
        if (replaces(value)) {
            return;
        }
    }
    auto mail = std::make_unique<Mail>(store, std::move(value));
    {
        const detail::MailLock lock(box);
        if (replaces(mail->value)) {
            return; // another thread was faster
        }
        box.put(mail.get());
    }
    detail::postMail(std::move(mail));
}

} // namespace nanostores
