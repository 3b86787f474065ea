// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/keytable.h>

#include <QList>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// The keys of rows, in order. While they are numbered, in order and with gaps, a key's row is found in O(log n), and
/// rows at the front go in O(1).
template<typename K>
class KeyRows
{
    using Number = std::uint64_t;
    using Table = KeyTable<K, Number>;

public:
    /// Rows that are about to go: their hashes have been asked for already, which may throw.
    struct Leaving
    {
        int first;
        int last;
        std::vector<typename Table::const_iterator> numbers;
    };
    /// The same of rows that are about to come.
    struct Coming
    {
        std::vector<K> keys;
        Table numbers;
    };

    int count() const noexcept { return static_cast<int>(m_keys.size()); }
    const K &at(int row) const { return m_keys.at(row); }
    const K &last() const { return m_keys.constLast(); }

    void set(QList<K> keys) { m_keys = std::move(keys); }
    void number()
    {
        QList<Number> numbers(m_keys.size());
        Table numberOf;
        numberOf.reserve(static_cast<std::size_t>(m_keys.size()));
        Number last = 0;
        for (const K &key : std::as_const(m_keys)) {
            numberOf.emplace(key, ++last);
            numbers[static_cast<qsizetype>(last) - 1] = last;
        }
        m_numbers = std::move(numbers);
        m_numberOf = std::move(numberOf);
        m_lastNumber = last;
        m_room = m_numbers.size();
    }
    void forgetNumbers()
    {
        m_numbers = {};
        m_numberOf = {};
    }

    /// The row of a key, or -1, while they are numbered.
    int find(const K &key) const
    {
        const auto known = m_numberOf.find(key);
        if (known == m_numberOf.end()) {
            return -1;
        }
        const Number number = known->second;
        if (number <= static_cast<Number>(m_numbers.size())
            && m_numbers.at(static_cast<qsizetype>(number) - 1) == number) {
            return static_cast<int>(number) - 1; // no row before it has gone
        }
        return static_cast<int>(std::lower_bound(m_numbers.cbegin(), m_numbers.cend(), number) - m_numbers.cbegin());
    }

    Leaving leaving(int first, int last) const
    {
        Leaving rows{first, last, {}};
        rows.numbers.reserve(static_cast<std::size_t>(last - first) + 1);
        for (int row = first; row <= last; ++row) {
            rows.numbers.push_back(m_numberOf.find(m_keys.at(row)));
        }
        return rows;
    }
    void remove(const Leaving &rows)
    {
        for (const auto &number : rows.numbers) {
            m_numberOf.erase(number);
        }
        const int removed = rows.last - rows.first + 1;
        m_keys.remove(rows.first, removed);
        m_numbers.remove(rows.first, removed);
        if (rows.first == 0) { // what a list frees at its front, it does not append to
            m_room -= removed;
        }
    }
    Coming coming(std::vector<K> keys)
    {
        Coming rows{std::move(keys), {}};
        Number last = m_lastNumber;
        for (const K &key : rows.keys) {
            rows.numbers.emplace(key, ++last);
        }
        const qsizetype size = m_numbers.size() + static_cast<qsizetype>(rows.keys.size());
        if (size > m_room) {
            m_numbers.reserve(2 * size);
            m_numberOf.reserve(static_cast<std::size_t>(2 * size));
            m_keys.reserve(2 * size);
            m_room = 2 * size;
        }
        return rows;
    }
    void append(Coming &rows)
    {
        m_numberOf.merge(rows.numbers);
        for (K &key : rows.keys) {
            m_numbers.append(++m_lastNumber);
            m_keys.append(std::move(key));
        }
    }

private:
    QList<K> m_keys;
    QList<Number> m_numbers;
    Table m_numberOf;
    Number m_lastNumber = 0;
    qsizetype m_room = 0; ///< Appending up to so many asks for no memory.
};

} // namespace nanostores::detail
