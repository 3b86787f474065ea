// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/handlers.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <string>
#include <thread>
#include <vector>

using namespace nanostores;

namespace {

struct Profile
{
    std::string name;
    int age = 0;

    friend bool operator==(const Profile &, const Profile &) = default;
};

} // namespace

class tst_Shared : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void name_isOneStore();
    void name_isTheStoresName();
    void first_declarationMakesIt();
    void kinds();
    void computed_isMadeByAFunction();
    void maker_mayShareOthers();
    void maker_thatThrowsLeavesNothing();
    void anotherType_throwsAndNamesBoth();
    void store_livesWithoutHandles();
    void threads_getTheSame();
};

void tst_Shared::name_isOneStore()
{
    const auto a = shared<Atom<int>>("one", 1);
    const auto b = shared<Atom<int>>(std::string("one"), 2);
    QVERIFY(a == b);
    int heard = 0;
    const Subscription listener = a.listen([&heard] { ++heard; });
    b.set(5);
    QCOMPARE(heard, 1);
    QVERIFY(!(a == shared<Atom<int>>("another", 1)));
}

void tst_Shared::name_isTheStoresName()
{
    QCOMPARE(shared<Atom<int>>("named", 1).name(), std::string("named"));
    const auto own = atom(1).named("own");
    QCOMPARE(shared<Atom<int>>("renamed", [&own] { return own; }).name(), std::string("own"));
}

void tst_Shared::first_declarationMakesIt()
{
    QCOMPARE(shared<Atom<int>>("first", 1).get(), 1);
    QCOMPARE(shared<Atom<int>>("first", 2).get(), 1);
}

void tst_Shared::kinds()
{
    shared<Map<std::string, int>>("map").setKey("a", 1);
    QCOMPARE((*shared<Map<std::string, int>>("map").getKey("a")), 1);
    shared<Record<Profile>>("record", Profile{}).setKey(&Profile::age, 7);
    QCOMPARE(shared<Record<Profile>>("record", Profile{}).get().age, 7);
    shared<DeepMap<Profile>>("deep", Profile{}).setKey(&Profile::age, 8);
    QCOMPARE(shared<DeepMap<Profile>>("deep", Profile{}).get().age, 8);
    QCOMPARE(shared<Atom<std::string>>("text", "text").get(), std::string("text"));
}

void tst_Shared::computed_isMadeByAFunction()
{
    support::ManualTime time;
    const auto price = shared<Atom<int>>("price", 2);
    int made = 0;
    const auto make = [&] {
        ++made;
        return computed(price, [](int value) { return value * 2; });
    };
    const auto a = shared<Computed<int>>("twice", make);
    const auto b = shared<Computed<int>>("twice", make);
    QCOMPARE(made, 1);
    price.set(4);
    QCOMPARE(a.get(), 8);
    QCOMPARE(b.get(), 8);
}

void tst_Shared::maker_mayShareOthers()
{
    const auto make = [] { return computed(shared<Atom<int>>("inner", 3), [](int value) { return value + 1; }); };
    QCOMPARE(shared<Computed<int>>("outer", make).peek(), 4);
}

void tst_Shared::maker_thatThrowsLeavesNothing()
{
    const auto fail = []() -> Atom<int> { throw std::runtime_error("not yet"); };
    QCOMPARE(support::thrownBy([&] { static_cast<void>(shared<Atom<int>>("later", fail)); }),
             QStringLiteral("not yet"));
    QCOMPARE(shared<Atom<int>>("later", 1).get(), 1);
}

void tst_Shared::anotherType_throwsAndNamesBoth()
{
    static_cast<void>(shared<Atom<bool>>("cart/isOpen", false));
    const int first = __LINE__ - 1;
    const QString error = support::thrownBy([] { static_cast<void>(shared<Atom<int>>("cart/isOpen", 0)); });
    const int second = __LINE__ - 1;
    QVERIFY2(error.contains(QStringLiteral("\"cart/isOpen\"")), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("nanostores::Atom<bool> at ")), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("nanostores::Atom<int> at ")), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("tst_shared.cpp:%1").arg(first)), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("tst_shared.cpp:%1").arg(second)), qPrintable(error));
    QVERIFY_EXCEPTION_THROWN(
        static_cast<void>(shared<Computed<bool>>("cart/isOpen", [] { return computed([] { return true; }); })),
        SharedTypeError);
    QCOMPARE(shared<Atom<bool>>("cart/isOpen", false).get(), false);
}

void tst_Shared::store_livesWithoutHandles()
{
    shared<Atom<int>>("kept", 1).set(2);
    QCOMPARE(shared<Atom<int>>("kept", 1).get(), 2);
}

void tst_Shared::threads_getTheSame()
{
    const auto mine = shared<Atom<int>>("threads", 1);
    std::vector<const void *> nodes(8);
    std::vector<std::thread> threads;
    threads.reserve(nodes.size());
    for (const void *&node : nodes) {
        threads.emplace_back([&node] { node = shared<Atom<int>>("threads", 2).node().get(); });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    for (const void *node : nodes) {
        QCOMPARE(node, static_cast<const void *>(mine.node().get()));
    }
}

QTEST_GUILESS_MAIN(tst_Shared)
#include "tst_shared.moc"
