// SPDX-License-Identifier: MIT

// What a guard gives back: values, mounts and time.

#include <nanostores/core.h>
#include <nanostores/core/graph/timer.h>
#include <nanostores/testkit.h>

#include "support/handlers.h"
#include "support/manualtime.h"

#include <QTest>

#include <memory>
#include <thread>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

/// A value that can be moved, and not copied.
struct Unique
{
    std::unique_ptr<int> number;
    friend bool operator==(const Unique &a, const Unique &b) { return *a.number == *b.number; }
};

/// Throws when it is copied, once it was told to.
struct Refusing
{
    int number = 0;
    bool refuses = false;

    explicit Refusing(int n)
        : number(n)
    {
    }
    Refusing(const Refusing &other)
        : number(other.number)
        , refuses(other.refuses)
    {
        if (refuses) {
            support::fail("no copies");
        }
    }
    Refusing(Refusing &&) noexcept = default;
    Refusing &operator=(const Refusing &) = default;
    Refusing &operator=(Refusing &&) noexcept = default;
    ~Refusing() = default;
    friend bool operator==(const Refusing &a, const Refusing &b) { return a.number == b.number; }
};

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

QString textOf(const Report &report)
{
    return QString::fromStdString(report.text());
}

} // namespace

class tst_Guard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void restore_everyKindOfStore();
    void restore_notifiesObserversOnce();
    void restore_storesWithTheirValueAreSilent();
    void restore_onSetHooksAreNotAsked();
    void restore_whatObserversWroteIsUndone();
    void restore_observerThatAlwaysWritesIsNamed();
    void restore_observerThrows();
    void restore_storesThatHaveGone();
    void restore_storesOfTheTestKeepTheirValues();
    void restore_throughABatchAndAListener();
    void restore_valuesThatCannotBeCopied();
    void restore_copyThatThrows();
    void unwritten_uncopyableIsNoFault();
    void unmount_isAtOnce();
    void unmount_delaysOfBeforeGoOn();
    void time_isManual();
    void time_goesBackToItsScheduler();
    void time_timersOfBeforeAreKept();
    void time_timersThatObserversStartInTheEnd();
};

void tst_Guard::restore_everyKindOfStore()
{
    struct Profile
    {
        std::string name;
        int age = 0;
        bool operator==(const Profile &) const = default;
    };
    const auto count = atom(1);
    const auto text = atom("a");
    const auto list = atom(std::vector<int>{1, 2});
    const auto items = map<std::string, int>({{"tea", 1}});
    const auto profile = atom(Profile{"Ann", 30});
    const auto volume = signal(5);
    const auto twice = computed(count, [](int value) { return value * 2; });

    TestGuard guard;
    count.set(5);
    count.set(6);
    text.set("b");
    list.set({});
    items.setKey("tea", 3);
    items.setKey("coffee", 4);
    profile.set({"Ben", 31});
    volume(7);
    QCOMPARE(twice.get(), 12);
    QVERIFY2(guard.finish().ok(), qPrintable(textOf(guard.finish())));

    QCOMPARE(count.get(), 1);
    QCOMPARE(text.get(), std::string("a"));
    QVERIFY(list.get() == std::vector({1, 2}));
    QCOMPARE(items.get().size(), std::size_t(1));
    QCOMPARE(*items.getKey("tea"), 1);
    QVERIFY(profile.get() == (Profile{"Ann", 30}));
    QCOMPARE(volume.get(), 5);
    QCOMPARE(twice.get(), 2);
}

void tst_Guard::restore_notifiesObserversOnce()
{
    const auto a = atom(1);
    const auto b = atom(2);
    const auto sum = computed([&] { return a() + b(); });
    StoreSpy spy(sum);
    TestGuard guard;
    a.set(10);
    b.set(20);
    guard.finish();
    QCOMPARE(spy.values(), Recorded<int>({12, 30, 3}));
}

void tst_Guard::restore_storesWithTheirValueAreSilent()
{
    const auto a = atom(1);
    StoreSpy spy(a);
    TestGuard guard;
    a.set(2);
    a.set(1);
    spy.clear();
    guard.finish();
    QCOMPARE(spy.count(), 0);
}

void tst_Guard::restore_onSetHooksAreNotAsked()
{
    const auto even = atom(1); // what its hook would refuse
    onSet(even, [](auto &event) { event.newValue() % 2 ? event.abort() : void(); });
    TestGuard guard;
    even.set(4);
    QVERIFY(guard.finish().ok());
    QCOMPARE(even.get(), 1);
}

void tst_Guard::restore_whatObserversWroteIsUndone()
{
    const auto text = atom("");
    const auto edits = atom(0);
    const auto counts = text.listen([&] { edits.set(edits.get() + 1); });
    TestGuard guard;
    text.set("a");
    text.set("ab");
    QCOMPARE(edits.get(), 2);
    QVERIFY(guard.finish().ok());
    QCOMPARE(text.get(), std::string());
    QCOMPARE(edits.get(), 0);
}

void tst_Guard::restore_observerThatAlwaysWritesIsNamed()
{
    const auto a = atom(0);
    a.setName("a");
    const auto turns = atom(0);
    turns.setName("turns");
    const auto fights = turns.listen([&](int value) {
        if (value == 0) {
            turns.set(1);
        }
    });
    TestGuard guard;
    turns.set(2);
    a.set(2);
    const Report report = guard.finish();
    QCOMPARE(a.get(), 0);
    QCOMPARE(report.notRestored.size(), std::size_t(1));
    QVERIFY(has(report.notRestored[0], "store \"turns\": an observer writes it"));
    QVERIFY(!report.ok());
}

void tst_Guard::restore_observerThrows()
{
    const auto a = atom(1);
    const auto b = atom(1);
    bool throws = false;
    const auto listener = a.listen([&] {
        if (throws) {
            support::fail("listener");
        }
    });
    TestGuard guard;
    a.set(2);
    b.set(2);
    throws = true;
    const Report report = guard.finish();
    QCOMPARE(a.get(), 1);
    QCOMPARE(b.get(), 1);
    QVERIFY(report.errors == Lines{"listener"});
}

void tst_Guard::restore_storesThatHaveGone()
{
    auto gone = std::make_unique<Atom<int>>(atom(1));
    const auto stays = atom(1);
    TestGuard guard;
    gone->set(2);
    stays.set(2);
    gone.reset();
    for (int i = 0; i < 100; ++i) { // in the same places
        const auto other = atom(i);
        other.set(7);
    }
    QVERIFY2(guard.finish().ok(), qPrintable(textOf(guard.finish())));
    QCOMPARE(stays.get(), 1);
}

void tst_Guard::restore_storesOfTheTestKeepTheirValues()
{
    TestGuard guard;
    const auto mine = atom(1);
    mine.set(2);
    guard.leave(mine);
    QVERIFY(guard.finish().ok());
    QCOMPARE(mine.get(), 2);
}

void tst_Guard::restore_throughABatchAndAListener()
{
    const auto a = atom(1);
    const auto b = atom(1);
    const auto copies = a.listen([&](int value) { batch([&] { b.set(value); }); });
    TestGuard guard;
    batch([&] {
        a.set(2);
        b.set(9);
        a.set(3);
    });
    QCOMPARE(b.get(), 3);
    QVERIFY(guard.finish().ok());
    QCOMPARE(a.get(), 1);
    QCOMPARE(b.get(), 1);
}

void tst_Guard::restore_valuesThatCannotBeCopied()
{
    const auto store = atom(Unique{std::make_unique<int>(1)});
    store.setName("handle");
    TestGuard guard;
    store.set(Unique{std::make_unique<int>(2)});
    const Report report = guard.finish();
    QCOMPARE(report.notRestored.size(), std::size_t(1));
    QVERIFY(has(report.notRestored[0], "store \"handle\": its value cannot be copied"));
    QCOMPARE(*store.get().number, 2);
}

void tst_Guard::restore_copyThatThrows()
{
    const auto store = atom(Refusing(1));
    const auto other = atom(1);
    Refusing refusing(2);
    refusing.refuses = true;
    store.set(std::move(refusing));
    TestGuard guard;
    store.set(Refusing(3));
    other.set(3);
    const Report report = guard.finish();
    QCOMPARE(report.notRestored.size(), std::size_t(1));
    QVERIFY(has(report.notRestored[0], "copying its value threw: no copies"));
    QCOMPARE(other.get(), 1);
}

void tst_Guard::unwritten_uncopyableIsNoFault()
{
    const auto store = atom(Unique{std::make_unique<int>(1)});
    TestGuard guard;
    store.set(Unique{std::make_unique<int>(1)}); // equal
    QVERIFY(guard.finish().ok());
}

void tst_Guard::unmount_isAtOnce()
{
    int mounted = 0;
    const auto source = atom(1);
    const auto label = computed(source, [](int value) { return value; });
    for (int i = 0; i < 1; ++i) {
        onMount(source, [&mounted] {
            ++mounted;
            return [&mounted] { --mounted; };
        });
    }
    onMount(label, [&mounted] {
        ++mounted;
        return [&mounted] { --mounted; };
    });
    TestGuard guard;
    {
        const auto listener = label.listen([] {});
        QCOMPARE(mounted, 2);
    }
    QCOMPARE(mounted, 2); // in their delays
    QVERIFY(guard.finish().ok());
    QCOMPARE(mounted, 0);
    QVERIFY(!isMounted(label));
}

void tst_Guard::unmount_delaysOfBeforeGoOn()
{
    support::ManualTime time;
    bool mounted = false;
    const auto store = atom(1);
    onMount(store, [&mounted] {
        mounted = true;
        return [&mounted] { mounted = false; };
    });
    static_cast<void>(store.listen([] {}));
    time.advance(400);
    TestGuard guard;
    guard.finish();
    QVERIFY(mounted);
    time.advance(599);
    QVERIFY(mounted);
    time.advance(1);
    QVERIFY(!mounted);
}

void tst_Guard::time_isManual()
{
    TestGuard guard;
    int fired = 0;
    scheduler()->after(300ms, [&] { ++fired; });
    guard.advance(299ms);
    QCOMPARE(fired, 0);
    guard.advance(1ms);
    QCOMPARE(fired, 1);
    QCOMPARE(guard.time().now(), 300ms);
    QVERIFY(guard.finish().ok());
}

void tst_Guard::time_goesBackToItsScheduler()
{
    support::ManualTime time;
    {
        TestGuard guard;
        QCOMPARE(scheduler(), static_cast<Scheduler *>(&guard.time()));
    }
    QCOMPARE(scheduler(), static_cast<Scheduler *>(&time.scheduler()));
}

void tst_Guard::time_timersOfBeforeAreKept()
{
    support::ManualTime time;
    int fired = 0;
    detail::Timer timer;
    timer.start(300ms, [&] { ++fired; });
    time.advance(100);
    TestGuard guard;
    guard.advance(50ms);
    QVERIFY2(guard.finish().ok(), qPrintable(textOf(guard.finish())));
    time.advance(149);
    QCOMPARE(fired, 0);
    time.advance(1);
    QCOMPARE(fired, 1);
}

void tst_Guard::time_timersThatObserversStartInTheEnd()
{
    support::ManualTime time;
    const auto a = atom(1);
    Lines saved;
    const auto saves = a.listen(
        [&](int value) { scheduler()->after(10ms, [&saved, value] { saved.push_back(std::to_string(value)); }); });
    TestGuard guard;
    a.set(2);
    guard.advance(10ms);
    QVERIFY(guard.finish().ok());
    QVERIFY(saved == Lines{"2"});
    time.advance(10);
    QVERIFY(saved == (Lines{"2", "1"}));
}

QTEST_APPLESS_MAIN(tst_Guard)
#include "tst_guard.moc"
