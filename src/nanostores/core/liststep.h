// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// One step of what happened to a list. Indices are those at the time of the step: of several, each is to be applied to
/// what the ones before it have made.
template<typename T>
class ListStep
{
public:
    enum Kind : unsigned char {
        Set, ///< The item at index has another value; oldItem() is the former one.
        Insert, ///< `count` items from index on are new.
        Remove, ///< `count` items from index on have gone; they are oldItem(0) and so on.
        Move, ///< The item that was at index stands at `to`; those between have made room.
        Order, ///< The items are in another order: at i stands what was at before(i).
    };
    static constexpr std::size_t None = static_cast<std::size_t>(-1);

    /// With Order: at i stands what was at order[i].
    struct Many
    {
        /// An item that has come or gone.
        struct Held // not a vector of bool
        {
            T value;
        };
        std::vector<Held> items;
        bool isBackwards = false; ///< Items: the last one stands first.
        std::vector<std::size_t> order;
        std::vector<std::size_t> places; ///< The other way round.
    };

    ListStep(Kind stepKind, std::size_t at, std::size_t howMany, std::size_t destination = 0)
        : kind(stepKind)
        , index(at)
        , count(howMany)
        , to(destination)
    {
    }

    /// With Set and Remove: the former item.
    const T &oldItem(std::size_t i = 0) const
    {
        if (m_many) {
            const auto &items = m_many->items;
            return items[m_many->isBackwards ? items.size() - 1 - i : i].value;
        }
        return *m_one;
    }
    /// Where the item that was at i stands after the step, or None: it has gone.
    std::size_t after(std::size_t i) const
    {
        switch (kind) {
        case Insert:
            return i < index ? i : i + count;
        case Remove:
            return i < index ? i : i < index + count ? None : i - count;
        case Move:
            return moved(i, index, to);
        case Order:
            return m_many->places[i];
        default:
            return i;
        }
    }
    /// Where the item that is at i was before the step, or None: it is new.
    std::size_t before(std::size_t i) const
    {
        switch (kind) {
        case Insert:
            return i < index ? i : i < index + count ? None : i - count;
        case Remove:
            return i < index ? i : i + count;
        case Move:
            return moved(i, to, index);
        case Order:
            return m_many->order[i];
        default:
            return i;
        }
    }
    /// Whether rows come, go or change places.
    bool isStructural() const noexcept { return kind != Set; }

    const std::shared_ptr<Many> &many() const noexcept { return m_many; } ///< With Order, and more than one item.
    void hold(std::optional<T> &&item) { m_one = std::move(item); }
    void hold(std::shared_ptr<Many> many) noexcept { m_many = std::move(many); }
    /// Before the next item that goes from the same place is added: asks for its memory.
    void reserveMore()
    {
        if (!m_many || m_many.use_count() > 1) {
            auto many = std::make_shared<Many>();
            many->items.reserve(16);
            if (m_many) {
                many->items = m_many->items;
                many->isBackwards = m_many->isBackwards;
            } else {
                many->items.push_back({std::move(*m_one)});
            }
            m_many = std::move(many);
        }
        if (m_many->items.size() == m_many->items.capacity()) {
            m_many->items.reserve(2 * m_many->items.size());
        }
    }
    void addMore(T &&item, bool backwards) noexcept
    {
        m_many->items.push_back({std::move(item)});
        m_many->isBackwards = backwards;
        ++count;
        index -= backwards ? 1 : 0;
    }

    Kind kind;
    std::size_t index;
    std::size_t count;
    std::size_t to; ///< With Move.

private:
    static std::size_t moved(std::size_t i, std::size_t from, std::size_t destination)
    {
        if (i == from) {
            return destination;
        }
        if (from < i && i <= destination) {
            return i - 1;
        }
        return destination <= i && i < from ? i + 1 : i;
    }

    std::optional<T> m_one;
    std::shared_ptr<Many> m_many;
};

/// What happened to a list, without a copy of it, since the listener was called the last time. Valid during the call.
template<typename T, typename C = std::vector<T>>
struct ListChange
{
    bool whole = false; ///< The list was replaced, or changed in too many places: compare all.
    const C *oldList = nullptr; ///< With whole: the list before.
    std::span<const ListStep<T>> steps = {}; ///< Otherwise, in their order. None: an earlier call has had them.
};

} // namespace nanostores
