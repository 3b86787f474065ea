// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

/// What messages call a store or an effect.
namespace nanostores::detail {

namespace {

/// What a listener calls an unnamed store. Not asked from another thread, where the list may be in change.
std::string shownAs(const Node &node)
{
    const Runtime *runtime = currentRuntime;
    if (!runtime || runtime->index != node.flags >> FlagBits) {
        return {};
    }
    for (Link *link = node.sinks; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            if (std::string shown = asListener(link)->shownAs(); !shown.empty()) {
                return shown;
            }
        }
    }
    const Listener *const arriving = runtime->observers.arriving();
    return arriving && arriving->source == &node ? arriving->shownAs() : std::string();
}

} // namespace

std::string Node::label() const
{
    const Extra *present = extraOrNull();
    const char *kind = has(Effecting) ? "effect" : has(Computing) ? "computed store" : "store";
    if (present && !present->name.empty()) {
        return std::string(kind) + " \"" + present->name + "\"";
    }
    const std::string shown = shownAs(*this);
    return std::string("unnamed ") + kind + (shown.empty() ? "" : " of ") + shown;
}

} // namespace nanostores::detail
