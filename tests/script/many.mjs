// SPDX-License-Identifier: MIT

// What the modules keep tables of: functions called in a batch, timers, what hangs on a store.

import { host } from "host.mjs"
import {
  computed as kitComputed, debounce, effect, effectScope, onMount as onKitMount, signal, subscribe, throttle
} from "nano_kit"
import { atom, batch, computed, onMount } from "nanostores"

function same(actual, expected) {
  const show = value => JSON.stringify(value)
  if (show(actual) !== show(expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

function calledOnceInABatch(listener, calls) {
  const $a = atom(0)
  const $b = atom(0)
  const $sum = computed([$a, $b], (a, b) => a + b)
  const stops = [$a, $b, $sum].map($store => $store.listen(listener))
  for (let i = 1; i <= 3; i++) {
    calls.length = 0
    batch(() => {
      $a.set(i)
      $b.set(i)
    })
    same(calls, [i, 2 * i]) // once for both atoms, once for what settles after them
    calls.length = 0
    batch(() => $b.set(-i))
    same(calls, [-i, 0])
    $b.set(i)
  }
  calls.length = 0
  $a.set(10)
  $b.set(10)
  same(calls, [10, 13, 10, 20])
  stops.forEach(stop => stop())
}

export function batch_callsAFunctionOfSeveralStoresOnce() {
  const calls = []
  calledOnceInABatch(value => {
    calls.push(value)
  }, calls)
}

export function batch_callsAFrozenFunctionOnce() {
  const calls = []
  const listener = Object.freeze(value => {
    calls.push(value)
  })
  calledOnceInABatch(listener, calls)
  same(Object.getOwnPropertySymbols(listener), [])
}

export function batch_leavesNothingToSeeOnAFunction() {
  const listener = () => {}
  const $a = atom(0)
  $a.listen(listener)
  batch(() => $a.set(1))
  const seen = []
  for (const name in listener) seen.push(name)
  same(seen.concat(Object.keys(Object.assign({}, listener))), [])
}

export function timers_useTheirNumbersAgain() {
  const log = []
  const calls = []
  for (let i = 0; i < 20; i++) calls.push(debounce(10)(() => log.push(i)))
  calls.forEach(call => call())
  for (let i = 0; i < 20; i += 2) calls[i]() // later than the others
  host.advance(10)
  same(log.slice().sort((a, b) => a - b).length, 20)
  log.length = 0
  calls[3]() // its timer is over, and the number may be another one's
  calls[5]()
  calls[3]()
  host.advance(10)
  same(log, [5, 3])
}

export function timers_startedByTimers() {
  const log = []
  let left = 5
  const again = debounce(10)(() => {
    log.push(left)
    if (--left > 0) again()
  })
  const other = throttle(10)(value => log.push('other ' + value))
  again()
  other(1)
  other(2)
  for (let i = 0; i < 6; i++) host.advance(10)
  same(log, ['other 1', 5, 'other 2', 4, 3, 2, 1])
}

export function mounts_cancelledAndBegunAgain() {
  const log = []
  const $stores = []
  for (let i = 0; i < 10; i++) {
    const $store = signal(i)
    onKitMount($store, () => {
      log.push('mount ' + i)
      return () => log.push('unmount ' + i)
    })
    $stores.push($store)
  }
  const stops = $stores.map($store => subscribe($store, () => {}))
  stops.forEach(stop => stop())
  const again = $stores.filter((_, i) => i % 2).map($store => subscribe($store, () => {}))
  host.advance(2000)
  same(log.slice(10), ['unmount 0', 'unmount 2', 'unmount 4', 'unmount 6', 'unmount 8'])
  log.length = 0
  again.forEach(stop => stop())
  host.advance(2000)
  same(log, ['unmount 1', 'unmount 3', 'unmount 5', 'unmount 7', 'unmount 9'])
}

// A plain model says who is called: sinks come and go in random order, some of them linked twice.
export function sinks_comeAndGoInAnyOrder() {
  let random = 1
  const any = below => {
    random = (random * 1103515245 + 12345) % 2147483648
    return Math.floor(random / 65536) % below
  }
  const $a = atom(0)
  const $b = atom(0)
  const sinks = []
  const calls = []
  let value = 0
  for (let step = 0; step < 600; step++) {
    const at = any(sinks.length + 3)
    if (at < sinks.length && any(2)) {
      sinks[at].stop()
      sinks.splice(at, 1)
      if (any(5) === 0) host.advance(2000)
    } else if (sinks.length < 30) {
      const id = step
      const both = any(3) === 0
      const $sum = both ? computed([$a, $b, $a], (a, b, again) => a + b + again) : computed($a, a => a)
      sinks.push({ id, stop: $sum.listen(() => calls.push(id)) })
    }
    if (any(7) === 0) host.collect()
    calls.length = 0
    $a.set(++value)
    same(calls, sinks.map(sink => sink.id))
  }
  sinks.forEach(sink => sink.stop())
}

// At the first read each function calls the next. The engine's own limit of calls ends that with an error.
export function deepTrackedChain_isReadOrRefused() {
  const depth = 30000
  const $first = signal(1)
  const chain = [$first]
  for (let i = 0; i < depth; i++) {
    const $before = chain[i]
    chain.push(kitComputed(() => $before() + 1))
  }
  let result
  try {
    result = chain[depth]()
  } catch (error) {
    result = error instanceof RangeError ? 'refused' : String(error)
  }
  if (result !== 'refused') same(result, depth + 1)
  const inOrder = chain.map($store => $store())
  same(inOrder[500], 501)
  $first(2)
  same(chain[500](), 502)
}

export function deepNestOfEffects_isMadeOrRefused() {
  const $source = signal(0)
  let made = 0
  const nest = depth => {
    effect(() => {
      $source()
      made++
      if (depth > 0) nest(depth - 1)
    })
  }
  let refused = false
  let stop = null
  try {
    stop = effectScope(() => nest(30000))
  } catch (error) {
    refused = error instanceof RangeError
    if (!refused) throw error
  }
  if (!refused) same(made, 30001)
  if (stop !== null) stop()
  made = 0
  const again = effectScope(() => nest(100))
  same(made, 101)
  again()
  $source(1)
}

export function delays_endWithTheirSources() {
  const log = []
  const $source = atom(0)
  onMount($source, () => {
    log.push('mount')
    return () => log.push('unmount')
  })
  for (let i = 0; i < 50; i++) computed($source, value => value + i).listen(() => {})()
  same(log, ['mount'])
  host.collect()
  host.advance(1000)
  host.advance(1000)
  same(log, ['mount', 'unmount'])
}
