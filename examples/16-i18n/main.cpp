// SPDX-License-Identifier: MIT

// Texts, plurals, amounts and times in three languages, switched while the program runs.
//
//   example_i18n --screenshot DIR     draws the window into PNG files, one for each language, by day and by night

#include <nanostores/qmli18n.h>

#include <QDir>
#include <QEventLoop>
#include <QGuiApplication>
#include <QQmlApplicationEngine>
#include <QQuickWindow>
#include <QTimer>

#include <chrono>

namespace {

void settle()
{
    QEventLoop loop;
    QTimer::singleShot(std::chrono::milliseconds(250), &loop, &QEventLoop::quit);
    loop.exec();
}

bool takeScreenshots(QQmlApplicationEngine &engine, const QString &folder)
{
    auto *const window = qobject_cast<QQuickWindow *>(engine.rootObjects().constFirst());
    auto *const language = window->findChild<nanostores::DeclarativeI18n *>();
    bool isGood = QDir().mkpath(folder);
    for (const bool isNight : {false, true}) {
        window->setProperty("isNight", isNight);
        for (const char *locale : {"en", "ru", "ar"}) {
            const QString name = QLatin1String(locale) + QLatin1String(isNight ? "-dark" : "-light");
            language->set_locale(QLatin1String(locale));
            settle();
            isGood = window->grabWindow().save(folder + u'/' + name + QStringLiteral(".png")) && isGood;
        }
    }
    return isGood;
}

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    QQmlApplicationEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/I18nExample/Main.qml")));
    if (engine.rootObjects().isEmpty()) {
        return 1;
    }
    const QStringList arguments = QCoreApplication::arguments();
    if (const qsizetype at = arguments.indexOf(QStringLiteral("--screenshot")); at > 0 && at + 1 < arguments.size()) {
        return takeScreenshots(engine, arguments[at + 1]) ? 0 : 1;
    }
    return QGuiApplication::exec();
}
