// SPDX-License-Identifier: MIT
#include <NanoStores/Query/declarativeinfinite.h>

#include <NanoStores/Query/detail/jstasks.h>
#include <NanoStores/detail/jscaller.h>
#include <nanostores/core/batch.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/qt/models/listmodel.h>

#include <QPointer>
#include <QQmlEngine>
#include <QQmlInfo>

#include <chrono>
#include <utility>

namespace nanostores {

namespace {

/// Lets go of the query at once, so that what nothing shows is aborted.
template<typename T>
Computed<T> letGo(Computed<T> store)
{
    setUnmountDelay(store, std::chrono::milliseconds(0));
    return store;
}

/// undefined and null are no cursor, and neither is a function that has failed.
bool isNone(const QJSValue &value)
{
    return value.isUndefined() || value.isNull();
}

} // namespace

/// What the model asks for, of the query of the moment.
class DeclarativeInfinite::Source final : public detail::RowsSource
{
public:
    explicit Source(DeclarativeInfinite *query)
        : m_query(query)
    {
    }
    bool canFetchMore() const override { return m_query && m_query->m_state && m_query->m_state->canFetchMore(); }
    void requestMore() override
    {
        if (canFetchMore()) {
            m_query->m_state->requestMore();
        }
    }

private:
    QPointer<DeclarativeInfinite> m_query;
};

DeclarativeInfinite::DeclarativeInfinite(QObject *parent)
    : DeclarativeFetched(parent)
    , m_native(std::optional<Native>())
    , m_nextOfNow(std::optional<Computed<NextPage>>())
    , m_nextPage(letGo(computed([now = m_nextOfNow] {
        const auto &next = now();
        return next ? (*next)() : NextPage();
    })))
    , m_hasNext(letGo(computed(m_nextPage, [](const NextPage &next) { return next.available; })))
    , m_loadingNext(letGo(computed(m_nextPage, [](const NextPage &next) { return next.loading; })))
    , m_nextErrorText(letGo(computed(m_nextPage, [](const NextPage &next) { return detail::errorText(next.error); })))
{
    const auto rows = letGo(computed([native = m_native, version = m_rowsVersion, self = QPointer(this)] {
        version();
        const auto &query = native();
        const auto &pages = query ? (*query)().data : std::nullopt;
        return self && pages ? self->rowsOf(*pages) : QList<QVariant>();
    }));
    const auto keyOf = [self = QPointer(this)](const QVariant &row) {
        return row.typeId() == QMetaType::QVariantMap && self ? row.toMap().value(self->m_rowKey).toString()
                                                              : row.toString();
    };
    m_model = new RowsModel(
        detail::makeModel(this, InfiniteRows<QVariant>(rows, std::make_shared<Source>(this)), keyOf), this);
}

DeclarativeInfinite::~DeclarativeInfinite() = default;

void DeclarativeInfinite::setNext(const QJSValue &newNext)
{
    m_next = newNext;
    if (!newNext.isCallable() && !newNext.isString() && !isNone(newNext)) {
        qmlWarning(this) << "next must be a function, or the name of what a page has its cursor in, not "
                         << detail::described(newNext) << ". Write `next: page => ...`.";
    }
    const QPointer<DeclarativeInfinite> alive(this); // those who are notified may delete it
    remake();
    if (alive) {
        Q_EMIT nextChanged();
    }
}

void DeclarativeInfinite::setRows(const QJSValue &newRows)
{
    m_rows = newRows;
    if (!newRows.isCallable() && !newRows.isString() && !isNone(newRows)) {
        qmlWarning(this) << "rows must be a function, or the name of what a page has its rows in, not "
                         << detail::described(newRows) << ". Write `rows: page => ...`.";
    }
    const QPointer<DeclarativeInfinite> alive(this);
    const auto version = m_rowsVersion;
    version.set(version.peek() + 1);
    if (alive) {
        Q_EMIT rowsChanged();
    }
}

void DeclarativeInfinite::setRowKey(const QString &newRowKey)
{
    if (m_rowKey != newRowKey) {
        m_rowKey = newRowKey;
        Q_EMIT rowKeyChanged();
    }
}

/// What is known of the next page is asked anew.
void DeclarativeInfinite::remake()
{
    if (m_query) {
        rebuild();
    }
}

Computed<Fetched<JsValue>> DeclarativeInfinite::make(const QueryClient &client, Computed<AnyCacheKey> key,
                                                     QueryOptions options)
{
    const QPointer<DeclarativeInfinite> self(this);
    const auto next = [self](const Pages &pages) { return self ? self->cursorAfter(pages) : std::nullopt; };
    const auto fetch = [self](const FetchContext &context, const void *, const std::optional<JsValue> &cursor,
                              std::shared_ptr<const void> &) {
        if (self) {
            return self->fetchPage(context, cursor);
        }
        const TaskSource<JsValue> gone;
        return gone.task(); // given up
    };
    m_state = std::make_shared<detail::InfiniteState<JsValue, JsValue>>(client.core(), std::move(key), next, fetch,
                                                                        options, false);
    m_query.emplace(m_state);
    const Batch batch;
    m_nextOfNow.set(m_query->next());
    m_native.set(m_query);
    // As long as the pages are the same, the list of them is.
    const auto shown = std::make_shared<std::pair<Pages, JsValue>>();
    return letGo(
        computed(static_cast<const Computed<Fetched<Pages>> &>(*m_query), [self, shown](const Fetched<Pages> &fetched) {
            Fetched<JsValue> result{{}, fetched.error, fetched.loading, fetched.stale, fetched.previous};
            if (fetched.data && self) {
                if (shown->first.isEmpty() || !(shown->first == *fetched.data)) {
                    *shown = {*fetched.data, JsValue(self->listOf(*fetched.data), qmlEngine(self), self->isShared())};
                }
                result.data = shown->second;
            }
            return result;
        }));
}

/// What a function says of a page, or the page has under a name.
QJSValue DeclarativeInfinite::part(const QJSValue &what, const QJSValueList &arguments, const char *name)
{
    if (what.isCallable()) {
        bool ok = false;
        const QJSValue value = caller() ? caller()->call(what, arguments, &ok) : QJSValue();
        return ok ? value : QJSValue();
    }
    if (what.isString()) {
        if (!arguments.first().isObject()) {
            qmlWarning(this) << name << ": a page has no `" << what.toString() << "`, as it is "
                             << detail::described(arguments.first()) << ".";
            return {};
        }
        return detail::propertyOf(arguments.first(), what.toString());
    }
    return {};
}

std::optional<JsValue> DeclarativeInfinite::cursorAfter(const Pages &pages)
{
    QQmlEngine *const engine = qmlEngine(this);
    if (!engine || pages.isEmpty()) {
        return std::nullopt;
    }
    QJSValueList arguments{pages.last().in(engine)};
    if (m_next.isCallable()) {
        arguments.append(listOf(pages));
    }
    const QJSValue cursor = part(m_next, arguments, "next");
    return isNone(cursor) ? std::nullopt
                          : std::optional(JsValue(detail::withoutWrapper(cursor, engine), engine, isShared()));
}

Task<JsValue> DeclarativeInfinite::fetchPage(const FetchContext &context, const std::optional<JsValue> &cursor)
{
    QQmlEngine *const engine = qmlEngine(this);
    return callFetcher(context, {cursor && engine ? cursor->in(engine) : QJSValue()});
}

QJSValue DeclarativeInfinite::listOf(const Pages &pages) const
{
    QQmlEngine *const engine = qmlEngine(this);
    if (!engine) {
        return {};
    }
    QJSValue list = engine->newArray(static_cast<uint>(pages.size()));
    for (qsizetype i = 0; i < pages.size(); ++i) {
        list.setProperty(static_cast<quint32>(i), pages[i].in(engine));
    }
    return list;
}

QList<QVariant> DeclarativeInfinite::rowsOf(const Pages &pages)
{
    QQmlEngine *const engine = qmlEngine(this);
    QList<QVariant> result;
    for (qsizetype page = 0; engine && page < pages.size(); ++page) {
        const QJSValue value = pages[page].in(engine);
        const QJSValue list = isNone(m_rows) ? value : part(m_rows, {value}, "rows");
        if (!list.isArray()) {
            qmlWarning(this) << "rows: page " << page << " has no list of rows, but " << detail::described(list)
                             << ". Write `rows: page => ...`.";
            continue;
        }
        const int length = list.property(QStringLiteral("length")).toInt();
        for (int i = 0; i < length; ++i) {
            result.append(JsValue(list.property(static_cast<quint32>(i)), engine, false).toVariant());
        }
    }
    return result;
}

QJSValue DeclarativeInfinite::promise(const Task<Pages> &task)
{
    const TaskSource<JsValue> source(TaskErrors::ShownElsewhere);
    task.then(
        [source, self = QPointer(this)](const Pages &pages) {
            source.resolve(self ? JsValue(self->listOf(pages), qmlEngine(self), self->isShared()) : JsValue());
        },
        [source](const std::exception_ptr &error) { source.reject(error); });
    return detail::promiseOf(source.task(), qmlEngine(this));
}

QJSValue DeclarativeInfinite::fetchMore()
{
    QJSValue result;
    if (isReady("fetchMore") && qmlEngine(this)) {
        guarded([&] { result = promise(m_state->fetchMore()); });
    }
    return result;
}

QJSValue DeclarativeInfinite::fetch()
{
    QJSValue result;
    if (isReady("fetch") && qmlEngine(this)) {
        guarded([&] { result = promise(m_state->fetch()); });
    }
    return result;
}

} // namespace nanostores
