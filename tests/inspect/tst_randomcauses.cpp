// SPDX-License-Identifier: MIT

// Random graphs: what is recorded as the cause of each run and as the place of each write, compared with a plain model
// that the functions of the graph keep themselves.

#include <nanostores/core.h>
#include <nanostores/inspect.h>

#include <QByteArray>
#include <QTest>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace nanostores;

namespace {

/// When a store had which value. Times count all that is noted.
struct Change
{
    int time;
    int value;
};

/// What a function has read in one run.
struct Run
{
    std::map<int, Change> read; ///< By source.
    int end = 0;
};

/// In which function the program is.
struct Position
{
    TraceEvent::Place place;
    int node;
};

struct Write
{
    int atom;
    Position position;
    int value;
};

class World
{
public:
    explicit World(unsigned seed)
        : m_random(seed)
    {
        for (int i = 0; i < Atoms; ++i) {
            m_atoms.push_back(atom(0).named("a" + std::to_string(i)));
            m_ranks.push_back(i);
            m_changes.push_back({{0, 0}});
        }
        for (int i = 0; i < Atoms; ++i) {
            if (i + 1 < Atoms && chance(4)) {
                const int target = between(i + 1, Atoms - 1);
                onSet(m_atoms[std::size_t(i)], [this, i, target](SetEvent<Atom<int>> &event) {
                    const Inside inside(*this, {TraceEvent::Hook, i});
                    write(target, event.newValue() + 1);
                });
            }
        }
        for (int i = 0; i < Computeds; ++i) {
            addComputed();
        }
        for (int i = 0; i < Nodes - Computeds / 2; ++i) { // the last computed stores are not observed
            addListener(i);
        }
        for (int i = 0; i < Effects; ++i) {
            addEffect();
        }
    }

    void step(int depth = 0)
    {
        switch (between(0, 5)) {
        case 0:
            if (depth == 0) {
                batch([this] {
                    for (int i = between(1, 4); i > 0; --i) {
                        write(between(0, Atoms - 1), between(0, 2));
                    }
                });
                break;
            }
            [[fallthrough]];
        case 1:
            (void)m_computeds[std::size_t(between(0, Computeds - 1))].peek();
            break;
        default:
            write(between(0, Atoms - 1), between(0, 2));
        }
    }

    /// Empty, if all is as the model says.
    std::string compare(const Trace &trace)
    {
        const auto events = trace.events();
        std::map<const detail::Node *, int> numbers;
        for (int i = 0; i < Atoms; ++i) {
            numbers[m_atoms[std::size_t(i)].node().get()] = i;
        }
        for (int i = 0; i < Computeds; ++i) {
            numbers[m_computeds[std::size_t(i)].node().get()] = Atoms + i;
        }
        std::map<int, std::size_t> runs;
        std::size_t writes = 0;
        for (const TraceEvent &event : events) {
            const auto node = numbers.find(event.node);
            std::string problem;
            if (event.kind == TraceEvent::Write) {
                problem = writes < m_writes.size() ? compareWrite(events, event, m_writes[writes++], numbers)
                                                   : std::string("a write too many");
            } else {
                // An effect has no number of its own: its name says which one it is.
                const int number = node != numbers.end() ? node->second : m_effectNumbers.at(event.node);
                problem = compareRun(events, event, number, runs[number]++);
            }
            if (!problem.empty()) {
                return "event " + std::to_string(event.number) + " of " + event.store + ": " + problem;
            }
        }
        return writes == m_writes.size() ? std::string() : "a write is missing";
    }

private:
    static constexpr int Atoms = 6;
    static constexpr int Computeds = 8;
    static constexpr int Nodes = Atoms + Computeds;
    static constexpr int Effects = 3;

    struct Inside
    {
        Inside(World &w, Position position)
            : world(w)
        {
            world.m_inside.push_back(position);
        }
        ~Inside() { world.m_inside.pop_back(); }
        World &world;
    };

    int between(int low, int high) { return low + int(m_random() % unsigned(high - low + 1)); }
    bool chance(int of) { return m_random() % unsigned(of) == 0; }

    /// Inside of a function, only stores that nothing it has read depends on.
    void write(int number, int value)
    {
        value %= 3;
        m_writes.push_back({number, m_inside.empty() ? Position{TraceEvent::Outside, -1} : m_inside.back(), value});
        m_atoms[std::size_t(number)].set(value);
    }

    int read(int node, Run &run, bool isTracked)
    {
        const int value = node < Atoms ? (isTracked ? m_atoms[std::size_t(node)]() : m_atoms[std::size_t(node)].peek())
                                       : (isTracked ? m_computeds[std::size_t(node - Atoms)]()
                                                    : m_computeds[std::size_t(node - Atoms)].peek());
        run.read[node] = {++m_time, value};
        return value;
    }

    std::vector<int> chooseSources(int below, int highestRank)
    {
        std::vector<int> sources;
        for (int i = between(1, 3); i > 0; --i) {
            const int source = between(0, below - 1);
            if (m_ranks[std::size_t(source)] <= highestRank
                && std::find(sources.begin(), sources.end(), source) == sources.end()) {
                sources.push_back(source);
            }
        }
        if (sources.empty()) {
            sources.push_back(0);
        }
        return sources;
    }
    int rankOf(const std::vector<int> &sources) const
    {
        int rank = 0;
        for (const int source : sources) {
            rank = std::max(rank, m_ranks[std::size_t(source)]);
        }
        return rank;
    }

    void addComputed()
    {
        const int number = Atoms + int(m_computeds.size());
        const auto sources = chooseSources(number, Atoms);
        m_ranks.push_back(rankOf(sources));
        m_changes.push_back({});
        const int kind = between(0, 2);
        const auto finish = [this, number](int value, Run run) {
            run.end = ++m_time;
            m_runs[number].push_back(std::move(run));
            auto &changes = m_changes[std::size_t(number)];
            if (changes.empty() || changes.back().value != value) {
                changes.push_back({m_time, value});
            }
            return value;
        };
        const std::string name = "c" + std::to_string(number);
        if (sources.size() == 2 && kind > 0) { // listed
            const auto make = [&](const auto &first, const auto &second) {
                return computed(first, second, [this, sources, finish](int x, int y) {
                    Run run;
                    run.read[sources[0]] = {++m_time, x};
                    run.read[sources[1]] = {++m_time, y};
                    return finish((x + 2 * y) % 3, std::move(run));
                });
            };
            const auto withFirst = [&](const auto &first) {
                const int second = sources[1];
                m_computeds.push_back((second < Atoms ? make(first, m_atoms[std::size_t(second)])
                                                      : make(first, m_computeds[std::size_t(second - Atoms)]))
                                          .named(name));
            };
            if (sources[0] < Atoms) {
                withFirst(m_atoms[std::size_t(sources[0])]);
            } else {
                withFirst(m_computeds[std::size_t(sources[0] - Atoms)]);
            }
            return;
        }
        m_computeds.push_back(computed([this, sources, finish] {
                                  Run run;
                                  int sum = 0;
                                  for (const int source : sources) {
                                      sum += read(source, run, true);
                                  }
                                  return finish(sum % 3, std::move(run));
                              }).named(name));
    }

    /// A listener that may write, also in a batch of its own.
    void addListener(int node)
    {
        const int rank = m_ranks[std::size_t(node)];
        const bool writes = rank + 1 < Atoms && chance(2);
        const bool inABatch = chance(2);
        const int target = writes ? between(rank + 1, Atoms - 1) : 0;
        const auto call = [this, node, writes, inABatch, target](int value) {
            const Inside inside(*this, {TraceEvent::Listener, node});
            if (!writes) {
                return;
            }
            if (inABatch) {
                batch([&] { write(target, value + 1); });
            }
            write(target, value + 2);
        };
        m_subscriptions.push_back(node < Atoms ? m_atoms[std::size_t(node)].listen(call)
                                               : m_computeds[std::size_t(node - Atoms)].listen(call));
    }

    void addEffect()
    {
        const auto sources = chooseSources(Nodes, Atoms - 2);
        const int rank = rankOf(sources);
        const int number = Nodes + m_effects++;
        const int target = rank + 1 < Atoms ? between(rank + 1, Atoms - 1) : -1;
        const bool inABatch = chance(2);
        std::vector<const detail::Node *> before;
        detail::forEachNode([&](const detail::Node &node) { before.push_back(&node); });
        m_subscriptions.push_back(effect([this, sources, number, target, inABatch] {
            const Inside inside(*this, {TraceEvent::Function, number});
            Run run;
            int sum = 0;
            for (const int source : sources) {
                sum += read(source, run, true);
            }
            run.end = ++m_time;
            m_runs[number].push_back(std::move(run));
            if (target >= 0) {
                if (inABatch) {
                    batch([&] { write(target, sum + 1); });
                }
                write(target, sum);
            }
        }));
        detail::forEachNode([&](const detail::Node &node) {
            if (std::find(before.begin(), before.end(), &node) == before.end()) {
                m_effectNumbers[&node] = number;
            }
        });
    }

    static const TraceEvent &at(const std::vector<TraceEvent> &events, std::uint64_t number)
    {
        return events.at(std::size_t(number - 1));
    }

    std::string compareWrite(const std::vector<TraceEvent> &events, const TraceEvent &event, const Write &write,
                             const std::map<const detail::Node *, int> &numbers)
    {
        if (event.node != m_atoms[std::size_t(write.atom)].node().get()) {
            return "should be of a" + std::to_string(write.atom);
        }
        if (event.outcome == TraceEvent::Changed) {
            if (event.after != std::to_string(write.value)) {
                return "has set " + event.after + ", not " + std::to_string(write.value);
            }
        }
        if (event.place != write.position.place) {
            return "is in place " + std::to_string(event.place) + ", not " + std::to_string(write.position.place);
        }
        if (event.place == TraceEvent::Outside) {
            return {};
        }
        const TraceEvent &within = at(events, event.within);
        const auto known = numbers.find(within.node);
        const int number = known != numbers.end() ? known->second : m_effectNumbers.at(within.node);
        return number == write.position.node
                   ? std::string()
                   : "is within an event of " + within.store + ", not of " + std::to_string(write.position.node);
    }

    /// A source is a cause if it has changed since it was read before. A store that has its value back may be one or
    /// not: that depends on who has looked at it meanwhile.
    std::string compareRun(const std::vector<TraceEvent> &events, const TraceEvent &event, int number,
                           std::size_t index)
    {
        const auto &runs = m_runs[number];
        if (index >= runs.size()) {
            return "is a run too many";
        }
        if (index == 0) {
            return event.isFirst && event.because.empty() ? std::string() : "is the first run";
        }
        std::map<const detail::Node *, const TraceEvent *> causes;
        for (const std::uint64_t cause : event.because) {
            const TraceEvent &found = at(events, cause);
            if (found.outcome != TraceEvent::Changed || !causes.emplace(found.node, &found).second) {
                return "has a cause that is none";
            }
        }
        for (const auto &[source, now] : runs[index].read) {
            const Change &before = runs[index - 1].read.at(source);
            const detail::Node *const node =
                source < Atoms ? static_cast<const detail::Node *>(m_atoms[std::size_t(source)].node().get())
                               : m_computeds[std::size_t(source - Atoms)].node().get();
            const auto cause = causes.find(node);
            const bool isCause = cause != causes.end();
            const auto &changes = m_changes[std::size_t(source)];
            const bool hasChanged = std::any_of(changes.begin(), changes.end(), [&](const Change &change) {
                return change.time > before.time && change.time <= now.time;
            });
            const bool mustBe = before.value != now.value || (source >= Atoms && hasChanged);
            const bool mayBe = mustBe || source < Atoms;
            if (mustBe && !isCause) {
                return "does not name " + std::to_string(source);
            }
            if (isCause && !mayBe) {
                return "names " + std::to_string(source);
            }
            if (isCause && cause->second->after != std::to_string(now.value)) {
                return "names a change to " + cause->second->after + ", and has read " + std::to_string(now.value);
            }
            causes.erase(node);
        }
        return causes.empty() ? std::string() : "names what it does not read";
    }

    std::mt19937 m_random;
    std::vector<Atom<int>> m_atoms;
    std::vector<Computed<int>> m_computeds;
    std::vector<int> m_ranks;
    std::vector<std::vector<Change>> m_changes; ///< Of computed stores.
    std::map<int, std::vector<Run>> m_runs;
    std::vector<Write> m_writes;
    std::vector<Position> m_inside;
    std::map<const detail::Node *, int> m_effectNumbers;
    int m_effects = 0;
    int m_time = 0;
    std::vector<Subscription> m_subscriptions;
};

} // namespace

class tst_RandomCauses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void causes_asThePlainModel();
};

void tst_RandomCauses::causes_asThePlainModel()
{
    const char *const asked = std::getenv("NANOSTORES_RANDOM_CASES");
    const unsigned cases = asked ? unsigned(std::atoi(asked)) : 400;
    Trace::Options options;
    options.origins = false;
    options.bytes = 1u << 30;
    std::size_t causes = 0;
    for (unsigned seed = 1; seed <= cases; ++seed) {
        const Trace trace(options);
        World world(seed);
        for (int i = 0; i < 25; ++i) {
            world.step();
        }
        const std::string problem = world.compare(trace);
        QVERIFY2(problem.empty(), QByteArray::fromStdString("seed " + std::to_string(seed) + ": " + problem));
        for (const TraceEvent &event : trace.events()) {
            causes += event.because.size();
        }
    }
    QVERIFY(causes > 10 * cases);
}

QTEST_GUILESS_MAIN(tst_RandomCauses)
#include "tst_randomcauses.moc"
