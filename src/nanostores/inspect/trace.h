// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/naming.h>
#include <nanostores/core/store.h>
#include <nanostores/inspect/export.h>
#include <nanostores/inspect/origin.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nanostores {

namespace detail {
/// What why() says where nothing is recorded.
[[nodiscard]] NANOSTORES_INSPECT_EXPORT std::string noTraceText();
} // namespace detail

/// A write of a store, or a run of the function of a computed store or an effect.
struct TraceEvent
{
    enum Kind { Write, Run };
    enum Outcome {
        Underway, ///< It has not ended yet.
        Changed, ///< The store has another value.
        Equal, ///< The value is equal to the one before: no change. Of an effect: its run has ended.
        Aborted, ///< By an onSet hook.
        Notified, ///< notify(): the value is the same, and listeners are called.
        Threw,
    };
    /// In which function a write was made.
    enum Place {
        Outside, ///< Of the program, outside of everything that stores call.
        Function, ///< Of the computed store or the effect whose run is the event `within`.
        Listener, ///< Of the store whose change is the event `within`.
        Hook, ///< An onSet hook, or another one that the write `within` has called.
    };

    std::uint64_t number = 0; ///< Counts the events of a Trace from 1, in the order in which they began.
    std::uint64_t turn = 0; ///< Counts the outermost writes and batches; what they set off has the same number.
    Kind kind = Write;
    Outcome outcome = Underway;
    std::string store; ///< The name of the store or the effect.
    std::string before; ///< The value as text, cut to some length. Empty, if it is not known.
    std::string after;
    /// A run: the events that changed what the function had read. Empty at the first run, and if a read asked for it.
    std::vector<std::uint64_t> because;
    bool isFirst = false; ///< The first run of the function.
    Place place = Outside;
    std::uint64_t within = 0;
    Origin origin; ///< Who wrote. Of a run without a cause: who has read.
    const detail::Node *node = nullptr; ///< Null, if it is no more.
};

/// Records what happens to the stores of its thread, as long as it lives, so that why() can answer:
///
///     nanostores::Trace trace;
///     ...
///     std::cerr << why(label);
///
/// A recorded write takes some microseconds, and takes memory up to a bound: then the oldest events are forgotten. What
/// runs, and in which order, stays the same. Without a Trace nothing is recorded, and nothing costs anything.
///
/// Made, used and destroyed on the thread of the stores.
class NANOSTORES_INSPECT_EXPORT Trace
{
public:
    /// How much a trace keeps.
    struct Options
    {
        std::size_t bytes = 4u << 20u; ///< For events. Each store that was written takes some 200 bytes more.
        bool origins = true; ///< Notes who writes: most of the time that a write takes.
        std::size_t valueBytes = 60; ///< Longer values are cut; 0: no values.
    };

    Trace();
    explicit Trace(Options options);
    Trace(const Trace &) = delete;
    Trace &operator=(const Trace &) = delete;
    ~Trace();

    /// Why the store has the value it has: its last change, with what set it off, back to the writes from outside:
    ///
    ///     shop::label: "1 item" -> "2 items"
    ///       because shop::cartCount: 1 -> 2
    ///         because shop::cartItems: {} -> {...}, set by Cart::add cart.cpp:31 <- onClicked Shop.qml:18
    template<AnyStore S>
    [[nodiscard]] std::string why(const S &store) const
    {
        return whyNode(*store.node());
    }
    /// The same of the store or the effect of this name.
    [[nodiscard]] std::string why(std::string_view name) const;
    [[nodiscard]] std::string whyNode(const detail::Node &node) const;

    /// What is recorded, the oldest first.
    [[nodiscard]] std::vector<TraceEvent> events() const;
    /// The last change, or the last run of the effect; number is 0, if there is none.
    [[nodiscard]] TraceEvent lastEvent(const detail::Node &node) const;
    /// How much memory the events take.
    [[nodiscard]] std::size_t bytes() const noexcept;
    /// How many events were forgotten.
    [[nodiscard]] std::uint64_t forgotten() const noexcept;
    void clear();

    /// The newest Trace of this thread, or null.
    [[nodiscard]] static Trace *current() noexcept;

private:
    class Recorder;
    std::unique_ptr<Recorder> m_recorder;
    Trace *m_outer; ///< Made before this one.
};

/// Why the store has the value it has, by the newest Trace of this thread: see Trace::why(). Without one it says so.
template<AnyStore S>
[[nodiscard]] std::string why(const S &store)
{
    const Trace *const trace = Trace::current();
    return trace ? trace->why(store) : detail::noTraceText();
}

} // namespace nanostores

/// Prints why the store of the node has its value, by the newest Trace, to standard error. For a debugger, where
/// `nanostores why` calls it.
extern "C" NANOSTORES_INSPECT_EXPORT void nanostores_why(const nanostores::detail::Node *node);
