// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>

#include <memory>

namespace nanostores::detail {

struct Node;
struct OldValue;

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

    /// The store has another value. The old one is there only if a sink, a hook or a mark takes it. May neither read
    /// nor write stores.
    virtual void changed(Node &node, OldValue *past) noexcept = 0;

private:
    friend void addChangeMark(Node &node, std::shared_ptr<ChangeMark> mark, bool takesOldValue);
    friend void removeChangeMark(Node &node, const ChangeMark &mark) noexcept;
    friend bool markChange(Node &node, OldValue *past) noexcept;

    std::shared_ptr<ChangeMark> m_next; ///< Of the same store.
};

/// Has the mark called as long as the node lives. takesOldValue: it is called with the old value.
NANOSTORES_CORE_EXPORT void addChangeMark(Node &node, std::shared_ptr<ChangeMark> mark, bool takesOldValue);
/// One that is not there is no mistake.
NANOSTORES_CORE_EXPORT void removeChangeMark(Node &node, const ChangeMark &mark) noexcept;

/// Calls the marks of a node with the flag HooksNotify. True: there is nothing else that has to be called before the
/// notification.
bool markChange(Node &node, OldValue *past) noexcept;

} // namespace nanostores::detail
