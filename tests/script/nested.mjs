// SPDX-License-Identifier: MIT

// Listeners and effects that write, end themselves or open a batch while they are called.

import { atom, batch, computed, effect } from "nanostores"
import { expect } from "./nanostores.mjs"

/** A write outside of the batch that is opened in a listener's call calls its listeners all the same. */
export function batch_inAListenerMergesItsOwnWritesOnly() {
  const log = []
  const $count = atom(0)
  $count.listen(value => {
    if (value !== 1) return
    $count.set(2)
    $count.set(3)
    batch(() => {})
  })
  $count.listen((value, old) => log.push([value, old]))
  $count.set(1)
  expect.same(log, [[3, 0], [3, 1], [3, 2]])
  log.length = 0

  const $other = atom(0)
  const both = value => log.push(value)
  $other.listen(both)
  $count.listen(value => {
    if (value !== 5) return
    batch(() => {
      $other.set(6)
      $count.set(7)
    })
  })
  $count.listen(both)
  $count.set(5)
  expect.same(log.filter(entry => !Array.isArray(entry)), [7])
}

export function effect_thatEndsItself() {
  const log = []
  const $count = atom(0)
  const end = effect($count, count => {
    log.push(count)
    if (count === 1) end()
    return () => log.push('clean ' + count)
  })
  $count.set(1)
  $count.set(2)
  expect.same(log, [0, 'clean 0', 1, 'clean 1'])
}

export function effect_whoseCleanupEndsIt() {
  const log = []
  const $count = atom(0)
  const end = effect($count, count => {
    log.push(count)
    return () => {
      log.push('clean')
      end()
    }
  })
  $count.set(1)
  expect.same(log, [0, 'clean'])
}

/** A write in the first run, or in a batch, runs it inside its own run: what that has set up stays. */
export function effect_thatRunsInsideItself() {
  const log = []
  const $count = atom(0)
  const end = effect($count, count => {
    log.push(count)
    if (count < 2) batch(() => $count.set(count + 1))
    return () => log.push('clean ' + count)
  })
  expect.same(log, [0, 1, 'clean 1', 2, 'clean 0'])
  log.length = 0
  $count.set(3)
  end()
  expect.same(log, ['clean 2', 3, 'clean 3'])
}

export function effect_thatThrowsAroundARunInsideIt() {
  const log = []
  const $count = atom(0)
  expect.throws(() => effect($count, count => {
    if (count === 0) {
      $count.set(1)
      throw new Error('first')
    }
    return () => log.push('clean ' + count)
  }), ['first'])
  $count.set(2)
  expect.same([log, $count.lc], [['clean 1'], 0])
}

/** What docs/differences.md says of it. */
export function computed_ofTwoStoresThatChangeTellsEachOfItsValues() {
  const log = []
  const $count = atom(0)
  const $same = computed($count, count => count)
  const $sum = computed([$count, $same], (count, same) => count + same)
  $sum.listen((value, old) => log.push([value, old]))
  $count.listen(() => $count.set(0))
  $count.set(1)
  expect.same(log, [[2, 0], [0, 2]])
}

/** Read in a batch, and written again: one change. */
export function computed_readInABatchTellsOnce() {
  const log = []
  const $count = atom(0)
  const $first = computed($count, count => count)
  const $second = computed($first, first => first)
  $second.listen((value, old) => log.push([value, old]))
  batch(() => {
    $count.set(1)
    $second.get()
    $count.set(2)
  })
  expect.same(log, [[2, 0]])
}
