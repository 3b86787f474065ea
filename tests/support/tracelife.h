// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/lifecycle.h>

#include "callrecorder.h"

namespace support {

/// Traces all four moments of a store's life.
template<typename S>
void traceLife(const S &store, const Trace &trace, const QByteArray &name)
{
    nanostores::onStart(store, trace.adds("start-" + name));
    nanostores::onStop(store, trace.adds("stop-" + name));
    nanostores::onMount(store, [trace, name] {
        trace.add("mount-" + name);
        return trace.adds("unmount-" + name);
    });
}

} // namespace support
