// SPDX-License-Identifier: MIT
#include <nanostores/kit.h>
#include <nanostores/testkit.h>

#include <QtTest/QTest>

#include <memory>

using namespace nanostores;

namespace {

const auto draft = scoped([] { return atom(0); });
const auto doubled = computed(draft, [](int value) { return 2 * value; });

struct Clock
{
    virtual ~Clock() = default;
    virtual int now() const { return 12; }
};
struct FakeClock : Clock
{
    int now() const override { return 3; }
};

} // namespace

class tst_TestScope : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scope_isOfTheTest();
    void scope_leavesNothingBehind();
    void scope_mocksServices();
};

void tst_TestScope::scope_isOfTheTest()
{
    const auto global = draft();
    {
        const TestScope scope;
        draft().set(1);
        QCOMPARE(doubled().get(), 2);
        QVERIFY(!(draft() == global));
        QVERIFY(draft.in(scope.scope()) == draft());
    }
    QVERIFY(draft() == global);
    QCOMPARE(global.get(), 0);
}

void tst_TestScope::scope_leavesNothingBehind()
{
    const auto older = atom(0);
    TestGuard guard;
    {
        const TestScope scope;
        effect([] { static_cast<void>(draft()()); }).detach();
        keepInScope(older.listen([] {}));
        draft().set(5);
    }
    const Report &report = guard.finish();
    QVERIFY2(report.ok(), report.text().c_str());
}

void tst_TestScope::scope_mocksServices()
{
    const TestScope scope({kit::provide<Clock>(std::make_shared<FakeClock>())});
    QCOMPARE(inject<Clock>().now(), 3);
    const Scope window({kit::provide<Clock>()});
    QCOMPARE(inject<Clock>(window).now(), 12);
}

QTEST_APPLESS_MAIN(tst_TestScope)
#include "tst_testscope.moc"
