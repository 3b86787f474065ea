// SPDX-License-Identifier: MIT
import { history } from "nanostores/history"
export { history }
