// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/scripti18n/export.h>

class QJSEngine;

namespace nanostores {

/// Makes `import { createI18n } from "@nanostores/i18n"` work in modules that the engine loads, and those of
/// installModules() as well. To be called before the first module that imports it is loaded; a second call does
/// nothing.
NANOSTORES_SCRIPTI18N_EXPORT void installI18nModule(QJSEngine *engine);

namespace detail {

/// The same for the initializeEngine() of a plugin: while the type loader of QML waits for it.
NANOSTORES_SCRIPTI18N_EXPORT void installI18nModuleWhileLoading(QJSEngine *engine);

} // namespace detail
} // namespace nanostores
