// SPDX-License-Identifier: MIT

// A form of QML over a C++ map of structs: each field is bound to a member by its path.

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QtQml/QQmlComponent>
#include <QtQml/QQmlContext>
#include <QtQml/QQmlEngine>
#include <QtTest/QTest>

#include <memory>

using namespace nanostores;

#define MAKER(FIELD) \
    FIELD(QString, name) \
    FIELD(double, born)

struct Maker
{
    Q_GADGET
    NANOSTORES_STRUCT(Maker, MAKER)
};

#define RECORDING(FIELD) \
    FIELD(QString, title) \
    FIELD(int, stars) \
    FIELD(Maker, maker)

struct Recording
{
    Q_GADGET
    NANOSTORES_STRUCT(Recording, RECORDING)
};

class tst_GadgetForms : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void fieldsOfAnItem_areEdited_data();
    void fieldsOfAnItem_areEdited();
};

void tst_GadgetForms::fieldsOfAnItem_areEdited_data()
{
    QTest::addColumn<bool>("isMap");
    QTest::newRow("item of a map") << true;
    QTest::newRow("atom") << false;
}

void tst_GadgetForms::fieldsOfAnItem_areEdited()
{
    QFETCH(bool, isMap);
    const Recording first{QStringLiteral("Respect"), 5, {QStringLiteral("Aretha"), 1942}};
    const auto byId = map<int, Recording>({{1, first}, {2, Recording()}}).named("byId");
    const auto open = atom(first).named("open");
    const auto now = [&] { return isMap ? *byId.getKey(1) : open.get(); };
    QQmlEngine engine;
    std::unique_ptr<StoreAdapter> store(isMap ? new StoreAdapter(byId) : new StoreAdapter(open));
    engine.rootContext()->setContextProperty(QStringLiteral("songs"), store.get());
    QQmlComponent component(&engine);
    const QByteArray key = isMap ? "key: \"1\"; " : "";
    component.setData("import QtQml; import NanoStores; QtObject { "
                      "property string title; Bind on title { store: songs; "
                          + key + "path: \"title\" } property int stars; Bind on stars { store: songs; " + key
                          + "path: \"stars\" } property string maker; Bind on maker { store: songs; " + key
                          + "path: \"maker.name\" } property real born; Bind on born { store: songs; " + key
                          + "path: \"maker.born\" } property string wrong; Bind on wrong { store: songs; " + key
                          + "path: \"stars\" } }",
                      {});
    const std::unique_ptr<QObject> form(component.create());
    QVERIFY2(form, qPrintable(component.errorString()));
    QCOMPARE(form->property("title"), QVariant(QStringLiteral("Respect")));
    QCOMPARE(form->property("maker"), QVariant(QStringLiteral("Aretha")));

    Recording expected = first;
    form->setProperty("title", QStringLiteral("Think"));
    expected.title = QStringLiteral("Think");
    QCOMPARE(now(), expected);
    form->setProperty("stars", 4);
    expected.stars = 4;
    QCOMPARE(now(), expected);
    QCOMPARE(form->property("wrong"), QVariant(QStringLiteral("4")));
    form->setProperty("maker", QStringLiteral("Otis"));
    expected.maker.name = QStringLiteral("Otis");
    QCOMPARE(now(), expected);
    form->setProperty("born", 1941.5);
    expected.maker.born = 1941.5;
    QCOMPARE(now(), expected);

    form->setProperty("wrong", QStringLiteral("many"));
    QCOMPARE(now(), expected);
    QCOMPARE(form->property("wrong"), QVariant(QStringLiteral("4"))); // it shows the store's value again

    expected.maker.name = QStringLiteral("Carla");
    isMap ? byId.setKey(1, expected) : open.set(expected);
    QCOMPARE(form->property("maker"), QVariant(QStringLiteral("Carla")));
}

QTEST_GUILESS_MAIN(tst_GadgetForms)
#include "tst_gadgetforms.moc"
