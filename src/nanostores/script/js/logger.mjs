// SPDX-License-Identifier: MIT

// The module `@nanostores/logger`: the functions of @nanostores/logger 1.1.
//
// Written for Qt's engine, as graph.mjs says: no object spread, no async.

import { describe, expectFunction, expectObject } from './graph.mjs'
import { getPath, internals, onMount, onNotify, onSet, startTask } from './nanostores.mjs'

const global = new Function('return this')()
const bridge = global[Symbol.for('nanostores.bridge')] // see install.cpp

// Printing. A console that has groups gets styles as well, as in a browser; the one of Qt has neither, so there are
// indented lines under the logging category nanostores.log.

const ARROW = ' \u2192 '
const LOGO = '\ud835\udd93'
const COLORS = {
  action: '#00899a',
  arguments: '#007281',
  build: '#bb5100',
  change: '#0e8a00',
  error: '#c30000',
  mount: '#0059d1',
  new: '#0c7800',
  old: '#943636',
  unmount: '#5e5e5e',
  value: '#8a6f00'
}
const WEIGHTS = { bold: 'font-weight: 700;', regular: 'font-weight: 400;' }

let depth = 0

function hasGroups() {
  return typeof console !== 'undefined' && typeof console.groupCollapsed === 'function'
}

/// Whether what is printed arrives anywhere.
function isOn() {
  return hasGroups() || bridge.isLogging()
}

function badgeOf(color, rounded) {
  return 'padding: 0 5px 2px; margin-right: 5px; font-weight: 400; color: white; background-color: ' + color
    + '; border-radius: ' + (rounded ? '4px' : '0 4px 4px 0') + ';'
}

function partsOf(message) {
  if (message === undefined) return []
  return Array.isArray(message) ? message : [[undefined, message]] // one text has no style of its own
}

function typeOf(type) {
  if (type !== null && typeof type === 'object') return { name: String(type.name).toLowerCase(), color: type.color }
  if (COLORS[type] === undefined) {
    throw new TypeError('log(): type must be one of ' + Object.keys(COLORS).join(', ') + ', or { name, color }, not '
      + (typeof type === 'string' ? '"' + type + '"' : describe(type)))
  }
  return { name: type, color: COLORS[type] }
}

function styled(options) {
  const type = typeOf(options.type)
  let template = ''
  const args = []
  if (options.logo) {
    template = '%c' + LOGO
    args.push('padding: 0 5px 2px; color: white; background-color: black; border-radius: 4px 0 0 4px;')
  }
  template += '%c' + type.name
  args.push(badgeOf(type.color, !options.logo))
  partsOf(options.message).forEach(part => {
    template += '%c ' + part[1]
    args.push(WEIGHTS[part[0]])
  })
  if (options.value !== undefined) args.push(options.value)
  return [template].concat(args)
}

/// What would end a line, steer a terminal, or turn the direction of what follows.
const unprintable = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/g
const pairs = /[\ud800-\udbff][\udc00-\udfff]/g

function printable(text) {
  const whole = text.replace(pairs, '')
  if (whole.search(unprintable) < 0) return text
  return text.split(/([\ud800-\udbff][\udc00-\udfff])/).map((part, i) => i % 2 === 1 ? part
    : part.replace(unprintable, unit => '\\u' + ('000' + unit.charCodeAt(0).toString(16)).slice(-4))).join('')
}

const LINE = 400
const UNREADABLE = '[unreadable]'

/// Its prototype is that of plain objects, and its parts are all of the window that it is in.
function isOfQml(value) {
  return typeof value.objectNameChanged === 'function' && typeof value.objectNameChanged.connect === 'function'
}

function textOf(value) {
  let text = UNREADABLE
  try {
    text = String(value)
  } catch (error) {
    // it has no text, or its function throws
  }
  return text
}

function partToShow(key, value) {
  return value !== null && typeof value === 'object' && isOfQml(value) ? textOf(value) : value
}

function shown(value) {
  let text
  try {
    text = typeof value === 'function' || typeof value === 'symbol' ? textOf(value)
      : value !== null && typeof value === 'object' && isOfQml(value) ? textOf(value)
        : JSON.stringify(value, partToShow)
  } catch (error) {
    text = textOf(value) // it holds itself
  }
  if (text === undefined) text = 'undefined'
  return text.length > LINE ? text.slice(0, LINE) + '...' : text
}

function plain(options) {
  const type = typeOf(options.type)
  const message = partsOf(options.message).map(part => part[1]).join(' ')
  const value = options.value === undefined ? '' : (message === '' ? '' : ' ') + shown(options.value)
  return '  '.repeat(depth) + printable(type.name + ': ' + message + value)
}

/// Prints a message.
export function log(options) {
  expectObject(options, 'log', 'options')
  if (hasGroups()) console.log(...styled(options))
  else if (bridge.isLogging()) bridge.log(plain(options), options.type === 'error')
}

/// Prints a message under which those that follow stand, up to groupEnd().
export function group(options) {
  expectObject(options, 'group', 'options')
  if (hasGroups()) {
    console.groupCollapsed(...styled(options))
    return
  }
  if (bridge.isLogging()) bridge.log(plain(options), options.type === 'error')
  depth++
}

export function groupEnd() {
  if (hasGroups()) console.groupEnd()
  else if (depth > 0) depth--
}

// Redaction

const HIDDEN = '***'

function patternOf(rule) {
  if (typeof rule !== 'string' || rule === '') {
    throw new TypeError('logger(): redact must list names of members or stores, such as "password" or "auth/*", not '
      + describe(rule))
  }
  const source = rule.replace(/[.+^${}()|[\]\\\/]/g, '\\$&').replace(/\*/g, '[^]*').replace(/\?/g, '[^]')
  return { path: /[.\/:]/.test(rule), expression: new RegExp('^' + source + '$', 'i') }
}

/// What is hidden of a store: nothing (null), or `all`, or what matches the rules.
function rulesFor(storeName, redact) {
  if (redact === undefined) return null
  if (!Array.isArray(redact) || redact.length === 0) {
    if (Array.isArray(redact)) return null
    throw new TypeError('logger(): redact must be an array, not ' + describe(redact))
  }
  const rules = redact.map(patternOf)
  const last = storeName.split(/[\/:]/).pop()
  return {
    all: rules.some(rule => rule.expression.test(storeName) || (!rule.path && rule.expression.test(last))),
    hides: (key, path) => rules.some(rule => rule.expression.test(rule.path ? storeName + '.' + path : key)),
    // the keys of what is at the path, as in `sessions.*`
    hidesKeys: path => rules.some(rule => rule.expression.test(rule.path ? storeName + (path === '' ? '.' : '.' + path + '.')
      : ''))
  }
}

const DEPTH = 100 // of what holds itself, or is a chain; the engine's stack would end

/// A copy of a value as it is now, without what is hidden. What is no plain data stays what it is.
function copied(value, rules, path, seen, depth) {
  if (value === null || typeof value !== 'object') return value
  if (seen.has(value)) return seen.get(value)
  if (value instanceof Date) return new Date(value.getTime())
  const prototype = Object.getPrototypeOf(value)
  const isArray = Array.isArray(value)
  if (!isArray && ((prototype !== null && Object.getPrototypeOf(prototype) !== null) || isOfQml(value))) {
    return rules === null ? value : HIDDEN
  }
  if (depth === DEPTH) return '...'
  const copy = isArray ? [] : {}
  seen.set(value, copy)
  const hidesKeys = rules !== null && !isArray && rules.hidesKeys(path)
  const take = key => {
    if (hidesKeys) {
      copy[HIDDEN] = HIDDEN
      return
    }
    const name = nameOfKey(key)
    const here = path === '' ? name : path + '.' + name
    let part = UNREADABLE
    try {
      part = rules !== null && rules.hides(name, here) ? HIDDEN : copied(value[key], rules, here, seen, depth + 1)
    } catch (error) {
      // a getter that throws, or a proxy
    }
    Object.defineProperty(copy, key, { value: part, configurable: true, enumerable: true, writable: true })
  }
  Object.keys(value).forEach(take)
  Object.getOwnPropertySymbols(value).forEach(take)
  return copy
}

function nameOfKey(key) {
  return typeof key === 'symbol' ? String(key).slice(7, -1) : key
}

function copyOfValue(value, rules) {
  if (rules !== null && rules.all) return HIDDEN
  let copy = UNREADABLE
  try {
    copy = copied(value, rules, '', new Map(), 0)
  } catch (error) {
    // a proxy; a logger is no reason for a write to fail
  }
  return copy
}

// Actions

const watchers = Symbol('nanostores.actions')
const running = Symbol('nanostores.action')

let actions = 0

/// A function that calls cb with the store and its arguments. What cb writes by the store that it is handed belongs to
/// the action, also later.
export function action($store, actionName, cb) {
  expectObject($store, 'action', 'store')
  expectFunction(cb, 'action', 'cb')
  return (...args) => {
    const id = ++actions
    const named = method => (...values) => {
      const outer = $store[running]
      $store[running] = { id, name: actionName }
      try {
        $store[method](...values)
      } finally {
        $store[running] = outer
      }
    }
    const tracker = Object.create($store)
    tracker.set = named('set')
    if ($store.setKey) tracker.setKey = named('setKey')
    const calls = ($store[watchers] || []).map(watcher => watcher(id, actionName, args))
    const fail = error => {
      calls.forEach(call => call.error(error))
    }
    const end = () => {
      calls.forEach(call => call.end())
    }
    let result
    try {
      result = cb(tracker, ...args)
    } catch (error) {
      fail(error)
      end()
      throw error
    }
    if (result === null || typeof result !== 'object' || typeof result.then !== 'function') {
      end()
      return result
    }
    const endTask = startTask()
    const later = result.then(value => {
      endTask()
      end()
      return value
    }, error => {
      fail(error)
      endTask()
      end()
      throw error
    })
    return later
  }
}

function watchActions($store, watcher) {
  const list = ($store[watchers] || []).concat([watcher])
  $store[watchers] = list
  return () => {
    $store[watchers] = $store[watchers].filter(other => other !== watcher)
  }
}

// Loggers

const nothing = () => {}

function isPrimitive(value) {
  return value === null || (typeof value !== 'object' && typeof value !== 'function')
}

function partAt($store, value, key) {
  if (value === null || typeof value !== 'object') return undefined
  return typeof key !== 'string' || $store.eqKey ? value[key] : getPath(value, key)
}

/// The key or the path that was set, up to where a rule hides it or what is there. `isHidden`: the value is hidden.
function shownKey($store, changed, rules) {
  if (rules === null || changed === undefined) return { key: changed, isHidden: false }
  const isPath = typeof changed === 'string' && !$store.eqKey
  const steps = isPath ? changed.split(/[.[\]]+/).filter(step => step !== '') : [nameOfKey(changed)]
  let path = ''
  for (let i = 0; i < steps.length; i++) {
    if (rules.hidesKeys(path)) return { key: path === '' ? HIDDEN : path + '.' + HIDDEN, isHidden: true }
    path = path === '' ? steps[i] : path + '.' + steps[i]
    if (rules.hides(steps[i], path)) return { key: i + 1 < steps.length ? path + '.' + HIDDEN : path, isHidden: true }
  }
  return { key: changed, isHidden: false }
}

/// The value as it is: a computed store that is at its function is not asked for it.
function valueOf($store) {
  const s = internals.stateOf($store)
  return s === undefined || s.native ? $store.value : s.value
}

function change($store, storeName, write, changed, rules) {
  const event = {
    actionId: write.action && write.action.id,
    actionName: write.action && write.action.name,
    changed,
    newValue: copyOfValue(valueOf($store), rules),
    oldValue: write.oldValue,
    storeName,
    valueMessage: undefined
  }
  const isAtom = $store.setKey === undefined
  const before = isAtom || changed === undefined ? event.oldValue : partAt($store, event.oldValue, changed)
  const now = isAtom || changed === undefined ? event.newValue : partAt($store, event.newValue, changed)
  const isStoreHidden = rules !== null && rules.all
  const shown = shownKey($store, changed, rules)
  const isHidden = isStoreHidden || shown.isHidden
  event.changed = shown.key
  if (isHidden) {
    event.valueMessage = HIDDEN + ARROW + HIDDEN
  } else if (isPrimitive(before) && isPrimitive(now) && (isAtom || changed !== undefined)) {
    event.valueMessage = String(before) + ARROW + String(now)
  }
  if (isStoreHidden) {
    event.changed = changed === undefined ? undefined : HIDDEN
    event.newValue = undefined
    event.oldValue = undefined
  } else if (isAtom && event.valueMessage !== undefined) {
    event.newValue = undefined
    event.oldValue = undefined
  }
  return event
}

/// Between a set() and the notification that follows it. One that a hook refuses, or that changes nothing, is
/// forgotten.
function watchChanges($store, storeName, messages, ignored, rules, changed) {
  let write = null
  const ends = [
    onSet($store, () => {
      const by = $store[running]
      write = null
      if (by !== undefined && (messages.action === false || ignored.indexOf(by.name) >= 0)) return
      if (!changed.isOn()) return
      const value = valueOf($store)
      write = { action: by, value, oldValue: copyOfValue(value, rules) }
    }),
    onNotify($store, event => {
      const mine = write
      write = null
      if (mine !== null && Object.is(mine.value, event.oldValue)) {
        changed.call(change($store, storeName, mine, event.changed, rules))
      }
    })
  ]
  return () => {
    ends.forEach(end => end())
  }
}

function watchMounts($store, storeName, messages, events) {
  let isOver = false
  const end = onMount($store, () => {
    if (messages.mount !== false && events.mount) events.mount({ storeName })
    return () => {
      if (!isOver && messages.unmount !== false && events.unmount) events.unmount({ storeName })
    }
  })
  return () => {
    isOver = true
    end()
  }
}

/// With rules no argument and no error text is shown: a member may be in either.
function watchCalls($store, storeName, ignored, rules, events) {
  const start = events.start || nothing
  const error = events.error || nothing
  const end = events.end || nothing
  return watchActions($store, (actionId, actionName, args) => {
    if (ignored.indexOf(actionName) >= 0) return { error: nothing, end: nothing }
    start({ actionId, actionName, args: rules === null || args.length === 0 ? args : [HIDDEN], storeName })
    return {
      error: thrown => error({ actionId, actionName, error: rules === null ? thrown : new Error(HIDDEN), storeName }),
      end: () => end({ actionId, actionName, storeName })
    }
  })
}

function watch($store, storeName, events, opts, isOn) {
  expectObject($store, 'logger', 'store "' + storeName + '"')
  const ignored = opts.ignoreActions || []
  const messages = opts.messages || {}
  const rules = rulesFor(storeName, opts.redact)
  const ends = []
  if (messages.mount !== false || messages.unmount !== false) ends.push(watchMounts($store, storeName, messages, events))
  if (messages.change !== false && events.change) {
    ends.push(watchChanges($store, storeName, messages, ignored, rules, { call: events.change, isOn }))
  }
  if (messages.action !== false) ends.push(watchCalls($store, storeName, ignored, rules, events.action || {}))
  return () => {
    ends.splice(0).forEach(end => end())
  }
}

/// A logger of one's own: calls the functions of events.
export function buildLogger($store, storeName, events, opts = {}) {
  expectObject(events, 'buildLogger', 'events')
  expectObject(opts, 'buildLogger', 'opts')
  const destroy = watch($store, String(storeName), events, opts, () => true)
  return destroy
}

function printedLogger($store, storeName, opts) {
  const calls = new Map() // what the actions under way have to print
  const store = ['bold', storeName]
  const later = (actionId, print) => {
    const waiting = calls.get(actionId)
    if (waiting === undefined) print()
    else waiting.push(print)
  }
  const destroy = watch($store, storeName, {
    action: {
      start: ({ actionId, actionName, args }) => {
        const message = [store, ['regular', 'store was changed by action'], ['bold', actionName]]
        const prints = [() => group({ logo: true, message, type: 'action' })]
        if (args.length > 0) {
          message.push(['regular', 'with arguments'])
          prints.push(() => log({ type: 'arguments', value: args }))
        }
        calls.set(actionId, prints)
      },
      error: ({ actionId, actionName, error }) => {
        later(actionId, () => log({
          message: [store, ['regular', 'store handled error in action'], ['bold', actionName]],
          type: 'error',
          value: { message: error !== null && typeof error === 'object' ? error.message : String(error) }
        }))
      },
      end: ({ actionId }) => {
        const prints = calls.get(actionId)
        calls.delete(actionId)
        if (prints === undefined) return
        prints.forEach(print => print())
        groupEnd()
      }
    },
    change: ({ actionId, changed, newValue, oldValue, valueMessage }) => {
      const message = [store, ['regular', 'store was changed']]
      if (changed !== undefined) message.push(['regular', 'in the'], ['bold', String(changed)], ['regular', 'key'])
      later(actionId, () => {
        group({ logo: actionId === undefined, message, type: 'change' })
        if (valueMessage !== undefined) log({ message: valueMessage, type: 'value' })
        if (newValue !== undefined) log({ type: 'new', value: newValue })
        if (oldValue !== undefined) log({ type: 'old', value: oldValue })
        groupEnd()
      })
    },
    mount: () => {
      log({ logo: true, message: [store, ['regular', 'store was mounted']], type: 'mount' })
    },
    unmount: () => {
      log({ logo: true, message: [store, ['regular', 'store was unmounted']], type: 'unmount' })
    }
  }, opts, isOn)
  return destroy
}

/// Prints what happens to stores.
export function logger(stores, opts = {}) {
  expectObject(stores, 'logger', 'stores')
  expectObject(opts, 'logger', 'opts')
  const ends = Object.keys(stores).map(storeName => printedLogger(stores[storeName], storeName, opts))
  return () => {
    ends.splice(0).forEach(end => end())
  }
}

// Creators of maps

const builders = Symbol('nanostores.builders')

function watchBuilds(creator, listener) {
  if (creator[builders] === undefined) {
    const origin = creator.build
    creator[builders] = { origin, listeners: [] }
    creator.build = (...args) => {
      const $store = origin(...args)
      creator[builders].listeners.slice().forEach(each => each($store))
      return $store
    }
  }
  const hooks = creator[builders]
  hooks.listeners.push(listener)
  return () => {
    const at = hooks.listeners.indexOf(listener)
    if (at < 0) return
    hooks.listeners.splice(at, 1)
    if (hooks.listeners.length === 0 && creator[builders] === hooks) {
      creator.build = hooks.origin
      delete creator[builders]
    }
  }
}

/// A logger of one's own for the stores that a creator builds.
export function buildCreatorLogger(creator, creatorName, events, opts = {}) {
  if (creator === null || creator === undefined || typeof creator.build !== 'function') {
    throw new TypeError('buildCreatorLogger(): creator must be a mapCreator(), not ' + describe(creator))
  }
  expectObject(events, 'buildCreatorLogger', 'events')
  const nameGetter = opts.nameGetter || ((name, $store) => name + ':' + $store.value.id)
  const nameOf = (name, $store) => {
    const hidden = name + ':' + HIDDEN
    const rules = opts.nameGetter ? null : rulesFor(hidden, opts.redact)
    return rules !== null && rules.hides('id', 'id') ? hidden : nameGetter(name, $store)
  }
  const messages = opts.messages || {}
  if (messages.build === false || !events.build) return nothing
  const destroy = watchBuilds(creator, store => {
    events.build({ creatorName, id: store.value.id, store, storeName: nameOf(creatorName, store) })
  })
  return destroy
}

/// Prints what happens to the stores that creators build.
export function creatorLogger(creators, opts = {}) {
  expectObject(creators, 'creatorLogger', 'creators')
  const ends = []
  Object.keys(creators).forEach(creatorName => {
    ends.push(buildCreatorLogger(creators[creatorName], creatorName, {
      build: ({ store, storeName }) => {
        log({
          logo: true,
          message: [['bold', storeName], ['regular', 'store was built by'], ['bold', creatorName], ['regular', 'creator']],
          type: 'build'
        })
        const stores = {}
        stores[storeName] = store
        ends.push(logger(stores, opts))
      }
    }, opts))
  })
  return () => {
    ends.splice(0).forEach(end => end())
  }
}
