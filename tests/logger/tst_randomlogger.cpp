// SPDX-License-Identifier: MIT

// Random programs with and without loggers: the same functions are called, and what a log says of the values is what
// they are.

#include <nanostores/core.h>
#include <nanostores/logger.h>

#include "support/handlers.h"
#include "support/manualtime.h"

#include <QTest>

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

using Table = Dictionary<std::string, int>;

/// Stores of all kinds, and functions that write down what they are called with, write on, and throw.
class World
{
public:
    explicit World(unsigned seed)
        : m_random(seed)
    {
        for (int i = 0; i < Atoms; ++i) {
            m_atoms.push_back(atom(0).named("a" + std::to_string(i)));
        }
        for (int i = 0; i < Computeds; ++i) {
            const auto first = m_atoms[pick(Atoms)];
            const auto second = m_atoms[pick(Atoms)];
            if (pick(2) == 0) {
                m_computeds.push_back(computed([this, first, second, i] {
                                          note("run", i);
                                          return support::orThrow(first() + second() / 2, 13);
                                      }).named("c" + std::to_string(i)));
            } else {
                m_computeds.push_back(computed(first, second, [this, i](int a, int b) {
                                          note("run", i);
                                          return (a + b) / 3;
                                      }).named("c" + std::to_string(i)));
            }
        }
        m_hooks.push_back(onSet(m_atoms[0], [this](auto &event) {
            note("set", event.newValue());
            event.newValue() == 11 ? event.abort() : event.newValue() == 12 ? event.replace(3) : void();
        }));
        m_subscriptions.push_back(m_table.listen([this](const Table &table, const MapChange<std::string, int> &) {
            note("table", int(table.size()));
            if (table.size() > 2) {
                m_atoms[1].set(int(table.size()));
            }
        }));
        for (int i = 0; i < Listeners; ++i) {
            listen(i);
        }
        m_subscriptions.push_back(effect([this] {
            note("effect", m_atoms[2]());
            m_atoms[3].set(support::orThrow(m_atoms[2]() / 2, 7));
        }));
    }

    void step()
    {
        try {
            write(0);
        } catch (const std::exception &) { // also of a program without an end
            note("threw", 0);
        }
    }
    std::string take() { return std::exchange(m_text, {}); }

    std::map<std::string, std::string> values() const
    {
        std::map<std::string, std::string> all;
        for (const auto &store : m_atoms) {
            all[store.name()] = std::to_string(store.peek());
        }
        all["table"] = shown(m_table.peek());
        return all;
    }
    std::vector<LoggedStore> logged() const
    {
        std::vector<LoggedStore> all(m_atoms.begin(), m_atoms.end());
        all.insert(all.end(), m_computeds.begin(), m_computeds.end());
        all.emplace_back(m_table);
        return all;
    }
    static std::string shown(const Table &table)
    {
        std::string text = "{";
        for (const auto &[key, value] : table) {
            text += (text.size() > 1 ? ", \"" : "\"") + key + "\": " + std::to_string(value);
        }
        return text + '}';
    }

private:
    static constexpr int Atoms = 5;
    static constexpr int Computeds = 4;
    static constexpr int Listeners = 4;

    std::size_t pick(unsigned below) { return m_random() % below; }
    void note(const char *what, int value) { m_text += what + std::string(" ") + std::to_string(value) + '\n'; }
    void listen(int i)
    {
        const auto source = m_computeds[pick(Computeds)];
        const auto target = m_atoms[pick(Atoms)];
        m_subscriptions.push_back(source.listen([this, i, target](int value) {
            note("heard", 100 * i + value);
            if (value > 3 && value < 9) {
                target.set(value / 2);
            }
        }));
    }
    void write(int depth)
    {
        const std::string key(1, char('a' + pick(4)));
        switch (pick(depth < 2 ? 8 : 6)) {
        case 0:
        case 1:
        case 2:
            m_atoms[pick(Atoms)].set(int(pick(16)));
            break;
        case 3:
            m_table.setKey(key, int(pick(4)));
            break;
        case 4:
            m_table.removeKey(key);
            break;
        case 5:
            m_table.set(Table{{key, int(pick(3))}, {"z", 1}});
            break;
        case 6:
            m_go(int(pick(16)));
            break;
        default: {
            const Batch batch;
            for (int i = 0; i < 3; ++i) {
                write(depth + 1);
            }
        }
        }
    }

    std::mt19937 m_random;
    std::string m_text;
    std::vector<Atom<int>> m_atoms;
    std::vector<Computed<int>> m_computeds;
    const Map<std::string, int> m_table = map<std::string, int>().named("table");
    std::vector<Unbind> m_hooks;
    std::vector<Subscription> m_subscriptions;
    StoreAction<Atom<int>, std::function<void(ActionStore<Atom<int>>, int)>> m_go{
        atom(0), "go", [this](const ActionStore<Atom<int>> &, int to) {
            m_atoms[4].set(to);
            m_table.setKey("go", to);
        }};
};

/// What a reader of the log knows of the values.
class Replay
{
public:
    LogSinkPtr sink()
    {
        return eventSink([this](const LogEvent &event) {
            if ((event.kind != LogEvent::Kind::Change && event.kind != LogEvent::Kind::Run) || !event.newValue) {
                return;
            }
            std::string &known = m_values[event.name];
            if (event.oldValue && !known.empty() && event.oldValue->toText(10000) != known) {
                m_faults += event.name + ": " + lineOf(event) + ", but it was " + known + '\n';
            }
            known = event.newValue->toText(10000);
        });
    }
    const std::map<std::string, std::string> &values() const { return m_values; }
    const std::string &faults() const { return m_faults; }

private:
    std::map<std::string, std::string> m_values;
    std::string m_faults;
};

} // namespace

class tst_RandomLogger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { setFeedbackLimit(60); }
    void cleanupTestCase() { setFeedbackLimit(100000); }
    void programs_areTheSame();
    void values_areThoseOfTheStores();
};

void tst_RandomLogger::programs_areTheSame()
{
    const support::ErrorLog errors;
    for (unsigned seed = 1; seed <= 300; ++seed) {
        const support::ManualTime time;
        World bare(seed);
        World logged(seed);
        World chosen(seed);
        QCOMPARE(bare.take(), logged.take());
        chosen.take();
        LoggerOptions options;
        options.origins = false;
        options.sinks = {lineSink([](const std::string &) {})};
        std::vector<LoggedStore> stores = chosen.logged();
        stores.erase(stores.begin() + seed % 5, stores.end());
        const Logger some = logger(stores, options);
        stores.clear();
        for (int i = 0; i < 40; ++i) {
            bare.step();
            std::optional<Logger> all;
            if (i % 4 != 0) {
                all.emplace(logAll(options)); // of the others' stores as well
            }
            logged.step();
            all.reset();
            chosen.step();
            const std::string expected = bare.take();
            const std::string first = logged.take();
            const std::string second = chosen.take();
            QVERIFY2(first == expected && second == expected,
                     ("seed " + std::to_string(seed) + ", step " + std::to_string(i) + '\n' + first + "\n" + second
                      + "\ninstead of\n" + expected)
                         .c_str());
        }
        QVERIFY(bare.values() == logged.values());
    }
}

void tst_RandomLogger::values_areThoseOfTheStores()
{
    const support::ErrorLog errors;
    for (unsigned seed = 1; seed <= 300; ++seed) {
        const support::ManualTime time;
        World world(seed);
        Replay replay;
        LoggerOptions options;
        options.origins = false;
        options.sinks = {replay.sink()};
        std::vector<LoggedStore> stores = world.logged();
        const Logger log = logger(stores, options);
        stores.clear();
        for (int i = 0; i < 60; ++i) {
            world.step();
            const auto values = world.values();
            for (const auto &[name, value] : replay.values()) {
                const auto found = values.find(name);
                const std::string actual = found == values.end() ? value : found->second;
                QVERIFY2(actual == value, ("seed " + std::to_string(seed) + ", step " + std::to_string(i) + ": " + name
                                           + " is " + actual + ", and the log says " + value)
                                              .c_str());
            }
            QVERIFY2(replay.faults().empty(), ("seed " + std::to_string(seed) + '\n' + replay.faults()).c_str());
        }
    }
}

QTEST_GUILESS_MAIN(tst_RandomLogger)
#include "tst_randomlogger.moc"
