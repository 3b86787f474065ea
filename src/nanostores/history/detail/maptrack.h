// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/keytable.h>
#include <nanostores/core/map.h>
#include <nanostores/history/detail/bytes.h>
#include <nanostores/history/detail/track.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// Maps: steps hold the keys that changed, and where those stood that went.
namespace nanostores::detail {

template<typename K, typename V>
struct MapDelta final : Delta
{
    enum class Kind : std::uint8_t { Assign, Insert, Remove };
    struct Edit
    {
        Kind kind;
        K key;
        std::optional<V> value; ///< Not of Remove.
        std::optional<K> next; ///< Insert, and Remove: the key that it goes, or stands, before; none: it is the last.
    };

    bool has(const K &key) const
    {
        constexpr std::size_t Few = 8;
        if (edits.size() <= Few) {
            return std::any_of(edits.begin(), edits.end(), [&](const Edit &edit) { return sameKey(edit.key, key); });
        }
        for (; indexed < edits.size(); ++indexed) {
            ++index[edits[indexed].key];
        }
        return index.contains(key);
    }
    void takeBackLast()
    {
        if (indexed == edits.size()) {
            --indexed;
            const auto count = index.find(edits.back().key);
            if (count != index.end() && --count->second == 0) {
                index.erase(count);
            }
        }
        edits.pop_back();
    }

    std::optional<Dictionary<K, V>> whole; ///< The whole other map; there are no edits then.
    std::vector<Edit> edits; ///< To be made from the last to the first.
    mutable KeyTable<K, std::size_t> index; ///< Of many: how many edits each key has...
    mutable std::size_t indexed = 0; ///< ...among so many first ones.
};

template<typename K>
std::string textOfKey(const K &key)
{
    if constexpr (std::is_convertible_v<const K &, std::string>) {
        return key;
    } else if constexpr (requires { key.toStdString(); }) {
        return key.toStdString();
    } else if constexpr (std::is_arithmetic_v<K>) {
        return std::to_string(key);
    } else {
        return "?";
    }
}

template<typename K, typename V>
class MapTrack final : public TrackOfStore<Map<K, V>>
{
    using Base = TrackOfStore<Map<K, V>>;
    using typename Base::N;
    using Dict = Dictionary<K, V>;
    using D = MapDelta<K, V>;
    using Edit = typename D::Edit;
    using Kind = typename D::Kind;

public:
    MapTrack(Timeline &timeline, Map<K, V> map)
        : Base(timeline, std::move(map))
    {
    }

    std::unique_ptr<Delta> blank() const override { return std::make_unique<D>(); }
    void clear(Delta &delta) const override
    {
        auto &mine = static_cast<D &>(delta);
        constexpr std::size_t Many = 64;
        mine.whole.reset();
        mine.edits.clear();
        if (mine.edits.capacity() > Many) {
            mine.edits.shrink_to_fit();
        }
        mine.index.clear();
        mine.indexed = 0;
    }

    /// Notes which key follows.
    void removing(Node &, const void *key) noexcept override
    {
        try {
            noteNext(*static_cast<const K *>(key));
        } catch (...) {
            m_failed = std::current_exception(); // record() has the history know that it has lost a step
        }
    }
    void record(Delta &delta, OldValue *past) override
    {
        if (m_failed) [[unlikely]] {
            std::rethrow_exception(std::exchange(m_failed, nullptr));
        }
        auto &mine = static_cast<D &>(delta);
        const auto &old = *static_cast<const MapOldValue<K, V> *>(past);
        if (m_edits) { // it was written as a whole, and is known to be these
            std::vector<Edit> made = std::move(*m_edits);
            m_edits.reset();
            for (Edit &edit : made) {
                add(mine, std::move(edit));
            }
            return;
        }
        if (mine.whole) {
            return;
        }
        if (old.whole) {
            mine.whole = edited(*old.old, mine.edits, nullptr);
            mine.edits.clear();
            return;
        }
        for (const auto &change : TouchedOldValue<K, V>::of(&old)->keys) {
            const bool isThere = this->node().current().find(change.key) != nullptr;
            if (!change.oldValue) {
                if (isThere) {
                    add(mine, {Kind::Remove, change.key, {}, {}});
                }
            } else if (isThere) {
                add(mine, {Kind::Assign, change.key, change.oldValue, {}});
            } else {
                const bool isKnown = m_removed && sameKey(*m_removed, change.key);
                add(mine, {Kind::Insert, change.key, change.oldValue, isKnown ? m_next : std::nullopt});
            }
        }
        m_removed.reset();
    }

    void absorb(Delta &older, const Delta &newer) const override
    {
        auto &mine = static_cast<D &>(older);
        const auto &other = static_cast<const D &>(newer);
        if (mine.whole) {
            return;
        }
        if (other.whole) {
            mine.whole = edited(*other.whole, mine.edits, nullptr);
            mine.edits.clear();
            return;
        }
        for (const Edit &edit : other.edits) {
            add(mine, edit);
        }
    }

    bool isReverted(const Delta &delta) const override
    {
        const auto &mine = static_cast<const D &>(delta);
        const Dict &present = this->node().current();
        if (mine.whole) {
            return equalValues(this->node(), *mine.whole, present);
        }
        // The first edit of a key is made last, and so decides.
        KeyTableSet<K> seen;
        for (const Edit &edit : mine.edits) {
            if (mine.edits.size() > 1 && !seen.insert(edit.key).second) {
                continue;
            }
            const V *const now = present.find(edit.key);
            if (edit.value ? !now || !this->node().equalKey(edit.key, *edit.value, *now) : now != nullptr) {
                return false;
            }
        }
        return true;
    }

    /// Key by key where each key is changed once and new ones go to the end. Otherwise the map is set as a whole, which
    /// costs a copy of it.
    bool apply(const Delta &delta, bool asks) override
    {
        const auto &mine = static_cast<const D &>(delta);
        if (mine.whole) {
            Dict next = *mine.whole;
            return writeWhole(next, *mine.whole, asks);
        }
        if (isSimple(mine)) {
            return std::all_of(mine.edits.rbegin(), mine.edits.rend(),
                               [&](const Edit &edit) { return writeKey(edit, asks); });
        }
        std::vector<Edit> back;
        Dict next = edited(this->node().current(), mine.edits, &back);
        const Dict wanted = next;
        m_edits = std::move(back);
        const Forgetting forgetting{m_edits}; // where a hook throws, too
        return writeWhole(next, wanted, asks);
    }

    bool isSamePlace(const Delta &a, const Delta &b) const override
    {
        const auto &one = static_cast<const D &>(a);
        const auto &other = static_cast<const D &>(b);
        if (one.whole || other.whole) {
            return one.whole && other.whole;
        }
        const auto isAssigned = [](const Edit &edit) { return edit.kind == Kind::Assign; };
        return one.edits.size() == other.edits.size() && std::all_of(one.edits.begin(), one.edits.end(), isAssigned)
               && std::all_of(other.edits.begin(), other.edits.end(),
                              [&](const Edit &edit) { return isAssigned(edit) && one.has(edit.key); });
    }
    bool meets(const Delta &delta, const Delta &foreign) const override
    {
        const auto &one = static_cast<const D &>(delta);
        const auto &other = static_cast<const D &>(foreign);
        return one.whole || other.whole || std::any_of(other.edits.begin(), other.edits.end(), [&](const Edit &edit) {
                   return one.has(edit.key);
               });
    }
    std::size_t bytes(const Delta &delta) const override
    {
        const auto &mine = static_cast<const D &>(delta);
        std::size_t sum = sizeof(D) + (mine.whole ? bytesOf(*mine.whole) : 0);
        for (const Edit &edit : mine.edits) {
            sum += sizeof(Edit) + bytesOf(edit.key) - sizeof(K);
            sum += edit.value ? bytesOf(*edit.value) - std::min(bytesOf(*edit.value), sizeof(V)) : 0;
        }
        return sum;
    }
    std::vector<std::string> keys(const Delta &delta) const override
    {
        std::vector<std::string> names;
        for (const Edit &edit : static_cast<const D &>(delta).edits) {
            std::string name = textOfKey(edit.key);
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                names.push_back(std::move(name));
            }
        }
        return names;
    }

private:
    struct Forgetting
    {
        std::optional<std::vector<Edit>> &edits;
        ~Forgetting() { edits.reset(); }
    };

    /// Which key follows the one that is about to be removed: found from the nearer end.
    void noteNext(const K &key)
    {
        m_removed.reset();
        m_next.reset();
        const Dict &present = this->node().current();
        if (!present.contains(key)) {
            return;
        }
        m_removed = key;
        if (present.position(key) * 2 < present.position(present.rbegin()->first)) {
            auto entry = present.begin();
            while (!sameKey(entry->first, key)) {
                ++entry;
            }
            m_next = (++entry)->first;
            return;
        }
        for (auto entry = present.rbegin(); !sameKey(entry->first, key); ++entry) {
            m_next = entry->first;
        }
    }

    /// Adds what is to be made before the edits that are there. An edit that these make undone is left out.
    static void add(D &delta, Edit edit)
    {
        Edit *const last = delta.edits.empty() ? nullptr : &delta.edits.back();
        const bool isLast = last && sameKey(last->key, edit.key);
        switch (edit.kind) {
        case Kind::Assign:
            if (delta.has(edit.key)) {
                return;
            }
            break;
        case Kind::Insert:
            if (isLast && last->kind == Kind::Remove) { // it came and went
                delta.takeBackLast();
                return;
            }
            if (isLast && last->kind == Kind::Assign) { // it was changed, and went
                last->kind = Kind::Insert;
                last->next = std::move(edit.next);
                return;
            }
            break;
        case Kind::Remove:
            if (isLast && last->kind == Kind::Insert && !last->next
                && !edit.next) { // it went from the end, and came back to it
                last->kind = Kind::Assign;
                return;
            }
            break;
        }
        delta.edits.push_back(std::move(edit));
    }

    static bool isSimple(const D &delta)
    {
        KeyTableSet<K> seen;
        return std::all_of(delta.edits.begin(), delta.edits.end(), [&](const Edit &edit) {
            const bool isInside = edit.kind == Kind::Insert && edit.next;
            return !isInside && (delta.edits.size() == 1 || seen.insert(edit.key).second);
        });
    }

    /// The map with the edits made. back: what undoes them.
    static Dict edited(const Dict &from, const std::vector<Edit> &edits, std::vector<Edit> *back)
    {
        if (edits.empty()) {
            return from;
        }
        using Entries = std::list<std::pair<K, V>>;
        Entries entries(from.begin(), from.end());
        KeyTable<K, typename Entries::iterator> places;
        for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
            places.emplace(entry->first, entry);
        }
        for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
            const auto place = places.find(edit->key);
            const bool isThere = place != places.end();
            if (edit->value && isThere) { // Assign, or an Insert that something has forestalled
                if (back) {
                    back->push_back({Kind::Assign, edit->key, place->second->second, {}});
                }
                place->second->second = *edit->value;
            } else if (edit->value) {
                if (back) {
                    back->push_back({Kind::Remove, edit->key, {}, edit->next});
                }
                const auto next = edit->next ? places.find(*edit->next) : places.end();
                places.emplace(edit->key, entries.emplace(next == places.end() ? entries.end() : next->second,
                                                          edit->key, *edit->value));
            } else if (isThere) {
                const auto next = std::next(place->second);
                if (back) {
                    back->push_back({Kind::Insert, edit->key, place->second->second,
                                     next == entries.end() ? std::nullopt : std::optional<K>(next->first)});
                }
                entries.erase(place->second);
                places.erase(place);
            }
        }
        Dict made;
        made.reserve(entries.size());
        for (auto &[key, value] : entries) {
            made.insert(key, std::move(value));
        }
        return made;
    }

    bool writeWhole(Dict &next, const Dict &wanted, bool asks)
    {
        return writeExactly(typename N::WholeChange{this->node(), next}, asks,
                            [&] { return next.isSharedWith(wanted) || isSameValue(next, wanted); });
    }
    bool writeKey(const Edit &edit, bool asks)
    {
        const K key = edit.key;
        std::optional<V> next = edit.value;
        return writeExactly(typename N::KeyedChange{this->node(), key, next}, asks, [&] {
            return next.has_value() == edit.value.has_value() && (!next || isSameValue(*next, *edit.value));
        });
    }

    std::exception_ptr m_failed; ///< What noteNext() has thrown.
    std::optional<K> m_removed; ///< The key that is about to go...
    std::optional<K> m_next; ///< ...and the one after it.
    std::optional<std::vector<Edit>> m_edits; ///< While the map is written as a whole: what it amounts to.
};

} // namespace nanostores::detail
