// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/script/detail/handle.h>
#include <nanostores/script/detail/scriptbridge.h>

#include <QPointer>

#include <memory>
#include <vector>

/// Nodes whose values and functions are JavaScript's.
namespace nanostores::detail {

/// Where a node's façade is; nowhere any more once the collector has taken it.
struct ScriptPart
{
    bool alive() const noexcept { return handle && !handle->bridge()->isClosed(); }
    int call(ScriptBridge::Callback callback, int first = 0, int second = 0) const
    {
        return handle->bridge()->call(callback, handle, first, second);
    }
    void hold(const Node &source, bool on) const noexcept;
    void describe(Describer &to) const; ///< The value, as of a store of QVariant.

    Handle *handle = nullptr;
};

struct ScriptSignal final : Node, ScriptPart
{
    ScriptSignal()
        : Node(0)
    {
    }
    bool differs(const OldValue *seen) const override;
    void describeTo(Describer &to) const override { describe(to); }

    std::uint32_t writes = 0;
    bool keepsSeen = false; ///< JavaScript knows the value that the sinks last saw.
};

struct ScriptComputed final : Sink, ScriptPart
{
    explicit ScriptComputed(std::uint32_t sinkFlags)
        : Sink(Computing | Dirty | Watched | sinkFlags)
    {
    }
    void setSources(std::vector<Ref<Node>> newSources);
    bool compute(OldValue *&past) override;
    void describeTo(Describer &to) const override { describe(to); }
    Edge *listedEdges() noexcept override { return m_edges.data(); }
    void sourceLinked(Node &source) override { hold(source, true); }
    void sourceUnlinked(Node &source) noexcept override { hold(source, false); }

private:
    std::vector<Ref<Node>> m_sources;
    std::vector<Edge> m_edges;
};

struct ScriptEffect final : EffectNode, ScriptPart
{
    ScriptEffect()
        : EffectNode(Watched)
    {
    }
    std::unique_ptr<Cleanup> body() override;
    void sourceLinked(Node &source) override { hold(source, true); }
    void sourceUnlinked(Node &source) noexcept override { hold(source, false); }
};

struct ScriptScope final : ScopeNode, ScriptPart
{
    explicit ScriptScope(bool deferred)
        : ScopeNode(deferred)
    {
        lazy = false; // in which order nested scopes end is said in kit_signals.mjs
    }
    void fill() override;
};

/// A listener that is the façade's, known by its number.
struct ScriptListener final : Listener
{
    ScriptListener(Handle *h, int n)
        : handle(h)
        , number(n)
    {
    }
    void call(Node &node, OldValue *past, bool keyed) override;

    Handle *handle;
    int number;
};

/// The old value of a write, which JavaScript keeps under a number.
struct ScriptOldValue final : OldValue
{
    ScriptOldValue(ScriptBridge *k, int n)
        : bridge(k)
        , slot(n)
    {
    }
    ~ScriptOldValue() override;

    QPointer<ScriptBridge> bridge;
    int slot;
};

} // namespace nanostores::detail
