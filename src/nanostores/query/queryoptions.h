// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/query/export.h>
#include <nanostores/query/queryerror.h>
#include <nanostores/query/querykey.h>

#include <chrono>
#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// One attempt that has failed.
struct QueryFailure
{
    QueryError error;
    AnyCacheKey key; ///< Empty: of a mutation.
    int attempt = 1; ///< How many have failed since the last success, this one included.
};

/// How long to wait before the next attempt; none: there is no other one.
using RetryPolicy = std::function<std::optional<std::chrono::milliseconds>(const QueryFailure &)>;

/// The delays of backoff().
struct Backoff
{
    std::chrono::milliseconds first{4000};
    double factor = 2; ///< Each delay is so many times the one before.
    std::chrono::milliseconds longest{512000};
    double jitter = 0.5; ///< Each is longer or shorter by up to this part of it, by chance.
    int attempts = 0; ///< Ends after so many failures; 0: never.
};

/// Delays that grow. The default of a client.
[[nodiscard]] NANOSTORES_QUERY_EXPORT RetryPolicy backoff(Backoff delays = {});
/// No second attempt.
[[nodiscard]] NANOSTORES_QUERY_EXPORT RetryPolicy noRetry();

/// Any store, without its type.
class WatchedStore
{
public:
    template<AnyStore S>
    WatchedStore(S store) // NOLINT: meant to convert
        : m_isOn([store] {
            if constexpr (std::is_same_v<typename S::value_type, bool>) {
                return static_cast<bool>(store.peek());
            } else {
                return true;
            }
        })
        , m_isBool(std::is_same_v<typename S::value_type, bool>)
        , m_listen([store](std::function<void()> f) { return store.listen([f = std::move(f)] { f(); }); })
    {
    }

    bool isBool() const noexcept { return m_isBool; }
    bool isOn() const { return m_isOn(); } ///< The value of a bool's.
    Subscription listen(std::function<void()> f) const { return m_listen(std::move(f)); }

private:
    std::function<bool()> m_isOn;
    bool m_isBool;
    std::function<Subscription(std::function<void()>)> m_listen;
};

/// A store of a bool.
class WatchedBool : public WatchedStore
{
public:
    template<AnyStore S>
    requires std::same_as<typename S::value_type, bool>
    WatchedBool(S store) // NOLINT: meant to convert
        : WatchedStore(std::move(store))
    {
    }
};

/// How a client, or one query, fetches and keeps. What a query does not say is as the client says, and what that does
/// not say is as written here.
struct QueryOptions
{
    /// A result, or an error, counts as fresh for so long: observers that come do not fetch again. 4 s.
    std::optional<std::chrono::milliseconds> dedupeTime = {};
    /// Entries go so long after the last result and the last observer; not before they are out of dedupeTime. For ever.
    std::optional<std::chrono::milliseconds> cacheLifetime = {};
    /// While observed: how often it is fetched anew, whatever its age. 0: never, the default.
    std::optional<std::chrono::milliseconds> interval = {};
    /// After an error. backoff().
    RetryPolicy retry = {};
    /// A change of one of these stores fetches anew; a bool's when it becomes true, and what is fresh is not then.
    std::vector<WatchedStore> revalidateOn = {};
    /// While one of these is false nothing is fetched, but by fetch(); what was due is fetched when all are true.
    std::vector<WatchedBool> enabled = {};
    /// When the key changes, the data of the former key is shown until that of the new one is there.
    std::optional<bool> keepPrevious = {};
    /// Called for each failure; that of a query takes the place of the client's.
    std::function<void(const QueryFailure &)> onError = {};
};

} // namespace nanostores
