// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>

#include <memory>

namespace nanostores::detail {

struct Node;
struct OldValue;

/// Sees each change of a store with its old value, as a history needs it: before hooks and observers are called, in the
/// order of the writes, and also of what a batch has put off. It mounts nothing.
///
/// A store that is recorded goes the way of stores with onNotify hooks. Others pay nothing.
class NANOSTORES_CORE_EXPORT Recorder
{
public:
    Recorder() = default;
    Recorder(const Recorder &) = delete;
    Recorder &operator=(const Recorder &) = delete;
    virtual ~Recorder();

    /// The store has another value. May neither write nor destroy stores.
    virtual void changed(Node &node, OldValue *past) noexcept = 0;
    /// A key of the store, which is a map, is about to be removed: for what has to know where it stood. changed()
    /// follows. The key is one of the map's type.
    virtual void removing(Node &node, const void *key) noexcept;
    /// The turn goes on when the write has returned. What lies below the store is queued, and nothing of it has run.
    virtual void queued() = 0;
    /// Instead of queued(), of an outermost write: all observers have been called. The turn ends after this.
    virtual void ended() = 0;
};

/// Has the recorder called with the changes of the node, as long as what is returned lives. The turn of a write of such
/// a node lasts from changed() to the end of its drain.
[[nodiscard]] NANOSTORES_CORE_EXPORT std::shared_ptr<void> addRecorder(Node &node, Recorder &recorder);
NANOSTORES_CORE_EXPORT void removeRecorder(Node &node, Recorder &recorder) noexcept;
/// A map with the flag HooksNotify is about to change, at a key, or, null, as a whole: has its marks called, and, if
/// the key is going to be removed, its recorders.
NANOSTORES_CORE_EXPORT void noteKey(Node &node, const void *key, bool goes) noexcept;

} // namespace nanostores::detail
