// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/export.h>
#include <NanoStores/Router/routerobject.h>

#include <QObject>
#include <QPointer>
#include <QQuickItem>
#include <QQuickWindow>
#include <QtQml/qqmlregistration.h>

class QKeyEvent;

namespace nanostores {

/// Has the keys and mouse buttons for back and forward move a router: Android's back key, Alt+Left and what else the
/// system has, the side buttons of mice, and Escape where asked.
///
/// The item with the focus comes first: a text field that claims Alt+Left for itself (Keys.onShortcutOverride), and
/// popups that close by Escape or the back key. Lists and grids leave Alt+Left to the router. At the first page a back
/// key is left alone, so that the system may do with the window what it does.
class NANOSTORES_QMLROUTER_EXPORT BackKeys : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(BackKeys)
    Q_PROPERTY(nanostores::RouterObject *router READ router WRITE setRouter NOTIFY routerChanged FINAL)
    /// An item in the window whose keys are meant.
    Q_PROPERTY(QQuickItem *target READ target WRITE setTarget NOTIFY targetChanged FINAL)
    Q_PROPERTY(bool enabled READ isEnabled WRITE setEnabled NOTIFY enabledChanged FINAL)
    /// Whether Escape goes back.
    Q_PROPERTY(bool escape READ hasEscape WRITE setEscape NOTIFY escapeChanged FINAL)

public:
    explicit BackKeys(QObject *parent = nullptr);

    RouterObject *router() const { return m_router; }
    void setRouter(RouterObject *newRouter);
    QQuickItem *target() const { return m_target; }
    void setTarget(QQuickItem *newTarget);
    bool isEnabled() const { return m_isEnabled; }
    void setEnabled(bool newEnabled);
    bool hasEscape() const { return m_hasEscape; }
    void setEscape(bool newEscape);

    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    void routerChanged();
    void targetChanged();
    void enabledChanged();
    void escapeChanged();

private:
    void setWindow(QQuickWindow *window);
    int stepsOf(const QKeyEvent &event) const;
    bool pressed(QKeyEvent *event);
    bool isClaimed(const QKeyEvent &event) const;
    bool handOver(QKeyEvent *event);
    bool canMove(int steps) const;
    bool move(int steps);

    QPointer<RouterObject> m_router;
    QPointer<QQuickItem> m_target;
    QPointer<QQuickWindow> m_window;
    int m_taken = 0; ///< The key whose press was taken, until it is released.
    bool m_isEnabled = true;
    bool m_hasEscape = false;
    bool m_isPassingOn = false;
};

} // namespace nanostores
