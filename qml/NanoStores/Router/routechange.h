// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/export.h>
#include <nanostores/core/task.h>
#include <nanostores/router/page.h>

#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// Another page that a router has been asked for: what onLeaving is handed. Handlers may abort() it, or wait() and
/// decide later.
class NANOSTORES_QMLROUTER_EXPORT RouteChange : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(RouteChange)
    QML_UNCREATABLE("A RouteChange is what onLeaving is handed.")
    Q_PROPERTY(nanostores::Page next READ next CONSTANT FINAL)
    Q_PROPERTY(nanostores::Page current READ current CONSTANT FINAL)
    Q_PROPERTY(bool aborted READ isAborted FINAL)

public:
    RouteChange(Page next, Page current, QObject *parent);

    const Page &next() const { return m_next; }
    const Page &current() const { return m_current; }
    bool isAborted() const { return m_isAborted; }

    /// The page is not left: neither the page nor the history moves. Also after wait().
    Q_INVOKABLE void abort();
    /// Nothing moves until accept() or abort(): for a dialog that asks the user. The router's `pending` has the page
    /// meanwhile. The change lives until then, or until superseded().
    Q_INVOKABLE void wait();
    /// Ends the waiting: the page is left.
    Q_INVOKABLE void accept();

    /// For the library.
    bool isWaiting() const { return m_isWaiting && !m_isOver; }
    Task<bool> task() const { return m_answer.task(); }
    void giveUp();

Q_SIGNALS:
    /// Another page was asked for meanwhile, or the router has given up: a dialog that asks may close. The change means
    /// nothing any more.
    void superseded();

private:
    void end(bool mayLeave);

    Page m_next;
    Page m_current;
    TaskSource<bool> m_answer;
    bool m_isAborted = false;
    bool m_isWaiting = false;
    bool m_isOver = false;
};

} // namespace nanostores
