// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/slabs.h>

#include <nanostores/core/graph/runtime.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

/// The memory of nodes, and the walk over all nodes of a thread.
namespace nanostores::detail {

namespace {

/// Whether nodes stand in slabs.
bool usesSlabs() noexcept
{
#if defined(__SANITIZE_ADDRESS__)
    return false;
#else
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
    return false;
#endif
#endif
    const char *const wanted = std::getenv("NANOSTORES_SLABS");
    return !wanted || std::strcmp(wanted, "0") != 0;
#endif
}

/// The word at the beginning of a cell or a block: odd, or the address of a node's virtual table.
std::uintptr_t firstWord(const void *place) noexcept
{
    std::uintptr_t word = 0;
    std::memcpy(&word, place, sizeof(word));
    return word;
}

bool holdsNode(const void *place) noexcept
{
    return (firstWord(place) & 1u) == 0;
}

/// Where the node stands in its block.
std::size_t offsetInBlock(std::size_t headSize, std::size_t alignment) noexcept
{
    return std::max(headSize, alignment);
}

} // namespace

NodeSlabs::NodeSlabs() noexcept
    : m_largest(usesSlabs() ? Largest : 0)
{
}

NodeSlabs::~NodeSlabs()
{
    while (Slab *const slab = m_slabs) {
        m_slabs = slab->next;
        ::operator delete(slab);
    }
}

/// All cells but the first one become free.
void *NodeSlabs::takeFromNewSlab(std::size_t kind)
{
    const std::size_t cellSize = (kind + 1) * Step;
    auto *const slab = new (::operator new(SlabSize)) Slab{m_slabs, cellSize};
    m_slabs = slab;
    char *const first = reinterpret_cast<char *>(slab + 1);
    const std::size_t count = (SlabSize - sizeof(Slab)) / cellSize;
    Cell *free = nullptr;
    for (std::size_t i = count; i-- > 1;) { // in order of their addresses
        free = new (first + i * cellSize) Cell(free);
    }
    m_free[kind] = free;
    return new (first) Cell(nullptr); // no node yet: the walk passes it
}

void *NodeSlabs::takeBlock(std::size_t size, std::size_t alignment)
{
    const std::size_t offset = offsetInBlock(sizeof(Block), alignment);
    char *const memory = static_cast<char *>(::operator new(offset + size, std::align_val_t{alignment}));
    auto *const block = new (memory + offset - sizeof(Block)) Block{m_hiddenBlocks, hidden(nullptr)};
    if (Block *const second = block->next()) {
        second->hiddenPrev = hidden(block);
    }
    m_hiddenBlocks = hidden(block);
    return new (memory + offset) Cell(nullptr);
}

void NodeSlabs::giveBackBlock(void *node, std::size_t alignment) noexcept
{
    Block *const block = static_cast<Block *>(node) - 1;
    if (Block *const next = block->next()) {
        next->hiddenPrev = block->hiddenPrev;
    }
    Block *const prev = block->prev();
    (prev ? prev->hiddenNext : m_hiddenBlocks) = block->hiddenNext;
    ::operator delete(static_cast<char *>(node) - offsetInBlock(sizeof(Block), alignment), std::align_val_t{alignment});
}

void NodeSlabs::forEach(void (*visit)(void *context, Node &node), void *context) const
{
    for (Slab *slab = m_slabs; slab; slab = slab->next) {
        char *const first = reinterpret_cast<char *>(slab + 1);
        const std::size_t count = (SlabSize - sizeof(Slab)) / slab->cellSize;
        for (std::size_t i = 0; i < count; ++i) {
            char *const cell = first + i * slab->cellSize;
            if (holdsNode(cell)) {
                visit(context, *reinterpret_cast<Node *>(cell));
            }
        }
    }
    for (Block *block = shown(m_hiddenBlocks); block; block = block->next()) {
        if (holdsNode(block + 1)) {
            visit(context, *reinterpret_cast<Node *>(block + 1));
        }
    }
}

ListenerBlocks::ListenerBlocks() noexcept
{
    m_room.fill(usesSlabs() ? Most : 0);
}

ListenerBlocks::~ListenerBlocks()
{
    for (Block *&first : m_free) {
        while (Block *const block = first) {
            first = block->next;
            ::operator delete(block);
        }
    }
    m_room.fill(0);
}

void forEachNode(void (*visit)(void *context, Node &node), void *context)
{
    if (const Runtime *const runtime = Runtime::existing()) {
        runtime->slabs.forEach(visit, context);
    }
}

// A node is destroyed with the runtime of its thread as the current one, also when another thread stands in for that.

void *Node::operator new(std::size_t size)
{
    return Runtime::current().slabs.take(size);
}

void *Node::operator new(std::size_t size, std::align_val_t alignment)
{
    return Runtime::current().slabs.takeBlock(size, static_cast<std::size_t>(alignment));
}

void Node::operator delete(void *node, std::size_t size) noexcept
{
    Runtime::current().slabs.giveBack(node, size);
}

void Node::operator delete(void *node, std::size_t, std::align_val_t alignment) noexcept
{
    Runtime::current().slabs.giveBackBlock(node, static_cast<std::size_t>(alignment));
}

void *Listener::operator new(std::size_t size)
{
    return Runtime::current().listenerBlocks.take(size);
}

void *Listener::operator new(std::size_t size, std::align_val_t alignment)
{
    return ::operator new(size, alignment);
}

void Listener::operator delete(void *listener, std::size_t size) noexcept
{
    if (Runtime *const runtime = currentRuntime) [[likely]] {
        runtime->listenerBlocks.giveBack(listener, size);
    } else { // the thread ends
        ::operator delete(listener);
    }
}

void Listener::operator delete(void *listener, std::size_t, std::align_val_t alignment) noexcept
{
    ::operator delete(listener, alignment);
}

} // namespace nanostores::detail
