// SPDX-License-Identifier: MIT
#include <nanostores/core/errors.h>
#include <nanostores/core/task.h>
#include <nanostores/kit.h>

#include "support/callrecorder.h"
#include "support/handlers.h"

#include <QtTest/QTest>

#include <memory>
#include <string>
#include <vector>

using namespace nanostores;
using support::Trace;

namespace {

const auto text = scoped([] { return atom(std::string("empty")); });
const auto width = scoped([] { return signal(1); });

Trace trace;

struct Noted
{
    explicit Noted(std::string name)
        : m_name(std::move(name))
    {
    }
    Noted(const Noted &) = delete;
    Noted &operator=(const Noted &) = delete;
    ~Noted() { trace.add(QByteArray::fromStdString(m_name)); }

private:
    std::string m_name;
};

} // namespace

class tst_ScopeEnd : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        Scope::resetGlobal();
        trace.take();
    }
    void cleanupTestCase() { Scope::resetGlobal(); }

    void end_hasAnOrder();
    void end_endsScopesBelow();
    void end_waitsForWhatRuns();
    void end_thenLookupIsAnError();
    void end_inItsOwnEffect();
    void end_ofTheParentFirst();
    void end_reportsErrors();
    void keep_endsSubscriptionsAndHooks();
    void keep_inTheFunctionOfAStore();
    void untilEnd_abandonsTasks();
    void untilEnd_passesResultsOn();
    void inScope_isNotCalledAfterTheEnd();
    void scope_canBeMoved();
};

void tst_ScopeEnd::end_hasAnOrder()
{
    const auto first = scoped([] { return std::make_shared<Noted>("first"); });
    const auto second = scoped([first] { return first() ? std::make_shared<Noted>("second") : nullptr; });
    Scope scope({provide(second), provide(first)});
    const Scope below({}, scope);
    below.onEnd([] { trace.add("below"); });
    scope.onEnd([] { trace.add("A"); });
    scope.run([&] {
        effect([] { return [] { trace.add("effect1"); }; }).detach();
        static_cast<void>(second());
        effect([] { return [] { trace.add("effect2"); }; }).detach();
    });
    scope.keep(std::make_unique<Noted>("B"));
    scope.end();
    QCOMPARE(trace.take(), "below effect1 effect2 B A second first");
    QVERIFY(scope.hasEnded() && below.hasEnded());
    scope.end();
    QCOMPARE(trace.take(), "");
}

void tst_ScopeEnd::end_endsScopesBelow()
{
    auto outer = std::make_unique<Scope>();
    const Scope one({}, *outer);
    const Scope two({}, one);
    const Scope three({}, *outer);
    one.onEnd(trace.adds("one"));
    two.onEnd(trace.adds("two"));
    three.onEnd(trace.adds("three"));
    outer.reset();
    QCOMPARE(trace.take(), "three two one");
}

void tst_ScopeEnd::end_waitsForWhatRuns()
{
    auto outer = std::make_unique<Scope>();
    Scope inner({provide(text)}, *outer);
    inner.onEnd(trace.adds("inner"));
    outer->onEnd(trace.adds("outer"));
    inner.run([&] {
        outer.reset();
        trace.add("running");
        text().set("still");
        QVERIFY(!inner.hasEnded());
    });
    QCOMPARE(trace.take(), "running inner outer");
    QVERIFY(inner.hasEnded());
}

void tst_ScopeEnd::end_thenLookupIsAnError()
{
    Scope scope("page", {provide(text)});
    const InjectionContext handle = scope;
    const auto kept = text.in(scope);
    scope.end();
    QVERIFY(
        support::thrownBy([&] { static_cast<void>(text.in(handle)); }).contains(QStringLiteral("\"page\" has ended")));
    QVERIFY_THROWS_EXCEPTION(ScopeEnded, kit::run(handle, [] {}));
    QVERIFY_THROWS_EXCEPTION(ScopeEnded, scope.keep(std::make_unique<int>(1)));
    QVERIFY_THROWS_EXCEPTION(ScopeEnded, Scope({}, handle));
    kept.set("lives"); // as long as a handle does
    QCOMPARE(kept.get(), std::string("lives"));
}

void tst_ScopeEnd::end_inItsOwnEffect()
{
    auto scope = std::make_unique<Scope>(std::vector{provide(text)});
    const auto isClosing = signal(false);
    bool hasThrown = false;
    scope->run([&] {
        effect([&] {
            if (isClosing()) {
                scope.reset();
                trace.add("closed");
                hasThrown = support::thrownBy([] { static_cast<void>(text()); }).contains(QStringLiteral("has ended"));
            }
            return trace.adds("cleanup");
        }).detach();
    });
    isClosing(true);
    QCOMPARE(trace.take(), "cleanup closed cleanup");
    QVERIFY(hasThrown);
    isClosing(false);
    QCOMPARE(trace.take(), "");
}

void tst_ScopeEnd::end_ofTheParentFirst()
{
    auto parent = std::make_unique<Scope>(std::vector{provide(text)});
    auto child = std::make_unique<Scope>(std::vector{provide(width)}, *parent);
    auto other = std::make_unique<Scope>(std::vector{provide(width)}, *parent);
    child->run([&] {
        effect([] {
            text()();
            return trace.adds("stop");
        }).detach();
    });
    other.reset();
    parent.reset();
    QCOMPARE(trace.take(), "stop");
    QVERIFY(child->hasEnded());
    QVERIFY_THROWS_EXCEPTION(ScopeEnded, static_cast<void>(width.in(*child)));
    child.reset();
}

void tst_ScopeEnd::end_reportsErrors()
{
    support::ErrorLog errors;
    Scope scope;
    scope.onEnd(trace.adds("still"));
    scope.onEnd([] { throw std::runtime_error("in onEnd"); });
    scope.run([] { effect([] { return [] { throw std::runtime_error("in cleanup"); }; }).detach(); });
    scope.end();
    QCOMPARE(trace.take(), "still");
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("in cleanup"), QStringLiteral("in onEnd")}));
}

void tst_ScopeEnd::keep_endsSubscriptionsAndHooks()
{
    const auto count = atom(0);
    {
        const Scope scope;
        scope.keep(count.listen([](int value) { trace.add("", value); }));
        scope.keep(onSet(count, [](auto &event) { event.replace(event.newValue() * 2); }));
        count.set(1);
    }
    count.set(3);
    QCOMPARE(trace.take(), "2");
    QCOMPARE(count.get(), 3);
}

void tst_ScopeEnd::keep_inTheFunctionOfAStore()
{
    const auto source = atom(0);
    const auto copy = scoped([&] {
        const auto made = atom(0);
        static_cast<void>(text());
        keepInScope(source.listen([made](int value) { made.set(value); }));
        onScopeEnd(trace.adds("end"));
        effect([made] { trace.add("", made()); }).detach();
        return made;
    });
    Scope document({provide(text)});
    const Scope view({}, document);
    const auto kept = copy.in(view);
    source.set(1);
    QCOMPARE(trace.take(), "0 1");
    document.end();
    QCOMPARE(trace.take(), "end");
    source.set(2);
    QCOMPARE(kept.get(), 1);
}

namespace {

Task<void> load(Task<int> answer)
{
    try {
        trace.add("", co_await answer);
    } catch (const TaskAbandoned &) {
        trace.add("abandoned");
    }
}

} // namespace

void tst_ScopeEnd::untilEnd_abandonsTasks()
{
    const TaskSource<int> server;
    Scope scope;
    const auto loading = load(scope.untilEnd(server.task()));
    QVERIFY(!loading.done());
    scope.end();
    QCOMPARE(trace.take(), "abandoned");
    QVERIFY(loading.done());
    server.resolve(1);
    QCOMPARE(trace.take(), "");
}

void tst_ScopeEnd::untilEnd_passesResultsOn()
{
    const Scope scope;
    for (int i = 0; i < 100; ++i) {
        const TaskSource<int> server;
        const auto loading = load(scope.untilEnd(server.task()));
        server.resolve(i);
        QCOMPARE(trace.take(), QByteArray::number(i));
    }
    const TaskSource<void> done;
    const auto waits = scope.untilEnd(done.task());
    done.resolve();
    QVERIFY(waits.done());
}

void tst_ScopeEnd::inScope_isNotCalledAfterTheEnd()
{
    const auto count = atom(0);
    auto scope = std::make_unique<Scope>();
    Subscription listener = scope->run([&] { return count.listen(inScope([](int value) { trace.add("", value); })); });
    auto read = scope->run([] { return inScope([] { return 1; }); });
    count.set(1);
    QCOMPARE(read(), 1);
    scope.reset();
    count.set(2);
    QCOMPARE(trace.take(), "1");
    QVERIFY_THROWS_EXCEPTION(ScopeEnded, static_cast<void>(read()));
}

void tst_ScopeEnd::scope_canBeMoved()
{
    Scope one({provide(text)});
    one.onEnd(trace.adds("one"));
    const auto mine = text.in(one);
    Scope two = std::move(one);
    QVERIFY(text.in(two) == mine);
    Scope three;
    three.onEnd(trace.adds("three"));
    three = std::move(two);
    QCOMPARE(trace.take(), "three");
    QVERIFY(text.in(three) == mine);
}

QTEST_APPLESS_MAIN(tst_ScopeEnd)
#include "tst_scopeend.moc"
