// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/batch.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/graph/timer.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/core/store.h>
#include <nanostores/core/task.h>
#include <nanostores/query/detail/clientcore.h>
#include <nanostores/query/detail/entryof.h>
#include <nanostores/query/detail/quietsource.h>
#include <nanostores/query/entities.h>
#include <nanostores/query/export.h>
#include <nanostores/query/queryerror.h>
#include <nanostores/query/querykey.h>
#include <nanostores/query/queryoptions.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace nanostores {

/// What a mutation does with a call that comes while one is running.
enum class MutationCalls : std::uint8_t {
    One, ///< The call ends with MutationBusy, and does nothing. Such is a second click.
    InOrder, ///< It waits until those before have ended.
    AtOnce, ///< Both run.
};

/// How calls of one mutation follow each other, and where its errors go.
struct MutationOptions
{
    MutationCalls calls = MutationCalls::One;
    std::function<void(const QueryFailure &)> onError = {}; ///< In the place of the client's.
};

/// The value of a Mutation: of its latest call.
template<typename R>
struct Mutated
{
    std::optional<R> data = {}; ///< What it has returned. Of a Task<void> a std::monostate.
    QueryError error = {};
    bool loading = false; ///< A call is running.

    friend bool operator==(const Mutated &a, const Mutated &b)
    requires(detail::isComparable<R>())
    {
        return a.loading == b.loading && a.error == b.error && Equal<std::optional<R>>{}(a.data, b.data);
    }
};

/// What a call of a mutation may do to the cache. A handle, cheap to copy, good until the call has ended; afterwards
/// its functions throw std::logic_error.
///
/// What update() and set() change is seen at once, and undone if the call fails: what others have changed meanwhile
/// stays. So it is with several calls in flight, in whatever order they end. An answer of the server that comes
/// meanwhile is shown with the changes of the calls that are running.
class NANOSTORES_QUERY_EXPORT MutationContext
{
public:
    explicit MutationContext(std::shared_ptr<detail::ClientCore> core);

    /// update(userKey(7), [](User &user) { user.name = "Ann"; }): changes the data of the key. While there is none
    /// nothing is changed; if an answer brings some before the call has ended, that is. The function may run more than
    /// once, and does nothing but that.
    template<typename R, typename F>
    requires std::is_invocable_v<F &, R &>
    void update(const CacheKey<R> &key, F change) const
    {
        changeEntry<R>(core().entry<R>(key), std::move(change));
    }
    /// update(userKey.all(), f): all of a shard that is in the cache now.
    template<typename R, typename F>
    requires std::is_invocable_v<F &, R &>
    void update(const ResultSelector<R> &selector, F change) const
    {
        Batch batch;
        for (const auto &entry : core().matching(selector)) {
            changeEntry<R>(std::static_pointer_cast<detail::EntryOf<R>>(entry), change);
        }
        batch.end();
    }
    /// Has the data of the key be this.
    template<typename R>
    void set(const CacheKey<R> &key, std::type_identity_t<R> data) const
    {
        const auto entry = core().entry<R>(key);
        keep(entry);
        entry->change(number(), [data = std::move(data)](std::optional<R> &changed) { changed = data; });
    }
    /// What the cache has for the key now.
    template<typename R>
    [[nodiscard]] std::optional<R> data(const CacheKey<R> &key) const
    {
        const auto entry = core().find(key);
        return entry ? std::static_pointer_cast<detail::EntryOf<R>>(entry)->data().peek() : std::nullopt;
    }
    /// After the call, however it ends: as QueryClient's.
    void invalidate(KeySelector selector) const;
    void revalidate(KeySelector selector) const;

    // For the library.
    void succeed() const;
    void fail() const;
    void leave() const; ///< What it has changed is undone, and nothing else is done.

private:
    struct Call;
    struct Afterwards;

    detail::ClientCore &core() const;
    std::uint64_t number() const noexcept;
    void keep(std::shared_ptr<detail::Entry> entry) const;
    void undo() const;
    void settle() const;
    void settle(const Afterwards &wanted, std::vector<std::shared_ptr<detail::Entry>> &done) const;

    template<typename R, typename F>
    void changeEntry(const std::shared_ptr<detail::EntryOf<R>> &entry, F change) const
    {
        keep(entry);
        const auto &entities = entry->key().data()->shard->entities;
        if (entities && entry->data().peek()) {
            // What it changes of an entity is changed there, for all that hold it.
            std::optional<R> changed = entry->data().peek();
            std::vector<std::shared_ptr<detail::Entry>> held;
            untracked([&] { detail::fillEntities(core().shared_from_this(), entry->key(), changed, held); });
            change(*changed);
            EntityVisitor visitor(core().shared_from_this(), EntityVisitor::Task::Change, number());
            entities(visitor, &*changed);
            for (auto &touched : visitor.takeEntries()) {
                keep(std::move(touched));
            }
        }
        entry->change(number(), [change = std::move(change)](std::optional<R> &data) mutable {
            if (data) {
                change(*data);
            }
        });
    }

    std::shared_ptr<Call> m_call;
};

namespace detail {

/// The parameters of what a callable takes: of its operator(), or of a function.
template<typename F>
struct ParamsOf : ParamsOf<decltype(&F::operator())>
{
};
template<typename R, typename... A>
struct ParamsOf<R (*)(A...)>
{
    using Result = R;
    using Params = std::tuple<std::decay_t<A>...>;
};
template<typename R, typename C, typename... A>
struct ParamsOf<R (C::*)(A...)> : ParamsOf<R (*)(A...)>
{
};
template<typename R, typename C, typename... A>
struct ParamsOf<R (C::*)(A...) const> : ParamsOf<R (*)(A...)>
{
};
template<typename R, typename C, typename... A>
struct ParamsOf<R (C::*)(A...) noexcept> : ParamsOf<R (*)(A...)>
{
};
template<typename R, typename C, typename... A>
struct ParamsOf<R (C::*)(A...) const noexcept> : ParamsOf<R (*)(A...)>
{
};

template<typename Params>
struct MutationArgs
{
    using type = Params;
    static constexpr bool takesContext = false;
};
template<typename... A>
struct MutationArgs<std::tuple<MutationContext, A...>>
{
    using type = std::tuple<A...>;
    static constexpr bool takesContext = true;
};

template<typename Result>
struct MutationResult
{
    using type = std::conditional_t<std::is_void_v<Result>, std::monostate, Result>;
};
template<typename R>
struct MutationResult<Task<R>> : MutationResult<R>
{
};

/// What the handles of a mutation share.
template<typename R, typename... A>
class MutationCore : public std::enable_shared_from_this<MutationCore<R, A...>>
{
public:
    using Function = std::function<void(MutationContext &, const std::tuple<A...> &,
                                        std::function<void(const R *, const std::exception_ptr &)>)>;

    /// isCounted: allTasks() waits for its calls.
    MutationCore(std::shared_ptr<ClientCore> client, Function function, MutationOptions options, bool isCounted = true)
        : m_client(std::move(client))
        , m_function(std::move(function))
        , m_options(std::move(options))
        , m_isCounted(isCounted)
    {
    }

    const Atom<Mutated<R>> &state() const noexcept { return m_state; }

    Task<R> call(std::tuple<A...> args)
    {
        QuietSource<R> source;
        if (m_running > 0 && m_options.calls == MutationCalls::One) {
            source.reject(std::make_exception_ptr(
                MutationBusy("nanostores: the mutation is running, and takes one call at a time: wait for its end, or "
                             "give it MutationCalls::InOrder or AtOnce")));
        } else if (m_options.calls == MutationCalls::InOrder && (m_running > 0 || !m_waiting.empty())) {
            m_waiting.emplace_back(
                [this, args = std::make_shared<const std::tuple<A...>>(std::move(args)), source, end = startTask()] {
                    run(args, source);
                    end();
                });
        } else {
            run(std::make_shared<const std::tuple<A...>>(std::move(args)), source);
        }
        return source.task();
    }
    void observed()
    {
        m_left = 0;
        m_stays.start(std::chrono::milliseconds(0), [this] { m_hasStayed = true; });
    }
    /// The outcome of calls that have not ended is of no interest either, unless an observer comes meanwhile. A get()
    /// of a part comes and leaves at once, and is no such observer.
    void left()
    {
        m_stays.stop();
        const bool hasStayed = std::exchange(m_hasStayed, false);
        if (m_running == 0) {
            m_state.set({});
        } else if (hasStayed) {
            m_left = m_latest + m_waiting.size();
            m_state.set({{}, {}, true});
        }
    }

private:
    /// The parameters live until the end, as a coroutine may have taken them by reference.
    void run(const std::shared_ptr<const std::tuple<A...>> &args, const QuietSource<R> &source)
    {
        const auto self = this->shared_from_this();
        ++m_running;
        const std::uint64_t mine = ++m_latest;
        const auto end = m_isCounted ? std::optional(startTask()) : std::nullopt;
        const auto context = std::make_shared<MutationContext>(m_client);
        const auto finish = [self, mine, end, context, args, source](const R *value, const std::exception_ptr &error) {
            self->ended(mine, *context, value, error, source);
            if (end) {
                (*end)();
            }
        };
        m_state.set({{}, {}, true});
        try {
            untracked([&] { m_function(*context, *args, finish); });
        } catch (...) {
            finish(nullptr, std::current_exception());
        }
    }
    /// Without a value and an error the call has been left: how it ends will not be known.
    void ended(std::uint64_t call, const MutationContext &context, const R *value, const std::exception_ptr &error,
               const QuietSource<R> &source)
    {
        --m_running;
        {
            const Batch batch;
            if (call == m_latest && call <= m_left) {
                m_state.set({{}, {}, m_running > 0});
            } else if (call == m_latest) {
                m_state.set({value ? std::optional<R>(*value) : std::nullopt, QueryError(error), m_running > 0});
            } else if (m_running == 0) {
                auto state = m_state.peek();
                state.loading = false;
                m_state.set(std::move(state));
            }
            if (value) {
                context.succeed();
            } else if (error) {
                context.fail();
            } else {
                context.leave();
            }
        }
        if (error) {
            const auto &onError = m_options.onError ? m_options.onError : m_client->options().onError;
            try {
                if (onError) {
                    onError({QueryError(error), {}, 1});
                }
            } catch (...) {
                reportError(std::current_exception());
            }
            source.reject(error);
        } else if (value) {
            source.resolve(*value);
        } else {
            source.reject(abandonedError());
        }
        if (m_running == 0 && !m_waiting.empty()) {
            const auto next = std::move(m_waiting.front());
            m_waiting.pop_front();
            next();
        }
    }

    std::shared_ptr<ClientCore> m_client;
    Function m_function;
    MutationOptions m_options;
    bool m_isCounted;
    Atom<Mutated<R>> m_state{Mutated<R>{}};
    int m_running = 0;
    std::uint64_t m_latest = 0;
    Timer m_stays;
    bool m_hasStayed = false; ///< An observer has been there for a turn of the event loop.
    std::uint64_t m_left = 0; ///< The last call that had an observer who has left.
    std::deque<std::function<void()>> m_waiting;
};

} // namespace detail

/// A store of what became of the latest call of a function that changes what the server knows; calling it calls that.
///
///     const auto rename = client.mutation([](MutationContext &change, int id, QString name) -> Task<User> {
///         change.update(userKey(id), [&](User &user) { user.name = name; }); // seen at once; undone if the call fails
///         change.revalidate(userKey(id));                                   // afterwards, in any case
///         co_return co_await sendName(id, name);
///     });
///     rename(7, "Ann");
///
/// When it is not observed any more, it forgets the outcome, also that of calls which are running, or wait in a queue.
template<typename R, typename... A>
class Mutation : public Store<detail::SignalNode<Mutated<R>>>
{
    using Base = Store<detail::SignalNode<Mutated<R>>>;
    using Core = detail::MutationCore<R, A...>;

public:
    explicit Mutation(std::shared_ptr<Core> core)
        : Base(core->state().node())
        , m_core(std::move(core))
    {
        const std::weak_ptr weak(m_core);
        onStart(*this, [weak] {
            if (const auto mine = weak.lock()) {
                mine->observed();
            }
        });
        onStop(*this, [weak] {
            if (const auto mine = weak.lock()) {
                mine->left();
            }
        });
    }

    using Base::operator();
    /// Calls the function, and counts it as running, for allTasks(), until it has ended. The task ends after what the
    /// cache is to know of the outcome; an error of it is not reported if it is dropped, as the store shows it.
    Task<R> mutate(A... args) const { return m_core->call(std::tuple<A...>(std::move(args)...)); }
    Task<R> operator()(A... args) const
    requires(sizeof...(A) > 0)
    {
        return mutate(std::move(args)...);
    }

    // Parts of the value, as stores of their own. Each call makes one: keep it.
    Computed<std::optional<R>> data() const { return part(&Mutated<R>::data); }
    Computed<QueryError> error() const { return part(&Mutated<R>::error); }
    Computed<bool> loading() const { return part(&Mutated<R>::loading); }

    Mutation named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }

private:
    template<typename M>
    Computed<M> part(M Mutated<R>::*member) const
    {
        return computed(static_cast<const Base &>(*this),
                        [member](const Mutated<R> &mutated) { return mutated.*member; });
    }

    std::shared_ptr<Core> m_core;
};

namespace detail {

/// Calls run(), and at the end of that finish(value, error), one of which is null. Keeps `held` until then.
template<typename R, typename Result, typename Run, typename Finish, typename Held>
void runToEnd(const Run &run, const Finish &finish, const Held &held)
{
    if constexpr (isTask<Result>) {
        const auto failed = [finish, held](const std::exception_ptr &error) { finish(nullptr, error); };
        if constexpr (std::is_void_v<typename Result::value_type>) {
            run().then([finish] { finish(std::make_unique<R>().get(), nullptr); }, failed);
        } else {
            run().then([finish](const R &value) { finish(&value, nullptr); }, failed);
        }
    } else if constexpr (std::is_void_v<Result>) {
        run();
        finish(std::make_unique<R>().get(), nullptr);
    } else {
        const R value = run();
        finish(&value, nullptr);
    }
}

template<typename F, typename... A>
auto makeMutation(std::shared_ptr<ClientCore> client, F function, MutationOptions options, std::tuple<A...> *)
{
    using Result = typename ParamsOf<F>::Result;
    using R = typename MutationResult<Result>::type;
    using Core = MutationCore<R, A...>;
    constexpr bool takesContext = MutationArgs<typename ParamsOf<F>::Params>::takesContext;
    const auto shared = std::make_shared<F>(std::move(function));
    auto call = [shared](MutationContext &context, const std::tuple<A...> &args, auto finish) {
        const auto run = [&]() -> Result {
            if constexpr (takesContext) {
                return std::apply([&](const A &...arg) { return (*shared)(context, arg...); }, args);
            } else {
                return std::apply(*shared, args);
            }
        };
        runToEnd<R, Result>(run, finish, shared);
    };
    return Mutation<R, A...>(std::make_shared<Core>(std::move(client), std::move(call), std::move(options)));
}

template<typename F>
auto makeMutation(const std::shared_ptr<ClientCore> &client, F function, MutationOptions options)
{
    using Args = typename MutationArgs<typename ParamsOf<F>::Params>::type;
    return makeMutation(client, std::move(function), std::move(options), static_cast<Args *>(nullptr));
}

} // namespace detail
} // namespace nanostores
