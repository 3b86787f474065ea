// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/manualtime.h"

#include <QtTest/QTest>

#include <functional>
#include <string>

using namespace nanostores;
using support::ManualTime;

namespace {

struct User
{
    std::string id;
    std::string name;
    bool operator==(const User &) const = default;
};

} // namespace

class tst_MapCreator : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void creator_givesOneStoreForOneId();
    void creator_initRunsAtMount();
    void creator_forgetsAfterUnmount();
    void creator_cleanupRunsAtUnmount();
    void creator_takesArguments();
    void creator_endsBeforeItsStores();
    void creator_clearForgetsAll();
};

void tst_MapCreator::creator_givesOneStoreForOneId()
{
    const ManualTime time;
    const auto users = mapCreator<User>();
    QCOMPARE(users("a"), users("a"));
    QVERIFY(!(users("a") == users("b")));
    QCOMPARE(users("b").get().id, std::string("b"));
}

void tst_MapCreator::creator_initRunsAtMount()
{
    const ManualTime time;
    QStringList made;
    const auto users = mapCreator<User>([&](const Record<User> &store, const std::string &id) {
        made.append(QString::fromStdString(id));
        store.setKey(&User::name, "loaded");
    });
    const auto ada = users("ada");
    QVERIFY(made.isEmpty());
    const auto keep = ada.listen([] {});
    QCOMPARE(made, QStringList{QStringLiteral("ada")});
    QCOMPARE(ada.get().name, std::string("loaded"));
}

void tst_MapCreator::creator_forgetsAfterUnmount()
{
    ManualTime time;
    const auto users = mapCreator<User>();
    users("a").listen([] {}).reset();
    QCOMPARE(users.size(), std::size_t(1));
    time.advance(999);
    QCOMPARE(users.size(), std::size_t(1));
    time.advance(1);
    QCOMPARE(users.size(), std::size_t(0));
}

void tst_MapCreator::creator_cleanupRunsAtUnmount()
{
    ManualTime time;
    int ended = 0;
    const auto users = mapCreator<User>(
        [&](const Record<User> &, const std::string &) -> std::function<void()> { return [&] { ++ended; }; });
    users("a").listen([] {}).reset();
    time.advance(1000);
    QCOMPARE(ended, 1);
}

void tst_MapCreator::creator_takesArguments()
{
    const ManualTime time;
    const auto users = mapCreator<User, int>([](const Record<User> &store, const std::string &, int number) {
        store.setKey(&User::name, std::to_string(number));
    });
    const auto ada = users("ada", 7);
    const auto keep = ada.listen([] {});
    QCOMPARE(ada.get().name, std::string("7"));
}

void tst_MapCreator::creator_endsBeforeItsStores()
{
    ManualTime time;
    const auto store = mapCreator<User>()("a");
    {
        const auto keep = store.listen([] {});
    }
    time.advance(1000);
    QCOMPARE(store.get().id, std::string("a"));
}

void tst_MapCreator::creator_clearForgetsAll()
{
    const ManualTime time;
    const auto users = mapCreator<User>();
    const auto first = users("a");
    users.clear();
    QVERIFY(!(users("a") == first));
}

QTEST_APPLESS_MAIN(tst_MapCreator)
#include "tst_mapcreator.moc"
