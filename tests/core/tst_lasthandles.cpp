// SPDX-License-Identifier: MIT

// The last handle of a store goes inside a function that the store itself has called. Run under AddressSanitizer.
#include <nanostores/core.h>
#include <nanostores/core/task.h>
#include <nanostores/kit.h>
#include <nanostores/kit/morph.h>

#include "support/lifetime.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <vector>

using namespace nanostores;
using namespace nanostores::kit;
using support::Counted;
using support::ManualTime;

namespace {

/// A value that does something when it goes.
class Ending
{
public:
    Ending() = default;
    explicit Ending(int number, std::function<void()> f = {})
        : m_number(number)
        , m_call(f ? std::make_shared<Call>(std::move(f)) : nullptr)
    {
    }
    friend bool operator==(const Ending &a, const Ending &b) { return a.m_number == b.m_number; }

private:
    struct Call
    {
        explicit Call(std::function<void()> function)
            : f(std::move(function))
        {
        }
        Call(const Call &) = delete;
        Call &operator=(const Call &) = delete;
        ~Call() { f(); }
        std::function<void()> f;
    };
    int m_number = 0;
    std::shared_ptr<Call> m_call;
    Counted m_counted;
};

struct Shape
{
    int x = 0;
    Counted counted;
    bool operator==(const Shape &other) const { return x == other.x; }
};

/// Where the handles are; drop() ends them all, from wherever it is called.
struct Shelf
{
    std::vector<std::shared_ptr<void>> all;
    template<typename S>
    S &put(S store)
    {
        auto kept = std::make_shared<S>(std::move(store));
        all.push_back(kept);
        return *kept;
    }
    void drop() { all.clear(); }
};

struct Case
{
    const char *name;
    std::function<void(Shelf &)> run;
};

std::vector<Case> cases()
{
    return {
        {"onSet, atom",
         [](Shelf &shelf) {
             const auto &a = shelf.put(atom(Counted(1)));
             onSet(a, [&](auto &) { shelf.drop(); });
             a.set(Counted(2));
         }},
        {"onSet, map, set",
         [](Shelf &shelf) {
             const auto &m = shelf.put(map<int, Counted>());
             onSet(m, [&](auto &) { shelf.drop(); });
             m.set({{1, Counted(1)}});
         }},
        {"onSet, map, setKey",
         [](Shelf &shelf) {
             const auto &m = shelf.put(map<int, Counted>());
             onSet(m, [&](auto &) { shelf.drop(); });
             m.setKey(1, Counted(1));
         }},
        {"onSet, record",
         [](Shelf &shelf) {
             const auto &r = shelf.put(map(Shape{}));
             onSet(r, [&](auto &) { shelf.drop(); });
             r.set({1, Counted(1)});
         }},
        {"onSet, record, setKey",
         [](Shelf &shelf) {
             const auto &r = shelf.put(map(Shape{}));
             onSet(r, [&](auto &) { shelf.drop(); });
             r.setKey(&Shape::x, 1);
         }},
        {"onSet, deep map",
         [](Shelf &shelf) {
             const auto &r = shelf.put(deepMap(Shape{}));
             onSet(r, [&](auto &) { shelf.drop(); });
             r.setKey(&Shape::x, 1);
         }},
        {"onNotify, atom",
         [](Shelf &shelf) {
             const auto &a = shelf.put(atom(Counted(1)));
             onNotify(a, [&](auto &) { shelf.drop(); });
             a.set(Counted(2));
         }},
        {"onNotify, notify()",
         [](Shelf &shelf) {
             const auto &a = shelf.put(atom(Counted(1)));
             onNotify(a, [&](auto &) { shelf.drop(); });
             a.notify();
         }},
        {"onNotify, map",
         [](Shelf &shelf) {
             const auto &m = shelf.put(map<int, Counted>());
             onNotify(m, [&](auto &) { shelf.drop(); });
             m.setKey(1, Counted(1));
         }},
        {"onNotify, record",
         [](Shelf &shelf) {
             const auto &r = shelf.put(map(Shape{}));
             onNotify(r, [&](auto &) { shelf.drop(); });
             r.setKey(&Shape::x, 1);
         }},
        {"setEqual",
         [](Shelf &shelf) {
             const auto &a = shelf.put(atom(Counted(1)));
             a.setEqual([&](const Counted &, const Counted &) {
                 shelf.drop();
                 return false;
             });
             a.set(Counted(2));
         }},
        {"setEqual, which takes itself away",
         [](Shelf &shelf) {
             const auto &a = shelf.put(atom(Counted(1)));
             a.setEqual([&, counted = Counted(1)](const Counted &, const Counted &) {
                 a.setEqual({});
                 return counted.number() != 1;
             });
             a.set(Counted(2));
         }},
        {"setEqual, record",
         [](Shelf &shelf) {
             const auto &r = shelf.put(map(Shape{}));
             r.setEqual([&](const Shape &, const Shape &) {
                 shelf.drop();
                 return false;
             });
             r.set({1, Counted(1)});
         }},
        {"setEqKey",
         [](Shelf &shelf) {
             const auto &m = shelf.put(map<int, Counted>({{1, Counted(1)}}));
             m.setEqKey([&](const Counted &, const Counted &, int) {
                 shelf.drop();
                 return false;
             });
             m.setKey(1, Counted(2));
         }},
        {"setEqual, at the end of a batch",
         [](Shelf &shelf) {
             const auto &a = shelf.put(atom(Counted(1)));
             const auto armed = std::make_shared<bool>(false);
             a.setEqual([&shelf, armed](const Counted &, const Counted &) {
                 if (*armed) {
                     shelf.drop();
                 }
                 return false;
             });
             const auto c = computed(a, [](const Counted &value) { return value; });
             const auto l = c.listen([] {});
             batch([&] {
                 a.set(Counted(2));
                 *armed = true;
             });
         }},
        {"computed, get",
         [](Shelf &shelf) {
             const auto a = atom(1);
             const auto &c = shelf.put(computed(a, [&](int value) {
                 shelf.drop();
                 return Counted(value);
             }));
             QCOMPARE(c.get().number(), 1);
         }},
        {"computed, get, with hooks",
         [](Shelf &shelf) {
             const auto a = atom(1);
             const auto &c = shelf.put(computed(a, [](int value) { return Counted(value); }));
             onMount(c, [&] { shelf.drop(); });
             QCOMPARE(c.get().number(), 1);
         }},
        {"computed, peek",
         [](Shelf &shelf) {
             const auto a = atom(1);
             const auto &c = shelf.put(computed([&, a] {
                 shelf.drop();
                 return Counted(a());
             }));
             QCOMPARE(c.peek().number(), 1);
         }},
        {"computed, tracked read",
         [](Shelf &shelf) {
             const auto a = atom(1);
             const auto &c = shelf.put(computed([&, a] {
                 shelf.drop();
                 return Counted(a());
             }));
             const auto above = computed([&c] { return c().number() + 1; });
             QCOMPARE(above(), 2); // and c with its handle is gone
         }},
        {"computed, which throws",
         [](Shelf &shelf) {
             const auto a = atom(1);
             const auto &c = shelf.put(computed([&, a]() -> Counted {
                 shelf.drop();
                 throw std::runtime_error("no");
             }));
             QVERIFY_EXCEPTION_THROWN(static_cast<void>(c()), std::runtime_error);
         }},
        {"computed, written by a listener of itself",
         [](Shelf &shelf) {
             const auto a = atom(1);
             const auto &c = shelf.put(computed(a, [](int value) { return Counted(value); }));
             const auto l = c.subscribe([&](const Counted &, const Counted &) { shelf.drop(); });
             a.set(2);
         }},
        {"a former value's end, atom",
         [](Shelf &shelf) {
             const auto &a = shelf.put(atom(Ending(1)));
             a.set(Ending(2, [&] { shelf.drop(); }));
             a.set(Ending(3));
         }},
        {"a former value's end, map",
         [](Shelf &shelf) {
             const auto &m = shelf.put(map<int, Ending>());
             m.setKey(1, Ending(1, [&] { shelf.drop(); }));
             m.setKey(1, Ending(2));
         }},
        {"a former value's end, key removed",
         [](Shelf &shelf) {
             const auto &m = shelf.put(map<int, Ending>());
             m.setKey(1, Ending(1, [&] { shelf.drop(); }));
             m.removeKey(1);
         }},
        {"a former value's end, map replaced",
         [](Shelf &shelf) {
             const auto &m = shelf.put(map<int, Ending>());
             m.setKey(1, Ending(1, [&] { shelf.drop(); }));
             m.set({});
         }},
        {"a former value's end, computed",
         [](Shelf &shelf) {
             const auto a = atom(1);
             const auto armed = std::make_shared<bool>(false);
             const auto &c = shelf.put(computed(a, [&shelf, armed](int value) {
                 return Ending(value, [&shelf, armed] {
                     if (*armed) {
                         shelf.drop();
                     }
                 });
             }));
             static_cast<void>(c.get());
             *armed = true;
             a.set(2);
             if (!shelf.all.empty()) { // not told of it at once
                 static_cast<void>(c.get());
             }
         }},
        {"update",
         [](Shelf &shelf) {
             const auto &s = shelf.put(signal(Counted(1)));
             s([&](const Counted &value) {
                 shelf.drop();
                 return Counted(value.number() + 1);
             });
         }},
        {"subscribe, in the first call",
         [](Shelf &shelf) {
             const auto &a = shelf.put(atom(Counted(1)));
             const auto l = a.subscribe([&](const Counted &) { shelf.drop(); });
         }},
        {"listen, in a mount hook",
         [](Shelf &shelf) {
             const auto &a = shelf.put(atom(Counted(1)));
             onMount(a, [&] { shelf.drop(); });
             const auto l = a.listen([](const Counted &, const Counted &) {});
         }},
        {"subscribe, in a mount hook",
         [](Shelf &shelf) {
             const auto &a = shelf.put(atom(Counted(1)));
             onMount(a, [&] { shelf.drop(); });
             const auto l = a.subscribe([](const Counted &, const Counted &) {});
         }},
        {"get, in a mount hook",
         [](Shelf &shelf) {
             const auto &a = shelf.put(atom(Counted(1)));
             onMount(a, [&] { shelf.drop(); });
             QCOMPARE(a.get().number(), 1);
         }},
        {"get, in a stop hook",
         [](Shelf &shelf) {
             const auto &a = shelf.put(atom(Counted(1)));
             onStop(a, [&] { shelf.drop(); });
             QCOMPARE(a.get().number(), 1);
         }},
        {"morph",
         [](Shelf &shelf) {
             const auto &s = shelf.put(morph(
                 signal(Counted(1)),
                 [&](auto &self) {
                     shelf.drop();
                     return self.source();
                 },
                 [&](auto &self, Counted value) {
                     shelf.drop();
                     self.source(std::move(value));
                 }));
             s(Counted(2));
         }},
        {"morph, read",
         [](Shelf &shelf) {
             const auto &s = shelf.put(morph(signal(Counted(1)), [&](auto &self) {
                 shelf.drop();
                 return self.source();
             }));
             QCOMPARE(s().number(), 1);
         }},
        {"child",
         [](Shelf &shelf) {
             const auto &s = shelf.put(child(signal(Shape{}), &Shape::x, [&](Shape shape, auto, int x) {
                 shelf.drop();
                 shape.x = x;
                 return shape;
             }));
             s(5);
         }},
        {"a task's end",
         [](Shelf &shelf) {
             const auto a = atom(1);
             const TaskSource<Counted> source;
             const auto &c = shelf.put(computed(a, [task = source.task()](int) { return task; }));
             const auto l = c.listen([&] { shelf.drop(); });
             source.resolve(Counted(3));
         }},
        {"a hook's end takes another hook away",
         [](Shelf &shelf) {
             struct Guard
             {
                 Unbind unbind;
                 Guard() = default;
                 Guard(const Guard &) = delete;
                 Guard &operator=(const Guard &) = delete;
                 ~Guard() { unbind(); }
             };
             const auto &a = shelf.put(atom(Counted(1)));
             const auto guard = std::make_shared<Guard>();
             onMount(a, [guard] { return [guard] {}; });
             guard->unbind = onMount(a, [counted = Counted(1)] { return [counted] {}; });
             const auto l = a.listen([] {});
             shelf.drop();
         }},
    };
}

} // namespace

class tst_LastHandles : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time.emplace(); }
    void cleanup()
    {
        m_time->advance(5000);
        m_time.reset();
        static_cast<void>(atom(1)); // what was parked goes with it
        QCOMPARE(Counted::alive(), 0);
    }
    void inside_data();
    void inside();
    void storm();
    void chains_endWithoutRecursion_data();
    void chains_endWithoutRecursion();

private:
    std::optional<ManualTime> m_time;
};

void tst_LastHandles::inside_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<int>("extra");
    int i = 0;
    for (const auto &one : cases()) {
        for (const int extra : {0, 1, 2}) {
            QTest::addRow("%s, %s", one.name,
                          extra == 0   ? "alone"
                          : extra == 1 ? "in a batch"
                                       : "in a listener")
                << i << extra;
        }
        ++i;
    }
}

void tst_LastHandles::inside()
{
    QFETCH(int, number);
    QFETCH(int, extra);
    Shelf shelf;
    const auto run = [&] { cases()[std::size_t(number)].run(shelf); };
    if (extra == 0) {
        run();
    } else if (extra == 1) {
        batch(run);
    } else {
        const auto other = atom(0);
        const auto l = other.listen(run);
        other.set(1);
    }
}

namespace {

/// Stores of all kinds, whose functions do something to the others, and to themselves, every now and then.
class Storm
{
public:
    explicit Storm(unsigned seed)
        : m_random(seed)
    {
        for (int i = 0; i < 6; ++i) {
            add();
        }
    }
    ~Storm()
    {
        m_over = true;
        m_subscriptions.clear();
        m_stores.clear();
        m_computed.clear();
        m_maps.clear();
    }
    Storm(const Storm &) = delete;
    Storm &operator=(const Storm &) = delete;

    void step()
    {
        m_budget = 12;
        act();
    }

private:
    int any(int below) { return int(m_random() % unsigned(below)); }
    template<typename T>
    T *pick(std::vector<std::unique_ptr<T>> &from)
    {
        return from.empty() ? nullptr : from[std::size_t(any(int(from.size())))].get();
    }
    template<typename T>
    void dropOne(std::vector<T> &from)
    {
        if (!from.empty()) {
            const auto at = from.begin() + any(int(from.size()));
            const T dropped = std::move(*at); // out of the list first: its end may change it
            from.erase(at);
        }
    }
    void dropAny()
    {
        if (!m_over && any(4) == 0) {
            dropOne(m_stores);
            dropOne(m_computed);
            dropOne(m_maps);
        }
    }
    /// Called by every function of the stores'.
    void meddle()
    {
        if (!m_over && --m_budget > 0 && any(3) == 0) {
            act();
        }
    }
    void act()
    {
        switch (any(14)) {
        case 0:
            dropOne(m_stores);
            break;
        case 1:
            dropOne(m_computed);
            break;
        case 2:
            dropOne(m_maps);
            break;
        case 3:
            dropOne(m_subscriptions);
            break;
        case 4:
        case 5:
            add();
            break;
        case 6:
        case 7:
            if (const auto *store = pick(m_stores)) {
                store->set(value());
            }
            break;
        case 8:
            if (const auto *store = pick(m_stores)) {
                (*store)([this](const Ending &) {
                    meddle();
                    return value();
                });
            }
            break;
        case 9:
            if (const auto *store = pick(m_maps)) {
                store->setKey(any(3), value());
            }
            break;
        case 10:
            if (const auto *store = pick(m_maps)) {
                any(2) ? store->removeKey(any(3)) : store->set({{1, value()}});
            }
            break;
        case 11:
            if (const auto *store = pick(m_computed)) {
                any(2) ? static_cast<void>(store->get()) : static_cast<void>((*store)());
            }
            break;
        case 12:
            batch([this] {
                meddle();
                act();
            });
            break;
        default:
            observe();
        }
    }
    Ending value()
    {
        const auto atEnd = [this] {
            try {
                meddle();
            } catch (...) { // a destructor throws nothing
            }
        };
        return any(3) ? Ending(any(4)) : Ending(any(4), atEnd);
    }
    void add()
    {
        switch (any(4)) {
        case 0: {
            auto store = std::make_unique<Signal<Ending>>(signal(value()));
            if (any(2)) {
                onSet(*store, [this](auto &) { meddle(); });
            }
            if (any(3) == 0) {
                onNotify(*store, [this](auto &) { meddle(); });
            }
            if (any(3) == 0) {
                store->setEqual([this](const Ending &a, const Ending &b) {
                    const bool same = a == b;
                    dropAny();
                    return same;
                });
            }
            hook(*store);
            m_stores.push_back(std::move(store));
            break;
        }
        case 1: {
            auto store = std::make_unique<Map<int, Ending>>(map<int, Ending>());
            if (any(2)) {
                onSet(*store, [this](auto &) { meddle(); });
            }
            if (any(3) == 0) {
                store->setEqKey([this](const Ending &a, const Ending &b, int) {
                    const bool same = a == b;
                    dropAny();
                    return same;
                });
            }
            hook(*store);
            m_maps.push_back(std::move(store));
            break;
        }
        case 2:
            if (const auto *source = pick(m_stores)) {
                m_computed.push_back(std::make_unique<Computed<Ending>>(computed(*source, [this](const Ending &from) {
                    const Ending result = from;
                    meddle();
                    return result;
                })));
                hook(*m_computed.back());
            }
            break;
        default:
            if (const auto *source = pick(m_stores)) {
                const auto *other = pick(m_maps);
                m_computed.push_back(std::make_unique<Computed<Ending>>(
                    computed([this, source = *source, other = other ? std::optional(*other) : std::nullopt] {
                        meddle();
                        if (other) {
                            static_cast<void>((*other)());
                        }
                        return source();
                    })));
                hook(*m_computed.back());
            }
        }
    }
    template<typename S>
    void hook(const S &store)
    {
        if (any(4) == 0) {
            onMount(store, [this] {
                meddle();
                return [this] { meddle(); };
            });
        }
        if (any(6) == 0) {
            onStop(store, [this] { meddle(); });
        }
    }
    void observe()
    {
        Subscription made;
        switch (any(4)) {
        case 0:
            if (const auto *store = pick(m_stores)) {
                made = store->listen([this](const Ending &, const Ending &) { meddle(); });
            }
            break;
        case 1:
            if (const auto *store = pick(m_computed)) {
                made = store->subscribe([this](const Ending &) { meddle(); });
            }
            break;
        case 2:
            if (const auto *store = pick(m_maps)) {
                made = store->listen([this](const auto &, const MapChange<int, Ending> &) { meddle(); });
            }
            break;
        default:
            if (const auto *store = pick(m_computed)) {
                made = effect([this, store = *store] {
                    static_cast<void>(store());
                    meddle();
                    return [this] { meddle(); };
                });
            }
        }
        m_subscriptions.push_back(std::move(made));
    }

    std::mt19937 m_random;
    bool m_over = false;
    int m_budget = 0;
    std::vector<std::unique_ptr<Signal<Ending>>> m_stores;
    std::vector<std::unique_ptr<Map<int, Ending>>> m_maps;
    std::vector<std::unique_ptr<Computed<Ending>>> m_computed;
    std::vector<Subscription> m_subscriptions;
};

} // namespace

// Whatever ends inside whatever function: nothing is used after its end, and nothing is left.
void tst_LastHandles::storm()
{
    setErrorHandler([](const std::exception_ptr &) {});
    for (unsigned seed = 1; seed <= 300; ++seed) {
        {
            Storm storm(seed);
            for (int i = 0; i < 60; ++i) {
                try {
                    storm.step();
                } catch (const CycleError &) { // a function may read its own store
                }
                if (i % 20 == 19) {
                    m_time->advance(1500);
                }
            }
        }
        m_time->advance(5000);
        static_cast<void>(atom(1));
        QVERIFY2(Counted::alive() == 0, qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(Counted::alive())));
    }
    setErrorHandler({});
}

void tst_LastHandles::chains_endWithoutRecursion_data()
{
    QTest::addColumn<bool>("ofEffects");
    QTest::newRow("listeners") << false;
    QTest::newRow("effects") << true;
}

// Each subscription is held by the function of the one before.
void tst_LastHandles::chains_endWithoutRecursion()
{
    QFETCH(bool, ofEffects);
    constexpr int Length = 200'000;
    const auto a = atom(1);
    Subscription last;
    for (int i = 0; i < Length; ++i) {
        auto held = std::make_shared<Subscription>(std::move(last));
        last = ofEffects ? effect([held, counted = Counted(1)] {}) : a.listen([held, counted = Counted(1)] {});
    }
    QCOMPARE(Counted::alive(), Length);
    last.reset();
    QCOMPARE(Counted::alive(), 0);
}

QTEST_APPLESS_MAIN(tst_LastHandles)
#include "tst_lasthandles.moc"
