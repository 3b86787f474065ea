// SPDX-License-Identifier: MIT

// What `import "nano_kit"` gives.

export {
  action, batch, boundDeferScope, computed, createSignal, deferScope, effect, effectScope, exec, external, identity,
  isAccessor, isFunction, isMountable, isMounted, isSignal, isWritable, listen, morph, mountable, nextValue, noMount,
  noop, observe, onMount, onMounted, onMountEffect, onMountEffectScope, onStart, onStop, readonly, selector, signal,
  signalNextValue, start, startScope, stopScope, STORE_UNMOUNT_DELAY, subscribe, subscribeAny, trigger,
  unsafeMarkMountable, unsafeMarkWritable, untracked
} from './kit_signals.mjs'

export {
  $$clear, $$deleted, $$insert, $get, $getMapKey, and, assignIndex, assignKey, atFoundIndex, atIndex, atKey, boolean,
  child, clearMap, composeDestroys, concat, deepRecord, deleteIndex, deleteKey, deleteMapKey, every, fireMapEvent, get,
  gt, gte, is, isEmpty, isNot, length, lt, lte, not, or, pop, previous, push, record, resolved, setIndex, setKey,
  setMapKey, shift, some, subMapEvent, toAccessor, toAccessorOrSignal, toSignal, unshift, updateArray, when
} from './kit_values.mjs'

export { debounce, interval, noLimit, pace, paced, throttle } from './kit_time.mjs'

export { BooleanCodec, isCodec, JsonCodec, NoopCodec, noopStorage, stored, syncedStored } from './kit_storage.mjs'

export {
  addTask, contextOf, DependencyNotFound, getContext, inject, Injectable$, InjectionContext, onScopeEnd, provide, run, Scope, scoped, taskPromise,
  TasksPool$, tasksRunner, TasksRunner$, unsafeRun, waitCurrentTasks, waitTasks
} from './kit_inject.mjs'

export {
  ActiveHydrator, dehydrate, hydratable, Hydratables$, Hydrator$, isHydrated, StaticHydrator
} from './kit_hydration.mjs'
