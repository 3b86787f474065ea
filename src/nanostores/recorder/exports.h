// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/recorder/sessionfile.h>

#include <cstddef>
#include <string>

namespace nanostores {

/// What of a session Redux DevTools are given: each step of theirs has a copy of all values.
struct ReduxOptions
{
    std::size_t turns = 50; ///< The last ones; 0: all.
    std::string stores = "*"; ///< Names, with `*` and `?`.
};

/// A state file for Redux DevTools (Import): each turn is an action, named after the store that was written first, with
/// who wrote it as its stack.
[[nodiscard]] NANOSTORES_RECORDER_EXPORT std::string toReduxDevTools(const Session &session,
                                                                     const ReduxOptions &options = {});

/// A trace in Chrome's JSON, for ui.perfetto.dev and chrome://tracing: writes, runs and batches as slices that lie in
/// one another, with arrows from what has caused a run, and stores of numbers as counters.
[[nodiscard]] NANOSTORES_RECORDER_EXPORT std::string toChromeTrace(const Session &session);

/// What set off what, as text for Graphviz: an arrow from a store to each function that ran because of it, with how
/// often, and a dashed one from a function to each store that it wrote. Stores have their last values; those that took
/// no part are left out.
[[nodiscard]] NANOSTORES_RECORDER_EXPORT std::string toGraphViz(const Session &session);

/// The source of a Qt Test that replays the session: see replay(). className is that of the test, as `tst_Cart`. The
/// program's stores have to be linked into the test, or made where its comment says.
[[nodiscard]] NANOSTORES_RECORDER_EXPORT std::string toQtTest(const std::string &sessionLines,
                                                              const std::string &className);

} // namespace nanostores
