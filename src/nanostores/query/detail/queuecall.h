// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/query/detail/queuecore.h>
#include <nanostores/query/mutation.h>
#include <nanostores/query/queuedcall.h>

#include <QJsonArray>

#include <optional>
#include <string>

namespace nanostores::detail {

/// A call of a queue, from the moment when it is in the storage until it is not.
struct QueueCore::Call
{
    QueuedCall shown;
    std::string name; ///< In the storage.
    QJsonArray args;
    std::optional<Work> work; ///< None: it is not shown.
    std::optional<MutationContext> context;
    bool isReadable = true;
    bool isBeingShown = false;
};

} // namespace nanostores::detail
