// SPDX-License-Identifier: MIT

// The module `nano_kit`: signals, effects, scopes and their lifecycle, over native stores.

import {
  State, addHook, after, batch as inBatch, cancel, collect, computing, currentOwner, describe, detached, expectFunction, expectObject, followed, invalidate, isMounted as mountedNow,
  isTracking, launchScope, made, makeGate, makeTracking, nativePeek, nativeTrack, observers, openScope, ownedBy, refresh, remove, same, startEffect, stop as end, tell, track, unchanged,
  untracked as withoutTracking, withoutMounting, writeNative
} from './graph.mjs'

export const STORE_UNMOUNT_DELAY = 1000

const START = 0
const STOP = 1

export function noop() {}

export function identity(value) {
  return value
}

export function isFunction(value) {
  return typeof value === 'function'
}

export function isAccessor(value) {
  return typeof value === 'function'
}

export function isSignal(value) {
  return typeof value === 'function' && value.node instanceof State
}

export function expectSignal(value, where, name = '$signal') {
  if (!isSignal(value)) {
    throw new TypeError(where + '(): ' + name + ' must be a signal, not ' + describe(value))
  }
}

export function expectAccessor(value, where, name = '$accessor') {
  if (typeof value !== 'function') {
    throw new TypeError(where + '(): ' + name + ' must be a signal or another accessor, not ' + describe(value))
  }
}

// Signals

/// How many observe it, as the signals of older versions say.
Object.defineProperty(State.prototype, 'subsCount', {
  get() {
    return observers(this)
  }
})

export function read(s) {
  if (s.h === null) s.make()
  const version = computing > 0 ? nativeTrack(s.id) : s.h.tracked
  if (s.native) refresh(s, version)
  return s.value
}

/// For bridge.mjs.
export const internals = { write }

function write(s, next) {
  if (s.native) refresh(s, nativePeek(s.id))
  const old = s.value
  const value = detached(typeof next === 'function' ? withoutTracking(() => next(old)) : next)
  if (same(old, value)) {
    if (followed) unchanged(s)
    return
  }
  if (s.native) {
    writeNative(s, value)
    return
  }
  s.value = value
  s.written = true
  tell(s, old)
}

/// A function that reads when it is called with nothing, and else writes.
export function callable(s, get, set) {
  const $signal = function (value) {
    if (arguments.length === 0) return get(s)
    set(s, value)
  }
  $signal.node = s
  return $signal
}

export function signal(initialValue) {
  const s = new State(detached(initialValue))
  s.writable = true
  const $signal = function (value) {
    if (arguments.length === 0) {
      if (s.h === null) s.make()
      if (computing > 0) track(s)
      else s.h.tracked
      return s.value
    }
    write(s, value)
  }
  $signal.node = s
  if (followed) made(s)
  return $signal
}

function makeItTracking() {
  makeTracking(this)
}

function refuse() {
  throw new TypeError('a computed signal has no value of its own to set; write the signals that it reads')
}

export function trackingState(fn) {
  const s = new State(undefined)
  s.fn = fn
  s.tracks = true
  s.make = makeItTracking
  return s
}

export function computed(compute) {
  expectFunction(compute, 'computed', 'compute')
  const s = trackingState(compute)
  const $computed = function () {
    if (arguments.length !== 0) refuse()
    if (s.h === null) s.make()
    if (computing > 0) nativeTrack(s.id)
    else s.h.tracked
    return s.value
  }
  $computed.node = s
  if (followed) made(s)
  return $computed
}

export function nextValue(previous, next, argument) {
  return typeof next === 'function' ? withoutTracking(() => next(previous, argument)) : next
}

export function signalNextValue($signal, next) {
  expectSignal($signal, 'signalNextValue')
  return nextValue($signal.node.native ? withoutTracking($signal) : $signal.node.value, next)
}

export function isWritable(value) {
  return isSignal(value) && value.node.writable === true
}

export function unsafeMarkWritable($signal) {
  expectSignal($signal, 'unsafeMarkWritable')
  $signal.node.writable = true
}

/// Another face of a node: `oper` is called with the node as `this`, with nothing to read and with a value to write.
export function createSignal(oper, node) {
  expectFunction(oper, 'createSignal', 'oper')
  expectObject(node, 'createSignal', 'node')
  const $signal = oper.bind(node)
  $signal.node = node
  return $signal
}

/// The same signal; it can still be written, but counts as read-only.
export function readonly($signal) {
  expectAccessor($signal, 'readonly', '$signal')
  if (isSignal($signal)) $signal.node.writable = false
  return $signal
}

export function untracked(fn) {
  expectAccessor(fn, 'untracked', 'fn')
  const value = withoutTracking(() => fn())
  return value
}

export function action(fn) {
  expectFunction(fn, 'action', 'fn')
  return (...args) => {
    const value = withoutTracking(() => fn(...args))
    return value
  }
}

export function batch(fn) {
  expectFunction(fn, 'batch', 'fn')
  const value = inBatch(fn)
  return value
}

export function trigger(fn) {
  expectAccessor(fn, 'trigger', 'fn')
  collect(() => {
    fn()
  })
}

// Selectors

/// One observer of the source, however many keys are asked for; a change reaches the two keys that it moves.
export function selector($source, fn) {
  expectAccessor($source, 'selector', '$source')
  if (fn !== undefined) expectFunction(fn, 'selector', 'fn')
  const keys = new Map()
  let gate = null
  const makeGateState = () => {
    const s = trackingState(null)
    s.make = () => makeGate(s)
    s.tracks = false
    s.compute = () => {
      const old = s.value
      const value = $source()
      if (s.known && same(old, value)) return false
      s.value = value
      if (s.known) {
        if (fn) {
          for (const state of keys.values()) invalidate(state)
        } else {
          const left = keys.get(old)
          const entered = keys.get(value)
          if (left !== undefined) invalidate(left)
          if (entered !== undefined) invalidate(entered)
        }
      }
      s.known = true
      return false
    }
    return s
  }
  return key => {
    if (!isTracking()) {
      const value = withoutTracking(() => $source())
      return fn ? fn(key, value) : key === value
    }
    if (gate === null) gate = makeGateState()
    if (gate.h !== null && keys.size > 0) nativePeek(gate.id)
    let state = keys.get(key)
    if (state === undefined) {
      const mine = trackingState(() => {
        track(gate)
        const value = gate.value
        return fn ? withoutTracking(() => fn(key, value)) : key === value
      })
      state = mine
      if (gate.h === null) gate.make()
      mine.make()
      mine.hooks = {
        call(s, kind) {
          if (kind === STOP && keys.get(key) === mine) remove(keys, key)
        }
      }
      addHook(mine, STOP, true)
      keys.set(key, mine)
    }
    return read(state)
  }
}

// Effects

export function effect(fn, noDefer) {
  expectFunction(fn, 'effect', 'fn')
  const waits = currentOwner() !== null && currentOwner().lazy
  const s = noDefer && waits ? startAtOnce(fn) : startEffect(fn)
  if (!waits) tellHeldMounts()
  return () => {
    end(s)
  }
}

/// In a scope that has not started: runs now all the same, and ends with the scope.
function startAtOnce(fn) {
  const scope = currentOwner()
  const s = holdingMounts(() => ownedBy(null, () => startEffect(fn)))
  if (scope.extras === null) {
    scope.extras = []
    scope.cleanup = () => {
      for (let i = 0; i < scope.extras.length; i++) end(scope.extras[i])
    }
  }
  scope.extras.push(s)
  return s
}

export function effectScope(fn) {
  expectFunction(fn, 'effectScope', 'fn')
  const s = openScope(fn, false)
  return () => {
    stopInOrder(s)
  }
}

function makeDeferred(fn) {
  const s = openScope(fn, true)
  const start = () => {
    launch(s)
    return () => {
      stopInOrder(s)
    }
  }
  start.scope = s
  return start
}

function started(s) {
  s.lazy = false
  if (s.children === null) return
  for (let i = 0; i < s.children.length; i++) {
    if (s.children[i].isScope) started(s.children[i])
  }
}

function launch(s) {
  if (!s.lazy || (s.parent !== null && (s.parent.lazy || s.parent.over))) return // its place has not started, or has ended
  started(s)
  tellHeldMounts()
  launchScope(s)
}

/// What is in it, in order of creation.
function stopInOrder(s) {
  markOver(s)
  end(s)
}

function markOver(s) {
  s.lazy = false
  s.over = true
  const children = s.children
  if (children === null) return
  for (let i = 0; i < children.length; i++) {
    if (children[i].isScope) markOver(children[i])
  }
}

/// Nested scopes first, then its own effects.
function stopNestedFirst(s) {
  const children = s.children
  if (children !== null) {
    for (let i = 0; i < children.length; i++) {
      if (children[i].isScope) stopNestedFirst(children[i])
    }
  }
  s.lazy = false
  s.over = true
  end(s)
}

export function deferScope(fn) {
  expectFunction(fn, 'deferScope', 'fn')
  const start = withoutTracking(() => makeDeferred(fn))
  return start
}

function expectScope(scope, where) {
  if (typeof scope !== 'function' || !(scope.scope instanceof State)) {
    throw new TypeError(where + '(): scope must come from deferScope(), not be ' + describe(scope))
  }
}

export function startScope(scope) {
  expectScope(scope, 'startScope')
  launch(scope.scope)
  return scope
}

export function stopScope(scope) {
  expectScope(scope, 'stopScope')
  stopNestedFirst(scope.scope)
}

/// Remembers the place: scopes made through it belong there, in its order.
export function boundDeferScope() {
  const anchor = openScope(noop, false)
  return (fn, replace) => {
    expectFunction(fn, 'boundDeferScope', 'fn')
    if (replace !== undefined) stopScope(replace)
    const scope = ownedBy(anchor, () => makeDeferred(fn))
    return scope
  }
}

export function subscribe($accessor, fn, noDefer) {
  expectAccessor($accessor, 'subscribe')
  expectFunction(fn, 'subscribe', 'fn')
  return effect(() => {
    const value = $accessor()
    withoutTracking(() => fn(value))
  }, noDefer)
}

export function listen($accessor, fn, noDefer) {
  expectAccessor($accessor, 'listen')
  expectFunction(fn, 'listen', 'fn')
  return effect(warmup => {
    const value = $accessor()
    if (!warmup) withoutTracking(() => fn(value))
  }, noDefer)
}

export function observe($signal, fn, noDefer) {
  expectSignal($signal, 'observe')
  expectFunction(fn, 'observe', 'fn')
  const stop = withoutMounting($signal.node, () => listen($signal, fn, noDefer))
  return stop
}

export function subscribeAny(valueOrAccessor, callback, noDefer = true) {
  expectFunction(callback, 'subscribeAny', 'callback')
  if (typeof valueOrAccessor === 'function') return subscribe(valueOrAccessor, callback, noDefer)
  callback(valueOrAccessor)
}

/// Effects made in fn read the signal without mounting it.
export function noMount($signal, fn) {
  expectSignal($signal, 'noMount')
  expectFunction(fn, 'noMount', 'fn')
  const result = withoutMounting($signal.node, fn)
  return result
}

// Lifecycle

let held = null // mounted by a scope that has not started: their hooks run when it starts, if they still are mounted
let holding = false

function holdingMounts(fn) {
  const outer = holding
  holding = true
  let result
  try {
    result = fn()
  } finally {
    holding = outer
  }
  return result
}

function tellHeldMounts() {
  if (held === null) return
  const all = held
  held = null
  all.forEach(s => {
    s.hooks.call(s, START)
  })
}

/// Oldest listener first; each is called once for a change of level.
class Levels {
  constructor() {
    this.listeners = []
    this.level = false
    this.telling = false
  }

  call(s, kind) {
    const level = kind === START
    if (holding && level) {
      if (held === null) held = new Set()
      held.add(s)
      return
    }
    if (held !== null && remove(held, s) && !level) return
    this.level = level
    this.telling = true
    try {
      // listeners added during a mount are called for it; those added during an unmount are not
      const last = level ? Infinity : this.listeners.slice()
      for (let i = 0; i < this.listeners.length;) {
        const hook = this.listeners[i]
        if (hook.told === level || (!level && last.indexOf(hook) < 0)) {
          i++
          continue
        }
        hook.told = level
        hook.listener(level)
        i = 0
      }
    } finally {
      this.telling = false
    }
  }
}

function levelsOf(s) {
  if (!(s.hooks instanceof Levels)) {
    s.hooks = new Levels()
    addHook(s, STOP, true)
    addHook(s, START, true)
  }
  return s.hooks
}

export function mountable($signal) {
  expectSignal($signal, 'mountable')
  $signal.node.mountable = true
  return $signal
}

export function unsafeMarkMountable($signal) {
  expectSignal($signal, 'unsafeMarkMountable')
  $signal.node.mountable = true
}

export function isMountable(value) {
  return isSignal(value) && (value.node.mountable === true || value.node.hooks !== null)
}

export function isMounted($signal) {
  expectSignal($signal, 'isMounted')
  const s = $signal.node
  return s.hooks instanceof Levels ? s.hooks.level : s.mountable === true && mountedNow(s)
}

export function onMounted($signal, listener) {
  expectSignal($signal, 'onMounted')
  expectFunction(listener, 'onMounted', 'listener')
  const s = $signal.node
  const levels = levelsOf(s)
  const hook = { listener, told: false }
  levels.listeners.push(hook)
  if (levels.level && !levels.telling && !hook.told) {
    hook.told = true
    withoutTracking(() => listener(true))
  }
  return () => {
    const at = levels.listeners.indexOf(hook)
    if (at >= 0) {
      hook.told = true
      levels.listeners.splice(at, 1)
    }
  }
}

function onEnd($signal, level, listener) {
  let destroy
  return onMounted($signal, mounted => {
    if (mounted === level) {
      const result = listener()
      destroy = result
    } else {
      const present = destroy
      destroy = undefined
      if (typeof present === 'function') present()
    }
  })
}

export function onStart($signal, listener) {
  expectSignal($signal, 'onStart')
  expectFunction(listener, 'onStart', 'listener')
  return onEnd($signal, true, listener)
}

export function onStop($signal, listener) {
  expectSignal($signal, 'onStop')
  expectFunction(listener, 'onStop', 'listener')
  return onEnd($signal, false, listener)
}

export function onMount($signal, listener) {
  expectSignal($signal, 'onMount')
  expectFunction(listener, 'onMount', 'listener')
  const s = $signal.node
  let active = false
  let timer = null
  let destroy
  return onMounted($signal, mounted => {
    cancel(timer)
    if (mounted) {
      if (!active && s.mountsHeld === 0) {
        const result = listener()
        destroy = result
        active = true
      }
      return
    }
    if (!active) return
    timer = after(STORE_UNMOUNT_DELAY, () => {
      const present = destroy
      destroy = undefined
      active = false
      if (typeof present === 'function') present()
    })
  })
}

export function start($accessor) {
  expectAccessor($accessor, 'start')
  return effect(() => {
    $accessor()
  })
}

export function exec($accessor) {
  expectAccessor($accessor, 'exec')
  start($accessor)()
  const value = untracked($accessor)
  return value
}

export function onMountEffect($signal, fn) {
  expectSignal($signal, 'onMountEffect')
  expectFunction(fn, 'onMountEffect', 'fn')
  return onMount($signal, () => effect(fn))
}

export function onMountEffectScope($signal, fn) {
  expectSignal($signal, 'onMountEffectScope')
  expectFunction(fn, 'onMountEffectScope', 'fn')
  return onMount($signal, () => effectScope(fn))
}

// Other ways to read and write

/// A signal over another one. `this` in get() and set() has the source, and both may be replaced at any time.
export function morph($source, methods) {
  expectSignal($source, 'morph', '$source')
  if (methods !== undefined) expectObject(methods, 'morph', 'methods')
  const ops = {
    source: $source,
    get() {
      return $source()
    },
    set(value) {
      $source(value)
    }
  }
  if (methods && methods.get) ops.get = methods.get
  if (methods && methods.set) ops.set = methods.set
  return callable($source.node, () => ops.get(), (s, value) => {
    ops.set(value)
  })
}

/// The factory runs at the first read or write.
export function external(factory) {
  expectFunction(factory, 'external', 'factory')
  const $source = signal(undefined)
  const ops = {}
  let made = false
  const make = () => {
    made = true
    withoutTracking(() => factory($source, ops))
  }
  return callable($source.node, () => {
    if (!made) make()
    return ops.get ? ops.get() : $source()
  }, (s, value) => {
    if (!made) make()
    if (ops.set) ops.set(value)
    else $source(value)
  })
}
