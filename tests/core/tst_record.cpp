// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"

#include <QtTest/QTest>

#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

using namespace nanostores;
using support::Trace;

namespace {

struct Profile
{
    std::string name = "anonymous";
    std::string theme = "light";
    int age = 0;
    double height = 0;

    friend bool operator==(const Profile &, const Profile &) = default;
};

struct Loose // without ==
{
    int a = 0;
    int b = 0;
};

struct Entry
{
    int id = 0;
    std::string title;
};

struct Tagged
{
    std::string tag;
};

struct Note : Entry, Tagged // two bases: members of the second one lie elsewhere
{
    std::string body;
    friend bool operator==(const Note &a, const Note &b)
    {
        return a.id == b.id && a.title == b.title && a.tag == b.tag && a.body == b.body;
    }
};

using Key = const MemberKey<Profile> *;

QByteArray text(Key key)
{
    return !key                      ? "null"
           : *key == &Profile::name  ? "name"
           : *key == &Profile::theme ? "theme"
           : *key == &Profile::age   ? "age"
                                     : "height";
}

QByteArray text(const Profile &profile)
{
    return QByteArray::fromStdString(profile.name + "," + profile.theme) + "," + QByteArray::number(profile.age);
}

} // namespace

static_assert(KeyedStore<Record<Profile>>);
static_assert(std::is_same_v<decltype(map(Profile{})), Record<Profile>>);
static_assert(std::is_same_v<Record<Profile>::changed_key, MemberKey<Profile>>);

class tst_Record : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void setKey_changesOneMember();
    void setKey_hookReplacesAnotherMember();
    void setKey_convertsToTheMembersType();
    void inheritedMembers_areKeys();
    void setKey_equalValueIsSilent();
    void setKey_followsObjectIs();
    void set_replacesAll();
    void set_equalStructIsSilent();
    void set_withoutEqualityAlwaysTells();
    void getKey_isTheMember();
    void listen_hearsWhichMemberChanged();
    void listen_hearsTheOldStruct();
    void listen_signatures();
    void subscribe_callsAtOnceWithoutAKey();
    void notify_hasNoKey();
    void setInAListener_repeatsWithTheLatestStruct();
    void batch_tellsOnceWithoutAKey();
    void batch_memberTakenBackRunsNoComputedStore();
    void computed_overARecord();
    void setEqual_decidesForTheWholeStruct();
    void onSet_hearsTheMember();
    void onSet_mayReplaceAndAbort();
    void onNotify_hearsTheMemberAndTheOldStruct();
    void memberKey_tellsMembersOfOneTypeApart();
};

void tst_Record::setKey_changesOneMember()
{
    const auto profile = map(Profile{});
    profile.setKey(&Profile::theme, "dark");
    profile.setKey(&Profile::age, 7);
    QCOMPARE(text(profile.get()), "anonymous,dark,7");
}

void tst_Record::inheritedMembers_areKeys()
{
    const auto note = map(Note{});
    QList<QByteArray> keys;
    const Subscription all = note.listen([&](const Note &, const Note &, const MemberKey<Note> *key) {
        keys += !key                  ? "null"
                : *key == &Note::id   ? "id"
                : *key == &Note::tag  ? "tag"
                : *key == &Note::body ? "body"
                                      : "other";
    });
    int calls = 0;
    const Subscription tags = listenKeys(note, {&Note::tag, &Note::id}, [&] { ++calls; });
    note.setKey(&Note::id, 7);
    note.setKey(&Note::tag, "urgent");
    note.setKey(&Note::body, "text");
    note.setKey(&Note::title, "title");
    QCOMPARE(keys, (QList<QByteArray>{"id", "tag", "body", "other"}));
    QCOMPARE(calls, 2);
    QCOMPARE(note.getKey(&Note::id), 7);
    QCOMPARE(note.getKey(&Note::tag), std::string("urgent"));
    QCOMPARE(note.getKey(&Note::body), std::string("text"));

    const auto deep = deepMap(Note{});
    int deepCalls = 0;
    const Subscription deepTags = listenKeys(deep, {&Note::tag}, [&] { ++deepCalls; });
    deep.setKey(&Note::tag, "late");
    deep.setKey(&Note::body, "text");
    QCOMPARE(deep.get().tag, std::string("late"));
    QCOMPARE(deepCalls, 1);
}

void tst_Record::setKey_convertsToTheMembersType()
{
    const auto profile = map(Profile{});
    profile.setKey(&Profile::height, 2);
    QCOMPARE(profile.getKey(&Profile::height), 2.0);
}

void tst_Record::setKey_equalValueIsSilent()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto subscription = profile.listen(trace.adds("L"));
    profile.setKey(&Profile::theme, "light");
    QCOMPARE(trace.take(), "");
}

void tst_Record::setKey_followsObjectIs()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto subscription = profile.listen(trace.adds("L"));
    profile.setKey(&Profile::height, -0.0);
    QCOMPARE(trace.take(), "L");
    profile.setKey(&Profile::height, std::numeric_limits<double>::quiet_NaN());
    QCOMPARE(trace.take(), "L");
    profile.setKey(&Profile::height, std::numeric_limits<double>::quiet_NaN());
    QCOMPARE(trace.take(), "");
}

void tst_Record::set_replacesAll()
{
    const auto profile = map(Profile{});
    profile.set({"ada", "dark", 36, 1.6});
    QCOMPARE(text(profile.get()), "ada,dark,36");
}

void tst_Record::set_equalStructIsSilent()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto subscription = profile.listen(trace.adds("L"));
    profile.set(Profile{});
    QCOMPARE(trace.take(), "");
}

void tst_Record::set_withoutEqualityAlwaysTells()
{
    const auto loose = map(Loose{1, 2});
    Trace trace;
    const auto subscription = loose.listen(trace.adds("L"));
    loose.set(Loose{1, 2});
    QCOMPARE(trace.take(), "L");
    loose.setKey(&Loose::a, 1);
    QCOMPARE(trace.take(), "");
    loose.setKey(&Loose::a, 3);
    QCOMPARE(trace.take(), "L");
}

void tst_Record::getKey_isTheMember()
{
    const auto profile = map(Profile{"ada", "dark", 36, 1.6});
    Trace trace;
    onMount(profile, trace.adds("mount"));
    QCOMPARE(profile.getKey(&Profile::age), 36);
    QCOMPARE(profile.getKey(&Profile::name), std::string("ada"));
    QCOMPARE(trace.take(), "");
}

void tst_Record::listen_hearsWhichMemberChanged()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto subscription =
        profile.listen([&](const Profile &, const Profile &, Key changed) { trace.add(text(changed)); });
    profile.setKey(&Profile::theme, "dark");
    profile.setKey(&Profile::name, "ada");
    profile.set(Profile{});
    QCOMPARE(trace.take(), "theme name null");
}

void tst_Record::listen_hearsTheOldStruct()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto subscription =
        profile.listen([&](const Profile &value, const Profile &old) { trace.add(text(old) + ">" + text(value)); });
    profile.setKey(&Profile::age, 1);
    profile.set({"ada", "dark", 36, 0});
    QCOMPARE(trace.take(), "anonymous,light,0>anonymous,light,1 anonymous,light,1>ada,dark,36");
}

void tst_Record::listen_signatures()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto none = profile.listen(trace.adds("none"));
    const auto value = profile.listen([&](const Profile &now) { trace.add("", now.age); });
    const auto pointer = profile.listen([&](const Profile &, const Profile *old) { trace.add("", old->age); });
    profile.setKey(&Profile::age, 1);
    QCOMPARE(trace.take(), "none 1 0");
}

void tst_Record::subscribe_callsAtOnceWithoutAKey()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto keyed = profile.subscribe([&](const Profile &value, const Profile &old, Key changed) {
        trace.add(text(old) + ">" + text(value) + ":" + text(changed));
    });
    const auto pointer =
        profile.subscribe([&](const Profile &, const Profile *old) { trace.add(old ? "old" : "none"); });
    QCOMPARE(trace.take(), "anonymous,light,0>anonymous,light,0:null none");
}

void tst_Record::notify_hasNoKey()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto keyed = profile.listen([&](const Profile &, const Profile &, Key changed) { trace.add(text(changed)); });
    profile.notify();
    QCOMPARE(trace.take(), "null");
}

void tst_Record::setInAListener_repeatsWithTheLatestStruct()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto first = profile.listen([&](const Profile &value, const Profile &old, Key changed) {
        trace.add("1:", old.age);
        trace.add(text(changed), value.age);
        if (value.age == 1) {
            profile.setKey(&Profile::age, 2);
        }
    });
    const auto second = profile.listen([&](const Profile &value, const Profile &old, Key changed) {
        trace.add("2:", old.age);
        trace.add(text(changed), value.age);
    });
    profile.setKey(&Profile::age, 1);
    QCOMPARE(trace.take(), "1:0 age1 2:0 age2 1:1 age2 2:1 age2");
}

void tst_Record::batch_tellsOnceWithoutAKey()
{
    const auto profile = map(Profile{});
    Trace trace;
    const auto subscription = profile.listen([&](const Profile &value, const Profile &old, Key changed) {
        trace.add(text(old) + ">" + text(value) + ":" + text(changed));
    });
    batch([&] {
        profile.setKey(&Profile::age, 1);
        profile.setKey(&Profile::theme, "dark");
        profile.setKey(&Profile::age, 2);
    });
    QCOMPARE(trace.take(), "anonymous,light,0>anonymous,dark,2:null");
}

void tst_Record::batch_memberTakenBackRunsNoComputedStore()
{
    const auto profile = map(Profile{});
    int runs = 0;
    const auto age = computed(profile, [&](const Profile &value) {
        ++runs;
        return value.age;
    });
    const auto subscription = age.listen([] {});
    batch([&] {
        profile.setKey(&Profile::age, 1);
        profile.setKey(&Profile::age, 0);
    });
    QCOMPARE(runs, 1);
}

void tst_Record::computed_overARecord()
{
    const auto profile = map(Profile{});
    const auto listed = computed(profile, [](const Profile &value) { return value.age * 2; });
    const auto tracked = computed([&] { return profile().theme + "!"; });
    Trace trace;
    const auto ll = listed.listen([&](int value) { trace.add("age", value); });
    const auto lt = tracked.listen([&](const std::string &value) { trace.add(QByteArray::fromStdString(value)); });
    profile.setKey(&Profile::age, 3);
    profile.setKey(&Profile::theme, "dark");
    profile.set(Profile{});
    QCOMPARE(trace.take(), "age6 dark! age0 light!");
}

void tst_Record::setEqual_decidesForTheWholeStruct()
{
    const auto profile = map(Profile{});
    profile.setEqual([](const Profile &a, const Profile &b) { return a.name == b.name; });
    Trace trace;
    const auto subscription = profile.listen(trace.adds("L"));
    profile.set({"anonymous", "dark", 5, 0});
    QCOMPARE(trace.take(), "");
    QCOMPARE(text(profile.get()), "anonymous,light,0");
    profile.setKey(&Profile::age, 1); // of one member its own type's equality decides
    QCOMPARE(trace.take(), "L");
    profile.set({"ada", "dark", 5, 0});
    QCOMPARE(trace.take(), "L");
}

void tst_Record::onSet_hearsTheMember()
{
    const auto profile = map(Profile{});
    Trace trace;
    onSet(profile,
          [&](SetEvent<Record<Profile>> &event) { trace.add(text(event.changed()) + ":" + text(event.newValue())); });
    profile.setKey(&Profile::age, 0);
    profile.setKey(&Profile::theme, "dark");
    profile.set({"ada", "dark", 36, 0});
    QCOMPARE(trace.take(), "age:anonymous,light,0 theme:anonymous,dark,0 null:ada,dark,36");
}

void tst_Record::onSet_mayReplaceAndAbort()
{
    const auto profile = map(Profile{});
    onSet(profile, [&](SetEvent<Record<Profile>> &event) {
        if (event.newValue().age > 150) {
            event.abort();
        } else if (event.newValue().age < 0) {
            Profile checked = event.newValue();
            checked.age = 0;
            event.replace(checked);
        }
    });
    profile.setKey(&Profile::age, 30);
    profile.setKey(&Profile::age, 200);
    QCOMPARE(profile.get().age, 30);
    profile.setKey(&Profile::age, -5);
    QCOMPARE(profile.get().age, 0);
    profile.set({"ada", "dark", -1, 0});
    QCOMPARE(text(profile.get()), "ada,dark,0");
    profile.set({"bob", "dark", 151, 0});
    QCOMPARE(text(profile.get()), "ada,dark,0");
}

void tst_Record::onNotify_hearsTheMemberAndTheOldStruct()
{
    const auto profile = map(Profile{});
    Trace trace;
    onNotify(profile, [&](NotifyEvent<Record<Profile>> &event) {
        trace.add((event.oldValue() ? text(*event.oldValue()) : "none") + ":" + text(event.changed()));
    });
    const auto subscription = profile.listen(trace.adds("L"));
    profile.setKey(&Profile::age, 1);
    profile.set({"ada", "dark", 36, 0});
    profile.notify();
    QCOMPARE(trace.take(), "anonymous,light,0:age L anonymous,light,1:null L none:null L");
}

void tst_Record::memberKey_tellsMembersOfOneTypeApart()
{
    const MemberKey<Profile> name(&Profile::name);
    const MemberKey<Profile> theme(&Profile::theme);
    QVERIFY(name == &Profile::name);
    QVERIFY(!(name == theme));
    QVERIFY(!(name == MemberKey<Profile>(&Profile::age)));
    const Profile a;
    const Profile b{"ada", "light", 0, 0};
    QVERIFY(name.differs(a, b));
    QVERIFY(!theme.differs(a, b));
}

void tst_Record::setKey_hookReplacesAnotherMember()
{
    const auto profile = map(Profile{});
    onSet(profile, [](auto &event) {
        Profile next = event.newValue();
        next.height = next.age * 10;
        event.replace(next);
    });
    QStringList told;
    const auto l = profile.listen([&](const Profile &, const Profile &old, const MemberKey<Profile> *key) {
        told << QStringLiteral("%1 %2").arg(old.age).arg(key ? QStringLiteral("key") : QStringLiteral("whole"));
    });
    int heights = 0;
    const auto l2 = listenKeys(profile, {&Profile::height}, [&] { ++heights; });
    profile.setKey(&Profile::age, 5);
    QCOMPARE(profile.get().age, 5);
    QCOMPARE(profile.get().height, 50.0);
    QCOMPARE(heights, 1);
    profile.setKey(&Profile::theme, "dark"); // the hook gives back what it was given
    QCOMPARE(told.join(QLatin1Char(',')), QStringLiteral("0 whole,5 key"));
    QCOMPARE(heights, 1);
}

QTEST_APPLESS_MAIN(tst_Record)
#include "tst_record.moc"
