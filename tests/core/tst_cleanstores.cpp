// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/manualtime.h"

#include <QtTest/QTest>

using namespace nanostores;
using support::ManualTime;

class tst_CleanStores : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanStores_dropsListeners();
    void cleanStores_unmountsAtOnce();
    void cleanStores_unmountsAStoreInItsDelay();
    void cleanStores_forgetsTasks();
    void cleanStores_leavesValues();
    void cleanStores_insideAListener();
    void cleanStores_storeMountsAgain();
    void keepMount_keepsMounted();
    void keepMount_doesNotKeepTheStoreAlive();
    void init_isKeptOnRequest();
};

void tst_CleanStores::cleanStores_dropsListeners()
{
    const auto count = atom(0);
    int calls = 0;
    auto subscription = count.listen([&] { ++calls; });
    count.listen([&] { ++calls; }).detach();
    cleanStores(count);
    count.set(1);
    QCOMPARE(calls, 0);
    subscription.reset();
    subscription.reset();
}

void tst_CleanStores::cleanStores_unmountsAtOnce()
{
    const ManualTime time;
    const auto count = atom(0);
    int ended = 0;
    onMount(count, [&] { return [&] { ++ended; }; });
    const auto keep = count.listen([] {});
    cleanStores(count);
    QCOMPARE(ended, 1);
    QVERIFY(!isMounted(count));
}

void tst_CleanStores::cleanStores_unmountsAStoreInItsDelay()
{
    ManualTime time;
    const auto count = atom(0);
    int ended = 0;
    onMount(count, [&] { return [&] { ++ended; }; });
    count.listen([] {}).reset();
    QCOMPARE(ended, 0);
    cleanStores(count);
    QCOMPARE(ended, 1);
    time.advance(1000);
    QCOMPARE(ended, 1);
}

void tst_CleanStores::cleanStores_forgetsTasks()
{
    const auto end = startTask();
    cleanStores();
    QVERIFY(allTasks().done());
    end();
}

void tst_CleanStores::cleanStores_leavesValues()
{
    const auto count = atom(0);
    const auto twice = computed(count, [](int value) { return 2 * value; });
    count.set(3);
    QCOMPARE(twice.get(), 6);
    cleanStores(count, twice);
    QCOMPARE(count.get(), 3);
    count.set(4);
    QCOMPARE(twice.get(), 8);
}

void tst_CleanStores::cleanStores_insideAListener()
{
    const auto count = atom(0);
    int calls = 0;
    Subscription second;
    const auto first = count.listen([&] {
        cleanStores(count);
        second.reset();
    });
    second = count.listen([&] { ++calls; });
    const auto third = count.listen([&] { ++calls; });
    count.set(1);
    count.set(2);
    QCOMPARE(calls, 0);
}

void tst_CleanStores::cleanStores_storeMountsAgain()
{
    ManualTime time;
    const auto count = atom(0);
    int mounts = 0;
    onMount(count, [&] { ++mounts; });
    const auto first = count.listen([] {});
    cleanStores(count);
    const auto second = count.listen([] {});
    QCOMPARE(mounts, 2);
    time.advance(5000);
    QVERIFY(isMounted(count));
}

void tst_CleanStores::keepMount_keepsMounted()
{
    ManualTime time;
    const auto count = atom(0);
    int ended = 0;
    onMount(count, [&] { return [&] { ++ended; }; });
    keepMount(count);
    time.advance(5000);
    QVERIFY(isMounted(count));
    cleanStores(count);
    QCOMPARE(ended, 1);
}

void tst_CleanStores::keepMount_doesNotKeepTheStoreAlive()
{
    const ManualTime time;
    int ended = 0;
    {
        const auto count = atom(0);
        onMount(count, [&] { return [&] { ++ended; }; });
        keepMount(count);
    }
    QCOMPARE(ended, 1);
}

void tst_CleanStores::init_isKeptOnRequest()
{
    const auto count = atom(5).keepInit();
    const auto plain = atom(5);
    count.set(6);
    QCOMPARE(*count.init(), 5);
    QVERIFY(!plain.init());
}

QTEST_APPLESS_MAIN(tst_CleanStores)
#include "tst_cleanstores.moc"
