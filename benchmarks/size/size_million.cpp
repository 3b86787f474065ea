// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Prints how much memory a million of something takes, in bytes for each: what the kernel counts, so that what the
/// allocator keeps is in it.

namespace {

constexpr std::size_t Count = 1000000;

long residentKilobytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("VmRSS:", 0) == 0) {
            return std::stol(line.substr(6));
        }
    }
    return 0;
}

template<typename T, typename Make>
double each(Make make)
{
    std::vector<std::optional<T>> all(Count); // its own memory is there before
    const long before = residentKilobytes();
    for (std::size_t i = 0; i < Count; ++i) {
        all[i].emplace(make(static_cast<int>(i)));
    }
    return static_cast<double>(residentKilobytes() - before) * 1024 / static_cast<double>(Count);
}

} // namespace

int main(int argc, char **argv)
{
    const std::string what = argc > 1 ? argv[1] : "";
    if (what == "atoms") {
        std::printf("%.1f\n", each<nanostores::Atom<int>>([](int i) { return nanostores::atom(i); }));
    } else if (what == "pointers") {
        std::printf("%.1f\n", each<std::shared_ptr<int>>([](int i) { return std::make_shared<int>(i); }));
    } else {
        return 2;
    }
    return 0;
}
