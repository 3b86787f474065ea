// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/engineerror.h>

#include "files.h"

#include <cstdint>
#include <mutex>
#include <string>

namespace nanostores::detail {

/// Which process uses SQLite here. What is open must not be used by a child that has been forked.
class ProcessGuard
{
public:
    static void enter(const std::string &place)
    {
        const std::lock_guard guard(mutex);
        if (count > 0 && process != processId()) {
            throw EngineError(EngineErrorKind::Misuse,
                              place
                                  + ": this process was forked while storage was open. Open it in the child only, or "
                                    "start the child by"
                                    " exec() (QProcess).",
                              place);
        }
        process = processId();
        ++count;
    }
    static void leave()
    {
        const std::lock_guard guard(mutex);
        --count;
    }

private:
    static inline std::mutex mutex;
    static inline int count = 0;
    static inline std::int64_t process = 0;
};

} // namespace nanostores::detail
