// SPDX-License-Identifier: MIT
#include <nanostores/core/effect.h>
#include <nanostores/kit/signalsmap.h>

#include "support/callrecorder.h"
#include "support/lifetime.h"

#include <QtTest/QTest>

#include <optional>
#include <string>
#include <vector>

using namespace nanostores;
using namespace nanostores::kit;
using support::Trace;

namespace {

using Numbers = SignalsMap<std::string, int>;

Subscription watch(const Numbers &map, const std::string &key, const Trace &trace)
{
    return effect([map, key, trace] {
        const auto value = getMapKey(map, key);
        trace.add(QByteArray::fromStdString(key) + (value ? QByteArray::number(*value) : QByteArray("-")));
    });
}

} // namespace

class tst_SignalsMap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void getMapKey_readsTheValue();
    void getMapKey_tracksItsKeyOnly();
    void getMapKey_ofAMissingKeyWakesWhenItComes();
    void getMapKey_outsideTrackingLeavesNoTrace();
    void setMapKey_takesAnUpdater();
    void setMapKey_equalValueIsSilent();
    void setMapKey_emptyDeletes();
    void deleteMapKey_tellsAndAllowsTheKeyAgain();
    void clearMap_tellsEachReaderOnce();
    void clearMap_isOneBatch();
    void get_isTheKeysSignal();
    void handles_shareTheMap();
    void readers_outliveTheMap();
    void values_areForgotten();
};

void tst_SignalsMap::getMapKey_readsTheValue()
{
    const Numbers map;
    QCOMPARE(getMapKey(map, "a"), std::nullopt);
    setMapKey(map, "a", 42);
    QCOMPARE(getMapKey(map, "a"), std::optional<int>(42));
    setMapKey(map, "a", 100);
    QCOMPARE(getMapKey(map, "a"), std::optional<int>(100));
    QCOMPARE(map.size(), 1u);
}

void tst_SignalsMap::getMapKey_tracksItsKeyOnly()
{
    const Numbers map;
    setMapKey(map, "a", 1);
    setMapKey(map, "b", 1);
    Trace trace;
    const auto a = watch(map, "a", trace);
    const auto b = watch(map, "b", trace);
    trace.take();
    setMapKey(map, "b", 2);
    setMapKey(map, "c", 3);
    QCOMPARE(trace.take(), "b2");
}

void tst_SignalsMap::getMapKey_ofAMissingKeyWakesWhenItComes()
{
    const Numbers map;
    Trace trace;
    const auto a = watch(map, "a", trace);
    setMapKey(map, "b", 1);
    QCOMPARE(trace.take(), "a-");
    QVERIFY(!map.has("a"));
    setMapKey(map, "a", 1);
    setMapKey(map, "a", 2);
    QCOMPARE(trace.take(), "a1 a2");
}

void tst_SignalsMap::getMapKey_outsideTrackingLeavesNoTrace()
{
    const Numbers map;
    QCOMPARE(getMapKey(map, "a"), std::nullopt);
    QVERIFY(!map.has("a"));
    QVERIFY(!map.get("a"));
    QCOMPARE(map.size(), 0u);
}

void tst_SignalsMap::setMapKey_takesAnUpdater()
{
    const Numbers map;
    const auto more = [](std::optional<int> value) { return value.value_or(0) + 10; };
    setMapKey(map, "a", more);
    setMapKey(map, "a", more);
    QCOMPARE(getMapKey(map, "a"), std::optional<int>(20));
}

void tst_SignalsMap::setMapKey_equalValueIsSilent()
{
    const Numbers map;
    Trace trace;
    const auto a = watch(map, "a", trace);
    setMapKey(map, "a", 1);
    setMapKey(map, "a", 1);
    QCOMPARE(trace.take(), "a- a1");
}

void tst_SignalsMap::setMapKey_emptyDeletes()
{
    const Numbers map;
    setMapKey(map, "a", 1);
    setMapKey(map, "a", std::nullopt);
    QVERIFY(!map.has("a"));
    setMapKey(map, "b", std::nullopt);
    QVERIFY(!map.has("b"));
    QCOMPARE(map.size(), 0u);
}

void tst_SignalsMap::deleteMapKey_tellsAndAllowsTheKeyAgain()
{
    const Numbers map;
    setMapKey(map, "a", 1);
    Trace trace;
    const auto a = watch(map, "a", trace);
    deleteMapKey(map, "a");
    deleteMapKey(map, "a");
    QVERIFY(!map.has("a"));
    setMapKey(map, "a", 2);
    QCOMPARE(trace.take(), "a1 a- a2");
    QCOMPARE(map.size(), 1u);
}

void tst_SignalsMap::clearMap_tellsEachReaderOnce()
{
    const Numbers map;
    setMapKey(map, "a", 1);
    setMapKey(map, "b", 2);
    Trace trace;
    const auto a = watch(map, "a", trace);
    const auto b = watch(map, "b", trace);
    const auto c = watch(map, "c", trace);
    trace.take();
    clearMap(map);
    QCOMPARE(trace.take(), "a- b-");
    QCOMPARE(map.size(), 0u);
    setMapKey(map, "a", 3);
    setMapKey(map, "c", 4);
    QCOMPARE(trace.take(), "a3 c4");
}

void tst_SignalsMap::clearMap_isOneBatch()
{
    const Numbers map;
    setMapKey(map, "a", 1);
    setMapKey(map, "b", 2);
    Trace trace;
    const auto both =
        effect([&] { trace.add("", getMapKey(map, "a").value_or(0) * 10 + getMapKey(map, "b").value_or(0)); });
    clearMap(map);
    QCOMPARE(trace.take(), "12 0");
}

void tst_SignalsMap::get_isTheKeysSignal()
{
    const Numbers map;
    setMapKey(map, "a", 1);
    const auto a = *map.get("a");
    Trace trace;
    const auto reader = watch(map, "a", trace);
    a(5);
    QCOMPARE(trace.take(), "a1 a5");
    QCOMPARE(a(), std::optional<int>(5));
}

void tst_SignalsMap::handles_shareTheMap()
{
    const Numbers map;
    const Numbers same = map;
    setMapKey(same, "a", 1);
    QCOMPARE(getMapKey(map, "a"), std::optional<int>(1));
}

void tst_SignalsMap::readers_outliveTheMap()
{
    Trace trace;
    Subscription reader;
    {
        const Numbers map;
        setMapKey(map, "a", 1);
        reader = effect([trace, signal = *map.get("a")] { trace.add("", signal().value_or(0)); });
    }
    QCOMPARE(trace.take(), "1");
    reader.reset();
}

void tst_SignalsMap::values_areForgotten()
{
    const int before = support::Counted::alive();
    const SignalsMap<int, support::Counted> map;
    const auto count = [&] { return support::Counted::alive() - before; };
    setMapKey(map, 1, support::Counted(1));
    QCOMPARE(count(), 1);
    {
        const auto reader = effect([&] { static_cast<void>(getMapKey(map, 1)); });
        deleteMapKey(map, 1);
        QCOMPARE(count(), 0);
    }
    setMapKey(map, 1, support::Counted(2));
    setMapKey(map, 2, support::Counted(3));
    clearMap(map);
    QCOMPARE(count(), 0);
}

QTEST_APPLESS_MAIN(tst_SignalsMap)
#include "tst_signalsmap.moc"
