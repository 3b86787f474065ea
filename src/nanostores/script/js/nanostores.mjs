// SPDX-License-Identifier: MIT

// The module `nanostores`: the functions of nanostores 1.5.5 over native stores.

import {
  State, addHook, after, arrived, batch as inBatch, cancel, computing, copyOf, describe, detached, expectArray, expectFunction, expectKey, expectObject, followed, fresh, is, isMounted, keep,
  listen as listenTo, made, makeListed, nativePeek, observers, put, refresh, report, reset, same, tell, unchanged, unlisten, withhold, writeNative
} from './graph.mjs'

export const STORE_UNMOUNT_DELAY = 1000
export const clean = Symbol('clean')

function stateOf(store) {
  const s = store === null || store === undefined ? undefined : store['~']
  return s instanceof State ? s : undefined
}

function isStore(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function') && typeof value.get === 'function'
    && typeof value.listen === 'function'
}

function expectStore(value, where) {
  if (!isStore(value)) {
    throw new TypeError(where + '(): store must be a store, not ' + describe(value))
  }
}

function expectPath(value, where, name) {
  if (typeof value !== 'string') {
    throw new TypeError(where + '(): ' + name + ' must be a string, not ' + describe(value))
  }
}

function expectStores(stores, where) {
  const list = Array.isArray(stores) ? stores : [stores]
  for (let i = 0; i < list.length; i++) {
    if (!isStore(list[i])) {
      throw new TypeError(where + '(): stores' + (Array.isArray(stores) ? '[' + i + ']' : '') + ' must be a store, not '
        + describe(list[i]))
    }
  }
  return list
}

// Atoms

/// A store whose value is C++'s, or that mounts, or any that a computed store's function reads.
function readSlowly(s) {
  if (s.h === null) s.make()
  s.slow = s.native || s.mounts
  if (computing > 0) {
    if (!s.slow) return
    const version = fresh(s)
    if (s.native) refresh(s, version)
  } else if (s.native) {
    refresh(s, s.h.mounted)
  } else if (s.mounts) {
    s.h.mounted
  } else {
    s.h.value
  }
}

// Methods are arrow functions of each store, so that they can be taken off it and replaced; object literals and methods
// take this engine twice as long.
class Store {
  constructor(s) {
    this['~'] = s // not a WeakMap: this engine's marks its values
    this.eq = is
    this.init = s.value
    this.get = () => {
      if (s.slow || computing > 0) readSlowly(s)
      else s.h.value
      return s.value
    }
    this.listen = listener => {
      if (typeof listener !== 'function') expectFunction(listener, 'listen', 'listener')
      let number = listenTo(s, listener)
      return () => {
        if (number < 0) return
        const mine = number
        number = -1
        if (s.listeners !== null && s.listeners[mine] === listener) unlisten(s, mine)
      }
    }
    this.notify = (oldValue, changedKey) => {
      if (s.computing) s.told = true
      else tell(s, oldValue, changedKey)
    }
    this.set = next => {
      const newValue = typeof next === 'object' ? detached(next) : next
      if (s.native) refresh(s, nativePeek(s.id))
      const old = s.value
      const eq = this.eq
      if (eq === is ? old === newValue ? old !== 0 || 1 / old === 1 / newValue : old !== old && newValue !== newValue
        : eq(old, newValue)) {
        if (followed && !s.computing) unchanged(s)
        return
      }
      if (s.native) {
        writeNative(s, newValue)
        return
      }
      s.value = newValue
      s.written = true
      if (this.notify === s.ownNotify && !s.computing) tell(s, old, undefined)
      else this.notify(old)
    }
    this.subscribe = listener => {
      if (typeof listener !== 'function') expectFunction(listener, 'subscribe', 'listener')
      const unbind = this.listen(listener)
      listener(s.native ? this.value : s.value)
      return unbind
    }
    this[clean] = () => {
      reset(s)
    }
    s.facade = this
    own(s)
  }

  get value() {
    const s = this['~']
    if (s.h === null) s.make()
    const version = computing > 0 ? nativePeek(s.id) : s.h.value
    if (s.native) refresh(s, version)
    return s.value
  }

  set value(newValue) {
    this.set(newValue)
  }

  get lc() {
    return observers(this['~'])
  }

  off() {
    const s = this['~']
    if (s.listeners === null) return
    for (let i = 0; i < s.listeners.length; i++) {
      if (s.listeners[i] !== undefined) unlisten(s, i)
    }
  }
}

function makeStore(s) {
  return new Store(s)
}

/// For bridge.mjs and logger.mjs.
export const internals = { makeStore, stateOf }

export function atom(initialValue) {
  const s = new State(detached(initialValue))
  const $atom = makeStore(s)
  if (followed) made(s)
  return $atom
}

export function readonlyType(store) {
  expectStore(store, 'readonlyType')
  return store
}

export function batch(fn) {
  expectFunction(fn, 'batch', 'fn')
  inBatch(fn)
}

// Maps

const plain = {} // has the keys that each object has
const shapeAfter = 16 // copies before the object's shape is worth a function of its own
const shapeLimit = 512

/// A function that copies objects of just these keys: many times faster here than Object.assign().
function copierOf(object) {
  const keys = Object.keys(object)
  if (keys.length > shapeLimit || keys.indexOf('__proto__') >= 0 || Object.getOwnPropertySymbols(object).length > 0) return null
  const parts = keys.map(key => literalOf(key) + ':o[' + literalOf(key) + ']')
  return { keys, copy: new Function('o', 'return {' + parts.join(',') + '}') }
}

/// JSON is no subset of this engine's language: U+2028 and U+2029 end a line in it. So no character beyond ASCII stands
/// for itself.
function literalOf(text) {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, unit => '\\u' + ('000' + unit.charCodeAt(0).toString(16)).slice(-4))
}

function fits(keys, object) {
  const present = Reflect.ownKeys(object)
  if (present.length !== keys.length) return false
  for (let i = 0; i < keys.length; i++) {
    if (present[i] !== keys[i]) return false
  }
  return true
}

/// Whether the object has the keys of the copier, in their order. In one that the copier has made, added keys come
/// last.
function hasKeys(s, object) {
  const keys = s.copier.keys
  if (object !== s.copied) return fits(keys, object)
  const present = Reflect.ownKeys(object)
  return present.length === keys.length && present[keys.length - 1] === keys[keys.length - 1]
}

/// A copy of the map's value with one key of it changed; maps that are set again and again learn how to copy.
function withPresentKey(s, old, key, value) {
  if (s.copier === null || !hasKeys(s, old)) {
    s.copier = null
    s.copied = null
    if (++s.copies < shapeAfter) return withKey(old, key, value)
    s.copies = 0
    s.copier = copierOf(old)
    if (s.copier === null) return withKey(old, key, value)
  }
  const copy = s.copier.copy(old)
  copy[key] = value
  s.copied = copy
  return copy
}

function withKey(object, key, value) {
  const copy = copyOf(object)
  put(copy, key, value)
  return copy
}

export function map(initial = {}) {
  expectObject(initial, 'map', 'initial')
  const $map = atom(initial)
  const s = stateOf($map)
  s.copies = 0
  s.copier = null
  s.copied = null // the last one that it has made
  $map.eqKey = is
  $map.setKey = (key, next) => {
    if (typeof key !== 'string') expectKey(key, 'setKey', 'key')
    const value = detached(next)
    const old = s.value
    if (value === undefined && key in old) {
      const copy = copyOf(old)
      delete copy[key]
      s.value = copy
    } else {
      const eqKey = $map.eqKey
      if (eqKey === is ? same(old[key], value) : eqKey(old[key], value, key)) {
        if (followed) unchanged(s)
        return
      }
      s.value = typeof key === 'string' && key in old && !(key in plain) ? withPresentKey(s, old, key, value) : withKey(old, key, value)
    }
    s.written = true
    $map.notify(old, key)
  }
  return $map
}

// Paths

const indexed = /(.*)\[(\d+)\]/
const digits = /^\d+$/

function stepsOf(key, steps) {
  const match = key.match(indexed)
  if (match === null) {
    steps.push(key)
  } else {
    stepsOf(match[1], steps)
    steps.push(match[2])
  }
}

let knownPaths = Object.create(null) // not a Map: this engine's searches all that it holds
let knownCount = 0

function stepsOfPath(path, where = 'getPath', name = 'path') {
  let steps = typeof path === 'string' ? knownPaths[path] : undefined
  if (steps === undefined) {
    expectPath(path, where, name)
    steps = []
    const parts = path.split('.')
    for (let i = 0; i < parts.length; i++) stepsOf(parts[i], steps)
    if (++knownCount > 1000) {
      knownPaths = Object.create(null)
      knownCount = 1
    }
    knownPaths[path] = steps
  }
  return steps
}

export function getPath(obj, path) {
  const steps = stepsOfPath(path)
  let value = obj
  for (let i = 0; i < steps.length; i++) {
    if (value === undefined || value === null) return undefined
    value = value[steps[i]]
  }
  return value
}

export function setPath(obj, path, value) {
  return withSteps(obj === undefined || obj === null ? {} : obj, stepsOfPath(path, 'setPath'), value)
}

export function setByKey(obj, splittedKeys, value) {
  expectArray(splittedKeys, 'setByKey', 'splittedKeys')
  return withSteps(obj, splittedKeys, value)
}

function withSteps(obj, splittedKeys, value) {
  const key = splittedKeys[0]
  const copy = Array.isArray(obj) ? [...obj] : copyOf(obj) // holes become undefined
  if (splittedKeys.length === 1) {
    if (value !== undefined) put(copy, key, value)
    else if (Array.isArray(copy)) copy.splice(key, 1)
    else delete copy[key]
    return copy
  }
  if (!(key in copy)) {
    copy[key] = digits.test(splittedKeys[1]) ? Array(parseInt(splittedKeys[1], 10) + 1) : {}
  }
  put(copy, key, withSteps(copy[key], splittedKeys.slice(1), value))
  return copy
}

export function getKey(store, key) {
  expectStore(store, 'getKey')
  stepsOfPath(key, 'getKey', 'key')
  return getPath(store.get(), key)
}

export function deepMap(initial = {}) {
  expectObject(initial, 'deepMap', 'initial')
  const $deepMap = atom(initial)
  const s = stateOf($deepMap)
  $deepMap.setKey = (key, next) => {
    if (typeof key !== 'string') expectPath(key, 'setKey', 'key')
    const value = detached(next)
    const old = s.value
    if (getPath(old, key) === value) {
      if (followed) unchanged(s)
      return
    }
    s.value = setPath(old, key, value)
    s.written = true
    $deepMap.notify(old, key)
  }
  return $deepMap
}

// Keys

export function listenKeys($store, keys, listener) {
  return watchKeys($store, keys, listener, 'listenKeys')
}

function watchKeys($store, keys, listener, where) {
  expectStore($store, where)
  expectArray(keys, where, 'keys')
  expectFunction(listener, where, 'listener')
  const watched = new Set(keys)
  return $store.listen((value, oldValue, changed) => {
    const moved = key => !is(getPath(value, key), getPath(oldValue, key))
    let tells = false
    if (changed === undefined) {
      tells = keys.some(key => oldValue === undefined
        || ($store.eqKey ? !$store.eqKey(oldValue[key], value[key], key) : moved(key)))
    } else {
      tells = watched.has(changed)
        || (typeof changed === 'string' && (watched.has(changed.split(/\.|\[/)[0])
          || (!$store.eqKey && oldValue !== undefined && keys.some(moved))))
    }
    if (tells) listener(value, oldValue, changed)
  })
}

export function subscribeKeys($store, keys, listener) {
  const unbind = watchKeys($store, keys, listener, 'subscribeKeys')
  listener($store.value)
  return unbind
}

// Computed stores

/// A source that is no store of ours, or one whose reading or listening has been replaced.
function sourceOf($store) {
  const s = stateOf($store)
  if (s !== undefined && $store.get === s.ownGet && $store.listen === s.ownListen) return s
  const $proxy = atom(undefined)
  const proxy = stateOf($proxy)
  let unbind = null
  proxy.foreign = () => {
    if (unbind === null) $proxy.set($store.get())
  }
  $proxy.eq = (a, b) => ($store.eq || is)(a, b)
  onStart($proxy, () => {
    unbind = $store.listen(value => {
      if (unbind !== null) $proxy.set(value)
    })
    $proxy.set($store.get())
  })
  onStop($proxy, () => {
    const end = unbind
    unbind = null
    end()
  })
  return proxy
}

function valueOf(source) {
  if (source.native) refresh(source, nativePeek(source.id))
  return source.value
}

function isSameInput(source, before, now) {
  const eq = source.facade.eq
  return eq === is ? same(before, now) : eq(before, now)
}

function areSameInputs(sources, before, now) {
  for (let i = 0; i < sources.length; i++) {
    if (!isSameInput(sources[i], before[i], now[i])) return false
  }
  return true
}

// No closure, no array and no property of what may be a number where there is one source: this engine makes an object
// for each. same() and take() are written out, for the calls.
function computeListed() {
  const s = this
  const fn = s.fn
  const sources = s.sources
  let value
  if (sources.length === 1) {
    const source = sources[0]
    const input = source.native ? valueOf(source) : source.value
    if (s.hasInputs) {
      const before = s.inputs
      const eq = source.facade.eq
      if (eq === is ? before === input ? before !== 0 || 1 / before === 1 / input : before !== before && input !== input
        : eq(before, input)) {
        return false
      }
    }
    s.hasInputs = false
    value = fn(input)
    s.inputs = input
  } else {
    const inputs = sources.map(valueOf)
    if (s.hasInputs && areSameInputs(sources, s.inputs, inputs)) return false
    s.hasInputs = false
    value = fn(...inputs)
    s.inputs = inputs
  }
  s.hasInputs = true
  if (typeof value === 'object' && value !== null) {
    if (value.t && value.then) {
      takeLater(s, value)
      return false
    }
    value = detached(value)
  }
  s.latest = null
  const $computed = s.facade
  if ($computed.set !== s.ownSet || $computed.notify !== s.ownNotify || $computed.eq !== is) {
    const changed = take(s, value)
    return changed
  }
  // take() and same(), without their calls
  const old = s.value
  if (old === value ? old !== 0 || 1 / old === 1 / value : old !== old && value !== value) return false
  s.old = old
  s.key = undefined
  s.value = value
  return true
}

function takeLater(s, promise) {
  const mine = {}
  s.latest = mine
  promise.then(result => {
    if (s.latest === mine) settle(s, detached(result))
  })
}

/// The computed store's new value, through its set() and notify(), which may have been replaced.
function take(s, value) {
  const $computed = s.facade
  const old = s.value
  if ($computed.set === s.ownSet && $computed.notify === s.ownNotify) {
    const eq = $computed.eq
    if (eq === is ? same(old, value) : eq(old, value)) return false
    s.old = old
    s.key = undefined
    s.value = value
    return true
  }
  s.computing = true
  s.told = false
  try {
    $computed.set(value)
  } finally {
    s.computing = false
  }
  s.written = false
  s.old = old
  s.key = undefined
  return s.told
}

function settle(s, value) {
  if (take(s, value)) arrived(s)
}

function computedStore(stores, fn, batched, where) {
  const list = expectStores(stores, where)
  expectFunction(fn, where, 'fn')
  const s = new State(undefined)
  const $computed = makeStore(s)
  s.fn = fn
  s.sources = list.map(sourceOf)
  s.inputs = null // of the last run: the value, or the values of several sources
  s.hasInputs = false
  s.mounts = true
  s.slow = true
  s.compute = computeListed
  s.latest = null // of the promises under way; all states of a kind have one shape
  s.make = () => {
    makeListed(s, batched)
  }
  const foreign = s.sources.filter(source => source.foreign)
  const set = $computed.set
  $computed.set = newValue => {
    if (!s.computing) {
      throw new TypeError('set(): a computed store has no value of its own to set; set the stores that it is computed of')
    }
    set(newValue)
  }
  if (foreign.length > 0) {
    const get = $computed.get
    $computed.get = () => {
      for (let i = 0; i < foreign.length; i++) foreign[i].foreign()
      return get()
    }
  }
  $computed[clean] = () => {
    reset(s)
    s.value = undefined
    s.latest = null
    s.inputs = null
    s.hasInputs = false
  }
  own(s)
  if (followed) made(s)
  return $computed
}

function own(s) {
  s.ownGet = s.facade.get
  s.ownListen = s.facade.listen
  s.ownSet = s.facade.set
  s.ownNotify = s.facade.notify
}

export function computed(stores, fn) {
  return computedStore(stores, fn, false, 'computed')
}

export function batched(stores, fn) {
  return computedStore(stores, fn, true, 'batched')
}

// Effects

export function effect(stores, callback) {
  const list = expectStores(stores, 'effect')
  expectFunction(callback, 'effect', 'callback')
  const unbinds = []
  let cleanup
  let runs = 0
  let ended = false
  const replaceCleanup = next => {
    const before = cleanup
    cleanup = next
    if (typeof before === 'function') before()
  }
  const run = () => {
    replaceCleanup(undefined)
    if (ended) return
    const mine = ++runs
    const result = callback(...list.map($store => $store.get()))
    if (mine === runs && !ended) replaceCleanup(result)
    else if (typeof result === 'function') result() // the callback ended the effect, or a write in it ran it anew
  }
  const end = () => {
    ended = true
    unbinds.forEach(unbind => unbind())
    replaceCleanup(undefined)
  }
  try {
    for (let i = 0; i < list.length; i++) unbinds.push(list[i].listen(run))
    run()
  } catch (error) {
    try {
      end()
    } catch (second) {
      report(second)
    }
    throw error
  }
  return end
}

export function keepMount($store) {
  expectStore($store, 'keepMount')
  $store.listen(() => {})
}

// Lifecycle

const START = 0
const STOP = 1
const MOUNT = 2
const UNMOUNT = 3

class Hooks {
  constructor() {
    this.lists = [[], [], []]
    this.cleanups = []
    this.mounted = false
  }

  /// Called by the graph: newest first, with one payload for all.
  call(s, kind) {
    if (kind === UNMOUNT) {
      this.unmount(s)
      return
    }
    if (kind === MOUNT) this.mounted = true
    if (this.mounted) keep(s, kind === STOP) // its cleanups will run, also if no script holds it
    const event = { shared: {} }
    const list = this.lists[kind].slice()
    for (let i = list.length - 1; i >= 0; i--) {
      const hook = list[i]
      if (hook.removed) continue
      const result = hook.listener(event)
      if (kind === MOUNT && result) this.cleanups.push(result)
    }
  }

  unmount(s) {
    this.mounted = false
    keep(s, false)
    const cleanups = this.cleanups
    this.cleanups = []
    let failed = false
    let failure
    for (let i = 0; i < cleanups.length; i++) {
      try {
        cleanups[i]()
      } catch (error) {
        if (failed) report(error)
        else failure = error
        failed = true
      }
    }
    if (failed) throw failure
  }
}

/// A store whose state is not ours: one made by another library, with replaceable methods all the same.
function ownState($store, where) {
  const s = stateOf($store)
  if (s === undefined) {
    throw new TypeError(where + '(): store must be a store of this module, not ' + describe($store))
  }
  return s
}

function hookInto($store, kind, listener, where) {
  const s = ownState($store, where)
  expectFunction(listener, where, 'listener')
  if (s.hooks === null) s.hooks = new Hooks()
  s.mounts = true
  s.slow = true
  const hook = { listener, removed: false }
  const list = s.hooks.lists[kind]
  list.push(hook)
  if (kind === MOUNT) {
    addHook(s, START, false)
    addHook(s, STOP, false)
  }
  addHook(s, kind, false)
  return () => {
    if (hook.removed) return
    hook.removed = true
    list.splice(list.indexOf(hook), 1)
    if (kind === MOUNT && list.length === 0 && s.sources === null && observers(s) > 0) {
      s.hooks.cleanups = [] // an atom without mount hooks has no unmount to wait for; a computed store has
    }
  }
}

export function onStart($store, listener) {
  return hookInto($store, START, listener, 'onStart')
}

export function onStop($store, listener) {
  return hookInto($store, STOP, listener, 'onStop')
}

export function onMount($store, initialize) {
  return hookInto($store, MOUNT, initialize, 'onMount')
}

/// Puts a function before a method of the store as long as there are hooks; the method may have been replaced before.
function intercept($store, name, listener, replace) {
  const s = ownState($store, name)
  expectFunction(listener, name, 'listener')
  if (!s.intercepts) s.intercepts = {}
  let list = s.intercepts[name]
  if (list === undefined) {
    list = []
    list.revert = replace(event => {
      let aborted = false
      const all = Object.assign({ shared: {} }, event, {
        abort() {
          aborted = true
        }
      })
      const present = list.slice()
      for (let i = present.length - 1; i >= 0; i--) {
        if (!present[i].removed) present[i].listener(all)
      }
      return aborted
    })
    s.intercepts[name] = list
  }
  const hook = { listener, removed: false }
  list.push(hook)
  return () => {
    if (hook.removed) return
    hook.removed = true
    list.splice(list.indexOf(hook), 1)
    if (list.length === 0) {
      list.revert()
      delete s.intercepts[name]
    }
  }
}

export function onSet($store, listener) {
  const s = ownState($store, 'onSet')
  return intercept($store, 'onSet', listener, ask => {
    const set = $store.set
    const setKey = $store.setKey
    if (setKey) {
      $store.setKey = (changed, value) => {
        const newValue = withKey($store.value, changed, value)
        if (!ask({ changed, newValue })) setKey(changed, value)
        else if (followed) unchanged(s, true)
      }
    }
    $store.set = newValue => {
      if (!ask({ newValue })) set(newValue)
      else if (followed) unchanged(s, true)
    }
    return () => {
      $store.set = set
      if (setKey) $store.setKey = setKey
    }
  })
}

export function onNotify($store, listener) {
  const s = ownState($store, 'onNotify')
  return intercept($store, 'onNotify', listener, ask => {
    const notify = $store.notify
    $store.notify = (oldValue, changed) => {
      if (!ask({ changed, oldValue })) notify(oldValue, changed)
      else if (s.written && !s.computing) withhold(s, oldValue, changed)
    }
    return () => {
      $store.notify = notify
    }
  })
}

// Map creators

export function mapCreator(init) {
  if (init !== undefined) expectFunction(init, 'mapCreator', 'init')
  const Creator = (id, ...args) => {
    expectKey(id, 'mapCreator', 'id')
    if (id in Object.prototype) throw new Error(id)
    if (!Creator.cache[id]) Creator.cache[id] = Creator.build(id, ...args)
    const $store = Creator.cache[id]
    return $store
  }
  Creator.build = (id, ...args) => {
    const $store = map({ id })
    onMount($store, () => {
      let destroy
      if (init) destroy = init($store, id, ...args)
      return () => {
        delete Creator.cache[id]
        if (destroy) destroy()
      }
    })
    return $store
  }
  Creator.cache = {}
  Creator[clean] = () => {
    for (const id in Creator.cache) Creator.cache[id][clean]()
    Creator.cache = {}
  }
  return Creator
}

// Tasks

let tasks = 0
let era = 0
let waiting = []

function release() {
  const all = waiting
  waiting = []
  for (let i = 0; i < all.length; i++) all[i]()
}

/// For test.mjs.
export function pendingTasks() {
  return tasks
}

export function startTask() {
  const mine = era
  tasks += 1
  return () => {
    if (mine !== era) return
    tasks -= 1
    if (tasks === 0) release()
  }
}

export function task(cb) {
  expectFunction(cb, 'task', 'cb')
  const end = startTask()
  let promise
  try {
    // what finally(end) does; the engine has none
    promise = Promise.resolve(cb()).then(value => Promise.resolve(end()).then(() => value), error =>
      Promise.resolve(end()).then(() => {
        throw error
      }))
  } catch (error) {
    end()
    throw error
  }
  promise.t = true
  return promise
}

export function allTasks() {
  if (tasks === 0) return Promise.resolve()
  return new Promise(resolve => {
    waiting.push(resolve)
  })
}

export function cleanTasks() {
  era += 1
  tasks = 0
  release()
}

export function cleanStores(...stores) {
  cleanTasks()
  for (let i = 0; i < stores.length; i++) {
    const $store = stores[i]
    if (!$store) continue
    expectObject($store, 'cleanStores', 'stores[' + i + ']')
    if ($store.mocked) delete $store.mocked
    if ($store[clean]) $store[clean]()
  }
}
