// SPDX-License-Identifier: MIT
#include <nanostores/core/inspect.h>

#include <nanostores/core/graph/effectnode.h>
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

std::string inQuotes(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        c == '\n' ? result += "\\n" : result += c;
    }
    return result + '"';
}

class Drawing
{
public:
    explicit Drawing(const Node *around)
    {
        forEachNode([this](const Node &node) {
            if (isDrawn(node)) {
                m_nodes.push_back({&node, m_names.orAddress(node)});
                for (const Edge *edge = sourcesOf(node); edge; edge = edge->nextSource) {
                    m_sinks[edge->source].push_back(&node);
                }
            }
        });
        if (around) {
            std::set<const Node *> wanted;
            add(around, wanted, [](const Node *node, auto &to) {
                for (const Edge *edge = sourcesOf(*node); edge; edge = edge->nextSource) {
                    to.push_back(edge->source);
                }
            });
            wanted.erase(around);
            add(around, wanted, [this](const Node *node, auto &to) {
                if (const auto sinks = m_sinks.find(node); sinks != m_sinks.end()) {
                    to.insert(to.end(), sinks->second.begin(), sinks->second.end());
                }
            });
            std::erase_if(m_nodes, [&wanted](const auto &node) { return !wanted.contains(node.first); });
        }
        std::sort(m_nodes.begin(), m_nodes.end(), [](const auto &a, const auto &b) {
            return std::tie(a.second, a.first) < std::tie(b.second, b.first);
        });
        for (std::size_t i = 0; i < m_nodes.size(); ++i) {
            m_numbers[m_nodes[i].first] = 'n' + std::to_string(i);
        }
    }

    std::string print()
    {
        for (const auto &[node, name] : m_nodes) {
            drawNode(*node, name);
        }
        for (const auto &[node, name] : m_nodes) {
            drawArrows(*node);
        }
        for (const auto &[node, name] : m_nodes) {
            drawListeners(*node);
        }
        return "digraph stores {\n    rankdir=LR;\n" + m_text + "}\n";
    }

private:
    template<typename F>
    static void add(const Node *from, std::set<const Node *> &to, F appendNext)
    {
        std::vector<const Node *> waiting{from};
        while (!waiting.empty()) {
            const Node *const node = waiting.back();
            waiting.pop_back();
            if (to.insert(node).second) {
                appendNext(node, waiting);
            }
        }
    }
    void drawNode(const Node &node, const std::string &name)
    {
        const bool isEffect = node.has(Effecting);
        const std::string label = isEffect ? name : name + '\n' + valueTextOf(node, MostOfAValue);
        m_text += "    " + m_numbers[&node] + " [label=" + inQuotes(label)
                  + (isEffect              ? ", shape=hexagon"
                     : node.has(Computing) ? ", shape=ellipse"
                                           : ", shape=box")
                  + "];\n";
    }
    void drawArrows(const Node &node)
    {
        std::set<std::pair<std::string, bool>> drawn; // a source may be listed twice
        for (const Edge *edge = sourcesOf(node); edge; edge = edge->nextSource) {
            const auto source = m_numbers.find(edge->source);
            const bool isLinked = (edge->kind & Link::Linked) != 0;
            if (source != m_numbers.end() && drawn.emplace(source->second, isLinked).second) {
                m_text +=
                    "    " + source->second + " -> " + m_numbers[&node] + (isLinked ? ";\n" : " [style=dashed];\n");
            }
        }
    }
    /// Those of one name are one.
    void drawListeners(const Node &node)
    {
        std::map<std::string, std::size_t> counts;
        for (const Link *link = node.sinks; link; link = link->next) {
            if (link->kind & Link::IsListener) {
                const std::string name = nameOf(*static_cast<const Listener *>(link));
                ++counts[name.empty() ? "listener" : name];
            }
        }
        std::size_t number = 0;
        for (const auto &[name, count] : counts) {
            const std::string id = m_numbers[&node] + 'l' + std::to_string(number++);
            const std::string label = count > 1 ? name + " (" + std::to_string(count) + ')' : name;
            m_text += "    " + id + " [label=" + inQuotes(label) + ", shape=plaintext];\n";
            m_text += "    " + m_numbers[&node] + " -> " + id + ";\n";
        }
    }

    const NodeNames m_names;
    std::vector<std::pair<const Node *, std::string>> m_nodes;
    std::map<const Node *, std::vector<const Node *>> m_sinks;
    std::map<const Node *, std::string> m_numbers;
    std::string m_text;
};

} // namespace

std::string graphAsDot(const Node *around)
{
    return Drawing(around).print();
}

} // namespace nanostores::detail
