// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// How many of so many bytes, which are 0 or 1, are 1: eight at once.
inline std::size_t countOnes(const char *bytes, std::size_t count) noexcept
{
    constexpr std::uint64_t Pairs = 0x00ff00ff00ff00ffull;
    std::size_t ones = 0;
    std::size_t i = 0;
    while (i + 16 <= count) {
        std::uint64_t first = 0; // of each byte the sum of at most 255
        std::uint64_t second = 0;
        for (int n = 0; n < 255 && i + 16 <= count; ++n, i += 16) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes + i, sizeof(word));
            first += word;
            std::memcpy(&word, bytes + i + 8, sizeof(word));
            second += word;
        }
        for (const std::uint64_t sums : {first, second}) {
            const std::uint64_t wide = (sums & Pairs) + ((sums >> 8) & Pairs);
            ones += static_cast<std::size_t>((wide * 0x0001000100010001ull) >> 48);
        }
    }
    for (; i < count; ++i) {
        ones += bytes[i] ? 1 : 0;
    }
    return ones;
}

/// A flag for each place of a list. How many are set before a place is known by blocks: it takes the sum of a few
/// numbers and the bytes of one block.
class CountedFlags
{
public:
    static constexpr std::size_t Block = 1024;

    CountedFlags() = default;
    explicit CountedFlags(std::vector<char> flags) // each 0 or 1
        : m_flags(std::move(flags))
        , m_ones(blocksOf(m_flags.size()))
    {
        count(0, m_ones.size());
    }

    std::size_t size() const noexcept { return m_flags.size(); }
    bool operator[](std::size_t place) const noexcept { return m_flags[place] != 0; }
    /// How many are set before the place.
    std::size_t rank(std::size_t place) const noexcept
    {
        const std::size_t block = place / Block;
        std::size_t ones = 0;
        for (std::size_t i = 0; i < block; ++i) {
            ones += m_ones[i];
        }
        return ones + countOnes(m_flags.data() + block * Block, place % Block);
    }

    void set(std::size_t place, bool flag) noexcept
    {
        std::uint32_t &ones = m_ones[place / Block];
        ones -= static_cast<std::uint32_t>(m_flags[place]);
        m_flags[place] = flag ? 1 : 0;
        ones += static_cast<std::uint32_t>(m_flags[place]);
    }
    /// Asks for all the memory that inserting so many takes.
    void reserveMore(std::size_t added)
    {
        if (added > m_flags.capacity() - m_flags.size()) {
            m_flags.reserve(m_flags.size() + std::max(added, m_flags.size() / 2));
        }
        m_ones.reserve(blocksOf(m_flags.capacity()));
    }
    /// After reserveMore().
    void insert(std::size_t place, const std::vector<char> &flags) noexcept
    {
        m_flags.insert(at(place), flags.begin(), flags.end());
        resized(place);
    }
    void erase(std::size_t place, std::size_t removed) noexcept
    {
        m_flags.erase(at(place), at(place + removed));
        resized(place);
    }
    void move(std::size_t from, std::size_t to) noexcept
    {
        const auto [first, last] = std::minmax(from, to);
        if (from < to) {
            std::rotate(at(first), at(first + 1), at(last + 1));
        } else {
            std::rotate(at(first), at(last), at(last + 1));
        }
        count(first / Block, last / Block + 1);
    }

private:
    static std::size_t blocksOf(std::size_t flags) noexcept { return (flags + Block - 1) / Block; }
    std::vector<char>::iterator at(std::size_t place) noexcept
    {
        return m_flags.begin() + static_cast<std::ptrdiff_t>(place);
    }
    void resized(std::size_t place) noexcept
    {
        m_ones.resize(blocksOf(m_flags.size()));
        count(place / Block, m_ones.size());
    }
    /// Counts these blocks again.
    void count(std::size_t first, std::size_t end) noexcept
    {
        for (std::size_t block = first; block < end; ++block) {
            const std::size_t begin = block * Block;
            m_ones[block] =
                static_cast<std::uint32_t>(countOnes(m_flags.data() + begin, std::min(Block, m_flags.size() - begin)));
        }
    }

    std::vector<char> m_flags;
    std::vector<std::uint32_t> m_ones; ///< Of each block.
};

} // namespace nanostores::detail
