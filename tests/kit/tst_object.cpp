// SPDX-License-Identifier: MIT
#include <nanostores/core/dictionary.h>
#include <nanostores/core/effect.h>
#include <nanostores/kit/object.h>

#include "support/callrecorder.h"

#include <QtCore/QHash>
#include <QtCore/QMap>
#include <QtTest/QTest>

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

using namespace nanostores;
using namespace nanostores::kit;
using support::Trace;

namespace {

struct User
{
    std::string name;
    int age = 0;
    std::optional<std::string> email;
    bool operator==(const User &) const = default;
};

template<typename M>
void checkMap(const M &initial)
{
    const auto users = signal(initial); // 2: Dan, 4: John, 6: Alice
    const auto four = atKey(users, 4);
    QCOMPARE(four(), std::optional<std::string>("John"));
    four("Bob");
    QCOMPARE(atKey(users, 4)(), std::optional<std::string>("Bob"));
    four(std::nullopt);
    QCOMPARE(users().size(), initial.size() - 1);
    QCOMPARE(four(), std::nullopt);

    setKey(users, 4, "Eve");
    QCOMPARE(four(), std::optional<std::string>("Eve"));
    setKey(users, 4, std::nullopt);
    QCOMPARE(four(), std::nullopt);

    QCOMPARE(deleteKey(users, 6), std::optional<std::string>("Alice"));
    QCOMPARE(deleteKey(users, 6), std::nullopt);
    QCOMPARE(users().size(), initial.size() - 2);
}

} // namespace

class tst_Object : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void helpers_workOnMaps();
    void helpers_workOnUnorderedMaps();
    void helpers_workOnDictionaries();
    void helpers_workOnQtMaps();
    void helpers_convertTheKey();
    void atKey_followsAReactiveKey();
    void atKey_wakesOnlyForItsKey();
    void atKey_ofAReadonlyMapIsReadonly();
    void atKey_ofAStructIsAMember();
    void atKey_ofAMissingStruct();
    void setKey_setsAMember();
    void deleteKey_emptiesAMember();
};

void tst_Object::helpers_workOnMaps()
{
    checkMap(std::map<int, std::string>{{2, "Dan"}, {4, "John"}, {6, "Alice"}});
}

void tst_Object::helpers_workOnUnorderedMaps()
{
    checkMap(std::unordered_map<int, std::string>{{2, "Dan"}, {4, "John"}, {6, "Alice"}});
}

void tst_Object::helpers_workOnDictionaries()
{
    checkMap(Dictionary<int, std::string>{{2, "Dan"}, {4, "John"}, {6, "Alice"}});
}

void tst_Object::helpers_workOnQtMaps()
{
    checkMap(QMap<int, std::string>{{2, "Dan"}, {4, "John"}, {6, "Alice"}});
    checkMap(QHash<int, std::string>{{2, "Dan"}, {4, "John"}, {6, "Alice"}});
}

void tst_Object::helpers_convertTheKey()
{
    const auto ages = signal(std::map<std::string, int>{{"Dan", 30}});
    const auto dan = atKey(ages, "Dan");
    dan([](const std::optional<int> &age) { return *age + 1; });
    setKey(ages, "John", 20);
    QCOMPARE(ages(), (std::map<std::string, int>{{"Dan", 31}, {"John", 20}}));
    QCOMPARE(deleteKey(ages, "Dan"), std::optional<int>(31));
}

void tst_Object::atKey_followsAReactiveKey()
{
    const auto users = signal(std::map<int, std::string>{{4, "John"}, {6, "Alice"}});
    const auto id = signal(4);
    const auto user = atKey(users, id);
    QCOMPARE(user(), std::optional<std::string>("John"));
    id(6);
    QCOMPARE(user(), std::optional<std::string>("Alice"));
    user("Eve");
    QCOMPARE(users().at(6), std::string("Eve"));
    QCOMPARE(users().at(4), std::string("John"));
}

void tst_Object::atKey_wakesOnlyForItsKey()
{
    const auto users = signal(std::map<int, int>{{1, 1}, {2, 2}});
    const auto first = atKey(users, 1);
    Trace trace;
    const auto stop = effect([&] { trace.add("", first().value_or(-1)); });
    setKey(users, 2, 5);
    setKey(users, 3, 5);
    setKey(users, 1, 7);
    static_cast<void>(deleteKey(users, 1));
    QCOMPARE(trace.take(), "1 7 -1");
}

void tst_Object::atKey_ofAReadonlyMapIsReadonly()
{
    const auto users = signal(std::map<int, int>{{1, 1}});
    static_assert(WritableSignal<decltype(atKey(users, 1))>);
    static_assert(!WritableSignal<decltype(atKey(readonly(users), 1))>);
    QCOMPARE(atKey(readonly(users), 1)(), std::optional<int>(1));
}

void tst_Object::atKey_ofAStructIsAMember()
{
    const auto user = signal(User{"Dan", 30, {}});
    const auto age = atKey(user, &User::age);
    age(31);
    QCOMPARE(user().age, 31);
    QCOMPARE(age(), 31);
}

void tst_Object::atKey_ofAMissingStruct()
{
    const auto user = signal(std::optional<User>());
    const auto name = child(user, &User::name);
    const auto email = child(user, &User::email);
    static_assert(std::is_same_v<decltype(email)::value_type, std::optional<std::string>>);
    QCOMPARE(name(), std::nullopt);
    email(std::nullopt);
    QCOMPARE(user(), std::nullopt);
    name("Dan");
    QCOMPARE(user()->name, std::string("Dan"));
    email("dan@example.com");
    QCOMPARE(user()->email, std::optional<std::string>("dan@example.com"));
    email(std::nullopt);
    QCOMPARE(user()->email, std::nullopt);
    user(std::nullopt);
    QCOMPARE(name(), std::nullopt);
}

void tst_Object::setKey_setsAMember()
{
    const auto user = signal(User{"Dan", 30, {}});
    setKey(user, &User::name, "Daniil");
    setKey(user, &User::email, "dan@example.com");
    QCOMPARE(user(), (User{"Daniil", 30, "dan@example.com"}));
}

void tst_Object::deleteKey_emptiesAMember()
{
    const auto user = signal(User{"Dan", 30, "dan@example.com"});
    QCOMPARE(deleteKey(user, &User::email), std::optional<std::string>("dan@example.com"));
    QCOMPARE(user().email, std::nullopt);
    QCOMPARE(deleteKey(user, &User::email), std::nullopt);
}

QTEST_APPLESS_MAIN(tst_Object)
#include "tst_object.moc"
