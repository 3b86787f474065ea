// SPDX-License-Identifier: MIT

// Stores declared in QML, inspected.

#include "talk.h"

#include <QQmlComponent>
#include <QQmlEngine>
#include <QTest>

#include <memory>

using namespace nanostores;
using inspecting::Talk;

class tst_InspectorQml : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void atom_isShownAndSet();
    void atom_asksItsHandlers();
};

namespace {

std::unique_ptr<QObject> make(QQmlEngine &engine, const QByteArray &body)
{
    QQmlComponent component(&engine);
    component.setData("import NanoStores\n" + body, QUrl(QStringLiteral("qrc:/Main.qml")));
    std::unique_ptr<QObject> object(component.create());
    return object;
}

constexpr auto EditHello = R"({"nanostores":1,"capabilities":["read","edit"]})";

InspectorOptions editing()
{
    return {.capabilities = InspectorCapability::Read | InspectorCapability::Edit};
}

} // namespace

void tst_InspectorQml::atom_isShownAndSet()
{
    QQmlEngine engine;
    const auto count = make(engine, "Atom { name: 'test/qml'; value: 3 }");
    QVERIFY(count);
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.row("test/qml").value(QLatin1String("value")).toString(), QStringLiteral("3"));
    QCOMPARE(talk.error(QByteArray("\"do\":\"set\",\"store\":\"test/qml\",\"value\":[1,{\"a\":true}]")), QString());
    const QVariant value = count->property("value").value<QJSValue>().toVariant();
    QCOMPARE(value.toList().at(0).toInt(), 1);
    QVERIFY(value.toList().at(1).toMap().value(QStringLiteral("a")).toBool());
    QCOMPARE(talk.row("test/qml").value(QLatin1String("value")).toString(), QStringLiteral("[1, {\"a\": true}]"));
}

void tst_InspectorQml::atom_asksItsHandlers()
{
    QQmlEngine engine;
    const auto volume = make(engine, "Atom { name: 'test/qmlvolume'; value: 50; onSetting: change => { if "
                                     "(change.newValue > 100) change.abort() } }");
    QVERIFY(volume);
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.code(QByteArray("\"do\":\"set\",\"store\":\"test/qmlvolume\",\"value\":101")),
             QStringLiteral("refused"));
    QCOMPARE(volume->property("value").value<QJSValue>().toInt(), 50);
}

QTEST_MAIN(tst_InspectorQml)
#include "tst_inspectorqml.moc"
