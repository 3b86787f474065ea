// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/kit/scope.h>

#include <vector>

namespace nanostores {

/// Has the scoped() stores and the services of a test for itself: an isolated Scope, which is the current one until the
/// end of the block. Make it after the TestGuard, so that what it holds ends before the guard looks for what was left.
///
///     TestGuard guard;
///     const TestScope scope({provide<Mailer>(std::make_shared<FakeMailer>())});
class TestScope
{
public:
    TestScope()
        : TestScope(std::vector<kit::InjectionProvider>())
    {
    }
    /// What stands in for the services of the program.
    explicit TestScope(const std::vector<kit::InjectionProvider> &providers)
        : m_scope(kit::Scope::isolated(providers))
        , m_entered(m_scope)
    {
    }

    const kit::Scope &scope() const noexcept { return m_scope; }

private:
    kit::Scope m_scope;
    kit::EnteredScope m_entered;
};

} // namespace nanostores
