// SPDX-License-Identifier: MIT
#include "checkreport.h"

#include <nanostores/core/scheduler.h>
#include <nanostores/persistent/detail/replica.h>
#include <nanostores/persistent/engine.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>

namespace nanostores::testing::detail {

namespace {

using Clock = std::chrono::steady_clock;

/// Engines on a storage, each with a backend of its own, in a thread without an event loop.
class Engines
{
public:
    Engines(const MakeBackend &make, std::size_t count, const CheckOptions &options)
        : m_options(options)
    {
        static std::atomic<unsigned> places{0};
        setScheduler(&m_time);
        for (std::size_t i = 0; i < count; ++i) {
            faults.emplace_back();
            EngineOptions engineOptions;
            engineOptions.patience = options.patience;
            engines.push_back(StorageEngine::custom(
                withFaults(make(), faults.back(), "check " + std::to_string(++places)), engineOptions));
        }
    }
    Engines(const Engines &) = delete;
    Engines &operator=(const Engines &) = delete;
    ~Engines()
    {
        for (const Faults &fault : faults) {
            fault.failNoMore();
            fault.goOn();
        }
        engines.clear();
        setScheduler(m_before);
    }

    /// What an event loop would do meanwhile.
    void turn()
    {
        m_time.advance(std::chrono::milliseconds(10));
        for (const StorageEngine &engine : engines) {
            engine.replica()->waitForReport(Clock::now() + std::chrono::milliseconds(1));
        }
    }
    template<typename F>
    bool waitFor(F condition)
    {
        const auto until = Clock::now() + m_options.patience;
        while (!condition()) {
            if (Clock::now() > until) {
                return false;
            }
            turn();
        }
        return true;
    }
    bool flushAll()
    {
        return std::all_of(engines.begin(), engines.end(),
                           [&](const StorageEngine &engine) { return engine.flushNow(m_options.patience); });
    }

    std::vector<Faults> faults;
    std::vector<StorageEngine> engines;

private:
    const CheckOptions &m_options;
    Scheduler *const m_before = scheduler();
    ManualScheduler m_time;
};

class EngineCheck
{
public:
    EngineCheck(Report &report, const std::function<MakeBackend()> &newStorage, const CheckOptions &options)
        : m_report(report)
        , m_newStorage(newStorage)
        , m_options(options)
    {
    }
    void all()
    {
        for (int round = 0; round < m_options.rounds && m_report.messages().empty(); ++round) {
            const std::uint64_t seed = m_options.seed + static_cast<std::uint64_t>(round);
            m_report.begin("engines with faults, seed " + std::to_string(seed));
            try {
                oneRound(m_newStorage(), seed);
            } catch (const std::exception &error) {
                m_report.expect(false, std::string("it has thrown: ") + error.what());
            }
        }
    }

private:
    void oneRound(const MakeBackend &make, std::uint64_t seed)
    {
        std::mt19937_64 random(seed);
        const bool isShared = make()->traits().isShared;
        const bool compares = make()->traits().comparesVersions;
        Engines all(make, isShared ? 2 + random() % 2 : 1, m_options);
        std::vector<std::map<std::string, Raw>> own(all.engines.size()); // keys that one engine alone sets
        std::vector<std::pair<std::size_t, Task<bool>>> increments;
        for (int step = 0; step < m_options.steps; ++step) {
            const std::size_t who = random() % all.engines.size();
            const StorageEngine &engine = all.engines[who];
            const Faults &fault = all.faults[who];
            switch (random() % 12) {
            case 0:
                fault.fail(random() % 2 ? EngineErrorKind::Unavailable : EngineErrorKind::Full,
                           1 + static_cast<int>(random() % 3), 1 + static_cast<int>(random() % 3), random() % 2 == 0);
                break;
            case 1:
                fault.delay(std::chrono::milliseconds(random() % 2));
                break;
            case 2:
                fault.dropWakes(random() % 2 == 0);
                break;
            case 3:
                fault.lateFeeds(random() % 2 == 0);
                break;
            case 4:
            case 5:
                all.turn();
                break;
            case 6:
            case 7:
                if (compares && engine.isLoaded()) {
                    const std::string now = engine.get("counter").value_or("0");
                    increments.emplace_back(who, engine.compareAndSet("counter", engine.versionOf("counter"),
                                                                      std::to_string(std::stoul(now) + 1)));
                    break;
                }
                [[fallthrough]];
            case 8:
                engine.set("shared " + std::to_string(random() % 3),
                           std::to_string(who) + ':' + std::to_string(random() % 1000));
                break;
            default: {
                const std::string key = "own " + std::to_string(who) + ' ' + std::to_string(random() % 4);
                const Raw value = random() % 4 == 0 ? Raw() : Raw(std::to_string(random() % 1000));
                if (value) {
                    engine.set(key, *value);
                } else {
                    engine.del(key);
                }
                own[who][key] = value;
                m_report.expect(engine.get(key) == value, "a value that was set is not seen at once");
            }
            }
        }
        for (const Faults &fault : all.faults) {
            fault.failNoMore();
            fault.delay(std::chrono::milliseconds(0));
            fault.lateFeeds(false);
            fault.dropWakes(false);
        }
        m_report.expect(all.flushAll(), "flush() does not end after all faults are over");
        m_report.expect(all.waitFor([&] {
            return std::all_of(increments.begin(), increments.end(),
                               [](const auto &entry) { return entry.second.done(); });
        }),
                        "compareAndSet() does not end");
        m_report.expect(all.flushAll(), "flush() does not end after all faults are over");

        std::map<std::string, Raw> stored;
        {
            Open last(make, 99);
            for (const StorageEntry &entry : last.state.entries) {
                stored[entry.key] = entry.value;
            }
        }
        for (std::size_t i = 0; i < own.size(); ++i) {
            for (const auto &[key, value] : own[i]) {
                const auto found = stored.find(key);
                const Raw present = found == stored.end() ? Raw() : found->second;
                m_report.expect(present == value,
                                '"' + key + "\" is " + shown(present) + " in the storage instead of " + shown(value));
            }
        }
        std::size_t counted = 0;
        std::size_t unknown = 0;
        for (const auto &[who, task] : increments) {
            try {
                counted += task.done() && task.result();
            } catch (const EngineError &) { // it may have been written
                ++unknown;
            }
        }
        const auto counter = stored.find("counter");
        const std::size_t count = counter == stored.end() ? 0 : std::stoul(counter->second.value_or("0"));
        m_report.expect(count >= counted && count <= counted + unknown,
                        "compareAndSet() has counted " + std::to_string(counted) + " times, and the counter is "
                            + std::to_string(count));
        for (std::size_t i = 0; i < all.engines.size(); ++i) {
            const auto same = [&] {
                std::map<std::string, Raw> seen;
                for (const auto &[key, value] : all.engines[i].entries()) {
                    seen[key] = value;
                }
                return seen == stored;
            };
            m_report.expect(all.waitFor(same), "engine " + std::to_string(i) + " does not see what is stored");
            for (const std::string &mistake : all.faults[i].mistakes()) {
                m_report.expect(false, mistake);
            }
        }
    }

    Report &m_report;
    const std::function<MakeBackend()> &m_newStorage;
    const CheckOptions &m_options;
};

} // namespace

void checkEngines(Report &report, const std::function<MakeBackend()> &newStorage, const CheckOptions &options)
{
    EngineCheck(report, newStorage, options).all();
}

} // namespace nanostores::testing::detail
