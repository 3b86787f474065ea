// SPDX-License-Identifier: MIT
#include <nanostores/core/scheduler.h>
#include <nanostores/qmlhistory.h>
#include <nanostores/qt.h>
#include <nanostores/undo.h>

#include <QQmlContext>
#include <QQmlEngine>
#include <QtQuickTest>

/// Runs the Qt Quick Tests of this folder in time that stands still.
class Setup : public QObject
{
    Q_OBJECT

public:
    Q_INVOKABLE void advance(int milliseconds) { m_time.advance(std::chrono::milliseconds(milliseconds)); }

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
    nanostores::History m_edits = nanostores::history(m_count);
};

QUICK_TEST_MAIN_WITH_SETUP(qmlhistory, Setup)

#include "tst_qmlhistory.moc"
