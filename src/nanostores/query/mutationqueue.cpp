// SPDX-License-Identifier: MIT
#include <nanostores/query/mutationqueue.h>

#include <algorithm>

namespace nanostores {

Computed<int> MutationQueue::count() const
{
    return computed(m_core->calls(), [](const QList<QueuedCall> &calls) {
        return static_cast<int>(std::count_if(
            calls.begin(), calls.end(), [](const QueuedCall &call) { return call.state != QueuedCallState::Refused; }));
    });
}

} // namespace nanostores
