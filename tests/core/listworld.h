// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>

#include "support/property.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// Random edits of a list store, and what knows of the store only what its changes say. No .cpp file belongs to it.
namespace listworld {

using namespace nanostores;
using support::Step;

template<typename C>
using Of = typename C::value_type;

template<typename T>
T item(int n)
{
    if constexpr (std::is_same_v<T, int>) {
        return n;
    } else {
        return "a text that does not fit into a string's own place: " + std::to_string(n);
    }
}

/// A list of its own that knows of the store only what the changes say.
template<typename C>
struct Replay
{
    using T = Of<C>;

    void operator()(const C &now, const ListChange<T, C> &change)
    {
        ++calls;
        if (change.whole) {
            RC_ASSERT((!change.oldList
                       || std::equal(items.begin(), items.end(), change.oldList->begin(), change.oldList->end())));
            items.assign(now.begin(), now.end());
        }
        for (const auto &step : change.steps) {
            apply(step);
        }
        // Of an item that was set or inserted the change says only that it is new: what it is, the list says.
        RC_ASSERT(items.size() == static_cast<std::size_t>(now.size()));
        std::size_t i = 0;
        for (const T &each : now) {
            RC_ASSERT((!items[i] || *items[i] == each));
            items[i++] = each;
        }
    }
    void apply(const ListStep<T> &step)
    {
        using Kind = ListStep<T>;
        const std::vector<std::optional<T>> former = items;
        std::vector<std::optional<T>> next;
        switch (step.kind) {
        case Kind::Set:
            RC_ASSERT((!items[step.index] || *items[step.index] == step.oldItem()));
            next = items;
            next[step.index].reset();
            break;
        case Kind::Insert:
            next.resize(items.size() + step.count);
            break;
        case Kind::Remove:
            for (std::size_t i = 0; i < step.count; ++i) {
                const auto &gone = items[step.index + i];
                RC_ASSERT((!gone || *gone == step.oldItem(i)));
            }
            next.resize(items.size() - step.count);
            break;
        default:
            next.resize(items.size());
        }
        if (step.kind != Kind::Set) {
            for (std::size_t i = 0; i < next.size(); ++i) {
                if (const auto before = step.before(i); before != Kind::None) {
                    RC_ASSERT(step.after(before) == i);
                    next[i] = former[before];
                }
            }
        }
        items = std::move(next);
    }

    std::vector<std::optional<T>> items;
    int calls = 0;
};

/// Edits a store and a plain vector in the same way.
template<typename C>
class Editor
{
    using T = Of<C>;

public:
    explicit Editor(const List<T, C> &list)
        : m_list(list)
        , m_plain(list.peek().begin(), list.peek().end())
    {
    }

    void edit(const Step &step)
    {
        const std::size_t size = m_plain.size();
        const auto at = [](int number, std::size_t count) { return static_cast<std::size_t>(number) % count; };
        const std::size_t a = size > 0 ? at(step.a, size) : 0;
        const std::size_t b = size > 0 ? at(step.b, size) : 0;
        const T value = item<T>(step.c % 4);
        const auto place = [this](std::size_t i) { return m_plain.begin() + static_cast<std::ptrdiff_t>(i); };
        switch (step.what) {
        case 0:
        case 1:
            if (size > 0) {
                m_list.setAt(a, value);
                m_plain[a] = value;
            }
            break;
        case 2: {
            const std::size_t where = at(step.a, size + 1);
            m_list.insert(where, value);
            m_plain.insert(place(where), value);
            break;
        }
        case 3:
            m_list.append(value);
            m_plain.push_back(value);
            break;
        case 4: {
            const std::size_t count = size > 0 ? std::min(size - a, at(step.b, 4)) : 0;
            m_list.removeAt(a, count);
            m_plain.erase(place(a), place(a + count));
            break;
        }
        case 5:
        case 6:
            if (size > 0) {
                m_list.move(a, b);
                T moved = m_plain[a];
                m_plain.erase(place(a));
                m_plain.insert(place(b), std::move(moved));
            }
            break;
        case 7:
            if (step.a % 3 == 0) {
                m_list.sort();
                std::stable_sort(m_plain.begin(), m_plain.end());
            } else {
                const std::size_t where = at(step.a, size + 1);
                C many;
                for (int i = 0; i < step.b % 4; ++i) {
                    many.push_back(item<T>(i));
                }
                m_list.insertAll(where, many);
                m_plain.insert(place(where), many.begin(), many.end());
            }
            break;
        case 8: {
            C next;
            for (int i = 0; i < step.b % 5; ++i) {
                next.push_back(item<T>((step.a + i) % 4));
            }
            m_list.set(next);
            m_plain.assign(next.begin(), next.end());
            break;
        }
        case 9: {
            const auto removed = m_list.removeIf([&](const T &each) { return each == value; });
            RC_ASSERT(removed == std::erase(m_plain, value));
            break;
        }
        default:
            if (size > 0) { // from the same place again and again
                for (int i = 0; i < step.b % 6 && !m_plain.empty(); ++i) {
                    const std::size_t where = step.a % 2 == 0 ? 0 : m_plain.size() - 1;
                    m_list.removeAt(where);
                    m_plain.erase(place(where));
                }
            }
        }
    }
    std::vector<T> plain() const { return m_plain; }
    std::vector<T> stored() const { return std::vector<T>(m_list.peek().begin(), m_list.peek().end()); }

private:
    const List<T, C> m_list;
    std::vector<T> m_plain;
};

} // namespace listworld
