// SPDX-License-Identifier: MIT

// What is measured, the same lines for both: main.cpp decides whose `nanostores` they import. A case gives run(n),
// which does the operation n times, and result(), which must come out the same.

import { atom, computed, map } from "nanostores"

function getting(listeners) {
  const $value = atom(1)
  let sum = 0
  for (let i = 0; i < listeners; i++) $value.listen(() => {})
  return {
    run(n) {
      for (let i = 0; i < n; i += 8) {
        sum += $value.get() + $value.get() + $value.get() + $value.get() + $value.get() + $value.get() + $value.get() + $value.get()
      }
    },
    result: () => sum
  }
}

export const get = () => getting(0)
export const get_listened = () => getting(1)

function setting(listeners) {
  const $value = atom(-1)
  let sum = 0
  let next = 0
  for (let i = 0; i < listeners; i++) {
    $value.listen(value => {
      sum += value
    })
  }
  return {
    run(n) {
      for (let i = 0; i < n; i++) $value.set(next++)
    },
    result: () => sum
  }
}

export const set_0 = () => setting(0)
export const set_1 = () => setting(1)
export const set_10 = () => setting(10)

function keyed(keys) {
  const initial = {}
  for (let i = 0; i < keys; i++) initial['key' + i] = 0
  const $map = map(initial)
  const names = Object.keys(initial)
  let sum = 0
  let next = 0
  $map.listen((value, old, key) => {
    sum += value[key] - old[key]
  })
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        next++
        $map.setKey(names[next % keys], next)
      }
    },
    result: () => sum
  }
}

export const set_key_10 = () => keyed(10)
export const set_key_100 = () => keyed(100)

function chained(length) {
  const $head = atom(0)
  let $last = $head
  for (let i = 0; i < length; i++) $last = computed($last, value => value + 1)
  let sum = 0
  let next = 0
  $last.listen(value => {
    sum += value
  })
  return {
    run(n) {
      for (let i = 0; i < n; i++) $head.set(++next)
    },
    result: () => sum
  }
}

export const chain_10 = () => chained(10)

export function create() {
  let $kept
  let last = 0
  return {
    run(n) {
      for (let i = 0; i < n; i++) $kept = atom(last++)
    },
    result: () => $kept.get()
  }
}

export function create_set() {
  let sum = 0
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        const $value = atom(0)
        const stop = $value.listen(value => {
          sum += value
        })
        $value.set(1)
        stop()
      }
    },
    result: () => sum
  }
}

// What a QML binding follows; see main.cpp.

export const $bound = atom(0)

// Bytes: n of them, kept.

const kept = []

export function keep_atom(n) {
  for (let i = 0; i < n; i++) kept.push(atom(i))
}

export function keep_atom_listener(n) {
  for (let i = 0; i < n; i++) {
    const $value = atom(i)
    $value.listen(() => {})
    kept.push($value)
  }
}

export function keep_computed(n) {
  const $source = atom(0)
  for (let i = 0; i < n; i++) {
    const $value = computed($source, value => value + i)
    $value.listen(() => {})
    kept.push($value)
  }
}
