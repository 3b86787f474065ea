// SPDX-License-Identifier: MIT

// Keys of every kind, in random sequences against a plain model.

import { assignKey, atKey, deleteKey, setKey, signal } from "nano_kit"
import { deepMap, listenKeys, map, onSet } from "nanostores"

const texts = ['a', 'b', '', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '0', '10', '-1', 'a b', '\u2028', '\u2029', 'x\u2028y', '"', '\\',
  '\n', '\ud800', '\udc00x', '😀', 'valueOf', '__defineGetter__', 'ä', '\u0000', '$', 'prototype']
const symbols = [Symbol('one'), Symbol('two')]

/// Numbers from 0 to below `limit`, the same in each run.
function randomly(seed) {
  let state = seed
  return limit => {
    state = (state * 1103515245 + 12345) % 2147483648
    return Math.floor(state / 65536) % limit
  }
}

function show(key) {
  return typeof key === 'symbol' ? key.toString() : JSON.stringify(key)
}

function check(object, model, what) {
  const fail = message => {
    throw new Error(what + ': ' + message)
  }
  if (Object.getPrototypeOf(object) !== Object.prototype) fail('another prototype')
  const keys = Reflect.ownKeys(object)
  if (keys.length !== model.size) fail(keys.map(show).join() + ' instead of ' + Array.from(model.keys()).map(show).join())
  for (let i = 0; i < keys.length; i++) {
    const own = Object.getOwnPropertyDescriptor(object, keys[i])
    if (!model.has(keys[i])) fail(show(keys[i]) + ' is no key')
    if (own.value !== model.get(keys[i]) || !own.enumerable || !own.writable || !own.configurable) fail(show(keys[i]) + ' has another value')
  }
}

function sequences(keys, make) {
  for (let seed = 1; seed <= 20; seed++) {
    const random = randomly(seed * 7919)
    const mine = keys.filter(() => random(3) > 0)
    let model = new Map()
    const store = make()
    for (let step = 0; step < 80; step++) {
      const key = mine[random(mine.length)]
      const value = [step, { step }, 'text', null][random(4)]
      if (random(5) === 0) {
        store.remove(key)
        model = new Map(Array.from(model).filter(entry => entry[0] !== key)) // delete() of V4 in Qt 6.4 reads beyond a full map
      } else {
        store.set(key, value)
        model.set(key, value)
      }
      check(store.get(), model, 'seed ' + seed + ', step ' + step + ', ' + show(key))
    }
  }
}

export function map_keepsKeysOfEveryKind() {
  sequences(texts.concat(symbols), () => {
    const $map = map({})
    return { get: () => $map.get(), set: $map.setKey, remove: key => $map.setKey(key, undefined) }
  })
}

export function map_withHooksKeepsKeysOfEveryKind() {
  sequences(texts.concat(symbols), () => {
    const $map = map({})
    onSet($map, ({ changed, newValue }) => {
      const own = Object.getOwnPropertyDescriptor(newValue, changed)
      if (own === undefined) throw new Error('onSet does not see ' + show(changed))
    })
    return { get: () => $map.get(), set: $map.setKey, remove: key => $map.setKey(key, undefined) }
  })
}

export function map_takesKeysOfEveryKindAsAWhole() {
  const all = JSON.parse('{"__proto__": 1, "\u2028": 2, "constructor": 3, "a": 4}')
  all[symbols[0]] = 5
  const $map = map(all)
  const model = new Map(Reflect.ownKeys(all).map(key => [key, all[key]]))
  for (let i = 0; i < 40; i++) {
    $map.setKey('a', i)
    model.set('a', i)
    check($map.get(), model, 'step ' + i)
  }
}

export function deepMap_keepsKeysOfEveryKind() {
  sequences(texts, () => {
    const $map = deepMap({})
    return { get: () => $map.get(), set: $map.setKey, remove: key => $map.setKey(key, undefined) }
  })
  sequences(texts, () => {
    const $map = deepMap({ in: {} })
    return { get: () => $map.get().in, set: (key, value) => $map.setKey('in.' + key, value), remove: key => $map.setKey('in.' + key, undefined) }
  })
}

export function signals_keepKeysOfEveryKind() {
  sequences(texts.concat(symbols), () => {
    const $object = signal({})
    return { get: $object, set: (key, value) => setKey($object, key, value), remove: key => deleteKey($object, key) }
  })
  sequences(texts.concat(symbols), () => {
    const $object = signal({})
    return { get: $object, set: (key, value) => atKey($object, key)(value), remove: key => deleteKey($object, key) }
  })
  sequences(texts.concat(symbols), () => {
    let object = {}
    return {
      get: () => object,
      set(key, value) {
        object = assignKey(object, key, value)
      },
      remove(key) {
        const $object = signal(object)
        deleteKey($object, key)
        object = $object()
      }
    }
  })
}

export function watchers_hearOfKeysOfEveryKind() {
  for (let i = 0; i < texts.length; i++) {
    const key = texts[i]
    const $map = map({})
    const heard = []
    listenKeys($map, [key], (value, old, changed) => heard.push(changed))
    $map.setKey('other', 1)
    $map.setKey(key, 1)
    $map.setKey(key, 2)
    if (heard.length !== 2 || heard[0] !== key) throw new Error(show(key) + ': heard ' + heard.map(show).join())
  }
}

export function deepMap_takesProtoInTheMiddleOfAPath() {
  const $deep = deepMap({ a: {} })
  $deep.setKey('a.__proto__.admin', true)
  const inner = $deep.get().a
  if (({}).admin !== undefined || inner.admin !== undefined) throw new Error('the prototype was written to')
  check(inner, new Map([['__proto__', Object.getOwnPropertyDescriptor(inner, '__proto__').value]]), 'a')
  if (Object.getOwnPropertyDescriptor(inner, '__proto__').value.admin !== true) throw new Error('the key was not set')
}
