// SPDX-License-Identifier: MIT
#include <NanoStores/Router/routepager.h>

#include <NanoStores/Router/followrouter.h>
#include <nanostores/core/tracking.h>

#include <QQmlEngine>
#include <QQmlInfo>

#include <utility>

namespace nanostores {

RoutePager::RoutePager(QObject *parent)
    : QObject(parent)
    , m_routes(this, [this] { rebuild(); })
{
}

RoutePager::~RoutePager()
{
    m_isComplete = false; // the Routes go, too
    m_history.reset();
    for (const QPointer<RouteSlot> &slot : std::exchange(m_slots, {})) {
        delete slot.data();
    }
}

void RoutePager::setRouter(RouterObject *newRouter)
{
    detail::followRouter(this, m_router, newRouter, &RoutePager::observe);
}

void RoutePager::setKeep(int newKeep)
{
    if (m_keep != newKeep) {
        m_keep = newKeep;
        const QPointer<RoutePager> alive(this);
        Q_EMIT keepChanged();
        if (alive) {
            settle();
        }
    }
}

void RoutePager::setRedirecting(bool newRedirects)
{
    if (m_redirects != newRedirects) {
        m_redirects = newRedirects;
        Q_EMIT redirectsChanged();
    }
}

void RoutePager::setShownIndex(int newShownIndex)
{
    if (m_shownIndex == newShownIndex) {
        return;
    }
    m_shownIndex = newShownIndex;
    const QPointer<RoutePager> alive(this);
    Q_EMIT shownIndexChanged();
    if (alive && !m_isMoving && !m_isBuilding) {
        choose();
    }
}

void RoutePager::setMoving(bool newMoving)
{
    if (m_isMoving == newMoving) {
        return;
    }
    m_isMoving = newMoving;
    const QPointer<RoutePager> alive(this);
    Q_EMIT movingChanged();
    if (!alive || m_isMoving) {
        return;
    }
    if (std::exchange(m_hasMovedMeanwhile, false) && m_currentIndex >= 0) {
        Q_EMIT goingTo(m_currentIndex);
    } else {
        choose();
    }
}

void RoutePager::classBegin() {}

void RoutePager::componentComplete()
{
    m_isComplete = true;
    rebuild();
}

/// The router behind the object may be another one: what its entries were is of no meaning.
void RoutePager::observe()
{
    m_history.reset();
    if (const auto router = m_router ? m_router->router() : std::nullopt) {
        m_history = router->history().listen(detail::forView([this] { sync(); }));
    }
    rebuild();
}

/// Slots come and go with the Routes; their pages are made anew. Who is handed a slot may add a Route, delete one, or
/// all of this.
void RoutePager::rebuild()
{
    if (!m_isComplete) {
        return;
    }
    m_mustBuild = true;
    if (m_isBuilding) {
        return;
    }
    const QPointer<RoutePager> alive(this);
    const int before = m_currentIndex;
    m_isBuilding = true;
    for (int round = 0; m_mustBuild; ++round) {
        m_mustBuild = false;
        build();
        if (!alive) {
            return;
        }
        if (round == detail::MostRounds) {
            qmlWarning(this) << "there is another Route each time that pages are made for the Routes.";
            break;
        }
    }
    m_isBuilding = m_mustBuild = false;
    if (m_currentIndex != before) {
        Q_EMIT currentIndexChanged();
    }
    if (alive) {
        sync();
    }
}

void RoutePager::build()
{
    const QPointer<RoutePager> alive(this);
    activate(nullptr);
    const auto former = alive ? std::exchange(m_slots, {}) : QList<QPointer<RouteSlot>>();
    for (const QPointer<RouteSlot> &slot : former) {
        if (slot) {
            slot->unload(); // what goes now may not be the page, whose handler may have called
        }
        if (slot) {
            slot->setParentItem(nullptr);
        }
        delete slot.data(); // not later, as the view would count it
    }
    if (!alive) {
        return;
    }
    m_currentIndex = -1;
    const QList<DeclarativeRoute *> routes = m_routes.routes();
    for (DeclarativeRoute *const route : routes) {
        auto *const slot = new RouteSlot(m_router, route, HistoryEntry());
        QQmlEngine::setContextForObject(slot, qmlContext(this));
        m_slots.append(slot);
        Q_EMIT adding(slot);
        if (!alive || m_mustBuild) { // these are no longer the Routes
            return;
        }
    }
}

int RoutePager::indexOf(const Page &page) const
{
    const QList<DeclarativeRoute *> &routes = m_routes.routes();
    for (int i = 0; i < routes.size(); ++i) {
        const DeclarativeRoute *const route = routes.at(i);
        if (!page.isFound() || route->name() != page.route()) {
            continue;
        }
        const auto own = route->params().isEmpty() ? std::nullopt : ownPage(route);
        if (route->params().isEmpty() || (own && own->path() == page.path())) {
            return i;
        }
    }
    return -1;
}

/// What a Route is opened with; none if it needs parameters that it has not.
std::optional<Page> RoutePager::ownPage(const DeclarativeRoute *route) const
{
    const auto router = m_router ? m_router->router() : std::nullopt;
    if (!router) {
        return std::nullopt;
    }
    const auto url = router->pathOf(route->name(), route->params());
    auto page = url ? router->match(*url) : std::nullopt;
    return page && page->isFound() ? std::move(page) : std::nullopt;
}

void RoutePager::sync()
{
    if (m_isSyncing) {
        m_isDirty = true;
        return;
    }
    if (!m_isComplete || m_isBuilding || !m_router || !m_router->router()) {
        return;
    }
    const QPointer<RoutePager> alive(this);
    m_isSyncing = true;
    int rounds = 0;
    do {
        m_isDirty = false;
        untracked([this] { apply(); });
        if (!alive) {
            return;
        }
        if (++rounds == detail::MostRounds) {
            qmlWarning(this) << "the pages open other pages each time they are made.";
            break;
        }
    } while (m_isDirty && m_router && m_router->router());
    m_isSyncing = false;
    settle();
}

void RoutePager::apply()
{
    const HistoryEntry entry = m_router->router()->history().get().current();
    const int index = indexOf(entry.page);
    const QPointer<RoutePager> alive(this);
    if (index < 0) {
        activate(nullptr); // the page is another view's, and this one stays where it is
        return;
    }
    const QPointer<RouteSlot> slot = m_slots.value(index);
    if (!slot) {
        return;
    }
    showIn(slot, entry);
    if (!alive || !slot) {
        return;
    }
    slot->load();
    if (!alive || !slot) {
        return;
    }
    if (std::exchange(m_currentIndex, index) != index) {
        Q_EMIT currentIndexChanged();
    }
    if (!alive || !slot) {
        return;
    }
    activate(slot);
    if (!alive || !slot) { // a slot that has gone took the Routes of before along
        return;
    }
    if (m_isMoving) {
        m_hasMovedMeanwhile = true;
    } else if (m_shownIndex != m_currentIndex) {
        Q_EMIT goingTo(m_currentIndex);
    }
}

void RoutePager::showIn(const QPointer<RouteSlot> &slot, const HistoryEntry &entry)
{
    if (slot->entry() == entry) {
        return;
    }
    if (slot->page() && !slot->canShow(entry, slot->route())) {
        slot->unload();
    }
    if (slot) {
        slot->setEntry(entry);
    }
}

void RoutePager::activate(RouteSlot *slot)
{
    if (m_active.slot == slot) {
        return;
    }
    showSlot(this, &RoutePager::m_active, slot);
}

/// The user has gone to another page: the one that was shown there last, or the Route's own.
void RoutePager::choose()
{
    const QPointer<RouteSlot> slot = m_slots.value(m_shownIndex);
    if (!m_isComplete || !m_router || !slot || !slot->route() || slot == m_active.slot
        || m_shownIndex == m_currentIndex) {
        return;
    }
    const QPointer<RoutePager> alive(this);
    const bool wasShown = slot->entry().page.isFound();
    const QString target = wasShown ? slot->entry().page.url() : slot->route()->name();
    const QVariantMap params = wasShown ? QVariantMap() : slot->route()->params();
    if (m_redirects) {
        m_router->redirect(target, params);
    } else {
        m_router->open(target, params);
    }
    if (!alive || m_currentIndex < 0 || m_shownIndex == m_currentIndex || m_isMoving) {
        return;
    }
    if (m_refusals == detail::MostRounds) {
        qmlWarning(this) << "the view goes elsewhere each time that it is sent to the page that is shown.";
        return;
    }
    ++m_refusals;
    Q_EMIT goingTo(m_currentIndex); // it was refused, or waits
    if (alive) {
        --m_refusals;
    }
}

/// The pages beside the one that is shown are made once that is done, and those far away go.
void RoutePager::settle()
{
    if (!m_isComplete || std::exchange(m_willSettle, true)) {
        return;
    }
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_willSettle = false;
            if (m_isMoving || m_isSyncing) {
                return; // it ends, and is followed by another one
            }
            const QPointer<RoutePager> alive(this);
            m_isSyncing = true;
            untracked([this] { loadNeighbours(); });
            if (!alive) {
                return;
            }
            m_isSyncing = false;
            if (std::exchange(m_isDirty, false)) {
                sync();
            }
        },
        Qt::QueuedConnection);
}

/// A page that has another one shown while it is made has that wait until then: its component makes one at a time.
void RoutePager::loadNeighbours()
{
    const QPointer<RoutePager> alive(this);
    for (int i = 0; alive && !m_isDirty && i < m_slots.size(); ++i) {
        const QPointer<RouteSlot> slot = m_slots.at(i);
        if (!slot || !slot->route() || slot == m_active.slot) {
            continue;
        }
        if (m_keep >= 0 && (m_currentIndex < 0 || qAbs(i - m_currentIndex) > m_keep)) {
            slot->unload();
        } else if (!slot->page()) {
            if (!slot->entry().page.isFound()) {
                if (auto own = ownPage(slot->route())) {
                    slot->setEntry({0, *std::move(own), {}});
                }
            }
            if (slot && slot->entry().page.isFound()) {
                slot->load();
            }
        }
    }
}

} // namespace nanostores
