// SPDX-License-Identifier: MIT

// What the tests of a package of npm import from Node.js and from helpers, for the engine of Qt: the functions of
// node:test, node:assert, node:timers/promises, nanodelay and nanospy that they use. convert.mjs has them imported.

import { host } from 'host.mjs'

const global = new Function('return this')()
global.global = global
if (typeof console === 'undefined') global.console = { error() {}, log() {}, warn() {} } // a plain QJSEngine has none

const tests = []
const afterEachTest = []

export function test(name, body) {
  tests.push({ name, body })
}

export function afterEach(job) {
  afterEachTest.push(job)
}

function runOne(each) {
  return Promise.resolve().then(() => each.body()).then(() => afterEachTest.forEach(job => job()), error => {
    if (error === fixed) return
    throw new Error(each.name + ': ' + (error instanceof Error ? error.message : String(error)))
  })
}

/// Runs them in their order; a promise that is rejected for the first that fails.
export function run() {
  if (tests.length === 0) throw new Error('the file has no tests')
  return tests.reduce((before, each) => before.then(() => runOne(each)), Promise.resolve())
}

// Time

function ticks(count) {
  return count === 0 ? Promise.resolve() : Promise.resolve().then(() => ticks(count - 1))
}

export function delay(milliseconds) {
  return ticks(6).then(() => {
    host.advance(milliseconds)
    return ticks(6)
  })
}

export { delay as setTimeout }

// Assertions

function show(value) {
  return typeof value === 'function' || value === undefined ? String(value) : JSON.stringify(value)
}

function isSame(a, b) {
  if (Object.is(a, b)) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  const names = Object.keys(a)
  return Array.isArray(a) === Array.isArray(b) && names.length === Object.keys(b).length
    && names.every(name => Object.prototype.hasOwnProperty.call(b, name) && isSame(a[name], b[name]))
}

export function equal(actual, expected) {
  if (actual != expected) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

export function deepStrictEqual(actual, expected) {
  if (!isSame(actual, expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

export function match(text, expression) {
  if (!expression.test(text)) throw new Error('expected ' + expression + ', got ' + show(text))
}

// Spies

const spied = []
const fixed = {} // the console of a QQmlEngine: what is said of it is tried in a QJSEngine alone

export function spyOn(object, name, replacement) {
  const before = object[name]
  const spy = (...args) => {
    spy.calls.push(args)
    spy.callCount += 1
    return (replacement || before).apply(object, args)
  }
  spy.calls = []
  spy.callCount = 0
  try {
    object[name] = spy
  } catch (error) {
    throw fixed
  }
  spied.push(() => {
    object[name] = before
  })
  return spy
}

export function restoreAll() {
  spied.splice(0).reverse().forEach(restore => restore())
}
