// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "ages.h"

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <stdexcept>
#include <string>

using namespace nanostores;
using namespace ages;
using support::Trace;

class tst_MapHooks : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void onSet_hearsTheKeyAndItsValue();
    void onSet_mayReplaceTheKeysValue();
    void onSet_mayReplaceTheWholeMap();
    void onSet_replaceOfAMapWhoseKeyIsSet();
    void onSet_mayAbort();
    void onNotify_hearsOfEachSet();
    void onNotify_hearsTheKeyAndTheOldMap();
    void onNotify_inABatchHearsOfEachSet();
    void mounting_byListenerAndGet();
};

// Rule 37.
void tst_MapHooks::onSet_hearsTheKeyAndItsValue()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    onSet(ages, [&](SetEvent<Ages> &event) {
        const int *value = event.newKeyValue();
        trace.add(text(event.changed()) + ":" + (value ? QByteArray::number(*value) : "none") + ":"
                  + text(event.newValue()));
    });
    ages.setKey("a", 1);
    ages.setKey("b", 2);
    ages.removeKey("a");
    ages.set(Dict{{"z", 9}});
    QCOMPARE(trace.take(), "a:1:a1 b:2:a1b2 a:none:b2 null:none:z9");
}

void tst_MapHooks::onSet_mayReplaceTheKeysValue()
{
    const auto ages = map<std::string, int>();
    Trace trace;
    onSet(ages, [&](SetEvent<Ages> &event) { trace.add("seen" + text(event.newValue())); });
    onSet(ages, [&](SetEvent<Ages> &event) {
        trace.add("first" + text(event.newValue()));
        if (event.newKeyValue() && *event.newKeyValue() > 9) {
            event.replaceKey(9);
        }
    });
    ages.setKey("a", 20);
    QCOMPARE(trace.take(), "firsta20 seena9");
    QCOMPARE(text(ages.get()), "a9");
}

void tst_MapHooks::onSet_mayReplaceTheWholeMap()
{
    const auto ages = map<std::string, int>();
    onSet(ages, [&](SetEvent<Ages> &event) {
        if (!event.changed()) {
            Dict checked = event.newValue();
            checked.insert("checked", 1);
            event.replace(checked);
        }
    });
    ages.set(Dict{{"a", 1}});
    QCOMPARE(text(ages.get()), "a1checked1");
    ages.setKey("b", 2);
    QCOMPARE(text(ages.get()), "a1checked1b2");
}

void tst_MapHooks::onSet_replaceOfAMapWhoseKeyIsSet()
{
    const auto ages = map(Dict{{"a", 1}});
    onSet(ages, [](SetEvent<Ages> &event) { event.replace({}); });
    QVERIFY_EXCEPTION_THROWN(ages.setKey("a", 2), std::logic_error);
    QVERIFY_EXCEPTION_THROWN(ages.removeKey("a"), std::logic_error);
    QCOMPARE(text(ages.get()), "a1");
}

void tst_MapHooks::onSet_mayAbort()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    onSet(ages, [&](SetEvent<Ages> &event) {
        if (event.changed() ? !event.newKeyValue() || *event.newKeyValue() < 0 : event.newValue().empty()) {
            event.abort();
        }
    });
    const auto subscription = ages.listen(trace.adds("L"));
    ages.setKey("a", -1);
    ages.removeKey("a");
    ages.set({});
    QCOMPARE(trace.take(), "");
    QCOMPARE(text(ages.get()), "a1");
    ages.setKey("a", 2);
    QCOMPARE(trace.take(), "L");
}

void tst_MapHooks::onNotify_hearsOfEachSet()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    onNotify(ages, [&](NotifyEvent<Ages> &event) {
        trace.add("notify" + text(event.store().get()));
        if (event.store().get().contains("hidden")) {
            event.abort();
        }
    });
    const auto subscription = ages.listen(trace.adds("L"));
    ages.setKey("a", 2);
    ages.set(Dict{{"hidden", 1}});
    ages.removeKey("hidden");
    ages.notify();
    QCOMPARE(trace.take(), "notifya2 L notifyhidden1 notify- L notify- L");
}

void tst_MapHooks::onNotify_hearsTheKeyAndTheOldMap()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    onNotify(ages, [&](NotifyEvent<Ages> &event) {
        trace.add((event.oldValue() ? text(*event.oldValue()) : "none") + ":" + text(event.changed()));
    });
    ages.setKey("b", 2);
    const auto subscription = ages.listen([&](const Dict &value) { trace.add(text(value)); });
    ages.setKey("a", 3);
    ages.removeKey("b");
    ages.set(Dict{{"z", 9}});
    ages.notify();
    QCOMPARE(trace.take(), "a1:b a1b2:a a3b2 a3b2:b a3 a3:null z9 none:null z9");
}

void tst_MapHooks::onNotify_inABatchHearsOfEachSet()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    onNotify(ages, [&](NotifyEvent<Ages> &event) {
        trace.add((event.oldValue() ? text(*event.oldValue()) : "none") + ":" + text(event.changed()));
    });
    const auto subscription =
        ages.listen([&](const Dict &value, const Change &change) { trace.add(text(change) + ">" + text(value)); });
    batch([&] {
        ages.setKey("a", 2);
        ages.setKey("b", 3);
        ages.setKey("a", 4);
    });
    QCOMPARE(trace.take(), "a1:a a2:b a2b3:a a1b?>a4b3");
}

void tst_MapHooks::mounting_byListenerAndGet()
{
    const auto ages = map<std::string, int>();
    Trace trace;
    onMount(ages, [&](MountEvent<Ages> &event) {
        event.store().setKey("mounted", 1);
        trace.add("mount");
        return trace.adds("unmount");
    });
    QCOMPARE(text(ages.get()), "mounted1");
    QCOMPARE(trace.take(), "mount");
    {
        const auto subscription = ages.listen(trace.adds("L"));
        ages.setKey("a", 1);
    }
    QCOMPARE(trace.take(), "L");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount");
}

QTEST_APPLESS_MAIN(tst_MapHooks)
#include "tst_maphooks.moc"
