// SPDX-License-Identifier: MIT
#pragma once

#include "inspection.h"

#include <QList>

#include <cstddef>

/// The timeline, made of the record: a line for each turn, and what happened in it below.
namespace lens {

/// Adds the turns that begin at the place and after it.
void appendToTimeline(std::size_t from);
/// Adds the events from the place on, the first of which belong to the last turn that is there.
void completeTimeline(std::size_t from);
void rebuildTimeline();
/// Unfolds a line, that of the event at root, or folds it.
void setOpen(std::size_t index, std::size_t root, bool isOpen);
/// What the turn of the event at the place has set off.
QList<EventRow> rowsInside(std::size_t root);
/// Lets the oldest turns go, if more is recorded than is kept.
void trimRecord();

} // namespace lens
