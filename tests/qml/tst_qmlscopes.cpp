// SPDX-License-Identifier: MIT
#include <nanostores/kit.h>
#include <nanostores/qml.h>
#include <nanostores/qtscope.h>

#include "qml/scene.h"
#include "support/handlers.h"

#include <QCoreApplication>
#include <QEvent>
#include <QQmlContext>
#include <QtTest/QTest>

#include <memory>
#include <vector>

using namespace nanostores;

namespace {

const auto text = scoped([] { return atom(QStringLiteral("empty")); });
const auto size = computed(text, [](const QString &value) { return int(value.size()); });

struct Clock : QObject
{
    int now = 12;
};
const auto wallClock = scoped([] { return std::make_shared<Clock>(); });

/// Two objects in a scope each and one outside, with stores of QML and of C++.
const char *const twoScopes = R"(
QtObject {
    id: root
    readonly property Scoped title: Scoped { Atom { value: "none" } }
    readonly property QtObject outside: Reader {}
    readonly property QtObject first: Reader { Scope.provides: [root.title, cppText] }
    readonly property QtObject second: Reader { Scope.provides: [root.title, cppText] }
})";

/// What a Reader is. (Qt 6.8 does not find an inline component of a document of data.)
const char *const reader = R"(QtObject {
        readonly property StoreKey title: StoreKey { store: root.title }
        readonly property StoreKey text: StoreKey { store: cppText }
        readonly property StoreKey size: StoreKey { store: cppSize }
)";

struct World
{
    World()
    {
        engine->rootContext()->setContextProperty(QStringLiteral("cppText"), new ScopedAdapter(text, engine.get()));
        engine->rootContext()->setContextProperty(QStringLiteral("cppSize"), new ScopedAdapter(size, engine.get()));
    }
    std::unique_ptr<QObject> make(const char *qml) const
    {
        QQmlComponent component(engine.get());
        component.setData(QByteArrayLiteral("import QtQml\nimport NanoStores\n")
                              + QByteArray(qml).replace("Reader {", reader),
                          QUrl(QStringLiteral("scene.qml")));
        std::unique_ptr<QObject> made(component.create());
        if (!made) {
            qWarning() << component.errors();
        }
        return made;
    }

    std::unique_ptr<QQmlEngine> engine = std::make_unique<QQmlEngine>();
};

QVariant valueOf(QObject *object, const char *part, const char *key)
{
    auto *const reader = object->property(part).value<QObject *>();
    return reader->property(key).value<QObject *>()->property("value").value<QJSValue>().toVariant();
}
void setValueOf(QObject *object, const char *part, const char *key, const QString &value)
{
    auto *const reader = object->property(part).value<QObject *>();
    auto *const storeKey = reader->property(key).value<QObject *>();
    storeKey->setProperty("value", QVariant::fromValue(QJSValue(value)));
}

} // namespace

class tst_QmlScopes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup()
    {
        Scope::resetGlobal();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }

    void scopeOf_isTheNearestOfTheParents();
    void scope_endsWithItsOwner();
    void scope_ofAMemberEndsFirst();
    void scope_isGivenOnce();
    void adapter_isThatOfTheScope();
    void adapter_showsObjects();
    void scope_isOneInCppAndQml();
    void engine_hasAScope();
    void ends_inAnyOrder_data();
    void ends_inAnyOrder();
    void end_inAHandler();
};

void tst_QmlScopes::scopeOf_isTheNearestOfTheParents()
{
    QObject window;
    auto *const page = new QObject(&window);
    auto *const label = new QObject(page);
    const ObjectScope ofWindow(&window, QStringLiteral("window"), {provide(text)});
    QVERIFY(scopeOf(label) == ofWindow.scope());
    const ObjectScope ofPage(page, QStringLiteral("page"), {provide(text)});
    QVERIFY(scopeOf(label) == ofPage.scope());
    QVERIFY(scopeOf(&window) == ofWindow.scope());
    QCOMPARE(ofPage.run([] { return scopedKey("a"); }), std::string("window/page/a"));
    QObject other;
    QVERIFY(scopeOf(&other) == Scope::global());
    QVERIFY(scopeOf(nullptr) == Scope::global());
    ofPage.run([&] { QVERIFY(scopeOf(&other) == ofPage.scope()); });
    text.in(ofPage).set(QStringLiteral("page"));
    QCOMPARE(text.in(scopeOf(&window)).get(), QStringLiteral("empty"));
}

void tst_QmlScopes::scope_endsWithItsOwner()
{
    auto window = std::make_unique<QObject>();
    auto *const page = new QObject(window.get());
    const Scope &ofWindow = giveScope(window.get(), {provide(text)});
    const Scope &ofPage = giveScope(page);
    QStringList ends;
    ofWindow.onEnd([&] { ends.append(QStringLiteral("window")); });
    ofPage.onEnd([&] { ends.append(text().get()); });
    text.in(ofPage).set(QStringLiteral("page"));
    const InjectionContext handle = ofPage;
    window.reset();
    QCOMPARE(ends, QStringList({QStringLiteral("page"), QStringLiteral("window")}));
    QVERIFY_THROWS_EXCEPTION(ScopeEnded, static_cast<void>(text.in(handle)));
}

namespace {

struct Window : QObject
{
    explicit Window(QStringList &log)
        : ends(log)
    {
        scope.run([this] { effect([this] { return [this] { ends.append(title); }; }).detach(); });
    }
    QStringList &ends;
    QString title = QStringLiteral("still there");
    ObjectScope scope{this, {provide(text)}};
};

} // namespace

void tst_QmlScopes::scope_ofAMemberEndsFirst()
{
    QStringList ends;
    {
        const Window window(ends);
        QVERIFY(scopeOf(&window) == window.scope.scope());
    }
    QCOMPARE(ends, QStringList(QStringLiteral("still there")));
}

void tst_QmlScopes::scope_isGivenOnce()
{
    QObject window;
    giveScope(&window, {provide(text)});
    QVERIFY(support::thrownBy([&] { giveScope(&window); }).contains(QStringLiteral("has a scope already")));
    QVERIFY(!(text.in(scopeOf(&window)) == text()));
}

void tst_QmlScopes::adapter_isThatOfTheScope()
{
    const World world;
    const auto root = world.make(twoScopes);
    setValueOf(root.get(), "first", "text", QStringLiteral("first"));
    setValueOf(root.get(), "first", "title", QStringLiteral("First"));
    QCOMPARE(valueOf(root.get(), "first", "text"), QVariant(QStringLiteral("first")));
    QCOMPARE(valueOf(root.get(), "first", "size"), QVariant(5));
    QCOMPARE(valueOf(root.get(), "second", "text"), QVariant(QStringLiteral("empty")));
    QCOMPARE(valueOf(root.get(), "second", "title"), QVariant(QStringLiteral("none")));
    text().set(QStringLiteral("all"));
    QCOMPARE(valueOf(root.get(), "outside", "text"), QVariant(QStringLiteral("all")));
    QCOMPARE(valueOf(root.get(), "outside", "size"), QVariant(3));
}

void tst_QmlScopes::adapter_showsObjects()
{
    QObject window;
    const Scope &scope = giveScope(&window, {provide(wallClock)});
    ScopedAdapter adapter(wallClock);
    QCOMPARE(adapter.objectOf(&window), wallClock.in(scope).get());
    QCOMPARE(adapter.of(nullptr).value<QObject *>(), wallClock().get());
    QVERIFY(adapter.objectOf(&window) != adapter.objectOf(nullptr));
}

void tst_QmlScopes::scope_isOneInCppAndQml()
{
    const World world;
    const auto root = world.make(twoScopes);
    auto *const first = root->property("first").value<QObject *>();
    QVERIFY(valueOf(root.get(), "first", "text").isValid());
    text.in(scopeOf(first)).set(QStringLiteral("C++"));
    QCOMPARE(valueOf(root.get(), "first", "text"), QVariant(QStringLiteral("C++")));
    QObject inside;
    inside.setParent(first);
    QCOMPARE(size.in(scopeOf(&inside)).get(), 3);
    inside.setParent(nullptr);
}

void tst_QmlScopes::engine_hasAScope()
{
    const World one;
    const World two;
    giveScope(one.engine.get(), {provide(text)});
    const auto inOne = one.make(twoScopes);
    const auto inTwo = two.make(twoScopes);
    setValueOf(inOne.get(), "outside", "text", QStringLiteral("one"));
    QCOMPARE(valueOf(inOne.get(), "outside", "text"), QVariant(QStringLiteral("one")));
    QCOMPARE(valueOf(inTwo.get(), "outside", "text"), QVariant(QStringLiteral("empty")));
    QCOMPARE(valueOf(inOne.get(), "first", "text"), QVariant(QStringLiteral("empty")));
    QCOMPARE(text.in(scopeOf(inOne.get())).get(), QStringLiteral("one"));
}

void tst_QmlScopes::ends_inAnyOrder_data()
{
    QTest::addColumn<QString>("order");
    for (const char *order :
         {"rgse", "rges", "rsge", "rseg", "regs", "resg", "grse", "gres", "gsre", "gser", "gers", "gesr",
          "srge", "sreg", "sgre", "sger", "serg", "segr", "ergs", "ersg", "egrs", "egsr", "esrg", "esgr"}) {
        QTest::addRow("%s", order) << QString::fromLatin1(order);
    }
}

/// The objects of QML, the global scope, a scope around, the engine.
void tst_QmlScopes::ends_inAnyOrder()
{
    QFETCH(QString, order);
    auto world = std::make_unique<World>();
    auto window = std::make_unique<QObject>();
    giveScope(window.get(), {provide(text)});
    auto root = world->make(twoScopes);
    auto inWindow = world->make(twoScopes);
    inWindow->setParent(window.get());
    for (QObject *const object : {root.get(), inWindow.get()}) {
        for (const char *part : {"outside", "first", "second"}) {
            setValueOf(object, part, "text", QLatin1String(part));
            setValueOf(object, part, "title", QLatin1String(part));
            QVERIFY(valueOf(object, part, "size").isValid());
        }
    }
    static_cast<void>(inWindow.release());
    for (const QChar step : order) {
        if (step == QLatin1Char('r')) {
            root.reset();
        } else if (step == QLatin1Char('g')) {
            Scope::resetGlobal();
        } else if (step == QLatin1Char('s')) {
            window.reset();
        } else {
            world.reset();
        }
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        if (root && world) {
            QVERIFY(valueOf(root.get(), "second", "title").isValid() || order.indexOf(step) >= 0);
        }
    }
}

void tst_QmlScopes::end_inAHandler()
{
    const World world;
    auto window = std::make_unique<QObject>();
    giveScope(window.get());
    const auto root = world.make(R"(
        QtObject {
            id: root
            signal closing
            readonly property Scoped title: Scoped { Atom { value: "open"; onChanged: root.closing() } }
            readonly property QtObject page: QtObject {
                Scope.provides: [root.title]
                readonly property StoreKey title: StoreKey { store: root.title }
            }
        })");
    auto *const page = root->property("page").value<QObject *>();
    const InjectionContext scope = scopeOf(page);
    QVERIFY(valueOf(root.get(), "page", "title").isValid());
    QObject::connect(root.get(), SIGNAL(closing()), page, SLOT(deleteLater()));
    setValueOf(root.get(), "page", "title", QStringLiteral("closed"));
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY_THROWS_EXCEPTION(ScopeEnded, static_cast<void>(text.in(scope)));
}

QTEST_GUILESS_MAIN(tst_QmlScopes)
#include "tst_qmlscopes.moc"
