// SPDX-License-Identifier: MIT
#include <nanostores/kit/detail/injectionstate.h>

#include <nanostores/core/errors.h>
#include <nanostores/kit/detail/currentscope.h>
#include <nanostores/kit/detail/makingframe.h>

#include <algorithm>
#include <memory>
#include <utility>

/// The values of scopes: which one is seen from where, and how it is made.
namespace nanostores::kit::internal {

InjectionState::InjectionState(std::shared_ptr<InjectionState> parent, Kind kind, std::string name)
    : m_parent(std::move(parent))
    , m_number(scopeNow().lastNumber += std::uint64_t{1} << 32u)
    , m_name(std::move(name))
    , m_depth(m_parent ? m_parent->m_depth + 1 : 0)
    , m_kind(kind)
{
    if (m_parent) {
        m_parent->expectAlive();
        if (isScope() && m_parent->isScope()) {
            m_parent->m_children.push_back(this);
        }
    }
}

const InjectionState *InjectionState::topmost() const noexcept
{
    const InjectionState *state = this;
    while (state->m_parent) {
        state = state->m_parent.get();
    }
    return state;
}

InjectionState::Entry *InjectionState::entry(const InjectionKey &key) const noexcept
{
    const auto found = m_index.find(key);
    return found == m_index.end() ? nullptr : found->second;
}

InjectionState::Entry &InjectionState::addEntry(const InjectionKey &key)
{
    auto made = std::make_unique<Entry>(Entry{key, nullptr, {}, false, {}});
    Entry &added = *made;
    m_entries.push_back(std::move(made));
    m_index.emplace(key, &added);
    return added;
}

void InjectionState::set(const InjectionKey &key, std::shared_ptr<void> value)
{
    Entry *const known = entry(key);
    Entry &mine = known ? *known : addEntry(key);
    mine.value = std::move(value);
    mine.make = nullptr;
    mine.isProvided = true;
}

void InjectionState::setMaker(const InjectionKey &key, Maker make)
{
    set(key, nullptr);
    entry(key)->make = std::move(make);
}

bool InjectionState::has(const InjectionKey &key) const
{
    const Entry *const found = entry(key);
    return found && (found->value || found->make);
}

InjectionState *InjectionState::nearestNamed() noexcept
{
    InjectionState *state = this;
    while (state && state->m_name.empty()) {
        state = state->m_parent.get();
    }
    return state;
}

bool InjectionState::sees(const Dependency &dependency, Founds &known)
{
    if (!dependency.value) {
        return nearestNamed() == dependency.owner;
    }
    const Found found = visible(dependency.key, known);
    return found.entry && found.entry->value.get() == dependency.value;
}

InjectionState::Found InjectionState::visible(const InjectionKey &key)
{
    Founds known;
    return visible(key, known);
}

/// The nearest entry, but of those that were not provided only one that is made of what is seen from here. What many
/// are made of is looked for once.
InjectionState::Found InjectionState::visible(const InjectionKey &key, Founds &known)
{
    if (const auto found = known.find(key); found != known.end()) {
        return found->second;
    }
    for (InjectionState *state = this; state; state = state->m_parent.get()) {
        Entry *const found = state->entry(key);
        if (!found || (!found->value && !found->make)) {
            continue;
        }
        if (found->isProvided || found->dependencies.empty()) {
            return {state, found};
        }
        if (std::all_of(found->dependencies.begin(), found->dependencies.end(),
                        [&](const Dependency &dependency) { return sees(dependency, known); })) {
            known.emplace(key, Found{state, found});
            return {state, found};
        }
    }
    known.emplace(key, Found());
    return {};
}

std::shared_ptr<void> InjectionState::makeHere(const InjectionKey &key, const Maker &make, MakingFrame &frame)
{
    if (std::find(m_making.begin(), m_making.end(), key) != m_making.end()) {
        throw CycleError("nanostores: an injected dependency needs itself; have one of the cycle inject the other "
                         "later, when it is used");
    }
    struct Making
    {
        std::vector<InjectionKey> &keys;
        ~Making() { keys.pop_back(); }
    };
    m_making.push_back(key);
    const Making making{m_making};
    auto value = make();
    frame.leave();
    return value;
}

std::shared_ptr<void> InjectionState::valueOf(const InjectionKey &key, const Maker &make)
{
    expectAlive();
    const Found found = visible(key);
    InjectionState *owner = found.owner;
    std::shared_ptr<void> value = found.entry ? found.entry->value : nullptr;
    if (!value && found.entry) { // provided, and not made yet
        owner->expectAlive();
        const Maker provided = found.entry->make;
        MakingFrame frame(owner, true);
        value = owner->makeHere(key, provided, frame);
        frame.handOver(*owner);
        found.entry->value = value;
        found.entry->make = nullptr;
        auto &entries = owner->m_entries; // they end in the reverse order of their making
        const auto at =
            std::find_if(entries.begin(), entries.end(), [&](const auto &entry) { return entry.get() == found.entry; });
        std::rotate(at, at + 1, entries.end());
    } else if (!value) {
        MakingFrame frame(this, false);
        value = makeHere(key, make, frame);
        owner = isScope() ? frame.deepest() : this;
        frame.handOver(*owner);
        Entry &made = owner->addEntry(key);
        made.value = value;
        made.isProvided = !isScope();
        made.dependencies = std::move(frame.dependencies);
    }
    if (m_kind == Kind::Context && owner != this) {
        set(key, value);
    }
    if (scopeNow().frame && scopeNow().frame->asking == this) {
        scopeNow().frame->dependencies.push_back({key, value.get(), owner});
    }
    return value;
}

void *InjectionState::get(const InjectionKey &key, const Maker &make)
{
    return valueOf(key, make).get();
}

void *InjectionState::getDeclared(const InjectionKey &key, const Maker &make)
{
    if (const FoundDeclaration &place = scopeNow().placeOf(key.number);
        !scopeNow().frame && place.key == m_number + key.number) {
        return place.value;
    }
    void *const value = valueOf(key, make).get();
    scopeNow().remember({m_number + key.number, value});
    return value;
}

std::shared_ptr<InjectionState> InjectionState::ownerOf(const InjectionKey &key)
{
    const Found found = visible(key);
    return (found.owner ? found.owner : this)->shared_from_this();
}

} // namespace nanostores::kit::internal
