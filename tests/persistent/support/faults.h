// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/engineerror.h>

#include <QtCore/QtGlobal>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <new>
#include <random>
#include <string>

namespace support {

/// How many faults of a kind a test tries; by night NANOSTORES_FAULTS says it.
inline int faultCount(int usual)
{
    bool isSet = false;
    const int count = qEnvironmentVariableIntValue("NANOSTORES_FAULTS", &isSet);
    return isSet ? std::max(count, 1) : usual;
}

/// The same numbers each day, others by night.
inline std::mt19937 random()
{
    return std::mt19937(qEnvironmentVariableIsSet("NANOSTORES_FAULTS") ? std::random_device()() : 1U);
}

inline int below(std::mt19937 &random, int limit)
{
    return std::uniform_int_distribution<int>(0, limit - 1)(random);
}

/// Memory that forked processes share with the test.
struct Shared
{
    struct Writer
    {
        std::atomic<std::uint64_t> acknowledged = 0;
        std::atomic<std::uint64_t> counted = 0;
        std::atomic<bool> isDone = false;
    };

    std::array<Writer, 3> writers;
    std::atomic<bool> isEnding = false;
    std::array<char, 2000> text{};

    void say(const std::string &message) { std::snprintf(text.data(), text.size(), "%s", message.c_str()); }

    static Shared *make()
    {
        void *memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        return new (memory) Shared;
    }
};

/// Calls f in a child of this process, which ends with what it returns; what it throws ends in shared.text, and 99. No
/// storage may be open here, but in tests of that.
template<typename F>
pid_t inChild(Shared &shared, F f)
{
    const pid_t child = fork();
    if (child != 0) {
        return child;
    }
    int result = 99;
    try {
        result = f();
    } catch (const std::exception &error) {
        shared.say(error.what());
    }
    _exit(result);
}

/// Waits until a child has ended: its result, minus the signal that killed it.
inline int resultOf(pid_t child)
{
    int status = 0;
    if (waitpid(child, &status, 0) != child) {
        return -1000;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

} // namespace support
