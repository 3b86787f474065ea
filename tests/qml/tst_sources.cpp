// SPDX-License-Identifier: MIT

// What JavaScript writes into C++ stores through StoreKey and adapters: it is what is read afterwards, or the store
// keeps what it had and a warning says why. Run in several time zones.

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QtCore/QDate>
#include <QtCore/QLocale>
#include <QtQml/QJSValue>
#include <QtQml/QQmlComponent>
#include <QtQml/QQmlContext>
#include <QtQml/QQmlEngine>
#include <QtTest/QTest>

#include <algorithm>
#include <initializer_list>
#include <memory>

using namespace nanostores;

namespace {

const auto tiny = atom(quint8(5)).named("tiny");
const auto whole = atom(5).named("whole");
const auto large = atom(qint64(5)).named("large");
const auto single = atom(0.5F).named("single");
const auto real = atom(0.5).named("real");
const auto truth = atom(true).named("truth");
const auto text = atom(QStringLiteral("text")).named("text");
const auto bytes = atom(std::string("bytes")).named("bytes");
const auto day = atom(QDate(2026, 3, 10)).named("day");
const auto hour = atom(QTime(12, 30)).named("hour");
const auto moment = atom(QDateTime::fromMSecsSinceEpoch(1000)).named("moment");
const auto maybe = atom(std::optional<int>(5)).named("maybe");
const auto maybeReal = atom(std::optional<double>()).named("maybeReal");
const auto ints = atom(QList<int>{1}).named("ints");
const auto lists = atom(std::vector<std::vector<std::string>>{{"a"}}).named("lists");
const auto counts = map<QString, int>();
const auto days = map<int, QDate>();

void reset()
{
    tiny.set(5);
    whole.set(5);
    large.set(5);
    single.set(0.5F);
    real.set(0.5);
    truth.set(true);
    text.set(QStringLiteral("text"));
    bytes.set("bytes");
    day.set(QDate(2026, 3, 10));
    hour.set(QTime(12, 30));
    moment.set(QDateTime::fromMSecsSinceEpoch(1000));
    maybe.set(5);
    ints.set({1});
    lists.set({{"a"}});
    counts.set({{QString(), 3}, {QStringLiteral("a"), 1}});
    days.set({{7, QDate(2026, 3, 10)}});
}

int warnings = 0;
void count(QtMsgType type, const QMessageLogContext &, const QString &)
{
    warnings += type == QtWarningMsg ? 1 : 0;
}

} // namespace

class Stores : public StoreObject
{
    Q_OBJECT
    NANOSTORES_PROPERTY(int, whole, ::whole)
    NANOSTORES_PROPERTY(qint64, large, ::large)
    NANOSTORES_PROPERTY(float, single, ::single)
    NANOSTORES_PROPERTY(double, near, ::single)
    NANOSTORES_PROPERTY(double, real, ::real)
    NANOSTORES_PROPERTY(bool, truth, ::truth)
    NANOSTORES_PROPERTY(QString, text, ::text)
    NANOSTORES_PROPERTY(QDate, day, ::day)
    NANOSTORES_PROPERTY(QTime, hour, ::hour)
    NANOSTORES_PROPERTY(QDateTime, moment, ::moment)
    NANOSTORES_PROPERTY(QList<int>, ints, ::ints)
    NANOSTORES_PROPERTY(QVariant, anyTiny, ::tiny)
    NANOSTORES_PROPERTY(QVariant, anyWhole, ::whole)
    NANOSTORES_PROPERTY(QVariant, anyMaybe, ::maybe)
    NANOSTORES_PROPERTY(QVariant, anyLists, ::lists)
    NANOSTORES_PROPERTY(QVariant, anyDay, ::day)
    NANOSTORES_STORE(sTiny, ::tiny)
    NANOSTORES_STORE(sWhole, ::whole)
    NANOSTORES_STORE(sLarge, ::large)
    NANOSTORES_STORE(sSingle, ::single)
    NANOSTORES_STORE(sText, ::text)
    NANOSTORES_STORE(sBytes, ::bytes)
    NANOSTORES_STORE(sDay, ::day)
    NANOSTORES_STORE(sMaybe, ::maybe)
    NANOSTORES_STORE(sMaybeReal, ::maybeReal)
    NANOSTORES_STORE(sInts, ::ints)
    NANOSTORES_STORE(sLists, ::lists)
    NANOSTORES_STORE(sCounts, ::counts)
    NANOSTORES_STORE(sDays, ::days)
};

class tst_Sources : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { qInstallMessageHandler(nullptr); }
    void init() { reset(); }

    void write_isKeptOrRefused_data();
    void write_isKeptOrRefused();
    void writeOfWhatIsRead_changesNothing_data() { write_isKeptOrRefused_data(); }
    void writeOfWhatIsRead_changesNothing();
    void key_mayBeEmpty();
    void largeIntegers_areNeverRounded();
    void notANumber_signalsOnce();
    void timeOfAnyProperty_isTaken();
    void decimalComma_isTakenForAnAbsentNumber();
    void bind_refusesWhatDoesNotFit();

private:
    QJSValue run(const QString &code);
    std::unique_ptr<QObject> makeBound(const char *members);

    Stores m_stores;
    std::unique_ptr<QQmlEngine> m_engine;
};

QJSValue tst_Sources::run(const QString &code)
{
    return m_engine->evaluate(code);
}

void tst_Sources::initTestCase()
{
    m_engine = std::make_unique<QQmlEngine>();
    QQmlEngine::setObjectOwnership(&m_stores, QQmlEngine::CppOwnership);
    m_engine->globalObject().setProperty(QStringLiteral("S"), m_engine->newQObject(&m_stores));
    QQmlComponent component(m_engine.get());
    component.setData("import NanoStores\nStoreKey {}", QUrl());
    QVERIFY2(component.isReady(), qPrintable(component.errorString()));
    auto *key = component.create();
    key->setParent(m_engine.get());
    m_engine->globalObject().setProperty(QStringLiteral("K"), m_engine->newQObject(key));
    const QJSValue same = run(QStringLiteral(R"(
        globalThis = this;
        const isList = value => Array.isArray(value)
            || (value !== null && typeof value === 'object' && typeof value.length === 'number'); // Qt's sequences
        // A day is its midnight here, or what comes after it where clocks are put forward then, or that in Greenwich.
        const dayOf = date => date.getUTCHours() + date.getUTCMinutes() + date.getUTCSeconds() === 0
            ? [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()].join()
            : date.getHours() < 2 && date.getMinutes() + date.getSeconds() === 0
            ? [date.getFullYear(), date.getMonth(), date.getDate()].join() : '';
        // `kind` is what the store takes numbers for: 'whole', which has one zero, 'single', or ''.
        globalThis.same = function(asked, now, kind) {
            if (asked instanceof Date && now instanceof Date)
                return asked.getTime() === now.getTime() || (isNaN(asked.getTime()) && isNaN(now.getTime()))
                    || (dayOf(asked) !== '' && dayOf(asked) === dayOf(now));
            if (asked instanceof Date) // as text, local
                return !isNaN(asked.getTime()) && new Date(now).getTime() === asked.getTime();
            if (Array.isArray(asked))
                return isList(now) && asked.length === now.length && asked.every((each, i) => same(each, now[i], kind));
            if (isList(now)) return isList(asked) && same(Array.from(asked), now, kind);
            if (asked !== null && typeof asked === 'object')
                return now !== null && typeof now === 'object'
                    && Object.keys(asked).sort().join() === Object.keys(now).sort().join()
                    && Object.keys(asked).every(key => same(asked[key], now[key], kind));
            if (typeof now === 'number') {
                if (asked === null || (typeof asked === 'string' && asked.trim() === '')) return false;
                const number = Number(asked);
                return Object.is(number, now) || (kind === 'whole' && number === now)
                    || (kind === 'single' && Object.is(Math.fround(number), Math.fround(now)));
            }
            if (typeof now === 'boolean') return String(asked) === String(now) || asked === Number(now);
            if (asked === null || asked === undefined) return now === null || now === undefined;
            return String(asked) === now || (Object.is(asked, -0) && now === '-0');
        };
        true)"));
    QVERIFY2(!same.isError(), qPrintable(same.toString()));
    qInstallMessageHandler(count);
}

void tst_Sources::write_isKeptOrRefused_data()
{
    QTest::addColumn<QString>("aim");
    QTest::addColumn<QString>("place");
    const auto row = [](const char *name, const QString &aim, const QString &place) {
        QTest::newRow(name) << aim << place;
    };
    for (const char *name : {"whole", "large", "single", "near", "real", "truth", "text", "day", "hour", "moment",
                             "ints", "anyTiny", "anyWhole", "anyMaybe", "anyLists", "anyDay"}) {
        row(name, QStringLiteral("K.store = S; K.key = '%1';").arg(QLatin1String(name)), QStringLiteral("K.value"));
    }
    for (const char *name :
         {"sTiny", "sWhole", "sLarge", "sSingle", "sText", "sBytes", "sDay", "sMaybe", "sInts", "sLists"}) {
        const QString store = QStringLiteral("S.%1").arg(QLatin1String(name));
        row(name, QStringLiteral("K.key = undefined; K.store = %1;").arg(store), QStringLiteral("K.value"));
        QTest::newRow(qPrintable(store + QStringLiteral(".value"))) << QString() << store + QStringLiteral(".value");
    }
    row("a key", QStringLiteral("K.store = S.sCounts; K.key = 'a';"), QStringLiteral("K.value"));
    row("a key of days", QStringLiteral("K.store = S.sDays; K.key = '7';"), QStringLiteral("K.value"));
    row("a map", QStringLiteral("K.key = undefined; K.store = S.sCounts;"), QStringLiteral("K.value"));
    row("a map of days", QString(), QStringLiteral("S.sDays.value"));
}

void tst_Sources::write_isKeptOrRefused()
{
    QFETCH(QString, aim);
    QFETCH(QString, place);
    const auto isOne = [named = aim + place](std::initializer_list<const char *> stores) {
        return std::any_of(stores.begin(), stores.end(), [&](const char *store) {
            return named.contains(QLatin1String(store), Qt::CaseInsensitive);
        });
    };
    const char *kind = isOne({"single", "near"})                              ? "single"
                       : isOne({"tiny", "whole", "large", "maybe", "counts"}) ? "whole"
                                                                              : "";
    QStringList lost;
    for (const char *value : {"5",
                              "0",
                              "-0",
                              "-1",
                              "2.5",
                              "256",
                              "4294967297",
                              "-2147483649",
                              "9007199254740992",
                              "1e300",
                              "1e-300",
                              "0.1",
                              "NaN",
                              "Infinity",
                              "true",
                              "false",
                              "null",
                              "undefined",
                              "''",
                              "'abc'",
                              "'7'",
                              "' 7 '",
                              "'4294967299'",
                              "'nan'",
                              "'inf'",
                              "'\\ud800'",
                              "'\\u2028'",
                              "new Date(2026, 4, 1)",
                              "new Date('2026-05-01')",
                              "new Date(2026, 4, 1, 9, 30)",
                              "new Date(1970, 0, 1, 9, 30)",
                              "new Date(NaN)",
                              "[]",
                              "[7, 8]",
                              "[7.5]",
                              "['a']",
                              "[[1], []]",
                              "[['x', '']]",
                              "[4294967297]",
                              "({})",
                              "({ a: 1, '': 2 })",
                              "({ 1: new Date(2026, 4, 1) })",
                              "({ a: 2.5 })",
                              "({ __proto__: null, constructor: 1 })",
                              "() => 1",
                              "new Map([[1, 2]])",
                              "[new Date(2026, 4, 1)]"}) {
        reset();
        run(aim);
        warnings = 0;
        const QJSValue verdict =
            run(QStringLiteral("(function() { const before = %1, asked = %2; let threw = false;"
                               " try { %1 = asked; } catch (e) { threw = true; } const now = %1;"
                               " return !threw && same(asked, now, '%3') ? 'taken' : !same(before, now, '%3')"
                               " ? 'changed: ' + String(now) : threw ? 'threw' : 'kept'; })()")
                    .arg(place, QLatin1String(value), QLatin1String(kind)));
        const QString text = verdict.toString();
        const bool isRefused = text == QLatin1String("threw") || (text == QLatin1String("kept") && warnings > 0);
        if (text != QLatin1String("taken") && !isRefused) {
            lost += QStringLiteral("%1 = %2: %3, %4 warnings").arg(place, QLatin1String(value), text).arg(warnings);
        }
    }
    QVERIFY2(lost.isEmpty(), qPrintable(lost.join(u'\n')));
}

void tst_Sources::writeOfWhatIsRead_changesNothing()
{
    QFETCH(QString, aim);
    QFETCH(QString, place);
    run(aim);
    single.set(0.1F);
    real.set(std::numeric_limits<double>::quiet_NaN());
    const QString both = QStringLiteral("%1 = %1; %1 = %1;").arg(place);
    warnings = 0;
    run(both);
    QCOMPARE(warnings, 0);
    QCOMPARE(single.get(), 0.1F);
    QVERIFY(std::isnan(real.get()));
    QCOMPARE(day.get(), QDate(2026, 3, 10));
    QCOMPARE(hour.get(), QTime(12, 30));
    QCOMPARE(moment.get().toMSecsSinceEpoch(), 1000);
    QCOMPARE(ints.get(), QList<int>{1});
    QCOMPARE(lists.get(), (std::vector<std::vector<std::string>>{{"a"}}));
    QCOMPARE(*days.getKey(7), QDate(2026, 3, 10));
    QCOMPARE(*counts.getKey(QString()), 3);
    QCOMPARE(maybe.get(), std::optional(5));
}

void tst_Sources::key_mayBeEmpty()
{
    run(QStringLiteral("K.store = S.sCounts; K.key = '';"));
    QCOMPARE(run(QStringLiteral("K.value")).toInt(), 3);
    run(QStringLiteral("K.value = 8"));
    QCOMPARE(*counts.getKey(QString()), 8);
    QCOMPARE(*counts.getKey(QStringLiteral("a")), 1);
    run(QStringLiteral("K.key = undefined"));
    QVERIFY(run(QStringLiteral("K.value.a === 1 && K.value[''] === 8")).toBool());
}

void tst_Sources::largeIntegers_areNeverRounded()
{
    const qint64 odd = 9007199254740993;
    large.set(odd);
    run(QStringLiteral(
        "S.large = S.large; S.sLarge.value = S.sLarge.value; K.store = S; K.key = 'large'; K.value = K.value;"));
    QCOMPARE(large.get(), odd);
    run(QStringLiteral("S.sLarge.value = '9007199254740995'"));
    QCOMPARE(large.get(), qint64(9007199254740995));
}

void tst_Sources::notANumber_signalsOnce()
{
    run(QStringLiteral(
        "K.store = S; K.key = 'real'; changes = 0; K.valueChanged.connect(() => { ++changes }); K.value = NaN;"));
    QCOMPARE(run(QStringLiteral("changes")).toInt(), 1);
    run(QStringLiteral("K.value = NaN"));
    QCOMPARE(run(QStringLiteral("changes")).toInt(), 1);
}

void tst_Sources::timeOfAnyProperty_isTaken()
{
    run(QStringLiteral("K.store = S; K.key = 'hour';"));
    QVERIFY(run(QStringLiteral("K.value.getTime() === new Date(1970, 0, 1, 12, 30).getTime()")).toBool());
    hour.set(QTime(23, 45));
    run(QStringLiteral("kept = S.hour;")); // on a day of Qt's own
    hour.set(QTime(1, 2));
    warnings = 0;
    run(QStringLiteral("K.value = kept;"));
    QCOMPARE(hour.get(), QTime(23, 45));
    QCOMPARE(warnings, 0);
    run(QStringLiteral("K.value = new Date(2026, 4, 1, 9, 30);"));
    QCOMPARE(hour.get(), QTime(23, 45));
    QCOMPARE(warnings, 1);
}

std::unique_ptr<QObject> tst_Sources::makeBound(const char *members)
{
    m_engine->rootContext()->setContextProperty(QStringLiteral("stores"), &m_stores);
    QQmlComponent component(m_engine.get());
    component.setData(QByteArray("import QtQml\nimport NanoStores\nQtObject {") + members + '}', QUrl());
    return std::unique_ptr<QObject>(component.create());
}

void tst_Sources::decimalComma_isTakenForAnAbsentNumber()
{
    const QLocale before;
    QLocale::setDefault(QLocale(QLocale::German));
    const auto object = makeBound("property string typed; Bind on typed { store: stores.sMaybeReal }");
    QVERIFY(object);
    for (const double expected : {2.5, 3.5}) { // absent, then present
        object->setProperty("typed", QLocale().toString(expected));
        QCOMPARE(maybeReal.get(), std::optional<double>(expected));
    }
    QLocale::setDefault(before);
}

void tst_Sources::bind_refusesWhatDoesNotFit()
{
    const auto object = makeBound("property string typed; Bind on typed { store: stores.sWhole }\n"
                                  "property real near; Bind on near { id: nearBind; store: stores.sSingle }\n"
                                  "property int count; Bind on count { id: countBind; store: stores.sTiny }\n"
                                  "property bool isNearRejected: nearBind.rejected\n"
                                  "property bool isCountRejected: countBind.rejected");
    QVERIFY(object);
    object->setProperty("typed", QStringLiteral("4294967299"));
    QCOMPARE(whole.get(), 5);
    object->setProperty("near", 0.1);
    QCOMPARE(single.get(), 0.1F);
    QVERIFY(!object->property("isNearRejected").toBool());
    object->setProperty("count", 300);
    QCOMPARE(tiny.get(), quint8(5));
    QVERIFY(object->property("isCountRejected").toBool());
}

QTEST_GUILESS_MAIN(tst_Sources)
#include "tst_sources.moc"
