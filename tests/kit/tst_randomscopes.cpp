// SPDX-License-Identifier: MIT
#include <nanostores/kit.h>

#include "support/callrecorder.h"
#include "support/property.h"

#include <QtTest/QTest>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

using namespace nanostores;

namespace {

// What is declared. Of each declaration: what its function looks up.
constexpr int DeclarationCount = 6;
const std::array<std::vector<int>, DeclarationCount> needs{{{}, {}, {0}, {1, 0}, {3, 2}, {}}};
constexpr int Global = -1;

support::Trace trace;

QByteArray label(int declaration)
{
    return QByteArray(1, char('a' + declaration));
}

struct Value;
using ValuePtr = std::shared_ptr<const Value>;
struct Value
{
    Value(int number, std::vector<ValuePtr> of)
        : declaration(number)
        , made(std::move(of))
    {
    }
    Value(const Value &) = delete;
    Value &operator=(const Value &) = delete;
    ~Value() = default;

    int declaration;
    std::vector<ValuePtr> made;
    Signal<int> number = signal(0);
};

/// Notes when its scope lets go of it.
struct Holder
{
    explicit Holder(ValuePtr made)
        : value(std::move(made))
    {
    }
    Holder(const Holder &) = delete;
    Holder &operator=(const Holder &) = delete;
    ~Holder() { trace.add(label(value->declaration)); }

    ValuePtr value;
};

const Scoped<Holder> &declared(int declaration);

template<int Number>
Scoped<Holder> declare()
{
    return scoped([] {
        std::vector<ValuePtr> of;
        for (const int needed : needs[Number]) {
            of.push_back(declared(needed)().value);
        }
        return Holder(std::make_shared<Value>(Number, std::move(of)));
    });
}

const Scoped<Holder> &declared(int declaration)
{
    static const std::array<Scoped<Holder>, DeclarationCount> all{declare<0>(), declare<1>(), declare<2>(),
                                                                  declare<3>(), declare<4>(), declare<5>()};
    return all[std::size_t(declaration)];
}

/// What the rules of scopes say, on plain data.
class Model
{
public:
    struct Kept
    {
        int id;
        int ends = Global; ///< A scope that it ends.
    };
    struct State
    {
        int parent = Global;
        std::set<int> provides;
        std::vector<int> children;
        std::vector<int> effects;
        std::vector<Kept> kept;
        std::vector<int> values; ///< In the order of their making.
        int running = 0;
        bool isAsked = false;
        bool isEnding = false;
        bool isOver = false;
    };

    Model() { scopes[Global] = {}; }

    State &of(int scope) { return scopes.at(scope); }
    bool isAlive(int scope) { return !of(scope).isOver; }
    int depth(int scope) { return scope == Global ? 0 : depth(of(scope).parent) + 1; }

    std::optional<int> provider(int declaration, int scope)
    {
        for (;; scope = of(scope).parent) {
            if (of(scope).provides.contains(declaration)) {
                return scope;
            }
            if (scope == Global) {
                return std::nullopt;
            }
        }
    }
    int owner(int declaration, int scope)
    {
        if (const auto found = provider(declaration, scope)) {
            return *found;
        }
        int deepest = Global;
        for (const int needed : needs[std::size_t(declaration)]) {
            if (const int found = owner(needed, scope); depth(found) > depth(deepest)) {
                deepest = found;
            }
        }
        return deepest;
    }
    /// What it is made of comes first.
    void lookUp(int declaration, int scope)
    {
        const int at = owner(declaration, scope);
        auto &values = of(at).values;
        if (std::find(values.begin(), values.end(), declaration) == values.end()) {
            for (const int needed : needs[std::size_t(declaration)]) {
                lookUp(needed, at);
            }
            of(at).values.push_back(declaration);
        }
    }

    void end(int scope)
    {
        State &state = of(scope);
        if (state.isEnding || state.isOver) {
            return;
        }
        if (state.running > 0) {
            state.isAsked = true;
            return;
        }
        endNow(scope);
    }

    std::map<int, State> scopes;
    QByteArrayList notes;

private:
    void enter(int scope)
    {
        for (;; scope = of(scope).parent) {
            ++of(scope).running;
            if (scope == Global) {
                return;
            }
        }
    }
    void leave(int scope)
    {
        std::optional<int> topmost;
        for (;; scope = of(scope).parent) {
            State &state = of(scope);
            if (--state.running == 0 && state.isAsked && !state.isEnding && !state.isOver) {
                topmost = scope;
            }
            if (scope == Global) {
                break;
            }
        }
        if (topmost) {
            endNow(*topmost);
        }
    }
    void endNow(int scope)
    {
        State &state = of(scope);
        state.isEnding = true;
        enter(scope);
        while (true) {
            if (!state.children.empty()) {
                endNow(state.children.back());
            } else if (!state.effects.empty()) {
                for (const int effect : std::exchange(state.effects, {})) {
                    notes.append('e' + QByteArray::number(effect));
                }
            } else if (!state.kept.empty()) {
                const Kept last = state.kept.back();
                state.kept.pop_back();
                notes.append('k' + QByteArray::number(last.id));
                if (last.ends != Global) {
                    end(last.ends);
                }
            } else if (!state.values.empty()) {
                notes.append(label(state.values.back()));
                state.values.pop_back();
            } else {
                break;
            }
        }
        state.isOver = true;
        if (scope != Global) {
            auto &siblings = of(state.parent).children;
            siblings.erase(std::find(siblings.begin(), siblings.end(), scope));
        }
        leave(scope);
    }
};

/// Scopes and the model of them, led through the same steps.
class Program
{
public:
    Program() { Scope::resetGlobal(); }

    void run(const std::vector<support::Step> &steps)
    {
        trace.take();
        for (const auto &step : steps) {
            act(step);
            compare();
        }
        while (!m_scopes.empty()) { // in whichever order
            endAt(m_order % int(m_scopes.size()), true);
            compare();
        }
        m_model.end(Global);
        Scope::resetGlobal();
        compare();
    }

private:
    void compare()
    {
        QByteArray mine = trace.take();
        QByteArray expected = std::exchange(m_model.notes, {}).join(' ');
        RC_ASSERT(mine.toStdString() == expected.toStdString());
        for (const auto &[number, scope] : m_scopes) {
            RC_ASSERT(scope->hasEnded() == !m_model.isAlive(number));
        }
    }

    int pick(int number)
    {
        if (m_scopes.empty()) {
            return Global;
        }
        return std::next(m_scopes.begin(), number % int(m_scopes.size()))->first;
    }
    InjectionContext contextOf(int number)
    {
        return number == Global ? Scope::global() : InjectionContext(*m_scopes.at(number));
    }

    void act(const support::Step &step)
    {
        m_order = step.c;
        const int scope = step.a % 5 == 0 ? Global : pick(step.a);
        switch (step.what) {
        case 0:
        case 1:
            lookUp(step.b % DeclarationCount, scope);
            break;
        case 2:
        case 3:
            make(scope, step.b, step.c);
            break;
        case 4:
            addEffect(scope, step.b % DeclarationCount);
            break;
        case 5:
            keep(scope, step.b % 3 == 0 ? pick(step.c) : Global);
            break;
        case 6:
            write(step.b);
            break;
        default:
            if (!m_scopes.empty()) {
                endAt(step.a % int(m_scopes.size()), step.b % 2 == 0);
            }
        }
    }

    void make(int parent, int first, int second)
    {
        const std::set<int> provides{first % DeclarationCount, second % DeclarationCount};
        std::vector<InjectionProvider> providers;
        for (const int declaration : provides) {
            providers.push_back(provide(declared(declaration)));
        }
        const auto scope = [&] { return std::make_unique<Scope>(providers, contextOf(parent)); };
        if (!m_model.isAlive(parent)) {
            RC_ASSERT_THROWS_AS(scope(), ScopeEnded);
            return;
        }
        const int number = m_made++;
        m_scopes[number] = scope();
        m_model.scopes[number] = {};
        m_model.of(number).parent = parent;
        m_model.of(number).provides = provides;
        m_model.of(parent).children.push_back(number);
    }

    /// The same value for the same owner, and no other one's.
    void check(int declaration, int scope, const Value *value)
    {
        const int owner = m_model.owner(declaration, scope);
        RC_ASSERT(value->declaration == declaration);
        const auto key = std::pair(declaration, owner);
        if (const auto known = m_values.find(key); known != m_values.end()) {
            RC_ASSERT(known->second.get() == value);
        } else {
            for (const auto &[other, its] : m_values) {
                RC_ASSERT(its.get() != value);
            }
            m_values[key] = declared(declaration).in(contextOf(scope)).value; // held: no other one gets its address
        }
        std::size_t i = 0;
        for (const int needed : needs[std::size_t(declaration)]) {
            check(needed, owner, value->made[i++].get());
        }
    }

    void lookUp(int declaration, int scope)
    {
        if (!m_model.isAlive(scope)) {
            RC_ASSERT_THROWS_AS(declared(declaration).in(contextOf(scope)), ScopeEnded);
            return;
        }
        const auto value = declared(declaration).in(contextOf(scope)).value;
        m_model.lookUp(declaration, scope);
        check(declaration, scope, value.get());
        const auto same = kit::run(contextOf(scope), [&] { return declared(declaration)().value; });
        RC_ASSERT(same == value);
    }

    /// An effect that looks up what it reads, each time it runs; some are made in others.
    void addEffect(int scope, int declaration)
    {
        if (scope == Global || !m_model.isAlive(scope)) {
            return;
        }
        const int id = m_made++;
        m_model.lookUp(declaration, scope);
        const auto body = [this, scope, declaration, id] {
            const auto value = declared(declaration)().value;
            value->number();
            m_tick();
            m_runs.push_back({id, value.get()});
            RC_ASSERT(declared(declaration)().value == value);
            RC_ASSERT(declared(declaration).in(contextOf(scope)).value == value);
            return [id] { trace.add("e", id); };
        };
        m_scopes.at(scope)->run([&] {
            if (id % 3 == 0) {
                effect(body).detach();
            } else if (id % 3 == 1) {
                effect([body] { effect(body).detach(); }).detach();
            } else {
                effect([body] { effectScope([body] { effect(body).detach(); }).detach(); }).detach();
            }
        });
        trace.take();
        m_runs.clear();
        m_model.of(scope).effects.push_back(id);
    }

    void keep(int scope, int ends)
    {
        if (scope == Global || !m_model.isAlive(scope)) {
            return;
        }
        const int id = m_made++;
        m_scopes.at(scope)->onEnd([this, id, ends] {
            trace.add("k", id);
            if (const auto found = m_scopes.find(ends); ends != Global && found != m_scopes.end()) {
                found->second->end();
            }
        });
        m_model.of(scope).kept.push_back({id, ends});
    }

    /// All effects that live run once, each in its scope.
    void write(int number)
    {
        m_runs.clear();
        if (m_scopes.empty() || !m_model.isAlive(pick(number))) {
            m_tick(m_tick() + 1);
        } else {
            m_scopes.at(pick(number))->run([&] { m_tick(m_tick() + 1); });
        }
        trace.take(); // cleanups
        std::multiset<int> expected;
        for (const auto &[scope, state] : m_model.scopes) {
            expected.insert(state.effects.begin(), state.effects.end());
        }
        std::multiset<int> ran;
        for (const auto &run : m_runs) {
            ran.insert(run.first);
        }
        RC_ASSERT(ran == expected);
    }

    void endAt(int index, bool destroys)
    {
        const auto at = std::next(m_scopes.begin(), index);
        const int number = at->first;
        if (destroys) {
            const auto scope = std::move(at->second);
            m_scopes.erase(at); // nothing finds it while it ends
            for (auto &[other, state] : m_model.scopes) {
                for (auto &kept : state.kept) {
                    kept.ends = kept.ends == number ? Global : kept.ends;
                }
            }
            m_model.end(number);
        } else {
            at->second->end();
            m_model.end(number);
        }
        std::erase_if(m_values, [&](const auto &entry) { return !m_model.isAlive(entry.first.second); });
    }

    Model m_model;
    std::map<int, std::unique_ptr<Scope>> m_scopes;
    std::map<std::pair<int, int>, ValuePtr> m_values;
    std::vector<std::pair<int, const Value *>> m_runs;
    Signal<int> m_tick = signal(0);
    int m_made = 0;
    int m_order = 0;
};

} // namespace

class tst_RandomScopes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scopes_doAsTheModel()
    {
        support::holds([] {
            const auto steps = *support::genProgram(8);
            Program program;
            program.run(steps);
        });
    }
};

SUPPORT_PROPERTY_MAIN(tst_RandomScopes)
#include "tst_randomscopes.moc"
