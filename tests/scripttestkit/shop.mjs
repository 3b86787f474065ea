// SPDX-License-Identifier: MIT

// Stores of JavaScript, for a StoreTestCase.

import { atom, computed } from "nanostores"
import { advance, settle, snapshotStores, spy } from "nanostores/test"

export const $count = atom(1)
export const $twice = computed($count, count => count * 2)

export function record() {
  const twices = spy($twice)
  const snapshot = snapshotStores()
  $count.set(2)
  advance(300)
  settle()
  const found = { values: twices.values, diff: snapshot.diff() }
  twices.end()
  return found
}
