// SPDX-License-Identifier: MIT
#include <nanostores/core/scheduler.h>
#include <nanostores/qmli18n.h>
#include <nanostores/qt.h>

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
        engine->rootContext()->setContextProperty(QStringLiteral("dataDir"), QStringLiteral(DATA_DIR));
    }
    void cleanupTestCase() { nanostores::setScheduler(nullptr); }

private:
    nanostores::ManualScheduler m_time;
};

QUICK_TEST_MAIN_WITH_SETUP(qmli18n, Setup)

#include "tst_qmli18n.moc"
