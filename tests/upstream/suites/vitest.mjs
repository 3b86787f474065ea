// SPDX-License-Identifier: MIT

// As much of vitest as the tests of @nanostores/query ask for, on the clock of the host: run(name) runs one test. In an
// engine without timers and a window it brings these along.

import { host } from "host.mjs"

const global = new Function('return this')()

// Time

if (typeof setTimeout !== 'function') {
  const RealDate = Date
  const begin = RealDate.now()
  const timers = []
  let now = 0
  let last = 0
  global.setTimeout = (job, delay) => {
    last += 1
    timers.push({ id: last, due: now + Math.max(delay || 0, 0), job })
    return last
  }
  global.clearTimeout = id => {
    const at = timers.findIndex(timer => timer.id === id)
    if (at >= 0) timers.splice(at, 1)
  }
  try {
    global.Date = class extends RealDate {
      constructor(time) {
        super(time === undefined ? begin + now : time)
      }

      static now() {
        return begin + now
      }
    }
  } catch (error) {
    // The globals of a QQmlEngine cannot be replaced; there it is the clock of the wall.
  }
  // Step by step, as what one clock runs may set a timer of the other.
  global.advanceAll = milliseconds => {
    const end = now + milliseconds
    host.advance(0)
    for (;;) {
      timers.filter(timer => timer.due <= now).sort((a, b) => a.due - b.due).forEach(timer => {
        if (timers.indexOf(timer) < 0) return // it was cleared
        global.clearTimeout(timer.id)
        timer.job()
      })
      if (now >= end) return
      now += 1
      host.advance(1)
    }
  }
} else {
  global.advanceAll = milliseconds => host.advance(milliseconds)
}

function ticks(count) {
  return count === 0 ? Promise.resolve() : Promise.resolve().then(() => ticks(count - 1))
}

// A window

const windowListeners = []
global.window = global
global.document = { hidden: false }
global.Event = class {
  constructor(type) {
    this.type = type
  }
}
global.addEventListener = (name, listener) => {
  windowListeners.push([name, listener])
}
global.dispatchEvent = event => {
  windowListeners.slice().forEach(([name, listener]) => {
    if (name === event.type) listener(event)
  })
}

// Mocks

function makeMock() {
  let always
  const once = []
  const mock = function () {
    const given = Array.prototype.slice.call(arguments)
    mock.calls.push(given)
    mock.mock.lastCall = given
    const by = once.length > 0 ? once.shift() : always
    const result = by ? by.apply(this, given) : undefined
    // vitest hands on a promise of its own, so what waits for it does so for one job more.
    return result instanceof Promise ? result.then(value => value).then(value => value) : result
  }
  mock.calls = []
  mock.mock = { calls: mock.calls, lastCall: undefined }
  mock.mockImplementation = f => {
    always = f
    return mock
  }
  mock.mockImplementationOnce = f => {
    once.push(f)
    return mock
  }
  mock.mockClear = () => {
    mock.calls = []
    mock.mock = { calls: mock.calls, lastCall: undefined }
    return mock
  }
  return mock
}

export const vi = {
  fn: f => makeMock().mockImplementation(f),
  useFakeTimers() {},
  clearAllMocks() {},
  restoreAllMocks() {},
  advanceTimersByTime: milliseconds => global.advanceAll(milliseconds)
}

// Expectations

function isObject(value) {
  return typeof value === 'object' && value !== null
}

/// members: 'all', 'defined', or 'expected', of an object. 'defined': undefined is no member.
function equals(actual, expected, members) {
  if (isObject(expected) && expected.isMatcher) return equals(actual, expected.sample, 'expected')
  if (!isObject(actual) || !isObject(expected)) return Object.is(actual, expected)
  if (Array.isArray(actual) !== Array.isArray(expected)) return false
  if (actual === expected) return true
  if ((actual instanceof Promise) !== (expected instanceof Promise)) return false
  const keysOf = object => Object.keys(object).filter(key => members === 'all' || object[key] !== undefined)
  const wanted = members === 'expected' ? Object.keys(expected) : keysOf(expected)
  if (members !== 'expected' && keysOf(actual).length !== wanted.length) return false
  if (Array.isArray(expected) && actual.length !== expected.length) return false
  return wanted.every(key => equals(actual[key], expected[key], members))
}

function show(value) {
  if (typeof value === 'function') return 'a function'
  try {
    return value === undefined ? 'undefined' : JSON.stringify(value)
  } catch (error) {
    return String(value)
  }
}

export function expect(actual) {
  const check = (ok, what, expected) => {
    if (!ok) throw new Error('expected ' + show(actual) + ' ' + what + ' ' + show(expected))
  }
  const calls = (what, expected, ok) => {
    if (!ok) throw new Error('expected ' + what + ' ' + show(expected) + ', got the calls ' + show(actual.calls))
  }
  const isSame = (call, expected) => call !== undefined && equals(call, expected, 'defined')
  const matchers = {
    toBe: expected => check(Object.is(actual, expected), 'to be', expected),
    toEqual: expected => check(equals(actual, expected, 'defined'), 'to equal', expected),
    toStrictEqual: expected => check(equals(actual, expected, 'all'), 'to equal strictly', expected),
    toMatchObject: expected => check(isObject(actual) && equals(actual, expected, 'expected'), 'to match', expected),
    toBeInstanceOf: expected => check(actual instanceof expected, 'to be an instance of', expected),
    toBeFalsy: () => check(!actual, 'to be falsy'),
    toBeTruthy: () => check(!!actual, 'to be truthy'),
    toBeUndefined: () => check(actual === undefined, 'to be undefined'),
    toHaveBeenCalledTimes: count => calls('calls:', count, actual.calls.length === count),
    toHaveBeenCalledOnce: () => calls('calls:', 1, actual.calls.length === 1),
    toHaveBeenCalledWith: (...given) => calls('a call with', given, actual.calls.some(call => isSame(call, given))),
    toHaveBeenLastCalledWith: (...given) => {
      calls('the last call to be with', given, isSame(actual.calls[actual.calls.length - 1], given))
    }
  }
  matchers.toBeCalledTimes = matchers.toHaveBeenCalledTimes
  return matchers
}

expect.objectContaining = sample => ({ isMatcher: true, sample })

// Tests

const tests = []
const before = []
const after = []
let group = ''
let passesByItself = false

/// In tests that follow, time passes while they wait.
export function letTimePass() {
  passesByItself = true
}
export function describe(name, f) {
  const outer = group
  group = outer + name + ': '
  f()
  group = outer
}
export function test(name, f) {
  tests.push({ name: group + name, f, passesByItself })
}
export const it = test
export function beforeAll(f) {
  before.push(f)
}
export function beforeEach(f) {
  before.push(f)
}
export function afterEach(f) {
  after.push(f)
}

export function names() {
  return tests.map(each => each.name)
}

/// A promise of its end.
export function run(name) {
  const one = tests.find(each => each.name === name)
  let isOver = false
  const passTime = () => ticks(20).then(() => {
    if (isOver) return undefined
    global.advanceAll(1)
    return passTime()
  })
  before.forEach(f => {
    f()
  })
  const result = Promise.resolve().then(() => one.f())
  if (one.passesByItself) passTime()
  return result.then(() => {
    isOver = true
    after.forEach(f => {
      f()
    })
  }, error => {
    isOver = true
    throw error
  })
}
