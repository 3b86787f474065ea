// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/core/task.h>
#include <nanostores/query/query.h>

#include <QList>

#include <algorithm>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace nanostores {

/// What is known of the page after the last one of an Infinite.
struct NextPage
{
    bool available = false; ///< There is one.
    bool loading = false; ///< It is being fetched, or is after the fetch that is running.
    QueryError error = {}; ///< Of its last fetch, if that has failed. The pages that are there stay.

    friend bool operator==(const NextPage &, const NextPage &) = default;
};

namespace detail {

template<typename Page, typename N>
auto cursorAfter(const N &next, const QList<Page> &pages)
{
    if constexpr (std::is_invocable_v<const N &, const Page &, const QList<Page> &>) {
        return std::invoke(next, pages.last(), pages);
    } else {
        static_assert(std::is_invocable_v<const N &, const Page &>,
                      "what comes next is said by a member of the page, a function of the page, or one of the page and "
                      "of the list of all");
        return std::invoke(next, pages.last());
    }
}

template<typename T>
struct CursorOf
{
    static_assert(sizeof(T) == 0, "what comes next is a std::optional of a cursor, which is empty after the last page");
};
template<typename C>
struct CursorOf<std::optional<C>>
{
    using type = C;
};
template<typename Page, typename N>
using NextCursor = typename CursorOf<
    std::decay_t<decltype(cursorAfter<Page>(std::declval<const N &>(), std::declval<const QList<Page> &>()))>>::type;

/// How a page is fetched, for the parameters of the key and a cursor; both live as long as what is put into the last
/// argument.
template<typename Page, typename C>
using PageFunction = std::function<Task<Page>(const FetchContext &, const void *, const std::optional<C> &,
                                              std::shared_ptr<const void> &)>;

template<typename Page, typename C, typename... P, typename F>
PageFunction<Page, C> pageFunction(F fetcher)
{
    return [fetch = fetchFunction<Page, P..., std::optional<C>>(std::move(fetcher))](
               const FetchContext &context, const void *params, const std::optional<C> &cursor,
               std::shared_ptr<const void> &held) {
        using All = std::tuple<P..., std::optional<C>>;
        const auto all = std::make_shared<const All>(
            std::tuple_cat(*static_cast<const std::tuple<P...> *>(params), std::tuple<std::optional<C>>(cursor)));
        held = all;
        return fetch(context, all.get());
    };
}

/// What a model of rows asks for.
class RowsSource
{
public:
    RowsSource() = default;
    RowsSource(const RowsSource &) = delete;
    RowsSource &operator=(const RowsSource &) = delete;
    virtual ~RowsSource() = default;

    virtual bool canFetchMore() const = 0;
    virtual void requestMore() = 0;
};

template<typename Page, typename C>
class InfiniteState final : public QueryState<QList<Page>>, public RowsSource
{
    using Pages = QList<Page>;
    using Base = QueryState<Pages>;
    using Next = std::function<std::optional<C>(const Pages &)>;
    using Fetch = PageFunction<Page, C>;

public:
    InfiniteState(std::shared_ptr<ClientCore> core, Computed<AnyCacheKey> key, Next next, Fetch fetch,
                  const QueryOptions &options, bool takesContext)
        : Base(std::move(core), std::move(key), {}, options, takesContext)
        , m_next(std::move(next))
        , m_fetchPage(std::move(fetch))
    {
    }

    /// Tracked; of what show() has shown.
    NextPage showNext() const
    {
        if (!this->m_shown) {
            return {};
        }
        const EntryStatus &status = this->m_shown->status()();
        this->m_shown->data()();
        return {nextOf(*this->m_shown).has_value(), status.loadingMore, status.moreError};
    }
    Task<Pages> fetchMore()
    {
        const auto entry = present();
        if (!entry || !entry->hasData()) {
            return this->fetch();
        }
        const QuietSource<Pages> source;
        auto task = source.task();
        if (!entry->isLoading() && !nextOf(*entry)) {
            this->endWith(source, *entry);
        } else {
            entry->waitForMore(
                *this,
                [self = shared(), weak = std::weak_ptr(entry), source] {
                    if (const auto ended = weak.lock()) {
                        if (const QueryError &error = ended->status().peek().moreError) {
                            source.reject(error.exception());
                        } else {
                            self->endWith(source, *ended);
                        }
                    }
                },
                [source] { return source.isAwaited(); });
        }
        return task;
    }
    bool canFetchMore() const override
    {
        const auto entry = present();
        if (!entry || !entry->hasData()) {
            return false;
        }
        const EntryStatus &status = entry->status().peek();
        return !status.loadingMore && !status.moreError && nextOf(*entry);
    }
    void requestMore() override
    {
        if (canFetchMore()) {
            present()->wantMore(*this);
        }
    }

    /// All pages that are shown, one after the other, as the cursor of each is in the one before.
    void call(const std::shared_ptr<Entry> &entry, std::uint64_t run, const FetchContext &context) override
    {
        const auto mine = std::static_pointer_cast<EntryOf<Pages>>(entry);
        const qsizetype count = mine->sent() ? std::max<qsizetype>(mine->sent()->size(), 1) : 1;
        goOn(std::make_shared<Run>(Run{shared(), mine, run, context, count, false, {}, {}, {}}));
    }
    /// A page that is the last by now ends it without a request.
    void callMore(const std::shared_ptr<Entry> &entry, std::uint64_t run, const FetchContext &context) override
    {
        const auto mine = std::static_pointer_cast<EntryOf<Pages>>(entry);
        auto cursor = nextOf(*mine);
        const qsizetype count = cursor ? 1 : 0;
        goOn(std::make_shared<Run>(Run{shared(), mine, run, context, count, true, std::move(cursor), {}, {}}));
    }

private:
    struct Run
    {
        std::shared_ptr<InfiniteState> state;
        std::shared_ptr<EntryOf<Pages>> entry;
        std::uint64_t run;
        FetchContext context;
        qsizetype missing;
        bool isMore;
        std::optional<C> cursor; ///< Of the page that is fetched next.
        Pages pages; ///< That were fetched.
        std::optional<FetchContext> current; ///< Of the page that is being fetched.
    };

    std::shared_ptr<InfiniteState> shared()
    {
        return std::static_pointer_cast<InfiniteState>(this->shared_from_this());
    }
    std::shared_ptr<EntryOf<Pages>> present() const
    {
        const AnyCacheKey now = this->key().get();
        return now.isEmpty() ? nullptr : std::static_pointer_cast<EntryOf<Pages>>(this->core()->find(now));
    }
    std::optional<C> nextOf(const EntryOf<Pages> &entry) const
    {
        const auto &pages = entry.sent();
        return pages && !pages->isEmpty() ? untracked([&] { return m_next(*pages); }) : std::nullopt;
    }

    /// Fetches pages until one takes its time.
    static void goOn(const std::shared_ptr<Run> &run)
    {
        try {
            while (run->missing > 0 && run->entry->isCurrent(run->run)) {
                if (!fetchOne(run)) {
                    return;
                }
            }
            arrive(*run);
        } catch (...) {
            run->entry->failed(run->run, std::current_exception());
        }
    }
    /// False: the rest follows when the page is there.
    static bool fetchOne(const std::shared_ptr<Run> &run)
    {
        const FetchContext page(run->context.key());
        if (!run->current && run->state->takesContext()) {
            run->context.onAbort([weak = std::weak_ptr(run)] {
                if (const auto mine = weak.lock()) {
                    mine->current->abort();
                }
            });
        }
        run->current = page;
        std::shared_ptr<const void> held;
        const Task<Page> task = untracked(
            [&] { return run->state->m_fetchPage(page, run->context.key().data()->params.get(), run->cursor, held); });
        if (task.done()) {
            take(*run, page, task.result());
            return true;
        }
        task.then(
            [run, page, held](const Page &value) {
                try {
                    take(*run, page, value);
                } catch (...) {
                    run->entry->failed(run->run, std::current_exception());
                }
                goOn(run);
            },
            [run, page](const std::exception_ptr &error) {
                page.end();
                run->entry->failed(run->run, error);
            });
        return false;
    }
    static void take(Run &run, const FetchContext &context, const Page &page)
    {
        context.end();
        run.pages.append(page);
        --run.missing;
        if (run.missing > 0) {
            run.cursor = untracked([&] { return run.state->m_next(run.pages); });
            run.missing = run.cursor ? run.missing : 0; // the list has become shorter
        }
    }
    static void arrive(const Run &run)
    {
        if (!run.isMore) {
            run.entry->arrive(run.run, run.pages);
        } else if (!run.pages.isEmpty()) {
            run.entry->arriveMore(run.run, run.pages.last());
        } else {
            run.entry->arriveNoMore(run.run);
        }
    }

    Next m_next;
    Fetch m_fetchPage;
};

} // namespace detail

/// The rows of an Infinite, as one list. A ListModel of it fetches the next page when its view has come to the end. See
/// Infinite::rows().
template<typename T>
class InfiniteRows : public Computed<QList<T>>
{
public:
    InfiniteRows(Computed<QList<T>> rows, std::shared_ptr<detail::RowsSource> source)
        : Computed<QList<T>>(std::move(rows))
        , m_source(std::move(source))
    {
    }

    /// There is a page that is not being fetched, and whose fetch has not failed.
    bool canFetchMore() const { return m_source->canFetchMore(); }
    /// Fetches it, when the query is enabled.
    void fetchMore() const { m_source->requestMore(); }

    InfiniteRows named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }

private:
    std::shared_ptr<detail::RowsSource> m_source;
};

/// A query of a list that the server gives page by page: see QueryClient::infinite(). A store of the pages that are
/// there, first of one; fetchMore() appends one.
///
/// When it is fetched anew, all pages are that are there, one after the other, and shown when the last one has arrived.
/// C is the type of the cursors.
template<typename Page, typename C>
class Infinite : public Query<QList<Page>>
{
    using Base = Query<QList<Page>>;
    using State = detail::InfiniteState<Page, C>;

public:
    explicit Infinite(std::shared_ptr<State> state)
        : Base(state)
        , m_pages(std::move(state))
    {
    }

    /// Ends with all pages when one more is there, or with the error of that; at once, if there is none. Where there is
    /// nothing yet, it fetches the first one. A call that comes while the page is fetched is of the same fetch. While
    /// the pages are fetched anew, it waits for that.
    Task<QList<Page>> fetchMore() const { return m_pages->fetchMore(); }
    /// What is known of the page that fetchMore() fetches. Each call makes a store: keep it.
    Computed<NextPage> next() const
    {
        return Base::shortLived(computed<NextPage>(
            [query = static_cast<const Computed<Fetched<QList<Page>>> &>(*this), pages = m_pages](const NextPage *) {
                query();
                return pages->showNext();
            }));
    }
    /// What is in all pages, for a model: `new ListModel(feed.rows(&FeedPage::posts), &Post::id)`. Takes a member of
    /// the page, or a function of it, that is a container. Each call makes a store: keep it.
    template<typename F>
    auto rows(F items) const
    {
        using Items = std::decay_t<std::invoke_result_t<const F &, const Page &>>;
        using T = std::decay_t<typename Items::value_type>;
        auto all = computed(static_cast<const Computed<Fetched<QList<Page>>> &>(*this),
                            [items = std::move(items)](const Fetched<QList<Page>> &fetched) {
                                QList<T> result;
                                for (const Page &page : fetched.data ? *fetched.data : QList<Page>()) {
                                    const auto &some = std::invoke(items, page);
                                    result.reserve(result.size() + static_cast<qsizetype>(some.size()));
                                    std::copy(some.begin(), some.end(), std::back_inserter(result));
                                }
                                return result;
                            });
        return InfiniteRows<T>(Base::shortLived(std::move(all)), m_pages);
    }

    Infinite named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }

private:
    std::shared_ptr<State> m_pages;
};

} // namespace nanostores
