// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/lifetime.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <memory>
#include <optional>
#include <random>
#include <vector>

using namespace nanostores;
using support::Counted;
using support::Ending;

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
        m_listeners.clear();
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
        switch (any(15)) {
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
            dropOne(any(2) ? m_subscriptions : m_listeners);
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
        case 13:
            if (!m_listeners.empty()) {
                const auto at = m_listeners.begin() + any(int(m_listeners.size()));
                Subscription detached = std::move(*at);
                m_listeners.erase(at);
                detached.detach();
            }
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
        switch (any(5)) {
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
        case 3:
            if (const auto *store = pick(m_maps)) {
                made = listenKeys(*store, {any(3), any(3)}, [this] { meddle(); });
            }
            break;
        default:
            if (const auto *store = pick(m_computed)) {
                m_subscriptions.push_back(effect([this, store = *store] {
                    static_cast<void>(store());
                    meddle();
                    return [this] { meddle(); };
                }));
            }
            return;
        }
        m_listeners.push_back(std::move(made));
    }

    std::mt19937 m_random;
    bool m_over = false;
    int m_budget = 0;
    std::vector<std::unique_ptr<Signal<Ending>>> m_stores;
    std::vector<std::unique_ptr<Map<int, Ending>>> m_maps;
    std::vector<std::unique_ptr<Computed<Ending>>> m_computed;
    std::vector<Subscription> m_subscriptions; ///< Effects.
    std::vector<Subscription> m_listeners;
};

} // namespace

/// Handles and subscriptions go inside functions of the stores, at random. Run under AddressSanitizer.
class tst_EndsAtRandom : public support::TimedTest
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

    void storm();
};

// Whatever ends inside whatever function: nothing is used after its end, and nothing is left.
void tst_EndsAtRandom::storm()
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

QTEST_APPLESS_MAIN(tst_EndsAtRandom)
#include "tst_endsatrandom.moc"
