// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/core/task.h>
#include <nanostores/query/detail/clientcore.h>
#include <nanostores/query/detail/entryof.h>
#include <nanostores/query/detail/quietsource.h>
#include <nanostores/query/entities.h>
#include <nanostores/query/fetchcontext.h>
#include <nanostores/query/fetched.h>
#include <nanostores/query/querykey.h>
#include <nanostores/query/queryoptions.h>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// A parameter of a key: a value, a store of one, or a store of an optional, which has none: then there is no key.
template<typename P>
class KeyPart
{
public:
    template<typename V>
    requires(std::convertible_to<V, P> && !AnyStore<std::remove_cvref_t<V>>)
    KeyPart(V &&value) // NOLINT: meant to convert
        : m_store(follow(atom(std::optional<P>(std::forward<V>(value)))))
    {
    }
    template<AnyStore S>
    requires std::convertible_to<const typename S::value_type &, std::optional<P>>
    KeyPart(const S &store) // NOLINT: meant to convert
        : m_store(follow(store))
    {
    }

    const Computed<std::optional<P>> &store() const noexcept { return m_store; }

private:
    template<typename S>
    static Computed<std::optional<P>> follow(const S &store)
    {
        auto part = computed(store, [](const auto &value) { return std::optional<P>(value); });
        setUnmountDelay(part, std::chrono::milliseconds(0));
        return part;
    }

    Computed<std::optional<P>> m_store;
};

/// Takes back what mutate() has written: the data is again what it was before, fresh from then on. A handle.
class CacheUndo
{
public:
    explicit CacheUndo(std::function<bool()> undo)
        : m_undo(std::move(undo))
    {
    }
    /// False, and nothing is done: newer data has come meanwhile, by a fetch or by another mutate(), or it was called
    /// before.
    bool operator()() const { return m_undo(); }

private:
    std::function<bool()> m_undo;
};

namespace detail {

template<typename R>
CacheUndo writeEntry(const std::shared_ptr<ClientCore> &core, const std::shared_ptr<EntryOf<R>> &entry,
                     std::optional<R> data)
{
    auto former = sentWithEntities(core, *entry);
    entry->write(std::move(data));
    return CacheUndo([weak = std::weak_ptr(entry), version = entry->version(), former = std::move(former)] {
        const auto mine = weak.lock();
        if (!mine || mine->version() != version) {
            return false;
        }
        mine->write(former);
        return true;
    });
}

/// How results are fetched, for the parameters in the tuple.
template<typename R>
using FetchFunction = std::function<Task<R>(const FetchContext &, const void *params)>;

template<typename F, typename... P>
inline constexpr bool takesContext = std::is_invocable_v<F &, FetchContext, const P &...>;

template<typename R, typename... P, typename F>
FetchFunction<R> fetchFunction(F fetcher)
{
    static_assert(takesContext<F, P...> || std::is_invocable_v<F &, const P &...>,
                  "a fetcher takes the parameters of its key, and before them, if it likes, a FetchContext");
    return [fetcher = std::make_shared<F>(std::move(fetcher))](const FetchContext &context, const void *params) {
        const auto &values = *static_cast<const std::tuple<P...> *>(params);
        const auto call = [&]() -> decltype(auto) {
            if constexpr (takesContext<F, P...>) {
                return std::apply([&](const P &...value) { return (*fetcher)(FetchContext(context), value...); },
                                  values);
            } else {
                return std::apply(*fetcher, values);
            }
        };
        using Result = std::decay_t<decltype(call())>;
        if constexpr (isTask<Result>) {
            static_assert(std::is_same_v<Result, Task<R>>, "a fetcher returns a Task of its key's result");
            return call();
        } else {
            static_assert(std::is_convertible_v<Result, R>, "a fetcher returns its key's result, or a Task of it");
            const TaskSource<R> source;
            source.resolve(call());
            return source.task();
        }
    };
}

template<typename R, typename... P>
Computed<AnyCacheKey> keyStore(const QueryKey<R, P...> &key, const KeyPart<P> &...parts)
{
    const auto make = [key](const auto &...part) {
        return (part.has_value() && ...) ? AnyCacheKey(key(*part...)) : AnyCacheKey();
    };
    if constexpr (sizeof...(P) == 0) {
        return computed(atom(AnyCacheKey(key())), [](const AnyCacheKey &only) { return only; });
    } else {
        auto store = computed(parts.store()..., make);
        setUnmountDelay(store, std::chrono::milliseconds(0));
        return store;
    }
}

template<typename R>
class QueryState : public QueryObserver
{
public:
    QueryState(std::shared_ptr<ClientCore> core, Computed<AnyCacheKey> key, FetchFunction<R> fetch,
               const QueryOptions &options, bool takesContext)
        : QueryObserver(std::move(core), std::move(key), options, takesContext)
        , m_fetch(std::move(fetch))
    {
    }

    /// Tracked.
    Fetched<R> show(const Fetched<R> *before)
    {
        const AnyCacheKey &now = key()();
        if (now.isEmpty()) {
            m_shown.reset();
            holdEntities({});
            return {};
        }
        if (!m_shown || !(m_shown->key() == now)) {
            m_shown = core()->template entry<R>(now);
        }
        const EntryStatus &status = m_shown->status()();
        const bool isDue = isBehind(now) && isEnabled() && m_shown->needsFetch(*this);
        Fetched<R> fetched{m_shown->data()(), status.error, status.loading || isDue, status.stale, false};
        std::vector<std::shared_ptr<Entry>> entities;
        fillEntities(core(), now, fetched.data, entities);
        holdEntities(std::move(entities));
        if (!fetched.data && fetched.loading && settings().keepPrevious && before && before->data) {
            fetched.data = before->data;
            fetched.previous = fetched.stale = true;
        }
        return fetched;
    }
    Task<R> fetch()
    {
        const AnyCacheKey now = key().get();
        const QuietSource<R> source;
        auto task = source.task();
        if (now.isEmpty()) {
            source.reject(disabledError());
            return task;
        }
        const auto entry = core()->template entry<R>(now);
        if (!entry->isLoading() && !entry->needsFetch(*this)) {
            endWith(source, *entry);
        } else {
            entry->wait(
                *this,
                [self = sharedState(), weak = std::weak_ptr(entry), source] {
                    if (const auto ended = weak.lock()) {
                        self->endWith(source, *ended);
                    }
                },
                [source] { return source.isAwaited(); });
        }
        return task;
    }
    void call(const std::shared_ptr<Entry> &entry, std::uint64_t run, const FetchContext &context) override
    {
        const auto mine = std::static_pointer_cast<EntryOf<R>>(entry);
        try {
            untracked([&] {
                const Task<R> task = m_fetch(context, context.key().data()->params.get());
                task.then([mine, run, fetch = m_fetch](const R &value) { mine->arrive(run, value); },
                          [mine, run](const std::exception_ptr &error) { mine->failed(run, error); });
            });
        } catch (...) {
            mine->failed(run, std::current_exception());
        }
    }

protected:
    std::shared_ptr<Entry> entryFor(const AnyCacheKey &now) override { return core()->template entry<R>(now); }
    std::shared_ptr<QueryState> sharedState() { return std::static_pointer_cast<QueryState>(shared_from_this()); }
    void endWith(const QuietSource<R> &source, const EntryOf<R> &ended) const
    {
        const EntryStatus &status = ended.status().peek();
        std::optional<R> data = ended.data().peek();
        if (status.error) {
            source.reject(status.error.exception());
        } else if (data) {
            std::vector<std::shared_ptr<Entry>> held;
            untracked([&] { fillEntities(core(), ended.key(), data, held); });
            source.resolve(*std::move(data));
        } else {
            source.reject(abandonedError());
        }
    }
    static std::exception_ptr disabledError()
    {
        return std::make_exception_ptr(QueryDisabled(
            "nanostores: there is nothing to fetch, as a store of the query's key is empty: give it a value"));
    }

private:
    FetchFunction<R> m_fetch;

protected:
    std::shared_ptr<EntryOf<R>> m_shown; ///< Whose stores the last run of show() has read.
};

} // namespace detail

/// A store of what is fetched for a key: see QueryClient::query().
///
/// It fetches while it is observed. Queries of one client share what they fetch for the same key, and the fetches that
/// are running. A fetch that is of no use any more is aborted, if its fetcher takes a FetchContext: when the key
/// changes, and at the next turn of the event loop when the last observer has left. Else its result goes to the cache.
template<typename R>
class Query : public Computed<Fetched<R>>
{
    using Base = Computed<Fetched<R>>;
    using State = detail::QueryState<R>;

public:
    explicit Query(std::shared_ptr<State> state)
        : Base(computed<Fetched<R>>([state](const Fetched<R> *before) { return state->show(before); }))
        , m_state(state)
    {
        setUnmountDelay(*this, std::chrono::milliseconds(0));
        onMount(*this, [state] {
            state->mount();
            return [state] { state->unmount(); };
        });
    }

    // Parts of the value, as stores of their own. Each call makes one: keep it.
    Computed<std::optional<R>> data() const { return part(&Fetched<R>::data); }
    Computed<QueryError> error() const { return part(&Fetched<R>::error); }
    Computed<bool> loading() const { return part(&Fetched<R>::loading); }
    Computed<bool> stale() const { return part(&Fetched<R>::stale); }
    Computed<bool> previous() const { return part(&Fetched<R>::previous); }
    /// The data, or another value while there is none: for models, `new ListModel(todos.valueOr({}), &Todo::id)`.
    Computed<R> valueOr(R otherwise) const
    {
        return shortLived(
            computed(static_cast<const Base &>(*this), [otherwise = std::move(otherwise)](const Fetched<R> &fetched) {
                return fetched.data ? *fetched.data : otherwise;
            }));
    }
    /// The key of the moment, empty where there is none.
    const Computed<AnyCacheKey> &key() const noexcept { return m_state->key(); }

    /// Ends with the data, or the error, of a fetch: the one that is running, or one that begins now; at once, if what
    /// there is counts as fresh. Fetches also while it is not enabled. Without a key it ends with QueryDisabled.
    /// As long as someone has the task, or waits for it, the query is in use as by an observer.
    Task<R> fetch() const { return m_state->fetch(); }
    /// Fetches anew, if it is observed; else when it is the next time. The data stays until the answer is there.
    void revalidate() const
    {
        if (const auto entry = present()) {
            entry->revalidate(false);
        }
    }
    /// As revalidate(), and forgets data and error at once.
    void invalidate() const
    {
        const AnyCacheKey now = key().get();
        if (!now.isEmpty()) {
            m_state->core()->forgetKept(now);
        }
        if (const auto entry = present()) {
            entry->invalidate();
        }
    }
    /// Has the data be this, as if it were fetched; std::nullopt forgets it. The answer of a fetch that is running
    /// counts for nothing. What it returns takes that back.
    /// Throws QueryDisabled without a key.
    CacheUndo mutate(std::optional<R> data) const
    {
        const AnyCacheKey now = key().get();
        if (now.isEmpty()) {
            throw QueryDisabled("nanostores: there is nothing to write, as a store of the query's key is empty: give "
                                "it a value");
        }
        return detail::writeEntry(m_state->core(), m_state->core()->template entry<R>(now), std::move(data));
    }

    Query named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }

protected:
    template<typename T>
    static Computed<T> shortLived(Computed<T> store)
    {
        setUnmountDelay(store, std::chrono::milliseconds(0));
        return store;
    }

private:
    template<typename M>
    Computed<M> part(M Fetched<R>::*member) const
    {
        return shortLived(computed(static_cast<const Base &>(*this),
                                   [member](const Fetched<R> &fetched) { return fetched.*member; }));
    }
    std::shared_ptr<detail::Entry> present() const
    {
        const AnyCacheKey now = key().get();
        return now.isEmpty() ? nullptr : m_state->core()->find(now);
    }

    std::shared_ptr<State> m_state;
};

} // namespace nanostores
