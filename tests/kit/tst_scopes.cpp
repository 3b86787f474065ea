// SPDX-License-Identifier: MIT
#include <nanostores/core/errors.h>
#include <nanostores/kit.h>

#include "support/callrecorder.h"
#include "support/handlers.h"

#include <QtTest/QTest>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace nanostores;
using support::Trace;

namespace {

const auto text = scoped([] { return atom(std::string("empty")); });
const auto width = scoped([] { return signal(1); });
const auto letters = computed(text, [](const std::string &value) { return static_cast<int>(value.size()); });
const auto area = scoped([] { return computed([side = width(), n = letters()] { return side() * n(); }); });

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

struct Api
{
    virtual ~Api() = default;
    virtual int answer() const { return 42; }
};
struct FakeApi : Api
{
    int answer() const override { return 7; }
};
const auto api = scoped<Api>();
int port()
{
    return 80;
}

} // namespace

class tst_Scopes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        Scope::resetGlobal();
        trace.take();
    }
    void cleanupTestCase() { Scope::resetGlobal(); }

    void scoped_hasAValueInEachScopeThatProvidesIt();
    void scoped_isTheNearest();
    void scoped_isGlobalWhereNoScopeProvidesIt();
    void scoped_computedFollowsItsSources();
    void scoped_isSharedByScopesThatSeeTheSame();
    void scoped_copiesAStore();
    void scoped_refusesToCopyHooks();
    void scoped_holdsWhatCannotMove();
    void scoped_isOfEachThread();
    void scoped_needingItselfIsACycle();
    void scoped_afterAnErrorIsTriedAgain();
    void lookup_inAComputedStoresFunctionIsAnError();
    void lookup_inAnEffectIsThatOfItsScope();
    void lookup_inAListenerIsGlobalUnlessInScope();
    void lookup_ofMoreThanTheThreadRemembers();
    void lookup_afterTheEndOfScopesFindsNothingOld();
    void lookup_atTheEndOfTheThread();
    void lookup_ofWhatIsMadeOfManyLooksOnceForEach();
    void provide_takesAStoreOrAFunction();
    void provide_standsInForServices();
    void inject_belongsToTheScopeThatProvides();
    void isolated_hasAllOfItsOwn();
    void context_isOneOfNanoKit();
    void run_returnsAndRestores();
    void entered_untilTheEndOfTheBlock();
    void current_isTheInnermost();
    void effect_ofScopedStores();
    void scopedKey_hasTheNamesOfScopes();
};

void tst_Scopes::scoped_hasAValueInEachScopeThatProvidesIt()
{
    const Scope one({provide(text)});
    const Scope two({provide(text)});
    text.in(one).set("one");
    two.run([] { text().set("two"); });
    text->set("all");
    QCOMPARE(text.in(one).get(), std::string("one"));
    QCOMPARE(text.in(two).get(), std::string("two"));
    QCOMPARE(text().get(), std::string("all"));
    QVERIFY(text.in(one) == one.run([] { return text(); }));
    const auto copy = text;
    QVERIFY(copy.in(one) == text.in(one) && copy == text);
}

void tst_Scopes::scoped_isTheNearest()
{
    const Scope outer({provide(text)});
    const Scope middle({}, outer);
    const Scope inner({provide(text)}, middle);
    const Scope innermost({}, inner);
    QVERIFY(text.in(middle) == text.in(outer));
    QVERIFY(text.in(innermost) == text.in(inner));
    QVERIFY(!(text.in(inner) == text.in(outer)));
    outer.run([&] {
        QVERIFY(text() == text.in(outer));
        inner.run([&] { QVERIFY(text() == text.in(inner)); });
        QVERIFY(text() == text.in(outer));
    });
}

void tst_Scopes::scoped_isGlobalWhereNoScopeProvidesIt()
{
    const Scope one({provide(width)});
    const Scope two({}, one);
    QVERIFY(text.in(two) == text());
    QVERIFY(text.in(one) == text());
    QVERIFY(text.in(Scope::global()) == text());
    const auto former = text();
    Scope::resetGlobal();
    QVERIFY(!(text() == former));
}

void tst_Scopes::scoped_computedFollowsItsSources()
{
    const Scope document({provide(text)});
    const Scope view({provide(width)}, document);
    text.in(document).set("four");
    QCOMPARE(letters.in(document).get(), 4);
    QCOMPARE(letters().get(), 5);
    QCOMPARE(area.in(view).get(), 4);
    width.in(view).set(3);
    QCOMPARE(area.in(view).get(), 12);
    QCOMPARE(area.in(document).get(), 4);
    QCOMPARE(area().get(), 5);
    width().set(2);
    QCOMPARE(area.in(document).get(), 8);
    QCOMPARE(area.in(view).get(), 12);
}

void tst_Scopes::scoped_isSharedByScopesThatSeeTheSame()
{
    const Scope document({provide(text)});
    const Scope one({}, document);
    const Scope two({}, document);
    QVERIFY(letters.in(one) == letters.in(two));
    QVERIFY(letters.in(one) == letters.in(document));
    const Scope other({provide(text)}, document);
    QVERIFY(!(letters.in(other) == letters.in(document)));
    QVERIFY(letters() == letters.in(Scope::global()));
    QVERIFY(!(letters() == letters.in(document)));
}

void tst_Scopes::scoped_copiesAStore()
{
    const auto zoom = atom(100);
    const auto own = scoped(zoom);
    zoom.set(110);
    const Scope view;
    const Scope other({provide(own)});
    QVERIFY(own() == zoom);
    QVERIFY(own.in(view) == zoom);
    QCOMPARE(own.in(other).get(), 100);
    const Scope test = Scope::isolated();
    QCOMPARE(own.in(test).get(), 100);
    QVERIFY(!(own.in(test) == zoom));
    const auto options = scoped(nanostores::map<std::string, int>());
    options.in(test).setKey("a", 1);
    QCOMPARE(options().get().size(), std::size_t(0));
}

void tst_Scopes::scoped_refusesToCopyHooks()
{
    const auto checked = atom(1);
    const Unbind hook = onSet(checked, [](auto &event) { event.abort(); });
    QVERIFY(
        support::thrownBy([&] { static_cast<void>(scoped(checked)); }).contains(QStringLiteral("function that makes")));
    const auto rounded = atom(1.0);
    rounded.setEqual([](double a, double b) { return int(a) == int(b); });
    QVERIFY(support::thrownBy([&] { static_cast<void>(scoped(rounded)); }).contains(QStringLiteral("equality")));
}

void tst_Scopes::scoped_holdsWhatCannotMove()
{
    const auto thing = scoped([] { return Noted("thing"); });
    {
        const Scope scope({provide(thing)});
        QVERIFY(&thing.in(scope) == &thing.in(scope));
        QVERIFY(&thing.in(scope) != &thing());
        QCOMPARE(trace.take(), "");
    }
    QCOMPARE(trace.take(), "thing");
    Scope::resetGlobal();
    QCOMPARE(trace.take(), "thing");
}

void tst_Scopes::scoped_isOfEachThread()
{
    text().set("here");
    std::string there;
    std::thread([&] {
        there = text().get();
        const Scope scope({provide(text)});
        text.in(scope).set("other");
    }).join();
    QCOMPARE(there, std::string("empty"));
    QCOMPARE(text().get(), std::string("here"));
}

void tst_Scopes::scoped_needingItselfIsACycle()
{
    static std::optional<Scoped<int>> egg;
    const auto hen = scoped([] { return (*egg)() + 1; });
    egg = scoped([hen] { return hen() + 1; });
    QVERIFY_THROWS_EXCEPTION(CycleError, static_cast<void>(hen()));
    const Scope scope({provide(hen), provide(*egg)});
    QVERIFY_THROWS_EXCEPTION(CycleError, static_cast<void>(hen.in(scope)));
    const Scope mended({provide(hen), provide(*egg, 1)});
    QCOMPARE(hen.in(mended), 2);
}

void tst_Scopes::scoped_afterAnErrorIsTriedAgain()
{
    bool isBroken = true;
    const auto shaky = scoped([&] {
        effect([] { return [] { trace.add("stopped"); }; }).detach();
        keepInScope(std::make_unique<Noted>("kept"));
        if (isBroken) {
            throw std::runtime_error("broken");
        }
        return 1;
    });
    const Scope scope({provide(shaky)});
    QCOMPARE(support::thrownBy([&] { static_cast<void>(shaky.in(scope)); }), QStringLiteral("broken"));
    QCOMPARE(trace.take(), "stopped kept");
    isBroken = false;
    QCOMPARE(shaky.in(scope), 1);
    QCOMPARE(trace.take(), "");
}

void tst_Scopes::lookup_inAComputedStoresFunctionIsAnError()
{
    const auto wrong = scoped([] { return computed([] { return text()().size(); }); });
    const Scope scope({provide(text)});
    QVERIFY(support::thrownBy([&] { wrong.in(scope).get(); }).contains(QStringLiteral("computed(draft, f)")));
    const auto inner = computed([&] {
        const Subscription made = effect([] { static_cast<void>(text()()); });
        return 1;
    });
    QVERIFY(support::thrownBy([&] { inner.get(); }).contains(QStringLiteral("computed store")));
    const auto right = computed([&] { return text.in(scope)().size(); });
    QCOMPARE(right.get(), std::size_t(5));
}

void tst_Scopes::lookup_inAnEffectIsThatOfItsScope()
{
    const Scope document({provide(text)});
    const Scope other({provide(text)});
    const auto again = signal(0);
    const auto shown = [&] { trace.add(QByteArray::fromStdString(text()())); };
    document.run([&] {
        effect([&] {
            again();
            shown();
            effect([&] { trace.add('<' + QByteArray::fromStdString(untracked(text())) + '>'); }).detach();
        }).detach();
    });
    const Subscription outside = effect([&] {
        again();
        shown();
    });
    QCOMPARE(trace.take(), "empty <empty> empty");
    text.in(document).set("mine");
    QCOMPARE(trace.take(), "mine <mine>");
    other.run([&] { again(1); });
    QCOMPARE(trace.take(), "mine <mine> empty");
    text().set("all");
    QCOMPARE(trace.take(), "all");
}

void tst_Scopes::lookup_inAListenerIsGlobalUnlessInScope()
{
    const Scope document({provide(text)});
    text.in(document).set("mine");
    const auto count = atom(0);
    const auto say = [] { trace.add(QByteArray::fromStdString(text().get())); };
    document.run([&] {
        document.keep(count.listen(say));
        document.keep(count.listen(inScope([&](int value) {
            trace.add("", value);
            say();
        })));
    });
    count.set(1);
    QCOMPARE(trace.take(), "empty 1 mine");
    document.run([&] { count.set(2); });
    QCOMPARE(trace.take(), "empty 2 mine");
}

void tst_Scopes::lookup_ofMoreThanTheThreadRemembers()
{
    std::vector<Scoped<int>> numbers;
    std::vector<InjectionProvider> providers;
    for (int i = 0; i < 200; ++i) {
        numbers.push_back(scoped([i] { return i; }));
        providers.push_back(provide(numbers.back(), 1000 + i));
    }
    const Scope window(providers);
    const Scope view({}, window);
    const auto differences = [&numbers](int first) {
        int count = 0;
        for (int round = 0; round < 2; ++round) {
            for (int i = 0; i < 200; ++i) {
                const auto &number = numbers[static_cast<std::size_t>(i)];
                count += (number() != first + i) + (number() != first + i);
            }
        }
        return count;
    };
    QCOMPARE(differences(0), 0);
    QCOMPARE(view.run(differences, 1000), 0);
    QCOMPARE(view.run([&] { return run(Scope::global(), differences, 0); }), 0);
    QCOMPARE(differences(0), 0);
}

void tst_Scopes::lookup_afterTheEndOfScopesFindsNothingOld()
{
    for (int i = 0; i < 100; ++i) { // their memory is used again
        const Scope window({provide(width, signal(i))});
        const Scope view({}, window);
        QCOMPARE(view.run([] { return width()() + width()(); }), 2 * i);
        QCOMPARE(width()(), 1);
    }
}

void tst_Scopes::lookup_atTheEndOfTheThread()
{
    struct Late
    {
        std::optional<Scope> scope;
        int *sum = nullptr;
        ~Late()
        {
            if (scope) {
                *sum = scope->run([] { return port() + width()() + width()(); });
            }
        }
    };
    int sum = 0;
    std::thread([&sum] {
        static thread_local Late late; // ends after what the library has made
        late.sum = &sum;
        late.scope.emplace(Scope::isolated({provide(width, signal(5))}));
        QCOMPARE(late.scope->run([] { return width()() + width()(); }), 10);
        QCOMPARE(width()(), 1);
    }).join();
    QCOMPARE(sum, 90);
}

/// Each is made of the two before: there are more ways to the first than can be gone.
void tst_Scopes::lookup_ofWhatIsMadeOfManyLooksOnceForEach()
{
    std::vector<Scoped<double>> numbers{scoped([] { return 1.0; }), scoped([] { return 1.0; })};
    while (numbers.size() < 100) {
        numbers.push_back(
            scoped([last = numbers.back(), before = numbers[numbers.size() - 2]] { return last() + before(); }));
    }
    QVERIFY(numbers.back()() > 1e20);
    const Scope window({provide(numbers.front(), 2.0)});
    const Scope view({}, window);
    QVERIFY(numbers.back().in(view) > numbers.back()());
    QCOMPARE(&numbers.back().in(view), &numbers.back().in(window));
}

void tst_Scopes::provide_takesAStoreOrAFunction()
{
    const auto shared = atom(std::string("shared"));
    int made = 0;
    const Scope one({provide(text, shared)});
    const Scope two({provide(text, [&] { return ++made, shared; })});
    QVERIFY(text.in(one) == shared);
    QCOMPARE(made, 0);
    QVERIFY(text.in(two) == shared && text.in(two) == shared);
    QCOMPARE(made, 1);
    QVERIFY(letters.in(one) != letters.in(two));
    QCOMPARE(letters.in(two).get(), 6);
}

void tst_Scopes::provide_standsInForServices()
{
    QCOMPARE(api->answer(), 42);
    const auto fake = std::make_shared<FakeApi>();
    const Scope test({provide(api, fake), provide<Api>(fake), provide(port, 81)});
    test.run([&] {
        QCOMPARE(api->answer(), 7);
        QCOMPARE(inject<Api>().answer(), 7);
        QCOMPARE(inject(port), 81);
    });
    const Scope lazy({provide(api, [] { return std::make_shared<FakeApi>(); }),
                      provide<Api>([] { return std::make_shared<FakeApi>(); }), provide(port, [] { return 82; })});
    QCOMPARE(api.in(lazy).answer(), 7);
    QCOMPARE(inject<Api>(lazy).answer(), 7);
    QCOMPARE(inject(port, lazy), 82);
}

void tst_Scopes::inject_belongsToTheScopeThatProvides()
{
    const Scope window({provide<Api>(), provide(port)});
    const Scope tab({}, window);
    const Scope other;
    QCOMPARE(&inject<Api>(tab), &inject<Api>(window));
    QVERIFY(&inject<Api>(other) != &inject<Api>(tab));
    QCOMPARE(&inject<Api>(other), &inject<Api>(Scope::global()));
    QVERIFY(&inject(port, tab) == &inject(port, window));
    QVERIFY(&inject(port, other) != &inject(port, window));
    QVERIFY(support::thrownBy([] { static_cast<void>(inject<Api>()); }).contains(QStringLiteral("run(context, f)")));
}

void tst_Scopes::isolated_hasAllOfItsOwn()
{
    text().set("all");
    const Scope test = Scope::isolated({provide(width, signal(9))});
    const Scope window({provide(text)}, test);
    QCOMPARE(text.in(test).get(), std::string("empty"));
    text.in(window).set("");
    QCOMPARE(area.in(test).get(), 45);
    QCOMPARE(area.in(window).get(), 0);
    QCOMPARE(&api.in(window), &api.in(test));
    QVERIFY(&api.in(window) != &api());
}

void tst_Scopes::context_isOneOfNanoKit()
{
    const InjectionContext plain({provide(port, 1)});
    const InjectionContext below({}, plain);
    const auto asked = text.in(below); // who asks makes it
    QVERIFY(!(asked == text.in(plain)));
    QVERIFY(!(text.in(plain) == text()));
    const Scope scope({provide(text)});
    const InjectionContext inScopes({}, scope);
    QVERIFY(text.in(inScopes) == text.in(scope));
    const auto own = width.in(inScopes); // before a scope has one
    QVERIFY(!(own == width.in(scope)));
    kit::run(inScopes, [&] { QVERIFY(text() == text.in(scope)); });
    const InjectionContext handle = scope;
    QVERIFY(handle == scope);
    QVERIFY(text.in(handle) == text.in(scope));
}

void tst_Scopes::run_returnsAndRestores()
{
    const Scope scope({provide(text)});
    QCOMPARE(scope.run([](int a, int b) { return a + b; }, 1, 2), 3);
    QCOMPARE(support::thrownBy([&] { scope.run([] { throw std::runtime_error("stop"); }); }), QStringLiteral("stop"));
    QVERIFY(Scope::current() == Scope::global());
    int runs = 0;
    const Subscription effects = effect([&] {
        ++runs;
        static_cast<void>(width()());
        scope.run([] { static_cast<void>(text()()); });
    });
    text.in(scope).set("other");
    QCOMPARE(runs, 1);
}

void tst_Scopes::entered_untilTheEndOfTheBlock()
{
    const Scope scope({provide(text)});
    {
        const EnteredScope here(scope);
        QVERIFY(text() == text.in(scope));
        const Scope below({provide(width)});
        const EnteredScope inner(below);
        QVERIFY(text() == text.in(scope));
        QVERIFY(width() == width.in(below));
    }
    QVERIFY(!(text() == text.in(scope)));
}

void tst_Scopes::current_isTheInnermost()
{
    const Scope one({provide(text)});
    const Scope two({provide(text)});
    const auto count = signal(0);
    one.run([&] {
        effect([&] {
            trace.add("", count());
            QVERIFY(Scope::current() == one);
            two.run([&] { QVERIFY(Scope::current() == two); });
            QVERIFY(Scope::current() == one);
        }).detach();
    });
    two.run([&] {
        count(1);
        QVERIFY(Scope::current() == two);
        kit::run(Scope::global(), [&] { QVERIFY(text() == text.in(Scope::global())); });
    });
    QCOMPARE(trace.take(), "0 1");
}

void tst_Scopes::effect_ofScopedStores()
{
    const Scope document({provide(text)});
    const auto count = atom(1);
    document.run([&] {
        effect(text, count, [](const std::string &value, int n) {
            trace.add(QByteArray::fromStdString(value), n);
        }).detach();
    });
    text.in(document).set("mine");
    text().set("all");
    count.set(2);
    QCOMPARE(trace.take(), "empty1 mine1 mine2");
    const auto sum = computed(count, width, [](int a, int b) { return a + b; });
    QCOMPARE(sum().get(), 3);
}

void tst_Scopes::scopedKey_hasTheNamesOfScopes()
{
    const auto key = scoped([] { return scopedKey("draft"); });
    const Scope window("window-2");
    const Scope tab("tab-1", {}, window);
    const Scope pane({}, tab);
    QCOMPARE(key(), std::string("draft"));
    QCOMPARE(key.in(window), std::string("window-2/draft"));
    QCOMPARE(key.in(pane), std::string("window-2/tab-1/draft"));
    QCOMPARE(&key.in(pane), &key.in(tab));
    QCOMPARE(pane.run([] { return scopedKey("x"); }), std::string("window-2/tab-1/x"));
    QCOMPARE(tab.name(), std::string("tab-1"));
}

QTEST_APPLESS_MAIN(tst_Scopes)
#include "tst_scopes.moc"
