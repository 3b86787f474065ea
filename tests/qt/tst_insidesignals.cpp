// SPDX-License-Identifier: MIT

// Objects end, and maps are written, inside the signals and calls that they cause. Run under AddressSanitizer.
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "support/handlers.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <functional>
#include <memory>

using namespace nanostores;

namespace {

const auto count = atom(0);
const auto total = atom(0);

class Shown : public StoreObject
{
    Q_OBJECT
    NANOSTORES_PROPERTY(int, number, ::count)
    NANOSTORES_PROPERTY(int, sum, ::total)
public:
    using StoreObject::StoreObject;
};

struct Place
{
    int x = 0;
    int y = 0;
    bool operator==(const Place &) const = default;
};

const auto place = atom(Place{});

class ShownPlace : public StoreObject
{
    Q_OBJECT
    NANOSTORES_FIELD(int, x, ::place, &Place::x)
public:
    using StoreObject::StoreObject;
};

} // namespace

class tst_InsideSignals : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        count.set(0);
        total.set(0);
        place.set({});
    }
    void object_deletedInItsSignal_data();
    void object_deletedInItsSignal();
    void object_deletedByAMountHook();
    void useStore_contextDeletedInTheFirstCall();
    void useStore_contextDeletedInALaterCall();
    void watches_hearOfTheirKeyThoughOneWritesAnother();
    void watches_hearOfTheirKeyThoughOneThrows();
    void watches_ofAMapThatCouldNotBeMounted();
    void takenBack_throughAnyFaceRunsNothing();
};

void tst_InsideSignals::object_deletedInItsSignal_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("how");
    for (const char *kind : {"StoreAdapter", "StoreObject", "KeyAdapter", "field"}) {
        for (const char *how : {"setProperty", "setter", "store", "refused", "changed by a listener",
                                "changed by a hook", "in a batch"}) {
            QTest::addRow("%s, %s", kind, how) << QString::fromLatin1(kind) << QString::fromLatin1(how);
        }
    }
}

void tst_InsideSignals::object_deletedInItsSignal()
{
    QFETCH(QString, kind);
    QFETCH(QString, how);
    const auto store = kind == QLatin1String("StoreObject") ? count : atom(0);
    const auto ratings = map<QString, int>();
    const bool keyed = kind == QLatin1String("KeyAdapter");
    const bool isField = kind == QLatin1String("field");
    Unbind hook;
    if (how == QLatin1String("refused")) {
        hook = isField ? onSet(place, [](auto &event) { event.abort(); })
               : keyed ? onSet(ratings, [](auto &event) { event.abort(); })
                       : onSet(store, [](auto &event) { event.abort(); });
    } else if (how == QLatin1String("changed by a hook")) {
        hook = isField ? onSet(place,
                               [](auto &event) {
                                   event.replace(Place{9, 0});
                               })
               : keyed ? onSet(ratings, [](auto &event) { event.replaceKey(9); })
                       : onSet(store, [](auto &event) { event.replace(9); });
    }
    Subscription later;
    if (how == QLatin1String("changed by a listener")) {
        later = isField ? place.listen([] {
            place.set({8, 0});
        })
                : keyed ? ratings.listen([&] { ratings.setKey(QStringLiteral("a"), 8); })
                        : store.listen([&] { store.set(8); });
    }
    int signalled = 0;
    QObject *object = nullptr;
    std::function<void(int)> set;
    const auto atSignal = [&] {
        ++signalled;
        delete std::exchange(object, nullptr);
    };
    if (kind == QLatin1String("StoreAdapter")) {
        auto *made = new StoreAdapter(store);
        connect(made, &StoreAdapter::valueChanged, this, atSignal);
        set = [made](int value) { made->setValue(value); };
        object = made;
    } else if (keyed) {
        auto *made = new KeyAdapter(ratings, QStringLiteral("a"));
        connect(made, &KeyAdapter::valueChanged, this, atSignal);
        set = [made](int value) { made->setValue(value); };
        object = made;
    } else if (isField) {
        auto *made = new ShownPlace;
        connect(made, &ShownPlace::xChanged, this, atSignal);
        set = [made](int value) { made->set_x(value); };
        object = made;
    } else {
        auto *made = new Shown;
        connect(made, &Shown::numberChanged, this, atSignal);
        set = [made](int value) { made->set_number(value); };
        object = made;
    }
    if (how == QLatin1String("setProperty")) {
        QVERIFY(object->setProperty(isField ? "x" : kind == QLatin1String("StoreObject") ? "number" : "value", 5));
    } else if (how == QLatin1String("store")) {
        isField ? place.set({5, 0}) : keyed ? ratings.setKey(QStringLiteral("a"), 5) : store.set(5);
    } else if (how == QLatin1String("in a batch")) {
        batch([&] { set(5); });
    } else {
        set(5);
    }
    QCOMPARE(signalled, 1);
    QVERIFY(!object);
    hook();
}

void tst_InsideSignals::object_deletedByAMountHook()
{
    const auto store = atom(0);
    auto *adapter = new StoreAdapter(store);
    const auto ratings = map<QString, int>();
    auto *key = new KeyAdapter(ratings, QStringLiteral("a"));
    QPointer<QObject> first(adapter);
    QPointer<QObject> second(key);
    const Unbind hook = onMount(store, [&] { delete key; });
    connect(adapter, &StoreAdapter::valueChanged, this, [] {});
    QVERIFY(first);
    QVERIFY(!second);
    hook();
    delete adapter;
}

void tst_InsideSignals::useStore_contextDeletedInTheFirstCall()
{
    const auto store = atom(0);
    auto *context = new QObject;
    int calls = 0;
    QObject *const tie = useStore(store, context, [&](int) {
        ++calls;
        delete context;
    });
    QVERIFY(!tie);
    store.set(1);
    QCOMPARE(calls, 1);
}

void tst_InsideSignals::useStore_contextDeletedInALaterCall()
{
    const auto store = atom(0);
    auto *context = new QObject;
    int calls = 0;
    useStore(store, context, [&](int value) {
        ++calls;
        if (value == 1) {
            delete context;
        }
    });
    store.set(1);
    store.set(2);
    QCOMPARE(calls, 2);
}

void tst_InsideSignals::watches_hearOfTheirKeyThoughOneWritesAnother()
{
    const auto store = map<int, int>();
    QStringList heard;
    const auto watch = [&](const char *name, int key, const std::function<void()> &then = {}) {
        return watchKey(store, key, [&heard, name, then](const int *value) {
            heard << QStringLiteral("%1:%2").arg(QLatin1String(name)).arg(*value);
            if (then) {
                then();
            }
        });
    };
    const auto first = watch("first", 1);
    const auto second = watch("second", 1);
    const auto other = watch("other", 2);
    const auto third = watch("third", 1, [&] { batch([&] { store.setKey(2, 7); }); });
    store.setKey(1, 5);
    heard.sort();
    QCOMPARE(heard.join(QLatin1Char(' ')), QStringLiteral("first:5 other:7 second:5 third:5"));
}

void tst_InsideSignals::watches_hearOfTheirKeyThoughOneThrows()
{
    const auto store = map<int, int>();
    int calls = 0;
    const auto first = watchKey(store, 1, [&] { ++calls; });
    const auto second = watchKey(store, 1, [&] {
        ++calls;
        throw std::runtime_error("second");
    });
    const auto third = watchKey(store, 1, [&] { ++calls; });
    QCOMPARE(support::thrownBy([&] { store.setKey(1, 5); }), QStringLiteral("second"));
    QCOMPARE(calls, 3);
}

void tst_InsideSignals::watches_ofAMapThatCouldNotBeMounted()
{
    support::ErrorLog errors;
    const auto store = map<int, int>();
    bool fails = true;
    int mounts = 0;
    onMount(store, [&] {
        if (fails) {
            throw std::runtime_error("offline");
        }
        ++mounts;
    });
    int calls = 0;
    const auto first = watchKey(store, 1, [&] { ++calls; });
    QCOMPARE(errors.take(), QList<QString>({QStringLiteral("offline")}));
    fails = false;
    const auto second = watchKey(store, 1, [&] { ++calls; });
    store.setKey(1, 2);
    QCOMPARE(mounts, 1);
    QCOMPARE(calls, 2);
}

// Rule 6.
void tst_InsideSignals::takenBack_throughAnyFaceRunsNothing()
{
    const auto ratings = map<QString, int>({{QStringLiteral("a"), 0}});
    const auto list = atom(QList<int>{0});
    StoreAdapter adapter(count);
    KeyAdapter key(ratings, QStringLiteral("a"));
    Shown object;
    ShownPlace shownPlace;
    MapModel entries(ratings);
    ListModel items(list);
    int runs = 0;
    const Subscription running = effect([&] {
        count();
        ratings();
        place();
        list();
        ++runs;
    });
    const QList<std::function<void(int)>> writes{
        [&](int value) { adapter.setValue(value); },
        [&](int value) { key.setValue(value); },
        [&](int value) { object.set_number(value); },
        [&](int value) { shownPlace.set_x(value); },
        [&](int value) { entries.setData(entries.index(0), value, StoreModel::ValueRole); },
        [&](int value) { items.setData(items.index(0), value, StoreModel::ValueRole); },
    };
    for (const auto &write : writes) {
        runs = 0;
        batch([&] {
            write(1);
            write(0);
        });
        QCOMPARE(runs, 0);
        write(1);
        QCOMPARE(runs, 1);
        write(0);
    }
}

QTEST_GUILESS_MAIN(tst_InsideSignals)
#include "tst_insidesignals.moc"
