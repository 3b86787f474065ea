// SPDX-License-Identifier: MIT
#pragma once

// What the C++ of the pages stands on: the headers they take for granted, print(), and a scheduler called loop.

#include <nanostores/core.h>

#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

// Examples keep subscriptions only to have them end, and need not use all they name.
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wshadow"
#endif
#if defined(__clang__)
#pragma GCC diagnostic ignored "-Wdollar-in-identifier-extension"
#endif

/// The time of the examples.
struct Loop : nanostores::ManualScheduler
{
    Loop() { nanostores::setScheduler(this); }
    ~Loop() override { nanostores::setScheduler(nullptr); }
};
inline Loop loop;

namespace snippet {

inline std::ostringstream printed;

/// Runs a block and compares what it printed, line by line.
inline bool run(const char *page, int line, void (*block)(), const std::vector<std::string> &expected)
{
    printed.str({});
    nanostores::setScheduler(&loop);
    try {
        block();
    } catch (const std::exception &error) {
        printed << "uncaught: " << error.what() << '\n';
    }
    std::string wanted;
    for (const std::string &text : expected) {
        wanted += text + '\n';
    }
    if (printed.str() == wanted) {
        return true;
    }
    std::cerr << page << ':' << line << ": printed\n" << printed.str() << "-- instead of\n" << wanted;
    return false;
}

} // namespace snippet

/// Prints its arguments with a space between.
template<typename First, typename... Rest>
void print(const First &first, const Rest &...rest)
{
    snippet::printed << std::boolalpha << first;
    ((snippet::printed << ' ' << rest), ...);
    snippet::printed << '\n';
}
