// SPDX-License-Identifier: MIT
#include <nanostores/kit/mountable.h>
#include <nanostores/kit/signalrecord.h>

#include "support/callrecorder.h"
#include "support/lifetime.h"

#include <QtTest/QTest>

#include <optional>
#include <string>
#include <vector>

using namespace nanostores;
using namespace nanostores::kit;
using support::Trace;

namespace {

struct Address
{
    std::string city;
    std::string country;
    bool operator==(const Address &) const = default;
};

struct Named
{
    std::string name;
    bool operator==(const Named &) const = default;
};

struct User : Named
{
    int age = 0;
    Address address;
    std::vector<int> scores;
    std::optional<Address> second;
    bool operator==(const User &) const = default;
};

User dan()
{
    return {{"Dan"}, 30, {"Batumi", "Georgia"}, {1, 2}, {}};
}

} // namespace

class tst_SignalRecord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void record_membersAreSignals();
    void record_isTheSignalItself();
    void record_ofAStructMakesASignal();
    void record_ofAnAccessorIsReadonly();
    void record_ofAReadonlySignalIsReadonly();
    void record_ofAnOptionalStruct();
    void record_ofANestedChild();
    void record_childrenAreCached();
    void record_childrenOfTwoRecordsAreTheSame();
    void record_keepsNothingAlive();
    void record_memberWakesOnlyForItself();
    void record_takesHooks();
    void deepRecord_goesIntoStructs();
    void deepRecord_stopsAtContainers();
    void deepRecord_goesIntoOptionalStructs();
    void deepRecord_wakesEachLevel();
    void deepRecord_ofAReadonlySignalIsReadonly();
};

void tst_SignalRecord::record_membersAreSignals()
{
    const auto user = signal(dan());
    const auto fields = record(user);
    QCOMPARE(fields[&User::name](), std::string("Dan"));
    QCOMPARE(fields[&User::age](), 30);
    fields[&User::name]("Alice");
    fields[&User::age]([](int age) { return age + 1; });
    QCOMPARE(user().name, std::string("Alice"));
    QCOMPARE(user().age, 31);
    static_assert(WritableSignal<decltype(fields[&User::age])>);
}

void tst_SignalRecord::record_isTheSignalItself()
{
    const auto user = signal(dan());
    const auto fields = record(user);
    QVERIFY(fields == user);
    QCOMPARE(fields().age, 30);
    fields([](User value) {
        value.age = 5;
        return value;
    });
    QCOMPARE(user().age, 5);
    QCOMPARE(fields[&User::age](), 5);
    static_assert(WritableSignal<decltype(fields)> && WritableStore<decltype(fields)>);
}

void tst_SignalRecord::record_ofAStructMakesASignal()
{
    const auto user = record(dan());
    user[&User::name]("Bob");
    QCOMPARE(user().name, std::string("Bob"));
}

void tst_SignalRecord::record_ofAnAccessorIsReadonly()
{
    const auto name = signal("Dan");
    const auto user = record(computed([name] {
        User value = dan();
        value.name = name();
        return value;
    }));
    static_assert(!WritableSignal<decltype(user)> && !WritableSignal<decltype(user[&User::name])>);
    QCOMPARE(user[&User::name](), std::string("Dan"));
    name("Daniil");
    QCOMPARE(user[&User::name](), std::string("Daniil"));
    QCOMPARE(user().address.city, std::string("Batumi"));
    const auto fromFunction = record([name] { return Named{name()}; });
    QCOMPARE(fromFunction[&Named::name](), std::string("Daniil"));
    QCOMPARE(fromFunction().name, std::string("Daniil"));
}

void tst_SignalRecord::record_ofAReadonlySignalIsReadonly()
{
    const auto user = signal(dan());
    const auto fields = record(readonly(user));
    static_assert(!WritableSignal<decltype(fields[&User::age])>);
    user([](User value) {
        value.age = 5;
        return value;
    });
    QCOMPARE(fields[&User::age](), 5);
}

void tst_SignalRecord::record_ofAnOptionalStruct()
{
    const auto user = record(signal(std::optional<User>()));
    QCOMPARE(user[&User::name](), std::nullopt);
    user[&User::name]("Dan");
    QCOMPARE(user()->name, std::string("Dan"));
    user(std::nullopt);
    QCOMPARE(user[&User::name](), std::nullopt);
}

void tst_SignalRecord::record_ofANestedChild()
{
    const auto user = record(dan());
    const auto address = record(user[&User::address]);
    address[&Address::city]("Tbilisi");
    QCOMPARE(user().address.city, std::string("Tbilisi"));
}

void tst_SignalRecord::record_childrenAreCached()
{
    const auto user = record(dan());
    QVERIFY(user[&User::name] == user[&User::name]);
    QVERIFY(user[&User::name] == user[&Named::name]);
    const auto copy = user;
    QVERIFY(user[&User::age] == copy[&User::age]);
}

void tst_SignalRecord::record_childrenOfTwoRecordsAreTheSame()
{
    const auto user = signal(dan());
    const auto one = record(user);
    const auto two = record(user);
    QVERIFY(one[&User::name] == two[&User::name]);
    const auto deep = deepRecord(user);
    deep[&User::address][&Address::city]("Tbilisi");
    QCOMPARE(one[&User::address]().city, std::string("Tbilisi"));
}

void tst_SignalRecord::record_keepsNothingAlive()
{
    struct Holder
    {
        support::Counted counted;
        int number = 0;
        bool operator==(const Holder &) const = default;
    };
    const int before = support::Counted::alive();
    {
        const auto holder = record(Holder{});
        static_cast<void>(holder[&Holder::number]());
        static_cast<void>(holder[&Holder::counted]());
        const auto again = record(static_cast<const Signal<Holder> &>(holder));
        static_cast<void>(again[&Holder::number]());
    }
    QCOMPARE(support::Counted::alive(), before);
}

void tst_SignalRecord::record_memberWakesOnlyForItself()
{
    const auto user = record(dan());
    Trace trace;
    const auto root = effect([&] { trace.add("root", user().age); });
    const auto age = effect([&] { trace.add("age", user[&User::age]()); });
    const auto name = effect([&] { trace.add(QByteArray::fromStdString(user[&User::name]())); });
    QCOMPARE(trace.take(), "root30 age30 Dan");
    user[&User::age](31);
    QCOMPARE(trace.take(), "root31 age31");
    user[&User::name]("Daniil");
    QCOMPARE(trace.take(), "root31 Daniil");
}

void tst_SignalRecord::record_takesHooks()
{
    const auto user = mountable(record(dan()));
    Trace trace;
    onMount(user, [trace](auto &event) { trace.add("age", event.store()[&User::age]()); });
    onStart(user[&User::name], trace.adds("name"));
    const auto stop = effect([&] { user[&User::name](); });
    QCOMPARE(trace.take(), "age30 name");
}

void tst_SignalRecord::deepRecord_goesIntoStructs()
{
    const auto user = deepRecord(signal(dan()));
    QCOMPARE(user[&User::address][&Address::city](), std::string("Batumi"));
    user[&User::address][&Address::city]("Tbilisi");
    QCOMPARE(user[&User::address](), (Address{"Tbilisi", "Georgia"}));
    QCOMPARE(user().address, (Address{"Tbilisi", "Georgia"}));
    user[&User::address](Address{"Paris", "France"});
    QCOMPARE(user[&User::address][&Address::city](), std::string("Paris"));
    QVERIFY(user[&User::address][&Address::city] == user[&User::address][&Address::city]);
}

void tst_SignalRecord::deepRecord_stopsAtContainers()
{
    static_assert(isDeepRecord<Address> && isDeepRecord<User> && isDeepRecord<std::optional<Address>>);
    static_assert(!isDeepRecord<std::string> && !isDeepRecord<std::vector<int>> && !isDeepRecord<int>);
    static_assert(!isDeepRecord<std::array<int, 2>>);
    const auto user = deepRecord(dan());
    static_assert(std::is_same_v<decltype(user[&User::name]), Child<std::string>>);
    user[&User::scores]({5});
    QCOMPARE(user().scores, std::vector<int>{5});
}

void tst_SignalRecord::deepRecord_goesIntoOptionalStructs()
{
    const auto user = deepRecord(dan());
    const auto city = user[&User::second][&Address::city];
    QCOMPARE(city(), std::nullopt);
    city("Tbilisi");
    QCOMPARE(user().second->city, std::string("Tbilisi"));
    user[&User::second](std::nullopt);
    QCOMPARE(city(), std::nullopt);
}

void tst_SignalRecord::deepRecord_wakesEachLevel()
{
    const auto user = deepRecord(dan());
    Trace trace;
    const auto root = effect([&] {
        user();
        trace.add("root");
    });
    const auto address = effect([&] {
        user[&User::address]();
        trace.add("address");
    });
    const auto city = effect([&] {
        user[&User::address][&Address::city]();
        trace.add("city");
    });
    trace.take();
    user[&User::address][&Address::city]("Tbilisi");
    QCOMPARE(trace.take(), "root address city");
    user[&User::address][&Address::country]("?");
    QCOMPARE(trace.take(), "root address");
    user[&User::age](1);
    QCOMPARE(trace.take(), "root");
}

void tst_SignalRecord::deepRecord_ofAReadonlySignalIsReadonly()
{
    const auto user = signal(dan());
    const auto fields = deepRecord(readonly(user));
    static_assert(!WritableSignal<decltype(fields[&User::address][&Address::city])>);
    QCOMPARE(fields[&User::address][&Address::city](), std::string("Batumi"));
}

QTEST_APPLESS_MAIN(tst_SignalRecord)
#include "tst_signalrecord.moc"
