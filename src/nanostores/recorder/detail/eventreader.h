// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/recorder/detail/eventring.h>
#include <nanostores/recorder/detail/originlog.h>
#include <nanostores/recorder/session.h>

#include <cstdint>
#include <vector>

namespace nanostores::detail {

/// The events of a ring after the one of this number, from a place on. If some were lost in between, the first one says
/// how many. scale: nanoseconds of a tick.
std::vector<SessionEvent> readEvents(const EventRing &ring, const OriginLog &origins, std::uint64_t after,
                                     std::uint64_t fromPlace, double scale);
/// The lines of stores that have ended, whose events are in the ring.
std::vector<SessionStore> readGoneStores(const EventRing &ring, std::uint64_t fromPlace);

} // namespace nanostores::detail
