// SPDX-License-Identifier: MIT

// The module `nano_kit`: parts of objects and arrays as signals, and signals made of signals.

import { copyOf, describe, detached, expectArray, expectFunction, expectKey, put, remove } from './graph.mjs'
import { callable, computed, expectAccessor, isSignal, isWritable, nextValue, read, signal, trackingState, untracked } from './kit_signals.mjs'

// Values and accessors

export function isEmpty(value) {
  return value === undefined || value === null
}

export function $get(valueOrAccessor) {
  return typeof valueOrAccessor === 'function' ? valueOrAccessor() : valueOrAccessor
}

export function get(valueOrAccessor) {
  return typeof valueOrAccessor === 'function' ? untracked(valueOrAccessor) : valueOrAccessor
}

export function toSignal(value) {
  if (isSignal(value)) return value
  return typeof value === 'function' ? computed(value) : signal(value)
}

export function toAccessor(value) {
  return typeof value === 'function' ? value : () => value
}

export function toAccessorOrSignal(value) {
  return typeof value === 'function' ? value : signal(value)
}

export function length($accessor) {
  expectAccessor($accessor, 'length')
  return computed(() => $accessor().length)
}

export function boolean($accessor) {
  expectAccessor($accessor, 'boolean')
  return computed(() => Boolean($accessor()))
}

export function concat(...parts) {
  return computed(() => parts.map($get).join(''))
}

export function previous($accessor) {
  expectAccessor($accessor, 'previous')
  let last
  return computed(() => {
    const before = last
    last = $accessor()
    return before
  })
}

export function composeDestroys(...destroys) {
  return () => {
    for (let i = 0; i < destroys.length; i++) {
      if (typeof destroys[i] === 'function') destroys[i]()
    }
  }
}

// Objects and arrays

export function assignKey(object, key, next) {
  expectKey(key, 'assignKey', 'key')
  const value = detached(next)
  if (object !== undefined && object !== null && object[key] === value) return object
  const copy = copyOf(object)
  put(copy, key, value)
  return copy
}

export function assignIndex(array, index, value) {
  expectArray(array, 'assignIndex', 'array')
  expectKey(index, 'assignIndex', 'index')
  const copy = array.slice()
  copy[index] = detached(value)
  return copy
}

/// One key of a parent: a computed signal, written through the parent if that can be written.
export function child($parent, key, setValue) {
  return childOf($parent, key, setValue, 'child', '$parent', 'key')
}

function childOf($parent, key, setValue, where, parentName, keyName) {
  expectAccessor($parent, where, parentName)
  if (typeof key !== 'function') expectKey(key, where, keyName)
  if (setValue !== undefined) expectFunction(setValue, where, 'setValue')
  const s = trackingState(() => {
    const parent = $parent()
    return isEmpty(parent) ? undefined : parent[$get(key)]
  })
  s.writable = isWritable($parent) && setValue !== undefined
  return callable(s, read, (mine, next) => {
    if (!s.writable) throw new TypeError(where + '(): its parent cannot be written')
    let parent
    let present
    let name
    untracked(() => {
      parent = $parent()
      name = $get(key)
      present = isEmpty(parent) ? undefined : parent[name]
    })
    $parent(setValue(parent, name, nextValue(present, next)))
  })
}

export function atKey($object, key) {
  return childOf($object, key, assignKey, 'atKey', '$object', 'key')
}

export function atIndex($array, index) {
  return childOf($array, index, assignIndex, 'atIndex', '$array', 'index')
}

export function atFoundIndex($array, predicate) {
  expectAccessor($array, 'atFoundIndex', '$array')
  expectFunction(predicate, 'atFoundIndex', 'predicate')
  return atIndex($array, computed(() => $array().findIndex(predicate)))
}

export function setKey($object, key, value) {
  expectAccessor($object, 'setKey', '$object')
  expectKey(key, 'setKey', 'key')
  $object(object => assignKey(object, key, value))
  return value
}

export function deleteKey($object, key) {
  expectAccessor($object, 'deleteKey', '$object')
  expectKey(key, 'deleteKey', 'key')
  let removed
  $object(object => {
    const copy = copyOf(object)
    removed = copy[key]
    delete copy[key]
    return copy
  })
  return removed
}

export function updateArray($array, fn) {
  expectFunction(fn, 'updateArray', 'fn')
  const result = change($array, fn, 'updateArray')
  return result
}

function change($array, fn, where) {
  expectAccessor($array, where, '$array')
  let result
  $array(array => {
    expectArray(array, where, '$array\'s value')
    const copy = array.slice()
    const returned = fn(copy)
    result = returned
    return copy
  })
  return result
}

export function push($array, ...values) {
  const result = change($array, array => array.push(...values.map(detached)), 'push')
  return result
}

export function pop($array) {
  const result = change($array, array => array.pop(), 'pop')
  return result
}

export function shift($array) {
  const result = change($array, array => array.shift(), 'shift')
  return result
}

export function unshift($array, ...values) {
  const result = change($array, array => array.unshift(...values.map(detached)), 'unshift')
  return result
}

export function setIndex($array, index, value) {
  expectAccessor($array, 'setIndex', '$array')
  expectKey(index, 'setIndex', 'index')
  change($array, array => {
    array[index] = detached(value)
  }, 'setIndex')
  return value
}

export function deleteIndex($array, index) {
  expectAccessor($array, 'deleteIndex', '$array')
  expectKey(index, 'deleteIndex', 'index')
  const result = change($array, array => array.splice(index, 1)[0], 'deleteIndex')
  return result
}

// Records: $record.$name is the child `name`

function recordOf(source, name, extend) {
  const $source = toAccessorOrSignal(source)
  if ($source[name] === undefined) {
    const parts = {}
    const proxy = new Proxy($source, {
      get($signal, key) {
        if (typeof key !== 'string' || key[0] !== '$' || key in $signal) return $signal[key]
        if (parts[key] === undefined) parts[key] = extend(child($signal, key.slice(1), assignKey))
        return parts[key]
      }
    })
    Object.defineProperty($source, name, { value: proxy, configurable: true })
  }
  return $source[name]
}

export function record(source) {
  return recordOf(source, 'record', $child => $child)
}

export function deepRecord(source) {
  return recordOf(source, 'deepRecord', deepRecord)
}

// Signals in a Map

export const $$insert = Symbol('insert')
export const $$clear = Symbol('clear')
export const $$deleted = Symbol('deleted')

function expectMap(value, where) {
  if (!(value instanceof Map)) throw new TypeError(where + '(): map must be a Map, not ' + describe(value))
}

function eventOf(map, event) {
  if (map[event] === undefined) map[event] = signal(0)
  return map[event]
}

export function subMapEvent(map, event) {
  expectMap(map, 'subMapEvent')
  eventOf(map, event)()
}

export function fireMapEvent(map, event) {
  expectMap(map, 'fireMapEvent')
  if (map[event] !== undefined) map[event](count => count + 1)
}

export function $getMapKey(map, key) {
  expectMap(map, '$getMapKey')
  const $item = map.get(key)
  if ($item === undefined) {
    subMapEvent(map, $$insert)
    return undefined
  }
  subMapEvent(map, $$clear)
  return $item()
}

export function setMapKey(map, key, value) {
  expectMap(map, 'setMapKey')
  const $item = map.get(key)
  if ($item !== undefined) {
    $item(value)
    return
  }
  const $new = signal(undefined)
  map.set(key, $new)
  $new(value)
  fireMapEvent(map, $$insert)
}

export function clearMap(map) {
  expectMap(map, 'clearMap')
  map.clear()
  fireMapEvent(map, $$clear)
}

export function deleteMapKey(map, key) {
  expectMap(map, 'deleteMapKey')
  const $item = map.get(key)
  if ($item !== undefined) {
    remove(map, key)
    $item($$deleted)
  }
}

// Operators: accessors of accessors or values, computed at each call

export function or(left, right) {
  return () => $get(left) || $get(right)
}

export function and(left, right) {
  return () => $get(left) && $get(right)
}

export function not(value) {
  return () => !$get(value)
}

export function some(...values) {
  return () => {
    let value
    for (let i = 0; i < values.length; i++) {
      value = $get(values[i])
      if (value) break
    }
    return value
  }
}

export function every(...values) {
  return () => {
    let value
    for (let i = 0; i < values.length; i++) {
      value = $get(values[i])
      if (!value) break
    }
    return value
  }
}

export function is(left, right) {
  return () => $get(left) === $get(right)
}

export function isNot(left, right) {
  return () => $get(left) !== $get(right)
}

export function gt(left, right) {
  return () => $get(left) > $get(right)
}

export function gte(left, right) {
  return () => $get(left) >= $get(right)
}

export function lt(left, right) {
  return () => $get(left) < $get(right)
}

export function lte(left, right) {
  return () => $get(left) <= $get(right)
}

export function when(condition, then, otherwise) {
  return () => $get(condition) ? $get(then) : $get(otherwise)
}

// Promises

const resting = { data: undefined, error: undefined, pending: false }

/// [$result, $error, $pending] of a promise, or of an accessor of promises.
export function resolved(source) {
  const $promise = toSignal(source)
  const $state = signal(resting)
  let current = null
  const follow = () => {
    const promise = $promise()
    if (current === promise) return $state()
    current = promise
    if (!promise) {
      $state(resting)
    } else if (promise instanceof Promise) {
      $state(state => ({ data: state.data, error: undefined, pending: true }))
      promise.then(data => {
        if (current === promise) $state({ data, error: undefined, pending: false })
      }, error => {
        if (current === promise) $state(state => ({ data: state.data, error, pending: false }))
      })
    } else {
      $state({ data: promise, error: undefined, pending: false })
    }
    return $state()
  }
  follow()
  return [computed(() => follow().data), computed(() => follow().error), computed(() => follow().pending)]
}
