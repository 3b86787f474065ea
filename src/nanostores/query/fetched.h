// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/equal.h>
#include <nanostores/query/queryerror.h>

#include <optional>

namespace nanostores {

/// What is known of something that is fetched. The value of a Query.
template<typename R>
struct Fetched
{
    std::optional<R> data = {}; ///< The last result, with what mutations have changed of it.
    QueryError error = {}; ///< Of the last fetch, if it has failed. The data of an earlier one stays.
    bool loading = false; ///< A fetch is running, or is about to.
    bool stale = false; ///< Newer data has been asked for, and is not there yet.
    bool previous = false; ///< The data is that of the former key: see QueryOptions::keepPrevious.

    friend bool operator==(const Fetched &a, const Fetched &b)
    requires(detail::isComparable<R>())
    {
        return a.loading == b.loading && a.stale == b.stale && a.previous == b.previous && a.error == b.error
               && Equal<std::optional<R>>{}(a.data, b.data);
    }
};

} // namespace nanostores
