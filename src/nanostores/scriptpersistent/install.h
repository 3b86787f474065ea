// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/engine.h>
#include <nanostores/scriptpersistent/export.h>

#include <optional>

class QJSEngine;

namespace nanostores {

/// Makes `import { persistentAtom } from "@nanostores/persistent"` work in modules that the engine loads, and those of
/// installModules() as well. To be called before the first module that imports it is loaded; a second call does
/// nothing.
///
/// Stores made there are kept by the storage engine, or, without one, by persistentEngine(), which is asked when the
/// first of them is made. It has to belong to the thread that runs the JavaScript engine.
NANOSTORES_SCRIPTPERSISTENT_EXPORT void installPersistentModule(QJSEngine *engine,
                                                                std::optional<StorageEngine> storage = std::nullopt);

namespace detail {

/// The same for the initializeEngine() of a plugin: while the type loader of QML waits for it.
NANOSTORES_SCRIPTPERSISTENT_EXPORT void installPersistentModuleWhileLoading(QJSEngine *engine);

} // namespace detail
} // namespace nanostores
