// SPDX-License-Identifier: MIT
#include <nanostores/core/errors.h>
#include <nanostores/core/signal.h>
#include <nanostores/kit/di.h>
#include <nanostores/kit/mountable.h>

#include "support/callrecorder.h"
#include "support/handlers.h"

#include <QtTest/QTest>

#include <memory>
#include <string>

using namespace nanostores;
using namespace nanostores::kit;
using support::Trace;

namespace {

int made = 0;

int number()
{
    ++made;
    return 42;
}
int plusOne()
{
    return inject(number) + 1;
}
std::string theme()
{
    throw DependencyNotFound("theme");
}
int chicken();
int egg()
{
    return inject(chicken);
}
int chicken()
{
    return inject(egg);
}

constexpr auto language = [] { return std::string("en"); };
constexpr auto country = [] { return std::string("en"); };

Trace ends;

struct ServiceA
{
    int value = 42;
    ~ServiceA() { ends.add("A"); }
};
struct ServiceB
{
    ServiceA &a = inject<ServiceA>();
    ~ServiceB() { ends.add("B"); }
};

struct Clock
{
    virtual ~Clock() = default;
    virtual int now() const = 0;
};
struct FakeClock : Clock
{
    int now() const override { return 5; }
};

} // namespace

class tst_Di : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { made = 0; }
    void run_setsTheContext();
    void run_restoresAfterAnError();
    void run_passesArgumentsAndResult();
    void run_doesNotTrack();
    void inject_makesOnce();
    void inject_outsideOfAContext();
    void inject_intoAGivenContext();
    void inject_lambdasAreTokens();
    void inject_classes();
    void inject_parentAndChild();
    void inject_usesTheContextThatAsks();
    void inject_requiredDependency();
    void inject_circle();
    void inject_effectsBelongToNobodyAround();
    void inject_factoryThatThrowsIsTriedAgain();
    void provide_replacesAToken();
    void provide_replacesAClass();
    void context_isAHandle();
};

void tst_Di::run_setsTheContext()
{
    const InjectionContext parent;
    const InjectionContext inner({}, parent);
    QVERIFY(!isCurrentContext(parent));
    run(parent, [&] {
        QVERIFY(isCurrentContext(parent));
        run(inner, [&] {
            QVERIFY(isCurrentContext(inner));
            QVERIFY(!isCurrentContext(parent));
        });
        QVERIFY(isCurrentContext(parent));
    });
    QVERIFY(!isCurrentContext(parent));
}

void tst_Di::run_restoresAfterAnError()
{
    const InjectionContext context;
    QCOMPARE(support::thrownBy([&] { run(context, [] { throw std::runtime_error("stop"); }); }),
             QStringLiteral("stop"));
    QVERIFY(!isCurrentContext(context));
}

void tst_Di::run_passesArgumentsAndResult()
{
    const InjectionContext context;
    QCOMPARE(run(
                 context, [](int a, int b) { return a + b + inject(number); }, 1, 2),
             45);
    int value = 0;
    int &same = run(
        context, [](int &v) -> int & { return v; }, value);
    QCOMPARE(&same, &value);
}

void tst_Di::run_doesNotTrack()
{
    const InjectionContext context;
    const auto a = signal(1);
    const auto b = signal(1);
    int runs = 0;
    const auto stop = effect([&] {
        ++runs;
        run(context, [&] { a(); });
        unsafeRun(context, [&] { b(); });
    });
    a(2);
    QCOMPARE(runs, 1);
    b(2);
    QCOMPARE(runs, 2);
}

void tst_Di::inject_makesOnce()
{
    const InjectionContext context;
    run(context, [] {
        QCOMPARE(inject(number), 42);
        QCOMPARE(inject(plusOne), 43);
        inject(number) = 7;
        QCOMPARE(inject(&number), 7);
    });
    QCOMPARE(made, 1);
    QVERIFY(context.has(&number));
    QVERIFY(!context.has(&theme));
}

void tst_Di::inject_outsideOfAContext()
{
    QVERIFY(support::thrownBy([] { static_cast<void>(inject(number)); }).contains(QStringLiteral("run(context, f)")));
}

void tst_Di::inject_intoAGivenContext()
{
    const InjectionContext context;
    QCOMPARE(inject(plusOne, context), 43);
    QCOMPARE(inject(plusOne, context), 43);
    QCOMPARE(made, 1);
    QVERIFY(context.has(&number) && context.has(&plusOne));
}

void tst_Di::inject_lambdasAreTokens()
{
    const InjectionContext context({provide(language, "ru")});
    QCOMPARE(inject(language, context), std::string("ru"));
    QCOMPARE(inject(country, context), std::string("en"));
}

void tst_Di::inject_classes()
{
    ends.take();
    {
        const InjectionContext context;
        auto &b = inject<ServiceB>(context);
        QCOMPARE(b.a.value, 42);
        QCOMPARE(&b.a, &inject<ServiceA>(context));
        QCOMPARE(&b, &inject<ServiceB>(context));
        QVERIFY(context.has<ServiceA>() && context.has<ServiceB>());
    }
    QCOMPARE(ends.take(), "B A");
}

void tst_Di::inject_parentAndChild()
{
    const InjectionContext root;
    const InjectionContext first({}, root);
    QCOMPARE(inject(number, first), 42);
    QVERIFY(first.has(&number) && !root.has(&number));
    QCOMPARE(inject(plusOne, root), 43);
    QCOMPARE(made, 2);
    const InjectionContext second({}, root);
    QCOMPARE(&inject(number, second), &inject(number, root));
    QVERIFY(second.has(&number));
    QCOMPARE(made, 2);
}

void tst_Di::inject_usesTheContextThatAsks()
{
    const InjectionContext outer({provide(&number, 1)});
    const InjectionContext inner({provide(&number, 2)}, outer);
    QCOMPARE(inject(plusOne, inner), 3);
    QVERIFY(inner.has(&plusOne) && !outer.has(&plusOne));
    run(outer, [&] { QCOMPARE(inject(plusOne, inner), 3); });
    QCOMPARE(made, 0);
}

void tst_Di::inject_requiredDependency()
{
    const InjectionContext empty;
    QCOMPARE(support::thrownBy([&] { static_cast<void>(inject(theme, empty)); }),
             QStringLiteral("theme dependency not found in context."));
    QVERIFY(!empty.has(&theme));
    QVERIFY_THROWS_EXCEPTION(DependencyNotFound, static_cast<void>(inject<Clock>(empty)));
    const InjectionContext context({provide(&theme, "dark")});
    QCOMPARE(inject(theme, context), std::string("dark"));
}

void tst_Di::inject_circle()
{
    const InjectionContext context;
    QVERIFY_THROWS_EXCEPTION(CycleError, static_cast<void>(inject(egg, context)));
    QVERIFY_THROWS_EXCEPTION(CycleError, static_cast<void>(inject(egg, context)));
    const InjectionContext eggFirst({provide(&egg, 1)});
    QCOMPARE(inject(chicken, eggFirst), 1);
}

namespace {

Signal<int> ticks()
{
    static const auto count = signal(0);
    return count;
}
struct Watcher
{
    Trace trace;
    Subscription subscription = effect([trace = trace, count = ticks()] { trace.add("", count()); });
};

} // namespace

void tst_Di::inject_effectsBelongToNobodyAround()
{
    const InjectionContext context;
    Watcher *watcher = nullptr;
    {
        auto start = deferScope([&] { watcher = &inject<Watcher>(context); });
        QCOMPARE(watcher->trace.take(), "0");
        const auto stop = start();
    }
    ticks()(1);
    QCOMPARE(watcher->trace.take(), "1");
    const auto other = signal(0);
    const auto outer = effect([&] {
        other();
        static_cast<void>(inject<Watcher>(context));
    });
    other(1);
    ticks()(2);
    QCOMPARE(watcher->trace.take(), "2");
}

void tst_Di::inject_factoryThatThrowsIsTriedAgain()
{
    static bool broken = true;
    const auto token = [] {
        if (broken) {
            throw std::runtime_error("broken");
        }
        return 1;
    };
    const InjectionContext context;
    QCOMPARE(support::thrownBy([&] { static_cast<void>(inject(token, context)); }), QStringLiteral("broken"));
    broken = false;
    QCOMPARE(inject(token, context), 1);
}

void tst_Di::provide_replacesAToken()
{
    const InjectionContext context({provide(&number, 404), provide(language, "fr")});
    run(context, [] {
        QCOMPARE(inject(number), 404);
        QCOMPARE(inject(plusOne), 405);
        QCOMPARE(inject(language), std::string("fr"));
    });
    QCOMPARE(made, 0);
}

void tst_Di::provide_replacesAClass()
{
    const auto clock = std::make_shared<FakeClock>();
    const InjectionContext context({provide<Clock>(clock), provide<std::string>("text")});
    QCOMPARE(inject<Clock>(context).now(), 5);
    QCOMPARE(&inject<Clock>(context), clock.get());
    QCOMPARE(inject<std::string>(context), std::string("text"));
}

void tst_Di::context_isAHandle()
{
    const InjectionContext context;
    const InjectionContext same = context;
    QVERIFY(same == context);
    QCOMPARE(inject(number, same), 42);
    QVERIFY(context.has(&number));
    const auto inner = [] {
        const InjectionContext parent({provide(&number, 9)});
        return InjectionContext({}, parent);
    }();
    QCOMPARE(inject(number, inner), 9);
}

QTEST_APPLESS_MAIN(tst_Di)
#include "tst_di.moc"
