// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/batch.h>
#include <nanostores/core/computed.h>
#include <nanostores/core/listnode.h>
#include <nanostores/core/signal.h>
#include <nanostores/history/detail/maptrack.h>
#include <nanostores/history/detail/timeline.h>
#include <nanostores/history/detail/wholetrack.h>

#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

template<typename N>
inline constexpr bool isRecordable = false;
template<typename T>
inline constexpr bool isRecordable<SignalNode<T>> = true;
template<typename K, typename V>
inline constexpr bool isRecordable<MapNode<K, V>> = true;
template<typename S, typename Key>
inline constexpr bool isRecordable<RecordNode<S, Key>> = true;
template<typename C>
inline constexpr bool isRecordable<ListNode<C>> = true;

} // namespace detail

/// A store whose changes a history can undo: an Atom or a Signal, a Map, a Record, a DeepMap, a List.
template<typename S>
concept UndoableStore = WritableStore<S> && detail::isRecordable<typename S::node_type>;

/// All that is written while it lives is one step of a history. Move-only.
class [[nodiscard]] HistoryGroup
{
public:
    HistoryGroup() noexcept = default;
    HistoryGroup(std::shared_ptr<detail::Timeline> timeline, std::string text)
        : m_timeline(std::move(timeline))
    {
        m_timeline->beginGroup(std::move(text));
    }
    HistoryGroup(HistoryGroup &&other) noexcept
        : m_timeline(std::move(other.m_timeline))
    {
    }
    HistoryGroup &operator=(HistoryGroup &&other) noexcept
    {
        if (this != &other) {
            end();
            m_timeline = std::move(other.m_timeline);
        }
        return *this;
    }
    ~HistoryGroup() { end(); }

    /// Ends it before the scope does.
    void end() noexcept
    {
        if (const auto timeline = std::exchange(m_timeline, nullptr)) {
            timeline->endGroup();
        }
    }

private:
    std::shared_ptr<detail::Timeline> m_timeline;
};

/// Undo and redo of what is written to some stores.
///
///     const auto edits = nanostores::history({.limit = 100}, title, layers);
///     title.set("A house");
///     edits.undo();
///
/// A step is a turn: a write or a batch, and what listeners and effects have written because of it. A turn that leaves
/// all values as they were is none. Stores that are not named stay out, and pay nothing. Old values are kept as they
/// are: of a Map those of the keys that changed, of a List a copy of it as it was.
///
/// Undoing writes the stores as their set() does: in one batch, so each listener is called once, and through the onSet
/// hooks. What effects write because of that belongs to the step. The future goes with the next step, and not before.
///
/// A handle, cheap to copy, as stores are; the history ends with the last one. It keeps its stores, and mounts none. To
/// be used on their thread. Inside of a turn, undo() takes what the turn has written so far for a step.
class History
{
    explicit History(std::shared_ptr<detail::Timeline> timeline)
        : canUndo(view<bool>(timeline, [](const detail::Timeline &t) { return t.canUndo(); }))
        , canRedo(view<bool>(timeline, [](const detail::Timeline &t) { return t.canRedo(); }))
        , isClean(view<bool>(timeline, [](const detail::Timeline &t) { return t.isClean(); }))
        , undoText(view<std::string>(timeline, [](const detail::Timeline &t) { return t.undoText(); }))
        , redoText(view<std::string>(timeline, [](const detail::Timeline &t) { return t.redoText(); }))
        , position(view<std::size_t>(timeline, [](const detail::Timeline &t) { return t.position(); }))
        , steps(view<std::vector<HistoryStep>>(timeline, [](const detail::Timeline &t) { return t.steps(); }))
        , m_timeline(std::move(timeline))
    {
        m_timeline->start();
    }

public:
    explicit History(HistoryOptions options = {})
        : History(std::make_shared<detail::Timeline>(std::move(options)))
    {
    }

    Computed<bool> canUndo; ///< There is a step to be undone, and no group is open.
    Computed<bool> canRedo;
    Computed<bool> isClean; ///< The stores are as they were at the last setClean(), or at the beginning.
    Computed<std::string> undoText; ///< Of the step that undo() undoes; empty: none, or it has no text.
    Computed<std::string> redoText;
    Computed<std::size_t> position; ///< How many steps are done.
    Computed<std::vector<HistoryStep>> steps; ///< All of them, in their order, for a ListModel.

    /// Has the store recorded from now on. Again is no mistake.
    template<UndoableStore S>
    void track(const S &store) const
    {
        if (m_timeline->tracks(*store.node())) {
            return;
        }
        using N = typename S::node_type;
        if constexpr (detail::isMap<S>) {
            m_timeline->add(
                std::make_unique<detail::MapTrack<typename S::key_type, typename S::mapped_type>>(*m_timeline, store));
        } else {
            using Handle = Stored<N>;
            m_timeline->add(std::make_unique<detail::WholeTrack<Handle>>(*m_timeline, Handle(store.node())));
        }
    }

    /// Records no store any more, and forgets all steps. Not while steps are applied, in a hook.
    void untrack() const { held()->dropTracks(); }
    /// Other limits, and what is merged and called how from now on.
    void setOptions(HistoryOptions options) const { held()->setOptions(std::move(options)); }
    const HistoryOptions &options() const { return m_timeline->options(); }

    /// Takes the last step back. False: there is none, a group is open, or an onSet hook did not accept a value; then
    /// all stores have the values that they had. Throws what hooks and listeners throw.
    bool undo() const { return held()->undo(); }
    bool redo() const { return held()->redo(); }
    /// Undoes or redoes until so many steps are done, in one batch, or not at all. False as of undo().
    bool goTo(std::size_t count) const { return held()->goTo(count); }
    /// Forgets all steps.
    void clear() const { held()->clear(); }
    /// The stores have been saved: isClean holds until the next step, and again after undoing it.
    void setClean() const { held()->setClean(); }

    /// All turns until the group ends are one step. Of groups in one another the outer one counts. Nothing is undone
    /// meanwhile.
    HistoryGroup group(std::string text = {}) const { return HistoryGroup(m_timeline, std::move(text)); }
    /// The same for what f writes; returns what f returns.
    template<typename F>
    decltype(auto) group(std::string text, F &&f) const
    {
        const HistoryGroup whole = group(std::move(text));
        return std::forward<F>(f)();
    }
    /// Runs f, and returns what it returns: what it writes, and what effects make of it, is no step. Steps whose stores
    /// or keys it has changed can no longer be undone or redone: they go, and those that lie behind them.
    template<typename F>
    decltype(auto) untracked(F &&f) const
    {
        struct Scope
        {
            explicit Scope(std::shared_ptr<detail::Timeline> t)
                : timeline(std::move(t))
            {
                timeline->beginUntracked();
            }
            Scope(const Scope &) = delete;
            Scope &operator=(const Scope &) = delete;
            ~Scope() { timeline->endUntracked(); }
            std::shared_ptr<detail::Timeline> timeline;
        };
        const Scope scope(m_timeline);
        return batch(std::forward<F>(f));
    }
    /// What a step of `steps` has changed.
    std::vector<HistoryTouch> touched(std::size_t step) const { return m_timeline->touched(step); }
    /// How much memory the steps take, as the limit of bytes counts.
    std::size_t bytes() const { return m_timeline->bytes(); }

    const std::shared_ptr<detail::Timeline> &timeline() const noexcept { return m_timeline; }

private:
    /// A handle to nodes that have one value, whatever kit they are of.
    template<typename N>
    class Stored : public Store<N>
    {
    public:
        using Store<N>::Store;
        void set(typename N::value_type value) const { this->m_node->set(std::move(value)); }
    };

    /// They may outlive the history: then they keep what they show.
    template<typename T, typename F>
    static Computed<T> view(const std::shared_ptr<detail::Timeline> &timeline, F f)
    {
        return computed<T>([weak = std::weak_ptr(timeline), revision = timeline->revision(), f](const T *present) {
            revision();
            const auto alive = weak.lock();
            return alive ? f(*alive) : present ? *present : T();
        });
    }
    /// The last handle may go in what is called.
    std::shared_ptr<detail::Timeline> held() const { return m_timeline; }

    std::shared_ptr<detail::Timeline> m_timeline;
};

/// history(a, b, ...): a History of these stores.
template<UndoableStore... Stores>
[[nodiscard]] History history(const Stores &...stores)
{
    const History made;
    (made.track(stores), ...);
    return made;
}
/// history({.limit = 50, .mergeWithin = 500ms}, a, b, ...)
template<UndoableStore... Stores>
[[nodiscard]] History history(HistoryOptions options, const Stores &...stores)
{
    const History made(std::move(options));
    (made.track(stores), ...);
    return made;
}

} // namespace nanostores
