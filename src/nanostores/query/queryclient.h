// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/batch.h>
#include <nanostores/core/readonly.h>
#include <nanostores/core/tracking.h>
#include <nanostores/query/detail/answerkeeper.h>
#include <nanostores/query/detail/clientcore.h>
#include <nanostores/query/export.h>
#include <nanostores/query/infinite.h>
#include <nanostores/query/keptanswers.h>
#include <nanostores/query/mutation.h>
#include <nanostores/query/operation.h>
#include <nanostores/query/query.h>
#include <nanostores/query/querykey.h>
#include <nanostores/query/queryoptions.h>

#include <QList>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// What the server knows, as stores: makes queries and mutations, and has the cache that they share.
///
/// A handle, cheap to copy. It belongs to the thread that made it; the cache lives as long as a handle, a query or a
/// fetch.
class NANOSTORES_QUERY_EXPORT QueryClient
{
    template<typename P>
    using Part = std::type_identity_t<KeyPart<P>>;

public:
    explicit QueryClient(QueryOptions options = {});

    /// query(userKey, userId, [](int id) -> Task<User> { ... }): what is fetched for the key with the parameters of the
    /// moment. Each is a value, a store, or a store of an optional, which has none: then nothing is fetched. However
    /// many change in a turn of the event loop, there is one fetch.
    ///
    /// The fetcher takes the parameters, and before them, if it can be aborted, a FetchContext. It returns a Task, or
    /// the result itself. It belongs to the query, and lives until its last fetch has ended.
    template<typename R, typename F>
    [[nodiscard]] Query<R> query(const QueryKey<R> &key, F fetcher, const QueryOptions &options = {}) const
    {
        return make<R>(detail::keyStore(key), std::move(fetcher), options);
    }
    template<typename R, typename A, typename F>
    [[nodiscard]] Query<R> query(const QueryKey<R, A> &key, const Part<A> &a, F fetcher,
                                 const QueryOptions &options = {}) const
    {
        return make<R, A>(detail::keyStore(key, a), std::move(fetcher), options);
    }
    template<typename R, typename A, typename B, typename F>
    [[nodiscard]] Query<R> query(const QueryKey<R, A, B> &key, const Part<A> &a, const Part<B> &b, F fetcher,
                                 const QueryOptions &options = {}) const
    {
        return make<R, A, B>(detail::keyStore(key, a, b), std::move(fetcher), options);
    }
    template<typename R, typename A, typename B, typename C, typename F>
    [[nodiscard]] Query<R> query(const QueryKey<R, A, B, C> &key, const Part<A> &a, const Part<B> &b, const Part<C> &c,
                                 F fetcher, const QueryOptions &options = {}) const
    {
        return make<R, A, B, C>(detail::keyStore(key, a, b, c), std::move(fetcher), options);
    }

    /// operation(searchKey, [](QString text) -> Task<Results> { ... }): as query(), and fetches when it is called.
    template<typename R, typename... P, typename F>
    [[nodiscard]] Operation<R, P...> operation(const QueryKey<R, P...> &key, F fetcher, QueryOptions options = {}) const
    {
        const Atom<AnyCacheKey> current{AnyCacheKey()};
        options.enabled.emplace_back(atom(false)); // a call fetches all the same
        auto store = computed(current, [](const AnyCacheKey &now) { return now; });
        setUnmountDelay(store, std::chrono::milliseconds(0));
        return Operation<R, P...>(key, current, state<R, P...>(std::move(store), std::move(fetcher), options));
    }

    /// infinite(feedKey, &FeedPage::next, [](std::optional<QString> cursor) -> Task<FeedPage> { ... }): a list that the
    /// server gives page by page. The result of the key is a QList of the pages, and its parts are as query()'s.
    ///
    /// `next` gives the cursor of the page after another one: a member of the page, a function of it, or one of it and
    /// the list of all before and including it. It is a std::optional, which is empty after the last page. The fetcher
    /// takes the parameters, and at last the page's cursor, which is empty for the first one.
    template<typename Page, typename N, typename F>
    [[nodiscard]] auto infinite(const QueryKey<QList<Page>> &key, N next, F fetcher,
                                const QueryOptions &options = {}) const
    {
        return makeInfinite<Page>(detail::keyStore(key), std::move(next), std::move(fetcher), options);
    }
    template<typename Page, typename A, typename N, typename F>
    [[nodiscard]] auto infinite(const QueryKey<QList<Page>, A> &key, const Part<A> &a, N next, F fetcher,
                                const QueryOptions &options = {}) const
    {
        return makeInfinite<Page, A>(detail::keyStore(key, a), std::move(next), std::move(fetcher), options);
    }
    template<typename Page, typename A, typename B, typename N, typename F>
    [[nodiscard]] auto infinite(const QueryKey<QList<Page>, A, B> &key, const Part<A> &a, const Part<B> &b, N next,
                                F fetcher, const QueryOptions &options = {}) const
    {
        return makeInfinite<Page, A, B>(detail::keyStore(key, a, b), std::move(next), std::move(fetcher), options);
    }
    template<typename Page, typename A, typename B, typename C, typename N, typename F>
    [[nodiscard]] auto infinite(const QueryKey<QList<Page>, A, B, C> &key, const Part<A> &a, const Part<B> &b,
                                const Part<C> &c, N next, F fetcher, const QueryOptions &options = {}) const
    {
        return makeInfinite<Page, A, B, C>(detail::keyStore(key, a, b, c), std::move(next), std::move(fetcher),
                                           options);
    }

    /// mutation([](MutationContext &change, QString name) -> Task<User> { ... }): something that changes what the
    /// server knows. See Mutation.
    template<typename F>
    [[nodiscard]] auto mutation(F function, MutationOptions options = {}) const
    {
        return detail::makeMutation(m_core, std::move(function), std::move(options));
    }

    /// Fetches anew what is observed, and the rest when it is observed the next time; data and errors go at once. Takes
    /// a key, a shard, a shard's where(), or a function of the key.
    void invalidate(const KeySelector &selector) const;
    /// As invalidate(), and the data stays until the answer is there.
    void revalidate(const KeySelector &selector) const;

    /// Has the data of the key be this, as if it were fetched; std::nullopt forgets it. A fetch that is running counts
    /// for nothing. What it returns takes that back: `const CacheUndo undo = api.mutate(userKey(7), changed);`
    template<typename R>
    CacheUndo mutate(const CacheKey<R> &key, std::type_identity_t<std::optional<R>> data) const
    {
        return detail::writeEntry(m_core, m_core->entry<R>(key), std::move(data));
    }
    /// mutate(userKey.all(), [](User &user) { ... }): changes all data that there is of a shard, as if it were fetched.
    /// The function is called with what the server has sent: what mutations that are running change is seen over it.
    /// What it reads is not tracked.
    template<typename R, typename F>
    requires std::is_invocable_v<F &, R &>
    void mutate(const ResultSelector<R> &selector, F change) const
    {
        Batch batch;
        for (const auto &entry : m_core->matching(selector)) {
            const auto mine = std::static_pointer_cast<detail::EntryOf<R>>(entry);
            if (auto data = detail::sentWithEntities(m_core, *mine)) {
                untracked([&] { change(*data); });
                mine->write(std::move(data));
            }
        }
        batch.end();
    }
    /// What the cache has for the key. Fetches nothing.
    template<typename R>
    [[nodiscard]] std::optional<R> cached(const CacheKey<R> &key) const
    {
        const auto entry = m_core->find(key);
        auto data = entry ? std::static_pointer_cast<detail::EntryOf<R>>(entry)->data().peek() : std::optional<R>();
        std::vector<std::shared_ptr<detail::Entry>> held;
        untracked([&] { detail::fillEntities(m_core, key, data, held); });
        return data;
    }
    /// keep(userKey, engine): answers of the name stay when the program ends. The next run shows them at once, as
    /// stale, and fetches them anew. Results are of a type that JsonCodec reads and writes. What is invalidated, or
    /// forgotten by mutate(), goes in the storage as well; changes of mutations that are running are not kept. Takes
    /// the place of an earlier call for the name.
    template<typename R, typename... P, AnswerStorage S>
    void keep(const QueryKey<R, P...> &key, S storage, KeptAnswers options = {}) const
    {
        const auto &shard = key.shard();
        m_core->setKeeper(*shard, std::make_shared<detail::AnswerKeeperOf<R, P...>>(
                                      detail::AnyAnswerStorage(std::move(storage)), std::move(options), shard));
    }
    /// The keys that there is data of, in no order.
    [[nodiscard]] std::vector<AnyCacheKey> keys() const;
    /// How many fetches are running.
    [[nodiscard]] Readonly<detail::SignalNode<int>> fetching() const { return readonly(m_core->fetching()); }

    // For the library.
    const std::shared_ptr<detail::ClientCore> &core() const noexcept { return m_core; }
    /// As cached(), without what mutations that are running have changed.
    template<typename R>
    [[nodiscard]] std::optional<R> sent(const AnyCacheKey &key) const
    {
        const auto entry = m_core->find(key);
        return entry ? detail::sentWithEntities(m_core, static_cast<const detail::EntryOf<R> &>(*entry)) : std::nullopt;
    }

    friend bool operator==(const QueryClient &, const QueryClient &) noexcept = default;

private:
    template<typename R, typename... P, typename F>
    auto state(Computed<AnyCacheKey> key, F fetcher, const QueryOptions &options) const
    {
        constexpr bool takesContext = detail::takesContext<F, P...>;
        return std::make_shared<detail::QueryState<R>>(
            m_core, std::move(key), detail::fetchFunction<R, P...>(std::move(fetcher)), options, takesContext);
    }
    template<typename R, typename... P, typename F>
    Query<R> make(Computed<AnyCacheKey> key, F fetcher, const QueryOptions &options) const
    {
        return Query<R>(state<R, P...>(std::move(key), std::move(fetcher), options));
    }

    template<typename Page, typename... P, typename N, typename F>
    auto makeInfinite(Computed<AnyCacheKey> key, N next, F fetcher, const QueryOptions &options) const
    {
        using C = detail::NextCursor<Page, N>;
        constexpr bool takesContext = detail::takesContext<F, P..., std::optional<C>>;
        return Infinite<Page, C>(std::make_shared<detail::InfiniteState<Page, C>>(
            m_core, std::move(key),
            [next = std::move(next)](const QList<Page> &pages) -> std::optional<C> {
                return detail::cursorAfter<Page>(next, pages);
            },
            detail::pageFunction<Page, C, P...>(std::move(fetcher)), options, takesContext));
    }

    std::shared_ptr<detail::ClientCore> m_core;
};

} // namespace nanostores
