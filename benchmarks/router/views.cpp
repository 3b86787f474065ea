// SPDX-License-Identifier: MIT
#include "harness.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickWindow>

#include <memory>
#include <string>

/// A page that is opened and left again, without transitions: a RouteView that follows a router, against a StackView
/// that is pushed and popped by hand. Both make and destroy the page.

namespace {

const char *const pages = R"(
    import QtQuick
    import QtQuick.Controls
    %1
    Item {
        id: root
        width: 400; height: 300
        property int made: 0
        component Post: Column {
            required property int id
            Component.onCompleted: ++root.made
            Text { text: "Post " + parent.id }
            Repeater { model: 20; Rectangle { width: 10; height: 10; color: "red" } }
        }
        %2
    })";

const char *const followed = R"(
        Router { id: nav; routes: ({ home: "/", post: { path: "/posts/:id", params: { id: "int" } } }) }
        RouteView {
            anchors.fill: parent
            router: nav
            animated: false
            Route { name: "home"; Item {} }
            Route { name: "post"; Post {} }
        }
        function change() { nav.open("/posts/7"); nav.back(); })";

const char *const byHand = R"(
        StackView { id: view; anchors.fill: parent; initialItem: Item {} }
        Component { id: post; Post {} }
        function change() { view.push(post, { id: 7 }, StackView.Immediate); view.pop(StackView.Immediate); })";

struct Scene
{
    Scene(const char *imports, const char *body)
    {
        engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
        QQmlComponent component(&engine);
        component.setData(QString::fromLatin1(pages).arg(QLatin1String(imports), QLatin1String(body)).toUtf8(),
                          QUrl(QStringLiteral("qrc:/scene.qml")));
        root.reset(qobject_cast<QQuickItem *>(component.create()));
        if (!root) {
            qFatal("%s", qPrintable(component.errorString()));
        }
        root->setParentItem(window.contentItem());
        window.show();
        QCoreApplication::processEvents();
    }
    void run(std::size_t times)
    {
        for (; times > 0; --times) {
            QMetaObject::invokeMethod(root.get(), "change");
            QCoreApplication::processEvents();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        }
    }

    QQmlEngine engine;
    QQuickWindow window;
    std::unique_ptr<QQuickItem> root;
};

void addScene(const char *name, const char *imports, const char *body)
{
    addCase(name, 1, [=] {
        static int argc = 1;
        static char program[] = "bench_router";
        static char *argv[] = {program, nullptr};
        if (!QCoreApplication::instance()) {
            qputenv("QT_QPA_PLATFORM", "offscreen");
            qputenv("QT_QUICK_BACKEND", "software");
            new QGuiApplication(argc, argv);
        }
        auto scene = std::make_shared<Scene>(imports, body);
        return Program{[scene](std::size_t times) { scene->run(times); },
                       [scene] { return scene->root->property("made").toString().toStdString(); }};
    });
}

} // namespace

void addViewCases()
{
    addScene("page/nanostores", "import NanoStores.Router", followed);
    addScene("page/stackview", "", byHand);
}
