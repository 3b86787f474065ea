// SPDX-License-Identifier: MIT

// Each allocation of each step fails once, and so does each copy, move, comparison and hash of a user's type. After
// that the graph is whole: values are old or new, every observer hears of the next write, and nothing is left behind.
#include <nanostores/core.h>
#include <nanostores/core/post.h>
#include <nanostores/core/task.h>
#include <nanostores/kit/pace.h>

#include "world.h"

#include "support/failing.h"

#include <QtTest/QTest>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

SUPPORT_FAILING_NEW

using namespace nanostores;
using namespace nanostores::kit;
using namespace outofmemory;
using support::Failing;
using support::Fussy;

namespace {

template<typename T>
struct Act
{
    const char *name;
    std::function<void(World<T> &)> run;
};

template<typename T>
Task<void> awaiting(Task<T> task)
{
    co_await task;
}

template<typename T>
std::vector<Act<T>> acts()
{
    using W = World<T>;
    return {
        {"set", [](W &w) { w.a(make<T>(7)); }},
        {"set, nothing below", [](W &w) { w.quiet(make<T>(7)); }},
        {"set, second source", [](W &w) { w.b(make<T>(7)); }},
        {"update", [](W &w) { w.a([](const T &x) { return make<T>(numberOf(x) + 5); }); }},
        {"batch",
         [](W &w) {
             batch([&] {
                 w.a(make<T>(7));
                 w.b(make<T>(8));
                 w.map.setKey(make<T>(1), make<T>(9));
                 w.a(make<T>(10));
                 static_cast<void>(w.tracked());
                 w.a(make<T>(11));
             });
         }},
        {"notify", [](W &w) { w.a.notify(); }},
        {"trigger", [](W &w) { trigger([&] { static_cast<void>(w.a()); }); }},
        {"setKey", [](W &w) { w.map.setKey(make<T>(1), make<T>(7)); }},
        {"setKey, old map", [](W &w) { w.whole.setKey(make<T>(1), make<T>(7)); }},
        {"setKey, a copy is alive",
         [](W &w) {
             const auto copy = w.whole.get();
             w.whole.setKey(make<T>(1), make<T>(7));
         }},
        {"setKey, new", [](W &w) { w.map.setKey(make<T>(30), make<T>(7)); }},
        {"setKey, many in a batch",
         [](W &w) {
             batch([&] {
                 for (int i = 0; i < 20; ++i) {
                     w.map.setKey(make<T>(i), make<T>(i + 3));
                     w.whole.setKey(make<T>(i), make<T>(i + 3));
                 }
             });
         }},
        {"removeKey", [](W &w) { w.map.removeKey(make<T>(1)); }},
        {"removeKey, old map", [](W &w) { w.whole.removeKey(make<T>(1)); }},
        {"removeKey, many",
         [](W &w) {
             for (int i = 2; i < 10; ++i) {
                 w.map.removeKey(make<T>(i));
             }
             for (int i = 2; i < 20; ++i) {
                 w.map.setKey(make<T>(i), make<T>(i));
             }
         }},
        {"set of a map",
         [](W &w) {
             Dictionary<T, T> next; // not braces: optimized by g++, they leave values when a copy of one throws
             next.insert(make<T>(1), make<T>(4));
             next.insert(make<T>(2), make<T>(5));
             w.map.set(std::move(next));
         }},
        {"set of a map, in a batch",
         [](W &w) {
             Batch batch;
             auto next = w.map.get();
             next.insert(make<T>(1), make<T>(7));
             next.remove(make<T>(2));
             w.map.set(std::move(next));
         }},
        {"set of a member", [](W &w) { w.record.setKey(&Pair<T>::first, make<T>(7)); }},
        {"set of a record",
         [](W &w) {
             w.record.set({make<T>(7), make<T>(8)});
         }},
        {"listen", [](W &w) { w.more = w.a.listen([t = Token()] {}); }},
        {"listen, computed", [](W &w) { w.more = w.unobserved.listen([t = Token()](const T &, const T &) {}); }},
        {"subscribe, tracked", [](W &w) { w.more = w.above.subscribe([t = Token()](const T &) {}); }},
        {"listen, mounting",
         [](W &w) {
             const auto fresh = signal(make<T>(1));
             const auto hook = [&w](const auto &store) { // mounts and unmounts, or neither
                 onMount(store, [&w, t = Token()] {
                     ++w.mounts;
                     return [&w, t = Token()] { --w.mounts; };
                 });
             };
             hook(fresh);
             const auto half = computed([fresh, a = w.a] { return make<T>(numberOf(fresh()) + numberOf(a())); });
             const auto top = computed(half, fresh, [](const T &x, const T &) { return x; });
             hook(half);
             hook(top);
             w.more = top.listen([t = Token()] {});
             w.more.reset();
             w.time.advance(5000);
         }},
        {"listen, map", [](W &w) { w.more = w.map.listen([t = Token()](const auto &, const MapChange<T, T> &) {}); }},
        {"listenKeys",
         [](W &w) {
             w.more = listenKeys(w.map, {make<T>(1), make<T>(2)}, [t = Token()](const auto &) {});
         }},
        {"effect",
         [](W &w) {
             w.more = effect([unobserved = w.unobserved, above = w.above, t = Token()] {
                 static_cast<void>(unobserved());
                 effect([above] { static_cast<void>(above()); }).detach();
                 return [t = Token()] {};
             });
             w.a(make<T>(12));
         }},
        {"effect, listed",
         [](W &w) {
             w.more = effect(w.unobserved, w.b, [t = Token()](const T &, const T &) { return [t = Token()] {}; });
             w.a(make<T>(12));
         }},
        {"scopes",
         [](W &w) {
             auto start = deferScope([&] {
                 effect([a = w.a, t = Token()] { static_cast<void>(a()); }).detach();
                 effectScope([&] { effect([a = w.a, t = Token()] { static_cast<void>(a()); }).detach(); }).detach();
             });
             w.more = start();
             w.a(make<T>(12));
         }},
        {"get, mounting",
         [](W &w) {
             static_cast<void>(w.unobserved.get());
             w.time.advance(5000);
         }},
        {"leave and come back",
         [](W &w) {
             const auto fresh = computed(w.unobserved, w.b, [](const T &x, const T &) { return x; });
             w.more = fresh.listen([t = Token()] {});
             w.more.reset();
             w.more = fresh.listen([t = Token()] {});
             w.others = w.unobserved.listen([t = Token()] {});
             w.more.reset();
             w.time.advance(5000);
         }},
        {"batched",
         [](W &w) {
             w.a(make<T>(12));
             w.time.advance(1);
         }},
        {"selector",
         [](W &w) {
             w.more = effect([isSelected = w.isSelected, t = Token()] { isSelected(make<T>(13)); });
             w.a(make<T>(13));
         }},
        {"hooks",
         [](W &w) {
             const Unbind mounted = onMount(w.a, [t = Token()] { return [t = Token()] {}; });
             const Unbind set = onSet(w.a, [t = Token()](auto &event) { static_cast<void>(event.newValue()); });
             const Unbind notified = onNotify(w.a, [t = Token()] {});
             const auto unbind = [&] {
                 mounted();
                 set();
                 notified();
             };
             try {
                 w.a(make<T>(14));
             } catch (...) {
                 unbind();
                 throw;
             }
             unbind();
         }},
        {"tasks",
         [](W &w) {
             const TaskSource<T> source;
             const auto waiting = awaiting(source.task());
             source.task().then([t = Token()](const T &) {}, [](const std::exception_ptr &) {});
             const auto counted = task([task = source.task(), t = Token()]() { return task; });
             const auto all = allTasks();
             source.resolve(make<T>(1));
             w.time.advance(1);
         }},
        {"nextChange",
         [](W &w) {
             const auto waiting = awaiting(nextChange(w.a));
             w.a(make<T>(15));
         }},
        {"post",
         [](W &w) {
             post(w.a, make<T>(16));
             postLatest(w.b, make<T>(17));
             postLatest(w.b, make<T>(18));
             w.time.scheduler().runPending();
         }},
        {"debounce",
         [](W &w) {
             const auto slow = debounce(std::chrono::milliseconds(5))([a = w.a, t = Token()](T value) { a(value); });
             slow(make<T>(19));
             slow(make<T>(20));
             const auto rare = throttle(std::chrono::milliseconds(5))([b = w.b, t = Token()](T value) { b(value); });
             rare(make<T>(19));
             rare(make<T>(20));
             w.time.advance(50);
         }},
        {"handles end in a listener",
         [](W &w) {
             std::vector<Computed<T>> stores;
             for (int i = 0; i < 3; ++i) {
                 stores.push_back(computed(w.a, [t = Token()](const T &x) { return x; }));
             }
             const auto listener = w.a.listen([&] { stores.clear(); });
             w.a(make<T>(21));
         }},
        {"deepMap, setKey", [](W &w) { w.deep.setKey(path(&Deep<T>::pair, &Pair<T>::first), make<T>(7)); }},
        {"deepMap, index beyond the end", [](W &w) { w.deep.setKey(path(&Deep<T>::list, 7), make<T>(7)); }},
        {"deepMap, key", [](W &w) { w.deep.setKey(path(&Deep<T>::byKey, make<T>(1)), make<T>(7)); }},
        {"deepMap, removeKey",
         [](W &w) {
             w.deep.setKey(path(&Deep<T>::byKey, make<T>(2)), make<T>(7));
             w.deep.removeKey(path(&Deep<T>::byKey, make<T>(2)));
             w.deep.removeKey(path(&Deep<T>::list, 0));
         }},
        {"deepMap, set",
         [](W &w) {
             w.deep.set({{make<T>(7), make<T>(8)}, {make<T>(1), make<T>(2)}, {}});
         }},
        {"deepMap, in a batch",
         [](W &w) {
             batch([&] {
                 w.deep.setKey(path(&Deep<T>::list, 0), make<T>(7));
                 w.deep.setKey(path(&Deep<T>::list, 1), make<T>(8));
             });
         }},
        {"deepMap, listenKeys",
         [](W &w) {
             w.more = listenKeys(w.deep, {path(&Deep<T>::list, 0), path(&Deep<T>::byKey, make<T>(3))},
                                 [t = Token()](const Deep<T> &) {});
         }},
        {"list, setAt", [](W &w) { w.items.setAt(4, make<T>(70)); }},
        {"list, update", [](W &w) { w.items.update(4, [](T &item) { item = make<T>(70); }); }},
        {"list, insert", [](W &w) { w.items.insert(3, make<T>(70)); }},
        {"list, append several",
         [](W &w) {
             std::vector<T> more;
             for (int i = 0; i < 3; ++i) {
                 more.push_back(make<T>(i));
             }
             w.items.appendAll(std::move(more));
         }},
        {"list, remove", [](W &w) { w.items.removeAt(5); }},
        {"list, remove several", [](W &w) { w.items.removeAt(5, 3); }},
        {"list, removeIf", [](W &w) { w.items.removeIf([](const T &item) { return numberOf(item) % 3 == 2; }); }},
        {"list, move", [](W &w) { w.items.move(2, 7); }},
        {"list, sort", [](W &w) { w.items.sort(descending([](const T &item) { return numberOf(item); })); }},
        {"list, set", [](W &w) { w.items.set(std::vector<T>(3, make<T>(7))); }},
        {"list, in a batch",
         [](W &w) {
             batch([&] {
                 w.items.setAt(2, make<T>(7));
                 for (int i = 0; i < 4; ++i) {
                     w.items.removeAt(2);
                 }
                 w.items.append(make<T>(8));
                 w.items.append(make<T>(9));
                 static_cast<void>(w.ordered.get());
                 w.items.move(0, 3);
                 for (int i = 0; i < 40; ++i) {
                     w.items.insert(static_cast<std::size_t>(i % 2) * 3 + 2, make<T>(i));
                 }
             });
         }},
        {"list, listen", [](W &w) { w.more = w.items.listen([t = Token()](const auto &, const ListChange<T> &) {}); }},
        {"edit", [](W &w) { w.quiet.edit([](T &value) { value = make<T>(7); }); }},
        {"signals map, set", [](W &w) { setMapKey(w.keyed, make<T>(1), make<T>(7)); }},
        {"signals map, new key", [](W &w) { setMapKey(w.keyed, make<T>(41), make<T>(7)); }},
        {"signals map, key that is read", [](W &w) { setMapKey(w.keyed, make<T>(40), make<T>(7)); }},
        {"signals map, delete", [](W &w) { deleteMapKey(w.keyed, make<T>(1)); }},
        {"signals map, clear", [](W &w) { clearMap(w.keyed); }},
        {"signals map, read of a missing key",
         [](W &w) {
             w.more = effect([keyed = w.keyed, t = Token()] {
                 static_cast<void>(getMapKey(keyed, make<T>(41)));
                 static_cast<void>(getMapKey(keyed, make<T>(1)));
             });
             w.more.reset();
         }},
        {"stored, write", [](W &w) { w.stored(make<T>(7)); }},
        {"stored, erase", [](W &w) { w.stored(std::nullopt); }},
        {"stored, change elsewhere", [](W &w) { w.storage.set(1, make<T>(7)); }},
        {"stored, first read",
         [](W &w) {
             w.late = stored(w.storage, 2, make<T>(0));
             static_cast<void>(w.late->get());
         }},
        {"stored, first read by an effect",
         [](W &w) {
             w.late = syncedStored(w.storage, 2, make<T>(0));
             w.more = effect([late = *w.late, t = Token()] { static_cast<void>(late()); });
         }},
        {"stored, debounced",
         [](W &w) {
             const auto slow = stored(w.storage, 3, make<T>(0), debounce(std::chrono::milliseconds(5)));
             slow(make<T>(7));
             slow(make<T>(8));
             w.time.advance(50);
         }},
        {"names", [](W &w) { w.quiet.setName("a name that does not fit into the string itself"); }},
    };
}

} // namespace

class tst_OutOfMemory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        setErrorHandler([](const std::exception_ptr &) {});
    }
    void cleanup() { setErrorHandler({}); }
    void allocation_fails_data() { rows<std::string>(); }
    void allocation_fails() { runAll<std::string>(Failing::Allocation); }
    void operation_fails_data() { rows<Fussy>(); }
    void operation_fails() { runAll<Fussy>(Failing::Operation); }

private:
    template<typename T>
    void rows();
    template<typename T>
    void runAll(Failing::What what);
    template<typename T>
    bool runOnce(const Act<T> &act, Failing::What what, long n, bool all);
};

template<typename T>
void tst_OutOfMemory::rows()
{
    QTest::addColumn<int>("act");
    QTest::addColumn<bool>("all");
    int i = 0;
    for (const auto &act : acts<T>()) {
        QTest::addRow("%s", act.name) << i << false;
        QTest::addRow("%s, and all that follow", act.name) << i++ << true;
    }
}

template<typename T>
void tst_OutOfMemory::runAll(Failing::What what)
{
    QFETCH(int, act);
    QFETCH(bool, all);
    const auto chosen = acts<T>()[std::size_t(act)];
    for (long n = 1; !QTest::currentTestFailed(); ++n) {
        if (!runOnce(chosen, what, n, all)) {
            return;
        }
    }
}

/// False when the step has gone through.
template<typename T>
bool tst_OutOfMemory::runOnce(const Act<T> &act, Failing::What what, long n, bool all)
{
    bool failed = false;
    QStringList wrong;
    {
        World<T> world;
        {
            Failing failing(what, n, all);
            try {
                act.run(world);
            } catch (...) { // what leaves it is of no interest here
            }
            failed = failing.hasFailed();
        }
        world.time.advance(100); // what was put off all the same
        wrong << world.contradictions() << world.afterWriting(100, false) << world.afterWriting(200, true)
              << world.afterWriting(300, false) << world.afterLeaving();
    }
    if (Token::alive != 0) {
        wrong << QStringLiteral("functions left: %1").arg(Token::alive);
        Token::alive = 0;
    }
    if (Fussy::alive() != 0) {
        wrong << QStringLiteral("values left: %1").arg(Fussy::alive());
        Fussy::forget();
    }
    if (!wrong.isEmpty()) {
        wrong.prepend(QStringLiteral("number %1").arg(n));
        QTest::qFail(qPrintable(wrong.join(QStringLiteral("; "))), __FILE__, __LINE__);
    }
    return failed;
}

QTEST_APPLESS_MAIN(tst_OutOfMemory)
#include "tst_outofmemory.moc"
