// SPDX-License-Identifier: MIT

// Actions: names, arguments, errors, coroutines, and what belongs to them.

#include "loggedlines.h"

#include <nanostores/core.h>
#include <nanostores/logger.h>

#include "support/handlers.h"
#include "support/timedtest.h"

#include <QList>
#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <stdexcept>
#include <string>

using namespace nanostores;
using Lines = QList<QByteArray>;

namespace {

struct User
{
    std::string name;
    int age = 0;
    friend bool operator==(const User &, const User &) = default;

    template<typename F>
    static void visitFields(F f)
    {
        f("name", &User::name);
        f("age", &User::age);
    }
};

/// The numbers of actions count on from test to test.
Lines withoutNumbers(const Lines &lines)
{
    static const QRegularExpression number(QStringLiteral(" #\\d+"));
    Lines made;
    for (const QByteArray &line : lines) {
        made.push_back(QString::fromUtf8(line).remove(number).toUtf8());
    }
    return made;
}

} // namespace

class tst_LoggerActions : public support::TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void arguments_thatAreNull();
    void action_isATree();
    void action_returnsWhatTheFunctionReturns();
    void action_withoutALogger();
    void action_argumentsOfAnyType();
    void action_nested();
    void action_ofAnotherStore();
    void action_throws();
    void action_asCoroutine();
    void action_coroutineFails();
    void action_coroutineIsAbandoned();
    void action_within();
    void action_countsAsATask();
    void action_ignored();
    void action_switchedOff();
    void action_inABatch();
    void action_whenTheLoggerEnds();
    void buildLogger_seesActions();
};

void tst_LoggerActions::action_isATree()
{
    support::LoggedLines lines;
    const auto user = map(User{"Ada", 36});
    const auto label = computed(user, [](const User &u) { return u.name; });
    const auto listener = label.listen([](const std::string &) {});
    const auto rename = action(user, "rename", [](auto store, std::string name, int age) {
        store.setKey(&User::name, name);
        store.setKey(&User::age, age);
    });
    const Logger log = logger({{"user", user}, {"label", label}}, lines.options());
    rename("Bob", 37);
    QCOMPARE(withoutNumbers(lines.take()), Lines({"rename(\"Bob\", 37) on user", "  user.name: \"Ada\" -> \"Bob\"",
                                                  "    label: \"Ada\" -> \"Bob\"", "  user.age: 36 -> 37"}));
}

void tst_LoggerActions::action_returnsWhatTheFunctionReturns()
{
    const auto count = atom(1);
    const auto add = action(count, "add", [](auto store, int by) {
        store.update([by](int n) { return n + by; });
        return store.peek();
    });
    QCOMPARE(add(2), 3);
    const auto moveOnly = action(count, "make", [](auto, std::unique_ptr<int> from) { return from; });
    QCOMPARE(*moveOnly(std::make_unique<int>(5)), 5);
    QCOMPARE(add.name(), "add");
}

void tst_LoggerActions::action_withoutALogger()
{
    const auto cart = map<std::string, int>();
    const auto put = action(cart, "put", [](auto store, const char *key) {
        store.setKey(key, 1);
        store.setKey(key, 2);
        store.removeKey("other");
        store.set({});
        store.setKey("last", std::nullopt);
    });
    put("mug");
    QVERIFY(cart.get().empty());
}

void tst_LoggerActions::action_argumentsOfAnyType()
{
    support::LoggedLines lines;
    const auto count = atom(1);
    struct Opaque
    {
    };
    const auto go = action(count, "go", [](auto, const auto &...) {});
    const Logger log = logger({{"count", count}}, lines.options());
    go();
    go("text", std::string("b"), true, 1.5, User{"Ada", 1}, std::vector<int>{1, 2}, count);
    go(Opaque());
    const Lines all = withoutNumbers(lines.take());
    QCOMPARE(all[0], "go() on count");
    QCOMPARE(all[1], "go(\"text\", \"b\", true, 1.5, {name: \"Ada\", age: 1}, [1, 2], \"store \\\"\\\"\") on count");
    QVERIFY(all[2].startsWith("go(<") && all[2].contains("Opaque"));
}

void tst_LoggerActions::action_nested()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto inner = action(a, "inner", [](auto store) { store.set(2); });
    const auto outer = action(a, "outer", [&](auto store) {
        inner();
        store.set(3);
    });
    const Logger log = logger({{"a", a}}, lines.options());
    outer();
    QCOMPARE(withoutNumbers(lines.take()), Lines({"outer() on a", "  inner() on a", "    a: 1 -> 2", "  a: 2 -> 3"}));
}

void tst_LoggerActions::action_ofAnotherStore()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto b = atom(1);
    const auto go = action(b, "go", [&](auto) { a.set(2); });
    const Logger log = logger({{"a", a}}, lines.options());
    go();
    QCOMPARE(withoutNumbers(lines.take()), Lines({"a: 1 -> 2  by go"}));
}

void tst_LoggerActions::action_throws()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto go = action(a, "go", [](auto store, int to) {
        store.set(to);
        support::fail("not now");
    });
    const Logger log = logger({{"a", a}}, lines.options());
    QCOMPARE(support::thrownBy([&] { go(2); }), QStringLiteral("not now"));
    QCOMPARE(withoutNumbers(lines.take()),
             Lines({"go(2) on a", "  a: 1 -> 2", "  go failed: std::runtime_error: not now"}));
    a.set(3);
    QCOMPARE(lines.take(), Lines({"a: 2 -> 3"})); // no longer by go
}

void tst_LoggerActions::action_asCoroutine()
{
    support::LoggedLines lines;
    const auto user = map(User{"Ada", 36});
    const TaskSource<int> saved;
    const auto rename = action(user, "rename", [&](auto store, std::string name) -> Task<int> {
        store.setKey(&User::name, "...");
        const int result = co_await saved.task();
        store.setKey(&User::name, name);
        co_return result;
    });
    const Logger log = logger({{"user", user}}, lines.options());
    const Task<int> task = rename("Bob");
    QCOMPARE(withoutNumbers(lines.take()),
             Lines({"rename(\"Bob\") on user, goes on", "  user.name: \"Ada\" -> \"...\""}));
    user.setKey(&User::age, 40);
    QCOMPARE(lines.take(), Lines({"user.age: 36 -> 40"}));
    saved.resolve(7);
    QCOMPARE(task.result(), 7);
    QCOMPARE(withoutNumbers(lines.take()), Lines({"user.name: \"...\" -> \"Bob\"  by rename", "rename ended"}));
}

void tst_LoggerActions::action_coroutineFails()
{
    support::LoggedLines lines;
    support::ErrorLog errors;
    const auto a = atom(1);
    const TaskSource<int> source;
    const auto go = action(a, "go", [&](auto) -> Task<void> { co_await source.task(); });
    const Logger log = logger({{"a", a}}, lines.options());
    {
        const Task<void> task = go();
        source.reject(std::make_exception_ptr(std::runtime_error("no answer")));
        QCOMPARE(withoutNumbers(lines.take()),
                 Lines({"go() on a, goes on", "go failed: std::runtime_error: no answer"}));
    }
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("no answer")})); // nothing has taken it
}

void tst_LoggerActions::action_coroutineIsAbandoned()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    auto source = std::make_unique<TaskSource<int>>();
    const auto go = action(a, "go", [&](auto) -> Task<int> { co_return co_await source->task(); });
    const Logger log = logger({{"a", a}}, lines.options());
    const Task<int> task = go();
    lines.take();
    source.reset();
    const Lines all = withoutNumbers(lines.take());
    QCOMPARE(all.size(), 1);
    QVERIFY2(all[0].startsWith("go failed: nanostores::TaskAbandoned"), all[0]);
}

void tst_LoggerActions::action_within()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto b = atom(1);
    const TaskSource<void> source;
    const auto go = action(a, "go", [&](auto store) -> Task<void> {
        co_await source.task();
        store.within([&] { b.set(2); });
        b.set(3);
    });
    const Logger log = logger({{"a", a}, {"b", b}}, lines.options());
    const Task<void> task = go();
    source.resolve();
    QCOMPARE(withoutNumbers(lines.take()), Lines({"go() on a, goes on", "b: 1 -> 2  by go", "b: 2 -> 3", "go ended"}));
}

void tst_LoggerActions::action_countsAsATask()
{
    const auto a = atom(1);
    const TaskSource<void> source;
    const auto go = action(a, "go", [&](auto) -> Task<void> { co_await source.task(); });
    const Task<void> task = go();
    const Task<void> all = allTasks();
    QVERIFY(!all.done());
    source.resolve();
    QVERIFY(all.done());
}

void tst_LoggerActions::action_ignored()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto b = atom(1);
    const auto listener = a.listen([&](int value) { b.set(value); });
    const TaskSource<void> source;
    const auto tick = action(a, "tick", [&](auto store) -> Task<void> {
        store.set(2);
        co_await source.task();
        store.set(3);
    });
    LoggerOptions options;
    options.ignoreActions = {"tick"};
    const Logger log = logger({{"a", a}, {"b", b}}, lines.options(options));
    const Task<void> task = tick();
    source.resolve();
    QCOMPARE(lines.take(), Lines());
    a.set(4);
    QCOMPARE(lines.take(), Lines({"a: 3 -> 4", "  b: 3 -> 4"}));
}

void tst_LoggerActions::action_switchedOff()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto go = action(a, "go", [](auto store) { store.set(2); });
    LoggerOptions options;
    options.messages.action = false;
    const Logger log = logger({{"a", a}}, lines.options(options));
    go();
    a.set(3);
    QCOMPARE(lines.take(), Lines({"a: 2 -> 3"}));
}

void tst_LoggerActions::action_inABatch()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    const auto go = action(a, "go", [](auto store) { batch([&] { store.set(2); }); });
    const Logger log = logger({{"a", a}}, lines.options());
    batch([&] { go(); });
    QCOMPARE(withoutNumbers(lines.take()), Lines({"batch", "  go() on a", "    a: 1 -> 2"}));
}

void tst_LoggerActions::action_whenTheLoggerEnds()
{
    support::LoggedLines lines;
    const auto a = atom(1);
    Logger log;
    const TaskSource<void> source;
    const auto go = action(a, "go", [&](auto store) -> Task<void> {
        store.set(2);
        log.reset();
        store.set(3);
        co_await source.task();
    });
    log = logger({{"a", a}}, lines.options());
    const Task<void> task = go();
    source.resolve();
    QCOMPARE(withoutNumbers(lines.take()), Lines({"go() on a", "  a: 1 -> 2"}));
    const Logger other = logger({{"a", a}}, lines.options());
    const TaskSource<void> second;
    a.set(4);
    QCOMPARE(lines.take(), Lines({"a: 3 -> 4"}));
}

void tst_LoggerActions::buildLogger_seesActions()
{
    const auto a = atom(1);
    Lines seen;
    const auto note = [&](const char *what) {
        return [&seen, what](const LogActionEvent &event) {
            QByteArray line = QByteArray(what) + ' ' + QByteArray::fromStdString(event.actionName + event.error);
            for (const LogValue &argument : event.args) {
                line += ' ' + QByteArray::fromStdString(argument.toText());
            }
            seen.push_back(line);
        };
    };
    LoggerEvents events;
    std::uint64_t id = 0;
    events.change = [&](const LogChangeEvent &event) {
        id = event.actionId;
        seen.push_back(QByteArray::fromStdString(event.actionName + ' ' + event.valueMessage));
    };
    events.action = {note("start"), note("error"), note("end")};
    const Logger log = buildLogger(a, "a", events);
    std::uint64_t expected = 0;
    const auto go = action(a, "go", [&](auto store, int to) {
        expected = store.actionId();
        store.set(to);
        support::fail("x");
    });
    QCOMPARE(support::thrownBy([&] { go(5); }), QStringLiteral("x"));
    QCOMPARE(seen, Lines({"start go 5", "go 1 -> 5", "error gostd::runtime_error: x", "end gostd::runtime_error: x"}));
    QCOMPARE(id, expected);
}

void tst_LoggerActions::arguments_thatAreNull()
{
    support::LoggedLines lines;
    const auto a = atom(1).named("a");
    const auto say = action(a, "say", [](auto, const char *) {});
    const char *const none = nullptr;
    const Logger log = logger({a}, lines.options());
    say(none);
    say(nullptr);
    say("hello");
    const QByteArray text = lines.text();
    QVERIFY2(text.contains("say(\"hello\")"), text.constData());
    QCOMPARE(text.count("say(none)"), 2);
}

QTEST_GUILESS_MAIN(tst_LoggerActions)
#include "tst_loggeractions.moc"
