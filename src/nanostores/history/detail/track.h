// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/nodes.h>
#include <nanostores/core/graph/recorder.h>
#include <nanostores/history/export.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace nanostores::detail {

class Timeline;

/// What leads one store from the value it has to another one, to the value before a step, or after it.
struct NANOSTORES_HISTORY_EXPORT Delta
{
    Delta() = default;
    Delta(const Delta &) = delete;
    Delta &operator=(const Delta &) = delete;
    virtual ~Delta();
};

/// One store of a history: records what its writes change, as deltas, and applies them.
///
/// A delta that is applied is recorded by that, as one that leads back. So undoing a step makes the step that redoes
/// it, and whatever else is written meanwhile becomes part of it.
class NANOSTORES_HISTORY_EXPORT Track : public Recorder
{
public:
    explicit Track(Timeline &timeline);
    ~Track() override;

    /// Adds to a delta what leads back over one more write.
    virtual std::unique_ptr<Delta> blank() const = 0;
    virtual void record(Delta &delta, OldValue *past) = 0;
    /// Makes a delta that is not needed any more a blank one, to be used again.
    virtual void clear(Delta &delta) const = 0;
    /// As if the writes of the newer one had been recorded in the older one.
    virtual void absorb(Delta &older, const Delta &newer) const = 0;
    /// Whether it leads to the value that the store has.
    virtual bool isReverted(const Delta &delta) const = 0;
    /// Writes the store. asks: through its onSet hooks; if one aborts the write or changes the value, the store is left
    /// as it is, and the answer is false.
    virtual bool apply(const Delta &delta, bool asks) = 0;
    /// Whether both change the same keys, so that one step may hold both.
    virtual bool isSamePlace(const Delta &a, const Delta &b) const = 0;
    /// Whether a delta no longer fits after a change that was not recorded.
    virtual bool meets(const Delta &delta, const Delta &foreign) const = 0;
    virtual std::size_t bytes(const Delta &delta) const = 0;
    /// The keys that it changes, as text; empty for the whole store.
    virtual std::vector<std::string> keys(const Delta &delta) const = 0;
    virtual std::string name() const = 0;
    virtual bool isOf(const Node &node) const noexcept = 0;

    void changed(Node &node, OldValue *past) noexcept final;
    void queued() final;
    void ended() final;

private:
    Timeline &m_timeline;
};

/// A write of a history: a change of write.h, whose outcome is to be exactly what was asked for.
/// isStill() says so after the hooks; they are not asked if asks is false.
template<typename Change, typename IsStill>
bool writeExactly(Change change, bool asks, IsStill isStill)
{
    change.node.checkThread();
    const auto held = Ref<Node>::share(&change.node);
    WriteProbe probe(change.node);
    if (asks && change.node.has(HooksSet)) {
        if (change.ask() != Outcome::Undecided || !isStill()) {
            probe.ended(Outcome::Aborted);
            return false;
        }
    }
    probe.ended(assignIfDifferent(change));
    return true;
}

/// Whether a value is what a hook was asked about. Values without a comparison are taken as such.
template<typename T>
bool isSameValue(const T &a, const T &b)
{
    if constexpr (Equal<T>::comparable) {
        return Equal<T>{}(a, b);
    } else {
        return true;
    }
}

/// Keeps the recorder known to the node of a store.
template<typename S>
class TrackOfStore : public Track
{
protected:
    using N = typename S::node_type;

    TrackOfStore(Timeline &timeline, S store)
        : Track(timeline)
        , m_store(std::move(store))
        , m_registration(addRecorder(*m_store.node(), *this))
    {
    }
    ~TrackOfStore() override { removeRecorder(*m_store.node(), *this); }
    N &node() const { return *m_store.node(); }

public:
    std::string name() const override { return m_store.name(); }
    bool isOf(const Node &node) const noexcept override { return m_store.node().get() == &node; }

private:
    S m_store;
    std::shared_ptr<void> m_registration;
};

} // namespace nanostores::detail
