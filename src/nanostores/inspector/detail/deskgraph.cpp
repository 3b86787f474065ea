// SPDX-License-Identifier: MIT
#include <nanostores/inspector/detail/inspectordesk.h>

#include <nanostores/core/graph/naming.h>
#include <nanostores/inspector/detail/deskanswers.h>

/// What depends on what, for clients.
namespace nanostores::detail {

namespace {

constexpr std::size_t MostNodes = 2000; ///< Of one answer.

} // namespace

WireDesk::Answer InspectorDesk::graph(const QJsonObject &request)
{
    Node *around = nullptr;
    if (request.contains(QLatin1String("store"))) {
        const Found found = find(request);
        if (!found.node) {
            return found.problem;
        }
        around = found.node;
    }
    const int steps = request.value(QLatin1String("steps")).toInt(around ? 2 : -1);
    const GraphPart part = graphAround(around, steps < 0 ? AllSteps : static_cast<std::size_t>(steps));
    if (part.nodes.size() > MostNodes) {
        return failure(QStringLiteral("these are %1 stores, and an answer holds %2; ask for the part around a store by "
                                      "\"store\" and \"steps\"")
                           .arg(part.nodes.size())
                           .arg(MostNodes),
                       "too-long");
    }
    const auto value = [this](const GraphNode &drawn) {
        return isHidden(*drawn.node) ? std::string("***") : textOf(*drawn.node, 60);
    };
    if (request.value(QLatin1String("dot")).toBool()) {
        return {{{QStringLiteral("dot"), qText(dotOf(part, value))}}, {}, {}};
    }
    QJsonArray nodes;
    for (const GraphNode &drawn : part.nodes) {
        const StoreMeter::Entry *const entry = m_meter.entryOf(drawn.node);
        QJsonObject node{{QStringLiteral("s"), entry ? jsonNumber(entry->number) : QJsonValue(0)},
                         {QStringLiteral("name"), qText(drawn.name)},
                         {QStringLiteral("kind"), QLatin1String(kindOf(*drawn.node))}};
        if (!drawn.node->has(Effecting)) {
            node.insert(QStringLiteral("value"), qText(value(drawn)));
        }
        nodes.append(node);
    }
    QJsonArray arrows;
    for (const GraphArrow &arrow : part.arrows) {
        arrows.append(QJsonArray{jsonNumber(arrow.from), jsonNumber(arrow.to), arrow.isObserved});
    }
    QJsonArray listeners;
    for (const GraphListener &listener : part.listeners) {
        listeners.append(QJsonArray{jsonNumber(listener.of), qText(listener.name), jsonNumber(listener.count)});
    }
    return {{{QStringLiteral("nodes"), nodes},
             {QStringLiteral("arrows"), arrows},
             {QStringLiteral("listeners"), listeners}},
            {},
            {}};
}

} // namespace nanostores::detail
