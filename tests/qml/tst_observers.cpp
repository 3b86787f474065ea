// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/widgets.h>

#include <support/manualtime.h>

#include <QLabel>
#include <QListView>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickView>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

#include <functional>
#include <memory>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

/// The stores, and how often they have been mounted.
struct World
{
    World()
    {
        const auto count = [this] {
            ++mounts;
            return [this] { ++unmounts; };
        };
        onMount(level, count);
        onMount(rows, count);
        rows.setKey(QStringLiteral("a"), 1);
    }
    bool isMounted() const { return nanostores::isMounted(level) || nanostores::isMounted(rows); }

    support::ManualTime time;
    Atom<int> level{1};
    Map<QString, int> rows;
    int mounts = 0;
    int unmounts = 0;
};

/// While it lives, somebody observes.
using Observer = std::shared_ptr<void>;
using Make = std::function<Observer(World &)>;

/// What QML sees: level, and the map as rows (a store) and as model.
struct Context
{
    Context(World &world, QQmlEngine *engine)
        : level(world.level)
        , rows(world.rows)
        , model(world.rows)
    {
        engine->rootContext()->setContextProperty(QStringLiteral("level"), &level);
        engine->rootContext()->setContextProperty(QStringLiteral("rows"), &rows);
        engine->rootContext()->setContextProperty(QStringLiteral("rowsModel"), &model);
    }
    StoreAdapter level;
    StoreAdapter rows;
    MapModel<QString, int> model;
};

/// An object of the engine.
struct Scene
{
    Scene(World &world, const QByteArray &text)
        : context(world, &engine)
    {
        QQmlComponent component(&engine);
        component.setData("import QtQml\nimport NanoStores\n" + text, QUrl());
        root.reset(component.create());
        if (!root) {
            qFatal("%s", qPrintable(component.errorString()));
        }
    }
    QQmlEngine engine;
    Context context;
    std::unique_ptr<QObject> root;
};

Make qml(const char *text)
{
    return [text](World &world) { return std::make_shared<Scene>(world, text); };
}

/// An item in a window; the observer is it, or its being visible.
Make item(const char *text, bool onlyWhileVisible = false)
{
    return [=](World &world) -> Observer {
        struct Window
        {
            explicit Window(World &world)
                : context(world, view.engine())
            {
            }
            QQuickView view;
            Context context;
        };
        const auto window = std::make_shared<Window>(world);
        QQmlComponent component(window->view.engine());
        component.setData("import QtQuick\nimport QtQuick.Controls\nimport NanoStores\n" + QByteArray(text), QUrl());
        auto *root = qobject_cast<QQuickItem *>(component.create());
        if (!root) {
            qFatal("%s", qPrintable(component.errorString()));
        }
        if (!onlyWhileVisible) {
            window->view.setContent(QUrl(), nullptr, root);
            window->view.show();
            return window;
        }
        // The item is shown by its parent, and stays when that is hidden.
        static std::shared_ptr<Window> kept;
        kept = window;
        auto *parent = new QQuickItem(window->view.contentItem());
        root->setParentItem(parent);
        root->setParent(parent);
        window->view.show();
        return Observer(nullptr, [parent](void *) { parent->setVisible(false); });
    };
}

template<typename W>
Make widget(std::function<void(World &, W *)> tie)
{
    return [tie](World &world) {
        auto made = std::make_shared<W>();
        tie(world, made.get());
        return made;
    };
}

/// The same widget again and again, hidden instead of deleted.
template<typename W>
Make visibleWidget(std::function<void(World &, W *)> tie)
{
    return [tie](World &world) {
        const auto made = std::make_shared<W>();
        tie(world, made.get());
        made->show();
        return Observer(nullptr, [made](void *) { made->hide(); });
    };
}

} // namespace

Q_DECLARE_METATYPE(Make)

/// Whoever observes a store mounts it, and the last one who leaves lets it unmount.
class tst_Observers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void observer_mountsUntilItHasLeft_data() { observers(); }
    void observer_mountsUntilItHasLeft();
    void observer_backWithinTheDelayKeepsTheStore_data() { observers(); }
    void observer_backWithinTheDelayKeepsTheStore();
    void delay_isTheStores_data() { observers(); }
    void delay_isTheStores();

private:
    static void observers();
};

void tst_Observers::observers()
{
    QTest::addColumn<Make>("make");
    const auto row = [](const char *name, Make make) { QTest::newRow(name) << std::move(make); };

    row("listen", [](World &world) { return std::make_shared<Subscription>(world.level.listen([] {})); });
    row("effect", [](World &world) { return std::make_shared<Subscription>(effect([&] { world.level(); })); });
    row("computed store", [](World &world) {
        return std::make_shared<Subscription>(computed([&] { return world.level() * 2; }).listen([] {}));
    });
    row("connect()", [](World &world) {
        const auto adapter = std::make_shared<StoreAdapter>(world.level);
        auto receiver = std::make_shared<QObject>();
        QObject::connect(adapter.get(), &StoreAdapter::valueChanged, receiver.get(), [adapter] {});
        return receiver;
    });
    row("connect() by name", [](World &world) {
        const auto adapter = std::make_shared<StoreAdapter>(world.level);
        QObject::connect(adapter.get(), SIGNAL(valueChanged()), adapter.get(), SLOT(deleteLater()));
        return Observer(nullptr, [adapter](void *) { adapter->disconnect(); });
    });
    row("useStore()", [](World &world) {
        const auto context = std::make_shared<QObject>();
        useStore(world.level, context.get(), [] {});
        return context;
    });
    row("watchKey()",
        [](World &world) { return std::make_shared<KeyWatch>(watchKey(world.rows, QStringLiteral("a"), [] {})); });
    row("KeyAdapter", [](World &world) {
        const auto adapter = std::make_shared<KeyAdapter>(world.rows, QStringLiteral("a"));
        const auto connection = QObject::connect(adapter.get(), &KeyAdapter::valueChanged, [] {});
        return Observer(nullptr, [adapter, connection](void *) { QObject::disconnect(connection); });
    });
    row("PropertyOf", [](World &world) { return std::make_shared<PropertyOf<Atom<int>>>(world.level); });
    row("QProperty binding", [](World &world) {
        struct Bound
        {
            explicit Bound(const Atom<int> &store)
                : source(store)
                , twice([this] { return source.value() * 2; })
            {
            }
            PropertyOf<Atom<int>> source;
            QProperty<int> twice;
        };
        return std::make_shared<Bound>(world.level);
    });

    row("QML binding", qml("QtObject { property int seen: level.value }"));
    row("Connections", qml("Connections { target: level; function onValueChanged() {} }"));
    row("delegate", qml("Instantiator { model: 3; delegate: QtObject { property int seen: level.value } }"));
    row("Instantiator on a model", qml("Instantiator { model: rowsModel; delegate: QtObject {} }"));
    row("StoreKey", qml("StoreKey { store: level; property int seen: value }"));
    row("StoreKey of a map", qml("StoreKey { store: rows; key: 'a'; property int seen: value }"));
    row("Bind", qml("QtObject { property int number; Bind on number { store: level } }"));
    row("Computed", qml("Computed { compute: () => level.value * 2; property int seen: value }"));
    row("StoreEffect", qml("StoreEffect { run: () => { level.value } }"));
    row("ListView", item("ListView { width: 9; height: 9; model: rowsModel; delegate: Item {} }"));
    row("Repeater", item("Item { Repeater { model: rowsModel; delegate: Item {} } }"));
    row("Slider", item("Slider { Bind on value { store: level } }"));
    row("StoreKey of a visible item",
        item("Item { id: root; StoreKey { store: level; active: root.visible; property int seen: value } }", true));
    row("Bind of a visible item",
        item("Slider { id: root; Bind on value { store: level; active: root.visible } }", true));
    row("StoreEffect of a visible item",
        item("Item { id: root; StoreEffect { enabled: root.visible; run: () => { level.value } } }", true));

    row("label", widget<QLabel>([](World &world, QLabel *label) { useStore(world.level, label, &QLabel::setText); }));
    row("spin box", widget<QSpinBox>([](World &world, QSpinBox *box) { bind(world.level, box); }));
    row("spin box of a key",
        widget<QSpinBox>([](World &world, QSpinBox *box) { bind(world.rows, QStringLiteral("a"), box); }));
    row("QListView",
        widget<QListView>([](World &world, QListView *view) { view->setModel(new MapModel(world.rows, view)); }));
    row("QTableView", widget<QTableView>([](World &world, QTableView *view) {
            auto *list = new MapModel(world.rows, view);
            view->setModel(new TableModel(list, {{QStringLiteral("Value"), "value"}}, view));
        }));
    row("visible label", visibleWidget<QLabel>([](World &world, QLabel *label) {
            useStore(world.level, label, &QLabel::setText, Observe::WhileVisible);
        }));
    row("visible spin box", visibleWidget<QSpinBox>([](World &world, QSpinBox *box) {
            bind(world.level, box, {.observe = Observe::WhileVisible});
        }));
}

void tst_Observers::observer_mountsUntilItHasLeft()
{
    QFETCH(const Make, make);
    World world;
    world.time.advance(2000);
    QVERIFY(!world.isMounted());
    world.mounts = world.unmounts = 0;
    Observer observer = make(world);
    world.time.advance(0);
    QVERIFY(world.isMounted());
    QCOMPARE(world.mounts, 1);
    world.time.advance(5000); // as long as it likes
    QVERIFY(world.isMounted());
    observer.reset();
    world.time.advance(999);
    QVERIFY(world.isMounted());
    world.time.advance(1);
    QVERIFY(!world.isMounted());
    QCOMPARE(world.mounts, 1);
    QCOMPARE(world.unmounts, 1);
}

void tst_Observers::observer_backWithinTheDelayKeepsTheStore()
{
    QFETCH(const Make, make);
    World world;
    world.time.advance(2000);
    world.mounts = world.unmounts = 0;
    Observer observer = make(world);
    observer.reset();
    world.time.advance(900);
    observer = make(world);
    world.time.advance(5000);
    QVERIFY(world.isMounted());
    QCOMPARE(world.mounts, 1);
    QCOMPARE(world.unmounts, 0);
    observer.reset();
    world.time.advance(1000);
    QVERIFY(!world.isMounted());
}

void tst_Observers::delay_isTheStores()
{
    QFETCH(const Make, make);
    World world;
    world.time.advance(2000);
    world.mounts = world.unmounts = 0;
    setUnmountDelay(world.level, 50ms);
    setUnmountDelay(world.rows, 50ms);
    Observer observer = make(world);
    world.time.advance(0);
    QVERIFY(world.isMounted());
    observer.reset();
    world.time.advance(49);
    QVERIFY(world.isMounted());
    world.time.advance(1);
    QVERIFY(!world.isMounted());
}

QTEST_MAIN(tst_Observers)
#include "tst_observers.moc"
