// SPDX-License-Identifier: MIT

// What the function of a scoped store adds follows the store into its scope: hooks, effects, computed stores.

#include <nanostores/kit.h>

#include "support/callrecorder.h"

#include <QtTest/QTest>

#include <optional>
#include <string>

using namespace nanostores;
using support::Trace;

namespace {

Trace trace;

QByteArray bytes(const std::string &value)
{
    return QByteArray::fromStdString(value);
}

const auto name = scoped([] { return signal(std::string("none")); });

/// Says whose it is when its first observer comes, and when its last one has gone.
const auto price = scoped([] {
    const auto made = signal(1);
    onStart(made, [whose = name()] { trace.add('+' + bytes(whose.get())); });
    onStop(made, [whose = name()] { trace.add('-' + bytes(whose.get())); });
    return made;
});
const auto twice = computed(price, [](int value) { return 2 * value; });

} // namespace

class tst_ScopeHooks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        Scope::resetGlobal();
        trace.take();
    }
    void cleanupTestCase() { Scope::resetGlobal(); }

    void hooks_areThoseOfTheScopesStore();
    void hooks_ofTheGlobalStoreSeeNoScope();
    void hooks_onSetOfOneScopeChangesNoOther();
    void computed_mountsTheStoreOfItsScope();
    void computed_ofComputedFollows();
    void batched_followsItsScope();
    void effects_ofOneStoreRunInItsScopeWhoeverWrites();
    void effects_ofSeveralScopesKeepThemApart();
    void effects_deepInOthersAreOfTheSameScope();
    void effects_ofAnotherScopesFunctionAreOfThatScope();
    void effects_madeWhileAStoreIsMadeSayWhereItBelongs();
};

void tst_ScopeHooks::hooks_areThoseOfTheScopesStore()
{
    const Scope one({provide(name, signal(std::string("one")))});
    const Scope two({provide(name, signal(std::string("two")))});
    const Subscription first = price.in(one).listen([](int) {});
    QCOMPARE(trace.take(), "+one");
    {
        const Subscription second = price.in(two).listen([](int) {});
        QCOMPARE(trace.take(), "+two");
    }
    QCOMPARE(trace.take(), "-two");
    QVERIFY(isMounted(price.in(one)) && !isMounted(price.in(two)));
}

void tst_ScopeHooks::hooks_ofTheGlobalStoreSeeNoScope()
{
    const Scope one({provide(name, signal(std::string("one")))});
    const auto shared = scoped([] {
        const auto made = signal(0);
        onStart(made, [] { trace.add(bytes(name().get())); });
        return made;
    });
    one.run([&] {
        const Subscription listener = shared().listen([](int) {});
        QCOMPARE(trace.take(), "none");
        const auto other = signal(0);
        const Unbind mine = onStart(other, inScope([] { trace.add(bytes(name().get())); }));
        const Subscription there = other.listen([](int) {});
        QCOMPARE(trace.take(), "one");
    });
}

void tst_ScopeHooks::hooks_onSetOfOneScopeChangesNoOther()
{
    const auto most = scoped([] { return signal(100); });
    const auto level = scoped([most] {
        const auto made = signal(0);
        onSet(made, [limit = most()](auto &event) {
            if (event.newValue() > limit.get()) {
                event.replace(limit.get());
            }
        });
        return made;
    });
    const Scope one({provide(most, signal(10))});
    level.in(one)(50);
    level()(50);
    QCOMPARE(level.in(one).get(), 10);
    QCOMPARE(level().get(), 50);
    most.in(one)(20);
    level.in(one)(50);
    level()(500);
    QCOMPARE(level.in(one).get(), 20);
    QCOMPARE(level().get(), 100);
}

void tst_ScopeHooks::computed_mountsTheStoreOfItsScope()
{
    const Scope one({provide(name, signal(std::string("one")))});
    const Scope two({provide(name, signal(std::string("two")))});
    const Subscription shown = twice.in(one).listen([](int value) { trace.add("", value); });
    QCOMPARE(trace.take(), "+one");
    price.in(two)(5);
    price()(6);
    QCOMPARE(trace.take(), "");
    price.in(one)(7);
    QCOMPARE(trace.take(), "14");
    QCOMPARE(twice.in(two).get(), 10);
    QCOMPARE(twice().get(), 12);
}

void tst_ScopeHooks::computed_ofComputedFollows()
{
    const auto shown =
        computed(twice, name, [](int value, const std::string &whose) { return whose + std::to_string(value); });
    const Scope one({provide(name, signal(std::string("one")))});
    const Scope below({}, one);
    price.in(below)(4);
    QCOMPARE(shown.in(below).get(), std::string("one8"));
    QVERIFY(shown.in(below) == shown.in(one));
    QCOMPARE(shown().get(), std::string("none2"));
    const Scope inner({provide(price, signal(3))}, one);
    QCOMPARE(shown.in(inner).get(), std::string("one6"));
}

void tst_ScopeHooks::batched_followsItsScope()
{
    const auto shown = batched(price, [](int value) { return 3 * value; });
    const Scope one({provide(price)});
    const Scope two({provide(price)});
    price.in(one)(2);
    QCOMPARE(shown.in(one).get(), 6);
    QCOMPARE(shown.in(two).get(), 3);
    QVERIFY(!(shown.in(one) == shown.in(two)));
}

void tst_ScopeHooks::effects_ofOneStoreRunInItsScopeWhoeverWrites()
{
    const auto tick = signal(0);
    const auto watched = scoped([&] {
        effect([&] {
            tick();
            trace.add(bytes(name()()));
        }).detach();
        return name();
    });
    std::optional<Scope> one(Scope({provide(name, signal(std::string("one")))}));
    const Scope two({provide(name, signal(std::string("two")))});
    static_cast<void>(watched.in(*one));
    static_cast<void>(watched.in(two));
    QCOMPARE(trace.take(), "one two");
    two.run([&] { tick(1); });
    QCOMPARE(trace.take(), "one two");
    one->run([&] { tick(2); });
    QCOMPARE(trace.take(), "one two");
    one.reset();
    tick(3);
    QCOMPARE(trace.take(), "two");
}

void tst_ScopeHooks::effects_ofSeveralScopesKeepThemApart()
{
    const auto tick = signal(0);
    const Scope one({provide(name, signal(std::string("one")))});
    const Scope two({provide(name, signal(std::string("two")))}, one);
    const Scope three({}, two);
    const auto say = [&] {
        tick();
        trace.add(bytes(name()()));
        trace.add(bytes(name()()));
    };
    one.run([&] { effect(say).detach(); });
    two.run([&] { effect(say).detach(); });
    three.run([&] { effect(say).detach(); });
    const Subscription global = effect(say);
    QCOMPARE(trace.take(), "one one two two two two none none");
    for (int i = 1; i < 5; ++i) {
        tick(i);
        QCOMPARE(trace.take(), "one one two two two two none none");
    }
}

void tst_ScopeHooks::effects_deepInOthersAreOfTheSameScope()
{
    const auto tick = signal(0);
    const auto say = [&] {
        tick();
        trace.add(bytes(name()()));
        trace.add(bytes(name()()));
    };
    const Scope one({provide(name, signal(std::string("one")))});
    const Scope two({provide(name, signal(std::string("two")))});
    const auto nested = [&] {
        effect([&] { effectScope([&] { effect([&] { effect(say).detach(); }).detach(); }).detach(); }).detach();
    };
    one.run(nested);
    two.run(nested);
    QCOMPARE(trace.take(), "one one two two");
    for (int i = 1; i < 5; ++i) {
        one.run([&] { tick(i); });
        QCOMPARE(trace.take(), "one one two two");
    }
}

/// The store belongs to the outer scope, in whichever scope it was asked for.
void tst_ScopeHooks::effects_ofAnotherScopesFunctionAreOfThatScope()
{
    const auto tick = signal(0);
    const auto watched = scoped([&] {
        effect([&] {
            tick();
            trace.add(bytes(name()()));
        }).detach();
        return 1;
    });
    const Scope outer({provide(name, signal(std::string("outer"))), provide(watched)});
    std::optional<Scope> inner(Scope({provide(name, signal(std::string("inner")))}, outer));
    QCOMPARE(watched.in(*inner), 1);
    QCOMPARE(trace.take(), "outer");
    tick(1);
    QCOMPARE(trace.take(), "outer");
    inner.reset();
    tick(2);
    QCOMPARE(trace.take(), "outer");
}

void tst_ScopeHooks::effects_madeWhileAStoreIsMadeSayWhereItBelongs()
{
    const auto watched = scoped([] {
        const auto length = signal(std::size_t{0});
        effect([length] { length(name()().size()); }).detach();
        return length;
    });
    QCOMPARE(watched().get(), std::size_t{4}); // found before: it is looked up in the effect all the same
    const Scope one({provide(name, signal(std::string("a")))});
    const Scope below({}, one);
    QCOMPARE(below.run([&] { return name()() + name()(); }), std::string("aa"));
    QCOMPARE(watched.in(below).get(), std::size_t{1});
    QVERIFY(watched.in(below) == watched.in(one));
    name.in(one)(std::string("abc"));
    QCOMPARE(watched.in(one).get(), std::size_t{3});
    QCOMPARE(watched().get(), std::size_t{4});
}

QTEST_APPLESS_MAIN(tst_ScopeHooks)
#include "tst_scopehooks.moc"
