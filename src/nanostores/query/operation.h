// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/batch.h>
#include <nanostores/query/query.h>

#include <memory>
#include <string>
#include <utility>

namespace nanostores {

/// A query that fetches when it is called, and never by itself: a search that a button begins. A store of what is
/// known for the parameters of the latest call. See QueryClient::operation().
///
/// It uses the cache as queries do: what is fresh is not fetched again, and a fetch that is running is shared. What is
/// invalidated is forgotten, and fetched at the next call.
template<typename R, typename... P>
class Operation : public Query<R>
{
public:
    Operation(QueryKey<R, P...> key, Atom<AnyCacheKey> current, std::shared_ptr<detail::QueryState<R>> state)
        : Query<R>(std::move(state))
        , m_key(std::move(key))
        , m_current(std::move(current))
    {
    }

    using Query<R>::operator();
    /// Ends with the result, or the error, which is not reported if the task is dropped, as the store shows it.
    Task<R> call(P... params) const
    {
        Batch batch; // observers see the new key with its fetch
        m_current.set(m_key(std::move(params)...));
        auto task = this->fetch();
        batch.end();
        return task;
    }
    Task<R> operator()(P... params) const
    requires(sizeof...(P) > 0)
    {
        return call(std::move(params)...);
    }

    Operation named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }

private:
    QueryKey<R, P...> m_key;
    Atom<AnyCacheKey> m_current;
};

} // namespace nanostores
