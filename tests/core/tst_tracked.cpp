// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/handlers.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <optional>
#include <string>

using namespace nanostores;
using support::fail;
using support::thrownBy;

/// When computed stores that track what they read run, and what they are tied to.
class tst_Tracked : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void tracked_withoutListenersIsPulledByReaders();
};

void tst_Tracked::tracked_withoutListenersIsPulledByReaders()
{
    const auto user = signal(std::optional<std::string>("Ada"));
    const auto name = computed([=] {
        if (!user()) {
            fail("no user");
        }
        return *user();
    });
    const auto shown = computed([=] { return user() ? name() : std::string("none"); });
    Subscription s;
    {
        const auto once = name.listen([] {});
        s = shown.listen([] {});
    }
    QCOMPARE(thrownBy([&] { user(std::nullopt); }), QString());
    QCOMPARE(shown.peek(), std::string("none"));
}

QTEST_APPLESS_MAIN(tst_Tracked)
#include "tst_tracked.moc"
