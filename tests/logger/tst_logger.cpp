// SPDX-License-Identifier: MIT

// What a logger writes of writes, computed stores, effects, batches and mounts.

#include "loggedlines.h"

#include <nanostores/core.h>
#include <nanostores/logger.h>

#include "support/handlers.h"
#include "support/timedtest.h"

#include <QList>
#include <QTest>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace nanostores;
using Lines = QList<QByteArray>;

namespace {

struct Person
{
    std::string name;
    int age = 0;
    std::vector<std::string> tags;
    friend bool operator==(const Person &, const Person &) = default;

    template<typename F>
    static void visitFields(F f)
    {
        f("name", &Person::name);
        f("age", &Person::age);
        f("tags", &Person::tags);
    }
};

} // namespace

class tst_Logger : public support::TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void write_oldAndNewValue();
    void write_ofAPart();
    void write_ofSeveralParts();
    void write_thatIsRefused();
    void write_thatThrows();
    void write_inAListener();
    void write_ofTheSameStoreInAListener();
    void write_ofTheSameStoreInAHook();
    void write_notify();
    void equal_isWrittenWhenAskedFor();
    void computed_standsBelowTheWrite();
    void computed_withTheSameValue();
    void computed_thatThrows();
    void computed_readOutsideOfAWrite();
    void computed_batched();
    void computed_asynchronous();
    void effects_ofALoggerOfAllStores();
    void batch_isOneTree();
    void batch_withoutLoggedStores();
    void mounts();
    void messages_switchOff();
    void names_ofStores();
    void except_leavesStoresOut();
    void all_logsStoresThatAreMadeLater();
    void chosen_leavesTheOthersOut();
    void add_andRemove();
    void errors_withoutACaller();
    void loggers_several();
    void values_areCutInLines();
    void values_ofTypesThatAreNotKnown();
    void off_formatsNothing();
    void rate_countsWhatIsLeftOut();
    void buildLogger_events();
};

void tst_Logger::write_oldAndNewValue()
{
    support::LoggedLines lines;
    const auto count = atom(1);
    const Logger log = logger({{"count", count}}, lines.options());
    count.set(2);
    count.set(2);
    QCOMPARE(lines.take(), Lines({"count: 1 -> 2"}));
    const auto text = atom(std::string("a"));
    log.add({"text", text});
    text.set("b\"\n");
    QCOMPARE(lines.take(), Lines({"text: \"a\" -> \"b\\\"\\n\""}));
}

void tst_Logger::write_ofAPart()
{
    support::LoggedLines lines;
    const auto cart = map<std::string, int>();
    const auto person = map(Person{"Ada", 36, {"x"}});
    const auto deep = deepMap(Person{"Bob", 1, {"x"}});
    const Logger log = logger({{"cart", cart}, {"person", person}, {"deep", deep}}, lines.options());
    cart.setKey("mug", 1);
    cart.setKey("mug", 2);
    cart.removeKey("mug");
    QCOMPARE(lines.take(), Lines({"cart[\"mug\"]: - -> 1", "cart[\"mug\"]: 1 -> 2", "cart[\"mug\"]: 2 -> -"}));
    person.setKey(&Person::age, 37);
    person.set({"Ada", 37, {"x", "y"}});
    deep.setKey(path(&Person::tags, 0), "z");
    QCOMPARE(lines.take(),
             Lines({"person.age: 36 -> 37", "person.tags[1]: - -> \"y\"", "deep.tags[0]: \"x\" -> \"z\""}));
}

void tst_Logger::write_ofSeveralParts()
{
    support::LoggedLines lines;
    const auto person = map(Person{"Ada", 36, {}});
    const auto numbers = atom(std::vector<int>(20));
    const Logger log = logger({{"person", person}, {"numbers", numbers}}, lines.options());
    person.set({"Bob", 37, {}});
    QCOMPARE(lines.take(), Lines({"person: .name \"Ada\" -> \"Bob\", .age 36 -> 37"}));
    numbers.set(std::vector<int>(20, 1));
    QCOMPARE(lines.take(), Lines({"numbers: [0] 0 -> 1, [1] 0 -> 1, [2] 0 -> 1, [3] 0 -> 1, [4] 0 -> 1, [5] 0 -> 1, "
                                  "[6] 0 -> 1, [7] 0 -> 1, and 12 more"}));
}

void tst_Logger::write_thatIsRefused()
{
    support::LoggedLines lines;
    const auto count = atom(1);
    const auto hook = onSet(count, [](auto &event) {
        event.newValue() > 9 ? event.abort() : event.newValue() > 5 ? event.replace(5) : void();
    });
    const Logger log = logger({{"count", count}}, lines.options());
    count.set(10);
    count.set(7);
    QCOMPARE(lines.take(), Lines({"count: aborted by a hook", "count: 1 -> 5"}));
}

void tst_Logger::write_thatThrows()
{
    support::LoggedLines lines;
    const auto count = atom(1);
    const auto hook = onSet(count, [](auto &event) { support::orThrow(event.newValue(), 2); });
    const auto listener = count.listen([](int value) { support::orThrow(value, 3); });
    const Logger log = logger({{"count", count}}, lines.options());
    QVERIFY_EXCEPTION_THROWN(count.set(2), std::runtime_error);
    QVERIFY_EXCEPTION_THROWN(count.set(3), std::runtime_error);
    QCOMPARE(lines.take(), Lines({"count: threw", "count: 1 -> 3, threw"}));
}

void tst_Logger::write_inAListener()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto b = atom(1);
    const auto c = atom(1);
    const auto one = a.listen([&](int value) { b.set(value); });
    const auto two = b.listen([&](int value) { c.set(value); });
    const Logger log = logger({{"a", a}, {"b", b}, {"c", c}}, lines.options());
    a.set(2);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2", "  b: 1 -> 2", "  c: 1 -> 2"}));
}

void tst_Logger::write_ofTheSameStoreInAListener()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto one = a.listen([&](int value) {
        if (value < 4) {
            a.set(value + 1);
        }
    });
    const Logger log = logger({{"a", a}}, lines.options());
    a.set(2);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2", "  a: 2 -> 3", "  a: 3 -> 4"}));
}

void tst_Logger::write_ofTheSameStoreInAHook()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    bool once = true;
    const auto hook = onSet(a, [&](auto &) {
        if (std::exchange(once, false)) {
            a.set(5);
            a.set(6);
        }
    });
    const Logger log = logger({{"a", a}}, lines.options());
    a.set(9);
    QCOMPARE(lines.take(), Lines({"a: 6 -> 9", "  a: 1 -> 5", "  a: 5 -> 6"}));
}

void tst_Logger::write_notify()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const Logger log = logger({{"a", a}}, lines.options());
    a.notify();
    QCOMPARE(lines.take(), Lines({"a: notified"}));
}

void tst_Logger::equal_isWrittenWhenAskedFor()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto half = computed(a, [](int n) { return n / 2; });
    const auto listener = half.listen([](int) {});
    LoggerOptions options;
    options.messages.equal = true;
    const Logger log = logger({{"a", a}, {"half", half}}, lines.options(options));
    a.set(1);
    a.set(0);
    QCOMPARE(lines.take(), Lines({"a: equal", "a: 1 -> 0", "  half: ran, the same value"}));
}

void tst_Logger::computed_standsBelowTheWrite()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto twice = computed(a, [](int n) { return 2 * n; });
    const auto text = computed([&] { return std::to_string(twice()); });
    const auto listener = text.listen([](const std::string &) {});
    const Logger log = logger({{"a", a}, {"twice", twice}, {"text", text}}, lines.options());
    a.set(2);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2", "  twice: 2 -> 4", "  text: \"2\" -> \"4\""}));
}

void tst_Logger::computed_withTheSameValue()
{
    support::LoggedLines lines;
    const auto a = atom(2);
    const auto half = computed(a, [](int n) { return n / 2; });
    const auto listener = half.listen([](int) {});
    const Logger log = logger({{"a", a}, {"half", half}}, lines.options());
    a.set(3);
    QCOMPARE(lines.take(), Lines({"a: 2 -> 3"}));
}

void tst_Logger::computed_thatThrows()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto odd = computed([&] { return support::orThrow(a(), 2); });
    QCOMPARE(odd.peek(), 1);
    const Logger log = logger({{"a", a}, {"odd", odd}}, lines.options());
    a.set(2);
    QVERIFY_EXCEPTION_THROWN(odd.peek(), std::runtime_error);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2", "odd: threw std::runtime_error: bad value"}));
}

void tst_Logger::computed_readOutsideOfAWrite()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto twice = computed([&] { return 2 * a(); });
    const Logger log = logger({{"twice", twice}}, lines.options());
    QCOMPARE(twice.peek(), 2);
    a.set(2);
    QCOMPARE(twice.peek(), 4);
    QCOMPARE(lines.take(), Lines({"twice: none -> 2", "twice: 2 -> 4"}));
}

void tst_Logger::computed_batched()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto b = atom(1);
    const auto sum = batched(a, b, [](int x, int y) { return x + y; });
    const auto listener = sum.listen([](int) {});
    const Logger log = logger({{"a", a}, {"sum", sum}}, lines.options());
    a.set(2);
    b.set(2);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2"}));
    m_time->advance(0);
    QCOMPARE(lines.take(), Lines({"sum: 2 -> 4"}));
}

void tst_Logger::computed_asynchronous()
{
    support::LoggedLines lines;
    const auto id = atom(1);
    std::vector<TaskSource<int>> answers;
    const auto post = computed(id, [&](int) {
        answers.emplace_back();
        return answers.back().task();
    });
    const auto listener = post.listen([](const std::optional<int> &) {});
    const Logger log = logger({{"id", id}, {"post", post}}, lines.options());
    answers[0].resolve(10);
    QCOMPARE(lines.take(), Lines({"post: none -> 10"}));
    id.set(2);
    answers[1].resolve(20);
    QCOMPARE(lines.take(), Lines({"id: 1 -> 2", "post: 10 -> 20"}));
}

void tst_Logger::effects_ofALoggerOfAllStores()
{
    support::LoggedLines lines;
    const auto a = atom(1).named("a");
    auto stop = effect([&] { support::orThrow(a(), 3); });
    const Logger log = logAll(lines.options());
    a.set(2);
    const Lines first = lines.take();
    QCOMPARE(first.size(), 2);
    QCOMPARE(first[0], "a: 1 -> 2");
    QVERIFY2(first[1].startsWith("  ") && first[1].endsWith(": ran"), first[1]);
    QVERIFY_EXCEPTION_THROWN(a.set(3), std::runtime_error);
    const Lines second = lines.take();
    QCOMPARE(second[0], "a: 2 -> 3, threw");
    QVERIFY2(second[1].endsWith(": threw std::runtime_error: bad value"), second[1]);
}

void tst_Logger::batch_isOneTree()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto b = atom(1);
    const auto sum = computed(a, b, [](int x, int y) { return x + y; });
    const auto listener = sum.listen([](int) {});
    const Logger log = logger({{"a", a}, {"b", b}, {"sum", sum}}, lines.options());
    batch([&] {
        a.set(2);
        batch([&] { b.set(3); });
        QCOMPARE(lines.take(), Lines());
    });
    QCOMPARE(lines.take(), Lines({"batch", "  a: 1 -> 2", "  b: 1 -> 3", "  sum: 2 -> 5"}));
}

void tst_Logger::batch_withoutLoggedStores()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto b = atom(1);
    const Logger log = logger({{"a", a}}, lines.options());
    batch([&] { b.set(2); });
    QCOMPARE(lines.take(), Lines());
}

void tst_Logger::mounts()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto hook = onMount(a, [](auto &) {});
    const Logger log = logger({{"a", a}}, lines.options());
    auto listener = a.listen([](int) {});
    QCOMPARE(lines.take(), Lines({"a: mounted"}));
    listener.reset();
    QCOMPARE(lines.take(), Lines());
    m_time->advance(1000);
    QCOMPARE(lines.take(), Lines({"a: unmounted"}));
}

void tst_Logger::messages_switchOff()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto hook = onMount(a, [](auto &) {});
    LoggerOptions options;
    options.messages = {.mount = false, .unmount = false, .change = false};
    const Logger log = logger({{"a", a}}, lines.options(options));
    auto listener = a.listen([](int) {});
    a.set(2);
    listener.reset();
    m_time->advance(1000);
    QCOMPARE(lines.take(), Lines());
}

void tst_Logger::names_ofStores()
{
    support::LoggedLines lines;
    const auto a = atom(1).named("shop/a");
    const auto b = atom(1);
    const Logger log = logger({a, b, {"c\n\x1b[31m", atom(1)}}, lines.options());
    a.set(2);
    b.set(2);
    QCOMPARE(lines.take(), Lines({"shop/a: 1 -> 2", "store #2: 1 -> 2"}));
    const auto d = atom(1);
    log.add({"d\n\x1b[31m", d});
    d.set(2);
    QCOMPARE(lines.take(), Lines({"d\\n\\u001b[31m: 1 -> 2"}));
}

void tst_Logger::except_leavesStoresOut()
{
    support::LoggedLines lines;
    const auto a = atom(1).named("ui/a");
    const auto b = atom(1).named("b");
    const auto listener = a.listen([&](int value) { b.set(value); });
    LoggerOptions options;
    options.except = {"ui/*"};
    const Logger log = logAll(lines.options(options));
    a.set(2);
    QCOMPARE(lines.take(), Lines({"b: 1 -> 2"}));
}

void tst_Logger::all_logsStoresThatAreMadeLater()
{
    support::LoggedLines lines;
    const Logger log = logAll(lines.options());
    const auto a = atom(1).named("a");
    a.set(2);
    a.setName("b");
    a.set(3);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2", "b: 2 -> 3"}));
}

void tst_Logger::chosen_leavesTheOthersOut()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto b = atom(1);
    const auto listener = b.listen([&](int value) { a.set(value); });
    const Logger log = logger({{"a", a}}, lines.options());
    b.set(2);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2"}));
}

void tst_Logger::add_andRemove()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const Logger log = logger({}, lines.options());
    a.set(2);
    log.add({"a", a});
    a.set(3);
    log.remove(a);
    a.set(4);
    log.add({"b", a});
    a.set(5);
    QCOMPARE(lines.take(), Lines({"a: 2 -> 3", "b: 4 -> 5"}));
}

void tst_Logger::errors_withoutACaller()
{
    support::LoggedLines lines;
    support::ErrorLog errors;
    const auto a = atom(1);
    const auto one = a.listen([](int) { throw std::runtime_error("one"); });
    const auto two = a.listen([](int) { throw std::runtime_error("two"); });
    const Logger log = logger({{"a", a}}, lines.options());
    QVERIFY_EXCEPTION_THROWN(a.set(2), std::runtime_error);
    QCOMPARE(lines.take(), Lines({"a: 1 -> 2, threw", "  error without a caller: std::runtime_error: two"}));
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("two")}));
}

void tst_Logger::loggers_several()
{
    support::LoggedLines first;
    support::LoggedLines second;
    const auto a = atom(1);
    const auto b = atom(1);
    Logger one = logger({{"a", a}}, first.options());
    const Logger two = logger({{"A", a}, {"B", b}}, second.options());
    a.set(2);
    one.reset();
    a.set(3);
    b.set(2);
    QCOMPARE(first.take(), Lines({"a: 1 -> 2"}));
    QCOMPARE(second.take(), Lines({"A: 1 -> 2", "A: 2 -> 3", "B: 1 -> 2"}));
}

void tst_Logger::values_areCutInLines()
{
    support::LoggedLines lines;
    const auto text = atom(std::string());
    const auto numbers = atom(std::vector<int>());
    const Logger log = logger({{"text", text}, {"numbers", numbers}}, lines.options());
    text.set(std::string(1000, 'x'));
    const Lines first = lines.take();
    QVERIFY(first[0].size() < 300);
    QVERIFY(first[0].endsWith("xxx\"..."));
    numbers.set(std::vector<int>(1000, 7));
    const Lines second = lines.take();
    QVERIFY(second[0].size() < 300);
    QVERIFY2(second[0].startsWith("numbers: [] -> [7, 7,") && second[0].endsWith("...]"), second[0]);
}

void tst_Logger::values_ofTypesThatAreNotKnown()
{
    struct Opaque
    {
        int number;
        bool operator==(const Opaque &) const = default;
    };
    support::LoggedLines lines;
    const auto a = atom(Opaque{1});
    const Logger log = logger({{"a", a}}, lines.options());
    a.set({2});
    const Lines all = lines.take();
    QCOMPARE(all.size(), 1);
    QVERIFY2(all[0].startsWith("a: -> <") && all[0].contains("Opaque"), all[0]);
}

namespace {

struct OffSink final : LogSink
{
    bool isOn() const noexcept override { return on; }
    void write(const LogTree &tree) override
    {
        for (const LogEvent &event : tree.events) {
            lines.push_back(QByteArray::fromStdString(lineOf(event)));
        }
    }
    bool on = false;
    Lines lines;
};

/// Notes that it was read.
struct Watched
{
    int number = 0;
    static inline int reads = 0;
    bool operator==(const Watched &) const = default;
    void describeTo(detail::Describer &to) const
    {
        ++reads;
        detail::describePart(number, to);
    }
};

} // namespace

void tst_Logger::off_formatsNothing()
{
    const auto a = atom(Watched{1});
    const auto sink = std::make_shared<OffSink>();
    LoggerOptions options;
    options.sinks = {sink};
    options.origins = false;
    Watched::reads = 0;
    const Logger log = logger({{"a", a}}, options);
    const auto listener = a.listen([](const Watched &) {});
    a.set({2});
    batch([&] { a.set({3}); });
    QCOMPARE(Watched::reads, 0);
    sink->on = true;
    a.set({4});
    a.set({5});
    QCOMPARE(sink->lines, Lines({"a: 3 -> 4", "a: 4 -> 5"}));
    sink->on = false;
    const int before = Watched::reads;
    a.set({6});
    QCOMPARE(Watched::reads, before);
    sink->on = true;
    a.set({7});
    QCOMPARE(sink->lines.last(), "a: 6 -> 7");
}

void tst_Logger::rate_countsWhatIsLeftOut()
{
    support::LoggedLines lines;
    const auto a = atom(0);
    LoggerOptions options;
    options.maxRate = 3;
    Logger log = logger({{"a", a}}, lines.options(options));
    for (int i = 1; i <= 10; ++i) {
        a.set(i);
    }
    QCOMPARE(lines.take(), Lines({"a: 0 -> 1", "a: 1 -> 2", "a: 2 -> 3"}));
    lines.advance(std::chrono::milliseconds(400)); // room for one
    a.set(11);
    a.set(12);
    QCOMPARE(lines.take(), Lines({"7 events left out: more than the rate of the logger", "a: 10 -> 11"}));
    log.reset();
    QCOMPARE(lines.take(), Lines({"1 event left out: more than the rate of the logger"}));
}

void tst_Logger::buildLogger_events()
{
    const auto cart = map<std::string, int>().named("cart");
    const auto hook = onMount(cart, [](auto &) {});
    Lines seen;
    const auto add = [&](const std::string &text) { seen.push_back(QByteArray::fromStdString(text)); };
    LoggerEvents events;
    events.mount = [&](const LogMountEvent &event) { add(event.storeName + " mounted"); };
    events.unmount = [&](const LogMountEvent &event) { add(event.storeName + " unmounted"); };
    events.change = [&](const LogChangeEvent &event) {
        add(event.storeName + event.changed + ' ' + event.valueMessage + ' ' + event.oldValue->toText() + ' '
            + event.newValue->toText());
    };
    const Logger log = buildLogger(cart, "Cart", events);
    auto listener = cart.listen([](const auto &) {});
    cart.setKey("mug", 1);
    cart.setKey("mug", 1);
    listener.reset();
    m_time->advance(1000);
    QCOMPARE(seen, Lines({"Cart mounted", "Cart[\"mug\"] - -> 1 {} {\"mug\": 1}", "Cart unmounted"}));
}

QTEST_GUILESS_MAIN(tst_Logger)
#include "tst_logger.moc"
