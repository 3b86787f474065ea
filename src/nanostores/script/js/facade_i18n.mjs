// SPDX-License-Identifier: MIT

// Stands in for the module where it cannot be registered: see detail/qtversion.h. The module itself is in
// src/nanostores/scripti18n.

import * as all from 'qrc:/nanostores/script/module_i18n.mjs'

export * from 'qrc:/nanostores/script/module_i18n.mjs'
export default all
