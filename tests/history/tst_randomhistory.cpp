// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/history.h>

#include "support/manualtime.h"
#include "support/property.h"

#include <QtTest/QTest>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using support::ManualTime;
using support::Step;

namespace {

struct State
{
    int a = 0;
    int b = 0;
    int twice = 0;
    int third = 0;
    std::vector<std::pair<int, int>> map;

    const int *at(int key) const
    {
        const auto found =
            std::find_if(map.begin(), map.end(), [key](const auto &entry) { return entry.first == key; });
        return found == map.end() ? nullptr : &found->second;
    }
    std::set<std::pair<int, int>> entries() const { return {map.begin(), map.end()}; }
    bool isSame(const State &other, bool ordered) const
    {
        return a == other.a && b == other.b && twice == other.twice && third == other.third
               && (ordered ? map == other.map : entries() == other.entries());
    }
    friend std::ostream &operator<<(std::ostream &stream, const State &state)
    {
        stream << state.a << ' ' << state.b << ' ' << state.twice << ' ' << state.third << " {";
        for (const auto &[key, value] : state.map) {
            stream << key << ':' << value << ' ';
        }
        return stream << '}';
    }
};

constexpr int Limit = 6;

/// Which of its parts two states differ in: the stores, and of the map the keys.
std::set<int> differences(const State &x, const State &y)
{
    std::set<int> parts;
    if (x.a != y.a) {
        parts.insert(-1);
    }
    if (x.b != y.b) {
        parts.insert(-2);
    }
    if (x.twice != y.twice) {
        parts.insert(-3);
    }
    if (x.third != y.third) {
        parts.insert(-4);
    }
    for (int key = 0; key < 24; ++key) {
        const int *one = x.at(key);
        const int *other = y.at(key);
        if ((one != nullptr) != (other != nullptr) || (one && *one != *other)) {
            parts.insert(key);
        }
    }
    return parts;
}

/// The other state where it differs from the first one in the parts; otherwise the base.
State patched(State base, const State &from, const std::set<int> &parts)
{
    for (const int part : parts) {
        switch (part) {
        case -1:
            base.a = from.a;
            break;
        case -2:
            base.b = from.b;
            break;
        case -3:
            base.twice = from.twice;
            break;
        case -4:
            base.third = from.third;
            break;
        default:
            std::erase_if(base.map, [part](const auto &entry) { return entry.first == part; });
            if (const int *value = from.at(part)) {
                base.map.emplace_back(part, *value);
            }
        }
    }
    return base;
}

/// The stores, with effects, and beside them a list of all the states that there were.
class World
{
public:
    explicit World(bool merges)
        : m_merges(merges)
        , m_edits(history({.limit = Limit, .mergeWithin = merges ? 100ms : 0ms}, m_a, m_b, m_twice, m_third, m_map))
    {
        m_doubling = effect(m_a, [this](int n) { m_twice.set(2 * n); });
        m_copying = m_b.listen([this](int n) { m_third.set(n / 3); });
        m_states.push_back(present());
    }

    State present() const
    {
        State state{m_a.get(), m_b.get(), m_twice.get(), m_third.get(), {}};
        for (const auto &[key, value] : m_map.get()) {
            state.map.emplace_back(key, value);
        }
        return state;
    }

    void run(const std::vector<Step> &program)
    {
        for (const Step &step : program) {
            take(step);
            RC_ASSERT(m_edits.position.get() == m_at);
            RC_ASSERT(m_edits.steps.get().size() == m_states.size() - 1);
            RC_ASSERT(m_edits.canUndo.get() == (m_at > 0 && !m_group));
            RC_ASSERT(m_edits.canRedo.get() == (m_at + 1 < m_states.size() && !m_group));
            check();
        }
        if (m_group) {
            endGroup();
        }
        for (const std::size_t to : {std::size_t{0}, m_states.size() - 1, std::size_t{0}}) {
            RC_ASSERT(m_edits.goTo(to));
            m_at = to;
            check();
        }
    }

private:
    void check() const
    {
        const State now = present();
        if (!m_group && !now.isSame(m_states[m_at], m_ordered)) {
            RC_LOG() << "is " << now << ", and was " << m_states[m_at];
            RC_FAIL("another state");
        }
    }

    void write(const Step &step)
    {
        switch (step.a % 6) {
        case 0:
            m_a.set(step.b);
            break;
        case 1:
            m_b.set(step.b);
            break;
        case 2:
        case 3:
            if (const int *value = m_map.getKey(step.b); value && std::as_const(m_removed).contains(step.b)) {
                m_ordered = false;
            }
            m_map.setKey(step.b, step.c);
            m_ordered = m_ordered && !m_removed.contains(step.b);
            break;
        case 4:
            if (m_map.getKey(step.b)) {
                m_map.removeKey(step.b);
                m_removed.insert(step.b); // set again in the same turn, it stands elsewhere
            }
            break;
        default: {
            Dictionary<int, int> whole;
            for (int i = 0; i < step.b % 4; ++i) {
                whole.insert((step.c + 5 * i) % 24, i);
            }
            m_map.set(whole);
            m_ordered = false; // one with the same entries in another order is the same
        }
        }
    }

    void take(const Step &step)
    {
        m_removed.clear();
        switch (step.what) {
        case 0:
        case 1:
            write(step);
            turnEnded();
            break;
        case 2:
            batch([&] {
                for (int i = 0; i <= step.c % 5; ++i) {
                    write({0, step.a + i, (step.b + 7 * i) % 24, (step.c + i) % 24});
                }
            });
            turnEnded();
            break;
        case 3:
        case 4: {
            const bool can = !m_group && m_at > 0;
            RC_ASSERT(m_edits.undo() == can);
            m_at -= can ? 1 : 0;
            m_mayMerge = m_mayMerge && !can;
            break;
        }
        case 5: {
            const bool can = !m_group && m_at + 1 < m_states.size();
            RC_ASSERT(m_edits.redo() == can);
            m_at += can ? 1 : 0;
            m_mayMerge = m_mayMerge && !can;
            break;
        }
        case 6: {
            const auto to = static_cast<std::size_t>(step.a % 8);
            const bool can = !m_group && to < m_states.size();
            RC_ASSERT(m_edits.goTo(to) == can);
            m_mayMerge = m_mayMerge && !(can && to != m_at);
            m_at = can ? to : m_at;
            break;
        }
        case 7:
            if (m_group) {
                endGroup();
            } else {
                m_group.emplace(m_edits.group("Group"));
                m_mayMerge = false;
            }
            break;
        case 8:
            if (!m_group) {
                untracked(step);
            }
            break;
        case 9:
            m_time.advance(step.a * 10);
            m_elapsed += step.a * 10;
            break;
        default:
            if (step.a == 0) {
                m_edits.clear();
                m_states = {m_group ? m_states[m_at] : present()};
                if (m_group) {
                    m_states = {present()};
                }
                m_at = 0;
                m_mayMerge = false;
            }
        }
    }

    void endGroup()
    {
        m_group.reset();
        push(present(), false);
        m_mayMerge = false;
    }
    void turnEnded()
    {
        if (!m_group) {
            push(present(), true);
        }
    }

    /// A state that differs is another step, or, where two are merged, takes the place of the last one.
    void push(const State &state, bool mayMerge)
    {
        if (state.isSame(m_states[m_at], false)) {
            m_states[m_at] = state; // of the same entries
            return;
        }
        const bool isInTime =
            m_merges && mayMerge && m_mayMerge && m_elapsed <= 100 && m_at > 0 && m_at + 1 == m_states.size();
        m_elapsed = 0;
        m_mayMerge = true;
        const auto steps = m_edits.steps.get();
        const bool isNew = !steps.empty() && steps.back().id > m_lastId;
        m_lastId = isNew ? steps.back().id : m_lastId;
        if (isInTime && !isNew) { // taken for a continuation
            m_states[m_at] = state;
            if (steps.size() + 1 < m_states.size()) { // all is as it was before the two
                RC_ASSERT(state.isSame(m_states[m_at - 1], false));
                m_states.pop_back();
                m_states.back() = state;
                --m_at;
                m_mayMerge = false;
            }
            return;
        }
        m_states.resize(m_at + 1);
        m_states.push_back(state);
        ++m_at;
        if (m_at > Limit) {
            m_states.erase(m_states.begin());
            --m_at;
        }
    }

    void untracked(const Step &step)
    {
        const State before = present();
        m_edits.untracked([&] { write(step); });
        const State after = present();
        const auto foreign = differences(before, after);
        if (foreign.empty()) {
            m_states[m_at] = after;
            return;
        }
        m_mayMerge = false;
        m_ordered = false; // what is patched below stands at the end
        const std::size_t past = m_edits.position.get();
        const std::size_t all = m_edits.steps.get().size();
        RC_ASSERT(past <= m_at);
        RC_ASSERT(all - past <= m_states.size() - 1 - m_at);
        const std::size_t first = m_at - past;
        const std::vector<State> kept(m_states.begin() + static_cast<std::ptrdiff_t>(first),
                                      m_states.begin() + static_cast<std::ptrdiff_t>(first + all + 1));
        for (std::size_t i = 1; i < kept.size(); ++i) { // no step that is left has changed the same
            for (const int part : differences(kept[i - 1], kept[i])) {
                RC_ASSERT(!foreign.contains(part));
            }
        }
        m_states.clear();
        for (const State &state : kept) {
            m_states.push_back(patched(state, after, foreign));
        }
        m_at = past;
    }

    ManualTime m_time;
    bool m_merges;
    Atom<int> m_a{0};
    Atom<int> m_b{0};
    Atom<int> m_twice{0};
    Atom<int> m_third{0};
    Map<int, int> m_map;
    History m_edits;
    Subscription m_doubling;
    Subscription m_copying;
    std::optional<HistoryGroup> m_group;

    std::vector<State> m_states;
    std::size_t m_at = 0;
    bool m_ordered = true;
    std::set<int> m_removed; ///< In this turn.
    bool m_mayMerge = false;
    int m_elapsed = 0;
    std::uint64_t m_lastId = 0;
};

} // namespace

/// Random programs: after each step the stores and the steps are as a list of all the states says.
class tst_RandomHistory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void history_isAListOfStates();
    void history_isAListOfStatesWithMerging();
};

void tst_RandomHistory::history_isAListOfStates()
{
    support::holds([] {
        const auto program = *support::genProgram(11);
        World(false).run(program);
    });
}

void tst_RandomHistory::history_isAListOfStatesWithMerging()
{
    support::holds([] {
        const auto program = *support::genProgram(11);
        World(true).run(program);
    });
}

SUPPORT_PROPERTY_MAIN(tst_RandomHistory)

#include "tst_randomhistory.moc"
