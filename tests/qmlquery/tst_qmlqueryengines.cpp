// SPDX-License-Identifier: MIT
#include <nanostores/core/inspect.h>
#include <nanostores/qmlquery.h>
#include <nanostores/qt.h>

#include <support/manualtime.h>

#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QtTest/QTest>

#include <memory>

using namespace nanostores;

namespace {

const char *const document = R"(
    import QtQml
    import NanoStores.Query
    QtObject {
        property var shown: query.data
        property bool loading: query.loading
        property string error: query.errorString
        property int calls: 0
        property var end: null
        property Query query: Query {
            key: ["users", 7]
            retry: false
            fetcher: id => {
                calls++
                return new Promise((resolve, reject) => { end = { resolve, reject } })
            }
        }
        property Mutation rename: Mutation {
            run: (call, name) => {
                call.update(["users", 7], user => Object.assign({}, user, { name }))
                return new Promise((resolve, reject) => { end = { resolve, reject } })
            }
        }
        function name() { return shown ? shown.name : "none" }
        function answer(name) { end.resolve({ name }) }
        function refuse(why) { end.reject(why) }
        function renameTo(name) { rename.mutate(name) }
    }
)";

/// An engine with a document in it.
struct Window
{
    explicit Window(const QueryClient *client)
        : engine(std::make_unique<QQmlEngine>())
    {
        if (client) {
            setQueryClient(engine.get(), *client);
        }
        QQmlComponent component(engine.get());
        component.setData(document, QUrl(QStringLiteral("file:///document.qml")));
        root.reset(component.create());
        if (!root) {
            qFatal("%s", qPrintable(component.errorString()));
        }
    }
    QString name() const
    {
        QVariant result;
        QMetaObject::invokeMethod(root.get(), "name", Q_RETURN_ARG(QVariant, result));
        return result.toString();
    }
    void call(const char *function, const QVariant &argument) const
    {
        QMetaObject::invokeMethod(root.get(), function, Q_ARG(QVariant, argument));
    }
    int calls() const { return root->property("calls").toInt(); }

    std::unique_ptr<QQmlEngine> engine;
    std::unique_ptr<QObject> root; // goes first
};

} // namespace

class tst_QmlQueryEngines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultClient_isTheEnginesOwn();
    void sharedClient_isSeenByAll();
    void sharedClient_outlivesAnEngine();
    void engine_mayGoWhileAFetchRuns();
    void engine_mayGoWhileAMutationRuns();
    void object_mayGoWhileAFetchRuns();
    void nothing_staysBehind();

private:
    void settle()
    {
        QTest::qWait(0);
        m_time.advance(0);
        QTest::qWait(0);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }

    support::ManualTime m_time;
};

void tst_QmlQueryEngines::defaultClient_isTheEnginesOwn()
{
    const Window first(nullptr);
    const Window second(nullptr);
    QCOMPARE(first.calls() + second.calls(), 2);
    first.call("answer", QStringLiteral("Ann"));
    settle();
    QCOMPARE(first.name(), QStringLiteral("Ann"));
    QCOMPARE(second.name(), QStringLiteral("none"));
}

void tst_QmlQueryEngines::sharedClient_isSeenByAll()
{
    const QueryClient client;
    const Window first(&client);
    const Window second(&client);
    QCOMPARE(first.calls(), 1);
    QCOMPARE(second.calls(), 0);
    first.call("answer", QStringLiteral("Ann"));
    settle();
    QCOMPARE(second.name(), QStringLiteral("Ann"));
    second.call("renameTo", QStringLiteral("Eva"));
    QCOMPARE(first.name(), QStringLiteral("Eva"));
    second.call("refuse", QStringLiteral("no"));
    settle();
    QCOMPARE(first.name(), QStringLiteral("Ann"));
}

void tst_QmlQueryEngines::sharedClient_outlivesAnEngine()
{
    const QueryClient client;
    {
        const Window first(&client);
        first.call("answer", QStringLiteral("Ann"));
        settle();
    }
    const Window second(&client); // a reload
    QCOMPARE(second.name(), QStringLiteral("Ann"));
    QCOMPARE(second.calls(), 0);
}

void tst_QmlQueryEngines::engine_mayGoWhileAFetchRuns()
{
    const QueryClient client;
    auto first = std::make_unique<Window>(&client);
    QCOMPARE(first->calls(), 1);
    first.reset();
    settle();
    QCOMPARE(client.fetching().get(), 0);
    client.invalidate([](const AnyCacheKey &) { return true; });
    const Window second(&client);
    QCOMPARE(second.calls(), 1);
    second.call("answer", QStringLiteral("Ann"));
    settle();
    QCOMPARE(second.name(), QStringLiteral("Ann"));
}

void tst_QmlQueryEngines::engine_mayGoWhileAMutationRuns()
{
    const QueryClient client;
    const Window second(&client);
    second.call("answer", QStringLiteral("Ann"));
    settle();
    {
        const Window first(&client);
        first.call("renameTo", QStringLiteral("Eva"));
        QCOMPARE(second.name(), QStringLiteral("Eva"));
    }
    settle();
    QCOMPARE(second.name(), QStringLiteral("Ann")); // it has not succeeded
}

void tst_QmlQueryEngines::object_mayGoWhileAFetchRuns()
{
    Window window(nullptr);
    window.root.reset();
    settle();
    window.engine->collectGarbage();
    settle();
}

void tst_QmlQueryEngines::nothing_staysBehind()
{
    const auto live = [this] {
        settle();
        m_time.advance(10000);
        settle();
        return allStores().size();
    };
    const auto before = live();
    for (int i = 0; i < 3; ++i) {
        const Window window(nullptr);
        window.call("answer", QStringLiteral("Ann"));
        settle();
        window.call("renameTo", QStringLiteral("Eva"));
        settle();
    }
    QCOMPARE(live(), before);
}

QTEST_MAIN(tst_QmlQueryEngines)
#include "tst_qmlqueryengines.moc"
