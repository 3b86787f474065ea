// SPDX-License-Identifier: MIT

// Operations of the JavaScript modules on n elements, from making them to their end. V4's Map and Set search all that
// they hold, so whatever is kept in one shows here.

import { debounce, interval, subscribe } from "nano_kit"
import { atom, batch, computed } from "nanostores"

function atoms(n) {
  const all = []
  for (let i = 0; i < n; i++) all.push(atom(i))
  return all
}

export function stores(n) {
  atoms(n).forEach($store => $store.set(-1))
}

/// Computed stores of one source, each with its listener; ended, and listened to again within the delay.
export function fan(n) {
  const $source = atom(0)
  const all = []
  for (let i = 0; i < n; i++) all.push(computed($source, value => value + i))
  let stops = all.map($store => $store.listen(() => {}))
  $source.set(1)
  stops.forEach(stop => stop())
  stops = all.map($store => $store.listen(() => {}))
  $source.set(2)
  stops.forEach(stop => stop())
}

/// Each store has a listener of its own, which is called once.
export function batches(n) {
  const all = atoms(n)
  const stops = all.map($store => $store.listen(() => {}))
  batch(() => all.forEach($store => $store.set(-1)))
  stops.forEach(stop => stop())
}

/// Timers that are started, and started again.
export function debounced(n) {
  const all = []
  for (let i = 0; i < n; i++) all.push(debounce(100)(() => {}))
  all.forEach(call => call())
  all.forEach(call => call())
}

/// Stores that the engine holds while they are mounted.
export function intervals(n) {
  const stops = []
  for (let i = 0; i < n; i++) stops.push(subscribe(interval(1000), () => {}))
  stops.forEach(stop => stop())
}
