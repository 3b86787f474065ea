// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/script/export.h>

class QJSEngine;

namespace nanostores {

/// Makes `import { atom } from "nanostores"` and `import { signal } from "nano_kit"` work in modules that the engine
/// loads; "@nano_kit/store" is another name of the latter, and "@nanostores/logger", "@nanostores/query" and
/// "@nanostores/router" are there as well. The stores made there are native ones, of the thread that runs the engine.
///
/// To be called before the first module that imports them is loaded; a second call does nothing. A QQmlEngine of Qt 6.4
/// and 6.8 also gets an URL interceptor, since those look for files of these names. `import NanoStores` in QML calls
/// it.
NANOSTORES_SCRIPT_EXPORT void installModules(QJSEngine *engine);

} // namespace nanostores
