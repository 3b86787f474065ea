// SPDX-License-Identifier: MIT
#include <NanoStores/Router/routestack.h>

#include <NanoStores/Router/followrouter.h>
#include <nanostores/core/tracking.h>

#include <QQmlEngine>
#include <QQmlInfo>

#include <algorithm>
#include <limits>
#include <utility>

namespace nanostores {

namespace {

constexpr int MostStale = 32; // slots that the view holds below the oldest entry, before its stack is built anew

} // namespace

RouteStack::RouteStack(QObject *parent)
    : QObject(parent)
    , m_routes(this, [this] { sync(); })
{
}

/// The slots are children of the view, if of anything, and go with this, as its pages would.
RouteStack::~RouteStack()
{
    m_isComplete = false; // the Routes go, too
    m_history.reset();
    const Slots all = std::exchange(m_slots, {}) + std::exchange(m_dead, {}) + std::exchange(m_likely, {});
    for (const QPointer<RouteSlot> &slot : all) {
        delete slot.data();
    }
}

void RouteStack::setRouter(RouterObject *newRouter)
{
    detail::followRouter(this, m_router, newRouter, &RouteStack::observe, [this](RouterObject *router) {
        connect(router, &RouterObject::preloading, this, &RouteStack::preload);
    });
}

void RouteStack::setSingle(bool newSingle)
{
    if (m_isSingle != newSingle) {
        m_isSingle = newSingle;
        const QPointer<RouteStack> alive(this);
        Q_EMIT singleChanged();
        if (alive) {
            sync();
        }
    }
}

void RouteStack::setKeep(int newKeep)
{
    if (m_keep != newKeep) {
        m_keep = newKeep;
        const QPointer<RouteStack> alive(this);
        Q_EMIT keepChanged();
        if (alive) {
            sync();
        }
    }
}

void RouteStack::setPreloads(int newPreloads)
{
    if (m_preloads != newPreloads) {
        m_preloads = newPreloads;
        const QPointer<RouteStack> alive(this);
        Q_EMIT preloadsChanged();
        if (alive) {
            dropLikely(m_preloads);
        }
    }
}

void RouteStack::setBusy(bool newBusy)
{
    if (m_isBusy == newBusy) {
        return;
    }
    m_isBusy = newBusy;
    const QPointer<RouteStack> alive(this);
    Q_EMIT busyChanged();
    if (alive && !m_isBusy) {
        settle();
    }
}

QQuickItem *RouteStack::page() const
{
    return m_active.slot ? m_active.slot->page() : nullptr;
}

QStringList RouteStack::urls() const
{
    QStringList urls;
    for (const QPointer<RouteSlot> &slot : m_slots.mid(m_stale)) {
        urls.append(slot ? slot->url() : QString());
    }
    return urls;
}

void RouteStack::classBegin() {}

void RouteStack::componentComplete()
{
    m_isComplete = true;
    sync();
}

/// The router behind the object may be another one: what its entries were is of no meaning.
void RouteStack::observe()
{
    m_history.reset();
    const auto router = m_router ? m_router->router() : std::nullopt;
    const QPointer<RouteStack> alive(this);
    dropAll();
    if (!alive) {
        return;
    }
    if (router) {
        m_history = router->history().listen(detail::forView([this] { sync(); }));
    }
    sync();
}

void RouteStack::preload(const Page &page)
{
    for (DeclarativeRoute *const route : m_routes.routes()) {
        if (route->name() != page.route()) {
            continue;
        }
        route->load(QQmlComponent::Asynchronous);
        if (!route->isPreloaded() || m_preloads <= 0 || !m_active.slot
            || m_active.slot->entry().page.path() == page.path()) {
            return;
        }
        const auto known = std::find_if(m_likely.begin(), m_likely.end(), [&](const QPointer<RouteSlot> &slot) {
            return slot && slot->entry().page == page;
        });
        QPointer<RouteSlot> slot;
        if (known != m_likely.end()) {
            slot = m_likely.takeAt(known - m_likely.begin());
        } else {
            slot = new RouteSlot(m_router, route, {0, page, {}});
            QQmlEngine::setContextForObject(slot, qmlContext(this));
            slot->setSize(m_active.slot->size());
        }
        m_likely.prepend(slot);
        dropLikely(m_preloads);
        makeLikely();
        return;
    }
}

/// In a turn of its own, when what had the page preloaded is done: of links that the pointer passes by, the pages of
/// the last ones alone are made.
void RouteStack::makeLikely()
{
    if (std::exchange(m_willMake, true)) {
        return;
    }
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_willMake = false;
            const QPointer<RouteStack> alive(this);
            const Slots likely = m_likely;
            for (const QPointer<RouteSlot> &slot : likely) {
                if (alive && slot && m_likely.contains(slot)) {
                    untracked([&] { slot->load(); });
                }
            }
        },
        Qt::QueuedConnection);
}

void RouteStack::dropLikely(qsizetype most)
{
    while (m_likely.size() > std::max<qsizetype>(most, 0)) {
        if (const QPointer<RouteSlot> slot = m_likely.takeLast()) {
            slot->deleteLater();
        }
    }
}

/// One that was made beforehand, if there is one with this page.
RouteSlot *RouteStack::slotFor(const HistoryEntry &entry)
{
    DeclarativeRoute *const route = routeFor(entry.page);
    for (qsizetype i = 0; i < m_likely.size(); ++i) {
        RouteSlot *const slot = m_likely.at(i);
        if (slot && slot->route() == route && slot->entry().page.path() == entry.page.path()) {
            m_likely.removeAt(i);
            slot->setEntry(entry);
            return slot;
        }
    }
    auto *const slot = new RouteSlot(m_router, route, entry);
    QQmlEngine::setContextForObject(slot, qmlContext(this));
    return slot;
}

DeclarativeRoute *RouteStack::routeFor(const Page &page)
{
    DeclarativeRoute *any = nullptr;
    for (DeclarativeRoute *const route : m_routes.routes()) {
        if (page.isFound() && route->name() == page.route()) {
            return route;
        }
        if (route->name() == u"*" && !any) {
            any = route;
        }
    }
    if (!any && !m_unknown.contains(page.route())) {
        m_unknown.append(page.route());
        qmlWarning(this) << "nothing is shown for " << page.url() << ": there is no Route "
                         << (page.isFound() ? QStringLiteral("{ name: \"%1\" }").arg(page.route())
                                            : QStringLiteral("{ name: \"*\" } for pages that are not found"));
    }
    return any;
}

QList<HistoryEntry> RouteStack::wanted() const
{
    const RouterHistory history = m_router->router()->history().get();
    return m_isSingle ? QList<HistoryEntry>{history.current()} : history.entries.mid(0, history.index + 1);
}

void RouteStack::sync()
{
    if (m_isSyncing || m_isBusy) {
        m_isDirty = true;
        return;
    }
    if (!m_isComplete || !m_router || !m_router->router()) {
        return;
    }
    const QPointer<RouteStack> alive(this);
    m_isSyncing = true;
    int rounds = 0;
    do {
        m_isDirty = false;
        untracked([this] { apply(); });
        if (!alive) {
            return;
        }
        if (++rounds == detail::MostRounds) {
            qmlWarning(this) << "the pages open other pages each time they are made, the last one "
                             << (m_slots.isEmpty() ? QString() : m_slots.last()->url());
            break;
        }
    } while (m_isDirty && !m_isBusy && m_router && m_router->router());
    m_isSyncing = false;
    if (!m_isBusy) {
        settle();
    }
}

void RouteStack::apply()
{
    const QList<HistoryEntry> entries = wanted();
    const int depthBefore = depth();
    const QPointer<RouteStack> alive(this);
    const qsizetype kept = matching(entries);
    if (!alive) {
        return;
    }
    if (kept < entries.size() || m_stale + kept < m_slots.size()) {
        show(entries, kept);
    }
    if (!alive) {
        return;
    }
    activate();
    if (alive && depth() != depthBefore) {
        Q_EMIT depthChanged();
    }
}

qsizetype RouteStack::matching(const QList<HistoryEntry> &entries)
{
    const auto first = std::find_if(m_slots.begin(), m_slots.end(), [&](const QPointer<RouteSlot> &slot) {
        return slot && slot->entry().id == entries.first().id;
    });
    m_stale = first == m_slots.end() ? 0 : static_cast<int>(first - m_slots.begin());
    const QPointer<RouteStack> alive(this);
    qsizetype kept = 0;
    for (; kept < entries.size() && m_stale + kept < m_slots.size(); ++kept) {
        RouteSlot *const slot = m_slots.at(m_stale + kept);
        if (!slot) {
            break;
        }
        const HistoryEntry &entry = entries.at(kept);
        const bool isTop = kept + 1 == entries.size() && m_stale + kept + 1 == m_slots.size();
        if (slot->entry().id != entry.id && !(isTop && slot->canShow(entry, routeFor(entry.page)))) {
            break;
        }
        if (slot->entry() != entry) {
            slot->setEntry(entry);
            if (!alive) { // a page has deleted it
                break;
            }
        }
    }
    return kept;
}

void RouteStack::show(const QList<HistoryEntry> &entries, qsizetype kept)
{
    const bool immediately = !std::exchange(m_hasShown, true);
    const bool wasEmpty = m_slots.isEmpty();
    const Slots gone = m_slots.mid(m_stale + kept);
    m_slots.resize(m_stale + kept);
    Slots added;
    for (const HistoryEntry &entry : entries.mid(kept)) {
        added.append(slotFor(entry));
    }
    m_slots += added;
    m_dead += gone;
    const QPointer<RouteStack> alive(this);
    const QPointer<RouteSlot> top = m_slots.last();
    const auto isTop = [&] { return alive && top && !m_slots.isEmpty() && m_slots.last() == top; };
    if (m_active.slot && gone.contains(m_active.slot)) {
        m_active.slot->setActive(false);
    }
    if (isTop()) {
        top->load(); // before it is shown, so that a transition has something to show
    }
    if (!isTop()) {
        return; // by a page, which has given the view another router, or has deleted it
    }
    if (added.isEmpty()) {
        Q_EMIT popping(top, immediately);
    } else if (gone.isEmpty() || wasEmpty) {
        Q_EMIT pushing(arrayOf(added), immediately);
    } else {
        Q_EMIT replacing(m_stale + kept == 0 ? nullptr : gone.first(), arrayOf(added), immediately);
    }
}

void RouteStack::activate()
{
    RouteSlot *const top = m_slots.isEmpty() ? nullptr : m_slots.last();
    const QPointer<RouteStack> alive(this);
    const QPointer<RouteSlot> stays(top);
    if (top) {
        top->load();
    }
    if (!alive || stays != top || m_active.slot == top) {
        return;
    }
    dropLikely(0); // they were likely on the page before
    showSlot(this, &RouteStack::m_active, top);
}

/// What is no longer needed goes when the view is at rest, and not from within its signals.
void RouteStack::settle()
{
    if (std::exchange(m_willSettle, true)) {
        return;
    }
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_willSettle = false;
            if (m_isBusy) {
                return; // it ends, too
            }
            for (const QPointer<RouteSlot> &slot : std::exchange(m_dead, {})) {
                if (slot) {
                    slot->setParentItem(nullptr);
                    slot->deleteLater();
                }
            }
            if (std::exchange(m_isDirty, false)) {
                sync();
                return;
            }
            const QPointer<RouteStack> alive(this);
            if (m_stale > MostStale) {
                rebuild();
            }
            const qsizetype loaded =
                alive && m_keep >= 0 ? qsizetype(m_keep) + 1 : std::numeric_limits<qsizetype>::max();
            for (qsizetype i = 0; alive && i < m_slots.size(); ++i) {
                if (m_slots.at(i) && (i < m_stale || m_slots.size() - i > loaded)) {
                    m_slots.at(i)->unload();
                }
            }
        },
        Qt::QueuedConnection);
}

void RouteStack::rebuild()
{
    Slots fresh;
    for (const QPointer<RouteSlot> &slot : m_slots.mid(m_stale)) {
        if (!slot) {
            continue;
        }
        auto *const other = new RouteSlot(m_router, slot->route(), slot->entry());
        QQmlEngine::setContextForObject(other, qmlContext(this));
        other->takePage(slot);
        fresh.append(other);
    }
    m_dead += std::exchange(m_slots, fresh);
    m_stale = 0;
    const QPointer<RouteStack> alive(this);
    Q_EMIT replacing(nullptr, arrayOf(fresh), true);
    if (alive) {
        activate();
    }
    if (alive) {
        settle();
    }
}

void RouteStack::dropAll()
{
    dropLikely(0);
    if (m_slots.isEmpty()) {
        return;
    }
    const QPointer<RouteStack> alive(this); // those who are notified may delete it
    const QPointer<RouteSlot> before = std::exchange(m_active.slot, nullptr);
    m_dead += std::exchange(m_slots, {});
    m_stale = 0;
    m_hasShown = false;
    if (before) {
        before->setActive(false);
    }
    for (const auto signal : {&RouteStack::clearing, &RouteStack::pageChanged, &RouteStack::depthChanged}) {
        if (alive) {
            Q_EMIT(this->*signal)();
        }
    }
    if (alive) {
        settle();
    }
}

QJSValue RouteStack::arrayOf(const Slots &routeSlots) const
{
    QQmlEngine *const engine = qmlEngine(this);
    if (!engine) {
        return {};
    }
    QJSValue array = engine->newArray(static_cast<uint>(routeSlots.size()));
    for (qsizetype i = 0; i < routeSlots.size(); ++i) {
        array.setProperty(static_cast<quint32>(i), engine->newQObject(routeSlots.at(i)));
    }
    return array;
}

} // namespace nanostores
