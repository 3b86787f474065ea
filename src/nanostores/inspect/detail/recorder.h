// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/probe.h>
#include <nanostores/inspect/trace.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

/// Recording events, and finding what caused each.
namespace nanostores::detail {

/// A source of a sink, as its function has seen it in its last run.
struct SeenSource
{
    const Node *node = nullptr;
    std::uint32_t version = 0;
    bool isUnseen = false; ///< The function has written it after it had read it.
    std::uint64_t changeBefore = 0; ///< While the sink runs: the last change of the source before.
};

/// A node that was written or has run. It outlives the node as long as events refer to it.
struct RecordedNode
{
    const Node *node = nullptr; ///< Null: it is no more.
    std::string type; ///< Mangled; kept when the node ends.
    std::string lastName; ///< The given name; kept when the node ends.
    const char *kind = "store";
    bool isSetFirst = false; ///< Of JavaScript, which has the new value when the write begins.
    std::string text; ///< The value after its last event.
    std::uint64_t lastEvent = 0; ///< The last change; of an effect the last run.
    std::uint64_t lastChange = 0; ///< What its sinks run for.
    std::uint64_t lastNotice = 0; ///< What its listeners are called for: also notify().
    std::uint64_t lastError = 0; ///< The last run, if it threw.
    std::uint64_t lastRun = 0;
    std::uint64_t lastRunEnd = 0; ///< The last event before its last run had ended.
    std::vector<SeenSource> seen; ///< Of a tracked sink.
    /// Of a computed store: scopes and its last change in each. The run of a function that reads tracked stores is a
    /// scope, with all runs that its reads need; what is set off by a write in it is in another one.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> pulls;
};
using RecordedNodePtr = std::shared_ptr<RecordedNode>;

struct RecordedEvent
{
    std::uint64_t number = 0;
    std::uint64_t turn = 0;
    TraceEvent::Kind kind = TraceEvent::Write;
    TraceEvent::Outcome outcome = TraceEvent::Underway;
    TraceEvent::Place place = TraceEvent::Outside;
    bool isFirst = false;
    RecordedNodePtr node;
    RecordedNodePtr withinNode;
    std::uint64_t within = 0;
    std::string before;
    std::string after;
    std::vector<std::pair<std::uint64_t, RecordedNodePtr>> because;
    Origin origin;
};

/// Finds the causes of a run by versions, as the engine does: the sources whose version is another one than that which
/// the function has seen in its run before. So a write that was taken back in a batch causes nothing. A tracked
/// function is run for the first source that has changed; a later one counts if it is known to have changed by the end
/// of the run.
class EventRecorder : public Probe
{
public:
    EventRecorder(std::size_t mostBytes, std::size_t valueBytes, bool origins);

    const RecordedEvent *event(std::uint64_t number) const noexcept;
    const RecordedNode *node(const Node &node) const noexcept;
    const std::deque<RecordedEvent> &all() const noexcept { return m_events; }
    std::size_t bytes() const noexcept { return m_bytes; }
    std::uint64_t forgotten() const noexcept { return m_firstNumber - 1; }
    void clear();

    void destroyed(Node &node) noexcept override;
    void writeBegan(Node &node) noexcept override;
    void writeEnded(Node &node, Outcome outcome) noexcept override;
    void runBegan(Sink &sink) noexcept override;
    void runEnded(Sink &sink, RunEnd end) noexcept override;
    void notifying(Node &node) noexcept override;
    void batchBegan() noexcept override;
    void batchEnded() noexcept override;

private:
    /// Whose listeners are being called.
    struct Notice
    {
        RecordedNodePtr node;
        std::uint64_t event = 0;
        std::uint64_t turn = 0;
    };
    /// A write, a run or a batch that has not ended.
    struct Open
    {
        enum Kind { Write, Run, Batch };

        Kind kind = Write;
        std::uint64_t event = 0;
        RecordedNodePtr node;
        TraceEvent::Place place = TraceEvent::Outside;
        Notice outer; ///< What was being notified when it began.
        bool isOutermost = false; ///< A write that notifies before it ends.
        bool wasDirty = false; ///< A write: another one was not committed yet.
        bool isInHook = false; ///< Begun in an onSet hook of the write around it, which has not changed its store yet.
        bool hasDrained = false; ///< A write: what it has set off has begun.
        std::uint64_t changeBefore = 0;
        std::uint64_t noticeBefore = 0;
        std::uint64_t runBefore = 0;
        std::uint64_t runBeforeEnd = 0;
        std::vector<SeenSource> sources; ///< A run: what its function had read before.
        std::uint64_t scope = 0; ///< A run: see RecordedNode::pulls.
    };

    RecordedNodePtr recorded(const Node &node);
    void makePlace();
    RecordedEvent &begin(TraceEvent::Kind kind, const Node &node);
    RecordedEvent *find(std::uint64_t number) noexcept;
    Open *outerOpen() noexcept;
    void findPlace(RecordedEvent &event);
    void enterHook(Open &open);
    void leaveHook(const Open &open);
    void findCauses(const Open &run, RecordedEvent &event);
    std::uint64_t lastPull(const Open &run, const Node &source) const;
    std::uint64_t lastChangeOf(const Node &node) const;
    std::vector<SeenSource> sourcesOf(Sink &sink, const RecordedNode &node) const;
    void notePull(const Open &run) noexcept;
    void noteSeen(Sink &sink, RecordedNode &node, const Open *run);
    std::string textOf(const Node &node) const;
    void noteValues(RecordedEvent &event, const Open &open, const Node &node);
    void measure(const RecordedEvent &event);
    static std::size_t baseSizeOf(const RecordedEvent &event) noexcept;
    static std::size_t sizeOf(const RecordedEvent &event) noexcept;
    void forgetOldest();
    template<typename F>
    void guarded(F &&f) noexcept;

    const std::size_t m_mostBytes;
    const std::size_t m_valueBytes;
    const bool m_origins;
    std::deque<RecordedEvent> m_events;
    std::uint64_t m_firstNumber = 1;
    std::size_t m_bytes = 0;
    std::unordered_map<const Node *, RecordedNodePtr> m_nodes;
    std::vector<Open> m_open;
    Notice m_notice;
    std::uint64_t m_scopes = 0;
};

} // namespace nanostores::detail
