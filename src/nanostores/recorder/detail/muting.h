// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/muting.h>
#include <nanostores/core/graph/probe.h>

#include <unordered_set>

/// Showing values that are not the present ones, without the program's own code knowing of it.
namespace nanostores::detail {

/// As long as it lives, of the listeners and effects views alone are called, and what happens is not recorded. When it
/// ends, the other effects are taken to have seen the values that the stores have then.
class Muting final : public Probe
{
public:
    Muting();
    ~Muting() override;

    bool mayRun(EffectNode &effect) noexcept override;
    void destroyed(Node &node) noexcept override;

private:
    std::unordered_set<EffectNode *> m_effects; ///< Which wanted to run.
};

/// A copy of a value that was kept of the node.
KeptValue copyOf(Node &node, KeptValue &kept);
/// Gives the store a value; hooks, histories and storage engines do not see it.
void show(Node &node, KeptValue value);

} // namespace nanostores::detail
