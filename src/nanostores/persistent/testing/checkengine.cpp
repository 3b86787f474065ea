// SPDX-License-Identifier: MIT
#include <nanostores/persistent/testing/checkengine.h>

#include <nanostores/core/scheduler.h>
#include <nanostores/persistent/detail/replica.h>
#include <nanostores/persistent/engine.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <random>
#include <span>
#include <utility>

namespace nanostores::testing {

namespace {

using Raw = std::optional<std::string>;
using Clock = std::chrono::steady_clock;

std::string shown(const Raw &value)
{
    return value ? '"' + *value + '"' : std::string("nothing");
}

std::string shown(WriteResult result)
{
    switch (result) {
    case WriteResult::Written:
        return "Written";
    case WriteResult::Conflict:
        return "Conflict";
    case WriteResult::Newer:
        return "Newer";
    }
    return "?";
}

/// What is wrong, with the check that has found it.
class Report
{
public:
    void begin(std::string check) { m_check = std::move(check); }
    bool expect(bool condition, const std::string &message)
    {
        if (!condition && m_messages.size() < 50) {
            m_messages.push_back(m_check + ": " + message);
        }
        return condition;
    }
    const std::vector<std::string> &messages() const noexcept { return m_messages; }

private:
    std::string m_check;
    std::vector<std::string> m_messages;
};

/// A backend that is open.
class Open
{
public:
    Open(const MakeBackend &make, std::uint64_t writer)
        : backend(make())
    {
        BackendOptions options;
        options.writer = writer;
        options.wake = [] {};
        backend->open(options);
        state = backend->load();
    }
    Open(const Open &) = delete;
    Open &operator=(const Open &) = delete;
    ~Open() { backend->close(std::chrono::milliseconds(1000)); }

    WriteOutcome apply(StorageWrite write)
    {
        return backend->apply(std::span(&write, 1), Durability::Process).outcomes.at(0);
    }
    WriteOutcome set(const std::string &key, Raw value, std::uint32_t schema = 0,
                     std::optional<std::uint64_t> expect = {})
    {
        return apply({key, std::move(value), schema, expect});
    }
    std::optional<StorageEntry> find(const std::string &key)
    {
        for (StorageEntry &entry : backend->load().entries) {
            if (entry.key == key && entry.value) {
                return std::move(entry);
            }
        }
        return std::nullopt;
    }

    std::unique_ptr<EngineBackend> backend;
    StorageState state;
};

class ContractCheck
{
public:
    ContractCheck(Report &report, const std::function<MakeBackend()> &newStorage, const CheckOptions &options)
        : m_report(report)
        , m_newStorage(newStorage)
        , m_options(options)
    {
    }

    void all()
    {
        run("a new storage is empty", [&](const MakeBackend &make) { empty(make); });
        run("what is written is loaded", [&](const MakeBackend &make) { written(make); });
        run("any bytes are kept", [&](const MakeBackend &make) { bytes(make); });
        run("versions are compared", [&](const MakeBackend &make) { compared(make); });
        run("newer schemas are left alone", [&](const MakeBackend &make) { newer(make); });
        run("a transaction is in order", [&](const MakeBackend &make) { ordered(make); });
        run("the feed says what has changed", [&](const MakeBackend &make) { feed(make); });
        run("an unknown epoch needs load()", [&](const MakeBackend &make) { epochs(make); });
        run("what is too large is refused as a whole", [&](const MakeBackend &make) { tooLarge(make); });
        run("a backend that was not opened can be closed", [&](const MakeBackend &make) {
            make()->close(std::chrono::milliseconds(100));
            make();
        });
        if (m_options.keepsValues) {
            run("values stay when all have closed it", [&](const MakeBackend &make) { kept(make); });
        }
        run("random writes of two instances", [&](const MakeBackend &make) { random(make); });
    }

private:
    template<typename F>
    void run(const char *name, F f)
    {
        m_report.begin(name);
        try {
            f(m_newStorage());
        } catch (const std::exception &error) {
            m_report.expect(false, std::string("it has thrown: ") + error.what());
        }
    }
    void expectEntry(Open &open, const std::string &key, const Raw &value)
    {
        const auto entry = open.find(key);
        const Raw present = entry ? entry->value : Raw();
        m_report.expect(present == value, '"' + key + "\" is " + shown(present) + " instead of " + shown(value));
    }

    void empty(const MakeBackend &make)
    {
        const auto first = make();
        m_report.expect(!first->place().empty(), "place() is empty: say where it is, for messages");
        const BackendTraits traits = first->traits();
        m_report.expect(traits.largestKey >= 64 && traits.largestValue >= 256,
                        "traits() allow keys below 64 bytes, or values below 256");
        Open open(make, 1);
        m_report.expect(open.state.entries.empty(), "load() has entries");
        const auto outcome = open.set("a", std::nullopt);
        m_report.expect(outcome.result == WriteResult::Written,
                        "deleting what is not there is " + shown(outcome.result));
    }
    void written(const MakeBackend &make)
    {
        Open a(make, 11);
        const auto first = a.set("key", "one", 3);
        const auto second = a.set("other", "two");
        const auto third = a.set("key", "three", 3);
        m_report.expect(0 < first.version && first.version < second.version && second.version < third.version,
                        "versions do not grow with each write");
        const auto entry = a.find("key");
        if (m_report.expect(entry.has_value(), "load() does not have it")) {
            m_report.expect(entry->value == "three", "load() has an old value");
            m_report.expect(entry->version == third.version, "load() has another version than apply() has said");
            m_report.expect(entry->schema == 3, "the schema is not kept");
            m_report.expect(entry->writer == 11, "the writer is not kept");
        }
        Open b(make, 22);
        m_report.expect(b.state.entries.size() == 2, "another instance does not load all of it");
        m_report.expect(b.state.position >= third.version, "position of load() is before the newest version");
        m_report.expect(b.state.epoch == a.state.epoch, "another instance sees another epoch");
        a.set("key", std::nullopt, 3);
        expectEntry(b, "key", std::nullopt);
    }
    void bytes(const MakeBackend &make)
    {
        std::string all;
        for (int i = 0; i < 256; ++i) {
            all.push_back(static_cast<char>(i));
        }
        const std::map<std::string, std::string> values{
            {"all bytes", all},
            {"empty", ""},
            {"zero", std::string(1, '\0')},
            {"json", R"({"a":[1,"x"]})"},
            {"text", "text"},
            {"spaces", "  { } "},
            {"null", "null"},
            {"number", "1.0"},
            {"quoted", "\"x\""},
            {"long", std::string(200, 'x')},
            {"k\xC3\xA9y/\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
            {std::string(64, 'k'), "k"},
            {"a", "1"},
            {"A", "2"},
            {"a ", "3"},
            {"a\"b\\c", "4"},
            {"a.b", "5"},
            {"a/b", "6"},
        };
        {
            Open a(make, 1);
            for (const auto &[key, value] : values) {
                a.set(key, value);
            }
        }
        Open b(make, 2);
        if (m_options.keepsValues) {
            for (const auto &[key, value] : values) {
                expectEntry(b, key, value);
            }
        }
    }
    void compared(const MakeBackend &make)
    {
        if (!make()->traits().comparesVersions) {
            return;
        }
        Open a(make, 1);
        Open b(make, 2);
        const auto expect = [&](const WriteOutcome &outcome, WriteResult result, const char *what) {
            m_report.expect(outcome.result == result,
                            std::string(what) + " is " + shown(outcome.result) + " instead of " + shown(result));
        };
        const auto made = a.set("n", "1", 0, 0);
        expect(made, WriteResult::Written, "making a key that is not there");
        const auto again = b.set("n", "2", 0, 0);
        expect(again, WriteResult::Conflict, "making a key that is there");
        m_report.expect(again.current && again.current->value == "1" && again.current->version == made.version,
                        "a conflict does not say what is there");
        const auto next = b.set("n", "2", 0, made.version);
        expect(next, WriteResult::Written, "writing the present version");
        expect(a.set("n", "3", 0, made.version), WriteResult::Conflict, "writing an old version");
        expect(a.set("n", std::nullopt, 0, made.version), WriteResult::Conflict, "deleting an old version");
        const auto deleted = a.set("n", std::nullopt, 0, next.version);
        expect(deleted, WriteResult::Written, "deleting the present version");
        const auto gone = a.set("n", "4", 0, next.version);
        expect(gone, WriteResult::Conflict, "writing the version before the deletion");
        m_report.expect(!gone.current, "a conflict with a deleted key has an entry");
        expect(a.set("n", "5", 0, 0), WriteResult::Written, "making a key that was deleted");
        expectEntry(b, "n", "5");
    }
    void newer(const MakeBackend &make)
    {
        Open a(make, 1);
        a.set("s", "new", 2);
        const auto refused = a.set("s", "old", 1);
        m_report.expect(refused.result == WriteResult::Newer, "writing an older schema is " + shown(refused.result));
        m_report.expect(refused.current && refused.current->value == "new", "Newer does not say what is there");
        m_report.expect(a.set("s", "newer", 3).result == WriteResult::Written, "writing a newer schema is refused");
        expectEntry(a, "s", "newer");
    }
    void ordered(const MakeBackend &make)
    {
        Open a(make, 1);
        const auto before = a.set("c", "0");
        std::vector<StorageWrite> writes{{"a", "1", 0, {}}, {"b", "1", 0, {}}, {"a", "2", 0, {}}, {"b", Raw(), 0, {}}};
        const bool compares = a.backend->traits().comparesVersions;
        if (compares) {
            writes.push_back({"c", "1", 0, before.version + 1000});
        }
        const Applied applied = a.backend->apply(writes, Durability::Disk);
        if (!m_report.expect(applied.outcomes.size() == writes.size(), "there is not one outcome for each write")) {
            return;
        }
        m_report.expect(applied.epoch == a.state.epoch, "apply() says another epoch than load()");
        expectEntry(a, "a", "2");
        expectEntry(a, "b", std::nullopt);
        expectEntry(a, "c", "0");
        if (compares) {
            m_report.expect(applied.outcomes[4].result == WriteResult::Conflict, "a conflict among others is not seen");
        }
        a.backend->sync();
    }
    void feed(const MakeBackend &make)
    {
        Open a(make, 1);
        a.set("deleted", "x");
        a.set("kept", "x");
        Open b(make, 2);
        const Position start = b.state.position;
        const auto none = b.backend->changesSince(start, b.state.epoch);
        m_report.expect(!none.tooOld && none.changes.empty(), "there are changes after the newest position");
        a.set("one", "1");
        a.set("two", "1");
        const auto last = a.set("one", "2");
        a.set("deleted", std::nullopt);
        const auto feed = b.backend->changesSince(start, b.state.epoch);
        if (feed.tooOld) { // allowed, if load() has it all
            expectEntry(b, "one", "2");
            return;
        }
        std::map<std::string, Raw> changes;
        std::uint64_t version = start;
        for (const StorageEntry &entry : feed.changes) {
            m_report.expect(entry.version > version, "changes are not in the order of their versions");
            version = entry.version;
            m_report.expect(changes.emplace(entry.key, entry.value).second, "a key is in the feed twice");
            m_report.expect(!entry.value || entry.writer == 1, "a change has another writer");
        }
        m_report.expect(feed.position >= version && feed.position >= last.version, "position is before the changes");
        const std::map<std::string, Raw> expected{{"deleted", Raw()}, {"one", "2"}, {"two", "1"}};
        m_report.expect(changes == expected, "the changes are not those that were made, deletions included");
        const auto rest = b.backend->changesSince(feed.position, feed.epoch);
        m_report.expect(!rest.tooOld && rest.changes.empty(), "there are changes after the feed's position");
    }
    void epochs(const MakeBackend &make)
    {
        Open a(make, 1);
        a.set("x", "1");
        m_report.expect(a.backend->changesSince(0, a.state.epoch + 1).tooOld,
                        "changesSince() answers for another epoch");
    }
    void tooLarge(const MakeBackend &make)
    {
        Open a(make, 1);
        const BackendTraits traits = a.backend->traits();
        const auto refuses = [&](StorageWrite write, const char *what) {
            const std::vector<StorageWrite> writes{{"beside", "1", 0, {}}, std::move(write)};
            try {
                a.backend->apply(writes, Durability::Process);
                m_report.expect(false, std::string(what) + " is written");
            } catch (const EngineError &error) {
                m_report.expect(error.kind() == EngineErrorKind::TooLarge,
                                std::string(what) + " is another error than TooLarge: " + error.what());
            }
            expectEntry(a, "beside", std::nullopt);
        };
        refuses({std::string(traits.largestKey + 1, 'k'), "1", 0, {}}, "a key above largestKey");
        if (traits.largestValue <= std::size_t{64} * 1024 * 1024) {
            refuses({"big", std::string(traits.largestValue + 1, 'v'), 0, {}}, "a value above largestValue");
        }
        a.set(std::string(traits.largestKey, 'k'), "1");
        expectEntry(a, std::string(traits.largestKey, 'k'), "1");
    }
    void kept(const MakeBackend &make)
    {
        std::uint64_t epoch = 0;
        WriteOutcome outcome;
        {
            Open a(make, 1);
            outcome = a.set("x", "1", 4);
            epoch = a.state.epoch;
            a.backend->sync();
        }
        Open b(make, 2);
        expectEntry(b, "x", "1");
        m_report.expect(b.state.epoch == epoch, "the epoch is another one after it was opened again");
        const auto entry = b.find("x");
        m_report.expect(entry && entry->version == outcome.version && entry->schema == 4 && entry->writer == 1,
                        "version, schema or writer are not kept");
        m_report.expect(b.set("y", "1").version > outcome.version, "versions begin anew");
    }
    void random(const MakeBackend &make)
    {
        std::mt19937_64 random(m_options.seed);
        std::map<std::string, StorageEntry> model;
        Open first(make, 1);
        Open second(make, 2);
        Open *const instances[] = {&first, &second};
        std::map<std::string, Raw> mirror; // what the second one knows by feeds
        Position position = second.state.position;
        const bool compares = first.backend->traits().comparesVersions;
        for (int step = 0; step < m_options.steps * 3; ++step) {
            std::vector<StorageWrite> writes;
            std::vector<WriteResult> expected;
            Open &by = *instances[random() % 2];
            auto next = model;
            for (auto count = random() % 4 + 1; count > 0; --count) {
                const std::string key = "k" + std::to_string(random() % 8);
                StorageWrite write{key,
                                   random() % 4 == 0 ? Raw() : Raw(std::to_string(random() % 100)),
                                   static_cast<std::uint32_t>(random() % 3),
                                   {}};
                const auto found = next.find(key);
                const bool isThere = found != next.end();
                if (compares && random() % 2 == 0) {
                    const bool used = std::any_of(writes.begin(), writes.end(),
                                                  [&](const StorageWrite &other) { return other.key == key; });
                    if (!used) {
                        write.expect = isThere && random() % 3 > 0 ? found->second.version : 0;
                    }
                }
                WriteResult result = WriteResult::Written;
                if (isThere && found->second.schema > write.schema) {
                    result = WriteResult::Newer;
                } else if (write.expect && (isThere ? *write.expect != found->second.version : *write.expect != 0)) {
                    result = WriteResult::Conflict;
                } else if (write.value) {
                    next[key] = StorageEntry{key, write.value, 0, write.schema, by.state.position};
                } else {
                    next.erase(key);
                }
                expected.push_back(result);
                writes.push_back(std::move(write));
            }
            const Applied applied = by.backend->apply(writes, Durability::Second);
            for (std::size_t i = 0; i < writes.size(); ++i) {
                m_report.expect(applied.outcomes[i].result == expected[i],
                                "step " + std::to_string(step) + ", \"" + writes[i].key + "\" is "
                                    + shown(applied.outcomes[i].result) + " instead of " + shown(expected[i]));
                if (const auto found = next.find(writes[i].key);
                    found != next.end() && applied.outcomes[i].result == WriteResult::Written) {
                    found->second.version = applied.outcomes[i].version;
                }
            }
            model = std::move(next);
            if (random() % 3 == 0) {
                const auto feed = second.backend->changesSince(position, second.state.epoch);
                if (feed.tooOld) {
                    const auto state = second.backend->load();
                    mirror.clear();
                    for (const auto &entry : state.entries) {
                        mirror[entry.key] = entry.value;
                    }
                    position = state.position;
                } else {
                    for (const auto &entry : feed.changes) {
                        mirror[entry.key] = entry.value;
                    }
                    position = feed.position;
                }
                std::erase_if(mirror, [](const auto &entry) { return !entry.second; });
                std::map<std::string, Raw> present;
                for (const auto &[key, entry] : model) {
                    present[key] = entry.value;
                }
                m_report.expect(mirror == present,
                                "after step " + std::to_string(step) + " feeds give other values than were written");
            }
        }
        for (const auto &[key, entry] : model) {
            expectEntry(first, key, entry.value);
        }
    }

    Report &m_report;
    const std::function<MakeBackend()> &m_newStorage;
    const CheckOptions &m_options;
};

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

std::vector<std::string> checkEngine(const std::function<MakeBackend()> &newStorage, const CheckOptions &options)
{
    Report report;
    ContractCheck(report, newStorage, options).all();
    if (report.messages().empty()) {
        EngineCheck(report, newStorage, options).all();
    }
    return report.messages();
}

} // namespace nanostores::testing
