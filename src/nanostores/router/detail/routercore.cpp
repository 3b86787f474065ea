// SPDX-License-Identifier: MIT
#include <nanostores/router/detail/routercore.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/core/tracking.h>
#include <nanostores/qt/detail/values.h>
#include <nanostores/router/detail/links.h>
#include <nanostores/router/detail/savedstate.h>

#include <QLoggingCategory>

#include <algorithm>
#include <exception>

// How another page is opened.
//
// Each request has a number, and a later one supersedes it. The guards are asked one after another; while one has no
// answer, the request waits in pending(). Then the page's node is written, which asks the onSet() hooks. Only if it has
// taken the page is the history moved, in the same batch, so that observers of both see both. A hook may itself open a
// page, which is then shown, and the write that asked the hook is given up: the router's own hook, which is the oldest
// and so the last to be asked, aborts it.

namespace nanostores::detail {

namespace {

/// What was to answer has gone, as a dialog that is closed does: that is no error.
void reportUnlessAbandoned(const std::exception_ptr &error)
{
    try {
        std::rethrow_exception(error);
    } catch (const TaskAbandoned &) {
    } catch (...) {
        reportError(error);
    }
}

/// A value that is not known to the compiler; what is empty is left out.
bool fillParam(ParamText &param, const QVariant &value)
{
    const QVariant plain = shown(value);
    if (!plain.isValid() || plain.isNull()) {
        return true;
    }
    const bool isText = plain.metaType() == QMetaType::fromType<QString>();
    if (param.kind == PartKind::Rest && !isText) {
        const auto items = itemsOf(plain);
        if (!items) {
            return false;
        }
        for (const QVariant &item : *items) {
            param.parts.append(textOf(item));
        }
    } else {
        const QString text = isText ? plain.toString() : textOf(plain);
        if (text.isEmpty() && !isText) {
            return false;
        }
        if (text.isEmpty() && param.kind != PartKind::Param) {
            return true;
        }
        param.parts = param.kind == PartKind::Rest ? text.split(u'/') : QStringList{text};
    }
    param.isPresent = !param.parts.isEmpty();
    return true;
}

} // namespace

const QLoggingCategory &routerCategory()
{
    static const QLoggingCategory router("nanostores.router");
    return router;
}

RouterCore::RouterCore(RouterOptions options, std::vector<RouteSpec> routes)
    : m_options(std::move(options))
    , m_routes(std::move(routes))
    , m_matcher(m_options.caseSensitive)
    , m_history(RouterHistory{})
    , m_pending(std::optional<Page>())
    , m_lastPages(std::vector<Page>(m_routes.size()))
    , m_canGoBack(computed(m_history, [](const RouterHistory &history) { return history.index > 0; }))
    , m_canGoForward(
          computed(m_history, [](const RouterHistory &history) { return history.index + 1 < history.entries.size(); }))
    , m_depth(computed(m_history, [](const RouterHistory &history) { return static_cast<int>(history.index) + 1; }))
    , m_state(computed(m_history, [](const RouterHistory &history) { return history.current().state; }))
{
    m_options.maxEntries = std::max<qsizetype>(m_options.maxEntries, 1);
    for (const RouteSpec &route : m_routes) {
        m_matcher.add(route.pattern);
    }
    if (const auto base = parseBase()) {
        for (const QString &segment : base->segments) {
            m_base.append(m_options.caseSensitive ? segment : segment.toCaseFolded());
        }
        m_basePath = base->segments.isEmpty() ? QString() : base->path;
    }
    const Page page = firstPage();
    m_page = Ref<PageNode>::adopt(new PageNode(page));
    m_history.set({{{++m_lastEntry, page, {}}}, 0});
    remember(page);
}

std::shared_ptr<RouterCore> RouterCore::make(RouterOptions options, std::vector<RouteSpec> routes)
{
    auto core = std::make_shared<RouterCore>(std::move(options), std::move(routes));
    core->m_page->router = core;
    addHook(
        *core->m_page, HookKind::Set,
        [](HookCall &call) {
            const auto router = static_cast<PageNode *>(call.node)->router.lock();
            if (router && router->m_committing != router->m_requests) {
                call.aborted = true;
            }
        },
        false);
    return core;
}

std::optional<ParsedPath> RouterCore::parseBase()
{
    if (m_options.basePath.isEmpty()) {
        return std::nullopt;
    }
    QString reason;
    auto base = parsePath(m_options.basePath, m_options.maxLength, &reason);
    if (!base || base->hasEmptySegment || !base->query.isEmpty() || !base->hash.isEmpty()) {
        qCWarning(routerCategory).noquote()
            << "the base path is left out:"
            << (reason.isEmpty() ? QStringLiteral("it is a plain path such as /app") : reason);
        return std::nullopt;
    }
    return base;
}

Page RouterCore::firstPage() const
{
    QString reason;
    if (const auto page = parse(m_options.initial, &reason)) {
        return *page;
    }
    qCWarning(routerCategory).noquote() << "the router cannot start there:" << reason;
    return {};
}

std::optional<Page> RouterCore::parse(const QString &url, QString *reason) const
{
    auto parsed = parsePath(url, m_options.maxLength, reason);
    if (!parsed) {
        return std::nullopt;
    }
    Page page = pageOf(*std::move(parsed));
    if (page.url().size() > m_options.maxLength) { // it could not be opened again by its own URL
        *reason = QStringLiteral("the path has %1 characters when it is encoded, and %2 are taken: "
                                 "RouterOptions::maxLength")
                      .arg(page.url().size())
                      .arg(m_options.maxLength);
        return std::nullopt;
    }
    return page;
}

Page RouterCore::pageOf(ParsedPath &&parsed) const
{
    auto data = std::make_shared<PageData>();
    data->path = parsed.path;
    data->url = parsed.url();
    data->search = std::move(parsed.search);
    data->hash = std::move(parsed.hash);
    const auto isBase = [this](const QString &segment, const QString &base) {
        return (m_options.caseSensitive ? segment : segment.toCaseFolded()) == base;
    };
    if (parsed.hasEmptySegment || parsed.segments.size() < m_base.size()
        || !std::equal(m_base.begin(), m_base.end(), parsed.segments.begin(),
                       [&](const QString &base, const QString &segment) { return isBase(segment, base); })) {
        return Page(std::move(data));
    }
    QStringList segments = std::move(parsed.segments);
    QString path = std::move(parsed.path);
    for (qsizetype i = 0; i < m_base.size(); ++i) {
        const qsizetype next = path.indexOf(u'/', 1);
        path = next < 0 ? QStringLiteral("/") : path.mid(next);
        segments.removeFirst();
    }
    const int route = m_matcher.match(segments, path, [&](int number, ParamTexts &&params) {
        const RouteSpec &spec = m_routes[static_cast<std::size_t>(number)];
        if (spec.make) {
            data->values = spec.make(params);
            if (!data->values) {
                return false;
            }
        }
        for (const ParamText &param : params) {
            if (param.isPresent) {
                data->params.insert(data->params.cend(), param.name, param.text());
            }
        }
        return true;
    });
    if (route >= 0) {
        const RouteSpec &spec = m_routes[static_cast<std::size_t>(route)];
        data->route = route;
        data->name = spec.name;
        data->type = spec.type;
    }
    return Page(std::move(data));
}

std::optional<QString> RouterCore::build(std::type_index type, const void *values, QString *reason) const
{
    for (const RouteSpec &route : m_routes) {
        if (route.type != type) {
            continue;
        }
        QString fault;
        if (auto path = route.build(values, &fault)) {
            return withBase(*path);
        }
        if (reason->isEmpty()) {
            *reason = QStringLiteral("the route \"%1\" makes no path of it: %2").arg(route.name, fault);
        }
    }
    return std::nullopt;
}

QString RouterCore::withBase(const QString &path) const
{
    return m_basePath.isEmpty() ? path : path == u"/" ? m_basePath : m_basePath + path;
}

std::optional<QString> RouterCore::build(const QString &route, const QVariantMap &params, QString *reason) const
{
    const auto spec = std::find_if(m_routes.begin(), m_routes.end(),
                                   [&](const RouteSpec &candidate) { return candidate.name == route; });
    if (spec == m_routes.end()) {
        *reason = QStringLiteral("there is no route \"%1\"").arg(route);
        return std::nullopt;
    }
    if (spec->pattern.isExpression()) {
        *reason = QStringLiteral("the route \"%1\" is a regular expression, so it makes no paths: give the path itself")
                      .arg(route);
        return std::nullopt;
    }
    ParamTexts texts = spec->pattern.params();
    for (auto param = params.begin(); param != params.end(); ++param) {
        const auto text =
            std::find_if(texts.begin(), texts.end(), [&](const ParamText &own) { return own.name == param.key(); });
        if (text == texts.end()) {
            *reason = QStringLiteral("the route \"%1\" has no parameter \"%2\"").arg(route, param.key());
            return std::nullopt;
        }
        if (!fillParam(*text, *param)) {
            *reason = QStringLiteral("the parameter \"%1\" has a value that is no text: %2")
                          .arg(param.key(), QString::fromLatin1(param->typeName()));
            return std::nullopt;
        }
    }
    const auto path = spec->pattern.build(texts, reason);
    return path ? std::optional(withBase(*path)) : std::nullopt;
}

QVariantMap RouterCore::valuesOf(const Page &page) const
{
    const int route = page.data()->route;
    if (route < 0 || static_cast<std::size_t>(route) >= m_routes.size() || !page.data()->values) {
        return page.paramValues();
    }
    const RouteSpec &spec = m_routes[static_cast<std::size_t>(route)];
    return spec.toMap && spec.type == page.data()->type ? spec.toMap(page.data()->values.get()) : page.paramValues();
}

Navigation RouterCore::open(const QString &url, Movement movement)
{
    QString reason;
    const auto page = parse(url, &reason);
    return page ? open(*page, movement) : Navigation(Navigated::Refused, reason);
}

Navigation RouterCore::open(const Page &page, Movement movement)
{
    return begin({movement, page, 0, {}, 0, {}, 0});
}

Navigation RouterCore::openUrl(const QUrl &url)
{
    QString reason;
    const auto path = pathOfLink(url, m_options.links, m_options.maxLength, &reason);
    const auto page = path ? parse(*path, &reason) : std::nullopt;
    if (!page) {
        return {Navigated::Refused, reason};
    }
    if (!page->isFound()) {
        return {Navigated::Refused, QStringLiteral("no route of this program matches the link")};
    }
    return open(*page, Movement::Push);
}

Navigation RouterCore::go(qsizetype steps)
{
    const RouterHistory &history = m_history.peek();
    if (steps < -history.index || steps >= history.entries.size() - history.index) {
        return {Navigated::NoEntry};
    }
    if (steps == 0) {
        return {Navigated::Same};
    }
    const HistoryEntry &entry = history.entries.at(history.index + steps);
    return begin({Movement::Go, entry.page, entry.id, {}, 0, {}, 0});
}

void RouterCore::cancel()
{
    ++m_requests;
    m_pending.set(std::nullopt);
}

Navigation RouterCore::begin(Request request)
{
    const auto self = shared_from_this();
    request.number = ++m_requests;
    m_pending.set(std::nullopt);
    if (request.number != m_requests) {
        return {Navigated::Stopped}; // an observer of pending() has opened another page
    }
    if (request.page == m_page->value) {
        if (request.movement == Movement::Push || request.movement == Movement::Replace) {
            return {Navigated::Same};
        }
        m_history.set(moved(request, request.page));
        return {Navigated::Done};
    }
    if (request.movement != Movement::Restore) {
        request.guards = m_guards;
    }
    return proceed(std::make_shared<Request>(std::move(request)));
}

/// Not in a batch: a guard may run an event loop, as dialogs do.
Navigation RouterCore::proceed(const std::shared_ptr<Request> &request)
{
    while (request->asked < request->guards.size()) {
        const auto guard = request->guards[request->asked++];
        if (guard->isRemoved) {
            continue;
        }
        const Page current = m_page->value;
        const Task<bool> answer = untracked([&] { return guard->function(request->page, current); });
        if (request->number != m_requests) {
            return {Navigated::Stopped}; // another page was opened meanwhile
        }
        if (answer.done()) {
            if (!answer.result()) {
                m_pending.set(std::nullopt);
                return {Navigated::Stopped};
            }
            continue;
        }
        m_pending.set(request->page);
        // The function lives as long as the coroutine that it made may run.
        answer.then(
            [weak = weak_from_this(), request, guard](bool mayLeave) {
                if (const auto self = weak.lock()) {
                    self->answered(request, mayLeave);
                }
            },
            [weak = weak_from_this(), request, guard](const std::exception_ptr &error) {
                reportUnlessAbandoned(error);
                if (const auto self = weak.lock()) {
                    self->answered(request, false);
                }
            });
        return {Navigated::Waiting};
    }
    return commit(*request);
}

void RouterCore::answered(const std::shared_ptr<Request> &request, bool mayLeave)
{
    if (request->number != m_requests) {
        return;
    }
    if (!mayLeave) {
        m_pending.set(std::nullopt);
        return;
    }
    try {
        proceed(request);
    } catch (...) {
        if (request->number == m_requests) {
            m_pending.set(std::nullopt);
        }
        throw;
    }
}

Navigation RouterCore::commit(const Request &request)
{
    struct Committing
    {
        Committing(quint64 &place, quint64 number)
            : m_place(place)
            , m_before(std::exchange(place, number))
        {
        }
        Committing(const Committing &) = delete;
        Committing &operator=(const Committing &) = delete;
        ~Committing() { m_place = m_before; }

    private:
        quint64 &m_place;
        quint64 m_before;
    };
    Batch scope;
    m_pending.set(std::nullopt);
    const auto before = m_page->value.data();
    {
        const Committing committing(m_committing, request.number);
        m_page->set(request.page);
    }
    const Page now = m_page->value; // a hook may have replaced it
    if (request.number != m_requests || now.data() == before) {
        scope.end();
        return {Navigated::Stopped};
    }
    m_history.set(moved(request, now));
    remember(now);
    scope.end();
    return {Navigated::Done};
}

RouterHistory RouterCore::moved(const Request &request, const Page &page)
{
    RouterHistory history = request.movement == Movement::Restore ? request.history : m_history.peek();
    switch (request.movement) {
    case Movement::Push:
        history.entries.resize(history.index + 1);
        history.entries.append({++m_lastEntry, page, {}});
        ++history.index;
        while (history.entries.size() > m_options.maxEntries) {
            history.entries.removeFirst();
            --history.index;
        }
        return history;
    case Movement::Replace:
        history.entries[history.index] = {++m_lastEntry, page, {}};
        return history;
    case Movement::Go:
        history.index = std::max<qsizetype>(history.indexOf(request.entry), 0);
        break;
    case Movement::Restore:
        for (HistoryEntry &entry : history.entries) {
            entry.id = ++m_lastEntry;
        }
        break;
    }
    if (history.current().page != page) {
        history.entries[history.index] = {++m_lastEntry, page, {}};
    }
    return history;
}

void RouterCore::remember(const Page &page)
{
    if (!page.isFound()) {
        return;
    }
    // Routes of one struct share the place of the first of them.
    const auto first = std::find_if(m_routes.begin(), m_routes.end(),
                                    [&](const RouteSpec &route) { return route.type == page.data()->type; });
    m_lastPages.edit(
        [&](std::vector<Page> &pages) { pages[static_cast<std::size_t>(first - m_routes.begin())] = page; });
}

bool RouterCore::setState(quint64 entry, const std::function<void(QVariantMap &)> &change)
{
    const RouterHistory &history = m_history.peek();
    const qsizetype position = entry == 0 ? history.index : history.indexOf(entry);
    if (position < 0) {
        return false;
    }
    QVariantMap state = history.entries.at(position).state;
    change(state);
    if (state != history.entries.at(position).state) {
        m_history.edit([&](RouterHistory &present) { present.entries[position].state = std::move(state); });
    }
    return true;
}

QJsonObject RouterCore::save() const
{
    return savedHistory(m_history.peek());
}

Navigation RouterCore::restore(const QJsonObject &saved)
{
    QString reason;
    auto history = historyOfSaved(
        saved, m_options.maxEntries,
        [this](const QString &url) -> std::optional<Page> {
            QString ignored;
            auto page = parse(url, &ignored);
            return page && page->isFound() ? page : std::nullopt;
        },
        &reason);
    if (!history) {
        return {Navigated::Refused, reason};
    }
    const Page page = history->current().page;
    return begin({Movement::Restore, page, 0, *std::move(history), 0, {}, 0});
}

std::shared_ptr<Guard> RouterCore::addGuard(GuardFunction function)
{
    m_guards.push_back(std::make_shared<Guard>(Guard{std::move(function)}));
    return m_guards.back();
}

void RouterCore::removeGuard(const std::shared_ptr<Guard> &guard)
{
    guard->isRemoved = true;
    m_guards.erase(std::remove(m_guards.begin(), m_guards.end(), guard), m_guards.end());
}

void warnNoPath(const std::string &type, const QString &reason)
{
    qCWarning(routerCategory).noquote() << "no path of a" << type.c_str() << "-" << reason;
}

} // namespace nanostores::detail
