// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/probe.h>

#include <unordered_set>

/// Showing values that are not the present ones, without the program's own code knowing of it.
namespace nanostores::detail {

/// Whether the listener shows a value: that of an adapter, a model, a widget, QML. Others are the program's own, or
/// keep values somewhere else.
bool isView(const Listener &listener);

/// Whether values are being shown on this thread: what happens then is not recorded.
bool isMuted() noexcept;

/// As long as it lives, effects do not run again, and of the listeners views alone are called. When it ends, effects
/// are taken to have seen the values that the stores have then.
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
