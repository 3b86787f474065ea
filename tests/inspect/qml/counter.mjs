// SPDX-License-Identifier: MIT

import { atom, computed, map } from 'nanostores'
import { signal } from 'nano_kit'

export const $count = atom(1)
export const $twice =
  computed($count, n => 2 * n)
const parts = { inner: map({}), other: [signal(3)] }

export function increment() {
  $count.set($count.get() + 1)
}

export function tailCall(value) {
  return $count.set(value)
}

export const arrow = value => $count.set(value)

export function names() {
  return parts
}
