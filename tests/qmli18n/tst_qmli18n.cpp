// SPDX-License-Identifier: MIT
#include <nanostores/core/scheduler.h>
#include <nanostores/core/task.h>
#include <nanostores/i18n.h>
#include <nanostores/qmli18n.h>
#include <nanostores/qt.h>

#include <QByteArray>
#include <QQmlContext>
#include <QQmlEngine>
#include <QVariantMap>
#include <QtQuickTest>

#include <exception>
#include <stdexcept>

/// What a program loads translations from in C++.
class CppLoader : public QObject
{
    Q_OBJECT
    Q_PROPERTY(nanostores::TranslationLoader loader READ loader CONSTANT)

public:
    using QObject::QObject;

    nanostores::TranslationLoader loader()
    {
        return {[this](const nanostores::TranslationRequest &) {
                    m_source = nanostores::TaskSource<QByteArray>();
                    return m_source.task();
                },
                true};
    }
    Q_INVOKABLE void answer(const QString &json) { m_source.resolve(json.toUtf8()); }
    Q_INVOKABLE void fail(const QString &why)
    {
        m_source.reject(std::make_exception_ptr(std::runtime_error(why.toStdString())));
    }
    // What a function of QML may return that is of C++.
    Q_INVOKABLE QByteArray bytes(const QString &text) { return text.toUtf8(); }
    Q_INVOKABLE QVariantMap map(const QVariantMap &map) { return map; }

private:
    nanostores::TaskSource<QByteArray> m_source;
};

/// Runs the Qt Quick Tests of this folder in time that stands still.
class Setup : public QObject
{
    Q_OBJECT

public:
    Q_INVOKABLE void advance(int milliseconds) { m_time.advance(std::chrono::milliseconds(milliseconds)); }
    Q_INVOKABLE void choose(const QString &tag) { m_locale.set(tag); }

public Q_SLOTS:
    void applicationAvailable() { nanostores::setScheduler(&m_time); }
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->rootContext()->setContextProperty(QStringLiteral("clock"), this);
        engine->rootContext()->setContextProperty(QStringLiteral("cppLoader"), new CppLoader(engine));
        engine->rootContext()->setContextProperty(QStringLiteral("dataDir"), QStringLiteral(DATA_DIR));
        const nanostores::I18n i18n(m_locale, {.load = [](const nanostores::TranslationRequest &) {
                                        return QByteArray(R"({"race": {"place": {"other": "{count}-е место из {all}"},
                                                              "terms": "<a>Условия</a> {shop}"}})");
                                    }});
        engine->rootContext()->setContextProperty(QStringLiteral("cppLanguage"),
                                                  new nanostores::DeclarativeI18n(i18n, engine));
    }
    void cleanupTestCase() { nanostores::setScheduler(nullptr); }

private:
    nanostores::ManualScheduler m_time;
    nanostores::Atom<QString> m_locale{QStringLiteral("en")};
};

QUICK_TEST_MAIN_WITH_SETUP(qmli18n, Setup)

#include "tst_qmli18n.moc"
