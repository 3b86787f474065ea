// SPDX-License-Identifier: MIT

// Both modules as objects, for tst_crossing.cpp.

import * as nano from "nanostores"
import * as kit from "nano_kit"

const everyNano = nano
const everyKit = kit

export { everyNano as nano, everyKit as kit }
