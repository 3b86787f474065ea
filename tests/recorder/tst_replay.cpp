// SPDX-License-Identifier: MIT

// A session that was recorded, replayed: no difference with the same program, the first one with another.

#include <nanostores/core.h>
#include <nanostores/recorder.h>

#include <QTest>

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

struct Item
{
    int price = 0;
    int quantity = 0;
    bool operator==(const Item &) const = default;
    template<typename F>
    static void visitFields(F visit)
    {
        visit("price", &Item::price);
        visit("quantity", &Item::quantity);
    }
};

struct User
{
    std::string name;
    std::string password;
    bool operator==(const User &) const = default;
    template<typename F>
    static void visitFields(F visit)
    {
        visit("name", &User::name);
        visit("password", &User::password);
    }
};

struct Logic
{
    int perItem = 0; ///< Added to the price of each.
    int free = 50; ///< Delivery is free from here on.
    int tick = 1; ///< What a tick of its timer adds.
    bool saves = true;
};

/// A shop as a program has one. What is made of a session with another line of logic differs.
struct Shop
{
    explicit Shop(Logic logic = {})
        : total(computed(items,
                         [logic](const Dictionary<std::string, Item> &all) {
                             int sum = 0;
                             for (const auto &[name, item] : all) {
                                 sum += (item.price + logic.perItem) * item.quantity;
                             }
                             return sum;
                         })
                    .named("shop/total"))
        , delivery(computed(total, [logic](int sum) { return sum >= logic.free ? 0 : 5; }).named("shop/delivery"))
        , saving(total.listen([this, logic](int sum) {
            if (logic.saves) {
                saved.set(sum);
            }
        }))
        , observing(delivery.listen([](int) {}))
    {
        tickLater(logic.tick);
    }
    void tickLater(int step)
    {
        ticking = [this, step] {
            ticks.set(ticks.get() + step);
            scheduler()->after(std::chrono::milliseconds(100), ticking);
        };
        scheduler()->after(std::chrono::milliseconds(100), ticking);
    }

    const Map<std::string, Item> items = map<std::string, Item>().named("shop/items");
    const Computed<int> total;
    const Computed<int> delivery;
    const Atom<int> saved = atom(0).named("shop/saved");
    const Atom<int> ticks = atom(0).named("shop/ticks");
    std::function<void()> ticking;
    const Subscription saving;
    const Subscription observing;
};

/// The time of a thread, for as long as it lives.
struct Time : ManualScheduler
{
    Time() { setScheduler(this); }
    ~Time() override { setScheduler(nullptr); }
};

void use(const Shop &shop, ManualScheduler &time)
{
    shop.items.setKey("mug", {10, 1});
    time.advance(std::chrono::milliseconds(150));
    batch([&] {
        shop.items.setKey("pot", {30, 1});
        shop.items.setKey("mug", {10, 3});
    });
    time.advance(std::chrono::milliseconds(120));
    shop.items.removeKey("pot");
}

std::string recordedSession()
{
    Time time;
    const Shop shop;
    RecorderOptions options;
    options.clock = [&time] { return std::chrono::nanoseconds(time.now()); };
    const Recorder recorder(options);
    use(shop, time);
    return recorder.toJsonLines();
}

ReplayResult replayed(const std::string &lines, Logic logic = {}, ReplayOptions options = {})
{
    Time time;
    const Shop shop(logic);
    editable(shop.items);
    options.time = &time;
    return replay(Session::parse(lines), options);
}

} // namespace

class tst_Replay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameProgram_hasNoDifference()
    {
        const ReplayResult result = replayed(recordedSession());
        QVERIFY2(result, result.report().c_str());
        QCOMPARE(result.written, std::size_t(4));
        QVERIFY(result.compared > 8);
        QCOMPARE(result.notes.size(), std::size_t(0));
    }

    void otherLogic_isNamedWithItsCause()
    {
        const ReplayResult result = replayed(recordedSession(), {.perItem = 1});
        QVERIFY(!result);
        const QByteArray expected = "shop/total is 11, recorded 10; it changed because shop/items: {} -> {\"mug\": {";
        QVERIFY2(result.report().find(expected.constData()) != std::string::npos, result.report().c_str());
    }

    /// Of a computed store that is further down: the one above it is the same.
    void otherLogic_furtherDown()
    {
        const ReplayResult result = replayed(recordedSession(), {.free = 61});
        QVERIFY2(!result, result.report().c_str());
        QVERIFY2(result.difference.find("shop/delivery is 5, recorded 0") != std::string::npos,
                 result.report().c_str());
    }

    /// A whole store, and a part of others.
    void redacted_isNotWrittenAndNotNamed()
    {
        std::string lines;
        const auto program = [&lines](const std::string &password, const char *suffix, const auto &use) {
            const auto key = atom(std::string("key of ") + password).named("shop/key");
            const auto user = atom(User{"Ada", password}).named("shop/user");
            const auto shown = computed(user, [suffix, password](User shownUser) {
                                   shownUser.name += suffix;
                                   shownUser.password = password;
                                   return shownUser;
                               }).named("shop/shown");
            const auto end = shown.listen([](const User &) {});
            editable(user);
            use(key, user);
        };
        program("first", "!", [&](const Atom<std::string> &key, const Atom<User> &user) {
            const Recorder recorder;
            key.set("another key");
            user.set({"Bob", "first"});
            lines = recorder.toJsonLines();
        });
        const auto replayIn = [&](const char *password, const char *suffix) {
            ReplayResult result;
            program(password, suffix, [&](const Atom<std::string> &key, const Atom<User> &) {
                ReplayOptions options;
                options.redact = {"shop/key", "password"};
                result = replay(Session::parse(lines), options);
                QCOMPARE(key.get(), std::string("key of ") + password);
            });
            return result;
        };
        const ReplayResult same = replayIn("first", "!");
        QVERIFY2(same, same.report().c_str());
        QVERIFY2(same.report().find("note: shop/key is redacted") != std::string::npos, same.report().c_str());
        const ReplayResult other = replayIn("secret", "?");
        QVERIFY2(other.difference.find("shop/shown is ") != std::string::npos, other.report().c_str());
        QVERIFY2(other.report().find("secret") == std::string::npos, other.report().c_str());
    }

    void missingWrite_ofAListenerIsADifference()
    {
        const ReplayResult result = replayed(recordedSession(), {.saves = false});
        QVERIFY2(result.difference.find("shop/saved is 0, recorded 10") != std::string::npos, result.report().c_str());
    }

    /// Timers of the program run at their times, and what they write is not written twice.
    void timers_runByThemselves()
    {
        const ReplayResult result = replayed(recordedSession(), {.tick = 2});
        QVERIFY2(result.difference.find("shop/ticks is 2, recorded 1") != std::string::npos, result.report().c_str());
        QVERIFY(replayed(recordedSession(), {.tick = 2}, {.ignore = {"shop/ticks"}}));
    }

    void unexpectedWrites_areADifference()
    {
        Time time;
        const auto count = atom(0).named("count");
        const auto copy = atom(0).named("copy");
        std::string lines;
        {
            const Recorder recorder;
            count.set(1);
            lines = recorder.toJsonLines();
        }
        const Subscription end = count.listen([=](int value) { copy.set(value); });
        const ReplayResult result = replay(Session::parse(lines));
        QVERIFY2(result.difference.find("copy became 1, and in the session it stayed 0") != std::string::npos,
                 result.report().c_str());
    }

    /// A run that gave the same value, and gives another one now, is a difference.
    void runs_thatGaveTheSameValueAreCompared()
    {
        std::string lines;
        {
            const auto price = atom(10).named("price");
            const auto isDear = computed(price, [](int value) { return value > 100; }).named("isDear");
            const Subscription end = isDear.listen([](bool) {});
            const Recorder recorder;
            price.set(20);
            lines = recorder.toJsonLines();
        }
        for (const ReplayOptions::Mode mode : {ReplayOptions::Live, ReplayOptions::Values}) {
            const auto price = atom(0).named("price");
            const auto isDear = computed(price, [](int value) { return value > 15; }).named("isDear");
            const Subscription end = isDear.listen([](bool) {});
            const ReplayResult result = replay(Session::parse(lines), {.mode = mode});
            QVERIFY2(result.difference.find("isDear is true, recorded false; it changed because price: 10 -> 20")
                         != std::string::npos,
                     result.report().c_str());
        }
    }

    void runs_thatThereWereNotAreCompared()
    {
        std::string lines;
        {
            const auto price = atom(10).named("price");
            const auto delivery = atom(0).named("delivery");
            const auto total = computed(price, [](int value) { return value; }).named("total");
            const Subscription end = total.listen([](int) {});
            const Recorder recorder;
            delivery.set(5);
            lines = recorder.toJsonLines();
        }
        const auto price = atom(10).named("price");
        const auto delivery = atom(0).named("delivery");
        const auto total = computed(price, delivery, [](int value, int more) { return value + more; }).named("total");
        const Subscription end = total.listen([](int) {});
        const ReplayResult result = replay(Session::parse(lines));
        QVERIFY2(result.difference.find("total became 15, and in the session it stayed 10") != std::string::npos,
                 result.report().c_str());
    }

    /// The store has its value when a listener throws.
    void writes_whoseListenersThrewAreMade()
    {
        const auto price = atom(10).named("price");
        const auto total = computed(price, [](int value) { return value + 5; }).named("total");
        const Subscription observing = total.listen([](int) {});
        std::string lines;
        {
            const Subscription end = price.listen([](int) { throw std::runtime_error("no disk"); });
            const Recorder recorder;
            QVERIFY_EXCEPTION_THROWN(price.set(20), std::runtime_error);
            lines = recorder.toJsonLines();
        }
        const ReplayResult result = replay(Session::parse(lines));
        QVERIFY2(result, result.report().c_str());
        QCOMPARE(result.written, std::size_t(1));
        QCOMPARE(price.get(), 20);
    }

    void events_thatAreLostAreNoted()
    {
        const auto a = atom(0).named("a");
        const auto b = atom(0).named("b");
        Recorder recorder({.bytes = 4096, .origins = false});
        a.set(1);
        b.set(1);
        std::string lines = recorder.takeLines();
        b.set(7);
        for (int i = 2; i < 500; ++i) {
            a.set(i);
        }
        lines += recorder.takeLines();
        a.set(1000);
        lines += recorder.takeLines();
        const Session session = Session::parse(lines);
        SessionValues values(session.stores());
        for (const SessionEvent &event : session.events()) {
            values.apply(event);
        }
        QCOMPARE(values.of(recorder.idOf(*a.node())).toJson(), std::string("1000"));
        QCOMPARE(values.of(recorder.idOf(*b.node())).kind, LogValue::Kind::Absent); // 1 is wrong
        const ReplayResult result = replay(session);
        QVERIFY2(result, result.report().c_str());
        QVERIFY2(result.report().find("events are lost before event ") != std::string::npos, result.report().c_str());
    }

    /// Of a map, the first change after that is written as a whole.
    void events_thatAreLostLeaveMapsKnown()
    {
        const auto stock = map<std::string, int>().named("stock");
        Recorder recorder({.bytes = 16384, .origins = false});
        for (int i = 0; i < 50; ++i) {
            stock.setKey("k" + std::to_string(i), i);
        }
        std::string lines = recorder.takeLines();
        for (int i = 0; i < 1000; ++i) {
            stock.setKey("k" + std::to_string(i % 50), 1000 + i);
        }
        lines += recorder.takeLines();
        stock.setKey("k1", 5000);
        stock.setKey("k2", 5001);
        lines += recorder.takeLines();
        const Session session = Session::parse(lines);
        SessionValues values(session.stores());
        for (const SessionEvent &event : session.events()) {
            values.apply(event);
        }
        const std::string last = values.of(recorder.idOf(*stock.node())).toText(10'000);
        QVERIFY2(last.find("\"k1\": 5000") != std::string::npos, last.c_str());
        QVERIFY2(last.find("\"k5\": 1955") != std::string::npos, last.c_str());
    }

    /// Nothing but computed stores runs.
    void values_comparesComputedStoresAlone()
    {
        const std::string lines = recordedSession();
        ReplayResult result = replayed(lines, {.saves = false}, {.mode = ReplayOptions::Values});
        QVERIFY2(result, result.report().c_str());
        result = replayed(lines, {.perItem = 1}, {.mode = ReplayOptions::Values});
        QVERIFY2(result.difference.find("shop/total is 11, recorded 10") != std::string::npos, result.report().c_str());
    }

    void missing_storesAreNoted()
    {
        const std::string lines = recordedSession();
        const ReplayResult result = replay(Session::parse(lines));
        QVERIFY(!result);
        QVERIFY2(result.report().find("nothing was compared") == 0, result.report().c_str());
        QVERIFY(result.report().find("store shop/items is not there") != std::string::npos);
    }

    void otherTypes_areNoted()
    {
        std::string lines;
        {
            const auto count = atom(1).named("count");
            const Recorder recorder;
            count.set(2);
            lines = recorder.toJsonLines();
        }
        const auto count = atom(std::string()).named("count");
        QVERIFY(replay(Session::parse(lines)).report().find("count was of type int, and is of type ")
                != std::string::npos);
    }

    void uneditable_storesAreNoted()
    {
        struct Own
        {
            int a = 0;
            bool operator==(const Own &) const = default;
        };
        const auto own = atom(Own{}).named("own");
        std::string lines;
        {
            const Recorder recorder;
            own.set({2});
            lines = recorder.toJsonLines();
        }
        const ReplayResult result = replay(Session::parse(lines));
        QVERIFY2(result.report().find("own cannot be written") != std::string::npos, result.report().c_str());
    }

    void firstValues_areThoseOfTheSession()
    {
        const auto count = atom(1).named("count");
        std::string lines;
        {
            const Recorder recorder;
            count.set(2);
            lines = recorder.toJsonLines();
        }
        count.set(50);
        const ReplayResult result = replay(Session::parse(lines));
        QVERIFY2(result, result.report().c_str());
        QCOMPARE(count.get(), 2);
    }
};

QTEST_GUILESS_MAIN(tst_Replay)
#include "tst_replay.moc"
