// SPDX-License-Identifier: MIT
#include <nanostores/core/errors.h>
#include <nanostores/core/scheduler.h>
#include <nanostores/qmlquery.h>
#include <nanostores/qt.h>
#include <nanostores/surroundings.h>

#include <QGuiApplication>
#include <QQmlContext>
#include <QQmlEngine>
#include <QtQuickTest>

#include <QString>

#include <exception>
#include <optional>

/// A user as C++ has it.
struct User
{
    QString name;
    friend bool operator==(const User &, const User &) = default;
};

inline const auto userKey = nanostores::queryKey<User, int>("nativeUsers");

/// Runs the Qt Quick Tests of this folder in time that stands still.
class Setup : public QObject
{
    Q_OBJECT

public:
    Q_INVOKABLE void advance(int milliseconds) { m_time.advance(std::chrono::milliseconds(milliseconds)); }
    Q_INVOKABLE void setActive(bool isActive)
    {
        Q_EMIT qGuiApp->applicationStateChanged(isActive ? Qt::ApplicationActive : Qt::ApplicationInactive);
    }
    /// A program that is seen, has the focus and no network, or one; until followSystem().
    Q_INVOKABLE void setOnline(bool isOnline)
    {
        if (!m_fake) {
            m_fake.emplace();
        }
        m_fake->setOnline(isOnline);
    }
    Q_INVOKABLE void followSystem() { m_fake.reset(); }
    /// Whether the client of C++ has the user.
    Q_INVOKABLE bool hasNative(int id) const { return m_native.cached(userKey(id)).has_value(); }
    Q_INVOKABLE void setNative(int id, const QString &name) const { m_native.mutate(userKey(id), User{name}); }

public Q_SLOTS:
    void applicationAvailable()
    {
        nanostores::setScheduler(&m_time);
        nanostores::setErrorHandler([](std::exception_ptr error) {
            try {
                std::rethrow_exception(error);
            } catch (const std::exception &thrown) {
                qWarning() << thrown.what();
            }
        });
    }
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->rootContext()->setContextProperty(QStringLiteral("clock"), this);
        engine->rootContext()->setContextProperty(QStringLiteral("nativeClient"),
                                                  new nanostores::QueryClientObject(m_native, engine));
    }
    void cleanupTestCase()
    {
        m_fake.reset();
        nanostores::setErrorHandler({});
        nanostores::setScheduler(nullptr);
    }

private:
    nanostores::ManualScheduler m_time;
    nanostores::QueryClient m_native;
    std::optional<nanostores::FakeSurroundings> m_fake;
};

QUICK_TEST_MAIN_WITH_SETUP(qmlquery, Setup)

#include "tst_qmlquery.moc"
