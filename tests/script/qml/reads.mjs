// SPDX-License-Identifier: MIT

// What tst_scriptbindings.cpp binds to: functions that read stores while a binding has them run, and stores that take
// what QML reads from properties.

import { atom, computed, deepMap, map, onMount, onStart, onStop } from "nanostores"
import { computed as derived, effect, onMount as onKitMount, onMountEffect, onStart as onKitStart, onStop as onKitStop, push, record, selector, setIndex, setKey, signal, subscribe, untracked } from "nano_kit"

// Stores that are read aside, and functions that read them

export const $plain = atom(0)
export const $signal = signal(0)
export const $derived = computed($plain, value => value % 2)
const starts = atom(0)
export const $started = atom(0)
onStart($started, () => starts.set(starts.get() + 1))
const isThird = selector($signal, (key, value) => value % 3 === key)

export const reads = {
  get: () => $plain.get(),
  value: () => $plain.value,
  signal: () => $signal(),
  aside: () => untracked($signal),
  computed: () => $derived.value,
  hooked: () => $started.value,
  selector: () => isThird(0)
}

let number = 10

/// What a binding reads: the first read mounts the store, or computes it, and that reads the others.
export const kinds = {
  computed: read => {
    const $a = atom(1)
    const $c = computed($a, a => {
      read()
      return a
    })
    return { read: () => $c.value, write: () => $a.set(++number) }
  },
  got: read => {
    const $a = atom(1)
    const $c = computed($a, a => {
      read()
      return a
    })
    return { read: () => $c.get(), write: () => $a.set(++number) }
  },
  mount: read => {
    const $a = atom(1)
    onMount($a, () => {
      read()
    })
    return { read: () => $a.value, write: () => $a.set(++number) }
  },
  start: read => {
    const $a = atom(1)
    const $c = computed($a, a => a)
    onStart($a, () => {
      read()
    })
    return { read: () => $c.get(), write: () => $a.set(++number) }
  },
  kit: read => {
    const $a = signal(1)
    onKitMount($a, () => {
      read()
    })
    return { read: () => $a(), write: () => $a(++number) }
  },
  effect: read => {
    const $a = signal(1)
    onMountEffect($a, () => {
      read()
    })
    return { read: () => $a(), write: () => $a(++number) }
  },
  listener: read => {
    const $a = atom(1)
    const $b = atom(1)
    $b.listen(() => read())
    onMount($a, () => {
      $b.set(++number)
    })
    return { read: () => $a.value, write: () => $a.set(++number) }
  }
}

export const kindNames = Object.keys(kinds)
export const readNames = Object.keys(reads)

export function move() {
  $plain.set($plain.get() + 1)
  $signal(value => value + 1)
  $started.set($started.get() + 1)
}

// A mount hook that reads and sets a store which the same binding does not name

export const $isLoading = atom(false)
$isLoading.get()
export const $users = atom([])
onMount($users, () => {
  if (!$isLoading.get()) $isLoading.set(true)
})

// Stores that are garbage, with hooks that were added at one time or another

export const garbage = {
  stopHook: () => {
    const $a = atom(0)
    onStop($a, () => {})
    $a.listen(() => {})
  },
  stopHookLater: () => {
    const $a = atom(0)
    $a.listen(() => {})
    onStop($a, () => {})
  },
  mountHookLater: () => {
    const $a = atom(0)
    $a.listen(() => {})
    onMount($a, () => () => {})
  },
  ofSources: () => {
    const $a = atom(0)
    const $c = computed($a, a => a)
    onStop($a, () => {})
    onStop($c, () => {})
    $c.listen(() => {})
  },
  kit: () => {
    const $a = signal(0)
    subscribe($a, () => {})
    onKitStart($a, () => () => {})
    onKitStop($a, () => {})
    onKitMount($a, () => () => {})
  }
}

export const garbageNames = Object.keys(garbage)

// Stores of every kind, and what they have been set to

const $atom = atom(null)
const $map = map({})
const $deep = deepMap({ a: { b: null } })
const $kit = signal(null)
const $object = signal({})
const $record = record(signal({ part: null }))
const $list = signal([null])
const $pushed = signal([])
const $from = atom(0)
let source = null
const $computed = computed($from, () => source)
const $kitFrom = signal(0)
const $kitComputed = derived(() => {
  $kitFrom()
  return source
})

let heard = []

function hear(name, listen) {
  listen(() => heard.push(name))
  heard = []
}

hear('atom', f => $atom.listen(f))
hear('map', f => $map.listen(f))
hear('deep', f => $deep.listen(f))
hear('computed', f => $computed.listen(f))
hear('kit', f => effect(() => { $kit(); f() }))
hear('object', f => effect(() => { $object(); f() }))
hear('record', f => effect(() => { $record.$part(); f() }))
hear('list', f => effect(() => { $list(); f() }))
hear('pushed', f => effect(() => { $pushed(); f() }))
hear('kitComputed', f => effect(() => { $kitComputed(); f() }))

/// Who has been notified.
export function writeAll(value) {
  heard = []
  source = value
  $atom.set(value)
  $map.setKey('part', value)
  $deep.setKey('a.b', value)
  $kit(value)
  setKey($object, 'part', value)
  $record.$part(value)
  setIndex($list, 0, value)
  push($pushed, value)
  $from.set($from.get() + 1)
  $kitFrom(count => count + 1)
  return heard.sort().join()
}

export function values() {
  const pushed = $pushed()
  return [$atom.get(), $map.get().part, $deep.get().a.b, $kit(), $object().part, $record.$part(), $list()[0],
    pushed.length > 0 ? pushed[pushed.length - 1] : null, $computed.get(), $kitComputed()]
}

export function pushed() {
  return $pushed()
}
