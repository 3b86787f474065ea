// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/lifetime.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <memory>

using namespace nanostores;
using support::Counted;

/// Handles and subscriptions that go inside functions of their stores.
class tst_DropInside : public support::CountedTest
{
    Q_OBJECT
private Q_SLOTS:
    void batch_writesOfWhatEndsWithItAreDrained();
    void batch_handlesThatGoInsideLeaveTheQueueSound();
};

void tst_DropInside::batch_writesOfWhatEndsWithItAreDrained()
{
    for (const int way : {0, 1, 2}) {
        const auto b = atom(0);
        int seen = -1;
        const auto e = effect([&] { seen = b(); });
        auto page = std::make_unique<Atom<int>>(atom(1));
        if (way == 0) {
            onMount(*page, [=] { return [=] { b.set(7); }; });
        } else if (way == 1) {
            onStop(*page, [=] { b.set(7); });
        } else {
            onStart(*page, [=] { return [=] { b.set(7); }; });
        }
        auto look = std::make_unique<Subscription>(page->listen([] {}));
        const auto trigger = atom(0);
        const auto t = trigger.listen([&] {
            look.reset();
            page.reset();
        });
        batch([&] { trigger.set(1); });
        QCOMPARE(b.get(), 7);
        QCOMPARE(seen, 7);
    }
}

void tst_DropInside::batch_handlesThatGoInsideLeaveTheQueueSound()
{
    const auto b = atom(0);
    int seen = -1;
    const auto e = effect([&] { seen = b(); });
    batch([&] {
        auto first = std::make_unique<Atom<int>>(atom(1));
        auto second = std::make_unique<Computed<int>>(computed(b, *first, [](int x, int y) { return x + y; }));
        onMount(*first, [=] { return [=] { b.set(b.get() + 1); }; });
        onMount(*second, [=] { return [=] { b.set(b.get() + 1); }; });
        Subscription s = second->listen([counted = Counted()] {});
        s.detach();
        Subscription inner = effect([second = *second] { second(); });
        b.set(5);
        inner.reset();
        second.reset();
        first.reset();
    });
    QCOMPARE(seen, 7);
    QCOMPARE(Counted::alive(), 0);
}

QTEST_APPLESS_MAIN(tst_DropInside)
#include "tst_dropinside.moc"
