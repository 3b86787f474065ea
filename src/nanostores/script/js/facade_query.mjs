// SPDX-License-Identifier: MIT

// Stands in for the module where it cannot be registered: see detail/qtversion.h.

import * as all from 'qrc:/nanostores/script/module_query.mjs'

export * from 'qrc:/nanostores/script/module_query.mjs'
export default all
