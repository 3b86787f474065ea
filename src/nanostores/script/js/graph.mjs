// SPDX-License-Identifier: MIT

// What both modules stand on: the state of a store, effect or scope on the JavaScript side, and the calls that go over
// to the native graph and come back from it.
//
// The native side knows numbers and wrappers of handles, never values: whatever it held would be a root of the engine's
// collector. Each handle's wrapper has the state as its property `s`, and the state has the handle as `h`.
//
// Written for Qt's engine: no assignment in return position (strict code drops it), no object spread, no async.

let bridge = null
let nativeChanged
let nativeNotify
let nativeListen
let nativeUnlisten
export let nativeTrack
let nativeFresh
export let nativePeek

/// The state of a store, an effect or a scope.
export class State {
  constructor(value) {
    this.h = null // the handle, once the graph has to know of the store
    this.id = -1
    this.value = value
    this.old = undefined // of the write under way
    this.key = undefined
    this.seen = undefined // what the sinks last saw, while a batch goes on
    this.written = false
    this.facade = null
    this.fn = null
    this.tracks = false // fn is all there is to compute it
    this.sources = null
    this.listeners = null // by number
    this.sinks = null // what hangs on this one lives as long: states by their number
    this.links = null // how many links, by the number of the sink, where there are several
    this.children = null // effects and scopes made in its function
    this.roots = 0 // links to C++ stores
    this.rootAt = -1 // its place among the roots
    this.hooks = null
    this.changedAt = 0
    this.slow = true // get() has more to do than to read the handle
    this.lastSink = null // the sink that was called last after this one
    this.native = false // holds the value of a C++ store
    this.version = -1
    this.mounts = false // reading by get() may mount
    this.computing = false
    this.told = false
    this.foreign = null
    this.ownGet = undefined // the façade's methods, until they are replaced
    this.ownListen = undefined
    this.ownSet = undefined
    this.ownNotify = undefined
    this.lazy = false // a scope that has not started
    this.mountable = false
    this.mountsHeld = 0 // by withoutMounts() of the test kit: onMount() of nano_kit does not run
  }
}

export const is = Object.is

/// Object.is of a store whose `eq` is untouched, without the call.
export function same(a, b) {
  return a === b ? a !== 0 || 1 / a === 1 / b : a !== a && b !== b
}

export function expectFunction(value, where, name) {
  if (typeof value !== 'function') {
    throw new TypeError(where + '(): ' + name + ' must be a function, not ' + describe(value))
  }
}

export function expectObject(value, where, name) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
    throw new TypeError(where + '(): ' + name + ' must be an object, not ' + describe(value))
  }
}

export function expectKey(value, where, name) {
  const type = typeof value
  if (type !== 'string' && type !== 'number' && type !== 'symbol') {
    throw new TypeError(where + '(): ' + name + ' must be a string or a number, not ' + describe(value))
  }
}

export function expectNumber(value, where, name) {
  if (typeof value !== 'number') {
    throw new TypeError(where + '(): ' + name + ' must be a number, not ' + describe(value))
  }
}

/// The lists of QML properties will do.
export function expectArray(value, where, name) {
  if (!Array.isArray(value) && (value === null || typeof value !== 'object' || typeof value.slice !== 'function')) {
    throw new TypeError(where + '(): ' + name + ' must be an array, not ' + describe(value))
  }
}

export function describe(value) {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  const type = typeof value
  return type === 'undefined' ? 'undefined' : type === 'object' ? 'an object' : 'a ' + type
}

const hasOwn = Object.prototype.hasOwnProperty
const isEnumerable = Object.prototype.propertyIsEnumerable

/// Sets an own property. An assignment to `__proto__` would set the prototype, and to `constructor` and its like it
/// fails in a QQmlEngine from Qt 6.8 on, which makes the prototypes read-only.
export function put(object, key, value) {
  if (key in object && !hasOwn.call(object, key)) {
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true })
  } else {
    object[key] = value
  }
}

/// A flat copy, as `{ ...object }` makes it. Object.assign() of this engine leaves out symbols, and it assigns: see
/// put().
export function copyOf(object) {
  if (object === undefined || object === null) return {}
  const symbols = Object.getOwnPropertySymbols(Object(object))
  if (symbols.length === 0 && !hasOwn.call(object, '__proto__')) {
    try {
      const assigned = Object.assign({}, object)
      return assigned
    } catch (error) {
      // of a getter, which throws again, or for a read-only name
    }
  }
  const copy = {}
  const keys = Object.keys(object).concat(symbols)
  for (let i = 0; i < keys.length; i++) {
    if (isEnumerable.call(object, keys[i])) put(copy, keys[i], object[keys[i]])
  }
  return copy
}

const plainPrototype = Object.prototype
const arrayPrototype = Array.prototype

/// What QML has read from a property of a value type or of a list is a reference to the property: it would change in
/// the store without a write, and equal the next value that is read there. This is a value of its own.
export function detached(value) {
  if (typeof value !== 'object' || value === null) return value
  const prototype = Object.getPrototypeOf(value)
  if (prototype === plainPrototype || prototype === arrayPrototype || prototype === null) return value
  return bridge.detached(value)
}

/// Deletes of a Map or Set. The engine's own delete() reads behind a table that is full, which holds a power of two.
export function remove(table, key) {
  const size = table.size
  if (size < 8 || (size & (size - 1)) !== 0) return table.delete(key)
  if (!table.has(key)) return false
  if (table instanceof Map) table.set(table, undefined)
  else table.add(table)
  table.delete(key)
  table.delete(table)
  return true
}

// Nodes

function bind(s, h) {
  s.h = h
  s.id = h.id
  h.s = s
}

export function makeSignal(s) {
  bind(s, bridge.signal())
}

/// Its sources first, without recursion: a chain may be longer than this engine's stack.
export function makeListed(s, batched) {
  const waiting = [s]
  while (waiting.length > 0) {
    const top = waiting[waiting.length - 1]
    const sources = top.h === null && top.sources !== null ? top.sources : []
    const before = waiting.length
    for (let i = 0; i < sources.length; i++) {
      if (sources[i].h === null) waiting.push(sources[i])
    }
    if (waiting.length > before) continue
    waiting.pop()
    if (top === s) bind(s, bridge.listed(sources.map(source => source.id), batched))
    else if (top.h === null) top.make()
  }
}

export function makeTracking(s) {
  bind(s, bridge.tracking())
}

export function makeGate(s) {
  bind(s, bridge.gate())
}

export function numberOf(s) {
  if (s.h === null) s.make()
  return s.id
}

State.prototype.make = function () {
  makeSignal(this)
}

/// A C++ store: its value is fetched anew when its number has changed.
export function bindNative(s, h) {
  bind(s, h)
  s.native = true
}

export function refresh(s, version) {
  if (version !== s.version) {
    s.value = bridge.readNative(s.id)
    s.version = version
    if (batching) s.changedAt = serial // the listener that is being called reads it
  }
}

/// The same where no call covers it: what has changed there since, has changed now. (The number changes more often.)
function notice(s) {
  const before = s.value
  const at = s.changedAt
  refresh(s, nativePeek(s.id))
  if (batching) s.changedAt = same(before, s.value) ? at : ++serial
}

// Callbacks. Each returns a number; -1 after bridge.fail().

const pasts = []
let serial = 0
let batching = false
let batchFrom = 0 // the serial when the batch began
let ran = null // in a batch: when functions that take no property were last called

/// When a listener was last called in a batch. It stands in the function itself, as this engine's Map and WeakMap
/// search all that they hold.
const calledAt = Symbol('nanostores')

function lastCall(listener) {
  const at = listener[calledAt]
  if (at !== undefined) return at
  return ran === null ? 0 : ran.get(listener) || 0
}

function noteCall(listener, at) {
  if (listener[calledAt] !== undefined) {
    listener[calledAt] = at
    return
  }
  if (Object.isExtensible(listener)) {
    Object.defineProperty(listener, calledAt, { value: at, writable: true, configurable: true })
    return
  }
  if (ran === null) ran = new Map()
  ran.set(listener, at)
}

/// The state that was called or written last: who is called next mostly is the same, or hangs on it.
let last = null

function find(id) {
  const before = last
  if (before !== null) {
    if (before.id === id) return before
    const sink = before.lastSink
    if (sink !== null && sink.id === id) {
      last = sink
      return sink
    }
  }
  const s = bridge.handleAt(id).s
  if (s === undefined) return null
  if (before !== null && before.sinks !== null && before.sinks[id] === s) before.lastSink = s
  last = s
  return s
}

function deliver(id, number, slot, nativeOld) {
  const s = last !== null && last.id === id ? last : find(id)
  if (s === null) return 0
  const listener = s.listeners[number]
  let old
  let key
  if (slot === -1) {
    old = s.old
    key = s.key
  } else if (slot === -2) {
    notice(s)
    old = nativeOld
  } else if (slot === -3) {
    old = nativeOld
  } else {
    const past = pasts[slot >> 1]
    old = past.old
    if (slot & 1) key = past.key
  }
  if (batching) {
    const at = lastCall(listener)
    if (s.changedAt > batchFrom && at >= s.changedAt) return 0 // called since, for another store of the batch
    noteCall(listener, ++serial)
  }
  try {
    listener(s.value, old, key)
  } catch (error) {
    bridge.fail(error)
    return -1
  }
  return 0
}

/// How many computed stores' functions run. A QML binding that has one run is not to follow what that reads: they read
/// by calls instead of by properties.
export let computing = 0

let owner = null // the effect, scope or computed store that runs
let asker = null // the owner around untracked()

function compute(id) {
  let s = last === null ? null : last.lastSink
  if (s !== null && s.id === id) last = s
  else s = find(id)
  if (s === null) return 0
  computing++
  const outer = owner
  owner = s // of the effects made in it, until its next run
  s.children = null
  let changed
  try {
    if (s.tracks) { // written out: each call counts where they nest
      const old = s.value
      let value = s.fn(old)
      if (typeof value === 'object') value = detached(value)
      changed = old === value ? old === 0 && 1 / old !== 1 / value : old === old || value === value
      if (changed) {
        s.old = old
        s.value = value
      }
    } else {
      changed = s.compute()
    }
  } catch (error) {
    owner = outer
    computing--
    bridge.fail(error)
    return -1
  }
  owner = outer
  computing--
  if (!changed) return 0
  if (batching) s.changedAt = ++serial
  return 1
}


function run(w, first) {
  const s = w.s
  if (s === undefined) return 0
  const outer = owner
  owner = s
  s.former = s.children
  s.children = null
  let cleanup
  try {
    cleanup = first ? s.fn(true) : s.fn()
  } catch (error) {
    owner = outer
    bridge.fail(error)
    return -1
  }
  owner = outer
  if (typeof cleanup === 'function') {
    s.cleanup = cleanup
    return 1
  }
  return 0
}

function clean(w) {
  const s = w.s
  if (s === undefined || s.cleanup === null) return 0
  const cleanup = s.cleanup
  s.cleanup = null
  const outer = owner
  owner = null
  try {
    cleanup()
  } catch (error) {
    owner = outer
    bridge.fail(error)
    return -1
  }
  owner = outer
  return 0
}

function fill(w) {
  const s = w.s
  const outer = owner
  owner = s
  try {
    s.fn()
  } catch (error) {
    owner = outer
    bridge.fail(error)
    return -1
  }
  owner = outer
  return s.cleanup === null ? 0 : 1
}

function runHook(w, kind) {
  const s = w.s
  if (s === undefined || s.hooks === null) return 0
  const outer = owner
  owner = null
  try {
    s.hooks.call(s, kind)
  } catch (error) {
    owner = outer
    bridge.fail(error)
    return -1
  }
  owner = outer
  return 0
}

function stash(w, slot) {
  const s = w.s
  pasts[slot] = { old: s.old, key: s.key }
  return 0
}

function forgetPasts() {
  pasts.length = 0
  return 0
}

// A state says nothing of itself in JSON.
State.prototype.toJSON = () => undefined

/// -1: keep what the sinks have seen. Otherwise: does the value differ from it?
function differs(w, keep) {
  const s = w.s
  if (s === undefined) return 1
  if (keep) {
    s.seen = s.old
    return 0
  }
  const seen = s.seen
  s.seen = undefined
  const eq = s.facade === null ? is : s.facade.eq
  try {
    const equal = eq === is ? same(seen, s.value) : eq(seen, s.value)
    return equal ? 0 : 1
  } catch (error) {
    bridge.fail(error)
    return -1
  }
}

const roots = []

function setRooted(s, on) {
  if (on === s.rootAt >= 0) return
  if (on) {
    s.rootAt = roots.length
    roots.push(s)
    return
  }
  const moved = roots.pop()
  if (moved !== s) {
    roots[s.rootAt] = moved
    moved.rootAt = s.rootAt
  }
  s.rootAt = -1
}

/// What hangs on a C++ store is held by the engine.
function root(s, by) {
  s.roots += by
  setRooted(s, s.roots > 0)
}

function hold(source, sink, on) {
  const s = sink.s
  if (s === undefined) return 0
  if (source === undefined) {
    root(s, on ? 1 : -1)
    return 0
  }
  const from = source.s
  if (from === undefined) return 0
  if (on) {
    if (from.mountable) s.mountable = true // what reads a mountable one mounts as it does
    if (from.sinks === null) from.sinks = []
    if (from.sinks[s.id] === s) {
      if (from.links === null) from.links = []
      from.links[s.id] = (from.links[s.id] || 1) + 1
    } else {
      from.sinks[s.id] = s
    }
  } else if (from.sinks !== null && from.sinks[s.id] === s) {
    const links = from.links === null ? 1 : from.links[s.id] || 1
    if (links > 2) {
      from.links[s.id] = links - 1
    } else if (links === 2) {
      delete from.links[s.id]
    } else {
      delete from.sinks[s.id]
      if (from.lastSink === s) from.lastSink = null
    }
  }
  return 0
}

/// Keeps a state whatever becomes of its façade, as a timer would.
export function keep(s, on) {
  if (on || s.roots === 0) setRooted(s, on)
}

const timers = [] // by their number; the numbers of those that are over are used again
const freeTimers = []

function endTimer(timer) {
  const number = timer.number
  timers[number] = null
  freeTimers.push(number)
  timer.number = -1
}

function fire(number) {
  const timer = timers[number]
  if (timer === null || timer === undefined) return 0
  endTimer(timer)
  try {
    timer.job()
  } catch (error) {
    bridge.fail(error)
    return -1
  }
  return 0
}

function connect(nativeBridge) {
  bridge = nativeBridge
  nativeChanged = bridge.changed
  nativeNotify = bridge.notify
  nativeListen = bridge.listen
  nativeUnlisten = bridge.unlisten
  nativeTrack = bridge.track
  nativeFresh = bridge.fresh
  nativePeek = bridge.peek
  bridge.connectFacade([deliver, compute, run, clean, fill, runHook, stash, forgetPasts, differs, hold, fire, follow, assume])
}

/// Gives a store a value, as its function does.
function assume(w, value) {
  const s = w.s
  if (s === undefined) return 0
  if (s.hasInputs) s.hasInputs = false // what it computed of them is gone
  if (s.latest) s.latest = null // as is what a promise brings
  if (same(s.value, value)) return 0
  s.old = s.value
  s.key = undefined
  s.value = value
  if (batching) s.changedAt = ++serial
  return 1
}

// A probe

/// Whether a probe follows all stores of the thread: then a store has a node from the start.
export let followed = false

function follow(on) {
  followed = on
  return 0
}

/// A store or an effect has just been made, while a probe follows all: where that was is its name.
export function made(s) {
  if (s.h === null) s.make()
  bridge.made(s.id)
}

/// A write ended without a new value.
export function unchanged(s, aborted) {
  bridge.unchanged(numberOf(s), aborted === true)
}

// Writing and listening

/// The value of s is new, or its listeners are to be notified again.
export function tell(s, old, key) {
  const written = s.written
  s.written = false
  if (s.h === null) {
    if (!followed) return // nothing can be listening
    s.make()
  }
  s.old = old
  s.key = key
  if (batching) s.changedAt = ++serial
  last = s
  if (written) {
    nativeChanged(s.id)
  } else {
    nativeNotify(s.id)
  }
  s.old = undefined
}

export function withhold(s, old, key) {
  s.written = false
  if (s.h === null) {
    if (!followed) return
    s.make()
  }
  s.old = old
  s.key = key
  bridge.withhold(s.id)
  s.old = undefined
}

/// Returns the number of the listener, for unlisten().
export function listen(s, listener) {
  if (s.h === null) s.make()
  if (s.listeners === null) s.listeners = []
  const number = nativeListen(s.id)
  s.listeners[number] = listener
  if (s.native) root(s, 1)
  return number
}

export function unlisten(s, number) {
  s.listeners[number] = undefined
  if (s.native) root(s, -1)
  nativeUnlisten(s.id, number)
}

/// Reading in a computed store's function.
export function track(s) {
  const version = nativeTrack(s.id)
  return version
}

export function fresh(s) {
  const version = nativeFresh(s.id)
  return version
}

export function observers(s) {
  return s.h === null ? 0 : bridge.observers(s.id)
}

export function isMounted(s) {
  return s.h !== null && bridge.isMounted(s.id)
}

export function reset(s) {
  if (s.h !== null) {
    bridge.clean(s.id)
    s.listeners = null
  }
}

export function arrived(s) {
  if (s.h !== null) bridge.arrived(s.id)
}

export function invalidate(s) {
  bridge.invalidate(s.id)
}

export function addHook(s, kind, kit) {
  bridge.hook(numberOf(s), kind, kit)
}

export function writeNative(s, value) {
  if (!bridge.writeNative(s.id, value)) {
    throw new TypeError('set(): the store holds a C++ ' + bridge.nativeType(s.id) + ', which cannot be made of ' + describe(value))
  }
  if (batching) notice(s)
}

// Batches, tracking

export function batch(fn) {
  const outer = bridge.beginBatch()
  if (outer) {
    batching = true
    batchFrom = serial
  }
  let result
  try {
    result = fn()
  } finally {
    if (outer) {
      try {
        bridge.endBatch()
      } finally {
        batching = false
        ran = null
      }
    }
  }
  return result
}

/// Effects made in it have no owner; scopes are those of the owner around it.
export function untracked(fn) {
  const outer = owner
  const outerAsker = asker
  if (owner !== null) asker = owner
  owner = null
  bridge.beginUntracked()
  let result
  try {
    result = fn()
  } finally {
    bridge.endUntracked()
    owner = outer
    asker = outerAsker
  }
  return result
}

export function isTracking() {
  return bridge.isTracking()
}

/// Takes what fn reads as changed.
export function collect(fn) {
  batch(() => {
    let done = false
    bridge.beginCollect()
    try {
      fn()
      done = true
    } finally {
      bridge.endCollect(done)
    }
  })
}

export function withoutMounting(s, fn) {
  bridge.beginExempt(numberOf(s))
  let result
  try {
    result = fn()
  } finally {
    bridge.endExempt()
  }
  return result
}

// Effects and scopes

function adopt(s) {
  s.children = null
  s.former = null
  s.cleanup = null
  s.place = owner === null ? null : owner.place // its scope; undefined in a computed store's function
  if (owner !== null) {
    if (owner.children === null) owner.children = []
    owner.children.push(s)
  }
}

export function startEffect(fn) {
  const s = new State(undefined)
  s.fn = fn
  bind(s, bridge.effect())
  if (followed) made(s)
  adopt(s)
  bridge.start(s.id)
  return s
}

/// A lazy one's effects wait for launchScope(); one made in a lazy one waits with it.
export function openScope(fn, lazy) {
  const s = new State(undefined)
  s.fn = fn
  s.isScope = true
  s.lazy = lazy || (owner !== null && owner.lazy)
  s.extras = null
  s.parent = owner
  bind(s, bridge.scope(s.lazy))
  adopt(s)
  bridge.start(s.id)
  return s
}

export function launchScope(s) {
  bridge.startScope(s.id)
}

export function stop(s) {
  bridge.stop(s.id)
}

export function currentOwner() {
  return owner
}

/// What runs, also in untracked().
export function currentAsker() {
  return owner === null ? asker : owner
}

export function ownedBy(s, fn) {
  const outer = owner
  owner = s
  bridge.beginOwner(s === null ? -1 : s.id)
  let result
  try {
    result = fn()
  } finally {
    bridge.endOwner()
    owner = outer
  }
  return result
}

// Time

/// Gives what cancel() takes.
export function after(milliseconds, job) {
  const timer = { number: freeTimers.length > 0 ? freeTimers.pop() : timers.length, job }
  timers[timer.number] = timer
  bridge.after(milliseconds > 0 ? milliseconds : 0, timer.number)
  return timer
}

/// Of none, or of one that is over, does nothing.
export function cancel(timer) {
  if (timer === null || timer === undefined || timer.number < 0) return
  bridge.cancel(timer.number)
  endTimer(timer)
}

export function now() {
  return bridge.now()
}

export function report(error) {
  bridge.report(error)
}

export function count() {
  return bridge.count()
}

const global = new Function('return this')() // this engine has no globalThis before Qt 6.5
connect(global[Symbol.for('nanostores.bridge')]) // see install.cpp
