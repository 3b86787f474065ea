// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/graph.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

namespace nanostores::detail {

/// The memory of a thread's nodes, from which all of them can be found at any time.
///
/// Nodes of up to 256 bytes stand in cells of slabs, one size of cells in each slab. Larger and over-aligned ones have
/// blocks of their own, which stand in a list. Under AddressSanitizer, and if the environment variable
/// NANOSTORES_SLABS is 0 (for Valgrind's memcheck), all nodes have blocks, so that these tools see each of them end.
///
/// Invariant: the first word of a cell or of a block in which no node stands is odd. That of a node is the address of
/// its virtual table, which is even. So the walk is safe while nodes are made and destroyed, and no map of the cells
/// is kept. The memory is given back when the thread ends.
class NodeSlabs
{
public:
    NodeSlabs() noexcept;
    NodeSlabs(const NodeSlabs &) = delete;
    NodeSlabs &operator=(const NodeSlabs &) = delete;
    ~NodeSlabs();

    void *take(std::size_t size)
    {
        if (size <= m_largest) [[likely]] {
            const std::size_t kind = kindOf(size);
            if (Cell *const cell = m_free[kind]) [[likely]] {
                m_free[kind] = cell->next();
                return cell;
            }
            return takeFromNewSlab(kind);
        }
        return takeBlock(size, alignof(std::max_align_t));
    }
    void giveBack(void *node, std::size_t size) noexcept
    {
        if (size <= m_largest) [[likely]] {
            m_free[kindOf(size)] = new (node) Cell(m_free[kindOf(size)]);
        } else {
            giveBackBlock(node, alignof(std::max_align_t));
        }
    }
    void *takeBlock(std::size_t size, std::size_t alignment);
    void giveBackBlock(void *node, std::size_t alignment) noexcept;

    /// Calls visit with each node that stands. It may make nodes, which are visited or not, and may destroy none.
    void forEach(void (*visit)(void *context, Node &node), void *context) const;

private:
    static constexpr std::size_t Step = 8;
    static constexpr std::size_t Largest = 256;
    static constexpr std::size_t SlabSize = 4096;

    /// A cell in which no node stands.
    struct Cell
    {
        explicit Cell(Cell *next) noexcept
            : word(reinterpret_cast<std::uintptr_t>(next) | 1u)
        {
        }
        Cell *next() const noexcept { return reinterpret_cast<Cell *>(word & ~std::uintptr_t{1}); }

        std::uintptr_t word;
    };

    /// The head of a slab; the cells follow.
    struct alignas(std::max_align_t) Slab
    {
        Slab *next;
        std::size_t cellSize;
    };

    /// Stands before a node. Leak checkers do not take the list for references to its blocks: it is kept in complement.
    struct alignas(std::max_align_t) Block
    {
        std::uintptr_t hiddenNext;
        std::uintptr_t hiddenPrev; ///< Of the first one null.

        Block *next() const noexcept { return shown(hiddenNext); }
        Block *prev() const noexcept { return shown(hiddenPrev); }
    };
    static std::uintptr_t hidden(const Block *block) noexcept { return ~reinterpret_cast<std::uintptr_t>(block); }
    static Block *shown(std::uintptr_t block) noexcept { return reinterpret_cast<Block *>(~block); }

    static constexpr std::size_t kindOf(std::size_t size) noexcept { return (size - 1) / Step; }
    void *takeFromNewSlab(std::size_t kind);

    std::size_t m_largest; ///< 0: all nodes have blocks.
    std::array<Cell *, Largest / Step> m_free{};
    Slab *m_slabs = nullptr;
    std::uintptr_t m_hiddenBlocks = hidden(nullptr);
};

/// The memory of listeners that have ended, for the next ones of this thread. Each has a block of operator new of its
/// own, so it may end on another thread than it was made on. Only a few are kept: who makes many at once asks the
/// allocator. Under AddressSanitizer, and if NANOSTORES_SLABS is 0, none are.
class ListenerBlocks
{
public:
    ListenerBlocks() noexcept;
    ListenerBlocks(const ListenerBlocks &) = delete;
    ListenerBlocks &operator=(const ListenerBlocks &) = delete;
    ~ListenerBlocks();

    void *take(std::size_t size)
    {
        const std::size_t kind = kindOf(size);
        if (kind < Kinds) [[likely]] {
            if (Block *const block = m_free[kind]) [[likely]] {
                m_free[kind] = block->next;
                ++m_room[kind];
                return block;
            }
            return ::operator new(largestOf(kind));
        }
        return ::operator new(size);
    }
    void giveBack(void *listener, std::size_t size) noexcept
    {
        const std::size_t kind = kindOf(size);
        if (kind < Kinds && m_room[kind] > 0) [[likely]] {
            --m_room[kind];
            m_free[kind] = new (listener) Block{m_free[kind]};
        } else {
            ::operator delete(listener);
        }
    }

private:
    struct Block
    {
        Block *next;
    };
    static constexpr std::size_t Kinds = 16;
    static constexpr std::uint32_t Most = 32;

    // Sizes of a kind are those that malloc() has blocks of one size for: none grows by being of a kind.
    static constexpr std::size_t kindOf(std::size_t size) noexcept { return (size + 7) / 16; }
    static constexpr std::size_t largestOf(std::size_t kind) noexcept { return 16 * kind + 8; }

    std::array<Block *, Kinds> m_free{};
    std::array<std::uint32_t, Kinds> m_room{}; ///< So many more are kept.
};

} // namespace nanostores::detail
