// SPDX-License-Identifier: MIT
#include <nanostores/core/scheduler.h>
#include <nanostores/qmlrouter.h>
#include <nanostores/qt.h>
#include <nanostores/router.h>

#include <router/routes.h>

#include <QPointer>
#include <QQmlContext>
#include <QQmlEngine>
#include <QtQuickTest>

/// Runs the Qt Quick Tests of this folder.
class Setup : public QObject
{
    Q_OBJECT

public:
    /// Whether an object of QML has been destroyed: remember() it, and ask later.
    Q_INVOKABLE void remember(QObject *object) { m_object = object; }
    Q_INVOKABLE bool isGone() const { return !m_object; }
    Q_INVOKABLE QString cppUrl() const { return m_router.page().get().url(); }
    Q_INVOKABLE void cppOpen(int id) { m_router.open(routes::post("news", id)); }
    Q_INVOKABLE void setStopping(bool newStopping) { m_isStopping = newStopping; }

public Q_SLOTS:
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->rootContext()->setContextProperty(QStringLiteral("setup"), this);
        engine->rootContext()->setContextProperty(QStringLiteral("cppRouter"),
                                                  new nanostores::RouterObject(m_router, engine));
        onSet(m_router.page(), [this](auto &event) {
            if (m_isStopping) {
                event.abort();
            }
        });
    }

private:
    decltype(routes::makeRouter()) m_router = routes::makeRouter({.links = {{QStringLiteral("shop"), {}}}});
    QPointer<QObject> m_object;
    bool m_isStopping = false;
};

QUICK_TEST_MAIN_WITH_SETUP(qmlrouter, Setup)

#include "tst_qmlrouter.moc"
