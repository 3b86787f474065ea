// SPDX-License-Identifier: MIT
#include <nanostores/routerwidgets/bindroutes.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/store.h>
#include <nanostores/widgets/bind.h>
#include <nanostores/widgets/usestore.h>

#include <QAbstractItemModel>
#include <QAbstractItemView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QKeySequence>
#include <QMouseEvent>
#include <QPointer>
#include <QShortcut>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTreeView>

#include <exception>
#include <utility>

namespace nanostores {

namespace {

/// What observers throw goes to the error handler: there is no caller but Qt.
template<typename F>
void callFromQt(F f)
{
    try {
        f();
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

class RouteItems : public QObject
{
public:
    RouteItems(const AnyRouter &router, QAbstractItemView *view, int role, RouteWrite write)
        : QObject(view)
        , m_router(router)
        , m_path(routePath(router, write))
        , m_view(view)
        , m_role(role)
    {
        QAbstractItemModel *const model = view->model();
        connect(view->selectionModel(), &QItemSelectionModel::currentChanged, this,
                [this](const QModelIndex &current) { choose(current); });
        // Rows may come later than the page that they stand for, and the current one may go.
        connect(model, &QAbstractItemModel::rowsInserted, this, [this] { follow(); });
        connect(model, &QAbstractItemModel::rowsRemoved, this, [this] { follow(); });
        connect(model, &QAbstractItemModel::modelReset, this, [this] { follow(); });
        connect(model, &QAbstractItemModel::dataChanged, this, [this] { follow(); });
        connect(model, &QAbstractItemModel::rowsAboutToBeRemoved, this, [this] { m_chosen.clear(); });
        m_listening = m_path.subscribe(detail::forView([this] { follow(); }));
    }

private:
    QString pathAt(const QModelIndex &index) const
    {
        const QString target = index.data(m_role).toString();
        const auto page = target.startsWith(u'/') ? m_router.match(target) : std::nullopt;
        return page ? page->path() : QString();
    }

    QModelIndex find(const QString &path, const QModelIndex &parent) const
    {
        const QAbstractItemModel *const model = m_view->model();
        for (int row = 0; row < model->rowCount(parent); ++row) {
            const QModelIndex index = model->index(row, 0, parent);
            if (pathAt(index) == path) {
                return index;
            }
            if (const QModelIndex below = find(path, index); below.isValid()) {
                return below;
            }
        }
        return {};
    }

    void follow()
    {
        m_chosen.clear();
        if (!m_view || !m_view->selectionModel()) {
            return;
        }
        const QString path = m_path.get();
        if (const QModelIndex current = m_view->currentIndex(); current.isValid() && pathAt(current) == path) {
            return;
        }
        const bool before = std::exchange(m_isFollowing, true);
        const QModelIndex index = find(path, {});
        if (index.isValid()) {
            if (auto *const tree = qobject_cast<QTreeView *>(m_view)) {
                for (QModelIndex parent = index.parent(); parent.isValid(); parent = parent.parent()) {
                    tree->expand(parent);
                }
            }
            m_view->setCurrentIndex(index);
            m_view->scrollTo(index);
        } else {
            m_view->selectionModel()->clear();
        }
        m_isFollowing = before;
    }

    /// Opens it in the next turn: a row that is removed makes its neighbour current, which the user has not chosen, and
    /// only afterwards the removal is announced here.
    void choose(const QModelIndex &current)
    {
        if (m_isFollowing) {
            return;
        }
        m_chosen = pathAt(current);
        if (!m_chosen.isEmpty()) {
            QMetaObject::invokeMethod(
                this, [this] { openChosen(); }, Qt::QueuedConnection);
        }
    }
    void openChosen()
    {
        const QString path = std::exchange(m_chosen, {});
        if (path.isEmpty()) {
            return;
        }
        const QPointer<RouteItems> alive(this);
        callFromQt([&] { m_path.set(path); });
        if (alive) {
            follow(); // what is refused falls back
        }
    }

    AnyRouter m_router;
    Atom<QString> m_path;
    QPointer<QAbstractItemView> m_view;
    int m_role;
    QString m_chosen; ///< By the user, and not opened yet.
    bool m_isFollowing = false;
    Subscription m_listening;
};

/// Qt hands keys and buttons from child to parent until one takes them, so they get here last. Alt+Left and its like
/// are shortcuts before that: lists and trees would take them for an arrow key alone.
class WidgetBackKeys : public QObject
{
public:
    WidgetBackKeys(AnyRouter router, QWidget *window)
        : QObject(window)
        , m_router(std::move(router))
        , m_back(new QShortcut(window))
        , m_forward(new QShortcut(window))
    {
        window->installEventFilter(this);
        prepare(m_back, QKeySequence::Back, -1);
        prepare(m_forward, QKeySequence::Forward, 1);
        useStore(m_router.canGoBack(), m_back.data(), [this](bool can) { m_back->setEnabled(can); });
        useStore(m_router.canGoForward(), m_forward.data(), [this](bool can) { m_forward->setEnabled(can); });
    }
    WidgetBackKeys(const WidgetBackKeys &) = delete;
    WidgetBackKeys &operator=(const WidgetBackKeys &) = delete;
    ~WidgetBackKeys() override
    {
        delete m_back;
        delete m_forward;
    }

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        int steps = 0;
        if (event->type() == QEvent::KeyPress || event->type() == QEvent::KeyRelease) {
            const auto *const key = static_cast<QKeyEvent *>(event);
            const bool isBack = key->key() == Qt::Key_Back || key->matches(QKeySequence::Back);
            const bool isForward = key->key() == Qt::Key_Forward || key->matches(QKeySequence::Forward);
            steps = isBack ? -1 : isForward ? 1 : 0;
            if (event->type() == QEvent::KeyRelease || key->isAutoRepeat()) {
                const bool isTaken = m_taken != 0 && m_taken == key->key();
                if (isTaken && !key->isAutoRepeat()) {
                    m_taken = 0;
                }
                return isTaken ? (event->accept(), true) : QObject::eventFilter(watched, event);
            }
        } else if (event->type() == QEvent::MouseButtonPress) {
            const Qt::MouseButton button = static_cast<QMouseEvent *>(event)->button();
            steps = button == Qt::BackButton ? -1 : button == Qt::ForwardButton ? 1 : 0;
        }
        if (steps == 0 || !(steps < 0 ? m_router.canGoBack() : m_router.canGoForward()).get()) {
            return QObject::eventFilter(watched, event);
        }
        if (event->type() == QEvent::KeyPress) {
            m_taken = static_cast<QKeyEvent *>(event)->key();
        }
        const AnyRouter router = m_router;
        callFromQt([&] { router.go(steps); });
        event->accept();
        return true;
    }

private:
    void prepare(QShortcut *shortcut, QKeySequence::StandardKey key, int steps)
    {
        auto keys = QKeySequence::keyBindings(key);
        keys.removeAll(QKeySequence(Qt::Key_Back)); // the widget with the focus comes before these two
        keys.removeAll(QKeySequence(Qt::Key_Forward));
        shortcut->setKeys(keys);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        shortcut->setAutoRepeat(false);
        connect(shortcut, &QShortcut::activated, this, [this, steps] {
            const AnyRouter router = m_router;
            callFromQt([&] { router.go(steps); });
        });
    }

    AnyRouter m_router;
    QPointer<QShortcut> m_back;
    QPointer<QShortcut> m_forward;
    int m_taken = 0; ///< The key whose press was taken, until it is released.
};

} // namespace

void bindRoutes(const AnyRouter &router, QTabWidget *tabs, QList<QStringList> choices, RouteWrite write)
{
    bind(routeIndex(router, std::move(choices), write), tabs, "currentIndex");
}

void bindRoutes(const AnyRouter &router, QTabBar *tabs, QList<QStringList> choices, RouteWrite write)
{
    bind(routeIndex(router, std::move(choices), write), tabs, "currentIndex");
}

void bindRoutes(const AnyRouter &router, QStackedWidget *pages, QList<QStringList> choices)
{
    useStore(routeIndex(router, std::move(choices)), pages, [pages](int index) {
        if (index >= 0) {
            pages->setCurrentIndex(index);
        }
    });
}

QObject *bindRoutes(const AnyRouter &router, QAbstractItemView *view, int role, RouteWrite write)
{
    if (!view->model() || !view->selectionModel()) {
        qWarning("nanostores: bindRoutes() of a view without a model: set the model first");
        return nullptr;
    }
    return new RouteItems(router, view, role, write);
}

QObject *bindBackKeys(const AnyRouter &router, QWidget *window)
{
    return new WidgetBackKeys(router, window);
}

} // namespace nanostores
