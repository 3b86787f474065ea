// SPDX-License-Identifier: MIT
#pragma once

#include "harness.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

/// The graphs of the public js-reactivity-benchmark, and chains, fans and grids; peers.mjs has the same ones. One step
/// is one write (cellx: one batch of four) with everything that follows from it.
template<typename E>
struct Graph
{
    template<typename T>
    using Signal = typename E::template Signal<T>;
    template<typename T>
    using Cell = typename E::template Cell<T>;

    E engine;
    double runs = 0; ///< How often an effect, or a function that is counted, ran.
    double seen = 0; ///< What the effects saw.
    std::size_t step = 0;
    std::vector<Cell<int>> ends;
    std::vector<Cell<double>> realEnds;

    auto seeing()
    {
        return [this](auto value) {
            ++runs;
            seen += static_cast<double>(value);
        };
    }
    /// The value of all ends, and how often they were seen.
    std::string result() const
    {
        double sum = 0;
        for (const auto &end : ends) {
            sum += E::peek(end);
        }
        for (const auto &end : realEnds) {
            sum += E::peek(end);
        }
        char text[64];
        std::snprintf(text, sizeof text, "%.17g %.0f", sum, runs);
        return text;
    }
};

/// Same numbers in every language.
class Random
{
public:
    double next()
    {
        m_state = (m_state * 1103515245u + 12345u) & 0x7fffffffu;
        return static_cast<double>(m_state) / 2147483648.0;
    }

private:
    std::uint32_t m_state = 42;
};

template<typename E, typename Step>
Program program(std::shared_ptr<Graph<E>> graph, Step step)
{
    return Program{[graph, step](std::size_t count) {
                       for (std::size_t i = 0; i < count; ++i) {
                           step(static_cast<int>(++graph->step));
                       }
                   },
                   [graph] { return graph->result(); }};
}

/// `width` chains of `height` computed values on one signal, with an effect at the end of each.
template<typename E>
Program grid(int width, int height)
{
    auto g = std::make_shared<Graph<E>>();
    auto head = g->engine.signal(0);
    for (int w = 0; w < width; ++w) {
        auto last = g->engine.computed([head] { return E::read(head) + 1; });
        for (int h = 1; h < height; ++h) {
            last = g->engine.computed([last] { return E::read(last) + 1; });
        }
        g->engine.watch(last, g->seeing());
        g->ends.push_back(last);
    }
    return program(g, [head](int i) { E::write(head, i); });
}

/// One signal, `width` computed values, one that sums them, one effect.
template<typename E>
Program diamond(int width)
{
    auto g = std::make_shared<Graph<E>>();
    auto head = g->engine.signal(0);
    std::vector<typename E::template Cell<int>> middle;
    for (int w = 0; w < width; ++w) {
        middle.push_back(g->engine.computed([head] { return E::read(head) + 1; }));
    }
    auto sum = g->engine.computed([middle] {
        int all = 0;
        for (const auto &cell : middle) {
            all += E::read(cell);
        }
        return all;
    });
    g->engine.watch(sum, g->seeing());
    g->ends.push_back(sum);
    return program(g, [head](int i) { E::write(head, i); });
}

/// `layers` layers of two values, each of which reads both of the layer before.
template<typename E>
Program layeredDiamonds(int layers)
{
    auto g = std::make_shared<Graph<E>>();
    auto head = g->engine.signal(0);
    auto left = g->engine.computed([head] { return E::read(head) & 0xff; });
    auto right = g->engine.computed([head] { return (E::read(head) + 1) & 0xff; });
    for (int i = 1; i < layers; ++i) {
        auto nextLeft = g->engine.computed([left, right] { return (E::read(left) + E::read(right)) & 0xff; });
        auto nextRight = g->engine.computed([left, right] { return (E::read(left) + 2 * E::read(right)) & 0xff; });
        left = nextLeft;
        right = nextRight;
    }
    g->engine.watch(left, g->seeing());
    g->engine.watch(right, g->seeing());
    g->ends = {left, right};
    return program(g, [head](int i) { E::write(head, i); });
}

/// Changes stop at a value that stays 0.
template<typename E>
Program avoidable()
{
    auto g = std::make_shared<Graph<E>>();
    auto head = g->engine.signal(0);
    auto first = g->engine.computed([head] { return E::read(head); });
    auto zero = g->engine.computed([first] { return E::read(first), 0; });
    auto third = g->engine.computed([zero] { return E::read(zero) + 1; });
    auto fourth = g->engine.computed([third] { return E::read(third) + 2; });
    auto fifth = g->engine.computed([fourth] { return E::read(fourth) + 3; });
    g->engine.watch(fifth, g->seeing());
    g->ends.push_back(fifth);
    return program(g, [head](int i) { E::write(head, i); });
}

/// Fifty pairs of computed values on one signal, with an effect each.
template<typename E>
Program broad()
{
    auto g = std::make_shared<Graph<E>>();
    auto head = g->engine.signal(0);
    for (int i = 0; i < 50; ++i) {
        auto first = g->engine.computed([head, i] { return E::read(head) + i; });
        auto second = g->engine.computed([first] { return E::read(first) + 1; });
        g->engine.watch(second, g->seeing());
        g->ends.push_back(second);
    }
    return program(g, [head](int i) { E::write(head, i); });
}

/// A chain of ten whose every value is summed.
template<typename E>
Program triangle()
{
    auto g = std::make_shared<Graph<E>>();
    auto head = g->engine.signal(0);
    std::vector<typename E::template Cell<int>> chain;
    auto last = g->engine.computed([head] { return E::read(head) + 1; });
    for (int i = 1; i < 10; ++i) {
        chain.push_back(last);
        last = g->engine.computed([last] { return E::read(last) + 1; });
    }
    auto sum = g->engine.computed([head, chain] {
        int all = E::read(head);
        for (const auto &cell : chain) {
            all += E::read(cell);
        }
        return all;
    });
    g->engine.watch(sum, g->seeing());
    g->ends.push_back(sum);
    return program(g, [head](int i) { E::write(head, i); });
}

/// A hundred signals, one value that joins them, a hundred that pick one each, and add one; an effect each.
template<typename E>
Program mux()
{
    constexpr int Width = 100;
    auto g = std::make_shared<Graph<E>>();
    std::vector<typename E::template Signal<int>> heads;
    for (int i = 0; i < Width; ++i) {
        heads.push_back(g->engine.signal(0));
    }
    auto joined = g->engine.computed([heads] {
        std::array<int, Width> all{};
        for (std::size_t i = 0; i < Width; ++i) {
            all[i] = E::read(heads[i]);
        }
        return all;
    });
    for (std::size_t i = 0; i < Width; ++i) {
        auto picked = g->engine.computed([joined, i] { return E::read(joined)[i]; });
        auto more = g->engine.computed([picked] { return E::read(picked) + 1; });
        g->engine.watch(more, g->seeing());
        g->ends.push_back(more);
    }
    return program(g, [heads](int i) { E::write(heads[static_cast<std::size_t>(i) % 10], i); });
}

/// One value that reads its source thirty times.
template<typename E>
Program repeated()
{
    auto g = std::make_shared<Graph<E>>();
    auto head = g->engine.signal(0);
    auto sum = g->engine.computed([head] {
        int all = 0;
        for (int i = 0; i < 30; ++i) {
            all += E::read(head);
        }
        return all;
    });
    g->engine.watch(sum, g->seeing());
    g->ends.push_back(sum);
    return program(g, [head](int i) { E::write(head, i); });
}

/// One value that changes between two sources at each write.
template<typename E>
Program unstable()
{
    auto g = std::make_shared<Graph<E>>();
    auto head = g->engine.signal(0);
    auto twice = g->engine.computed([head] { return E::read(head) * 2; });
    auto inverse = g->engine.computed([head] { return -E::read(head); });
    auto sum = g->engine.computed([head, twice, inverse] {
        int all = 0;
        for (int i = 0; i < 20; ++i) {
            all += E::read(head) % 2 != 0 ? E::read(twice) : E::read(inverse);
        }
        return all;
    });
    g->engine.watch(sum, g->seeing());
    g->ends.push_back(sum);
    return program(g, [head](int i) { E::write(head, i); });
}

/// Layers of four values that read across, with an effect on each; four signals are written in a batch.
template<typename E>
Program cellx(int layers)
{
    auto g = std::make_shared<Graph<E>>();
    auto s1 = g->engine.signal(1);
    auto s2 = g->engine.signal(2);
    auto s3 = g->engine.signal(3);
    auto s4 = g->engine.signal(4);
    const auto layer = [g](auto a, auto b, auto c, auto d) {
        auto first = g->engine.computed([b] { return E::read(b); });
        auto second = g->engine.computed([a, c] { return E::read(a) - E::read(c); });
        auto third = g->engine.computed([b, d] { return E::read(b) + E::read(d); });
        auto fourth = g->engine.computed([c] { return E::read(c); });
        for (const auto &cell : {first, second, third, fourth}) {
            g->engine.watch(cell, g->seeing());
        }
        return std::array{first, second, third, fourth};
    };
    auto last = layer(s1, s2, s3, s4);
    for (int i = 1; i < layers; ++i) {
        last = layer(last[0], last[1], last[2], last[3]);
    }
    g->ends.assign(last.begin(), last.end());
    return program(g, [=](int i) {
        const bool odd = i % 2 != 0;
        E::batch([&] {
            E::write(s1, odd ? 4 : 1);
            E::write(s2, odd ? 3 : 2);
            E::write(s3, odd ? 2 : 3);
            E::write(s4, odd ? 1 : 4);
        });
    });
}

struct DynamicGraph
{
    int sources;
    int width;
    int layers;
    double fixed; ///< The part of the values that always read all their sources.
    double read; ///< The part of the last row that is looked at.
};

/// A rectangle of values. Each reads `sources` neighbours of the row before; a dynamic one drops one, or none,
/// depending on the first.
template<typename E>
Program dynamic(DynamicGraph shape)
{
    using Cell = typename E::template Cell<double>;
    auto g = std::make_shared<Graph<E>>();
    const auto width = static_cast<std::size_t>(shape.width);
    Random random;

    std::vector<typename E::template Signal<double>> heads;
    for (std::size_t i = 0; i < width; ++i) {
        heads.push_back(g->engine.signal(static_cast<double>(i)));
    }
    const auto row = [&](const auto &above) {
        std::vector<Cell> cells;
        for (std::size_t i = 0; i < width; ++i) {
            auto sources = above;
            sources.clear();
            for (int s = 0; s < shape.sources; ++s) {
                sources.push_back(above[(i + static_cast<std::size_t>(s)) % width]);
            }
            if (random.next() < shape.fixed) {
                cells.push_back(g->engine.computed([sources] {
                    double sum = 0;
                    for (const auto &source : sources) {
                        sum += E::read(source);
                    }
                    return sum;
                }));
                continue;
            }
            cells.push_back(g->engine.computed([sources] {
                double sum = E::read(sources[0]);
                const auto whole = static_cast<std::int64_t>(sum);
                const bool drops = whole & 1;
                const auto dropped = 1 + static_cast<std::size_t>(whole) % (sources.size() - 1);
                for (std::size_t s = 1; s < sources.size(); ++s) {
                    if (!(drops && s == dropped)) {
                        sum += E::read(sources[s]);
                    }
                }
                return sum;
            }));
        }
        return cells;
    };
    std::vector<Cell> cells = row(heads);
    for (int layer = 2; layer < shape.layers; ++layer) {
        cells = row(cells);
    }
    const auto read = static_cast<std::size_t>(static_cast<double>(width) * shape.read + 0.5);
    while (cells.size() > read) {
        const auto dropped = static_cast<std::size_t>(random.next() * static_cast<double>(cells.size()));
        cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(dropped));
    }
    g->engine.watchAll(cells, [g = g.get()](double) { ++g->runs; });
    g->realEnds = cells;
    return program(g, [heads](int i) {
        const auto head = static_cast<std::size_t>(i) % heads.size();
        E::write(heads[head], static_cast<double>(static_cast<std::size_t>(i) + head));
    });
}

/// Registers all graphs; `large` ones only if the engine can finish them.
template<typename E>
void addGraphs(const std::string &peer, bool large)
{
    const auto add = [&peer](const char *name, std::function<Program()> make) {
        addCase(std::string(name) + "/" + peer, 1, std::move(make));
    };
    add("chain_10", [] { return grid<E>(1, 10); });
    add("chain_1000", [] { return grid<E>(1, 1000); });
    add("fan_1000", [] { return grid<E>(1000, 1); });
    add("diamond_100", [] { return diamond<E>(100); });
    add("grid_1x1", [] { return grid<E>(1, 1); });
    add("grid_10x10", [] { return grid<E>(10, 10); });
    add("grid_100x100", [] { return grid<E>(100, 100); });
    add("grid_1000x1000", [] { return grid<E>(1000, 1000); });
    add("avoidable", [] { return avoidable<E>(); });
    add("broad", [] { return broad<E>(); });
    add("deep", [] { return grid<E>(1, 50); });
    add("diamond_5", [] { return diamond<E>(5); });
    add("triangle", [] { return triangle<E>(); });
    add("mux", [] { return mux<E>(); });
    add("repeated", [] { return repeated<E>(); });
    add("unstable", [] { return unstable<E>(); });
    add("cellx_10", [] { return cellx<E>(10); });
    add("dyn_2-10x5", [] { return dynamic<E>({2, 10, 5, 1, 0.2}); });
    if (!large) {
        return;
    }
    add("cellx_1000", [] { return cellx<E>(1000); });
    add("cellx_2500", [] { return cellx<E>(2500); });
    add("dyn_6-10x10", [] { return dynamic<E>({6, 10, 10, 0.75, 0.2}); });
    add("dyn_4-1000x12", [] { return dynamic<E>({4, 1000, 12, 0.95, 1}); });
    add("dyn_25-1000x5", [] { return dynamic<E>({25, 1000, 5, 1, 1}); });
    add("dyn_3-5x500", [] { return dynamic<E>({3, 5, 500, 1, 1}); });
    add("dyn_6-100x15", [] { return dynamic<E>({6, 100, 15, 0.5, 1}); });
    for (const int layers : {10, 100, 1000, 2500}) {
        addCase("layers_" + std::to_string(layers) + "/" + peer, 1, [layers] { return layeredDiamonds<E>(layers); });
    }
}
