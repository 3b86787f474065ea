// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/duration.h>
#include <nanostores/core/graph/changemark.h>
#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/notes.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <typeindex>
#include <vector>

namespace nanostores::detail {

inline constexpr std::chrono::milliseconds DefaultUnmountDelay{1000};

enum class HookKind : std::uint8_t { Start, Stop, Mount, Set, Notify };

/// One object of each type, shared by the hooks of one round.
using SharedPayload = std::vector<std::pair<std::type_index, std::shared_ptr<void>>>;

/// What a hook is called with; derived events add what their kind has.
struct HookCall
{
    Node *node = nullptr;
    SharedPayload shared;
    bool aborted = false;
    std::unique_ptr<Cleanup> cleanup; ///< Mount: what the hook returned.
};

struct Hook
{
    std::function<void(HookCall &)> function;
    std::uint64_t number = 0; ///< Grows with each hook of its list.
    bool removed = false;
    bool kit = false; ///< nano_kit's: oldest first, and one added while it is mounted is called at once.
};
using HookPtr = std::shared_ptr<Hook>;

/// The hooks of one kind, in the order in which they came. Hooks may come and go while the list is gone through.
class HookList
{
public:
    bool empty() const noexcept { return m_places.size() == m_empty; }
    void add(const HookPtr &hook)
    {
        m_places.push_back({m_last + 1, hook});
        hook->number = ++m_last;
    }
    void remove(const Hook &hook) noexcept;
    /// Of the hook that came last.
    std::uint64_t last() const noexcept { return m_last; }
    /// The first that came after the one with this number, and is still there; or null.
    HookPtr after(std::uint64_t number) const noexcept;
    /// The last that came before the one with this number.
    HookPtr before(std::uint64_t number) const noexcept;

private:
    /// That of a hook that was removed stays, and is empty, until more than half of them are.
    struct Place
    {
        std::uint64_t number;
        HookPtr hook;
    };
    std::size_t placeAfter(std::uint64_t number) const noexcept;

    std::vector<Place> m_places;
    std::size_t m_empty = 0;
    std::uint64_t m_last = 0;
};

struct Lifecycle
{
    struct Pending
    {
        HookPtr hook;
        std::unique_ptr<Cleanup> cleanup;
    };

    std::array<HookList, 5> hooks;
    Notes<Pending> cleanups;
    std::chrono::milliseconds delay = DefaultUnmountDelay;
    std::uint32_t live = 0; ///< Signals only; computed stores count in Sink::live.
    bool started = false; ///< The start hooks ran, the stop hooks not yet.
    bool mounted = false; ///< The mount hooks ran, their cleanups not yet.
    bool inRound = false; ///< Its hooks are being run.
    bool inTransition = false; ///< Waits for the next boundary.
    std::uint32_t mountsHeld = 0; ///< How many ask for the mount hooks not to run.
    bool late = false; ///< The mount hooks came while it was up already: they wait for the next mount.
};

/// What a computed store does in the place of its function: testing.h.
class Substitute;

/// What few stores need: made when first asked for.
struct Extra
{
    std::string name;
    std::unique_ptr<Lifecycle> lifecycle;
    std::shared_ptr<void> equal; ///< std::function of the value's type
    std::shared_ptr<void> equalKey; ///< likewise, of one key's value
    std::shared_ptr<void> attached; ///< what a layer above keeps with the store
    std::vector<std::pair<std::type_index, std::weak_ptr<void>>> shared; ///< one object of each type, while in use
    std::shared_ptr<void> initial; ///< the value that init() gives
    OldValue *seen = nullptr;
    std::uint32_t oldMapListeners = 0; ///< In the list of the store, with TakesOldMap.
    std::uint32_t observers = 0; ///< Of a signal without hooks, while a probe follows it.
    std::shared_ptr<ChangeMark> marks; ///< A list of them.
    Ref<NestNode> nest; ///< Computed: the NestNode of what its function has made.
    Substitute *substitute = nullptr; ///< Computed: with Nesting. The one that came last.
    Runtime *owner = nullptr; ///< Of threads that are too many to have a number in their nodes.
};

NANOSTORES_CORE_EXPORT HookPtr addHook(Node &node, HookKind kind, std::function<void(HookCall &)> function,
                                       bool kit = false);
NANOSTORES_CORE_EXPORT void removeHook(Node &node, HookKind kind, const HookPtr &hook);
/// Runs the hooks of a kind, newest first.
NANOSTORES_CORE_EXPORT void runHooks(Node &node, HookKind kind, HookCall &call);
/// The old value that a notify hook is called with, or null.
NANOSTORES_CORE_EXPORT OldValue *notifyOldValue(const HookCall &call) noexcept;
NANOSTORES_CORE_EXPORT bool isMounted(const Node &node) noexcept;
/// Whether a Substitute takes the place of the function.
NANOSTORES_CORE_EXPORT bool isSubstituted(const Sink &computed) noexcept;
NANOSTORES_CORE_EXPORT void setUnmountDelay(Node &node, std::chrono::milliseconds delay);

} // namespace nanostores::detail
