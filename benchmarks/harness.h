// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

/// One measured operation. It is built once in a process of its own, and then repeated.
struct Program
{
    std::function<void(std::size_t count)> run; ///< Does the operation that many times.
    std::function<std::string()> result = {}; ///< What must come out the same in every peer, if anything.
};

/// Registers `<case>/<peer>`. Cheap operations are timed in batches.
void addCase(std::string name, std::size_t batch, std::function<Program()> make);

/// Registers a number that is not a time: bytes on the heap for one object, or how often something happened.
void addBytes(std::string name, std::function<double()> measure);

/// Registers numbers that are measured together, such as times that count only beside one another.
void addFigures(std::string name, std::function<std::vector<double>()> measure);

/// Registers all cases of the suite; defined by it.
void addCases();

/// What main() does: `list`, `time <case>`, `count <case> <n>`, `result <case> <n>`, `bytes <case>` or
/// `figures <case>`.
int runBenchmark(int argc, char *argv[]);
