// SPDX-License-Identifier: MIT
#include <nanostores/core/scheduler.h>
#include <nanostores/qmlpersistent.h>
#include <nanostores/qmlquery.h>
#include <nanostores/qt.h>
#include <nanostores/qt/textstorage.h>

#include <QQmlContext>
#include <QQmlEngine>
#include <QString>
#include <QtQuickTest>

#include <optional>

/// Runs the Qt Quick Tests of this folder in time that stands still.
class Setup : public QObject
{
    Q_OBJECT

public:
    Q_INVOKABLE void advance(int milliseconds) { m_time.advance(std::chrono::milliseconds(milliseconds)); }

    /// What waits in a storage, as the names of the mutations.
    Q_INVOKABLE static QStringList kept(QObject *engine)
    {
        QStringList all;
        auto *const source = qobject_cast<nanostores::TextStorageSource *>(engine);
        if (const auto storage = source ? source->textStorage() : std::nullopt) {
            for (const auto &[name, text] : storage->entries("queue/")) {
                all.append(QString::fromStdString(text));
            }
        }
        return all;
    }
    Q_INVOKABLE static void put(QObject *engine, const QString &name, const QString &text)
    {
        auto *const source = qobject_cast<nanostores::TextStorageSource *>(engine);
        if (const auto storage = source ? source->textStorage() : std::nullopt) {
            storage->set(name.toStdString(), text.toStdString());
        }
    }

public Q_SLOTS:
    void applicationAvailable() { nanostores::setScheduler(&m_time); }
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->rootContext()->setContextProperty(QStringLiteral("clock"), this);
    }
    void cleanupTestCase() { nanostores::setScheduler(nullptr); }

private:
    nanostores::ManualScheduler m_time;
};

QUICK_TEST_MAIN_WITH_SETUP(qmlqueue, Setup)

#include "tst_qmlqueue.moc"
