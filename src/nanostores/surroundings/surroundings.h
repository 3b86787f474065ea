// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/readonly.h>
#include <nanostores/surroundings/export.h>

namespace nanostores {

/// A store of what the system says of the program. Its value is kept up to date from the first call of the function
/// that returns it, which may come before the application object is made.
///
/// Each thread has stores of its own. Those of the application object's thread follow the system, from the moment when
/// the library is loaded. Those of another thread begin with what that one knows, and are notified by the event loop of
/// their own; without one they stay as they began. Where a thread is the first of all to call online() or metered(),
/// the application object's thread looks for the network in its next turn, and until then the store is as where the
/// system says nothing.
using SurroundingsStore = Readonly<detail::SignalNode<bool>>;

/// A window of the program can be seen. False while the program is hidden or suspended, as on a phone when another one
/// is in front. A window that is behind others, or has not the focus, counts as seen. Without windows it is true.
[[nodiscard]] NANOSTORES_SURROUNDINGS_EXPORT SurroundingsStore appVisible();

/// A window of the program has the focus. True until the system has said otherwise; without windows it is true.
[[nodiscard]] NANOSTORES_SURROUNDINGS_EXPORT SurroundingsStore appActive();

/// False while the system says that there is no network at all. True where it says nothing: a server that cannot be
/// reached is an error of the request. The first call loads Qt's network information.
[[nodiscard]] NANOSTORES_SURROUNDINGS_EXPORT SurroundingsStore online();

/// What is sent costs money, or counts for a limit. False where the system says nothing. The first call loads Qt's
/// network information.
[[nodiscard]] NANOSTORES_SURROUNDINGS_EXPORT SurroundingsStore metered();

/// For tests: while it lives, the stores of its thread have the values that it is given, whatever the system says. It
/// begins with a program that is seen, has the focus, and is online. One at a time: a second one throws
/// std::logic_error.
class NANOSTORES_SURROUNDINGS_EXPORT FakeSurroundings
{
public:
    FakeSurroundings();
    FakeSurroundings(const FakeSurroundings &) = delete;
    FakeSurroundings &operator=(const FakeSurroundings &) = delete;
    /// The stores get the values of the system.
    ~FakeSurroundings();

    void setAppVisible(bool isVisible); ///< A program that is not seen has no focus.
    void setAppActive(bool isActive); ///< A program that has the focus is seen.
    void setOnline(bool isOnline);
    void setMetered(bool isMetered);
};

} // namespace nanostores
