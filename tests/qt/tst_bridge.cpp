// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "support/manualtime.h"

#include <QtCore/QProperty>
#include <QtCore/QTimer>
#include <QtTest/QTest>

#include <algorithm>
#include <memory>

using namespace nanostores;

class tst_Bridge : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time = std::make_unique<support::ManualTime>(); }
    void cleanup() { m_time.reset(); }

    void property_followsTheStore();
    void property_isTrackedInBindings();
    void property_writesTheStore();
    void property_fallsBack();
    void property_withABindingWritesTheStore();
    void property_ofAComputedIsReadOnly();
    void property_mountsWhileItLives();
    void store_followsTheProperty();
    void store_writesTheProperty();
    void store_ofADyingOwner();
    void store_intoAPropertyAndBack();

private:
    std::unique_ptr<support::ManualTime> m_time;
};

void tst_Bridge::property_followsTheStore()
{
    const auto store = atom(1);
    PropertyOf property(store);
    QCOMPARE(property.value(), 1);
    store.set(2);
    QCOMPARE(property.value(), 2);
}

void tst_Bridge::property_isTrackedInBindings()
{
    const auto store = atom(1);
    PropertyOf property(store);
    QProperty<int> twice([&property] { return property.value() * 2; });
    QProperty<int> again([bindable = property.bindable()] { return bindable.value() + 1; });
    store.set(5);
    QCOMPARE(twice.value(), 10);
    QCOMPARE(again.value(), 6);
}

void tst_Bridge::property_writesTheStore()
{
    const auto store = atom(1);
    PropertyOf property(store);
    property.setValue(3);
    QCOMPARE(store.get(), 3);
    property.bindable().setValue(4);
    QCOMPARE(store.get(), 4);
}

void tst_Bridge::property_fallsBack()
{
    const auto store = atom(1);
    onSet(store, [](auto &event) { event.replace(std::min(event.newValue(), 10)); });
    PropertyOf property(store);
    property.setValue(50);
    QCOMPARE(store.get(), 10);
    QCOMPARE(property.value(), 10);
    onSet(store, [](auto &event) { event.abort(); });
    property.setValue(5);
    QCOMPARE(property.value(), 10);
}

void tst_Bridge::property_withABindingWritesTheStore()
{
    const auto store = atom(1);
    PropertyOf property(store);
    QProperty<int> source(3);
    property.bindable().setBinding([&source] { return source.value(); });
    QCOMPARE(store.get(), 3);
    source = 4;
    QCOMPARE(store.get(), 4);
    store.set(9); // the binding is gone
    source = 5;
    QCOMPARE(store.get(), 9);
    QCOMPARE(property.value(), 9);
}

void tst_Bridge::property_ofAComputedIsReadOnly()
{
    const auto store = atom(1);
    PropertyOf property(computed(store, [](int value) { return value * 2; }));
    QVERIFY(property.bindable().isReadOnly());
    store.set(4);
    QCOMPARE(property.value(), 8);
}

void tst_Bridge::property_mountsWhileItLives()
{
    const auto store = atom(1);
    onMount(store, [](auto &event) { event.store().set(7); });
    {
        PropertyOf property(store);
        QVERIFY(isMounted(store));
        QCOMPARE(property.value(), 7);
    }
    m_time->advance(1000);
    QVERIFY(!isMounted(store));
}

void tst_Bridge::store_followsTheProperty()
{
    QTimer timer;
    timer.setInterval(5);
    const auto store = fromBindable(timer.bindableInterval(), &timer);
    QCOMPARE(store.get(), 5);
    timer.setInterval(6);
    QCOMPARE(store.get(), 6); // a read mounts for a moment
    QList<int> seen;
    {
        const Subscription listener = store.subscribe([&seen](int value) { seen.append(value); });
        timer.setInterval(7);
        timer.setInterval(8);
    }
    QCOMPARE(seen, (QList<int>{6, 7, 8}));
}

void tst_Bridge::store_writesTheProperty()
{
    QTimer timer;
    const auto store = fromBindable(timer.bindableInterval(), &timer);
    store.set(9);
    QCOMPARE(timer.interval(), 9);
    const Subscription listener = store.listen([] {});
    store.set(10);
    QCOMPARE(timer.interval(), 10);
    QCOMPARE(store.get(), 10);
}

void tst_Bridge::store_ofADyingOwner()
{
    auto timer = std::make_unique<QTimer>();
    timer->setInterval(5);
    const auto store = fromBindable(timer->bindableInterval(), timer.get());
    const Subscription listener = store.listen([] {});
    timer.reset();
    QCOMPARE(store.get(), 5);
    store.set(6);
    QCOMPARE(store.get(), 6);
}

void tst_Bridge::store_intoAPropertyAndBack()
{
    QProperty<int> property(1);
    const auto store = fromBindable(QBindable<int>(&property));
    PropertyOf shown(store);
    property = 2;
    QCOMPARE(shown.value(), 2);
    shown.setValue(3);
    QCOMPARE(property.value(), 3);
}

QTEST_GUILESS_MAIN(tst_Bridge)
#include "tst_bridge.moc"
