// SPDX-License-Identifier: MIT

// What `import "@nanostores/persistent"` gives.

export {
  cleanTestStorage, getTestStorage, persistentAtom, persistentBoolean, persistentJSON, persistentMap, setPersistentEngine, setTestStorageKey, useTestStorageEngine,
  windowPersistentEvents
} from './persistent.mjs'
