// SPDX-License-Identifier: MIT
#include "checkreport.h"

#include <algorithm>
#include <exception>
#include <map>
#include <random>

namespace nanostores::testing::detail {

namespace {

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
        if (m_options.keepsVersions) {
            m_report.expect(b.state.position >= third.version, "position of load() is before the newest version");
            m_report.expect(b.state.epoch == a.state.epoch, "another instance sees another epoch");
        }
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
            m_report.expect(!entry.value || !m_options.keepsVersions || entry.writer == 1,
                            "a change has another writer");
        }
        m_report.expect(feed.position >= version && (!m_options.keepsVersions || feed.position >= last.version),
                        "position is before the changes");
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
        const auto entry = b.find("x");
        m_report.expect(entry && entry->schema == 4, "the schema is not kept");
        if (!m_options.keepsVersions) {
            return;
        }
        m_report.expect(b.state.epoch == epoch, "the epoch is another one after it was opened again");
        m_report.expect(entry && entry->version == outcome.version && entry->writer == 1,
                        "version or writer are not kept");
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

} // namespace

void checkContract(Report &report, const std::function<MakeBackend()> &newStorage, const CheckOptions &options)
{
    ContractCheck(report, newStorage, options).all();
}

} // namespace nanostores::testing::detail
