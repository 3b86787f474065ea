// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/edit.h>
#include <nanostores/core/store.h>
#include <nanostores/logger/logger.h>
#include <nanostores/recorder/export.h>
#include <nanostores/recorder/sessionfile.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nanostores {

class ManualScheduler;

/// Lets a replay, and an inspector, set stores of the types of these. Those of bool, int, unsigned, long long, double
/// and std::string can be set anyway. The values are structs with NANOSTORES_STRUCT, and containers and optionals of
/// them.
template<NodeHandle... Stores>
void editable(const Stores &...)
{
    (detail::makeEditable<Stores>(), ...);
}

/// How a session is replayed.
struct ReplayOptions
{
    enum Mode {
        /// What was written from outside is written again, each at its time; the rest is what the program makes of it.
        Live,
        /// All writes are made again, and nothing of the program runs but computed stores.
        Values,
    };

    Mode mode = Live;
    /// The scheduler of the thread, whose time is moved on to that of each event: timers run as they did. Null: no time
    /// passes.
    ManualScheduler *time = nullptr;
    std::vector<LoggedStore> stores{}; ///< What the session calls them. Others are found by their names.
    std::vector<std::string> ignore{}; ///< Names of stores that may differ, with `*` and `?`.
    std::vector<Redaction> redact{}; ///< What is neither written, nor compared, nor named with its value.
    bool setInitialValues = true; ///< First, stores get the values that they had when the recording began.
};

/// What a replay has found.
struct ReplayResult
{
    std::string difference; ///< The first one, with its cause; empty: there is none.
    std::uint64_t event = 0; ///< Where in the session.
    std::vector<std::string> notes; ///< What could not be replayed or compared, and why.
    std::size_t written = 0; ///< How many writes were made,
    std::size_t compared = 0; ///< and how many values were compared.

    /// No difference; and something was compared.
    explicit operator bool() const noexcept { return difference.empty() && compared > 0; }
    /// All of it as text, for a message of a test.
    NANOSTORES_RECORDER_EXPORT std::string report() const;
};

/// Replays a session with the stores of this thread, and compares what they become with what was recorded, up to the
/// first difference. Stores are the same if they have the same name. On the thread of the stores, and at rest.
[[nodiscard]] NANOSTORES_RECORDER_EXPORT ReplayResult replay(const Session &session, ReplayOptions options = {});

} // namespace nanostores
