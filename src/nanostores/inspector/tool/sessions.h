// SPDX-License-Identifier: MIT
#pragma once

#include "wish.h"

/// Commands that need no program that runs.

/// Writes a session for another tool.
int exportSession(const Wish &wish);
/// Starts a program that is recorded and may be inspected. Returns only if that is not possible.
int runProgram(const Wish &wish);
/// Empty, or what is wrong with the arguments.
QString problemOfExport(const Wish &wish);
QString problemOfRun(const Wish &wish);
