// SPDX-License-Identifier: MIT

// Errors of observers in C++ do not go through QML, whose code cannot be unwound: they go to the error handler.

#include <nanostores/core.h>
#include <nanostores/qml.h>
#include <nanostores/qt.h>

#include "scene.h"

#include <support/handlers.h>
#include <support/manualtime.h>

#include <QtTest/QTest>

using namespace nanostores;
using support::ErrorLog;

class tst_QmlErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void property_thatAComputedFollows();
    void property_thatAnEffectFollows();
    void function_ofAComputed();

private:
    static int toInt(const JsValue &value) { return value.toVariant().toInt(); }

    support::ManualTime m_time;
};

namespace {

template<typename T>
T *in(const Scene &scene, const char *name)
{
    return qobject_cast<T *>(scene.root->property(name).value<QObject *>());
}

} // namespace

void tst_QmlErrors::property_thatAComputedFollows()
{
    Scene scene("QtObject { id: root; property int width: 1\n"
                "property QtObject area: Computed { compute: () => root.width * 2 }\n"
                "property int seen: area.value }");
    const auto area = in<DeclarativeComputed>(scene, "area")->store();
    const auto listener = area.listen([](const JsValue &value) { support::orThrow(toInt(value), 10); });
    QCOMPARE(scene.root->property("seen").toInt(), 2);
    ErrorLog errors;
    QVERIFY(scene.root->setProperty("width", 5));
    QCOMPARE(errors.take(), QList<QString>{QStringLiteral("bad value")});
    QCOMPARE(scene.root->property("seen").toInt(), 10);
    QVERIFY(scene.root->setProperty("width", 6));
    QCOMPARE(scene.root->property("seen").toInt(), 12);
}

void tst_QmlErrors::property_thatAnEffectFollows()
{
    Scene scene("QtObject { id: root; property int width: 1\n"
                "property QtObject known: Atom { value: 0 }\n"
                "property QtObject effect: StoreEffect { run: () => { known.value = root.width } } }");
    const auto known = in<DeclarativeAtom>(scene, "known")->store();
    const auto listener = known.listen([](const JsValue &value) { support::orThrow(toInt(value), 5); });
    QCOMPARE(toInt(known.get()), 1);
    ErrorLog errors;
    QVERIFY(scene.root->setProperty("width", 5));
    QCOMPARE(errors.take(), QList<QString>{QStringLiteral("bad value")});
    QCOMPARE(toInt(known.get()), 5);
    QVERIFY(scene.root->setProperty("width", 6));
    QCOMPARE(toInt(known.get()), 6);
}

void tst_QmlErrors::function_ofAComputed()
{
    Scene scene("QtObject { id: root\n"
                "property QtObject area: Computed { compute: () => 1 }\n"
                "function change(n) { area.compute = () => n; return true } }");
    const auto area = in<DeclarativeComputed>(scene, "area")->store();
    const auto listener = area.listen([](const JsValue &value) { support::orThrow(toInt(value), 10); });
    ErrorLog errors;
    for (const int n : {10, 11}) {
        QVariant isDone;
        QVERIFY(
            QMetaObject::invokeMethod(scene.root.get(), "change", Q_RETURN_ARG(QVariant, isDone), Q_ARG(QVariant, n)));
        QVERIFY(isDone.toBool());
        QCOMPARE(toInt(area.get()), n);
        QCOMPARE(errors.take().size(), n == 10 ? 1 : 0);
    }
}

QTEST_GUILESS_MAIN(tst_QmlErrors)
#include "tst_qmlerrors.moc"
