// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/graph/recorder.h>

#include <cstddef>
#include <exception>
#include <memory>
#include <vector>

namespace nanostores::detail {

class Queue;
struct Runtime;

/// The recorders of one store. Some may come and go while others are called.
struct Recorders
{
    std::vector<Recorder *> list; ///< Null: removed while recorders were called.
    int depth = 0; ///< So many calls are under way.
};

/// Whether the node has hooks of the kind.
bool hasHooks(const Node &node, HookKind kind) noexcept;

/// Of a node with the flag HooksNotify; null: it is not recorded.
std::shared_ptr<Recorders> recordersOf(const Node &node) noexcept;
/// Has the recorders of the node called, if there are any, before the key is removed.
void noteRemoval(Node &node, const void *key) noexcept;

/// A change of a node on its way to its observers: calls the recorders at their moments, and holds the turn.
class RecordedChange
{
public:
    RecordedChange(Node &node, OldValue *past, Runtime &runtime);
    RecordedChange(const RecordedChange &) = delete;
    RecordedChange &operator=(const RecordedChange &) = delete;
    ~RecordedChange();

    explicit operator bool() const noexcept { return m_recorders != nullptr; }
    /// Nothing runs: the turn ends with this write.
    bool isOutermost() const noexcept { return m_isOutermost; }
    /// Has the observers called, unless something runs that does so later. Throws the error, or one of theirs.
    void finish(Runtime &runtime, std::exception_ptr error);
    /// The same of an outermost change whose store has listeners alone. Takes the past.
    void finishWithListeners(Runtime &runtime, Node &node, OldValue *past);

private:
    template<typename F>
    void each(F f);
    template<typename F>
    void finish(F notify, std::exception_ptr error);

    const std::shared_ptr<Recorders> m_recorders;
    Queue &m_queue;
    bool m_isOutermost = false;
};

} // namespace nanostores::detail
