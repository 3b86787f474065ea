// SPDX-License-Identifier: MIT
#include <nanostores/kit/scope.h>

namespace nanostores::kit {

namespace {

std::shared_ptr<internal::InjectionState> below(std::shared_ptr<internal::InjectionState> parent, std::string name = {})
{
    return std::make_shared<internal::InjectionState>(std::move(parent), internal::InjectionState::Kind::Scope,
                                                      std::move(name));
}
std::shared_ptr<internal::InjectionState> belowCurrent(std::string name = {})
{
    return below(internal::currentScope().shared_from_this(), std::move(name));
}

} // namespace

ScopeEnded::~ScopeEnded() = default;

Scope::Scope(std::shared_ptr<internal::InjectionState> state)
    : InjectionContext(std::move(state))
{
}

Scope::Scope()
    : Scope(belowCurrent())
{
}

Scope::Scope(const std::vector<InjectionProvider> &providers)
    : Scope(belowCurrent())
{
    add(providers);
}

Scope::Scope(const std::vector<InjectionProvider> &providers, const InjectionContext &parent)
    : Scope(below(parent.state().shared_from_this()))
{
    add(providers);
}

Scope::Scope(std::string name, const std::vector<InjectionProvider> &providers)
    : Scope(belowCurrent(std::move(name)))
{
    add(providers);
}

Scope::Scope(std::string name, const std::vector<InjectionProvider> &providers, const InjectionContext &parent)
    : Scope(below(parent.state().shared_from_this(), std::move(name)))
{
    add(providers);
}

Scope &Scope::operator=(Scope &&other) noexcept
{
    if (this != &other) {
        if (hasState()) {
            end();
        }
        InjectionContext::operator=(std::move(other));
    }
    return *this;
}

Scope::~Scope()
{
    if (hasState()) { // it was not moved from
        end();
    }
}

Scope Scope::isolated(const std::vector<InjectionProvider> &providers)
{
    Scope scope(below(nullptr));
    scope.add(providers);
    return scope;
}

InjectionContext Scope::current()
{
    return InjectionContext(internal::currentScope().shared_from_this());
}

InjectionContext Scope::global()
{
    return InjectionContext(internal::globalScope());
}

void Scope::resetGlobal() noexcept
{
    internal::resetGlobalScope();
}

void Scope::end() noexcept
{
    state().end();
}

} // namespace nanostores::kit
