// SPDX-License-Identifier: MIT

// What `import "nanostores"` gives.

export {
  allTasks, atom, batch, batched, clean, cleanStores, cleanTasks, computed, deepMap, effect, getKey, getPath, keepMount,
  listenKeys, map, mapCreator, onMount, onNotify, onSet, onStart, onStop, readonlyType, setByKey, setPath, startTask,
  STORE_UNMOUNT_DELAY, subscribeKeys, task
} from './nanostores.mjs'
