// SPDX-License-Identifier: MIT

// A program of one QML file that takes links. It writes a line for what happens: "first", "shown", "at" with the page's
// address, "refused". Its arguments are a key, and those of a program.

#include <nanostores/qmldeeplinks.h>
#include <nanostores/qmlrouter.h>

#include <QGuiApplication>
#include <QQmlApplicationEngine>
#include <QQmlComponent>
#include <QQmlContext>
#include <QTimer>

#include <cstdio>
#include <memory>

namespace {

const char *const scene = R"(
    import QtQuick
    import NanoStores.Router
    import NanoStores.DeepLinks
    Window {
        id: window
        width: 100; height: 100
        visible: links.role !== DeepLinks.Second
        onVisibleChanged: if (visible) console.log("shown")
        Router {
            id: nav
            links: ({ smallorbit: [] })
            routes: ({ shelf: "/", product: "/product/:id" })
            onUrlChanged: if (url !== "/") console.log("at", url)
        }
        DeepLinks {
            id: links
            router: nav
            key: testKey
            arguments: testArguments
            onRoleChanged: console.log(role === DeepLinks.First ? "first" : "another")
            onRefused: link => console.log("refused", link)
            onActivated: console.log("activated")
        }
    })";

void writeLine(QtMsgType type, const QMessageLogContext &, const QString &text)
{
    std::fprintf(type == QtDebugMsg ? stdout : stderr, "%s\n", qPrintable(text));
    std::fflush(stdout);
}

} // namespace

int main(int argc, char *argv[])
{
    QGuiApplication app(argc, argv);
    qInstallMessageHandler(writeLine);
    QQmlEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    QStringList arguments = QCoreApplication::arguments();
    engine.rootContext()->setContextProperty(QStringLiteral("testKey"), arguments.takeAt(1));
    engine.rootContext()->setContextProperty(QStringLiteral("testArguments"), arguments);
    QQmlComponent component(&engine);
    component.setData(scene, QUrl(QStringLiteral("qrc:/scene.qml")));
    const std::unique_ptr<QObject> root(component.create());
    if (!root) {
        qWarning("%s", qPrintable(component.errorString()));
        return 2;
    }
    return QGuiApplication::exec();
}
