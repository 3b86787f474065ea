// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>

#include <chrono>
#include <string>

/// A message that goes away three seconds after it was shown last. Nothing here knows of tests.
namespace toast {

inline const auto message = nanostores::atom("").named("toast/message");
inline const auto isVisible =
    nanostores::computed(message, [](const std::string &text) { return !text.empty(); }).named("toast/isVisible");

inline void show(const std::string &text)
{
    static nanostores::Scheduler::TimerId timer = 0;
    nanostores::Scheduler &time = *nanostores::scheduler();
    time.cancel(timer);
    timer = time.after(std::chrono::seconds(3), [] { message.set(""); });
    message.set(text);
}

} // namespace toast
