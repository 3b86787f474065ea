// SPDX-License-Identifier: MIT
#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>
#include <nanostores/qml.h>
#include <nanostores/qmlpersistent.h>
#include <nanostores/qt.h>

#include <support/handlers.h>

#include <QPointer>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlExpression>
#include <QStringList>
#include <QTemporaryDir>
#include <QtQuickTest>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using nanostores::EngineObject;
using nanostores::MemoryArea;
using nanostores::StorageEngine;

/// Whose storage is known later, as after a login.
class LateEngine : public EngineObject
{
    Q_OBJECT

public:
    LateEngine()
        : EngineObject(static_cast<QObject *>(nullptr))
    {
    }
    Q_INVOKABLE void begin(EngineObject *other) { setEngine(*other->engine()); }
};

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
    /// An engine that is none before it begins.
    Q_INVOKABLE EngineObject *late()
    {
        m_objects.push_back(std::make_unique<LateEngine>());
        QJSEngine::setObjectOwnership(m_objects.back().get(), QJSEngine::CppOwnership);
        return m_objects.back().get();
    }
    /// An engine with faults, which is tried again when the test says so.
    Q_INVOKABLE EngineObject *faulty()
    {
        m_faults = nanostores::testing::Faults();
        m_area = MemoryArea();
        nanostores::EngineOptions options;
        options.firstRetry = options.longestRetry = std::chrono::hours(1);
        static int count = 0;
        return made(StorageEngine::custom(nanostores::testing::withFaults(nanostores::memoryBackend(m_area), m_faults,
                                                                          "faulty " + std::to_string(++count)),
                                          options));
    }
    Q_INVOKABLE void fail(const QString &kind)
    {
        using Kind = nanostores::EngineErrorKind;
        if (kind.isEmpty()) {
            m_faults.failNoMore();
        } else {
            m_faults.failAlways(kind == QLatin1String("full")        ? Kind::Full
                                : kind == QLatin1String("read only") ? Kind::ReadOnly
                                                                     : Kind::Unavailable);
        }
    }
    /// What another program sets, on the storage of faulty().
    Q_INVOKABLE bool setElsewhere(const QString &key, const QString &value)
    {
        const auto other = StorageEngine::memory(m_area);
        other.set(key.toStdString(), value.toStdString());
        return other.flushNow(std::chrono::seconds(60));
    }
    /// Sets a store of another QML engine, which goes before the turn ends; its objects go before it, or after.
    Q_INVOKABLE bool setAndDeleteEngine(EngineObject *object, const QByteArray &code, const QString &value,
                                        bool engineIsLast)
    {
        auto engine = std::make_unique<QQmlEngine>();
        engine->setImportPathList(m_importPaths);
        engine->rootContext()->setContextProperty(QStringLiteral("storageEngine"), object);
        QQmlComponent component(engine.get());
        component.setData(code, QUrl());
        std::unique_ptr<QObject> root(component.create());
        if (!root) {
            qWarning() << component.errors();
            return false;
        }
        QQmlExpression(engine->rootContext(), root.get(), value).evaluate();
        engineIsLast ? root.reset() : engine.reset();
        return true;
    }
    Q_INVOKABLE QString folder() const { return m_folder.path(); }
    /// Has an Atom a listener that throws, until the next takeErrors(), which says how often it did.
    Q_INVOKABLE void throwWhenSet(QObject *object)
    {
        m_errors = std::make_unique<support::ErrorLog>();
        m_listening =
            qobject_cast<nanostores::DeclarativeAtom *>(object)->store().listen([] { support::fail("of a listener"); });
    }
    Q_INVOKABLE void expectErrors() { m_errors = std::make_unique<support::ErrorLog>(); }
    Q_INVOKABLE int takeErrors()
    {
        m_listening.reset();
        const auto errors = std::exchange(m_errors, nullptr);
        return static_cast<int>(errors->take().size());
    }

    /// Deletes an Atom when it is set.
    Q_INVOKABLE void deleteWhenSet(QObject *object)
    {
        m_deleted = object;
        m_listening =
            qobject_cast<nanostores::DeclarativeAtom *>(object)->store().listen([this] { delete m_deleted.data(); });
    }
    Q_INVOKABLE bool hasDeleted()
    {
        m_listening.reset();
        return m_deleted.isNull();
    }
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
        m_importPaths = engine->importPathList();
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
    QStringList m_importPaths;
    std::unique_ptr<support::ErrorLog> m_errors;
    nanostores::Subscription m_listening;
    nanostores::testing::Faults m_faults;
    MemoryArea m_area;
    std::vector<std::unique_ptr<EngineObject>> m_objects;
    QPointer<QObject> m_deleted;
};

QUICK_TEST_MAIN_WITH_SETUP(qmlpersistent, Setup)

#include "tst_qmlpersistent.moc"
