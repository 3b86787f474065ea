// SPDX-License-Identifier: MIT

// Stands in for the module where it cannot be registered: see detail/qtversion.h. The module itself is in
// src/nanostores/scriptpersistent.

import * as all from 'qrc:/nanostores/script/module_persistent.mjs'

export * from 'qrc:/nanostores/script/module_persistent.mjs'
export default all
