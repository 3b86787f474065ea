// SPDX-License-Identifier: MIT
#include <nanostores/persistent.h>
#include <nanostores/qmlpersistent.h>
#include <nanostores/qt.h>

#include <QQmlContext>
#include <QQmlEngine>
#include <QTemporaryDir>
#include <QtQuickTest>

#include <chrono>
#include <memory>
#include <vector>

using nanostores::EngineObject;
using nanostores::MemoryArea;
using nanostores::StorageEngine;

/// Runs the Qt Quick Tests of this folder, with engines as C++ makes them.
class Setup : public QObject
{
    Q_OBJECT

public:
    /// A new storage, and two engines on it, as two processes have them.
    Q_INVOKABLE QVariantList pair()
    {
        const MemoryArea area;
        return {QVariant::fromValue(made(StorageEngine::memory(area))),
                QVariant::fromValue(made(StorageEngine::memory(area)))};
    }
    Q_INVOKABLE QString folder() const { return m_folder.path(); }

    /// Writes what waits.
    Q_INVOKABLE bool flush(EngineObject *object) { return object->engine()->flushNow(std::chrono::seconds(60)); }
    Q_INVOKABLE QVariant raw(EngineObject *object, const QString &key)
    {
        const auto value = object->engine()->get(key.toStdString());
        return value ? QVariant(QString::fromStdString(*value)) : QVariant();
    }
    Q_INVOKABLE void setRaw(EngineObject *object, const QString &key, const QString &value)
    {
        object->engine()->set(key.toStdString(), value.toStdString());
    }
    Q_INVOKABLE void deleteRaw(EngineObject *object, const QString &key) { object->engine()->del(key.toStdString()); }

public Q_SLOTS:
    void applicationAvailable() { nanostores::setPersistentEngine(StorageEngine::memory()); }
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->rootContext()->setContextProperty(QStringLiteral("storage"), this);
    }
    void cleanupTestCase() { m_objects.clear(); }

private:
    EngineObject *made(const StorageEngine &engine)
    {
        engine.load();
        m_objects.push_back(std::make_unique<EngineObject>(engine));
        QJSEngine::setObjectOwnership(m_objects.back().get(), QJSEngine::CppOwnership);
        return m_objects.back().get();
    }

    QTemporaryDir m_folder;
    std::vector<std::unique_ptr<EngineObject>> m_objects;
};

QUICK_TEST_MAIN_WITH_SETUP(qmlpersistent, Setup)

#include "tst_qmlpersistent.moc"
