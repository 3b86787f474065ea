// SPDX-License-Identifier: MIT

// The module `@nanostores/persistent`: the functions of @nanostores/persistent 1.3.5 over the storage engines of C++.
// Other storages, objects as localStorage is, are set by setPersistentEngine().
//
// Other than there: a map does not write its defaults when it mounts, what has been read is not written back, equal
// text is not written again, and what cannot be decoded stays in the storage, with the initial value in the store.

import { describe, expectFunction, expectObject, put, report } from './graph.mjs'
import { atom, map, onMount } from './nanostores.mjs'

const global = new Function('return this')() // this engine has no globalThis before Qt 6.5
const native = global[Symbol.for('nanostores.storage')] // see install.cpp

function expectString(value, where, name) {
  if (typeof value !== 'string') {
    throw new TypeError(where + '(): ' + name + ' must be a string, not ' + describe(value))
  }
}

function has(object, key) {
  return Object.prototype.hasOwnProperty.call(object, key)
}

// Engines: get(key), undefined if there is none; set(key, text); del(key); keys(prefix); perKey; and
// watch(key, isPrefix, listener, restore), which returns a function that ends it.

const nativeEngine = {
  perKey: false,
  get: key => native.get(key),
  set: (key, text) => native.set(key, text),
  del: key => native.del(key),
  keys: prefix => native.keys(prefix),
  watch(key, isPrefix, listener) {
    const id = native.subscribe(key, isPrefix, (name, text) => listener({ key: name, newValue: text }))
    return () => native.unsubscribe(id)
  }
}

function engineOf(storage, events) {
  return {
    perKey: events.perKey === true,
    get: key => key in storage ? storage[key] : undefined,
    set: (key, text) => {
      storage[key] = text
    },
    del: key => {
      delete storage[key]
    },
    keys(prefix) {
      const found = []
      for (const key in storage) {
        if (key.startsWith(prefix)) found.push(key)
      }
      return found
    },
    watch(key, isPrefix, listener, restore) {
      events.addEventListener(key, listener, restore)
      return () => {
        events.removeEventListener(key, listener, restore)
      }
    }
  }
}

export const windowPersistentEvents = {
  addEventListener(key, listener, restore) {
    global.window.addEventListener('storage', listener)
    global.window.addEventListener('pageshow', restore)
  },
  removeEventListener(key, listener, restore) {
    global.window.removeEventListener('storage', listener)
    global.window.removeEventListener('pageshow', restore)
  }
}

const noEvents = { addEventListener() {}, removeEventListener() {} }

let current = null

/// Of a program that brings a localStorage of its own, that one.
function engine() {
  if (current === null) {
    if (typeof global.localStorage === 'object' && global.localStorage !== null) {
      current = engineOf(global.localStorage, typeof global.window === 'undefined' ? noEvents : windowPersistentEvents)
    } else {
      current = nativeEngine
    }
  }
  return current
}

export function setPersistentEngine(storage, events) {
  expectObject(storage, 'setPersistentEngine', 'storage')
  expectObject(events, 'setPersistentEngine', 'events')
  expectFunction(events.addEventListener, 'setPersistentEngine', 'events.addEventListener')
  expectFunction(events.removeEventListener, 'setPersistentEngine', 'events.removeEventListener')
  current = engineOf(storage, events)
}

// Stores

function identity(value) {
  return value
}

function codecOf(opts, where) {
  expectObject(opts, where, 'opts')
  const encode = opts.encode || identity
  const decode = opts.decode || identity
  expectFunction(encode, where, 'opts.encode')
  expectFunction(decode, where, 'opts.decode')
  return { encode, decode, listens: opts.listen !== false }
}

/// What is no text would come back from an engine of C++ as another value. A storage of the program's own may take it.
function textOf(encode, value, where, key) {
  const text = encode(value)
  if (text !== undefined && typeof text !== 'string' && engine() === nativeEngine) {
    throw new TypeError(where + '(): the value of "' + key + '" is ' + describe(text)
      + ', and only text can be stored: give encode and decode, or use persistentJSON()')
  }
  return text
}

function write(key, text) {
  const storage = engine()
  if (text === undefined) storage.del(key)
  else if (storage.get(key) !== text) storage.set(key, text)
}

/// Undefined: the entry was deleted.
function textIn(event) {
  return event.newValue === null ? undefined : event.newValue
}

export function persistentAtom(name, initial, opts = {}) {
  expectString(name, 'persistentAtom', 'name')
  const { encode, decode, listens } = codecOf(opts, 'persistentAtom')

  function valueOf(text) {
    if (text === undefined || text === null) return initial
    try {
      return decode(text)
    } catch (error) {
      report(error)
      return initial
    }
  }

  let known = engine().get(name)
  let writing = null // the text that is being written, and by which of the changes
  let changes = 0
  const $store = atom(valueOf(known))
  const set = $store.set
  $store.set = newValue => {
    const text = textOf(encode, newValue, 'set', name)
    const own = ++changes
    const outer = writing
    writing = { text, own }
    try {
      write(name, text)
    } finally {
      writing = outer
    }
    if (changes !== own) return // those who were called with it have set another one
    known = text
    set(newValue)
  }

  function listener(event) {
    if (event.key === name) {
      if (writing !== null && writing.own === changes && writing.text === textIn(event)) return
      const text = writing === null ? textIn(event) : engine().get(name) // another one may have been set since
      ++changes
      known = text
      set(valueOf(text))
    } else if (writing === null && engine().get(name) === undefined) {
      ++changes
      known = undefined
      set(initial)
    }
  }

  function restore() {
    const text = engine().get(name)
    if (text === known) return
    known = text
    set(valueOf(text))
  }

  onMount($store, () => {
    restore()
    if (listens) return engine().watch(name, false, listener, restore)
  })
  return $store
}

export function persistentBoolean(key, initial = false, opts = {}) {
  expectString(key, 'persistentBoolean', 'key')
  expectObject(opts, 'persistentBoolean', 'opts')
  return persistentAtom(key, initial, {
    listen: opts.listen,
    encode: value => value ? 'yes' : '',
    decode: text => text === 'yes'
  })
}

export function persistentJSON(key, initial = null, opts = {}) {
  expectString(key, 'persistentJSON', 'key')
  expectObject(opts, 'persistentJSON', 'opts')
  return persistentAtom(key, initial, {
    listen: opts.listen,
    encode: value => JSON.stringify(value),
    decode: text => {
      try {
        return JSON.parse(text)
      } catch (error) {
        return initial
      }
    }
  })
}

function areSame(a, b) {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => has(b, key) && Object.is(a[key], b[key]))
}

export function persistentMap(prefix, initial = {}, opts = {}) {
  expectString(prefix, 'persistentMap', 'prefix')
  expectObject(initial, 'persistentMap', 'initial')
  const { encode, decode, listens } = codecOf(opts, 'persistentMap')

  const $store = map()
  const set = $store.set
  const setKey = $store.setKey
  let writing = null // texts by key, while they are written, and by which of the changes
  let setAt = null // meanwhile: when each key was set last, also by those who are called
  let changes = 0
  let watched = null // by key, while it is mounted, for engines that say perKey

  function watchKey(key) {
    if (listens && watched !== null && engine().perKey && !has(watched, key)) {
      put(watched, key, engine().watch(prefix + key, false, listener, restore))
    }
  }

  function unwatchKey(key) {
    if (watched !== null && has(watched, key)) {
      watched[key]()
      delete watched[key]
    }
  }

  /// Without the values that cannot be decoded: they stay in the storage.
  function read(value) {
    const data = {}
    for (const key in value) put(data, key, value[key])
    const names = engine().keys(prefix)
    for (let i = 0; i < names.length; i++) {
      try {
        put(data, names[i].slice(prefix.length), decode(engine().get(names[i])))
      } catch (error) {
        report(error)
      }
    }
    return data
  }

  /// Returns the keys that those who were called with the texts have set: theirs are the newer values.
  function storeTexts(texts) {
    const outer = { writing, setAt }
    const times = setAt === null ? Object.create(null) : setAt
    const own = ++changes
    for (const key in texts) put(times, key, own)
    setAt = times
    writing = { texts, own }
    try {
      for (const key in texts) {
        if (times[key] !== own) continue
        if (texts[key] === undefined) unwatchKey(key)
        else watchKey(key)
        write(prefix + key, texts[key])
      }
    } finally {
      writing = outer.writing
      setAt = outer.setAt
    }
    return Object.keys(times).filter(key => times[key] > own)
  }

  $store.setKey = (key, newValue) => {
    const texts = {}
    put(texts, key, newValue === undefined ? undefined : textOf(encode, newValue, 'setKey', prefix + String(key)))
    if (storeTexts(texts).indexOf(String(key)) === -1) setKey(key, newValue)
  }

  $store.set = newObject => {
    expectObject(newObject, 'set', 'value')
    const texts = {}
    for (const key in newObject) {
      put(texts, key, newObject[key] === undefined ? undefined : textOf(encode, newObject[key], 'set', prefix + key))
    }
    for (const key in $store.value) {
      if (!has(texts, key)) put(texts, key, undefined)
    }
    const names = engine().keys(prefix) // also those of a map that was never mounted
    for (let i = 0; i < names.length; i++) {
      const key = names[i].slice(prefix.length)
      if (!has(texts, key)) put(texts, key, undefined)
    }
    const newer = storeTexts(texts)
    if (newer.length === 0) {
      set(newObject)
      return
    }
    const merged = {}
    for (const key in newObject) put(merged, key, newObject[key])
    newer.forEach(key => {
      if (has($store.value, key)) put(merged, key, $store.value[key])
      else delete merged[key]
    })
    set(merged)
  }

  function listener(event) {
    if (!event.key) {
      if (writing === null) set({})
    } else if (event.key.startsWith(prefix)) {
      const key = event.key.slice(prefix.length)
      let text = textIn(event)
      if (writing !== null) {
        if (setAt[key] === writing.own && writing.texts[key] === text) return
        text = engine().get(event.key) // another one may have been set since
        put(setAt, key, ++changes)
      }
      if (text === undefined) {
        setKey(key, undefined)
      } else {
        let value
        try {
          value = decode(text)
        } catch (error) {
          report(error)
          return
        }
        setKey(key, value)
      }
    }
  }

  function restore() {
    const data = read(initial)
    for (const key in data) watchKey(key)
    if (!areSame(data, $store.value)) set(data)
  }

  onMount($store, () => {
    watched = {}
    restore()
    let end = null
    if (listens) {
      end = engine().watch(prefix, true, listener, restore)
    }
    return () => {
      if (end !== null) end()
      for (const key in watched) watched[key]()
      watched = null
    }
  })
  return $store
}

// For tests

const testStorage = {}
let testListeners = []

export function useTestStorageEngine() {
  setPersistentEngine(testStorage, {
    addEventListener(key, listener) {
      testListeners.push(listener)
    },
    removeEventListener(key, listener) {
      testListeners = testListeners.filter(each => each !== listener)
    }
  })
}

export function setTestStorageKey(key, newValue) {
  if (newValue === undefined) delete testStorage[key]
  else testStorage[key] = newValue
  const event = { key, newValue }
  testListeners.slice().forEach(listener => listener(event))
}

export function getTestStorage() {
  return testStorage
}

export function cleanTestStorage() {
  Object.keys(testStorage).forEach(key => setTestStorageKey(key, undefined))
}
