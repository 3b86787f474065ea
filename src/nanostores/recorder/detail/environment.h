// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/recorder/export.h>

#include <cstdint>
#include <string>
#include <vector>

/// What the recorder asks of the system.
namespace nanostores::detail {

/// A variable of the environment; empty in a program that runs with the rights of another user than who started it.
NANOSTORES_RECORDER_EXPORT std::string safeEnvironment(const char *name);
/// The patterns of NANOSTORES_INSPECT_REDACT, which stand there with commas between them.
NANOSTORES_RECORDER_EXPORT std::vector<std::string> redactionsOfEnvironment();
/// The name of the program's file, without its folder.
NANOSTORES_RECORDER_EXPORT std::string programName();
NANOSTORES_RECORDER_EXPORT std::int64_t processNumber() noexcept;

} // namespace nanostores::detail
