// SPDX-License-Identifier: MIT

// Values of JavaScript through a named store into a second engine and back: the same there, or undefined with a
// warning. And any text as a key of StoreKey and Bind.

#include "support/faces.h"
#include "support/property.h"

#include <nanostores/core.h>
#include <nanostores/qml.h>
#include <nanostores/qt.h>

#include <QQmlComponent>
#include <QQmlEngine>
#include <QTest>

#include <memory>

using namespace nanostores;
using support::random;
using support::warnings;

namespace {

const auto counts = map<QString, double>();

} // namespace

class Counts : public StoreObject
{
    Q_OBJECT
    NANOSTORES_STORE(store, counts)
};

namespace {

const char *const document = R"(
import QtQml
import NanoStores
QtObject {
    id: root
    property Atom one: Atom { name: "one" }
    property MapStore many: MapStore { name: "many" }
    property MapStore keyed: MapStore {}
    property Atom object: Atom { value: ({}) }
    property QtObject counts
    property StoreKey key: StoreKey { store: root.keyed }
    property StoreKey objectKey: StoreKey { store: root.object }
    property StoreKey nativeKey: StoreKey { store: root.counts }
    property QtObject control: QtObject {
        property real value
        Bind on value { id: bound; store: root.keyed }
    }
    property Bind bind: bound
}
)";

/// The value as text that says all of it; keys in any order.
const char *const canonical = R"((function canonical(v) {
    const text = s => Array.from({ length: s.length }, (_, i) => s.charCodeAt(i)).join('.')
    if (v === null || v === undefined || typeof v === 'boolean') return String(v)
    if (typeof v === 'number') return Object.is(v, -0) ? '-0' : 'n' + v
    if (typeof v === 'string') return 's' + text(v)
    if (v instanceof Date) return 'd' + v.getTime()
    if (Array.isArray(v)) return '[' + v.map(canonical).join() + ']'
    if (typeof v !== 'object' || Object.prototype.toString.call(v) !== '[object Object]') return 'other'
    return '{' + Object.keys(v).map(key => text(key) + ':' + canonical(Object.getOwnPropertyDescriptor(v, key).value)).sort().join()
        + Object.getOwnPropertySymbols(v).map(() => 'symbol').join() + '}'
}))";

struct Scene
{
    Scene()
    {
        QQmlComponent component(&engine);
        component.setData(document, QUrl(QStringLiteral("qrc:/scene.qml")));
        root.reset(component.create());
        if (!root) {
            qFatal("%s", qPrintable(component.errorString()));
        }
        root->setProperty("counts", QVariant::fromValue<QObject *>(&native));
        QQmlEngine::setObjectOwnership(root.get(), QQmlEngine::CppOwnership);
        QQmlEngine::setObjectOwnership(&native, QQmlEngine::CppOwnership);
        engine.globalObject().setProperty(QStringLiteral("root"), engine.newQObject(root.get()));
        engine.globalObject().setProperty(QStringLiteral("canonical"), engine.evaluate(QLatin1String(canonical)));
    }
    QString run(const QString &code) { return engine.evaluate(code).toString(); }
    void give(const char *name, const QJSValue &value)
    {
        engine.globalObject().setProperty(QLatin1String(name), value);
    }

    QQmlEngine engine;
    Counts native;
    std::unique_ptr<QObject> root;
};

QString literal(const QString &text)
{
    QString quoted = QStringLiteral("'");
    for (const QChar c : text) {
        quoted += QStringLiteral("\\u%1").arg(uint(c.unicode()), 4, 16, QLatin1Char('0'));
    }
    return quoted + QLatin1Char('\'');
}

/// What no other engine can have.
bool isOfItsEngine(const QString &code)
{
    return code.contains(QStringLiteral("/*own*/"));
}

/// An expression of JavaScript.
QString expression(int depth = 0)
{
    const int kind = *rc::gen::inRange(0, depth < 3 ? 14 : 11);
    switch (kind) {
    case 0:
    case 1:
    case 2: {
        const auto number = random<double>();
        return detail::textOf(number);
    }
    case 3:
    case 4:
    case 5:
        return literal(random<QString>());
    case 6:
        return support::oneOf<QString>({QStringLiteral("true"), QStringLiteral("false"), QStringLiteral("null")});
    case 7:
        return QStringLiteral("undefined");
    case 8:
        return QStringLiteral("new Date(%1)").arg(*rc::gen::inRange(-3, 3) * 86399999.0, 0, 'f', 0);
    case 9:
        return QStringLiteral("new Date(NaN)");
    case 10:
        return *rc::gen::inRange(0, 4) > 0
                   ? QStringLiteral("-0")
                   : support::oneOf<QString>({QStringLiteral("/*own*/Symbol('s')"), QStringLiteral("/*own*/(() => 1)"),
                                              QStringLiteral("/*own*/new Map([[1, 2]])"),
                                              QStringLiteral("/*own*/new Set([1])"), QStringLiteral("/*own*//x/g"),
                                              QStringLiteral("/*own*/new Error('x')"),
                                              QStringLiteral("/*own*/({ [Symbol('s')]: 1 })")});
    case 11:
    case 12: {
        QStringList entries;
        for (int left = *rc::gen::inRange(0, 4); left > 0; --left) {
            entries += QStringLiteral("[%1]: %2").arg(literal(random<QString>()), expression(depth + 1));
        }
        return QStringLiteral("({ %1 })").arg(entries.join(QStringLiteral(", ")));
    }
    default: {
        QStringList items;
        for (int left = *rc::gen::inRange(0, 4); left > 0; --left) {
            items += expression(depth + 1);
        }
        return QStringLiteral("[%1]").arg(items.join(QStringLiteral(", ")));
    }
    }
}

} // namespace

class tst_RandomNames : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qInstallMessageHandler(support::count); }
    void cleanupTestCase() { qInstallMessageHandler(nullptr); }
    void init()
    {
        forgetNamedStores();
        m_first = std::make_unique<Scene>();
        m_second = std::make_unique<Scene>();
    }

    void values_crossEngines_data();
    void values_crossEngines();
    void keys_areAnyText();

private:
    std::unique_ptr<Scene> m_first;
    std::unique_ptr<Scene> m_second;
};

void tst_RandomNames::values_crossEngines_data()
{
    QTest::addColumn<QString>("set");
    QTest::addColumn<QString>("get");
    QTest::newRow("atom") << QStringLiteral("root.one.value = value") << QStringLiteral("root.one.value");
    QTest::newRow("key") << QStringLiteral("root.many.setKey('\\u2028', value)")
                         << QStringLiteral("root.many.getKey('\\u2028')");
    QTest::newRow("map") << QStringLiteral("root.many.value = ({ __proto__: null, ['__proto__']: value })")
                         << QStringLiteral("Object.getOwnPropertyDescriptor(root.many.value, '__proto__').value");
}

void tst_RandomNames::values_crossEngines()
{
    QFETCH(const QString, set);
    QFETCH(const QString, get);
    support::holds([&] {
        const QString code = expression();
        RC_LOG() << code.toStdString() << "\n";
        m_first->run(QStringLiteral("value = %1; %2").arg(code, set));
        const QString own = m_first->run(QStringLiteral("canonical(value)"));
        RC_ASSERT(m_first->run(QStringLiteral("canonical(%1)").arg(get)) == own);
        warnings = 0;
        const QString there = m_second->run(QStringLiteral("canonical(%1)").arg(get));
        if (isOfItsEngine(code)) {
            RC_ASSERT(there == QStringLiteral("undefined"));
            RC_ASSERT(warnings > 0);
            return;
        }
        RC_ASSERT(there == own);
        RC_ASSERT(warnings == 0);
        // and back, as a value of the second engine
        m_second->run(
            QStringLiteral("value = %1; value = Array.isArray(value) ? value.slice() : value; %2").arg(get, set));
        RC_ASSERT(m_first->run(QStringLiteral("canonical(%1)").arg(get)) == own);
    });
}

void tst_RandomNames::keys_areAnyText()
{
    m_first->run(QStringLiteral("root.nativeKey.store = root.counts.store"));
    support::holds([&] {
        counts.set({});
        m_first->run(QStringLiteral("root.keyed.value = ({}); root.object.value = ({})"));
        QMap<QString, double> model;
        for (int left = *rc::gen::inRange(1, 12); left > 0; --left) {
            QString key = random<QString>();
            key = key.isNull() ? QStringLiteral("") : key;
            const double value = *rc::gen::inRange(1, 4);
            m_first->give("key", QJSValue(key));
            m_first->give("value", QJSValue(value));
            m_first->run(
                QStringLiteral("root.key.key = key; root.objectKey.key = key; root.nativeKey.key = key;"
                               "root.bind.key = key; root.objectKey.value = value; root.nativeKey.value = value"));
            if (*rc::gen::arbitrary<bool>()) {
                m_first->run(QStringLiteral("root.key.value = value"));
            } else {
                m_first->run(QStringLiteral("root.control.value = -1; root.control.value = value"));
            }
            model.insert(key, value);
            const QString all = m_first->run(QStringLiteral("canonical(root.keyed.value)"));
            RC_LOG() << all.toStdString() << "\n";
            RC_ASSERT(m_first->run(QStringLiteral("Object.keys(root.keyed.value).length")).toInt() == model.size());
            RC_ASSERT(all == m_first->run(QStringLiteral("canonical(root.object.value)")));
            RC_ASSERT(counts.get().size() == static_cast<std::size_t>(model.size()));
            for (auto entry = model.begin(); entry != model.end(); ++entry) {
                const double *held = counts.getKey(entry.key());
                RC_ASSERT((held && *held == entry.value()));
                m_first->give("other", QJSValue(entry.key()));
                RC_ASSERT(m_first->run(QStringLiteral("root.key.key = other; root.key.value")).toDouble()
                          == entry.value());
                RC_ASSERT(m_first->run(QStringLiteral("root.bind.key = other; root.control.value")).toDouble()
                          == entry.value());
            }
        }
    });
}

SUPPORT_PROPERTY_MAIN_OF(tst_RandomNames, "300", QCoreApplication app(argc, argv))
#include "tst_randomnames.moc"
