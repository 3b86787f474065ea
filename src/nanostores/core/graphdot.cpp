// SPDX-License-Identifier: MIT
#include <nanostores/core/inspect.h>

#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/graphpart.h>
#include <nanostores/core/graph/naming.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

/// The graph of a thread as a text for Graphviz.
namespace nanostores::detail {

namespace {

constexpr std::size_t MostOfAValue = 40;

bool isDrawn(const Node &node)
{
    return !dynamic_cast<const ScopeNode *>(&node) && !dynamic_cast<const NestNode *>(&node);
}

const Edge *sourcesOf(const Node &node)
{
    if (!node.has(Computing | Effecting)) {
        return nullptr;
    }
    auto &sink = const_cast<Sink &>(static_cast<const Sink &>(node)); // listedEdges() changes nothing
    return sink.has(Listed) ? sink.listedEdges() : sink.sources;
}

using NodeSet = std::set<const Node *>;

/// Adds what can be reached from the node in so many steps.
template<typename F>
void addReached(const Node *from, std::size_t steps, NodeSet &to, F appendNext)
{
    NodeSet reached{from};
    std::vector<const Node *> border{from};
    for (std::size_t step = 0; step < steps && !border.empty(); ++step) {
        std::vector<const Node *> next;
        for (const Node *const node : border) {
            appendNext(node, next);
        }
        border.clear();
        for (const Node *const node : next) {
            if (reached.insert(node).second) {
                border.push_back(node);
            }
        }
    }
    to.insert(reached.begin(), reached.end());
}

/// Those of one name are one.
void addListeners(const Node &node, std::size_t of, std::vector<GraphListener> &to)
{
    std::map<std::string, std::size_t> counts;
    for (const Link *link = node.sinks; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            const std::string name = nameOf(*static_cast<const Listener *>(link));
            ++counts[name.empty() ? "listener" : name];
        }
    }
    for (const auto &[name, count] : counts) {
        to.push_back({of, name, count});
    }
}

void addArrows(const Node &node, std::size_t to, const std::map<const Node *, std::size_t> &places,
               std::vector<GraphArrow> &arrows)
{
    std::set<std::pair<std::size_t, bool>> drawn; // a source may be listed twice
    for (const Edge *edge = sourcesOf(node); edge; edge = edge->nextSource) {
        const auto source = places.find(edge->source);
        const bool isLinked = (edge->kind & Link::Linked) != 0;
        if (source != places.end() && drawn.emplace(source->second, isLinked).second) {
            arrows.push_back({source->second, to, isLinked});
        }
    }
}

} // namespace

GraphPart graphAround(const Node *around, std::size_t steps)
{
    const NodeNames names;
    GraphPart part;
    std::map<const Node *, std::vector<const Node *>> sinks;
    forEachNode([&](const Node &node) {
        if (isDrawn(node)) {
            part.nodes.push_back({&node, names.orAddress(node)});
            for (const Edge *edge = sourcesOf(node); edge; edge = edge->nextSource) {
                sinks[edge->source].push_back(&node);
            }
        }
    });
    if (around) {
        NodeSet wanted;
        addReached(around, steps, wanted, [](const Node *node, auto &to) {
            for (const Edge *edge = sourcesOf(*node); edge; edge = edge->nextSource) {
                to.push_back(edge->source);
            }
        });
        addReached(around, steps, wanted, [&sinks](const Node *node, auto &to) {
            if (const auto found = sinks.find(node); found != sinks.end()) {
                to.insert(to.end(), found->second.begin(), found->second.end());
            }
        });
        std::erase_if(part.nodes, [&wanted](const GraphNode &node) { return !wanted.contains(node.node); });
    }
    std::sort(part.nodes.begin(), part.nodes.end(), [](const GraphNode &a, const GraphNode &b) {
        return std::tie(a.name, a.node) < std::tie(b.name, b.node);
    });
    std::map<const Node *, std::size_t> places;
    for (std::size_t i = 0; i < part.nodes.size(); ++i) {
        places[part.nodes[i].node] = i;
    }
    for (std::size_t i = 0; i < part.nodes.size(); ++i) {
        addArrows(*part.nodes[i].node, i, places, part.arrows);
        addListeners(*part.nodes[i].node, i, part.listeners);
    }
    return part;
}

/// What would steer a terminal is shown by its number.
std::string dotText(std::string_view text)
{
    constexpr const char *Digits = "0123456789abcdef";
    std::string result = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto byte = static_cast<unsigned char>(i + 1 < text.size() && c == '\xc2' ? text[i + 1] : c);
        const bool isOfTwoBytes = c == '\xc2' && byte >= 0x80 && byte < 0xa0;
        if (c == '\n') {
            result += "\\n";
        } else if (isOfTwoBytes || static_cast<unsigned char>(c) < 0x20 || c == '\x7f') {
            result += "\\\\u00";
            result += Digits[byte >> 4u];
            result += Digits[byte & 0xfu];
            i += isOfTwoBytes ? 1 : 0;
        } else {
            result += c == '"' || c == '\\' ? "\\" : "";
            result += c;
        }
    }
    return result + '"';
}

std::string dotOf(const GraphPart &part, const std::function<std::string(const GraphNode &)> &valueOf)
{
    std::string text = "digraph stores {\n    rankdir=LR;\n";
    const auto idOf = [](std::size_t place) { return 'n' + std::to_string(place); };
    for (std::size_t i = 0; i < part.nodes.size(); ++i) {
        const GraphNode &drawn = part.nodes[i];
        const bool isEffect = drawn.node->has(Effecting);
        text += "    " + idOf(i) + " [label=" + dotText(isEffect ? drawn.name : drawn.name + '\n' + valueOf(drawn))
                + (isEffect                     ? ", shape=hexagon"
                   : drawn.node->has(Computing) ? ", shape=ellipse"
                                                : ", shape=box")
                + "];\n";
    }
    for (const GraphArrow &arrow : part.arrows) {
        text += "    " + idOf(arrow.from) + " -> " + idOf(arrow.to) + (arrow.isObserved ? ";\n" : " [style=dashed];\n");
    }
    std::size_t number = 0;
    for (std::size_t i = 0; i < part.listeners.size(); ++i) {
        const GraphListener &listener = part.listeners[i];
        number = i > 0 && part.listeners[i - 1].of == listener.of ? number + 1 : 0;
        const std::string id = idOf(listener.of) + 'l' + std::to_string(number);
        const std::string count = listener.count > 1 ? " (" + std::to_string(listener.count) + ')' : std::string();
        text += "    " + id + " [label=" + dotText(listener.name + count) + ", shape=plaintext];\n";
        text += "    " + idOf(listener.of) + " -> " + id + ";\n";
    }
    return text + "}\n";
}

std::string graphAsDot(const Node *around)
{
    return dotOf(graphAround(around, AllSteps),
                 [](const GraphNode &drawn) { return valueTextOf(*drawn.node, MostOfAValue); });
}

} // namespace nanostores::detail
