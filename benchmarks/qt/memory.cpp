// SPDX-License-Identifier: MIT
#include "harness.h"
#include "scene.h"
#include "subjects.h"

#include <malloc.h>

#include <cstddef>
#include <memory>
#include <vector>

/// Bytes on the heap for one object, the allocator's own included: the difference over many of them.

namespace {

std::size_t used()
{
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/// Of the difference between the first thousands and the second, where growing tables have evened out.
template<typename Make>
double each(std::size_t count, Make make)
{
    for (std::size_t i = 0; i < count; ++i) {
        make();
    }
    const std::size_t before = used();
    for (std::size_t i = 0; i < count; ++i) {
        make();
    }
    return static_cast<double>(used() - before) / static_cast<double>(count);
}

template<typename T>
double objectBytes()
{
    constexpr std::size_t Count = 10000;
    std::vector<std::unique_ptr<T>> all;
    all.reserve(2 * Count);
    return each(Count, [&all] { all.push_back(std::make_unique<T>()); });
}

/// A reader, its binding included.
template<typename T>
double readerBytes(const char *file)
{
    Scene scene;
    auto *source = new T;
    source->setParent(&scene.engine());
    const QVariantMap properties{{QStringLiteral("source"), QVariant::fromValue(source)}};
    return each(4096, [&] { scene.add(file, properties); });
}

} // namespace

void addMemoryCases()
{
    addBytes("adapter", objectBytes<Typed>);
    addBytes("by_hand", objectBytes<ByHand>);
    addBytes("adapter_reader", [] { return readerBytes<Typed>("TypedReader.qml"); });
    addBytes("by_hand_reader", [] { return readerBytes<ByHand>("ByHandReader.qml"); });
}
