// SPDX-License-Identifier: MIT

// What `import "@nanostores/router"` gives.

export { createRouter, getPagePath, openPage, redirectPage } from './router.mjs'
