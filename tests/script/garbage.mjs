// SPDX-License-Identifier: MIT

// Stores that nobody refers to go, whatever refers to what among them; stores that somebody hears stay.

import { host } from "host.mjs"
import * as kit from "nano_kit"
import { atom, batched, computed, effect, listenKeys, map, mapCreator, onMount, onNotify, onSet, onStop } from "nanostores"

function same(actual, expected) {
  const show = value => JSON.stringify(value)
  if (show(actual) !== show(expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

export function storesThatListenToThemselvesGo() {
  const before = host.handles()
  for (let i = 0; i < 10000; i++) {
    const $store = atom({ i })
    const $derived = computed($store, value => value.i)
    $store.set({ $store })
    $derived.listen(() => $store.get() === $derived)
    $store.listen(() => $store.get())
    if (i % 1000 === 0) host.collect()
  }
  host.collect()
  const left = host.handles() - before
  if (left > 20) throw new Error(left + ' of 20000 are left')
}

function garbageOf(count, make) {
  const before = host.handles()
  for (let i = 0; i < count; i++) {
    make(i)
    if (i % 1000 === 0) {
      host.advance(3000)
      host.collect()
    }
  }
  host.advance(3000)
  host.collect()
  const left = host.handles() - before
  if (left > 20) throw new Error(left + ' are left')
}

export function storesWithHooksGo() {
  let up = 0
  garbageOf(10000, () => {
    const $store = atom(0)
    onMount($store, () => {
      up++
      $store.set(1)
      return () => {
        up -= $store.value // get() would mount it again
      }
    })
    onSet($store, ({ newValue }) => $store === newValue)
    onNotify($store, () => $store.lc)
    onStop($store, () => $store.get())
    const stop = $store.listen(() => $store.get())
    $store.set(2)
    $store.set(1)
    stop()
  })
  same(up, 0)
}

export function mountedStoresGo() {
  garbageOf(2000, i => {
    const $store = map({ i })
    onMount($store, () => () => $store.value)
    $store.subscribe(() => $store.get())
    listenKeys($store, ['i'], () => $store.setKey('j', i))
    $store.setKey('i', 'new')
  })
}

export function computedStoresAndEffectsGo() {
  garbageOf(2000, () => {
    const $a = atom(1)
    const $b = atom(2)
    const $sum = computed([$a, $b], (a, b) => a + b + $a.get())
    const $late = batched($sum, sum => [$sum, sum])
    onMount($sum, () => () => $late.value)
    const stop = effect([$sum, $late], () => () => $late.get())
    $late.listen(() => $sum.get())
    $a.set(3)
    if ($sum.get() % 2) stop()
  })
}

export function ofFactoriesGoes() {
  const User = mapCreator($user => {
    $user.setKey('self', $user)
    return () => $user.value
  })
  garbageOf(2000, i => {
    const $user = User(String(i))
    $user.listen(() => $user.get())()
  })
  same(Object.keys(User.cache), [])
}

export function whatIsHeardStays() {
  const log = []
  const $source = atom(1)
  const make = () => {
    computed(computed($source, value => value + 1), value => value * 2).listen(value => log.push(value))
  }
  make()
  host.collect()
  $source.set(2)
  same(log, [6])
}

export function kit_effectsAndSignalsGo() {
  const before = host.handles()
  for (let i = 0; i < 3000; i++) {
    const $n = kit.signal(0)
    const $self = kit.computed(() => $n())
    kit.effect(() => {
      $self()
      kit.effect(() => {
        $n({ $self })
      })
    })
    $n({ $n })
    if (i % 1000 === 0) host.collect()
  }
  host.collect()
  const left = host.handles() - before
  if (left > 20) throw new Error(left + ' of 12000 are left')
}

export function kit_ofEveryKindGoes() {
  const before = host.handles()
  for (let i = 0; i < 3000; i++) {
    const $list = kit.mountable(kit.signal([{ i }]))
    const $first = kit.atIndex($list, 0)
    const $user = kit.deepRecord({ name: { first: 'Dan' } })
    const $selected = kit.selector($list)
    const $paced = kit.paced($list, kit.debounce(10))
    const $stored = kit.stored({ get: () => null, set() {}, del: () => $list() }, 'key', [])
    kit.onMount($list, () => () => $first())
    kit.onStart($list, () => () => $list())
    const scope = kit.deferScope(() => {
      kit.effect(() => $first() && $selected($list) && $paced() && $stored())
      kit.effect(() => $user.$name.$first())
    })
    const stop = scope()
    kit.push($list, $list)
    $user.$name.$first('Alice')
    $paced([])
    if (i % 2) stop()
    if (i % 1000 === 0) {
      host.advance(3000)
      host.collect()
    }
  }
  host.advance(3000)
  host.collect()
  const left = host.handles() - before
  if (left > 40) throw new Error(left + ' are left')
}

export function kit_effectsStayWithTheirSignals() {
  const log = []
  const $n = kit.signal(0)
  const make = () => {
    const $next = kit.computed(() => $n() + 1)
    kit.effect(() => {
      log.push($next())
      kit.effect(() => {
        log.push('inner ' + $next())
      })
    })
  }
  make()
  host.collect()
  $n(1)
  same(log, [1, 'inner 1', 2, 'inner 2'])
}
