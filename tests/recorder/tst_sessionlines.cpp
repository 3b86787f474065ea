// SPDX-License-Identifier: MIT

// Lines of a session: what is written comes back, and what is no line is refused with its place.

#include <nanostores/core.h>
#include <nanostores/logger/detail/valuereader.h>
#include <nanostores/recorder.h>

#include <QTest>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

template<typename T>
LogValue valueOf(const T &value, LogLimits limits = {})
{
    const detail::RedactionRules rules;
    detail::Secrets secrets;
    detail::ValueReader reader(limits, rules, "x", false, secrets);
    detail::describePart(value, reader);
    return reader.take();
}

/// What reading makes of the value, written again.
template<typename T>
std::string again(const T &value, LogLimits limits = {})
{
    return valueFromJson(valueOf(value, limits).toJson()).toJson();
}

template<typename Line>
Line read(const std::string &text)
{
    return std::get<Line>(fromJsonLine(text));
}

QByteArray refusal(const std::string &text, const SessionLimits &limits = {})
{
    try {
        static_cast<void>(fromJsonLine(text, limits, 7));
        return "taken";
    } catch (const SessionError &error) {
        return error.what();
    }
}

SessionEvent eventOfAll()
{
    SessionEvent event;
    event.kind = SessionEvent::Kind::Run;
    event.outcome = SessionEvent::Outcome::Threw;
    event.place = SessionEvent::Place::Listener;
    event.id = std::numeric_limits<std::uint64_t>::max();
    event.turn = 9;
    event.time = std::chrono::nanoseconds(12'345'678'901);
    event.took = std::chrono::nanoseconds(42);
    event.store = 7;
    event.within = 3;
    event.because = {1, 2};
    event.value = valueOf(2);
    event.old = valueOf(std::string("\"old\"\n"));
    event.count = 4;
    event.text = "std::runtime_error: \\ no";
    event.by = {{"Cart::add", "cart.cpp", 31}, {"onClicked", "", 0}};
    return event;
}

} // namespace

class tst_SessionLines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void header_comesBack()
    {
        const SessionHeader header{1, "shop", 4711, "2026-01-02T03:04:05Z", "0.1.0"};
        QCOMPARE(toJsonLine(header), "{\"nanostores\":1,\"app\":\"shop\",\"pid\":4711,\"started\":"
                                     "\"2026-01-02T03:04:05Z\",\"lib\":\"0.1.0\"}");
        QVERIFY(read<SessionHeader>(toJsonLine(header)) == header);
    }

    void store_comesBack()
    {
        SessionStore store{7, "shop::cart", true, "store", "Map<std::string, int>", {}, false};
        store.value = valueFromJson("{\"mug\":1}");
        QCOMPARE(toJsonLine(store), "{\"s\":7,\"name\":\"shop::cart\",\"kind\":\"store\",\"type\":"
                                    "\"Map<std::string, int>\",\"v\":{\"mug\":1}}");
        QVERIFY(read<SessionStore>(toJsonLine(store)) == store);
        store.isNamed = false;
        store.isHidden = true;
        store.value = {};
        QVERIFY(read<SessionStore>(toJsonLine(store)) == store);
    }

    void event_comesBack()
    {
        const SessionEvent event = eventOfAll();
        const std::string line = toJsonLine(event);
        const auto back = read<SessionEvent>(line);
        QCOMPARE(toJsonLine(back), line);
        QCOMPARE(back.kind, event.kind);
        QCOMPARE(back.outcome, event.outcome);
        QCOMPARE(back.place, event.place);
        QCOMPARE(back.id, event.id);
        QCOMPARE(back.time.count(), event.time.count());
        QVERIFY(back.because == event.because);
        QVERIFY(back.by == event.by);
        QCOMPARE(back.text, event.text);
    }

    /// Each kind has a member of its own.
    void event_ofEachKind()
    {
        for (int kind = 0; kind <= static_cast<int>(SessionEvent::Kind::Lost); ++kind) {
            SessionEvent event;
            event.id = 1;
            event.kind = static_cast<SessionEvent::Kind>(kind);
            event.store = 3;
            event.count = 2;
            event.text = "x";
            const std::string line = toJsonLine(event);
            const auto back = read<SessionEvent>(line);
            QCOMPARE(back.kind, event.kind);
            QCOMPARE(toJsonLine(back), line);
        }
    }

    void changes_comeBack()
    {
        SessionEvent event;
        event.id = 1;
        event.store = 2;
        event.changes =
            changesOf(valueOf(std::map<std::string, int>{{"mug", 1}}), valueOf(std::map<std::string, int>{{"mug", 2}}));
        QCOMPARE(toJsonLine(event), "{\"e\":1,\"t\":0,\"w\":2,\"key\":\"mug\",\"v\":2,\"old\":1}");
        QCOMPARE(toJsonLine(read<SessionEvent>(toJsonLine(event))), toJsonLine(event));
        event.changes = changesOf(valueOf(std::map<int, std::vector<int>>{{1, {1, 2}}, {2, {}}}),
                                  valueOf(std::map<int, std::vector<int>>{{1, {1, 3, 4}}}));
        const auto back = read<SessionEvent>(toJsonLine(event));
        QCOMPARE(back.changes.size(), event.changes.size());
        QCOMPARE(toJsonLine(back), toJsonLine(event));
    }

    void values_comeBack()
    {
        const auto same = [](const auto &value, LogLimits limits = {}) {
            return again(value, limits) == valueOf(value, limits).toJson();
        };
        QVERIFY(same(true));
        QVERIFY(same(std::numeric_limits<std::int64_t>::min()));
        QVERIFY(same(std::numeric_limits<std::uint64_t>::max()));
        QVERIFY(same(0.1));
        QVERIFY(same(-0.0));
        QVERIFY(same(std::numeric_limits<double>::infinity()));
        QVERIFY(same(std::nan("")));
        QVERIFY(same(1e300));
        QVERIFY(same(std::numeric_limits<double>::denorm_min()));
        QVERIFY(same(3.14159265358979323846264338327950288L));
        QVERIFY(same(std::string("a\0b\n\"\\\xff", 7)));
        QVERIFY(same(std::string("\xed\xa0\xbd \xf0\x9f\x98\x80")));
        QVERIFY(same(std::optional<int>()));
        QVERIFY(same(std::map<int, std::string>{{1, "one"}, {2, "two"}}));
        QVERIFY(same(std::map<std::string, int>{{"$int", 1}}));
        QVERIFY(same(std::vector<std::vector<int>>{{}, {1}}));
        QVERIFY(same(std::string(100, 'x'), {.textBytes = 10}));
        QVERIFY(same(std::vector<int>(100), {.parts = 10}));
        QVERIFY(same(std::map<int, int>{{1, 1}, {2, 2}, {3, 3}}, {.parts = 2}));
    }

    /// Random values, and random damage to their lines: it is read or refused, and nothing else.
    void random_linesComeBackOrAreRefused()
    {
        std::mt19937 random(4711);
        const auto number = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
        for (int i = 0; i < 3000; ++i) {
            SessionEvent event = eventOfAll();
            std::map<std::string, std::vector<double>> value;
            for (unsigned entries = number(4); entries > 0; --entries) {
                std::string key;
                for (unsigned size = number(5); size > 0; --size) {
                    key += static_cast<char>(number(256));
                }
                for (unsigned items = number(3); items > 0; --items) {
                    value[key].push_back(std::ldexp(static_cast<double>(number(1000)), static_cast<int>(number(90))));
                }
            }
            event.value = valueOf(value);
            std::string line = toJsonLine(event);
            QCOMPARE(toJsonLine(read<SessionEvent>(line)), line);
            for (unsigned damage = 1 + number(3); damage > 0; --damage) {
                const std::size_t at = number(static_cast<unsigned>(line.size()));
                if (number(2) == 0) {
                    line[at] = static_cast<char>(number(256));
                } else {
                    line.erase(at, 1 + number(8));
                }
                if (line.empty()) {
                    break;
                }
            }
            try {
                const SessionLine damaged = fromJsonLine(line);
                if (const auto *const back = std::get_if<SessionEvent>(&damaged)) {
                    const std::string written = toJsonLine(*back);
                    QCOMPARE(toJsonLine(read<SessionEvent>(written)), written);
                }
            } catch (const SessionError &error) {
                QVERIFY(error.offset() <= line.size() + 8);
            }
        }
    }

    void unknownMembers_arePassedOver()
    {
        const auto event =
            read<SessionEvent>("{\"e\":1,\"colour\":{\"a\":[1,null,true,\"x\"]},\"t\":5,\"w\":2,\"v\":3,\"x\":-1e5}");
        QCOMPARE(event.time.count(), 5);
        QVERIFY(std::holds_alternative<std::monostate>(fromJsonLine("{\"e\":1,\"t\":5,\"explode\":2}")));
        QVERIFY(std::holds_alternative<std::monostate>(fromJsonLine("{\"e\":1,\"w\":5,\"outcome\":\"maybe\"}")));
        QVERIFY(std::holds_alternative<std::monostate>(fromJsonLine("{\"hello\":1}")));
    }

    void hostileLines_areRefusedWithTheirPlace()
    {
        QCOMPARE(refusal(""), "line 7, byte 0: '{' is expected here");
        QCOMPARE(refusal("{"), "line 7, byte 1: '\"' is expected here");
        QCOMPARE(refusal("{\"nanostores\":2}"),
                 "line 7, byte 15: the session is of version 2, and this library reads up to 1: open it with a newer "
                 "one");
        QCOMPARE(refusal("{\"s\":1}"), "line 7, byte 7: the store has no \"name\"");
        QCOMPARE(refusal("{\"e\":0}"), "line 7, byte 6: numbers of stores and of events begin with 1");
        QCOMPARE(refusal("{\"e\":-1}"), "line 7, byte 7: a whole number from 0 is expected here");
        QCOMPARE(refusal("{\"e\":1,\"s\":1,\"name\":\"x\",\"w\":1}"),
                 "line 7, byte 30: a line is a header, a store or an event: one of \"nanostores\", \"s\" and \"e\"");
        QCOMPARE(refusal("{\"e\":1,\"w\":1,\"run\":1}"), "line 7, byte 19: an event is of one kind");
        QCOMPARE(refusal("{\"e\":1,\"w\":1,\"v\":{\"$code\":1}}"),
                 "line 7, byte 26: a mark of this name is not known: the file is of a later version");
        QCOMPARE(refusal("{\"e\":1} x"), "line 7, byte 8: there is something behind the end of the value");
        QCOMPARE(refusal(std::string(100, '['), {.depth = 5}), "line 7, byte 0: '{' is expected here");
        QCOMPARE(refusal("{\"v\":" + std::string(200'000, '[')),
                 "line 7, byte 68: values lie in values deeper than the limit");
        QCOMPARE(refusal("{\"x\":" + std::string(200'000, '[')),
                 "line 7, byte 68: values lie in values deeper than the limit");
        QCOMPARE(refusal(std::string(100, ' '), {.lineBytes = 10}), "line 7, byte 10: the line has more than 10 bytes");
        QCOMPARE(refusal("{\"v\":\"\xff\"}"), "line 7, byte 8: the text before this is not UTF-8");
        QCOMPARE(refusal("{\"v\":1e999}"), "line 7, byte 10: the number is larger than a double can be");
    }
};

QTEST_APPLESS_MAIN(tst_SessionLines)
#include "tst_sessionlines.moc"
