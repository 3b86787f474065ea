// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/probe.h>
#include <nanostores/inspect/origin.h>
#include <nanostores/logger/action.h>
#include <nanostores/logger/detail/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace nanostores::detail {

/// A logger on one thread: builds a tree of what happens, and writes it when nothing is under way any more.
///
/// m_frames are the writes, runs, batches and actions under way, as they are inside of one another. m_items are the
/// events so far, each before what happens in it. A frame without an item is not written, but what happens in it is;
/// in one that is skipped nothing is. Reading a value and the clock calls functions of the program, which may write
/// stores: places in both are held across them, no references.
class LoggerPart final : public Probe, public ActionWatcher, public std::enable_shared_from_this<LoggerPart>
{
public:
    explicit LoggerPart(std::shared_ptr<LoggerCore> core);
    ~LoggerPart() override;

    const LoggerCore *core() const noexcept { return m_core.get(); }
    void begin();
    void end() noexcept;
    void add(std::string name, Node &node);
    void remove(Node &node) noexcept;
    void built(const std::string &creator, Node &node) noexcept;

    void destroyed(Node &node) noexcept override;
    void named(Node &node) noexcept override;
    void observed(Node &node) noexcept override;
    void writeBegan(Node &node) noexcept override;
    void writeEnded(Node &node, Outcome outcome) noexcept override;
    void runBegan(Sink &sink) noexcept override;
    void runEnded(Sink &sink, RunEnd end) noexcept override;
    void mounted(Node &node) noexcept override;
    void unmounted(Node &node) noexcept override;
    void batchBegan() noexcept override;
    void batchEnded() noexcept override;
    void errorReported(const std::exception_ptr &error) noexcept override;

    void actionBegan(const ActionCall &call) noexcept override;
    void actionReturned(const ActionCall &call, bool goesOn) noexcept override;
    void actionEnded(const ActionCall &call, const std::exception_ptr &error) noexcept override;

private:
    static constexpr std::size_t None = static_cast<std::size_t>(-1);

    /// A store or an effect that is logged.
    struct Known
    {
        std::string name;
        std::uintptr_t node = 0;
        std::uint64_t number = 0;
        bool isChosen = false;
        bool isNameGiven = false; ///< By who chose it.
        bool isNumbered = false; ///< It has no name.
        bool isHidden = false; ///< The whole value.
        bool isRemoved = false; ///< By remove(), from a logger of all stores.
        bool isLeftOut = false; ///< Removed, or by `except`.
        LogValuePtr value; ///< As it was last seen; null: not known.
    };
    struct Item
    {
        LogEvent event;
        Origin origin; ///< Of a write.
        std::size_t parent = None;
        bool isKept = true;
    };
    enum class FrameKind : std::uint8_t { Write, Run, Batch, Action };
    struct Frame
    {
        FrameKind kind;
        const Node *node = nullptr;
        std::uint64_t action = 0;
        std::size_t item = None;
        bool isSkipped = false;
        bool isNewTaken = false; ///< A write: its new value is in the item.
        std::uint32_t version = 0; ///< A write: of the node before the assignment.
    };

    template<typename F>
    void guarded(F f) noexcept;
    bool messages(bool LoggerMessages::*which) const noexcept { return m_core->options().messages.*which; }

    Known *knownOf(const Node &node);
    void nameAgain(const Node &node, Known &known);
    void rename(const Node &node, Known &known);
    LogValuePtr valueOf(const Node &node, const Known &known);
    void forgetFrames(const Node &node) noexcept;
    void takeNewOfAll(const Node &node);
    void endFrames(const Node &node);
    std::string shownError(const std::exception_ptr &error, bool isConcerned) const;

    bool beginRoot();
    void countLeftOut() noexcept;
    Frame &push(FrameKind kind, const Node *node);
    std::size_t frameOf(FrameKind kind, const Node *node) const noexcept;
    std::size_t frameOfAction(std::uint64_t id) const noexcept;
    void pop(std::size_t frame);
    std::size_t addItem(LogEvent::Kind kind, const Known *known);
    void instant(LogEvent::Kind kind, const Node &node, const std::string *creator = nullptr);
    std::size_t enclosingWrite(const Node &node, std::size_t below) const noexcept;
    void takeNew(std::size_t frame, LogValuePtr value);
    void finish(std::size_t item, LogEvent::Outcome outcome);
    void nothingUnderWay();
    void emitTree();
    LogTree takeTree();
    void scrub(LogEvent &event) const;

    const std::shared_ptr<LoggerCore> m_core;
    RedactionRules m_rules;
    Secrets m_secrets;
    std::unordered_map<const Node *, Known> m_known;
    std::vector<Frame> m_frames;
    std::vector<Item> m_items;
    bool m_isSkipping = false; ///< Of what is under way nothing is written,
    bool m_isCounting = false; ///< and for the rate it is counted.
    bool m_isWriting = false; ///< Sinks are called.
    bool m_isOver = false;
};

/// Memory that runs out, in the midst of what cannot fail, costs the tree and nothing else.
template<typename F>
void LoggerPart::guarded(F f) noexcept
{
    try {
        f();
    } catch (...) {
        m_core->leaveOut(std::max<std::size_t>(m_items.size(), 1));
        m_items.clear();
        m_isSkipping = true;
        m_isCounting = false;
        for (Frame &frame : m_frames) {
            frame.item = None;
            frame.isSkipped = true;
        }
    }
}

/// The part of the logger on this thread, which is made if it is not there; null when the thread ends.
std::shared_ptr<LoggerPart> partOf(const std::shared_ptr<LoggerCore> &core, bool make);
void endPartOf(const LoggerCore *core) noexcept;

} // namespace nanostores::detail
