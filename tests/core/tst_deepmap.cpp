// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"

#include <QtCore/QHash>
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

struct Settings
{
    std::vector<User> users;
    User owner;
    std::map<std::string, int> limits;
    Dictionary<std::string, User> byName;
    QHash<QString, User> byHandle;
    bool operator==(const Settings &) const = default;
};

using ToName = decltype(path(&Settings::users, 0, &User::name));
static_assert(PathInto<ToName, Settings>);
static_assert(!PathInto<ToName, User>);
static_assert(!PathInto<decltype(path(&Settings::owner, 0)), Settings>);
static_assert(!PathInto<decltype(path(&Settings::limits, 3.5, &User::name)), Settings>);
static_assert(std::is_same_v<PathValue<Settings, ToName>::type, std::string>);

Settings sample()
{
    Settings settings;
    settings.users = {{"Ada", 36}, {"Grace", 85}};
    settings.owner = {"Kim", 50};
    return settings;
}

} // namespace

class tst_DeepMap : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void setKey_changesWhatThePathLeadsTo();
    void setKey_hookReplacesAnotherPath();
    void setKey_equalValueIsSilent();
    void setKey_growsAnArray();
    void setKey_addsAMissingKey();
    void setKey_intoAnElementOfAMap();
    void setKey_tellsThePath();
    void setKey_oldValueIsTheValueBefore();
    void set_tellsNoPath();
    void batch_tellsNoPath();
    void removeKey_takesItemsAndKeysOut();
    void removeKey_ofNothingIsSilent();
    void getKey_isNullWhereNothingIs();
    void listenKeys_watchesAPath();
    void listenKeys_seesAChangeAbove();
    void listenKeys_seesAShiftedItem();
    void onSet_mayAbortAndReplace();
    void computed_followsADeepMap();
    void getPath_setPath_workOnValues();
    void path_throughAMapOfQt();
    void pathKey_keepsItsKeys();
};

void tst_DeepMap::setKey_changesWhatThePathLeadsTo()
{
    const auto settings = deepMap(sample());
    settings.setKey(path(&Settings::users, 1, &User::name), "Hopper");
    settings.setKey(&Settings::owner, User{"Lee", 1});
    settings.setKey(path(&Settings::owner, &User::age), 2);
    QCOMPARE(settings.get().users[1].name, std::string("Hopper"));
    QCOMPARE(settings.get().owner.name, std::string("Lee"));
    QCOMPARE(settings.get().owner.age, 2);
}

void tst_DeepMap::setKey_equalValueIsSilent()
{
    const auto settings = deepMap(sample());
    int calls = 0;
    const auto keep = settings.listen([&] { ++calls; });
    settings.setKey(path(&Settings::users, 0, &User::name), "Ada");
    QCOMPARE(calls, 0);
    settings.setKey(path(&Settings::users, 0, &User::name), "Lovelace");
    QCOMPARE(calls, 1);
}

void tst_DeepMap::setKey_growsAnArray()
{
    const auto settings = deepMap(sample());
    settings.setKey(path(&Settings::users, 4, &User::age), 7);
    QCOMPARE(settings.get().users.size(), std::size_t(5));
    QCOMPARE(settings.get().users[3], User{});
    QCOMPARE(settings.get().users[4].age, 7);
}

void tst_DeepMap::setKey_addsAMissingKey()
{
    const auto settings = deepMap(sample());
    settings.setKey(path(&Settings::limits, std::string("files")), 9);
    QCOMPARE(settings.get().limits.at("files"), 9);
}

void tst_DeepMap::setKey_intoAnElementOfAMap()
{
    const auto settings = deepMap(sample());
    settings.setKey(path(&Settings::byName, std::string("ada"), &User::age), 36);
    QCOMPARE(settings.get().byName.find("ada")->age, 36);
}

void tst_DeepMap::setKey_tellsThePath()
{
    const auto settings = deepMap(sample());
    int right = 0;
    const auto keep = settings.listen([&](const Settings &, const Settings &, const PathKey<Settings> *key) {
        right += key && *key == path(&Settings::owner, &User::age) && !(*key == PathKey<Settings>(&Settings::owner));
    });
    settings.setKey(path(&Settings::owner, &User::age), 51);
    QCOMPARE(right, 1);
}

void tst_DeepMap::setKey_oldValueIsTheValueBefore()
{
    const auto settings = deepMap(sample());
    std::string seen;
    const auto keep = settings.listen(
        [&](const Settings &value, const Settings &old) { seen = old.users[0].name + " " + value.users[0].name; });
    settings.setKey(path(&Settings::users, 0, &User::name), "Eve");
    QCOMPARE(seen, std::string("Ada Eve"));
}

void tst_DeepMap::set_tellsNoPath()
{
    const auto settings = deepMap(sample());
    bool known = true;
    const auto keep = settings.listen(
        [&](const Settings &, const Settings &, const PathKey<Settings> *key) { known = key != nullptr; });
    settings.set(Settings{});
    QVERIFY(!known);
}

void tst_DeepMap::batch_tellsNoPath()
{
    const auto settings = deepMap(sample());
    int calls = 0;
    bool known = true;
    const auto keep = settings.listen([&](const Settings &, const Settings &, const PathKey<Settings> *key) {
        ++calls;
        known = key != nullptr;
    });
    batch([&] {
        settings.setKey(path(&Settings::owner, &User::age), 1);
        settings.setKey(path(&Settings::owner, &User::age), 2);
    });
    QCOMPARE(calls, 1);
    QVERIFY(!known);
}

void tst_DeepMap::removeKey_takesItemsAndKeysOut()
{
    const auto settings = deepMap(sample());
    settings.setKey(path(&Settings::limits, std::string("files")), 9);
    settings.removeKey(path(&Settings::users, 0));
    settings.removeKey(path(&Settings::limits, std::string("files")));
    settings.removeKey(path(&Settings::owner, &User::name));
    QCOMPARE(settings.get().users.size(), std::size_t(1));
    QCOMPARE(settings.get().users[0].name, std::string("Grace"));
    QVERIFY(settings.get().limits.empty());
    QCOMPARE(settings.get().owner.name, std::string());
}

void tst_DeepMap::removeKey_ofNothingIsSilent()
{
    const auto settings = deepMap(sample());
    int calls = 0;
    const auto keep = settings.listen([&] { ++calls; });
    settings.removeKey(path(&Settings::users, 9));
    settings.removeKey(path(&Settings::limits, std::string("nothing")));
    QCOMPARE(calls, 0);
}

void tst_DeepMap::getKey_isNullWhereNothingIs()
{
    const auto settings = deepMap(sample());
    QCOMPARE(*settings.getKey(path(&Settings::users, 1, &User::age)), 85);
    QVERIFY(!settings.getKey(path(&Settings::users, 2, &User::age)));
    QVERIFY(!settings.getKey(path(&Settings::users, -1)));
    QVERIFY(!settings.getKey(path(&Settings::byName, std::string("x"), &User::name)));
    QCOMPARE(*getKey(settings, path(&Settings::owner, &User::age)), 50);
}

void tst_DeepMap::listenKeys_watchesAPath()
{
    const auto settings = deepMap(sample());
    int calls = 0;
    const auto keep = listenKeys(settings, {path(&Settings::users, 1, &User::name)}, [&] { ++calls; });
    settings.setKey(path(&Settings::users, 0, &User::name), "Eve");
    settings.setKey(path(&Settings::users, 1, &User::age), 86);
    QCOMPARE(calls, 0);
    settings.setKey(path(&Settings::users, 1, &User::name), "Hopper");
    QCOMPARE(calls, 1);
}

void tst_DeepMap::listenKeys_seesAChangeAbove()
{
    const auto settings = deepMap(sample());
    int calls = 0;
    const auto keep = listenKeys(settings, {path(&Settings::owner, &User::age)}, [&] { ++calls; });
    settings.setKey(&Settings::owner, User{"Other", 50});
    QCOMPARE(calls, 0);
    settings.setKey(&Settings::owner, User{"Other", 51});
    QCOMPARE(calls, 1);
    settings.set(Settings{});
    QCOMPARE(calls, 2);
}

void tst_DeepMap::listenKeys_seesAShiftedItem()
{
    const auto settings = deepMap(sample());
    int calls = 0;
    const auto keep = listenKeys(settings, {path(&Settings::users, 0)}, [&] { ++calls; });
    settings.removeKey(path(&Settings::users, 0));
    QCOMPARE(calls, 1);
}

void tst_DeepMap::onSet_mayAbortAndReplace()
{
    const auto settings = deepMap(sample());
    onSet(settings, [](SetEvent<DeepMap<Settings>> &event) {
        if (event.newValue().owner.age < 0) {
            event.abort();
        } else if (event.newValue().owner.age > 150) {
            Settings next = event.newValue();
            next.owner.age = 150;
            event.replace(next);
        }
    });
    settings.setKey(path(&Settings::owner, &User::age), -1);
    QCOMPARE(settings.get().owner.age, 50);
    settings.setKey(path(&Settings::owner, &User::age), 500);
    QCOMPARE(settings.get().owner.age, 150);
}

void tst_DeepMap::computed_followsADeepMap()
{
    const auto settings = deepMap(sample());
    const auto ages = computed(settings, [](const Settings &value) {
        int sum = value.owner.age;
        for (const User &user : value.users) {
            sum += user.age;
        }
        return sum;
    });
    const support::CallRecorder<int> calls;
    const auto keep = ages.listen(calls);
    settings.setKey(path(&Settings::users, 0, &User::age), 37);
    settings.setKey(path(&Settings::users, 0, &User::name), "Eve");
    QCOMPARE(calls.take(), QList<int>{172});
}

void tst_DeepMap::getPath_setPath_workOnValues()
{
    const Settings before = sample();
    const Settings after = setPath(before, path(&Settings::users, 2, &User::name), "New");
    QCOMPARE(before.users.size(), std::size_t(2));
    QCOMPARE(*getPath(after, path(&Settings::users, 2, &User::name)), std::string("New"));
}

void tst_DeepMap::path_throughAMapOfQt()
{
    const auto settings = deepMap(sample());
    const auto age = path(&Settings::byHandle, QStringLiteral("ada"), &User::age);
    settings.setKey(age, 36);
    QCOMPARE(settings.get().byHandle.value(QStringLiteral("ada")).age, 36);
    QCOMPARE(*settings.getKey(age), 36);
    settings.removeKey(path(&Settings::byHandle, QStringLiteral("ada")));
    QVERIFY(settings.get().byHandle.isEmpty());
    QVERIFY(!settings.getKey(age));
}

void tst_DeepMap::pathKey_keepsItsKeys()
{
    const auto settings = deepMap(sample());
    std::string name = "a name that is longer than a small string";
    int calls = 0;
    const auto keep = listenKeys(settings, {path(&Settings::byName, name.c_str())}, [&] { ++calls; });
    const PathKey<Settings> key = path(&Settings::byName, name.c_str(), &User::age);
    name.replace(0, 1, "A");
    settings.setKey(path(&Settings::byName, name, &User::age), 1);
    QCOMPARE(calls, 0);
    name.replace(0, 1, "a");
    settings.setKey(path(&Settings::byName, name.c_str(), &User::age), 1);
    QCOMPARE(calls, 1);
    QVERIFY(key == path(&Settings::byName, name, &User::age));
    QVERIFY(PathKey<Settings>(path(&Settings::users, 1)) == path(&Settings::users, std::size_t(1)));
}

void tst_DeepMap::setKey_hookReplacesAnotherPath()
{
    const auto settings = deepMap(Settings{});
    onSet(settings, [](auto &event) {
        Settings next = event.newValue();
        next.limits["names"] = int(next.owner.name.size());
        next.owner.name = "Ada";
        event.replace(next);
    });
    int limits = 0;
    const auto l = listenKeys(settings, {path(&Settings::limits)}, [&] { ++limits; });
    settings.setKey(path(&Settings::owner, &User::name), "Grace");
    QCOMPARE(settings.get().owner.name, std::string("Ada"));
    QCOMPARE(settings.get().limits.at("names"), 5);
    QCOMPARE(limits, 1);
    settings.setKey(path(&Settings::owner, &User::name), "Anne"); // the path ends as it was, the other does not
    QCOMPARE(settings.get().limits.at("names"), 4);
    QCOMPARE(limits, 2);
}

QTEST_APPLESS_MAIN(tst_DeepMap)
#include "tst_deepmap.moc"
