// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector.h>
#include <nanostores/recorder/session.h>

/// What a Recorder has written, as an inspector would have sent it.
namespace lens {

nanostores::InspectedStore inspectedOf(const nanostores::SessionStore &store);
/// store: its own; null: it has none. False: the windows do not show events of its kind.
bool inspectedOf(const nanostores::SessionEvent &event, const nanostores::SessionStore *store,
                 nanostores::InspectedEvent &made);

} // namespace lens
