// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>

#include <malloc.h>

#include <cstddef>
#include <utility>
#include <vector>

/// Bytes on the heap for one object, the allocator's own included: the difference over ten thousand of them.

namespace {

constexpr std::size_t Count = 10000;

std::size_t used()
{
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

template<typename Make>
double each(Make make)
{
    using T = decltype(make(std::size_t{}));
    std::vector<T> warm; // slabs and stacks of the runtime
    for (std::size_t i = 0; i < 100; ++i) {
        warm.push_back(make(i));
    }
    std::vector<T> all;
    all.reserve(Count);
    const std::size_t before = used();
    for (std::size_t i = 0; i < Count; ++i) {
        all.push_back(make(i));
    }
    return static_cast<double>(used() - before) / static_cast<double>(Count);
}

/// The same for what is made over a store. The stores are there before: one that was made and given back would leave
/// its place in the pool, and what is measured next would take that place.
template<typename Make>
double eachOver(Make make)
{
    std::vector<nanostores::Atom<int>> sources;
    for (std::size_t i = 0; i < Count; ++i) {
        sources.push_back(nanostores::atom(static_cast<int>(i)));
    }
    return each([&](std::size_t i) { return make(sources[i]); });
}

double atomBytes()
{
    return each([](std::size_t i) { return nanostores::atom(static_cast<int>(i)); });
}

double listenerBytes()
{
    static long sum = 0;
    return each([](std::size_t i) {
        auto store = nanostores::atom(static_cast<int>(i));
        auto listener = store.listen([sum = &sum](int value) { *sum += value; });
        return std::pair(std::move(store), std::move(listener));
    });
}

double listedBytes()
{
    return eachOver([](const nanostores::Atom<int> &store) {
        auto derived = nanostores::computed(store, [](int value) { return value + 1; });
        derived.peek();
        return derived;
    });
}

double trackedBytes()
{
    return eachOver([](const nanostores::Atom<int> &store) {
        auto derived = nanostores::computed([store] { return store() + 1; });
        derived.peek();
        return derived;
    });
}

double trackedEffectBytes()
{
    static long sum = 0;
    return eachOver([](const nanostores::Atom<int> &store) {
        return nanostores::effect([store, sum = &sum] { *sum += store(); });
    });
}

double listedEffectBytes()
{
    static long sum = 0;
    return eachOver([](const nanostores::Atom<int> &store) {
        return nanostores::effect(store, [sum = &sum](int value) { *sum += value; });
    });
}

} // namespace

void addMemoryCases()
{
    addBytes("atom", atomBytes);
    addBytes("atom_listener", listenerBytes);
    addBytes("computed_listed", listedBytes);
    addBytes("computed_tracked", trackedBytes);
    addBytes("effect_tracked", trackedEffectBytes);
    addBytes("effect_listed", listedEffectBytes);
}
