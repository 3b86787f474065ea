// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/query/export.h>
#include <nanostores/query/querykey.h>

#include <functional>
#include <memory>
#include <utility>

namespace nanostores {

/// What a fetcher may know of the fetch that it makes. A handle, cheap to copy; coroutines take it by value.
///
/// A fetcher that takes one can be aborted: it is expected to end soon after isAborted(), and what it then ends with
/// counts for nothing.
class NANOSTORES_QUERY_EXPORT FetchContext
{
public:
    explicit FetchContext(AnyCacheKey key);

    const AnyCacheKey &key() const noexcept;
    /// The last observer has left, the key has changed, or newer data is wanted.
    bool isAborted() const noexcept;
    /// Calls f when the fetch is aborted; at once, if it has been. Forgets f when the fetch ends.
    void onAbort(std::function<void()> f) const;

    /// For the library.
    void abort() const noexcept;
    void end() const noexcept; ///< Forgets what onAbort() was given.
    bool hasHandlers() const noexcept;

private:
    struct Data;
    std::shared_ptr<Data> m_data;
};

} // namespace nanostores
