// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/kit.h>

#include "support/callrecorder.h"

#include <vector>

/// What the tests of selectors share.
namespace support {

using namespace nanostores;

/// One reader a key; each notes its key and the answer.
template<typename S>
std::vector<Subscription> watch(const S &selector, const std::vector<int> &keys, const Trace &trace)
{
    std::vector<Subscription> all;
    for (const int key : keys) {
        all.push_back(effect(
            [selector, key, trace] { trace.add(QByteArray::number(key) + '=', static_cast<int>(selector(key))); }));
    }
    return all;
}

inline int linksOf(const Signal<int> &signal)
{
    int count = 0;
    for (const auto *link = signal.node()->sinks; link; link = link->next) {
        ++count;
    }
    return count;
}

} // namespace support
