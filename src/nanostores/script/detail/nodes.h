// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/testing.h>
#include <nanostores/script/detail/handle.h>
#include <nanostores/script/detail/scriptbridge.h>

#include <QPointer>

#include <memory>
#include <utility>
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

struct ScriptSignal final : Node, ScriptPart, LateNode
{
    ScriptSignal()
        : Node(0)
    {
    }
    bool differs(const OldValue *seen) const override;
    void describeTo(Describer &to) const override { describe(to); }
    OldValue *keepValue() const override;
    void swapValue(OldValue &kept) override;
    bool isLate() const noexcept override { return !isNew; }

    bool isNew = false; ///< Made with its store, while a probe followed all.
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

struct ScriptPast : OldValue
{
    explicit ScriptPast(bool kept)
        : isKept(kept)
    {
    }
    const bool isKept; ///< It is a ScriptKept.
};

/// A copy that a probe has made of the value of a store. While there is one, the engine cannot collect the value.
struct ScriptKept final : ScriptPast
{
    explicit ScriptKept(QJSValue v)
        : ScriptPast(true)
        , value(std::move(v))
    {
    }
    QJSValue value;
};

/// The old value of a write, which JavaScript keeps under a number.
struct ScriptOldValue final : ScriptPast
{
    ScriptOldValue(ScriptBridge *k, int n)
        : ScriptPast(false)
        , bridge(k)
        , slot(n)
    {
    }
    ~ScriptOldValue() override;

    QPointer<ScriptBridge> bridge;
    int slot;
};

} // namespace nanostores::detail
