// SPDX-License-Identifier: MIT

// A list from a slow server in QML: loading, changes that are shown at once, and what is taken back when they fail.
//
//   example_todos
//   example_todos --screenshot DIR     draws the states into PNG files

#include <QDir>
#include <QEventLoop>
#include <QGuiApplication>
#include <QQmlApplicationEngine>
#include <QQuickWindow>
#include <QTimer>

#include <chrono>

namespace {

void pass(std::chrono::milliseconds time)
{
    QEventLoop loop;
    QTimer::singleShot(time, &loop, &QEventLoop::quit);
    loop.exec();
}

bool takeScreenshots(QQmlApplicationEngine &engine, const QString &folder)
{
    using namespace std::chrono_literals;
    auto *const window = qobject_cast<QQuickWindow *>(engine.rootObjects().constFirst());
    auto *const server = window->property("server").value<QObject *>();
    auto *const toggle = window->property("toggle").value<QObject *>();
    bool isGood = QDir().mkpath(folder);
    const auto take = [&](const char *name) {
        pass(60ms);
        isGood =
            window->grabWindow().save(QDir(folder).filePath(QLatin1String(name) + QStringLiteral(".png"))) && isGood;
    };
    const auto setDone = [&](int id, bool done) {
        QJSValue promise;
        QMetaObject::invokeMethod(toggle, "mutate", Q_RETURN_ARG(QJSValue, promise), Q_ARG(QJSValue, QJSValue(id)),
                                  Q_ARG(QJSValue, QJSValue(done)));
    };
    server->setProperty("delay", 300);
    take("todos-loading");
    pass(1500ms);
    take("todos");
    server->setProperty("refuses", true);
    setDone(1, true);
    take("todos-saving");
    pass(500ms);
    take("todos-refused");
    server->setProperty("refuses", false);
    setDone(3, true);
    pass(1000ms);
    window->setProperty("isNight", true);
    window->setProperty("filter", QStringLiteral("done"));
    pass(600ms);
    take("todos-done-dark");
    return isGood;
}

} // namespace

int main(int argc, char *argv[])
{
    QGuiApplication app(argc, argv);
    QQmlApplicationEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/TodosExample/Main.qml")));
    if (engine.rootObjects().isEmpty()) {
        return 1;
    }
    const QStringList arguments = QGuiApplication::arguments();
    const auto at = arguments.indexOf(QStringLiteral("--screenshot"));
    if (at >= 0) {
        return takeScreenshots(engine, arguments.value(at + 1, QStringLiteral("."))) ? 0 : 1;
    }
    return QGuiApplication::exec();
}
