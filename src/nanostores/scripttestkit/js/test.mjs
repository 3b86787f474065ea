// SPDX-License-Identifier: MIT

// The module `nanostores/test`: the test kit for stores of JavaScript. What it finds, the time and the snapshots are
// those of NanoStores::TestKit; what is here knows JavaScript's stores, tasks and promises.
//
// Written for Qt's engine, as graph.mjs says: no object spread, no async.

import { describe, expectFunction, expectNumber, expectObject, now, numberOf, untracked } from './graph.mjs'
import { isSignal, listen as listenToSignal } from './kit_signals.mjs'
import { cleanTasks, internals as stores, pendingTasks } from './nanostores.mjs'

const global = new Function('return this')() // this engine has no globalThis before Qt 6.5
const native = global[Symbol.for('nanostores.tests')] // see install.cpp

const EVENT_LOOP_LIMIT = 5000 // in milliseconds
const MOST_ROUNDS = 1000 // in which promises and jobs wait for each other

const guards = [] // those that have not ended

function numberFor(store, where) {
  const s = isSignal(store) ? store.node : stores.stateOf(store)
  if (s === undefined) {
    throw new TypeError(where + '(): store must be a store or a signal, not ' + describe(store))
  }
  return numberOf(s)
}

function innermost() {
  return guards.length > 0 ? guards[guards.length - 1] : null
}

/// What ends with the guard, unless it was ended before.
function endsWithGuard(end) {
  const guard = innermost()
  let isOver = false
  const once = () => {
    if (isOver) return
    isOver = true
    if (guard !== null) guard.ends = guard.ends.filter(other => other !== once)
    end()
  }
  if (guard !== null) guard.ends.push(once)
  return once
}

// The guard

class Guard {
  constructor(realTime) {
    this.native = native.guard(realTime)
    this.tasks = pendingTasks() // of before
    this.ends = []
    this.report = null
    guards.push(this)
  }

  advance(milliseconds) {
    advance(milliseconds)
  }

  settle(within) {
    settle(within)
  }

  takeErrors() {
    return this.native.takeErrors()
  }

  takeMisuse() {
    return this.native.takeMisuse()
  }

  leaveAll() {
    this.tasks = pendingTasks()
    this.ends = []
    this.native.leaveAll()
  }

  finish() {
    if (this.report !== null) return this.report
    const at = guards.indexOf(this)
    const ended = at < 0 ? [this] : guards.splice(at) // and those that were made after it, which the report names
    const errors = []
    ended.reverse().forEach(each => {
      each.ends.slice().reverse().forEach(end => {
        try {
          end()
        } catch (error) {
          errors.push(String(error))
        }
      })
    })
    const left = []
    const count = pendingTasks() - this.tasks
    if (count > 0) {
      left.push((count === 1 ? 'a task()' : count + ' calls of task()') + ' of JavaScript, which '
        + (count === 1 ? 'has' : 'have') + ' not ended')
      if (this.tasks === 0) cleanTasks()
    }
    this.report = this.native.finish(left, errors)
    return this.report
  }
}

function optionsOf(options, where) {
  if (options === undefined) return { realTime: false }
  expectObject(options, where, 'options')
  Object.keys(options).forEach(name => {
    if (name !== 'realTime') throw new TypeError(where + '(): options.' + name + ' is unknown; there is realTime')
  })
  return { realTime: options.realTime === true }
}

/// Stands around a test, up to its finish().
export function guard(options) {
  const made = new Guard(optionsOf(options, 'guard').realTime)
  return made
}

function expectOk(made) {
  const report = made.finish()
  if (!report.ok) throw new Error('the test left behind, or found:\n' + report.text)
}

/// Calls fn in a guard, and throws if that has found something. fn may return a promise.
export function withGuard(fn, options) {
  expectFunction(fn, 'withGuard', 'fn')
  const made = new Guard(optionsOf(options, 'withGuard').realTime)
  let result
  try {
    result = fn(made)
  } catch (error) {
    made.finish()
    throw error
  }
  if (result !== null && typeof result === 'object' && typeof result.then === 'function') {
    const later = result.then(value => {
      expectOk(made)
      return value
    }, error => {
      made.finish()
      throw error
    })
    return later
  }
  expectOk(made)
  return result
}

// Time

function expectGuard(where) {
  if (!native.hasGuard()) {
    throw new Error(where + '(): there is no guard; call guard() before, or withGuard()')
  }
}

/// Moves the time of stores on.
export function advance(milliseconds) {
  expectNumber(milliseconds, 'advance', 'milliseconds')
  expectGuard('advance')
  native.advance(milliseconds)
  native.react()
}

function tasksLeft() {
  const made = innermost()
  return pendingTasks() - (made === null ? 0 : made.tasks)
}

function named(count) {
  return count === 1 ? 'a task() of JavaScript has' : count + ' calls of task() of JavaScript have'
}

function fail(reason) {
  native.fail('settle(): ' + reason)
  return reason
}

function settleManually(within) {
  let left = within
  for (let rounds = 0; ; rounds++) {
    const reason = native.settle(left)
    if (reason !== '') return reason
    native.react()
    if (native.isBusy()) {
      if (rounds < MOST_ROUNDS) continue
      const endless = fail('promises and jobs of stores set one another off without an end')
      return endless
    }
    if (tasksLeft() <= 0) return ''
    const next = native.nextTimer()
    if (next < 0) {
      const stuck = fail(named(tasksLeft()) + ' not ended, and nothing is left that could end it')
      return stuck
    }
    if (next > left) {
      const late = fail(named(tasksLeft()) + ' not ended within ' + within + ' ms')
      return late
    }
    left -= next
    native.advance(next)
    native.react()
  }
}

function settleByEventLoop() {
  const end = Date.now() + EVENT_LOOP_LIMIT
  for (;;) {
    const reason = native.settle(0)
    if (reason !== '' || tasksLeft() <= 0) return reason
    if (Date.now() >= end) {
      const late = fail(named(tasksLeft()) + ' not ended within the deadline of ' + EVENT_LOOP_LIMIT + ' ms')
      return late
    }
  }
}

/// Runs all that stores have to do, promises and tasks as well, and throws with the name of what does not end.
export function settle(within = 60000) {
  expectNumber(within, 'settle', 'within')
  expectGuard('settle')
  const reason = native.isManual() ? settleManually(within) : settleByEventLoop()
  if (reason !== '') throw new Error('settle(): ' + reason)
}

// What stores do

class Spy {
  constructor(store) {
    this.calls = []
    this.start = now()
    const record = (value, key) => {
      this.calls.push({ at: now() - this.start, value, key })
    }
    const stop = isSignal(store) ? untracked(() => listenToSignal(store, value => record(value, undefined)))
      : store.listen((value, old, key) => record(value, key))
    this.end = endsWithGuard(stop)
  }

  get count() {
    return this.calls.length
  }

  get values() {
    return this.calls.map(call => call.value)
  }

  get keys() {
    return this.calls.map(call => call.key)
  }

  get timeline() {
    return this.calls.map(call => [call.at, call.value])
  }

  clear() {
    this.calls = []
    this.start = now()
  }

  take() {
    const values = this.values
    this.clear()
    return values
  }
}

/// Records the values that a store's listeners are called with, until its end() or that of the guard.
export function spy(store) {
  numberFor(store, 'spy')
  const made = new Spy(store)
  return made
}

/// How often the function of a computed store runs while fn does.
export function countRuns(store, fn) {
  expectFunction(fn, 'countRuns', 'fn')
  const counter = native.counter(numberFor(store, 'countRuns'))
  if (counter === null) throw new TypeError('countRuns(): store must be a computed store; others have no function')
  try {
    fn()
  } finally {
    counter.end()
  }
  return counter.runs()
}

/// The report of the guard has it if the store did not run so many times; without a guard, it throws.
export function expectRuns(store, runs, fn) {
  expectNumber(runs, 'expectRuns', 'runs')
  expectFunction(fn, 'expectRuns', 'fn')
  const number = numberFor(store, 'expectRuns')
  const actual = countRuns(store, fn)
  if (actual === runs) return true
  if (!native.hasGuard()) throw new Error('expectRuns(): the store ran ' + actual + ' times, and not ' + runs)
  native.expected(number, runs, actual)
  return false
}

/// A computed store holds the value, until the returned function is called or the guard ends.
export function pin(store, value) {
  const held = native.pin(numberFor(store, 'pin'), value)
  if (held === null) {
    throw new TypeError('pin(): store must be a computed store of JavaScript; set another one instead: it gets its '
      + 'value back when the guard ends')
  }
  const end = endsWithGuard(() => held.end())
  return end
}

/// The onMount hooks of the stores do not run, until the returned function is called or the guard ends.
export function withoutMounts(...list) {
  if (list.length === 0) throw new TypeError('withoutMounts(): name a store')
  const held = native.withoutMounts(list.map(store => numberFor(store, 'withoutMounts')))
  const signals = list.filter(isSignal).map($signal => $signal.node)
  signals.forEach(s => {
    s.mountsHeld++
  })
  const end = endsWithGuard(() => {
    signals.forEach(s => {
      s.mountsHeld--
    })
    held.end()
  })
  return end
}

/// The values of all stores, as they are now.
export function snapshotStores() {
  const snapshot = native.snapshot()
  const made = {
    diff: () => snapshot.diff(),
    restore: () => snapshot.restore()
  }
  return made
}
