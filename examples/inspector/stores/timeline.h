// SPDX-License-Identifier: MIT
#pragma once

#include "inspection.h"

#include <cstddef>

/// The timeline, made of the record: a line for each turn, and what happened in it below.
namespace lens {

/// Adds the turns that begin at the place and after it.
void appendToTimeline(std::size_t from);
/// Adds the events from the place on, the first of which belong to the last turn that is there.
void completeTimeline(std::size_t from);
void rebuildTimeline();
/// The event that stands for the place: that of its turn, if the turn is folded or ends there.
std::size_t shownAt(std::size_t place);
/// Unfolds the turn of this event, or folds it.
void toggleTurn(qint64 id);
/// Lets the oldest turns go, if more is recorded than is kept.
void trimRecord();

} // namespace lens
