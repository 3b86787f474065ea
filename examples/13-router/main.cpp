// SPDX-License-Identifier: MIT

// Pages of a program as routes. The address of a page is an argument:
//
//   example_router /notes/2
//   example_router --screenshot DIR     draws pages into PNG files, wide and narrow, light and dark

#include <nanostores/qmlrouter.h>

#include <QDir>
#include <QEventLoop>
#include <QGuiApplication>
#include <QQmlApplicationEngine>
#include <QQuickWindow>
#include <QTimer>

#include <chrono>
#include <utility>

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
    auto *const router = window->property("router").value<nanostores::RouterObject *>();
    window->setProperty("isAnimated", false);
    bool isGood = QDir().mkpath(folder);
    for (const bool isDark : {false, true}) {
        window->setProperty("isNight", isDark);
        for (const bool isWide : {true, false}) {
            window->resize(isWide ? QSize(960, 640) : QSize(400, 700));
            for (const auto &[name, url] : {std::pair("home", "/"), std::pair("note", "/notes/2"),
                                            std::pair("settings", "/settings"), std::pair("missing", "/notes/seven")}) {
                router->open(QString::fromLatin1(url));
                settle();
                const QString file =
                    QStringLiteral("router-%1-%2-%3.png")
                        .arg(QString::fromLatin1(name), isWide ? QStringLiteral("wide") : QStringLiteral("narrow"),
                             isDark ? QStringLiteral("dark") : QStringLiteral("light"));
                isGood = window->grabWindow().save(QDir(folder).filePath(file)) && isGood;
            }
        }
    }
    return isGood;
}

} // namespace

int main(int argc, char *argv[])
{
    QGuiApplication app(argc, argv);
    QQmlApplicationEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    const QStringList arguments = QGuiApplication::arguments();
    const bool takesPictures = arguments.value(1) == QLatin1String("--screenshot");
    engine.setInitialProperties(
        {{QStringLiteral("start"), takesPictures ? QStringLiteral("/") : arguments.value(1, QStringLiteral("/"))}});
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/RouterExample/Main.qml")));
    if (engine.rootObjects().isEmpty()) {
        return 1;
    }
    if (takesPictures) {
        return takeScreenshots(engine, arguments.value(2, QStringLiteral("."))) ? 0 : 1;
    }
    return QGuiApplication::exec();
}
