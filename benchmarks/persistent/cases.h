// SPDX-License-Identifier: MIT
#pragma once

/// What a program pays for persistent stores where it sets them.
void addStoreCases();
/// What is paid for on the engine's thread: writing and reading files.
void addStorageCases();
/// What another process sees, and when.
void addProcessCases();
/// Whether this is the other process of such a case, which is over with that result.
bool isOtherProcess(int argc, char *argv[], int &result);
