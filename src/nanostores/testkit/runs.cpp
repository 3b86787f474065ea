// SPDX-License-Identifier: MIT
#include <nanostores/testkit/runs.h>

#include <nanostores/core/errors.h>
#include <nanostores/testkit/detail/naming.h>
#include <nanostores/testkit/guard.h>

namespace nanostores::detail {

RunCounter::RunCounter(Sink &computed)
    : m_computed(Ref<Sink>::share(&computed))
{
    attachProbe(*this, Follow::Chosen);
    follow(*this, computed);
}

RunCounter::~RunCounter()
{
    detachProbe(*this);
}

void RunCounter::runBegan(Sink &sink) noexcept
{
    m_runs += &sink == m_computed.get() ? 1 : 0;
}

Expectation expectedRuns(const Node &computed, int expected, int actual)
{
    if (expected == actual) {
        return {};
    }
    const auto times = [](int count) { return std::to_string(count) + (count == 1 ? " time" : " times"); };
    Expectation expectation{detail::described(computed) + " ran " + times(actual) + ", and was expected to run "
                            + times(expected)};
    if (TestGuard *const guard = TestGuard::current()) {
        guard->addFailure(expectation.reason);
    } else {
        reportMisuse("nanostores: expectRuns() without a TestGuard: " + expectation.reason);
    }
    return expectation;
}

} // namespace nanostores::detail
