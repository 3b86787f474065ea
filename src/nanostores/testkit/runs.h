// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/probe.h>
#include <nanostores/testkit/export.h>
#include <nanostores/testkit/pin.h>

#include <string>

namespace nanostores {

/// Whether something was as expected.
struct Expectation
{
    std::string reason; ///< Why not; empty if it was.

    explicit operator bool() const noexcept { return reason.empty(); }
};

namespace detail {

/// Counts how often a computed store runs, while it lives.
class NANOSTORES_TESTKIT_EXPORT RunCounter final : public Probe
{
public:
    explicit RunCounter(Sink &computed);
    ~RunCounter() override;

    void runBegan(Sink &sink) noexcept override;
    int runs() const noexcept { return m_runs; }

private:
    Ref<Sink> m_computed;
    int m_runs = 0;
};

NANOSTORES_TESTKIT_EXPORT Expectation expectedRuns(const Node &computed, int expected, int actual);

} // namespace detail

/// How often the function of a computed store runs while f does.
template<detail::ComputedHandle S, typename F>
int countRuns(const S &store, F &&f)
{
    const detail::RunCounter counter(*store.node());
    f();
    return counter.runs();
}

/// Expects the function of a computed store to run so many times while f does. If it does not, the report of the
/// thread's TestGuard is not ok(); without a guard that counts as misuse, which ends the program.
template<detail::ComputedHandle S, typename F>
Expectation expectRuns(const S &store, int runs, F &&f)
{
    const int actual = countRuns(store, f);
    return detail::expectedRuns(*store.node(), runs, actual);
}

} // namespace nanostores
