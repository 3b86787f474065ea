// SPDX-License-Identifier: MIT

// The module `nanostores/history`: undo and redo of stores of JavaScript. Steps, limits, merging and groups are C++'s,
// NanoStores::History; what is here records the values of stores and writes them.

import { batch, copyOf, describe, expectFunction, expectObject, is, numberOf, put, same, tell } from './graph.mjs'
import { internals as signals, isSignal } from './kit_signals.mjs'
import { internals as stores } from './nanostores.mjs'

const global = new Function('return this')() // this engine has no globalThis before Qt 6.5
const native = global[Symbol.for('nanostores.histories')] // see install.cpp

function stateOf(store) {
  return isSignal(store) ? store.node : stores.stateOf(store)
}

/// What keeps a store from being recorded; empty: nothing.
function problem(store) {
  const s = stateOf(store)
  if (s === undefined) return describe(store) + ' is no store'
  if (s.native) {
    return 'a store of C++ has its history there: make one with nanostores::history(), and show it as a HistoryObject'
  }
  if (typeof s.compute === 'function' || s.fn !== null || s.sources !== null) {
    return 'a computed store cannot be undone; list the stores that it reads'
  }
  return ''
}

function equals(s, a, b) {
  const eq = s.facade === null ? is : s.facade.eq
  const equal = eq === is ? same(a, b) : eq(a, b)
  return equal
}

function isMap(s) {
  return s.facade !== null && typeof s.facade.setKey === 'function' && typeof s.facade.eqKey === 'function'
}

function set(s, value) {
  if (s.facade !== null) s.facade.set(value)
  else signals.write(s, () => value)
}

/// Past all hooks.
function replace(s, value, key) {
  const old = s.value
  s.value = value
  s.written = true
  tell(s, old, key)
}

/// The keys of a map's delta put into one of its values.
function withKeys(value, keys) {
  const copy = copyOf(value)
  keys.forEach((old, key) => put(copy, key, old))
  return copy
}

function areSameEntries(a, b) {
  const keys = Reflect.ownKeys(a)
  return keys.length === Reflect.ownKeys(b).length && keys.every(key => key in b && same(a[key], b[key]))
}

function sizeOf(value) {
  if (typeof value === 'string') return 24 + 2 * value.length
  if (Array.isArray(value)) return 32 + 16 * value.length
  if (value !== null && typeof value === 'object') return 32 + 32 * Object.keys(value).length
  return 16
}

// A delta has the whole other value of the store, or, of a map whose keys stayed the same, the values of the keys that
// were set. Called by C++ with the wrapper of the store's handle; see Track.
const track = {
  blank() {
    return { isEmpty: true, keys: null, value: undefined }
  },
  record(w, delta) {
    const s = w.s
    const old = s.old
    const key = s.key
    if (!delta.isEmpty && delta.keys === null) return
    if (key !== undefined && isMap(s) && key in old && old[key] !== undefined && key in s.value) {
      if (delta.isEmpty) delta.keys = new Map()
      if (!delta.keys.has(key)) delta.keys.set(key, old[key])
    } else {
      delta.value = delta.isEmpty ? old : withKeys(old, delta.keys)
      delta.keys = null
    }
    delta.isEmpty = false
  },
  absorb(w, older, newer) {
    if (newer.isEmpty || (!older.isEmpty && older.keys === null)) return
    if (newer.keys === null) {
      older.value = older.isEmpty ? newer.value : withKeys(newer.value, older.keys)
      older.keys = null
    } else {
      if (older.isEmpty) older.keys = new Map()
      newer.keys.forEach((value, key) => {
        if (!older.keys.has(key)) older.keys.set(key, value)
      })
    }
    older.isEmpty = false
  },
  isReverted(w, delta) {
    const s = w.s
    if (s === undefined || delta.isEmpty) return true
    if (delta.keys === null) {
      return equals(s, s.value, delta.value) || (isMap(s) && areSameEntries(s.value, delta.value))
    }
    let isSame = true
    delta.keys.forEach((value, key) => {
      if (!same(s.value[key], value)) isSame = false
    })
    return isSame
  },
  /// True: done; false: refused. Otherwise what was thrown.
  apply(w, delta, asks) {
    const s = w.s
    if (s === undefined) return false
    if (delta.isEmpty) return true
    try {
      if (delta.keys === null) {
        if (!asks) {
          replace(s, delta.value)
        } else {
          set(s, delta.value)
          if (!equals(s, s.value, delta.value)) return false
        }
        return true
      }
      let isDone = true
      delta.keys.forEach((value, key) => {
        if (!isDone) return
        if (!asks) {
          const copy = copyOf(s.value)
          put(copy, key, value)
          replace(s, copy, key)
        } else {
          s.facade.setKey(key, value)
          isDone = same(s.value[key], value) || s.facade.eqKey(s.value[key], value, key)
        }
      })
      return isDone
    } catch (error) {
      return { thrown: error }
    }
  },
  isSamePlace(w, a, b) {
    if (a.keys === null || b.keys === null) return a.keys === b.keys
    let isSame = a.keys.size === b.keys.size
    a.keys.forEach((value, key) => {
      if (!b.keys.has(key)) isSame = false
    })
    return isSame
  },
  meets(w, delta, foreign) {
    if (delta.keys === null || foreign.keys === null) return true
    let isMet = false
    delta.keys.forEach((value, key) => {
      if (foreign.keys.has(key)) isMet = true
    })
    return isMet
  },
  bytes(w, delta) {
    if (delta.keys === null) return 64 + sizeOf(delta.value)
    let sum = 64
    delta.keys.forEach(value => {
      sum += 32 + sizeOf(value)
    })
    return sum
  },
  keys(w, delta) {
    if (delta.keys === null) return []
    const names = []
    delta.keys.forEach((value, key) => names.push(String(key)))
    return names
  },
  /// The number of the store's handle; or why it cannot be recorded.
  find(store) {
    const reason = problem(store)
    return reason === '' ? numberOf(stateOf(store)) : reason
  }
}

native.connect(track)

function optionsOf(options) {
  expectObject(options, 'history', 'options')
  const known = ['limit', 'bytes', 'mergeWithin', 'text']
  Object.keys(options).forEach(name => {
    if (known.indexOf(name) < 0) {
      throw new TypeError('history(): options.' + name + ' is unknown; there are ' + known.join(', '))
    }
    const type = name === 'text' ? 'string' : 'number'
    if (typeof options[name] !== type) {
      throw new TypeError('history(): options.' + name + ' must be a ' + type + ', not ' + describe(options[name]))
    }
  })
  return options
}

/// Undo and redo of a store, or of an array of stores.
export function history(list, options = {}) {
  const recorded = Array.isArray(list) ? list.slice() : [list]
  const steps = native.make(optionsOf(options))
  recorded.forEach((store, i) => {
    const reason = steps.track(store)
    if (reason !== '') {
      throw new TypeError('history(): stores' + (Array.isArray(list) ? '[' + i + ']' : '') + ': ' + reason)
    }
  })
  const edits = {
    stores: recorded, // which live as long
    undo: () => steps.undo(),
    redo: () => steps.redo(),
    goTo: position => steps.goTo(position),
    clear: () => steps.clear(),
    setClean: () => steps.setClean(),
    begin: (text = '') => steps.begin(text),
    end: () => steps.end(),
    group: (text, fn) => {
      expectFunction(fn, 'group', 'fn')
      steps.begin(text)
      let result
      try {
        result = fn()
      } finally {
        steps.end()
      }
      return result
    },
    untracked: fn => {
      expectFunction(fn, 'untracked', 'fn')
      steps.beginUntracked()
      let result
      try {
        result = batch(fn)
      } finally {
        steps.endUntracked()
      }
      return result
    },
    touched: step => steps.touched(step)
  }
  const views = ['canUndo', 'canRedo', 'isClean', 'undoText', 'redoText', 'position', 'steps']
  views.forEach(name => {
    edits['$' + name] = steps.view(name)
  })
  return edits
}
