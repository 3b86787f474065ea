// SPDX-License-Identifier: MIT

// Random parts of a document by path, set through StoreKeys of an Atom, a MapStore and a C++ deep map. The model is
// setPath() over a QVariantMap. A StoreKey signals a change of its own part, once, and the part before.

#include "support/property.h"

#include <nanostores/core.h>
#include <nanostores/qml.h>
#include <nanostores/qt.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QTest>

#include <memory>
#include <vector>

using namespace nanostores;

namespace {

const auto native = deepMap(QVariantMap());

const char *const document = R"(
import QtQml
import NanoStores
QtObject {
    id: root
    property QtObject counts
    property Atom atom: Atom { value: ({}) }
    property MapStore map: MapStore {}
    property StoreKey ofAtom: StoreKey { store: root.atom }
    property StoreKey ofMap: StoreKey { store: root.map }
    property StoreKey ofNative: StoreKey {}
    property var calls: []
    property StoreKey watchedAtom: StoreKey { store: root.atom; onChanged: (value, old) => root.calls.push(["atom", value, old]) }
    property StoreKey watchedMap: StoreKey { store: root.map; onChanged: (value, old) => root.calls.push(["map", value, old]) }
}
)";

QString path()
{
    QString text = QStringLiteral("abc").mid(*rc::gen::inRange(0, 3), 1);
    for (int depth = *rc::gen::inRange(0, 4); depth > 0; --depth) {
        switch (*rc::gen::inRange(0, 4)) {
        case 0:
            text += QStringLiteral("[%1]").arg(*rc::gen::inRange(0, 4));
            break;
        case 1:
            text += QLatin1String(".x");
            break;
        default:
            text += QStringLiteral(".%1").arg(QStringLiteral("abc").at(*rc::gen::inRange(0, 3)));
        }
    }
    return text;
}

QString literal()
{
    return *rc::gen::element<QString>(QStringLiteral("1"), QStringLiteral("2"), QStringLiteral("'t'"),
                                      QStringLiteral("true"), QStringLiteral("({ a: 1, b: [1, 2] })"),
                                      QStringLiteral("[{ a: 1 }, 2]"), QStringLiteral("({})"), QStringLiteral("[]"),
                                      QStringLiteral("undefined"));
}

struct Scene
{
    Scene()
        : adapter(native)
    {
        QQmlComponent component(&engine);
        component.setData(document, QUrl(QStringLiteral("qrc:/scene.qml")));
        root.reset(component.create());
        if (!root) {
            qFatal("%s", qPrintable(component.errorString()));
        }
        QQmlEngine::setObjectOwnership(root.get(), QQmlEngine::CppOwnership);
        QQmlEngine::setObjectOwnership(&adapter, QQmlEngine::CppOwnership);
        engine.globalObject().setProperty(QStringLiteral("root"), engine.newQObject(root.get()));
        engine.globalObject().setProperty(QStringLiteral("native"), engine.newQObject(&adapter));
        run(QStringLiteral("root.ofNative.store = native"));
    }
    QJSValue run(const QString &code)
    {
        const QJSValue result = engine.evaluate(code);
        RC_ASSERT(!result.isError());
        return result;
    }
    /// As JSON, with keys in order.
    QJsonValue json(const QString &code)
    {
        const QString text = run(QStringLiteral("JSON.stringify([%1])").arg(code)).toString();
        return QJsonDocument::fromJson(text.toUtf8()).array().at(0);
    }

    QQmlEngine engine;
    StoreAdapter adapter;
    std::unique_ptr<QObject> root;
};

} // namespace

class tst_RandomPaths : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("nanostores.qt.deepmap=false\nqml=false")); }
    void paths_areThoseOfDeepMap();
};

void tst_RandomPaths::paths_areThoseOfDeepMap()
{
    Scene scene;
    support::holds([&] {
        native.set({});
        scene.run(QStringLiteral("root.watchedAtom.path = root.watchedMap.path = '';"
                                 "root.atom.value = ({}); root.map.value = ({})"));
        const QString watched = path();
        scene.run(QStringLiteral("root.watchedAtom.path = root.watchedMap.path = '%1'; root.calls = []").arg(watched));
        QVariant model = QVariantMap();
        for (int left = *rc::gen::inRange(1, 12); left > 0; --left) {
            const QString at = path();
            const QString value = literal();
            RC_LOG() << at.toStdString() << " = " << value.toStdString() << "\n";
            const QVariant before = model;
            const QJSValue given = scene.run(value);
            model = setPath(model, at, given.isUndefined() ? QVariant() : given.toVariant());
            for (const QString &key : {QStringLiteral("ofAtom"), QStringLiteral("ofMap"), QStringLiteral("ofNative")}) {
                scene.run(QStringLiteral("root.%1.path = '%2'; root.%1.value = %3").arg(key, at, value));
            }
            const QJsonValue expected = QJsonValue::fromVariant(model);
            RC_ASSERT(QJsonValue::fromVariant(native.get()) == expected);
            RC_ASSERT(scene.json(QStringLiteral("root.atom.value")) == expected);
            RC_ASSERT(scene.json(QStringLiteral("root.map.value")) == expected);
            const QVariant part = getPath(model, watched);
            const QVariant former = getPath(before, watched);
            for (const QString &key : {QStringLiteral("watchedAtom"), QStringLiteral("watchedMap")}) {
                RC_ASSERT(scene.json(QStringLiteral("root.%1.value").arg(key)) == QJsonValue::fromVariant(part));
            }
            const QJsonArray calls = scene.json(QStringLiteral("root.calls.splice(0)")).toArray();
            const bool isOther = QJsonValue::fromVariant(part) != QJsonValue::fromVariant(former);
            RC_ASSERT((isOther ? calls.size() == 2 : calls.size() <= 2)); // an object may be replaced by an equal one
            for (const QJsonValue call : calls) {
                RC_ASSERT(call[1] == QJsonValue::fromVariant(part));
                RC_ASSERT(call[2] == QJsonValue::fromVariant(former));
            }
        }
    });
}

SUPPORT_PROPERTY_MAIN_OF(tst_RandomPaths, "400", QCoreApplication app(argc, argv))
#include "tst_randompaths.moc"
