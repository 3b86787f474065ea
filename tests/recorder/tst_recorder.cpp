// SPDX-License-Identifier: MIT

// What a recorder keeps of what stores do, and how much of it.

#include <nanostores/core.h>
#include <nanostores/recorder.h>
#include <nanostores/recorder/detail/environment.h>

#include <QTest>

#include <algorithm>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace nanostores;
using Kind = SessionEvent::Kind;
using Outcome = SessionEvent::Outcome;

namespace {

RecorderOptions plain(RecorderOptions options = {})
{
    options.origins = false;
    options.clock = [] { return std::chrono::nanoseconds(0); };
    return options;
}

/// `#3 "count" write 1 -> 2 because 1 in 2`.
QByteArray lineOf(const Recorder &recorder, const SessionEvent &event)
{
    static const char *const kinds[] = {"gone",    "write",     "run",   "tell",  "observed", "unobserved",
                                        "mounted", "unmounted", "batch", "error", "lost"};
    static const char *const outcomes[] = {"", " equal", " aborted", " notified", " threw", " underway"};
    static const char *const places[] = {"", " function", " listener", " hook"};
    QByteArray line = "#" + QByteArray::number(event.id) + " " + kinds[static_cast<int>(event.kind)];
    for (const SessionStore &store : recorder.stores()) {
        if (store.id == event.store) {
            line += " " + QByteArray::fromStdString(store.name);
        }
    }
    line += outcomes[static_cast<int>(event.outcome)];
    const std::string values = detail::valueMembers(event);
    line += values.empty() ? QByteArray() : " " + QByteArray::fromStdString(values);
    for (const std::uint64_t cause : event.because) {
        line += " because " + QByteArray::number(cause);
    }
    line += places[static_cast<int>(event.place)];
    line += event.within != 0 ? " in " + QByteArray::number(event.within) : QByteArray();
    line += event.text.empty() ? QByteArray() : " " + QByteArray::fromStdString(event.text);
    return line;
}

QByteArrayList linesOf(const Recorder &recorder)
{
    QByteArrayList lines;
    for (const SessionEvent &event : recorder.events()) {
        if (event.kind != Kind::Notify && event.kind != Kind::Observed && event.kind != Kind::Mounted
            && event.kind != Kind::Unobserved && event.kind != Kind::Unmounted) {
            lines.append(lineOf(recorder, event));
        }
    }
    return lines;
}

SessionStore storeNamed(const std::vector<SessionStore> &stores, const std::string &name)
{
    const auto found =
        std::find_if(stores.begin(), stores.end(), [&](const SessionStore &store) { return store.name == name; });
    return found == stores.end() ? SessionStore() : *found;
}

} // namespace

class tst_Recorder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void write_isRecordedWithWhatItSetsOff()
    {
        const auto count = atom(1).named("count");
        const auto twice = computed(count, [](int value) { return 2 * value; }).named("twice");
        const auto copy = atom(0).named("copy");
        const Subscription end = twice.listen([=](int value) { copy.set(value); });
        const Recorder recorder(plain());
        count.set(2);
        count.set(2);
        QCOMPARE(linesOf(recorder),
                 (QByteArrayList{"#1 write count \"v\":2,\"old\":1", "#2 run twice \"v\":4,\"old\":2 because 1 in 1",
                                 "#4 write copy \"v\":4,\"old\":0 listener in 2", "#5 write count equal"}));
        const std::vector<SessionEvent> events = recorder.events();
        QVERIFY(events[0].isOutsideWrite());
        QCOMPARE(events[0].turn, events[1].turn);
        QVERIFY(events.back().turn > events[0].turn);
    }

    void effects_ofTheirFunctionAndTheirErrors()
    {
        const auto count = atom(1).named("count");
        const auto half = atom(0).named("half");
        const auto writer = effect([=] { half.set(count() / 2); });
        const Recorder recorder(plain());
        batch([&] {
            count.set(4);
            count.set(6);
        });
        QCOMPARE(linesOf(recorder),
                 (QByteArrayList{"#1 batch", "#2 write count \"v\":4,\"old\":1 in 1",
                                 "#3 write count \"v\":6,\"old\":4 in 1",
                                 "#4 run tst_Recorder::effects_ofTheirFunctionAndTheirErrors() equal because 3 in 1",
                                 "#5 write half \"v\":3,\"old\":0 function in 4"}));
    }

    void hooks_refusedAndChangedWrites()
    {
        const auto count = atom(1).named("count");
        const auto log = atom(std::string()).named("log");
        const auto end = onSet(count, [=](auto &event) {
            log.set("asked");
            if (event.newValue() < 0) {
                event.abort();
            }
        });
        const Recorder recorder(plain());
        count.set(-1);
        QCOMPARE(linesOf(recorder),
                 (QByteArrayList{"#1 write count aborted", "#2 write log \"v\":\"asked\",\"old\":\"\" hook in 1"}));
    }

    /// A listener that writes its own store gives the outer write the value that it was called with.
    void nestedWrites_haveTheirOwnValues()
    {
        const auto count = atom(1).named("count");
        const Subscription end = count.listen([=](int value) {
            if (value < 4) {
                count.set(value + 1);
            }
        });
        const Recorder recorder(plain());
        count.set(2);
        QCOMPARE(linesOf(recorder),
                 (QByteArrayList{"#1 write count \"v\":2,\"old\":1", "#3 write count \"v\":3,\"old\":2 listener in 1",
                                 "#5 write count \"v\":4,\"old\":3 listener in 3"}));
    }

    void maps_areRecordedAsTheirChanges()
    {
        const auto cart = map<std::string, std::vector<int>>().named("cart");
        const Recorder recorder(plain());
        cart.setKey("mug", {1});
        cart.setKey("cup", {2});
        cart.setKey("mug", {1, 3});
        cart.removeKey("cup");
        QCOMPARE(linesOf(recorder), (QByteArrayList{"#1 write cart \"v\":{\"mug\":[1]},\"old\":{}",
                                                    "#2 write cart \"key\":\"cup\",\"v\":[2]",
                                                    "#3 write cart \"changes\":[{\"at\":[\"mug\",1],\"v\":3}]",
                                                    "#4 write cart \"key\":\"cup\",\"old\":[2]"}));
    }

    void stores_haveTheValuesBeforeTheEvents()
    {
        const auto cart = map<std::string, int>({{"mug", 1}}).named("cart");
        const auto still = atom(std::string("x")).named("still");
        const Recorder recorder(plain());
        cart.setKey("cup", 2);
        cart.setKey("mug", 3);
        cart.removeKey("mug");
        const std::vector<SessionStore> stores = recorder.stores();
        QCOMPARE(storeNamed(stores, "cart").value.toJson(), "{\"mug\":1}");
        QCOMPARE(storeNamed(stores, "cart").kind, "store");
        QCOMPARE(storeNamed(stores, "still").value.toJson(), "\"x\"");
        SessionValues values(stores);
        for (const SessionEvent &event : recorder.events()) {
            values.apply(event);
        }
        QCOMPARE(values.of(storeNamed(stores, "cart").id).toJson(), "{\"cup\":2}");
    }

    void ended_storesKeepTheirNames()
    {
        const Recorder recorder(plain());
        {
            const auto one = atom(1).named("one");
            one.set(2);
        }
        const auto two = atom(1).named("two");
        QCOMPARE(linesOf(recorder), (QByteArrayList{"#1 write one \"v\":2,\"old\":1", "#2 gone one"}));
    }

    void stores_ofTheSameNameAreCounted()
    {
        const auto first = atom(1).named("count");
        const auto second = atom(2).named("count");
        const Recorder recorder(plain());
        const std::vector<SessionStore> stores = recorder.stores();
        QVERIFY(storeNamed(stores, "count").id != 0);
        QVERIFY(storeNamed(stores, "count#2").id != 0);
    }

    void chosen_storesAlone()
    {
        const auto count = atom(1).named("count");
        const auto other = atom(1).named("other");
        RecorderOptions options = plain();
        options.stores = {{"mine", count}};
        const Recorder recorder(options);
        count.set(2);
        other.set(2);
        QCOMPARE(linesOf(recorder), (QByteArrayList{"#1 write mine \"v\":2,\"old\":1"}));
    }

    /// Neither in the values nor in the bytes that are kept.
    void redacted_valuesNeverReachTheRing()
    {
        const auto session = map<std::string, std::string>().named("session");
        const auto password = atom(std::string("first-secret")).named("password");
        RecorderOptions options = plain();
        options.redact = {"token", "password"};
        const Recorder recorder(options);
        session.setKey("token", "hunter2-secret");
        session.setKey("user", "Ada");
        password.set("other-secret");
        const std::string lines = recorder.toJsonLines();
        QVERIFY2(lines.find("secret") == lines.npos, lines.c_str());
        QVERIFY(lines.find("Ada") != lines.npos);
        QVERIFY(lines.find("\"hidden\":true") != lines.npos);
    }

    void long_valuesAreCut()
    {
        const auto text = atom(std::string()).named("text");
        const Recorder recorder(plain());
        text.set(std::string(100'000, 'x'));
        const std::vector<SessionEvent> events = recorder.events();
        QVERIFY(events[0].value->isCut());
        QVERIFY(toJsonLine(events[0]).size() < 5000);
    }

    void ring_staysWithinItsBytes()
    {
        constexpr std::size_t Bytes = std::size_t(64) * 1024;
        const auto count = atom(0).named("count");
        const auto text = atom(std::string()).named("text");
        RecorderOptions options;
        options.bytes = Bytes;
        const Recorder recorder(options);
        for (int i = 1; i <= 100'000; ++i) {
            count.set(i);
            if (i % 100 == 0) {
                text.set(std::string(static_cast<std::size_t>(i % 3000), 'x'));
                const auto passing = atom(i);
                passing.set(0);
            }
            if (recorder.bytes() > Bytes) {
                QFAIL("the recorder has more bytes than its options say");
            }
        }
        const std::vector<SessionEvent> events = recorder.events();
        QCOMPARE(events[0].kind, Kind::Lost);
        QCOMPARE(events[0].count, recorder.lost());
        QVERIFY(events.size() > 100);
        QCOMPARE(events.back().id, recorder.lastEvent());
        QCOMPARE(recorder.lost() + events.size() - 1, recorder.lastEvent());
    }

    void million_writesWithoutValues()
    {
        const auto count = atom(0);
        const Recorder recorder({.bytes = std::size_t(256) * 1024, .values = false, .origins = false});
        for (int i = 1; i <= 1'000'000; ++i) {
            count.set(i);
        }
        QVERIFY(recorder.bytes() <= std::size_t(256) * 1024);
        QCOMPARE(recorder.lastEvent(), std::uint64_t(1'000'000));
        QCOMPARE(recorder.events().back().outcome, Outcome::Changed);
    }

    void clear_forgetsEvents()
    {
        const auto count = atom(0).named("count");
        Recorder recorder(plain());
        count.set(1);
        recorder.clear();
        count.set(2);
        QCOMPARE(linesOf(recorder), (QByteArrayList{"#1 lost", "#2 write count \"v\":2,\"old\":1"}));
    }

    /// Also in the midst of a write, a run, a batch.
    void attached_andDetachedUnderLoad()
    {
        const auto count = atom(0);
        const auto sum = computed(count, [](int value) { return value + 1; });
        std::unique_ptr<Recorder> recorder;
        int runs = 0;
        const Subscription end = sum.listen([&](int value) {
            ++runs;
            if (value % 3 == 0) {
                recorder.reset();
            } else if (value % 3 == 1) {
                recorder = std::make_unique<Recorder>(RecorderOptions{.bytes = 10'000, .origins = false});
            }
        });
        for (int i = 1; i <= 3000; ++i) {
            if (i % 2 == 0) {
                batch([&] { count.set(i); });
            } else {
                count.set(i);
            }
        }
        QCOMPARE(runs, 3000);
    }

    void threads_recordByThemselves()
    {
        const auto load = [](int seed) {
            const auto count = atom(0);
            const auto twice = computed(count, [](int value) { return 2 * value; });
            const Subscription end = twice.listen([](int) {});
            std::uint64_t recorded = 0;
            for (int round = 0; round < 1000; ++round) {
                Recorder recorder({.bytes = 20'000, .origins = round % 100 == 0});
                for (int i = 0; i < 20; ++i) {
                    count.set(seed * 1'000'000 + round * 100 + i);
                }
                recorded += recorder.events().size();
            }
            return recorded;
        };
        std::uint64_t other = 0;
        std::thread thread([&] { other = load(1); });
        const std::uint64_t mine = load(2);
        thread.join();
        QCOMPARE(mine, other);
    }

    /// Lines that are taken bit by bit are those of one session.
    void taken_linesAreASession()
    {
        std::mt19937 random(7);
        const auto cart = map<std::string, int>().named("cart");
        const auto count = computed(cart, [](const auto &items) { return static_cast<int>(items.size()); }).named("n");
        const Subscription end = count.listen([](int) {});
        Recorder recorder(plain());
        std::string lines;
        std::vector<Atom<int>> others;
        for (int i = 0; i < 2000; ++i) {
            const std::string key(1, static_cast<char>('a' + random() % 8));
            switch (random() % 5) {
            case 0:
                cart.removeKey(key);
                break;
            case 1:
                others.push_back(atom(i).named("other" + std::to_string(others.size())));
                others.back().set(i + 1);
                break;
            case 2:
                cart.set({{key, i}});
                break;
            default:
                cart.setKey(key, i);
            }
            if (random() % 20 == 0) {
                lines += recorder.takeLines();
            }
        }
        lines += recorder.takeLines();
        SessionValues values;
        std::map<std::string, std::uint64_t> ids;
        std::size_t events = 0;
        for (std::size_t from = 0; from < lines.size();) {
            const std::size_t to = lines.find('\n', from);
            const SessionLine line = fromJsonLine(std::string_view(lines).substr(from, to - from));
            from = to + 1;
            if (const auto *const store = std::get_if<SessionStore>(&line)) {
                values.add(*store);
                ids[store->name] = store->id;
            } else if (const auto *const event = std::get_if<SessionEvent>(&line)) {
                values.apply(*event);
                ++events;
            }
        }
        QCOMPARE(events, recorder.lastEvent());
        LogValue live;
        for (const SessionStore &store : Recorder(plain()).stores()) {
            if (!ids.contains(store.name)) {
                continue; // the thread has others
            }
            const LogValue &kept = values.of(ids[store.name]);
            QCOMPARE(kept.items.size(), store.value.items.size());
            if (store.name != "cart") {
                QCOMPARE(kept.toJson(), store.value.toJson());
            }
        }
    }

    void errors_areRecordedWithTheirText()
    {
        const auto count = atom(1).named("count");
        const auto bad = computed(count, [](int value) {
                             if (value == 2) {
                                 throw std::runtime_error("no two");
                             }
                             return value;
                         }).named("bad");
        const Subscription end = bad.listen([](int) {});
        const Recorder recorder(plain());
        QVERIFY_EXCEPTION_THROWN(count.set(2), std::runtime_error);
        const QByteArrayList lines = linesOf(recorder);
        QVERIFY2(lines.contains("#2 run bad threw because 1 in 1 std::runtime_error: no two"),
                 lines.join('\n').constData());
    }
};

QTEST_GUILESS_MAIN(tst_Recorder)
#include "tst_recorder.moc"
