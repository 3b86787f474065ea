// SPDX-License-Identifier: MIT

#include "todos.h"

#include <nanostores/qttestkit.h>

#include <QTest>

class tst_Todos : public nanostores::StoreTest
{
    Q_OBJECT

private Q_SLOTS:
    void add_givesEachItsNumber()
    {
        addTodo("Water the plants");
        addTodo(" Write a letter ");
        QCOMPARE(todos.get().size(), 2);
        QCOMPARE(todos.at(1).title, QString("Write a letter"));
        QVERIFY(todos.at(0).number != todos.at(1).number);
    }
    void isEmptyAtFirst()
    {
        QVERIFY(todos.isEmpty()); // whatever the function before it has added
    }
    void setDone_countsAndFilters()
    {
        addTodo("Water the plants");
        addTodo("Write a letter");
        nanostores::StoreSpy spy(openCount);
        setDone(todos.at(0).number, true);
        setDone(todos.at(0).number, true); // is done already: no change
        QCOMPARE(spy.values(), nanostores::Recorded<int>({1}));
        QCOMPARE(shownTodos.get().size(), 2);
        onlyOpen.set(true);
        QCOMPARE(shownTodos.get().size(), 1);
    }
    void setDone_ofANumberThatIsGone()
    {
        addTodo("Water the plants");
        setDone(7, true);
        QCOMPARE(openCount.get(), 1);
    }
};

QTEST_GUILESS_MAIN(tst_Todos)
#include "tst_todos.moc"
