// SPDX-License-Identifier: MIT
#include <nanostores/kit.h>

#include "support/callrecorder.h"

#include <QHash>
#include <QMap>
#include <QString>
#include <QtTest/QTest>

#include <map>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

struct User
{
    std::string name;
    int age = 0;
    bool operator==(const User &) const = default;
};

/// As QHash is from Qt 6.9 on, in every version: it has insert_or_assign(), and no erase() that takes a key.
struct NewHash : QHash<QString, int>
{
    using QHash::QHash;
    void insert_or_assign(const QString &key, int value) { insert(key, value); }
};

} // namespace

class tst_Child : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void child_readsAndWritesAMember();
    void child_wakesOnlyForItsPart();
    void child_takesAnUpdater();
    void child_ofAReadonlyParentIsComputed();
    void child_ofAChild();
    void child_ofADictionary();
    void child_ofAStandardMap();
    void child_ofQtsMaps();
    void child_ofAnArray();
    void child_withAReactiveKey();
    void child_withItsOwnSetter();
    void child_selfWriteSettlesInOneRun();
    void child_ofARecordStore();
};

void tst_Child::child_readsAndWritesAMember()
{
    const auto user = signal(User{"Dan", 30});
    const auto name = child(user, &User::name);
    QCOMPARE(name(), std::string("Dan"));
    name("Alice");
    QCOMPARE(user(), (User{"Alice", 30}));
    static_assert(WritableSignal<decltype(name)>);
}

void tst_Child::child_wakesOnlyForItsPart()
{
    const auto user = signal(User{"Dan", 30});
    const auto name = child(user, &User::name);
    int runs = 0;
    const auto keep = effect([&] {
        name();
        ++runs;
    });
    user(User{"Dan", 31});
    QCOMPARE(runs, 1);
    user(User{"Eve", 31});
    QCOMPARE(runs, 2);
}

void tst_Child::child_takesAnUpdater()
{
    const auto user = signal(User{"Dan", 30});
    child(user, &User::age)([](int before) { return before + 1; });
    QCOMPARE(user().age, 31);
}

void tst_Child::child_ofAReadonlyParentIsComputed()
{
    const auto user = signal(User{"Dan", 30});
    const auto name = child(readonly(user), &User::name);
    static_assert(!WritableSignal<decltype(name)>);
    static_assert(std::is_same_v<std::decay_t<decltype(name)>, Computed<std::string>>);
    user(User{"Eve", 1});
    QCOMPARE(name(), std::string("Eve"));
}

void tst_Child::child_ofAChild()
{
    const auto users = signal(std::map<std::string, User>{{"a", {"Dan", 30}}});
    const auto a = child(users, std::string("a"));
    QCOMPARE(a()->name, std::string("Dan"));
    a(User{"Eve", 2});
    QCOMPARE(users().at("a").name, std::string("Eve"));
}

void tst_Child::child_ofADictionary()
{
    const auto users = signal(Dictionary<std::string, int>{{"a", 1}});
    const auto a = child(users, std::string("a"));
    const auto b = child(users, std::string("b"));
    QCOMPARE(*a(), 1);
    QVERIFY(!b());
    b(5);
    QCOMPARE(*users().find("b"), 5);
    a(std::nullopt);
    QVERIFY(!users().contains("a"));
}

void tst_Child::child_ofAStandardMap()
{
    const auto limits = signal(std::map<std::string, int>{{"files", 3}});
    const auto files = child(limits, std::string("files"));
    files([](const std::optional<int> &before) { return *before + 1; });
    QCOMPARE(limits().at("files"), 4);
    files(std::nullopt);
    QVERIFY(limits().empty());
}

template<typename Map>
static void verifyKeyOf()
{
    const QString key = QStringLiteral("a");
    const auto users = signal(Map{{key, 1}, {QStringLiteral("b"), 2}});
    const auto a = child(users, key);
    a(std::optional(3));
    QCOMPARE(users().value(key), 3);
    a(std::nullopt);
    QVERIFY(!users().contains(key));
    QCOMPARE(users().size(), 1);
    QVERIFY(!a());
}

void tst_Child::child_ofQtsMaps()
{
    verifyKeyOf<QHash<QString, int>>();
    verifyKeyOf<QMap<QString, int>>();
    verifyKeyOf<NewHash>();
}

void tst_Child::child_ofAnArray()
{
    const auto items = signal(std::vector<int>{1, 2});
    const auto second = child(items, 1);
    const auto fourth = child(items, 3);
    QCOMPARE(*second(), 2);
    QVERIFY(!fourth());
    second(20);
    fourth(40);
    QCOMPARE(items(), (std::vector<int>{1, 20, 0, 40}));
}

void tst_Child::child_withAReactiveKey()
{
    const auto values = signal(std::map<std::string, int>{{"a", 1}, {"b", 2}});
    const auto key = signal("a");
    const auto value = child(values, key);
    QList<int> seen;
    const auto keep = effect([&] { seen.append(value().value_or(-1)); });
    key("b");
    value(20);
    QCOMPARE(seen, (QList<int>{1, 2, 20}));
    QCOMPARE(values().at("b"), 20);
    QCOMPARE(values().at("a"), 1);
}

void tst_Child::child_withItsOwnSetter()
{
    const auto user = signal(User{"Dan", 30});
    const auto age = child(user, &User::age, [](User value, auto member, int next) {
        value.*member = std::max(0, next);
        return value;
    });
    age(-5);
    QCOMPARE(user().age, 0);
}

void tst_Child::child_selfWriteSettlesInOneRun()
{
    const auto user = signal(User{"dan", 30});
    const auto name = child(user, &User::name);
    int runs = 0;
    const auto keep = effect([&] {
        ++runs;
        std::string value = name();
        value[0] = 'D';
        name(value);
    });
    QCOMPARE(runs, 1);
    QCOMPARE(user().name, std::string("Dan"));
    name("diana");
    QCOMPARE(runs, 2);
    QCOMPARE(user().name, std::string("Diana"));
}

void tst_Child::child_ofARecordStore()
{
    const auto user = map(User{"Dan", 30});
    const auto name = child(user, &User::name);
    QCOMPARE(name(), std::string("Dan"));
    user.setKey(&User::name, "Eve");
    QCOMPARE(name(), std::string("Eve"));
}

QTEST_APPLESS_MAIN(tst_Child)
#include "tst_child.moc"
