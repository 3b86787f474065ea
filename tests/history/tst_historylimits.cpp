// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/history.h>

#include "support/timedtest.h"

#include <QtTest/QTest>

#include <new>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

struct Picture
{
    int number = 0;
    friend bool operator==(const Picture &, const Picture &) = default;
    friend std::size_t historyBytes(const Picture &) { return 1000; }
};

/// Its copies fail when they are told to.
struct Fragile
{
    Fragile() = default;
    explicit Fragile(int n)
        : number(n)
    {
    }
    Fragile(const Fragile &other)
        : number(other.number)
    {
        if (s_fails) {
            throw std::bad_alloc();
        }
    }
    Fragile &operator=(const Fragile &other) = default;
    friend bool operator==(const Fragile &a, const Fragile &b) { return a.number == b.number; }

    int number = 0;
    static inline bool s_fails = false;
};

} // namespace

class tst_HistoryLimits : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void limit_theOldestGo();
    void limit_ofNoneIsNone();
    void limit_cleanStateThatWentDoesNotComeBack();
    void bytes_theOldestGo();
    void bytes_theLastStepStays();
    void bytes_areAskedOfTheType();
    void bytes_ofMapsAreThoseOfTheKeys();
    void memory_aWriteThatCannotBeNotedEndsAllSteps();
};

void tst_HistoryLimits::limit_theOldestGo()
{
    const auto count = atom(0);
    const auto edits = history({.limit = 3}, count);
    for (int i = 1; i <= 10; ++i) {
        count.set(i);
    }
    QCOMPARE(edits.steps.get().size(), std::size_t{3});
    while (edits.undo()) {}
    QCOMPARE(count.get(), 7);
    QVERIFY(edits.goTo(3));
    QCOMPARE(count.get(), 10);
}

void tst_HistoryLimits::limit_ofNoneIsNone()
{
    const auto count = atom(0);
    const auto edits = history({.limit = 0, .bytes = 0}, count);
    for (int i = 1; i <= 1000; ++i) {
        count.set(i);
    }
    QVERIFY(edits.goTo(0));
    QCOMPARE(count.get(), 0);
}

void tst_HistoryLimits::limit_cleanStateThatWentDoesNotComeBack()
{
    const auto count = atom(0);
    const auto edits = history({.limit = 2}, count);
    for (int i = 1; i <= 3; ++i) {
        count.set(i);
    }
    edits.goTo(0);
    QVERIFY(!edits.isClean.get());
    count.set(9);
    edits.undo();
    QVERIFY(!edits.isClean.get());
}

void tst_HistoryLimits::bytes_theOldestGo()
{
    const auto text = atom(std::string());
    const auto edits = history({.bytes = 100000}, text);
    for (int i = 1; i <= 50; ++i) {
        text.set(std::string(10000, static_cast<char>('a' + i % 20)));
        QVERIFY(edits.bytes() <= 100000);
    }
    QVERIFY(edits.steps.get().size() >= 8);
}

void tst_HistoryLimits::bytes_theLastStepStays()
{
    const auto text = atom(std::string(10000, 'x'));
    const auto edits = history({.bytes = 100}, text);
    text.set(std::string(10000, 'a'));
    text.set(std::string(10000, 'b'));
    QCOMPARE(edits.steps.get().size(), std::size_t{1});
    QVERIFY(edits.undo());
    QCOMPARE(text.get().front(), 'a');
}

void tst_HistoryLimits::bytes_areAskedOfTheType()
{
    const auto picture = atom(Picture{});
    const auto edits = history(picture);
    picture.set({1});
    QVERIFY(edits.bytes() >= 1000);
    QVERIFY(edits.bytes() < 1200);
}

void tst_HistoryLimits::bytes_ofMapsAreThoseOfTheKeys()
{
    const auto texts = map<int, std::string>();
    for (int i = 0; i < 100; ++i) {
        texts.setKey(i, std::string(1000, 'a'));
    }
    const auto edits = history(texts);
    texts.setKey(7, "b");
    QVERIFY(edits.bytes() >= 1000);
    QVERIFY(edits.bytes() < 2000);
    texts.set({});
    QVERIFY(edits.bytes() >= 100000);
}

/// The write itself stands.
void tst_HistoryLimits::memory_aWriteThatCannotBeNotedEndsAllSteps()
{
    const auto count = atom(0);
    const auto store = map<int, Fragile>();
    store.setKey(1, Fragile(1));
    const auto edits = history(count, store);
    count.set(1);
    Fragile::s_fails = false;
    bool isThrown = false;
    const auto unbind = onNotify(store, [] { Fragile::s_fails = false; });
    try {
        struct Failing : detail::Recorder
        {
            void changed(detail::Node &, detail::OldValue *) noexcept override { Fragile::s_fails = true; }
            void queued() override {}
            void ended() override {}
        };
        Failing first;
        const auto before = history(store); // notes before the other: its list of recorders is in this order
        const auto registration = detail::addRecorder(*store.node(), first);
        const auto late = history(store); // notes after it
        store.setKey(1, Fragile(2));
        Fragile::s_fails = false;
        detail::removeRecorder(*store.node(), first);
        QVERIFY(!late.canUndo.get());
        QVERIFY(before.canUndo.get());
        QVERIFY(edits.canUndo.get());
        store.setKey(1, Fragile(3));
        QVERIFY(late.canUndo.get());
    } catch (const std::bad_alloc &) {
        isThrown = true;
    }
    QVERIFY(!isThrown);
    QCOMPARE(store.getKey(1)->number, 3);
}

QTEST_GUILESS_MAIN(tst_HistoryLimits)

#include "tst_historylimits.moc"
