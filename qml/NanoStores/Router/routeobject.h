// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/export.h>
#include <NanoStores/Router/routechange.h>
#include <NanoStores/Router/routerobject.h>
#include <nanostores/router/routerhistory.h>

#include <QObject>
#include <QPointer>
#include <QString>
#include <QVariant>
#include <QVariantMap>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// What the root object of a page knows of its place, as Route.params and so on. It is that of the page's own entry of
/// the history, and stays when another page is shown.
class NANOSTORES_QMLROUTER_EXPORT RouteObject : public QObject
{
    Q_OBJECT
    QML_ANONYMOUS
    Q_PROPERTY(nanostores::RouterObject *router READ router NOTIFY routerChanged FINAL)
    /// The name of the route.
    Q_PROPERTY(QString name READ name NOTIFY pageChanged FINAL)
    Q_PROPERTY(QString path READ path NOTIFY pageChanged FINAL)
    Q_PROPERTY(QString url READ url NOTIFY pageChanged FINAL)
    Q_PROPERTY(QVariant params READ params NOTIFY pageChanged FINAL)
    Q_PROPERTY(QVariant search READ search NOTIFY pageChanged FINAL)
    Q_PROPERTY(QString hash READ hash NOTIFY pageChanged FINAL)
    /// What setState() has remembered.
    Q_PROPERTY(QVariant state READ state NOTIFY stateChanged FINAL)
    /// Whether the page is the one that is shown.
    Q_PROPERTY(bool active READ isActive NOTIFY activeChanged FINAL)
    /// While true, the page is not left.
    Q_PROPERTY(bool blocked READ isBlocked WRITE setBlocked NOTIFY blockedChanged FINAL)

public:
    explicit RouteObject(QObject *page);

    RouterObject *router() const { return m_router; }
    QString name() const { return m_entry.page.route(); }
    QString path() const { return m_entry.page.path(); }
    QString url() const { return m_entry.page.url(); }
    QVariant params() const { return m_params; }
    QVariant search() const { return m_entry.page.searchValues(); }
    QString hash() const { return m_entry.page.hash(); }
    QVariant state() const { return m_entry.state; }
    bool isActive() const { return m_isActive; }
    bool isBlocked() const { return m_isBlocked; }
    void setBlocked(bool newBlocked);

    /// Remembers something of this page, also on its way out; undefined forgets it. False: its entry is no longer in
    /// the history.
    Q_INVOKABLE bool setState(const QString &key, const QVariant &value);

    /// For the library.
    void attachTo(RouterObject *router);
    void setEntry(HistoryEntry entry);
    void setActive(bool newActive);

Q_SIGNALS:
    void routerChanged();
    void pageChanged();
    void stateChanged();
    void activeChanged();
    void blockedChanged();
    /// The page may be left: abort() the change, or wait().
    void leaving(nanostores::RouteChange *change);

private:
    QPointer<RouterObject> m_router;
    HistoryEntry m_entry;
    QVariantMap m_params;
    bool m_isActive = false;
    bool m_isBlocked = false;
};

} // namespace nanostores
