// SPDX-License-Identifier: MIT

// Stands in for the module where it cannot be registered: see detail/qtversion.h.

import * as all from 'qrc:/nanostores/script/module_router.mjs'

export * from 'qrc:/nanostores/script/module_router.mjs'
export default all
