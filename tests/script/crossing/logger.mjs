// SPDX-License-Identifier: MIT
import * as log from "@nanostores/logger"
export { log }
