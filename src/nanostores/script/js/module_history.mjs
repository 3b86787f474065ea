// SPDX-License-Identifier: MIT

// What `import "nanostores/history"` gives.

export { history } from './history.mjs'
