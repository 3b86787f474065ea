// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/equal.h>

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// A hash map that keeps the order in which keys were first inserted, as a JavaScript object does.
///
/// Implicitly shared: a copy costs one counter, and the first change of a shared one copies the entries. Finding,
/// inserting and removing take constant time on average. Iteration yields std::pair<const key, value> in order, for
/// `for (const auto &[key, value] : dictionary)`, and also backwards. Pointers and iterators end with the next change.
/// Keys need std::hash (Qt's types have it) and ==. NaN is a key as any other: the same as NaN.
template<typename K, typename V>
class Dictionary
{
    struct Slot
    {
        std::size_t hash;
        std::optional<std::pair<const K, V>> entry; ///< Empty: removed.
    };

public:
    using key_type = K;
    using mapped_type = V;
    using value_type = std::pair<const K, V>;
    using size_type = std::size_t;

    /// Goes over the entries in their order, both ways. A change of the dictionary ends it.
    class const_iterator
    {
    public:
        using iterator_category = std::bidirectional_iterator_tag;
        using value_type = Dictionary::value_type;
        using difference_type = std::ptrdiff_t;
        using pointer = const value_type *;
        using reference = const value_type &;

        const_iterator() = default;
        reference operator*() const { return *m_slot->entry; }
        pointer operator->() const { return &*m_slot->entry; }
        const_iterator &operator++()
        {
            ++m_slot;
            skip();
            return *this;
        }
        const_iterator operator++(int)
        {
            auto before = *this;
            ++*this;
            return before;
        }
        const_iterator &operator--()
        {
            do {
                --m_slot;
            } while (!m_slot->entry);
            return *this;
        }
        const_iterator operator--(int)
        {
            auto after = *this;
            --*this;
            return after;
        }
        friend bool operator==(const const_iterator &a, const const_iterator &b) { return a.m_slot == b.m_slot; }

    private:
        friend Dictionary;
        const_iterator(const Slot *slot, const Slot *end)
            : m_slot(slot)
            , m_end(end)
        {
            skip();
        }
        void skip()
        {
            while (m_slot != m_end && !m_slot->entry) {
                ++m_slot;
            }
        }
        const Slot *m_slot = nullptr;
        const Slot *m_end = nullptr;
    };
    using iterator = const_iterator;
    using const_reverse_iterator = std::reverse_iterator<const_iterator>;

    Dictionary() = default;
    Dictionary(std::initializer_list<value_type> entries)
        : Dictionary() // from here on an error ends what is there
    {
        for (const auto &[key, value] : entries) {
            insert(key, value);
        }
    }
    Dictionary(const Dictionary &other) noexcept
        : m_data(other.m_data)
    {
        if (m_data) {
            m_data->refs.fetch_add(1, std::memory_order_relaxed);
        }
    }
    Dictionary(Dictionary &&other) noexcept
        : m_data(std::exchange(other.m_data, nullptr))
    {
    }
    Dictionary &operator=(Dictionary other) noexcept
    {
        std::swap(m_data, other.m_data);
        return *this;
    }
    ~Dictionary() { drop(); }

    size_type size() const noexcept { return m_data ? m_data->count : 0; }
    bool empty() const noexcept { return size() == 0; }
    bool contains(const K &key) const { return find(key) != nullptr; }
    /// The key's value, or null.
    const V *find(const K &key) const
    {
        const Slot *slot = m_data ? m_data->find(key, hashOf(key)) : nullptr;
        return slot ? &slot->entry->second : nullptr;
    }
    V value(const K &key, V defaultValue = V{}) const
    {
        const V *present = find(key);
        return present ? *present : std::move(defaultValue);
    }
    /// Where a key stands: a number that grows from begin() to end(), with gaps, and holds until the next change. Of an
    /// absent key the greatest there is.
    size_type position(const K &key) const
    {
        const Slot *slot = m_data ? m_data->find(key, hashOf(key)) : nullptr;
        return slot ? static_cast<size_type>(slot - m_data->rows.data()) : static_cast<size_type>(-1);
    }
    const_iterator begin() const noexcept { return m_data ? m_data->begin() : const_iterator(); }
    const_iterator end() const noexcept { return m_data ? m_data->end() : const_iterator(); }
    const_reverse_iterator rbegin() const noexcept { return const_reverse_iterator(end()); }
    const_reverse_iterator rend() const noexcept { return const_reverse_iterator(begin()); }

    /// The value to change in place, or null. Unshares.
    V *edit(const K &key)
    {
        if (!m_data) {
            return nullptr;
        }
        const std::size_t hash = hashOf(key);
        if (isShared() && !m_data->find(key, hash)) {
            return nullptr;
        }
        Slot *slot = own().find(key, hash);
        return slot ? &slot->entry->second : nullptr;
    }
    /// Sets the key's value; a new key goes to the end. True when the key is new.
    bool insert(const K &key, V value)
    {
        Data &data = own();
        const std::size_t hash = hashOf(key);
        if (Slot *slot = data.find(key, hash)) {
            if constexpr (std::is_nothrow_swappable_v<V>) {
                using std::swap;
                swap(slot->entry->second, value); // the former one ends when this is done
            } else {
                slot->entry->second = std::move(value);
            }
            return false;
        }
        data.append(hash, key, std::move(value));
        return true;
    }
    /// True when the key was there.
    bool remove(const K &key)
    {
        const std::size_t hash = hashOf(key);
        if (!m_data || !m_data->find(key, hash)) {
            return false;
        }
        own().remove(key, hash);
        return true;
    }
    /// Removes the entries that the predicate accepts; asks no key for its hash. How many there were.
    template<typename F>
    size_type removeIf(F accepts)
    {
        const size_type before = size();
        if (m_data) {
            for (Slot &slot : own().rows) {
                if (slot.entry && accepts(std::as_const(*slot.entry))) {
                    --m_data->count;
                    slot.entry.reset();
                }
            }
        }
        return before - size();
    }
    void clear() { Dictionary().swap(*this); }
    void swap(Dictionary &other) noexcept { std::swap(m_data, other.m_data); }
    void reserve(size_type size) { own().rows.reserve(size); }
    std::vector<K> keys() const
    {
        std::vector<K> all;
        all.reserve(size());
        for (const auto &entry : *this) {
            all.push_back(entry.first);
        }
        return all;
    }

    /// False while a copy shares the entries.
    bool isUnique() const noexcept { return m_data && !isShared(); }
    bool isSharedWith(const Dictionary &other) const noexcept { return m_data == other.m_data; }

    /// The same keys with equal values; order does not count.
    friend bool operator==(const Dictionary &a, const Dictionary &b)
    requires(detail::isComparable<V>())
    {
        return a.isSame(b, [](const V &one, const V &other) { return static_cast<bool>(one == other); });
    }

private:
    friend Equal<Dictionary>;

    template<typename Same>
    bool isSame(const Dictionary &other, Same same) const
    {
        if (m_data == other.m_data) {
            return true;
        }
        if (size() != other.size()) {
            return false;
        }
        for (const value_type &entry : *this) {
            const V *present = other.find(entry.first);
            if (!present || !same(*present, entry.second)) {
                return false;
            }
        }
        return true;
    }

    /// Slots in order of insertion, and an open-addressing table of their numbers + 1; 0 is free.
    struct Data
    {
        std::atomic<int> refs{1};
        size_type count = 0;
        size_type removedInFront =
            0; ///< So many rows, at least; an entry that is taken from the front is found at once.
        std::vector<Slot> rows;
        std::vector<std::uint32_t> table;

        Data() = default;
        explicit Data(const Data &other)
            : count(other.count)
            , removedInFront(other.removedInFront)
            , rows(other.rows)
            , table(other.table)
        {
        }

        const_iterator begin() const { return {rows.data() + removedInFront, rows.data() + rows.size()}; }
        const_iterator end() const { return {rows.data() + rows.size(), rows.data() + rows.size()}; }

        const Slot *find(const K &key, std::size_t hash) const { return const_cast<Data *>(this)->find(key, hash); }
        Slot *find(const K &key, std::size_t hash)
        {
            if (table.empty()) {
                return nullptr;
            }
            const std::size_t mask = table.size() - 1;
            for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
                const std::uint32_t number = table[i];
                if (number == 0) {
                    return nullptr;
                }
                Slot &slot = rows[number - 1];
                if (slot.hash == hash && slot.entry && detail::sameKey(slot.entry->first, key)) {
                    return &slot;
                }
            }
        }
        void append(std::size_t hash, const K &key, V &&value)
        {
            const bool full = (rows.size() + 1) * 2 > table.size();
            if (full || rows.size() == rows.capacity()) {
                const K kept = key; // it may lie in an entry, and the entries move
                if (full) {
                    rebuild();
                }
                addSlot(hash, kept, std::move(value));
            } else {
                addSlot(hash, key, std::move(value));
            }
        }
        void addSlot(std::size_t hash, const K &key, V &&value)
        {
            rows.push_back(Slot{hash, std::nullopt});
            try {
                rows.back().entry.emplace(key, std::move(value));
            } catch (...) {
                rows.pop_back();
                throw;
            }
            ++count;
            place(hash, static_cast<std::uint32_t>(rows.size()));
        }
        void remove(const K &key, std::size_t hash)
        {
            Slot *const slot = find(key, hash);
            --count;
            slot->entry.reset(); // its place in the table stays, so that probing goes on past it
            while (removedInFront < rows.size() && !rows[removedInFront].entry) {
                ++removedInFront;
            }
            if (rows.size() > 16 && count < rows.size() / 2) {
                try {
                    rebuild();
                } catch (...) { // it may be as large as it was
                }
            }
        }
        void place(std::size_t hash, std::uint32_t number)
        {
            const std::size_t mask = table.size() - 1;
            std::size_t i = hash & mask;
            while (table[i] != 0) {
                i = (i + 1) & mask;
            }
            table[i] = number;
        }
        void rebuild()
        {
            // All that may fail comes before what is changed.
            std::vector<std::uint32_t> newTable(std::bit_ceil(count < 3 ? std::size_t{16} : (count + 1) * 4), 0);
            if (count != rows.size()) {
                std::vector<Slot> kept;
                kept.reserve(count < 7 ? 8 : count + 1);
                for (Slot &slot : rows) {
                    if (slot.entry) {
                        kept.push_back(std::move_if_noexcept(slot));
                    }
                }
                rows.swap(kept);
                removedInFront = 0;
            }
            table.swap(newTable);
            std::uint32_t number = 0;
            for (const Slot &slot : rows) {
                place(slot.hash, ++number);
            }
        }
    };

    static std::size_t hashOf(const K &key)
    {
        // std::hash is often the identity; spread it.
        std::uint64_t hash =
            static_cast<std::uint64_t>(detail::HashOfKey<K, std::hash<K>>{}(key)) * 0x9E3779B97F4A7C15ull;
        return static_cast<std::size_t>(hash ^ (hash >> 32));
    }
    bool isShared() const noexcept { return m_data->refs.load(std::memory_order_acquire) > 1; }
    Data &own()
    {
        if (!m_data) {
            m_data = new Data;
        } else if (isShared()) {
            auto *copy = new Data(*m_data);
            drop();
            m_data = copy;
        }
        return *m_data;
    }
    void drop() noexcept
    {
        if (m_data && m_data->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete m_data;
        }
    }

    Data *m_data = nullptr;
};

/// Value by value, by their own Equal.
template<typename K, typename V>
struct Equal<Dictionary<K, V>>
{
    static constexpr bool comparable = Equal<V>::comparable;

    bool operator()(const Dictionary<K, V> &a, const Dictionary<K, V> &b) const
    {
        if constexpr (comparable) {
            return a.isSame(b, Equal<V>{});
        } else {
            return false;
        }
    }
};

} // namespace nanostores
