// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>

#include <memory>

namespace nanostores::detail {

struct Node;

/// Learns that a store has another value, for what looks at the value later: as cheaply as can be, at each change, also
/// inside of a batch, and if an onNotify hook aborts the notification. It mounts nothing, and belongs to the store.
///
/// A store that has nothing but marks is written as one without hooks; a Recorder costs more, and knows the turn.
class NANOSTORES_CORE_EXPORT ChangeMark
{
public:
    ChangeMark() = default;
    ChangeMark(const ChangeMark &) = delete;
    ChangeMark &operator=(const ChangeMark &) = delete;
    virtual ~ChangeMark();

    /// The store has another value. May neither read nor write stores.
    virtual void changed(Node &node) noexcept = 0;
    /// The store, which is a map, is about to change at a key of its type, or, null, as a whole. changed() follows,
    /// unless the change fails. May neither read nor write stores.
    virtual void keyChanging(Node &node, const void *key) noexcept;

private:
    friend void addChangeMark(Node &node, std::shared_ptr<ChangeMark> mark);
    friend void removeChangeMark(Node &node, const ChangeMark &mark) noexcept;
    friend bool markChange(Node &node) noexcept;
    friend void noteKey(Node &node, const void *key, bool goes) noexcept;

    std::shared_ptr<ChangeMark> m_next; ///< Of the same store.
};

/// Has the mark called as long as the node lives.
NANOSTORES_CORE_EXPORT void addChangeMark(Node &node, std::shared_ptr<ChangeMark> mark);
/// One that is not there is no mistake.
NANOSTORES_CORE_EXPORT void removeChangeMark(Node &node, const ChangeMark &mark) noexcept;

/// Calls the marks of a node with the flag HooksNotify. True: there is nothing else that has to be called before the
/// notification.
bool markChange(Node &node) noexcept;

} // namespace nanostores::detail
