// SPDX-License-Identifier: MIT
#include "scaled.h"

#include <nanostores/core.h>
#include <nanostores/kit.h>

#include <cstddef>
#include <vector>

/// Long lists that are changed item by item.

using namespace nanostores;

void addListCases()
{
    addScaled("list, items appended, set and removed", [](std::size_t n) {
        return [n, order = shuffled(n)] {
            const auto store = list<int>();
            const auto listener = store.listen([](const auto &, const ListChange<int> &) {});
            for (std::size_t i = 0; i < n; ++i) {
                store.append(static_cast<int>(i));
            }
            for (const std::size_t i : order) {
                store.setAt(i, -1);
            }
            for (std::size_t i = n; i > 0; --i) {
                store.removeAt(i - 1);
            }
        };
    });
    addScaled("list, items set in a batch", [](std::size_t n) {
        return [n, order = shuffled(n)] {
            const auto store = list(std::vector<int>(n));
            const auto listener = store.listen([](const auto &, const ListChange<int> &) {});
            batch([&] {
                for (const std::size_t i : order) {
                    store.setAt(i, -1);
                }
            });
        };
    });
    addScaled("sorted list, items that keep their places", [](std::size_t n) {
        return [n, order = shuffled(n)] {
            std::vector<int> numbers(n);
            for (std::size_t i = 0; i < n; ++i) {
                numbers[i] = static_cast<int>(2 * i);
            }
            const auto store = list(numbers);
            const auto ordered = sorted(store, [](int a, int b) { return a < b; });
            const auto listener = ordered.listen([](const auto &, const ListChange<int> &) {});
            for (const std::size_t i : order) {
                store.setAt(i, static_cast<int>(2 * i + 1));
            }
        };
    });
    addScaled("nano_kit's push and setIndex", [](std::size_t n) {
        return [n, order = shuffled(n)] {
            const auto array = signal(std::vector<int>());
            const auto listener = array.listen([](const auto &) {});
            for (std::size_t i = 0; i < n; ++i) {
                kit::push(array, static_cast<int>(i));
            }
            for (const std::size_t i : order) {
                kit::setIndex(array, static_cast<std::ptrdiff_t>(i), -1);
            }
        };
    });
}
