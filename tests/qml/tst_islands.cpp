// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/widgets.h>

#include <support/manualtime.h>

#include <QLabel>
#include <QListView>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QSpinBox>
#include <QTest>
#include <QVBoxLayout>
#include <QtQml/qqml.h>

#include <memory>
#include <vector>

using namespace nanostores;

namespace {

Atom<int> volume()
{
    return shared<Atom<int>>("islands/volume", 3);
}
Map<QString, int> tracks()
{
    return shared<Map<QString, int>>("islands/tracks");
}

} // namespace

class Panel : public StoreObject
{
    Q_OBJECT
    NANOSTORES_PROPERTY(int, volume, ::volume())
    NANOSTORES_MODEL(tracks, ::tracks())
};

namespace {

/// A QML engine with a reader of its own.
struct Engine
{
    Engine()
    {
        QQmlComponent component(engine.get());
        component.setData("import QtQml\nimport IslandsTest\n"
                          "QtObject { id: root\n"
                          "    property int seen: Panel.volume\n"
                          "    property int evaluations: 0\n"
                          "    onSeenChanged: ++evaluations\n"
                          "    property Instantiator rows: Instantiator {\n"
                          "        model: Panel.tracks\n"
                          "        delegate: QtObject { required property string key\n required property int value }\n"
                          "    }\n"
                          "    function write(value) { Panel.volume = value } }",
                          QUrl());
        root.reset(component.create());
        if (!root) {
            qWarning() << component.errors();
        }
    }
    int seen() const { return root->property("seen").toInt(); }
    int rows() const { return root->property("rows").value<QObject *>()->property("count").toInt(); }
    void write(int value) const { QMetaObject::invokeMethod(root.get(), "write", Q_ARG(QVariant, value)); }

    std::unique_ptr<QQmlEngine> engine = std::make_unique<QQmlEngine>();
    std::unique_ptr<QObject> root;
};

/// A window of widgets.
struct Window : QWidget
{
    Window()
        : model(tracks())
    {
        auto *layout = new QVBoxLayout(this);
        layout->addWidget(&label);
        layout->addWidget(&box);
        layout->addWidget(&list);
        bind(volume(), &box);
        useStore(volume(), &label, &QLabel::setText);
        list.setModel(&model);
        show();
    }

    MapModel<QString, int> model;
    QLabel label;
    QSpinBox box;
    QListView list;
};

} // namespace

class tst_Islands : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();

    void change_reachesAllIslands_data();
    void change_reachesAllIslands();
    void rows_inAllIslands();
    void store_isMountedUntilTheLastIslandHasGone();
    void engine_thatIsMadeAgainGoesOn();

private:
    std::unique_ptr<support::ManualTime> m_time;
};

void tst_Islands::initTestCase()
{
    qmlRegisterSingletonType<Panel>("IslandsTest", 1, 0, "Panel",
                                    [](QQmlEngine *, QJSEngine *) -> QObject * { return new Panel; });
}

void tst_Islands::init()
{
    m_time = std::make_unique<support::ManualTime>();
    volume().set(3);
    tracks().set({});
}

void tst_Islands::change_reachesAllIslands_data()
{
    QTest::addColumn<int>("writer");
    QTest::newRow("first engine") << 0;
    QTest::newRow("second engine") << 1;
    QTest::newRow("third engine") << 2;
    QTest::newRow("widget") << 3;
    QTest::newRow("C++") << 4;
}

void tst_Islands::change_reachesAllIslands()
{
    QFETCH(int, writer);
    const std::vector<Engine> engines(3);
    Window window;
    if (writer < 3) {
        engines[writer].write(42);
    } else if (writer == 3) {
        window.box.setValue(42);
    } else {
        volume().set(42);
    }
    QCOMPARE(volume().get(), 42);
    for (const Engine &engine : engines) {
        QCOMPARE(engine.seen(), 42);
        QCOMPARE(engine.root->property("evaluations").toInt(), 2); // at first, and once: nobody answers another
    }
    QCOMPARE(window.box.value(), 42);
    QCOMPARE(window.label.text(), QStringLiteral("42"));
}

void tst_Islands::rows_inAllIslands()
{
    const std::vector<Engine> engines(3);
    Window window;
    tracks().setKey(QStringLiteral("drums"), 7);
    tracks().setKey(QStringLiteral("bass"), 5);
    for (const Engine &engine : engines) {
        QCOMPARE(engine.rows(), 2);
    }
    QCOMPARE(window.list.model()->rowCount(), 2);
    window.list.model()->setData(window.list.model()->index(1, 0), 9);
    QCOMPARE(*tracks().getKey(QStringLiteral("bass")), 9);
    tracks().removeKey(QStringLiteral("drums"));
    for (const Engine &engine : engines) {
        QCOMPARE(engine.rows(), 1);
    }
    QCOMPARE(window.list.model()->rowCount(), 1);
}

void tst_Islands::store_isMountedUntilTheLastIslandHasGone()
{
    {
        std::vector<Engine> engines(3);
        auto window = std::make_unique<Window>();
        QVERIFY(isMounted(volume()));
        engines.pop_back();
        engines.pop_back();
        window.reset();
        m_time->advance(2000);
        QVERIFY(isMounted(volume()));
        volume().set(8);
        QCOMPARE(engines.front().seen(), 8);
    }
    m_time->advance(2000);
    QVERIFY(!isMounted(volume()));
    QVERIFY(!isMounted(tracks()));
}

void tst_Islands::engine_thatIsMadeAgainGoesOn()
{
    Window window;
    auto engine = std::make_unique<Engine>();
    engine->write(17);
    engine = std::make_unique<Engine>();
    QCOMPARE(engine->seen(), 17);
    engine.reset();
    window.box.setValue(18);
    engine = std::make_unique<Engine>();
    QCOMPARE(engine->seen(), 18);
}

QTEST_MAIN(tst_Islands)
#include "tst_islands.moc"
