// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/core/task.h>
#include <nanostores/kit.h>
#include <nanostores/kit/morph.h>

#include "support/lifetime.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <functional>
#include <memory>
#include <vector>

using namespace nanostores;
using namespace nanostores::kit;
using support::Counted;
using support::Ending;

namespace {

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

/// The last handle of a store goes inside a function that the store itself has called. Run under AddressSanitizer.
class tst_LastHandles : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup()
    {
        m_time->advance(5000);
        TimedTest::cleanup();
        static_cast<void>(atom(1)); // what was parked goes with it
        QCOMPARE(Counted::alive(), 0);
    }

    void inside_data();
    void inside();
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

QTEST_APPLESS_MAIN(tst_LastHandles)
#include "tst_lasthandles.moc"
