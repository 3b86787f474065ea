// SPDX-License-Identifier: MIT

// What `import "nanostores/test"` gives.

export {
  advance, countRuns, expectRuns, guard, pin, settle, snapshotStores, spy, withGuard, withoutMounts
} from './test.mjs'
