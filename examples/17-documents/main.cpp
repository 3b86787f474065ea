// SPDX-License-Identifier: MIT

// Windows on documents, each with undo of its own, and a clipboard that all share.
//
//   example_documents
//   example_documents --screenshot DIR     draws two windows side by side, by day and by night

#include <QDir>
#include <QEventLoop>
#include <QGuiApplication>
#include <QImage>
#include <QPainter>
#include <QQmlApplicationEngine>
#include <QQuickWindow>
#include <QTimer>

#include <algorithm>
#include <chrono>

namespace {

void settle()
{
    QEventLoop loop;
    QTimer::singleShot(std::chrono::milliseconds(650), &loop, &QEventLoop::quit);
    loop.exec();
}

QImage sideBySide(const QImage &left, const QImage &right)
{
    constexpr int Gap = 24;
    QImage both(left.width() + right.width() + 3 * Gap, std::max(left.height(), right.height()) + 2 * Gap,
                QImage::Format_RGB32);
    both.fill(QColor(0x8c, 0x87, 0x96));
    QPainter painter(&both);
    painter.drawImage(Gap, Gap, left);
    painter.drawImage(left.width() + 2 * Gap, Gap, right);
    return both;
}

bool takeScreenshots(QQmlApplicationEngine &engine, const QString &folder)
{
    QObject *const app = engine.rootObjects().constFirst();
    auto *const letter = app->property("letter").value<QQuickWindow *>();
    auto *const list = app->property("list").value<QQuickWindow *>();
    bool isGood = QDir().mkpath(folder);
    const auto type = [](QQuickWindow *window, const char *text) {
        auto *const editor = window->property("editor").value<QObject *>();
        QMetaObject::invokeMethod(editor, "append", Q_ARG(QString, QLatin1String(text)));
        editor->setProperty("cursorPosition", editor->property("length"));
        settle();
    };
    type(letter, "It sends its regards.");
    QMetaObject::invokeMethod(list, "copy");
    type(list, "sugar");
    type(letter, "We shall bring: ");
    QMetaObject::invokeMethod(letter, "paste");
    settle();
    QMetaObject::invokeMethod(list, "undo"); // of its document, and of no other one
    for (const bool isNight : {false, true}) {
        app->setProperty("isNight", isNight);
        settle();
        const QString name = isNight ? QStringLiteral("documents-dark.png") : QStringLiteral("documents-light.png");
        isGood = sideBySide(letter->grabWindow(), list->grabWindow()).save(QDir(folder).filePath(name)) && isGood;
    }
    return isGood;
}

} // namespace

int main(int argc, char *argv[])
{
    QGuiApplication app(argc, argv);
    QQmlApplicationEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/DocumentsExample/Main.qml")));
    if (engine.rootObjects().isEmpty()) {
        return 1;
    }
    const QStringList arguments = QGuiApplication::arguments();
    if (const auto at = arguments.indexOf(QStringLiteral("--screenshot")); at >= 0) {
        return takeScreenshots(engine, arguments.value(at + 1, QStringLiteral("."))) ? 0 : 1;
    }
    return QGuiApplication::exec();
}
