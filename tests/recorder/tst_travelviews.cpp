// SPDX-License-Identifier: MIT

// Time travel tells views of every kind, and nothing that is the program's own.

#include <nanostores/core.h>
#include <nanostores/qml.h>
#include <nanostores/qt.h>
#include <nanostores/recorder.h>
#include <nanostores/widgets.h>

#include <QAction>
#include <QLabel>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlProperty>
#include <QSpinBox>
#include <QTest>

#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

struct Size
{
    int width = 0;
    int height = 0;
    friend bool operator==(const Size &, const Size &) = default;
};

struct Stores
{
    const Atom<int> number = atom(0);
    const Record<Size> size = map(Size{});
    const Map<QString, int> entries = map<QString, int>({{QStringLiteral("a"), 0}, {QStringLiteral("b"), 0}});
    const Atom<QString> key = atom(QStringLiteral("0"));

    void set(int to) const
    {
        batch([&] {
            number.set(to);
            size.setKey(&Size::width, to);
            entries.setKey(QStringLiteral("a"), to);
            key.set(QString::number(to));
        });
    }
};

/// Gives what the view shows.
using Shown = std::function<QString()>;
using MakeView = std::function<Shown(const Stores &)>;

/// A view, and what ends with it.
template<typename T>
Shown shownBy(std::shared_ptr<T> view, QString (*text)(const T &))
{
    return [view, text] { return text(*view); };
}

QString textOf(const QLabel &label)
{
    return label.text();
}

QString numberOf(const QSpinBox &box)
{
    return QString::number(box.value());
}

/// An object of QML with a property `shown`. cppNumber, cppMap and cppKey are the stores.
Shown inQml(const Stores &stores, const char *qml)
{
    struct Scene
    {
        QQmlEngine engine;
        std::unique_ptr<QObject> root;
    };
    const auto scene = std::make_shared<Scene>();
    QQmlContext *const context = scene->engine.rootContext();
    context->setContextProperty(QStringLiteral("cppNumber"), new StoreAdapter(stores.number, &scene->engine));
    context->setContextProperty(QStringLiteral("cppMap"), new StoreAdapter(stores.entries, &scene->engine));
    context->setContextProperty(QStringLiteral("cppKey"), new StoreAdapter(stores.key, &scene->engine));
    QQmlComponent component(&scene->engine);
    component.setData(QByteArrayLiteral("import QtQml\nimport NanoStores\n") + qml, QUrl(QStringLiteral("scene.qml")));
    scene->root.reset(component.create());
    if (!scene->root) {
        qWarning() << component.errors();
        return {};
    }
    return [scene] { return scene->root->property("shown").toString(); };
}

/// A name that is like a view's.
class MyListModel
{
public:
    explicit MyListModel(const Stores &stores)
        : m_listening(stores.number.listen([this] { ++calls; }))
    {
    }

    int calls = 0;

private:
    Subscription m_listening;
};

} // namespace

class tst_TravelViews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void view_showsThePast_data();
    void view_showsThePast();
    void view_ofQml_showsThePast_data();
    void view_ofQml_showsThePast();
    void itsOwn_isNotCalled();

private:
    static void travelWith(const MakeView &make);
};

void tst_TravelViews::travelWith(const MakeView &make)
{
    const Stores stores;
    const Shown shown = make(stores);
    QVERIFY(shown);
    QCOMPARE(shown(), QStringLiteral("0"));
    TimeTravel travel;
    stores.set(1);
    stores.set(2);
    QCOMPARE(shown(), QStringLiteral("2"));
    QVERIFY(travel.back());
    QCOMPARE(shown(), QStringLiteral("1"));
    QVERIFY(travel.jump(0));
    QCOMPARE(shown(), QStringLiteral("0"));
    QVERIFY(travel.forward());
    QCOMPARE(shown(), QStringLiteral("1"));
    travel.resume();
    QCOMPARE(shown(), QStringLiteral("2"));
    stores.set(3);
    QCOMPARE(shown(), QStringLiteral("3"));
    travel.back();
    travel.continueFromHere();
    QCOMPARE(shown(), QStringLiteral("2"));
}

void tst_TravelViews::view_showsThePast_data()
{
    QTest::addColumn<MakeView>("make");
    const auto row = [](const char *name, MakeView make) { QTest::newRow(name) << std::move(make); };
    row("StoreAdapter", [](const Stores &stores) {
        struct Follower
        {
            explicit Follower(const Stores &of)
                : adapter(of.number)
            {
                QObject::connect(&adapter, &StoreAdapter::valueChanged, &adapter,
                                 [this] { text = adapter.value().toString(); });
            }
            StoreAdapter adapter;
            QString text = adapter.value().toString();
        };
        const auto follower = std::make_shared<Follower>(stores);
        return [follower] { return follower->text; };
    });
    row("KeyAdapter", [](const Stores &stores) {
        const auto adapter = std::make_shared<KeyAdapter>(stores.entries, QStringLiteral("a"));
        const auto text = std::make_shared<QString>(QStringLiteral("0"));
        QObject::connect(adapter.get(), &KeyAdapter::valueChanged, adapter.get(),
                         [text, key = adapter.get()] { *text = key->value().toString(); });
        return [adapter, text] { return *text; };
    });
    row("PropertyOf", [](const Stores &stores) {
        const auto property = std::make_shared<PropertyOf<Atom<int>>>(stores.number);
        return [property] { return QString::number(property->value()); };
    });
    row("MapModel", [](const Stores &stores) {
        const auto model = std::make_shared<MapModel<QString, int>>(stores.entries);
        const auto text = std::make_shared<QString>(QStringLiteral("0"));
        const auto look = [text, rows = model.get()] { *text = rows->index(0).data(StoreModel::ValueRole).toString(); };
        QObject::connect(model.get(), &QAbstractItemModel::dataChanged, model.get(), look);
        return [model, text] { return *text; };
    });
    row("bind to an atom", [](const Stores &stores) {
        const auto box = std::make_shared<QSpinBox>();
        bind(stores.number, box.get());
        return shownBy<QSpinBox>(box, numberOf);
    });
    row("bind to a member", [](const Stores &stores) {
        const auto box = std::make_shared<QSpinBox>();
        bind(stores.size, &Size::width, box.get());
        return shownBy<QSpinBox>(box, numberOf);
    });
    row("bind to a key", [](const Stores &stores) {
        const auto box = std::make_shared<QSpinBox>();
        bind(stores.entries, QStringLiteral("a"), box.get());
        return shownBy<QSpinBox>(box, numberOf);
    });
    row("useStore with a setter of a widget", [](const Stores &stores) {
        const auto label = std::make_shared<QLabel>();
        useStore(stores.number, label.get(), &QLabel::setText);
        return shownBy<QLabel>(label, textOf);
    });
    row("useStore with a function for a widget", [](const Stores &stores) {
        const auto label = std::make_shared<QLabel>();
        useStore(stores.number, label.get(), [l = label.get()](int value) { l->setText(QString::number(value)); });
        return shownBy<QLabel>(label, textOf);
    });
    row("useStore with a setter of an object", [](const Stores &stores) {
        const auto action = std::make_shared<QAction>();
        useStore(stores.key, static_cast<QObject *>(action.get()), &QAction::setText);
        return [action] { return action->text(); };
    });
}

void tst_TravelViews::view_showsThePast()
{
    QFETCH(MakeView, make);
    travelWith(make);
}

void tst_TravelViews::view_ofQml_showsThePast_data()
{
    QTest::addColumn<QByteArray>("qml");
    QTest::newRow("a binding to an adapter") << QByteArray("QtObject { property string shown: cppNumber.value }");
    QTest::newRow("StoreKey of a store") << QByteArray(
        "QtObject { property StoreKey key: StoreKey { store: cppNumber } property string shown: key.value }");
    QTest::newRow("StoreKey of a key") << QByteArray(
        "QtObject { property StoreKey key: StoreKey { store: cppMap; key: 'a' } property string shown: key.value }");
    QTest::newRow("Bind") << QByteArray("QtObject { property string shown; Bind on shown { store: cppNumber } }");
    QTest::newRow("Computed") << QByteArray(
        "QtObject { property Computed twice: Computed { compute: () => cppNumber.value + 0 } "
        "property string shown: twice.value }");
    QTest::newRow("StoreKey of a Computed")
        << QByteArray("QtObject { property Computed same: Computed { compute: () => cppNumber.value } "
                      "property StoreKey key: StoreKey { store: same } property string shown: key.value }");
    QTest::newRow("StoreKey of a Selector") << QByteArray(
        "QtObject { property Selector selector: Selector { store: Computed { compute: () => cppKey.value } } "
        "property StoreKey none: StoreKey { store: selector; key: '0' } "
        "property StoreKey one: StoreKey { store: selector; key: '1' } "
        "property StoreKey two: StoreKey { store: selector; key: '2' } "
        "property string shown: none.value ? '0' : one.value ? '1' : two.value ? '2' : '3' }");
}

void tst_TravelViews::view_ofQml_showsThePast()
{
    QFETCH(QByteArray, qml);
    travelWith([&](const Stores &stores) { return inQml(stores, qml.constData()); });
}

/// Whatever its type, and whatever class it stands in.
void tst_TravelViews::itsOwn_isNotCalled()
{
    const Stores stores;
    int calls = 0;
    const std::function<void()> count = [&] { ++calls; };
    const MyListModel model(stores);
    QObject service;
    std::vector<Subscription> subscriptions;
    subscriptions.push_back(stores.number.listen(count));
    subscriptions.push_back(stores.number.listen([&](int) { ++calls; }));
    subscriptions.push_back(stores.entries.listen(count));
    subscriptions.push_back(listenKeys(stores.entries, {QStringLiteral("a")}, count));
    subscriptions.push_back(listenKeys(stores.size, {&Size::width}, count));
    subscriptions.push_back(effect([&] {
        stores.number();
        ++calls;
    }));
    subscriptions.push_back(effect(stores.number, [&](int) { ++calls; }));
    const KeyWatch watch = watchKey(stores.entries, QStringLiteral("a"), count);
    const KeyAdapter view(stores.entries, QStringLiteral("a")); // its hub calls the watch, too
    QObject::connect(&view, &KeyAdapter::valueChanged, &view, [] {});
    useStore(stores.number, &service, [&](int) { ++calls; });

    TimeTravel travel;
    stores.set(1);
    stores.set(2);
    const int before = calls;
    const int ofModel = model.calls;
    QCOMPARE(ofModel, 2);
    travel.back();
    travel.jump(0);
    travel.forward();
    travel.resume();
    QCOMPARE(calls, before);
    QCOMPARE(model.calls, ofModel);
    stores.set(3);
    QCOMPARE(model.calls, ofModel + 1);
    QCOMPARE(calls, before + 9);
}

QTEST_MAIN(tst_TravelViews)

#include "tst_travelviews.moc"
