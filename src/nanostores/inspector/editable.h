// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/edit.h>
#include <nanostores/core/store.h>

namespace nanostores {

/// Lets inspectors set stores of the types of these: `allowEdits(cartItems, theme)`. Atoms of bool, int, unsigned, long
/// long, double and std::string can be set without it, and those declared in QML.
///
/// A program that has no inspector pays with the code that sets such a store. The inspector has to be allowed to edit
/// as well: see InspectorOptions::capabilities. May be called on any thread.
template<typename... S>
requires(requires { typename S::node_type; } && ...)
void allowEdits(const S &...)
{
    (detail::makeEditable<S>(), ...);
}

} // namespace nanostores
