// SPDX-License-Identifier: MIT
#include <nanostores/query/detail/guarded.h>
#include <nanostores/query/mutation.h>

#include <algorithm>
#include <stdexcept>

namespace nanostores {

struct MutationContext::Afterwards
{
    KeySelector selector;
    bool forget;
};

struct MutationContext::Call
{
    std::shared_ptr<detail::ClientCore> core;
    std::uint64_t number;
    std::vector<std::shared_ptr<detail::Entry>> changed;
    std::vector<Afterwards> afterwards;
    bool ended = false;
};

MutationContext::MutationContext(std::shared_ptr<detail::ClientCore> core)
    : m_call(std::make_shared<Call>())
{
    m_call->core = std::move(core);
    m_call->number = m_call->core->nextNumber();
}

detail::ClientCore &MutationContext::core() const
{
    if (m_call->ended) {
        throw std::logic_error(
            "nanostores: the call of the mutation has ended, and can change nothing of the cache any "
            "more: do it before the function returns, or by the client's mutate()");
    }
    return *m_call->core;
}

std::uint64_t MutationContext::number() const noexcept
{
    return m_call->number;
}

void MutationContext::keep(std::shared_ptr<detail::Entry> entry) const
{
    auto &changed = m_call->changed;
    if (std::find(changed.begin(), changed.end(), entry) == changed.end()) {
        changed.push_back(std::move(entry));
    }
}

void MutationContext::invalidate(KeySelector selector) const
{
    core();
    m_call->afterwards.push_back({std::move(selector), true});
}

void MutationContext::revalidate(KeySelector selector) const
{
    core();
    m_call->afterwards.push_back({std::move(selector), false});
}

void MutationContext::succeed() const
{
    m_call->ended = true;
    const std::uint64_t number = m_call->core->nextNumber();
    for (const auto &entry : m_call->changed) {
        entry->commit(m_call->number, number);
    }
    settle();
}

void MutationContext::fail() const
{
    undo();
    settle();
}

void MutationContext::leave() const
{
    undo();
    m_call->changed.clear();
    m_call->afterwards.clear();
}

void MutationContext::undo() const
{
    m_call->ended = true;
    for (const auto &entry : m_call->changed) {
        detail::guarded([&] { entry->undo(m_call->number); });
    }
}

/// A key that is chosen more than once is fetched once.
void MutationContext::settle() const
{
    std::vector<std::shared_ptr<detail::Entry>> done;
    for (const bool forget : {true, false}) {
        for (const auto &wanted : m_call->afterwards) {
            if (wanted.forget == forget) {
                detail::guarded([&] { settle(wanted, done); }); // of the program's function
            }
        }
    }
    m_call->changed.clear();
    m_call->afterwards.clear();
}

void MutationContext::settle(const Afterwards &wanted, std::vector<std::shared_ptr<detail::Entry>> &done) const
{
    if (wanted.forget) {
        m_call->core->forgetKept(wanted.selector);
    }
    for (const auto &entry : m_call->core->matching(wanted.selector)) {
        if (std::find(done.begin(), done.end(), entry) != done.end()) {
            continue;
        }
        done.push_back(entry);
        if (wanted.forget) {
            entry->invalidate();
        } else {
            entry->revalidate(false);
        }
    }
}

} // namespace nanostores
