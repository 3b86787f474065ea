// SPDX-License-Identifier: MIT

// What `import "@nanostores/query"` gives.

export { nanoquery, onErrorRetry } from './query.mjs'
