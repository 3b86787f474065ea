// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include <string>

#define PLUGIN_EXPORT extern "C" __attribute__((visibility("default")))

static const auto own = nanostores::atom(1);

/// What this plugin's runtime reports goes there.
PLUGIN_EXPORT void keepReports(std::string *reports)
{
    nanostores::setMisuseHandler([reports](const std::string &message) { *reports += message + '\n'; });
}

PLUGIN_EXPORT int act()
{
    own.set(own.get() + 1);
    return own.get();
}
