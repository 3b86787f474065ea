// SPDX-License-Identifier: MIT
#include <nanostores/core/scheduler.h>
#include <nanostores/qmlhistory.h>
#include <nanostores/qt.h>
#include <nanostores/undo.h>

#include <support/handlers.h>

#include <QQmlContext>
#include <QQmlEngine>
#include <QtQuickTest>

#include <optional>

/// Runs the Qt Quick Tests of this folder in time that stands still.
class Setup : public QObject
{
    Q_OBJECT

public:
    Q_INVOKABLE void advance(int milliseconds) { m_time.advance(std::chrono::milliseconds(milliseconds)); }

    /// From here to endThrowing(), which gives the errors that were reported, an observer of the history throws.
    Q_INVOKABLE void beginThrowing(QObject *history)
    {
        m_errors.emplace();
        m_throwing =
            qobject_cast<nanostores::HistoryObject *>(history)->history().position.listen([] { support::fail("no"); });
    }
    Q_INVOKABLE QStringList endThrowing()
    {
        m_throwing.reset();
        const QStringList all = m_errors->take();
        m_errors.reset();
        return all;
    }

public Q_SLOTS:
    void applicationAvailable() { nanostores::setScheduler(&m_time); }
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->rootContext()->setContextProperty(QStringLiteral("clock"), this);
        engine->rootContext()->setContextProperty(QStringLiteral("countAdapter"),
                                                  new nanostores::StoreAdapter(m_count.named("count"), engine));
        engine->rootContext()->setContextProperty(QStringLiteral("countEdits"),
                                                  new nanostores::HistoryObject(m_edits, engine));
    }
    void cleanupTestCase() { nanostores::setScheduler(nullptr); }

private:
    nanostores::ManualScheduler m_time;
    nanostores::Atom<int> m_count{0};
    nanostores::Subscription m_throwing;
    std::optional<support::ErrorLog> m_errors;
    nanostores::History m_edits = nanostores::history(m_count);
};

QUICK_TEST_MAIN_WITH_SETUP(qmlhistory, Setup)

#include "tst_qmlhistory.moc"
