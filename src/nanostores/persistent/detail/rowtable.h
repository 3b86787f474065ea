// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace nanostores::detail {

/// The rows of a storage as they are known, in the order of their keys. A row is one block of memory: with its place in
/// the order it costs little more than its key and its value have.
class RowTable
{
public:
    class Row
    {
    public:
        std::string_view key() const noexcept { return {data(), m_keySize}; }
        std::string_view value() const noexcept { return {data() + m_keySize, m_valueSize}; }

        std::uint64_t version = 0;
        std::uint64_t writer = 0;
        std::uint32_t schema = 0;

    private:
        friend RowTable;
        const char *data() const noexcept { return reinterpret_cast<const char *>(this + 1); }
        char *data() noexcept { return reinterpret_cast<char *>(this + 1); }

        std::uint32_t m_keySize = 0;
        std::size_t m_valueSize = 0;
    };

    const Row *find(std::string_view key) const
    {
        const auto found = m_rows.find(key);
        return found == m_rows.end() ? nullptr : found->get();
    }
    void set(std::string_view key, std::string_view value, std::uint64_t version, std::uint64_t writer,
             std::uint32_t schema)
    {
        RowPtr made = make(key, value);
        made->version = version;
        made->writer = writer;
        made->schema = schema;
        if (m_rows.empty() || (*m_rows.rbegin())->key() < key) { // many are read in order
            m_rows.insert(m_rows.end(), std::move(made));
            return;
        }
        const auto found = m_rows.find(key);
        if (found != m_rows.end()) {
            const auto next = m_rows.erase(found);
            m_rows.insert(next, std::move(made));
        } else {
            m_rows.insert(std::move(made));
        }
    }
    void erase(std::string_view key)
    {
        if (const auto found = m_rows.find(key); found != m_rows.end()) {
            m_rows.erase(found);
        }
    }
    void clear() noexcept { m_rows.clear(); }
    std::size_t size() const noexcept { return m_rows.size(); }
    void swap(RowTable &other) noexcept { m_rows.swap(other.m_rows); }

    /// Calls f with each row whose key begins with the prefix, in order.
    template<typename F>
    void each(std::string_view prefix, F f) const
    {
        for (auto row = m_rows.lower_bound(prefix); row != m_rows.end() && (*row)->key().starts_with(prefix); ++row) {
            f(**row);
        }
    }

private:
    struct Free
    {
        void operator()(Row *row) const noexcept { std::free(row); } // NOLINT: of one block with the bytes
    };
    using RowPtr = std::unique_ptr<Row, Free>;
    struct Less
    {
        using is_transparent = void;
        static std::string_view keyOf(const RowPtr &row) noexcept { return row->key(); }
        static std::string_view keyOf(std::string_view key) noexcept { return key; }
        template<typename A, typename B>
        bool operator()(const A &a, const B &b) const noexcept
        {
            return keyOf(a) < keyOf(b);
        }
    };

    static RowPtr make(std::string_view key, std::string_view value)
    {
        void *const block = std::malloc(sizeof(Row) + key.size() + value.size()); // NOLINT
        if (!block) {
            throw std::bad_alloc();
        }
        RowPtr row(new (block) Row);
        row->m_keySize = static_cast<std::uint32_t>(key.size());
        row->m_valueSize = value.size();
        if (!key.empty()) {
            std::memcpy(row->data(), key.data(), key.size());
        }
        if (!value.empty()) {
            std::memcpy(row->data() + key.size(), value.data(), value.size());
        }
        return row;
    }

    std::set<RowPtr, Less> m_rows;
};

} // namespace nanostores::detail
