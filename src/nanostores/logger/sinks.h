// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/logger/export.h>
#include <nanostores/logger/logevent.h>

#include <functional>
#include <string>
#include <string_view>

namespace nanostores {

/// Lines of text under the logging category `nanostores.<category>`: an event is a debug message, one that failed a
/// warning, each with the file and the line of the write where they are known. Trees of several threads are not mixed.
/// Without Qt, lines go to standard error.
[[nodiscard]] NANOSTORES_LOGGER_EXPORT LogSinkPtr categorySink(const std::string &category = "log");

/// Calls the function with each line, as in `[9]   cart["mug"]: - -> 2`.
[[nodiscard]] NANOSTORES_LOGGER_EXPORT LogSinkPtr lineSink(std::function<void(const std::string &line)> write);

/// Calls the function with each event, in the order in which they began.
[[nodiscard]] NANOSTORES_LOGGER_EXPORT LogSinkPtr eventSink(std::function<void(const LogEvent &event)> write);

/// A file of JSON, an event a line, which is there as soon as the turn is over. Throws std::runtime_error if the file
/// cannot be opened. One that is there is replaced, or with append continued.
[[nodiscard]] NANOSTORES_LOGGER_EXPORT LogSinkPtr jsonLines(const std::string &path, bool append = false);
/// The same to a function: the line without its end.
[[nodiscard]] NANOSTORES_LOGGER_EXPORT LogSinkPtr jsonLines(std::function<void(std::string_view line)> write);

/// A trace in Chrome's JSON, for ui.perfetto.dev, chrome://tracing and Qt Creator: writes, runs, batches and actions as
/// slices, a track for each thread, and stores that hold numbers as counters. Throws std::runtime_error if the file
/// cannot be opened. It is whole when the last logger that writes to it has ended; viewers read one that is not, too.
[[nodiscard]] NANOSTORES_LOGGER_EXPORT LogSinkPtr traceFile(const std::string &path);

} // namespace nanostores
