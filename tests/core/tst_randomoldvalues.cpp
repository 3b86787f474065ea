// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/handlers.h"
#include "support/property.h"

#include <QtCore/QObject>
#include <QtTest/QTest>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace nanostores;
using support::ErrorLog;
using support::genProgram;
using support::Step;

namespace {

constexpr std::size_t MaxListeners = 6;
using Dict = Dictionary<int, int>;

/// A value as it compares, whatever the order of its keys.
std::map<int, int> plain(const Dict &value)
{
    std::map<int, int> all;
    for (const auto &[key, number] : value) {
        all[key] = number;
    }
    return all;
}
int plain(int value)
{
    return value;
}
const std::vector<int> &plain(const std::vector<int> &value)
{
    return value;
}

/// Whether a value is the one that it was before a change.
template<typename Value>
auto is(const Value &before)
{
    return [&before](const Value &value) { return plain(value) == plain(before); };
}

/// How each kind of store is made and written, and what its listeners may be called with: `seen` learns how to find
/// the old value among others. The value is the latest one, also where the change is an older one.
struct OfMap
{
    using Store = Map<int, int>;
    static Store made() { return map<int, int>(); }
    static void write(const Store &store, const Step &step)
    {
        const int key = step.b % 3;
        const int value = step.c % 4;
        if (step.a % 5 == 0) {
            store.set(Dict{{key, value}, {(key + 1) % 3, 1}});
        } else if (value == 0) {
            store.removeKey(key);
        } else {
            store.setKey(key, value);
        }
    }
    template<typename F>
    static Subscription listen(const Store &store, int kind, F seen)
    {
        switch (kind % 4) {
        case 0:
            return store.listen([seen](const Dict &now, const Dict &before) { seen(now, is(before)); });
        case 1:
            return store.listen([seen](const Dict &now, const Dict &before, const int *) { seen(now, is(before)); });
        case 2:
            return listenKeys(store, {0, 1, 2}, [seen](const Dict &now, const Dict &before) { seen(now, is(before)); });
        default:
            return store.listen([seen](const Dict &now, const MapChange<int, int> &change) {
                seen(now, [&change](const Dict &value) {
                    if (change.whole) {
                        return !change.oldMap || plain(value) == plain(*change.oldMap);
                    }
                    return std::all_of(change.keys.begin(), change.keys.end(), [&](const auto &touched) {
                        const int *old = value.find(touched.key);
                        return touched.oldValue ? old && *old == *touched.oldValue : !old;
                    });
                });
            });
        }
    }
};

struct OfAtom
{
    using Store = Atom<int>;
    static Store made() { return atom(0); }
    static void write(const Store &store, const Step &step) { store.set(step.c % 5); }
    template<typename F>
    static Subscription listen(const Store &store, int, F seen)
    {
        return store.listen([seen](int now, int before) { seen(now, is(before)); });
    }
};

struct OfList
{
    using Store = List<int>;
    static Store made() { return List<int>(); }
    static void write(const Store &store, const Step &step)
    {
        const auto size = store.size();
        switch (step.a % 5) {
        case 0:
            store.set(std::vector<int>{step.b % 4, step.c % 4});
            break;
        case 1:
        case 2:
            store.insert(std::size_t(step.b) % (size + 1), step.c % 4);
            break;
        case 3:
            if (size > 0) {
                store.removeAt(std::size_t(step.b) % size);
            }
            break;
        default:
            if (size > 0) {
                store.setAt(std::size_t(step.b) % size, step.c % 4);
            }
        }
    }
    template<typename F>
    static Subscription listen(const Store &store, int, F seen)
    {
        return store.listen(
            [seen](const std::vector<int> &now, const std::vector<int> &before) { seen(now, is(before)); });
    }
};

/// One store with listeners that write it, run batches, throw, end one another and add more, and computed stores that
/// are read now and then and keep its changes until they are. The old value that a listener is given is one that the
/// store has had since the step began.
template<typename Kind>
class World
{
    using Value = typename Kind::Store::value_type;

public:
    World() { setFeedbackLimit(300); }
    World(const World &) = delete;
    World &operator=(const World &) = delete;
    ~World() { setFeedbackLimit(100000); }

    void run(const std::vector<Step> &program)
    {
        for (const Step &step : program) {
            m_history.assign(1, m_store.peek());
            try {
                perform(step);
            } catch (const std::runtime_error &) {
            } catch (const FeedbackError &) {
            }
            m_ended.clear();
        }
        RC_ASSERT(m_wrong == std::string());
    }

private:
    struct Watcher
    {
        std::optional<Step> plan; ///< What it does when it is called next.
        bool throws = false;
        Subscription subscription;
    };

    template<typename IsBefore>
    void called(const std::shared_ptr<Watcher> &watcher, const Value &now, IsBefore isBefore)
    {
        const auto held = watcher;
        if (plain(now) != plain(m_store.peek())) {
            m_wrong = "a listener was called with a value that the store does not have";
        }
        if (std::none_of(m_history.begin(), m_history.end(), isBefore)) {
            m_wrong = "the old value is none that the store had in this step";
        }
        if (const auto plan = std::exchange(held->plan, std::nullopt)) {
            act(*plan);
        }
        if (held->throws && m_history.size() % 3 == 0) {
            throw std::runtime_error("listener");
        }
    }

    void write(const Step &step)
    {
        m_history.push_back(m_store.peek()); // the latest one is looked at before the next write, if there is one
        Kind::write(m_store, step);
    }

    void add(const Step &step)
    {
        if (m_listeners.size() >= MaxListeners) {
            return;
        }
        const auto watcher = std::make_shared<Watcher>();
        watcher->throws = step.a % 8 == 7;
        watcher->subscription =
            Kind::listen(m_store, step.c, [this, weak = std::weak_ptr(watcher)](const Value &now, auto isBefore) {
                called(weak.lock(), now, isBefore);
            });
        m_listeners.push_back(watcher);
    }

    void end(int number)
    {
        if (!m_listeners.empty()) {
            const auto place = m_listeners.begin() + number % static_cast<int>(m_listeners.size());
            m_ended.push_back(*place); // it may be running
            m_listeners.erase(place);
            m_ended.back()->subscription.reset();
        }
    }

    void read(int number)
    {
        if (m_total && number % 3 == 0) {
            m_total->peek();
        }
    }

    void act(const Step &step)
    {
        if (m_depth > 6) {
            return;
        }
        struct Depth
        {
            int &depth;
            ~Depth() { --depth; }
        } const inside{++m_depth};
        switch (step.what) {
        case 0:
        case 1:
            write(step);
            break;
        case 2:
            add(step);
            break;
        case 3:
            end(step.a);
            break;
        case 4:
            batch([&] {
                write(step);
                read(step.b);
                write({0, step.b, step.c, step.a});
            });
            break;
        case 5:
            read(step.a);
            break;
        case 6: // the drain of a batch inside of a listener
            batch([&] { m_other.set(m_other.peek() + 1); });
            break;
        default:
            throw std::runtime_error("act");
        }
    }

    void perform(const Step &step)
    {
        switch (step.what) {
        case 7:
        case 8:
            if (!m_listeners.empty()) {
                m_listeners[std::size_t(step.a) % m_listeners.size()]->plan =
                    Step{step.b % 8, step.c, step.a / 2, step.b / 2 + step.c};
            }
            break;
        case 9:
            m_below = m_other.listen([this, step] { write({0, step.a, step.b, step.c}); });
            break;
        case 10:
            if (step.a % 2) {
                m_total = computed([store = m_store] { return static_cast<void>(store()), 1; });
            } else {
                m_total = computed(m_store, [](const Value &) { return 1; });
            }
            m_total->peek();
            break;
        case 11:
            if (m_observed) {
                m_observed.reset();
            } else if (m_total) {
                m_observed = m_total->listen([] {});
            }
            break;
        default:
            act(step);
        }
    }

    ErrorLog m_errors;
    typename Kind::Store m_store = Kind::made();
    Atom<int> m_other{0};
    std::vector<Value> m_history;
    std::vector<std::shared_ptr<Watcher>> m_listeners;
    std::vector<std::shared_ptr<Watcher>> m_ended;
    Subscription m_below;
    Subscription m_observed;
    std::optional<Computed<int>> m_total;
    std::string m_wrong;
    int m_depth = 0;
};

} // namespace

/// The old values that listeners are given.
class tst_RandomOldValues : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void map_oldValuesAreOfThisStep() { check<OfMap>(); }
    void atom_oldValuesAreOfThisStep() { check<OfAtom>(); }
    void list_oldValuesAreOfThisStep() { check<OfList>(); }

private:
    template<typename Kind>
    static void check()
    {
        support::holds([] {
            const auto program = *genProgram(12);
            World<Kind> world;
            world.run(program);
        });
    }
};

SUPPORT_PROPERTY_MAIN(tst_RandomOldValues)
#include "tst_randomoldvalues.moc"
