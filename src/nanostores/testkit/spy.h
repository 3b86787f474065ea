// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/scheduler.h>
#include <nanostores/core/store.h>
#include <nanostores/testkit/recorded.h>

#include <optional>
#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

/// What a spy records of a call besides the value.
template<typename S>
struct SpiedKey
{
    using type = std::nullopt_t;
};
template<KeyedStore S>
struct SpiedKey<S>
{
    using type = std::optional<typename S::changed_key>;
};

} // namespace detail

/// Listens to a store, and records what it is called with. The store is mounted as long as the spy lives.
///
///     StoreSpy spy(cart);
///     cart.set(5);
///     QCOMPARE(spy.values(), Recorded<int>({5}));
///
/// The values are copies. To be used on the thread of the store.
template<AnyStore S>
class StoreSpy
{
public:
    using value_type = typename S::value_type;

    explicit StoreSpy(const S &store)
        : m_start(now())
    {
        if constexpr (KeyedStore<S>) {
            m_subscription =
                store.listen([this](const value_type &value, const value_type &, const typename S::changed_key *key) {
                    record(value);
                    m_keys.push_back(key ? std::optional(*key) : std::nullopt);
                });
        } else {
            m_subscription = store.listen([this](const value_type &value) { record(value); });
        }
    }
    StoreSpy(const StoreSpy &) = delete;
    StoreSpy &operator=(const StoreSpy &) = delete;
    ~StoreSpy() = default;

    /// How often the listener was called.
    int count() const noexcept { return static_cast<int>(m_timeline.size()); }
    /// The values that it was called with.
    Recorded<value_type> values() const
    {
        Recorded<value_type> values;
        for (const auto &[moment, value] : m_timeline) {
            values.push_back(value);
        }
        return values;
    }
    /// The values and when, in milliseconds of the thread's scheduler since the making of the spy.
    const Timeline<value_type> &timeline() const noexcept { return m_timeline; }
    /// Of a map, a deep map or a record: the keys that were set; empty where the whole value was, or several keys in
    /// a batch.
    const auto &keys() const noexcept
    requires KeyedStore<S>
    {
        return m_keys;
    }
    /// Forgets what was recorded, and returns the values.
    Recorded<value_type> take()
    {
        Recorded<value_type> values = this->values();
        clear();
        return values;
    }
    /// Forgets what was recorded. Moments still count from the making.
    void clear()
    {
        m_timeline.clear();
        m_keys.clear();
    }

private:
    static std::chrono::milliseconds now()
    {
        const Scheduler *const time = scheduler();
        return time ? time->now() : std::chrono::milliseconds(0);
    }
    void record(const value_type &value) { m_timeline.emplace_back(now() - m_start, value); }

    std::chrono::milliseconds m_start;
    Timeline<value_type> m_timeline;
    Recorded<typename detail::SpiedKey<S>::type> m_keys;
    Subscription m_subscription; ///< Last: it ends first.
};

} // namespace nanostores
