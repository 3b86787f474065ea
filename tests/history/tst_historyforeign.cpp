// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/core/graph/foreign.h>
#include <nanostores/history.h>

#include <QtTest/QTest>

#include <memory>
#include <optional>
#include <string>

using namespace nanostores;
using nanostores::detail::ForeignWrites;

/// What comes from elsewhere, as another process's writes do, is not the user's to undo.
class tst_HistoryForeign : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void foreign_isNoStep();
    void foreign_keepsOtherKeys();
    void foreign_dropsStepsOfTheSameKey();
    void foreign_nested();
    void foreign_makesAndEndsHistories();
    void foreign_ofEffects();
};

void tst_HistoryForeign::foreign_isNoStep()
{
    const auto count = atom(0);
    const auto edits = history(count);
    {
        const ForeignWrites foreign;
        count.set(1);
    }
    QVERIFY(!edits.canUndo.get());
    count.set(2);
    QVERIFY(edits.undo());
    QCOMPARE(count.get(), 1);
    QVERIFY(!edits.canUndo.get());
}

void tst_HistoryForeign::foreign_keepsOtherKeys()
{
    const auto stock = map<std::string, int>();
    const auto edits = history(stock);
    stock.setKey("mug", 1);
    {
        const ForeignWrites foreign;
        const Batch batch;
        stock.setKey("lamp", 5);
        stock.setKey("rover", 6);
    }
    QVERIFY(edits.undo());
    QVERIFY(!stock.getKey("mug"));
    QCOMPARE(*stock.getKey("lamp"), 5);
    QVERIFY(edits.redo());
    QCOMPARE(*stock.getKey("mug"), 1);
    QCOMPARE(*stock.getKey("rover"), 6);
}

void tst_HistoryForeign::foreign_dropsStepsOfTheSameKey()
{
    const auto stock = map<std::string, int>();
    const auto edits = history(stock);
    stock.setKey("mug", 1);
    {
        const ForeignWrites foreign;
        stock.setKey("mug", 7);
    }
    QVERIFY(!edits.undo()); // it would take back what another one has written
    QCOMPARE(*stock.getKey("mug"), 7);
}

void tst_HistoryForeign::foreign_nested()
{
    const auto count = atom(0);
    const auto edits = history(count);
    {
        const ForeignWrites outer;
        {
            const ForeignWrites inner;
            count.set(1);
        }
        count.set(2);
    }
    QVERIFY(!edits.canUndo.get());
    count.set(3);
    QVERIFY(edits.canUndo.get());
}

void tst_HistoryForeign::foreign_makesAndEndsHistories()
{
    const auto count = atom(0);
    std::optional<History> ending = history(count);
    std::optional<History> made;
    const auto listening = count.listen([&](int n) {
        if (n == 1) {
            ending.reset();
            made = history(count);
        }
    });
    {
        const ForeignWrites foreign;
        count.set(1);
        {
            const ForeignWrites inner;
            count.set(2);
        }
        count.set(3);
    }
    count.set(4);
    QVERIFY(made->canUndo.get());
    QVERIFY(made->undo());
    QCOMPARE(count.get(), 3);
}

void tst_HistoryForeign::foreign_ofEffects()
{
    const auto count = atom(0);
    const auto twice = atom(0);
    const auto edits = history(twice);
    const auto doubling = effect([=] { twice.set(count() * 2); });
    {
        const ForeignWrites foreign;
        const Batch batch;
        count.set(4);
    }
    QCOMPARE(twice.get(), 8);
    QVERIFY(!edits.canUndo.get());
    count.set(5);
    QVERIFY(edits.canUndo.get());
}

QTEST_APPLESS_MAIN(tst_HistoryForeign)

#include "tst_historyforeign.moc"
