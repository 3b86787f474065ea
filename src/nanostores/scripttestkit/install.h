// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/scripttestkit/export.h>

class QJSEngine;

namespace nanostores {

/// Makes `import { guard } from "nanostores/test"` work in modules that the engine loads, and those of installModules()
/// as well. To be called before the first module that imports it is loaded; a second call does nothing. `import
/// NanoStores.Test` in QML calls it.
NANOSTORES_SCRIPTTESTKIT_EXPORT void installTestModule(QJSEngine *engine);

namespace detail {

/// The same for the initializeEngine() of a plugin: while the type loader of QML waits for it.
NANOSTORES_SCRIPTTESTKIT_EXPORT void installTestModuleWhileLoading(QJSEngine *engine);

} // namespace detail
} // namespace nanostores
