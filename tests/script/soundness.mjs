// SPDX-License-Identifier: MIT

// What user code does at the wrong moment: functions that throw, hooks that read, effects made in computed stores. The
// core is shared with C++, whose tests go further; here are the same cases through both modules.

import { host } from "host.mjs"
import { atom, computed as listed, onMount as onMountOf, onStop as onStopOf } from "nanostores"
import { computed, effect, effectScope, onMount, onStop, signal } from "nano_kit"
import { expect } from "./nanostores.mjs"

export function effect_hearsOfTheChangeAfterAnError() {
  const $count = signal(0)
  const $risky = computed(() => {
    if ($count() === 1) {
      throw new Error('one')
    }
    return $count()
  })
  const $above = computed(() => $risky() + 1)
  const $top = computed(() => $above() + 1)
  const seen = []
  const stop = effect(() => { seen.push($top()) })
  expect.throws(() => $count(1), ['one'])
  $count(2)
  $count(3)
  stop()
  expect.same(seen, [2, 4, 5])
}

export function listener_hearsOfTheChangeAfterAnError() {
  const $count = atom(0)
  const $risky = listed($count, count => {
    if (count === 1) {
      throw new Error('one')
    }
    return count
  })
  const $above = listed($risky, risky => risky + 1)
  const heard = []
  const stop = $above.listen(value => heard.push(value))
  expect.throws(() => $count.set(1), ['one'])
  $count.set(2)
  stop()
  expect.same(heard, [3])
}

export function error_isCaughtByItsReader() {
  const $count = signal(0)
  const $risky = computed(() => {
    throw new Error(`bad ${$count()}`)
  })
  const $caught = computed(() => {
    try {
      return $risky()
    } catch (error) {
      return error.message
    }
  })
  const seen = []
  const stop = effect(() => { seen.push($caught()) })
  $count(1)
  stop()
  expect.same(seen, ['bad 0', 'bad 1'])
  expect.same($caught(), 'bad 1')
}

export function effects_madeInAComputedStoreEndWithItsRun() {
  const $count = signal(0)
  const $other = signal(0)
  const log = []
  const $made = computed(() => {
    const count = $count()
    effect(() => {
      log.push(`${count} sees ${$other()}`)
      return () => log.push(`${count} ends`)
    })
    effectScope(() => effect(() => () => log.push(`scope of ${count} ends`)))
    return count
  })
  const stop = effect(() => { $made() })
  $count(1)
  $other(5)
  stop()
  $other(6)
  expect.same(log, ['0 sees 0', '1 sees 0', '0 ends', 'scope of 0 ends', '1 ends', '1 sees 5', '1 ends', 'scope of 1 ends'])
}

export function stopHook_mayReadWhatLetsGo() {
  const $a = atom(1)
  const $b = atom(10)
  const $sum = listed([$a, $b], (a, b) => a + b)
  const read = []
  onStopOf($a, () => read.push($sum.get()))
  const stop = $sum.listen(() => {})
  stop()
  host.advance(1000)
  $b.set(20)
  expect.same($sum.get(), 21)
  host.advance(5000)
  $b.set(30)
  expect.same($sum.get(), 31)
}

export function stopHook_mayObserveWhatLetsGo() {
  const $a = signal(1)
  const $b = signal(10)
  const $sum = computed(() => $a() + $b())
  const seen = []
  let again = null
  onStop($a, () => {
    again = again || effect(() => { seen.push($sum()) })
  })
  const stop = effect(() => { $sum() })
  stop()
  host.advance(5000)
  $b(20)
  again()
  expect.same(seen, [11, 21])
}

export function delay_isNotProlongedByAProducer() {
  const $ticks = atom(0)
  let unmounted = false
  onMountOf($ticks, () => () => {
    unmounted = true
  })
  $ticks.listen(() => {})()
  for (let i = 0; i < 3; ++i) {
    expect.same(unmounted, false)
    host.advance(400)
    $ticks.set($ticks.get() + 1)
  }
  expect.same(unmounted, true)
}

export function mountHook_addedInTheDelayWaits() {
  const $source = atom(1)
  const $double = listed($source, n => n * 2)
  const log = []
  onMountOf($double, () => log.push('first') && undefined)
  $double.listen(() => {})()
  host.advance(500)
  onMountOf($double, () => log.push('late') && undefined)
  const stop = $double.listen(() => {}) // in the delay: it has not been unmounted
  expect.same(log, ['first'])
  stop()
  host.advance(2000)
  $double.listen(() => {})()
  expect.same(log.slice().sort(), ['first', 'first', 'late'])
}

export function mountHook_thatThrowsKeepsTheEffect() {
  const $count = signal(0)
  onMount($count, () => {
    throw new Error('hook')
  })
  const seen = []
  expect.throws(() => effect(() => { seen.push($count()) }), ['hook'])
  $count(1)
  expect.same(seen, [0, 1])
}

export function listenersThatFeedThemselvesAreNamed() {
  const $count = atom(0)
  const stop = $count.listen(count => $count.set(count + 1))
  expect.throws(() => $count.set(1), ['rounds without an end'])
  stop()
  const $number = signal(0)
  const $other = signal(0)
  const $on = signal(false)
  effect(() => { $other($number() + 1) })
  effect(() => {
    if ($on()) {
      $number($other() + 1)
    }
  })
  expect.throws(() => $on(true), ['rounds without an end'])
}
