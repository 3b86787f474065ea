// SPDX-License-Identifier: MIT

// Names and origins of stores of QML and JavaScript.

#include <nanostores/core.h>
#include <nanostores/inspect.h>
#include <nanostores/qt.h>
#include <nanostores/script.h>

#include "shop.h"

#include <QByteArray>
#include <QObject>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QTest>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

const auto written = atom(0);

QByteArray text(const std::string &from)
{
    return QByteArray::fromStdString(from);
}

bool hasStore(const char *name)
{
    const auto stores = allStores();
    return std::any_of(stores.begin(), stores.end(), [name](const StoreInfo &info) { return info.name == name; });
}

} // namespace

/// Called by QML.
void Shop::write(int value)
{
    written.set(value);
}

class tst_QmlNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void names_ofStoresInQml();
    void names_ofStoresInAModule();
    void names_ofEffects();
    void origin_inQml();
    void origin_inAHandler();
    void origin_inAModule();
    void origin_ofATailCall();
    void origin_inCppThatQmlCalls();
    void origin_withoutScript();
    void origin_inCompiledQml();
    void name_ofAPropertysStore();
    void values_ofJavaScript();

private:
    /// The last write of the store.
    TraceEvent last(const char *store) const
    {
        auto events = m_trace->events();
        std::erase_if(events, [store](const TraceEvent &event) {
            return event.kind != TraceEvent::Write || event.store != store;
        });
        return events.empty() ? TraceEvent() : events.back();
    }

    std::unique_ptr<Trace> m_trace;
    std::unique_ptr<QQmlEngine> m_engine;
    std::unique_ptr<QObject> m_root;
};

void tst_QmlNames::init()
{
    m_trace = std::make_unique<Trace>();
    m_engine = std::make_unique<QQmlEngine>();
    QQmlComponent component(m_engine.get(), QUrl::fromLocalFile(QStringLiteral(INSPECT_QML "/Main.qml")));
    m_root.reset(component.create());
    QVERIFY2(m_root, qPrintable(component.errorString()));
}

void tst_QmlNames::cleanup()
{
    m_root.reset();
    m_engine.reset();
    m_trace.reset();
}

void tst_QmlNames::names_ofStoresInQml()
{
    QVERIFY(hasStore("Main.qml:title"));
    QVERIFY(hasStore("Main.qml:shout"));
    QVERIFY(hasStore("Main.qml:settings"));
    QVERIFY2(hasStore("Main.qml:another"), dump().c_str());
}

void tst_QmlNames::names_ofStoresInAModule()
{
    QVERIFY2(hasStore("counter.mjs:$count"), dump().c_str());
    QVERIFY(hasStore("counter.mjs:$twice"));
    QVERIFY(hasStore("counter.mjs:parts"));
}

void tst_QmlNames::names_ofEffects()
{
    QMetaObject::invokeMethod(m_root.get(), "rename", Q_ARG(QString, QStringLiteral("c")));
    const std::string why = m_trace->why("Main.qml:settings");
    QVERIFY2(text(why).contains("in the function of Main.qml:saving"), why.c_str());
    QVERIFY2(text(why).contains("Main.qml:title: \"a\" -> \"c\", set by rename Main.qml:32\n"), why.c_str());
    for (const StoreInfo &info : allStores()) {
        QVERIFY2(!info.name.empty(), dump().c_str());
    }
}

void tst_QmlNames::origin_inQml()
{
    QMetaObject::invokeMethod(m_root.get(), "rename", Q_ARG(QString, QStringLiteral("b")));
    QCOMPARE(text(last("Main.qml:title").origin.text()), "rename Main.qml:32");
    QVERIFY2(text(m_trace->why("Main.qml:title")).contains("\"a\" -> \"b\", set by rename Main.qml:32"),
             m_trace->why("Main.qml:title").c_str());
}

void tst_QmlNames::origin_inAHandler()
{
    QMetaObject::invokeMethod(m_root.get(), "pressed");
    QCOMPARE(text(last("Main.qml:title").origin.text()), "onPressed Main.qml:44");
}

void tst_QmlNames::origin_inAModule()
{
    QMetaObject::invokeMethod(m_root.get(), "count");
    QCOMPARE(text(last("counter.mjs:$count").origin.text()), "increment counter.mjs:12 <- count Main.qml:35");
    QCOMPARE(text(last("counter.mjs:$count").after), "2");
}

/// The engine has put the call in the place of the function that ends with it: its name and its line are lost.
void tst_QmlNames::origin_ofATailCall()
{
    QMetaObject::invokeMethod(m_root.get(), "tail");
    QCOMPARE(text(last("counter.mjs:$count").origin.text()), "(tail call) <- tail Main.qml:38");
}

void tst_QmlNames::origin_inCppThatQmlCalls()
{
    QMetaObject::invokeMethod(m_root.get(), "setFromCpp");
    const auto frames = last("written").origin.frames();
    QCOMPARE(text(frames.back().function), "setFromCpp");
    if (frames.size() > 1) { // where C++ has frames
        QCOMPARE(text(frames.front().function), "Shop::write");
        QVERIFY(text(last("written").origin.text()).startsWith("Shop::write tst_qmlnames.cpp:"));
    }
}

void tst_QmlNames::origin_withoutScript()
{
    written.set(100);
    for (const Frame &frame : last("written").origin.frames()) {
        QVERIFY2(!text(frame.file).endsWith("qml"), frame.file.c_str());
    }
}

/// Code that was compiled to C++ knows its line the first time it runs, and says 1 after that, which is left out.
void tst_QmlNames::origin_inCompiledQml()
{
    QQmlComponent component(m_engine.get(), QUrl(QStringLiteral("qrc:/qt/qml/InspectTest/qml/Compiled.qml")));
    const std::unique_ptr<QObject> object(component.create());
    QVERIFY2(object, qPrintable(component.errorString()));
    for (int i = 0; i < 3; ++i) {
        QMetaObject::invokeMethod(object.get(), "open", Q_ARG(bool, i % 2 == 0));
        QCOMPARE(text(m_trace->lastEvent(*stores::isOpen.node()).after), i % 2 == 0 ? "true" : "false");
        const auto frames = m_trace->lastEvent(*stores::isOpen.node()).origin.frames();
        QVERIFY(!frames.empty());
        QCOMPARE(text(frames.back().function), "open");
        QVERIFY2(text(frames.back().file).endsWith("Compiled.qml"), frames.back().file.c_str());
        QVERIFY2(frames.back().line == 9 || frames.back().line == 0, std::to_string(frames.back().line).c_str());
    }
    stores::isOpen.set(false);
}

void tst_QmlNames::name_ofAPropertysStore()
{
    const auto store = atom(1);
    StoreAdapter adapter(store);
    adapter.setObjectName(QStringLiteral("shown"));
    const auto connection = connect(&adapter, &StoreAdapter::valueChanged, [] {});
    const std::string name = detail::nameOf(*store.node());
    QVERIFY2(!text(name).contains('@'), name.c_str());
}

void tst_QmlNames::values_ofJavaScript()
{
    QMetaObject::invokeMethod(m_root.get(), "count");
    QMetaObject::invokeMethod(m_root.get(), "count");
    QCOMPARE(text(last("counter.mjs:$count").before), "2");
    QCOMPARE(text(last("counter.mjs:$count").after), "3");
}

QTEST_GUILESS_MAIN(tst_QmlNames)
#include "tst_qmlnames.moc"
