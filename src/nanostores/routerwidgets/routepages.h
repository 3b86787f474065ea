// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/router/router.h>
#include <nanostores/router/routerhistory.h>
#include <nanostores/routerwidgets/export.h>

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QStackedWidget>
#include <QString>
#include <QWidget>

#include <functional>
#include <map>

namespace nanostores {

/// The pages of a router in a QStackedWidget: each entry of the history has a widget of its own, made when it is shown
/// first, and deleted when its entry has gone from the history.
///
///     auto *pages = new RoutePages(router, stackedWidget);
///     pages->add<Home>("home", [](const Home &) { return new HomePage; });
///     pages->add<Post>("post", [](const Post &post) { return new PostPage(post.id); });
///     pages->add("*", [](const Page &page) { return new QLabel(page.url()); });
///
/// Where no more than search and hash differ, redirect() keeps the widget. What a maker throws goes to the error
/// handler, and the stacked widget keeps showing what it did. A child of the stacked widget, where it leaves other
/// widgets alone.
class NANOSTORES_ROUTERWIDGETS_EXPORT RoutePages : public QObject
{
    Q_OBJECT

public:
    using Maker = std::function<QWidget *(const Page &page)>;

    RoutePages(AnyRouter router, QStackedWidget *stack);
    ~RoutePages() override;

    /// What makes the widgets of a route. "*" is for all routes without a maker, and for what is not found.
    void add(const QString &route, Maker maker);
    template<typename T, typename F>
    void add(const QString &route, F maker)
    {
        add(route, [maker = std::move(maker)](const Page &page) -> QWidget * {
            const T *const values = page.as<T>();
            return values ? maker(*values) : nullptr;
        });
    }
    /// The widget of the page that is shown; null if it has none.
    QWidget *current() const { return m_current; }

Q_SIGNALS:
    /// It is shown now.
    void currentChanged(QWidget *page);

private:
    struct Shown
    {
        Page page;
        QPointer<QWidget> widget;
    };

    void follow();
    QWidget *widgetFor(const HistoryEntry &entry);
    QWidget *make(const Page &page) const;
    void forget(const RouterHistory &history);

    AnyRouter m_router;
    QPointer<QStackedWidget> m_stack;
    QHash<QString, Maker> m_makers;
    std::map<quint64, Shown> m_shown; ///< By entry.
    quint64 m_last = 0; ///< The entry that was shown.
    QPointer<QWidget> m_current;
    Subscription m_history;
};

} // namespace nanostores
