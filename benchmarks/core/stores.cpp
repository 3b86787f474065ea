// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>

#include <QObject>
#include <QProperty>

#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

/// One store: reading, writing, making.

class QtValue : public QObject
{
    Q_OBJECT
    Q_PROPERTY(int value READ value WRITE setValue NOTIFY valueChanged FINAL)

public:
    int value() const { return m_value; }
    void setValue(int value)
    {
        if (m_value == value) {
            return;
        }
        m_value = value;
        Q_EMIT valueChanged(m_value);
    }

Q_SIGNALS:
    void valueChanged(int value);

private:
    int m_value = 0;
};

namespace {

/// Repeats in blocks of 16, so that the loop itself hardly counts.
template<typename F>
void repeat(std::size_t count, F f)
{
    std::size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        for (std::size_t k = 0; k < 16; ++k) {
            f(i + k);
        }
    }
    for (; i < count; ++i) {
        f(i);
    }
}

/// The value is needed in a register.
void use(int value)
{
    asm volatile("" : : "r"(value) : "memory");
}

/// The read, written out sixteen times.
template<typename F>
void repeatUnrolled(std::size_t count, F f)
{
    for (std::size_t i = 0; i < count; i += 16) {
        f(), f(), f(), f(), f(), f(), f(), f();
        f(), f(), f(), f(), f(), f(), f(), f();
    }
}

void addGet()
{
    addCase("get/nanostores", 16000, [] {
        auto store = std::make_shared<nanostores::Atom<int>>(nanostores::atom(1));
        return Program{[store](std::size_t count) {
            const nanostores::Atom<int> &atom = *store;
            repeatUnrolled(count, [&] { use(atom.get()); });
        }};
    });
    addCase("get/load", 16000, [] {
        auto value = std::make_shared<int>(1);
        return Program{[value](std::size_t count) {
            const int *plain = value.get();
            repeatUnrolled(count, [&] { use(*plain); });
        }};
    });
    addCase("get/qproperty", 16000, [] {
        auto property = std::make_shared<QProperty<int>>(1);
        return Program{[property](std::size_t count) { repeatUnrolled(count, [&] { use(property->value()); }); }};
    });
}

struct NanoSet
{
    nanostores::Atom<int> store = nanostores::atom(-1);
    std::vector<nanostores::Subscription> listeners;
    long sum = 0;
    int next = 0;
};

struct SignalSet
{
    QtValue object;
    QObject context;
    long sum = 0;
    int next = 0;
};

struct PropertySet
{
    QProperty<int> property{-1};
    std::vector<QPropertyNotifier> notifiers;
    long sum = 0;
    int next = 0;
};

void addSet(const std::string &name, std::size_t batch, int listeners)
{
    addCase(name + "/nanostores", batch, [listeners] {
        auto s = std::make_shared<NanoSet>();
        for (int i = 0; i < listeners; ++i) {
            s->listeners.push_back(s->store.listen([s = s.get()](int value) { s->sum += value; }));
        }
        return Program{[s](std::size_t count) { repeat(count, [&](std::size_t) { s->store.set(s->next++); }); }};
    });
    addCase(name + "/qt_signal", batch, [listeners] {
        auto s = std::make_shared<SignalSet>();
        for (int i = 0; i < listeners; ++i) {
            QObject::connect(&s->object, &QtValue::valueChanged, &s->context,
                             [s = s.get()](int value) { s->sum += value; });
        }
        return Program{[s](std::size_t count) { repeat(count, [&](std::size_t) { s->object.setValue(s->next++); }); }};
    });
    addCase(name + "/qproperty", batch, [listeners] {
        auto s = std::make_shared<PropertySet>();
        for (int i = 0; i < listeners; ++i) {
            s->notifiers.push_back(s->property.addNotifier([s = s.get()] { s->sum += s->property.value(); }));
        }
        return Program{
            [s](std::size_t count) { repeat(count, [&](std::size_t) { s->property.setValue(s->next++); }); }};
    });
}

void addCreate()
{
    addCase("create/nanostores", 1000, [] {
        return Program{[](std::size_t count) {
            repeat(count, [](std::size_t i) {
                auto store = nanostores::atom(static_cast<int>(i));
                benchmark::DoNotOptimize(store);
            });
        }};
    });
    const auto shared = [] {
        return Program{[](std::size_t count) {
            repeat(count, [](std::size_t i) {
                auto value = std::make_shared<int>(static_cast<int>(i));
                benchmark::DoNotOptimize(value);
            });
        }};
    };
    addCase("create/make_shared", 1000, shared);
    addCase("create_listen/make_shared", 1000, shared);
    addCase("create_listen/nanostores", 1000, [] {
        auto sum = std::make_shared<long>(0);
        return Program{[sum](std::size_t count) {
            repeat(count, [&](std::size_t i) {
                auto store = nanostores::atom(static_cast<int>(i));
                auto listener = store.listen([sum = sum.get()](int value) { *sum += value; });
                benchmark::DoNotOptimize(store);
                benchmark::DoNotOptimize(listener);
            });
        }};
    });
    addCase("create/qproperty", 1000, [] {
        return Program{[](std::size_t count) {
            repeat(count, [](std::size_t i) {
                auto property = std::make_unique<QProperty<int>>(static_cast<int>(i));
                benchmark::DoNotOptimize(property);
            });
        }};
    });
    addCase("create_listen/qproperty", 1000, [] {
        auto sum = std::make_shared<long>(0);
        return Program{[sum](std::size_t count) {
            repeat(count, [&](std::size_t i) {
                auto property = std::make_unique<QProperty<int>>(static_cast<int>(i));
                auto listener = property->addNotifier([sum = sum.get(), p = property.get()] { *sum += p->value(); });
                benchmark::DoNotOptimize(property);
                benchmark::DoNotOptimize(listener);
            });
        }};
    });
}

/// Batched stores of one atom, each with a listener.
struct NanoBatched
{
    NanoBatched() { nanostores::setScheduler(&scheduler); }
    NanoBatched(const NanoBatched &) = delete;
    NanoBatched &operator=(const NanoBatched &) = delete;
    ~NanoBatched() { nanostores::setScheduler(nullptr); }

    nanostores::ManualScheduler scheduler;
    nanostores::Atom<int> source = nanostores::atom(0);
    std::vector<nanostores::Subscription> listeners;
    long sum = 0;
    int next = 0;
};

/// Two writes, and the timer that the stores have waited for.
void addBatched(int stores)
{
    addCase("batched_" + std::to_string(stores) + "/nanostores", 1, [stores] {
        auto s = std::make_shared<NanoBatched>();
        for (int i = 0; i < stores; ++i) {
            s->listeners.push_back(nanostores::batched(s->source, [](int value) {
                                       return value + 1;
                                   }).listen([s = s.get()](int value) { s->sum += value; }));
        }
        return Program{[s](std::size_t count) {
                           repeat(count, [&](std::size_t) {
                               s->source.set(++s->next);
                               s->source.set(++s->next);
                               s->scheduler.advance(std::chrono::milliseconds{0});
                           });
                       },
                       [s] { return std::to_string(s->sum); }};
    });
}

/// A chain of computed stores that list their source, as nanostores has them.
void addListedChain(int length)
{
    struct Chain
    {
        nanostores::Atom<int> head = nanostores::atom(0);
        nanostores::Computed<int> last;
        nanostores::Subscription listener;
        long sum = 0;
    };
    addCase("chain_listed_" + std::to_string(length) + "/nanostores", 10, [length] {
        const auto next = [](int value) { return value + 1; };
        const auto head = nanostores::atom(0);
        auto last = nanostores::computed(head, next);
        for (int i = 1; i < length; ++i) {
            last = nanostores::computed(last, next);
        }
        auto chain = std::make_shared<Chain>(Chain{head, last, {}, 0});
        chain->listener = last.listen([chain = chain.get()](int value) { chain->sum += value; });
        return Program{
            [chain](std::size_t count) { repeat(count, [&](std::size_t) { chain->head.set(chain->head.get() + 1); }); },
            [chain] { return std::to_string(chain->sum); }};
    });
}

} // namespace

void addStoreCases()
{
    addGet();
    addSet("set_0", 1000, 0);
    addSet("set_1", 1000, 1);
    addSet("set_1000", 10, 1000);
    addCreate();
    addListedChain(200);
    addListedChain(1000);
    for (const int stores : {1000, 4000, 16000}) {
        addBatched(stores);
    }
}

#include "stores.moc"
