// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/changemark.h>

#include <nanostores/core/graph/recorders.h>
#include <nanostores/core/graph/runtime.h>

#include <utility>

/// Marking what changes.
namespace nanostores::detail {

ChangeMark::~ChangeMark() = default;

void ChangeMark::keyChanging(Node &, const void *) noexcept {}

void addChangeMark(Node &node, std::shared_ptr<ChangeMark> mark)
{
    node.checkThread();
    Extra &extra = node.extra();
    mark->m_next = std::move(extra.marks);
    extra.marks = std::move(mark);
    node.flags |= HooksNotify;
}

void removeChangeMark(Node &node, const ChangeMark &mark) noexcept
{
    Extra *const extra = node.extraOrNull();
    if (!extra) {
        return;
    }
    for (auto *place = &extra->marks; *place; place = &(*place)->m_next) {
        if (place->get() == &mark) {
            const auto held = *place;
            *place = std::exchange(held->m_next, nullptr);
            break;
        }
    }
    if (!extra->marks && !hasHooks(node, HookKind::Notify) && !recordersOf(node)) {
        node.flags &= ~HooksNotify;
    }
}

namespace {

/// Of a node with the flag HooksNotify, which has one.
inline const Extra *extraOf(const Node &node) noexcept
{
    return reinterpret_cast<const Extra *>(node.aux);
}

} // namespace

bool markChange(Node &node) noexcept
{
    const Extra *const extra = extraOf(node);
    if (!extra->marks) {
        return false;
    }
    for (ChangeMark *mark = extra->marks.get(); mark; mark = mark->m_next.get()) {
        mark->changed(node);
    }
    const Lifecycle *const lifecycle = extra->lifecycle.get();
    return extra->shared.empty() // recorders would be in there
           && (!lifecycle || lifecycle->hooks[static_cast<std::size_t>(HookKind::Notify)].empty());
}

void noteKey(Node &node, const void *key, bool goes) noexcept
{
    const Extra *const extra = extraOf(node);
    for (ChangeMark *mark = extra->marks.get(); mark; mark = mark->m_next.get()) {
        mark->keyChanging(node, key);
    }
    if (goes && !extra->shared.empty()) {
        noteRemoval(node, key);
    }
}

} // namespace nanostores::detail
