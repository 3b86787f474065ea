// SPDX-License-Identifier: MIT
#include <nanostores/kit/di.h>

#include <nanostores/core/errors.h>

namespace nanostores::kit {

DependencyNotFound::DependencyNotFound(const std::string &token)
    : std::runtime_error(token + " dependency not found in context.")
{
}
DependencyNotFound::~DependencyNotFound() = default;

namespace internal {

namespace {
thread_local InjectionState *currentState = nullptr;
}

InjectionState::InjectionState(std::shared_ptr<InjectionState> parent)
    : m_parent(std::move(parent))
{
}

InjectionState::~InjectionState()
{
    while (!m_entries.empty()) {
        const auto last = std::move(m_entries.back());
        m_entries.pop_back();
    }
}

void InjectionState::set(const InjectionKey &key, std::shared_ptr<void> value)
{
    for (Entry &entry : m_entries) {
        if (entry.key == key) {
            entry.value = std::move(value);
            return;
        }
    }
    m_entries.push_back({key, std::move(value)});
}

bool InjectionState::has(const InjectionKey &key) const
{
    for (const Entry &entry : m_entries) {
        if (entry.key == key) {
            return entry.value != nullptr;
        }
    }
    return false;
}

std::shared_ptr<void> InjectionState::find(const InjectionKey &key) const
{
    for (const Entry &entry : m_entries) {
        if (entry.key == key && entry.value) {
            return entry.value;
        }
    }
    return m_parent ? m_parent->find(key) : nullptr;
}

void *InjectionState::get(const InjectionKey &key, Make make, const void *token)
{
    std::shared_ptr<void> value = find(key);
    if (!value) {
        for (const InjectionKey &making : m_making) {
            if (making == key) {
                throw CycleError("nanostores: an injected dependency needs itself; have one of the cycle inject the "
                                 "other later, when it is used");
            }
        }
        struct Making
        {
            std::vector<InjectionKey> &keys;
            ~Making() { keys.pop_back(); }
        };
        m_making.push_back(key);
        const Making making{m_making};
        const InjectionScope scope(this);
        value = make(token);
    }
    set(key, value);
    return value.get();
}

InjectionScope::InjectionScope(InjectionState *state) noexcept
    : m_previous(std::exchange(currentState, state))
{
}

InjectionScope::~InjectionScope()
{
    currentState = m_previous;
}

InjectionState &currentInjection()
{
    if (!currentState) {
        throw std::logic_error("nanostores: inject() outside of an injection context; call it in run(context, f), or "
                               "pass the context");
    }
    return *currentState;
}

InjectionState *currentInjectionOrNull() noexcept
{
    return currentState;
}

} // namespace internal
} // namespace nanostores::kit
