// SPDX-License-Identifier: MIT

// A test of stores that all the program shares: each function finds them as they were, time passes by hand, and what a
// function leaves behind fails it.

#include "toast.h"

#include <nanostores/qttestkit.h>

#include <QTest>

using namespace std::chrono_literals;
using nanostores::StoreSpy;
using nanostores::Timeline;

class tst_Toast : public nanostores::StoreTest
{
    Q_OBJECT

private Q_SLOTS:
    void show_setsTheMessage()
    {
        toast::show("saved");
        QCOMPARE(toast::message.get(), std::string("saved"));
        guard().advance(3s); // without this line: "left behind: timer of 3000 ms in toast::show(...)"
    }
    void isHiddenAtFirst()
    {
        QVERIFY(!toast::isVisible.get()); // whatever the functions before it did
    }
    void show_goesAfterThreeSeconds()
    {
        StoreSpy spy(toast::message);
        toast::show("saved");
        guard().advance(2999ms);
        toast::show("saved again");
        guard().advance(3s);
        QCOMPARE(spy.timeline(), (Timeline<std::string>{{0ms, "saved"}, {2999ms, "saved again"}, {5999ms, ""}}));
    }
    void isVisible_changesOnce()
    {
        StoreSpy spy(toast::isVisible);
        toast::show("one");
        toast::show("two");
        guard().advance(3s);
        QCOMPARE(spy.values(), nanostores::Recorded<bool>({true, false}));
    }
    void view_followsAPinnedStore()
    {
        const auto pinned = nanostores::pin(toast::isVisible, true); // whatever the message says
        QVERIFY(toast::isVisible.get());
    }
};

QTEST_GUILESS_MAIN(tst_Toast)
#include "main.moc"
