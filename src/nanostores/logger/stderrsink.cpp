// SPDX-License-Identifier: MIT
#include <nanostores/logger/sinks.h>

#include <cstdio>

/// Where lines go in a build without Qt.
namespace nanostores {

LogSinkPtr categorySink(const std::string &category)
{
    return lineSink([prefix = "nanostores." + category + ": "](const std::string &line) {
        std::fprintf(stderr, "%s%s\n", prefix.c_str(), line.c_str());
    });
}

} // namespace nanostores
