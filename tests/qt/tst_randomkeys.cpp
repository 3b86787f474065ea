// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/kit.h>
#include <nanostores/qt.h>

#include "support/handlers.h"
#include "support/manualtime.h"
#include "support/property.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace nanostores;
using support::ErrorLog;
using support::genProgram;
using support::ManualTime;
using support::Step;

namespace {

constexpr int Keys = 3;
constexpr std::size_t MaxWatchers = 8;

/// Knows the value of one key as what it was called with, or has read, last.
struct Watcher
{
    enum Kind { Watch, Adapter, Listener };

    Kind kind = Watch;
    std::size_t map = 0;
    int key = 0;
    int seen = 0; ///< 0: no such key.
    bool throws = false;
    bool over = false;
    std::optional<Step> plan; ///< What it does when it is called next.
    KeyWatch watch;
    std::unique_ptr<KeyAdapter> adapter;
    Subscription subscription;
};

/// Two maps, and watchers of their keys that write, run batches, throw, end one another and add more. Once a step is
/// over each knows what its key holds.
class World
{
public:
    World() { setFeedbackLimit(300); }
    World(const World &) = delete;
    World &operator=(const World &) = delete;
    ~World() { setFeedbackLimit(100000); }

    void run(const std::vector<Step> &program)
    {
        for (const Step &step : program) {
            survive([&] { perform(step); });
            for (const auto &watcher : m_watchers) {
                RC_ASSERT(watcher->seen == valueOf(watcher->map, watcher->key));
            }
            m_ended.clear();
        }
    }

private:
    template<typename F>
    void survive(F f)
    {
        try {
            f();
        } catch (const std::runtime_error &) {
        } catch (const FeedbackError &) {
        }
    }

    int valueOf(std::size_t map, int key) const
    {
        const int *value = m_maps[map].getKey(key);
        return value ? *value : 0;
    }

    void called(const std::shared_ptr<Watcher> &watcher, int value)
    {
        const auto held = watcher;
        RC_ASSERT(!held->over);
        held->seen = value;
        if (const auto plan = std::exchange(held->plan, std::nullopt)) {
            act(*plan);
        }
        if (held->throws && value == 2) {
            throw std::runtime_error("watcher");
        }
    }

    void addWatcher(const Step &step)
    {
        if (m_watchers.size() >= MaxWatchers) {
            return;
        }
        const auto watcher = std::make_shared<Watcher>();
        watcher->kind = static_cast<Watcher::Kind>(step.a % 3);
        watcher->map = static_cast<std::size_t>(step.b % 2);
        watcher->key = step.c % Keys;
        watcher->throws = step.a % 8 == 7;
        const auto weak = std::weak_ptr(watcher);
        const auto &store = m_maps[watcher->map];
        switch (watcher->kind) {
        case Watcher::Watch:
            watcher->watch = watchKey(store, watcher->key,
                                      [this, weak](const int *value) { called(weak.lock(), value ? *value : 0); });
            break;
        case Watcher::Adapter: {
            watcher->adapter = std::make_unique<KeyAdapter>(store, watcher->key);
            KeyAdapter *const adapter = watcher->adapter.get();
            QObject::connect(adapter, &KeyAdapter::valueChanged, adapter, [this, weak, adapter] {
                survive([&] { called(weak.lock(), adapter->value().toInt()); }); // not through Qt
            });
            break;
        }
        case Watcher::Listener:
            watcher->subscription = listenKeys(store, {watcher->key}, [this, weak](const Dictionary<int, int> &now) {
                const auto held = weak.lock();
                const int *value = now.find(held->key);
                called(held, value ? *value : 0);
            });
        }
        watcher->seen = valueOf(watcher->map, watcher->key);
        m_watchers.push_back(watcher);
    }

    void endWatcher(int number)
    {
        if (m_watchers.empty()) {
            return;
        }
        const auto place = m_watchers.begin() + number % static_cast<int>(m_watchers.size());
        const auto watcher = *place;
        m_ended.push_back(watcher); // it may be running
        m_watchers.erase(place);
        watcher->over = true;
        watcher->watch.reset();
        watcher->subscription.reset();
        if (watcher->adapter) {
            watcher->adapter->disconnect();
        }
    }

    void write(const Step &step)
    {
        const auto &store = m_maps[static_cast<std::size_t>(step.a % 2)];
        const int key = step.b % Keys;
        const int value = step.c % 4;
        if (step.c % 8 == 7) {
            store.set({{key, value}, {(key + 1) % Keys, 1}});
        } else if (value == 0) {
            store.removeKey(key);
        } else {
            store.setKey(key, value);
        }
    }

    /// Where user code may do anything.
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
            addWatcher(step);
            break;
        case 3:
            endWatcher(step.a);
            break;
        case 4:
            batch([&] {
                write(step);
                read(step.b);
                write({0, step.a, step.b, step.a});
                if (step.c % 3 == 0) {
                    addWatcher({0, step.c, step.a, step.b});
                }
                read(step.c);
                write({0, step.a, step.b, step.c / 2});
            });
            break;
        case 5:
            read(step.a);
            break;
        default:
            throw std::runtime_error("act");
        }
    }

    void read(int number)
    {
        if (m_watchers.empty()) {
            return;
        }
        const auto &watcher = m_watchers[static_cast<std::size_t>(number) % m_watchers.size()];
        if (watcher->adapter) {
            watcher->seen = watcher->adapter->value().toInt();
        }
    }

    void perform(const Step &step)
    {
        switch (step.what) {
        case 6:
        case 7:
            if (!m_watchers.empty()) {
                m_watchers[static_cast<std::size_t>(step.a) % m_watchers.size()]->plan =
                    Step{step.b % 7, step.c, step.a / 2, step.b / 2 + step.c};
            }
            break;
        case 8: // what stands below a map changes how it keeps its old values
            if (m_below) {
                m_below = {};
            } else {
                m_below = effect([this] { static_cast<void>(m_maps[0]().size()); });
            }
            break;
        case 9:
            m_total = computed([a = m_maps[1]] { return a().size(); });
            m_total->peek();
            break;
        case 10:
            batch([&] {
                write(step);
                act({step.c % 6, step.a, step.b, step.c / 2});
                write({0, step.b, step.a, step.c / 3});
            });
            break;
        default:
            act(step);
        }
    }

    ErrorLog m_errors;
    ManualTime m_time;
    std::vector<Map<int, int>> m_maps{map<int, int>(), map<int, int>()};
    std::vector<std::shared_ptr<Watcher>> m_watchers;
    std::vector<std::shared_ptr<Watcher>> m_ended;
    Subscription m_below;
    std::optional<Computed<std::size_t>> m_total;
    int m_depth = 0;
};

} // namespace

/// Random programs of watchKey(), KeyAdapter and listenKeys(): after each step every watcher knows what its key holds.
class tst_RandomKeys : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void watchers_knowTheirKey();
};

void tst_RandomKeys::watchers_knowTheirKey()
{
    const bool holds = rc::check("watchers know what their key holds", [] {
        const auto program = *genProgram(11);
        World world;
        world.run(program);
    });
    QVERIFY(holds);
}

SUPPORT_PROPERTY_MAIN(tst_RandomKeys)
#include "tst_randomkeys.moc"
