// SPDX-License-Identifier: MIT

// Stands in for the module where it cannot be registered: see detail/qtversion.h. The module itself is in
// src/nanostores/scripttestkit.

import * as all from 'qrc:/nanostores/script/module_test.mjs'

export * from 'qrc:/nanostores/script/module_test.mjs'
export default all
