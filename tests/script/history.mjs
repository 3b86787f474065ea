// SPDX-License-Identifier: MIT

// Undo and redo of stores of both modules.

import { host } from "host.mjs"
import { signal } from "nano_kit"
import { atom, batch, computed, deepMap, effect, map, onNotify, onSet } from "nanostores"
import { history } from "nanostores/history"

function same(actual, expected) {
  const show = value => value === undefined ? 'undefined' : JSON.stringify(value)
  if (show(actual) !== show(expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

function thrownBy(fn) {
  try {
    fn()
  } catch (error) {
    return error.message
  }
  return ''
}

export function undo_atom() {
  const $count = atom(0)
  const edits = history($count)
  same(edits.$canUndo.get(), false)
  same(edits.undo(), false)
  $count.set(1)
  $count.set(2)
  same(edits.$position.get(), 2)
  same(edits.undo(), true)
  same($count.get(), 1)
  same(edits.$canRedo.get(), true)
  same(edits.redo(), true)
  same($count.get(), 2)
  edits.goTo(0)
  same($count.get(), 0)
}

export function undo_objectsKeepTheirIdentity() {
  const first = { name: 'first' }
  const $value = atom(first)
  const edits = history([$value])
  $value.set({ name: 'second' })
  edits.undo()
  if ($value.get() !== first) throw new Error('another object')
}

export function undo_signal() {
  const $count = signal(0)
  const edits = history($count)
  $count(1)
  $count(n => n + 5)
  edits.undo()
  same($count(), 1)
  edits.undo()
  edits.redo()
  same($count(), 1)
}

export function undo_map() {
  const $ages = map({ Ada: 1, Bob: 2, Cleo: 3 })
  const edits = history($ages)
  $ages.setKey('Bob', 20)
  const olds = []
  $ages.listen((value, old) => olds.push(old.Bob))
  edits.undo()
  same($ages.get(), { Ada: 1, Bob: 2, Cleo: 3 })
  same(olds, [20])
  $ages.setKey('Ada', undefined)
  edits.undo()
  same($ages.get(), { Ada: 1, Bob: 2, Cleo: 3 })
  edits.redo()
  same($ages.get(), { Bob: 2, Cleo: 3 })
  same(edits.touched(0), [{ store: '', keys: [] }])
}

export function undo_mapInABatch() {
  const $ages = map({ Ada: 1, Bob: 2 })
  const edits = history($ages)
  batch(() => {
    $ages.setKey('Ada', 10)
    $ages.setKey('Bob', 20)
    $ages.setKey('Ada', 11)
  })
  same(edits.$position.get(), 1)
  same(edits.touched(0)[0].keys, ['Ada', 'Bob'])
  edits.undo()
  same($ages.get(), { Ada: 1, Bob: 2 })
  edits.redo()
  same($ages.get(), { Ada: 11, Bob: 20 })
  batch(() => {
    $ages.setKey('Ada', 12)
    $ages.setKey('Dan', 4)
  })
  edits.undo()
  same($ages.get(), { Ada: 11, Bob: 20 })
  edits.redo()
  same($ages.get(), { Ada: 12, Bob: 20, Dan: 4 })
}

export function undo_deepMap() {
  const $settings = deepMap({ users: [{ name: 'Ada' }], size: 1 })
  const edits = history($settings)
  $settings.setKey('users[0].name', 'Grace')
  $settings.setKey('size', 2)
  edits.undo()
  same($settings.get(), { users: [{ name: 'Grace' }], size: 1 })
  edits.undo()
  same($settings.get(), { users: [{ name: 'Ada' }], size: 1 })
}

export function turn_isOneStep() {
  const $a = atom(0)
  const $twice = atom(0)
  const edits = history([$a, $twice])
  effect($a, n => $twice.set(2 * n))
  $a.set(1)
  same(edits.$position.get(), 1)
  edits.undo()
  same($twice.get(), 0)
  batch(() => {
    $a.set(5)
    $a.set(0)
  })
  same(edits.redo(), true)
  same($twice.get(), 2)
}

export function listeners_areCalledOnce() {
  const $a = atom(0)
  const $b = atom(0)
  const $sum = computed([$a, $b], (a, b) => a + b)
  const edits = history([$a, $b])
  batch(() => {
    $a.set(1)
    $b.set(2)
  })
  const calls = []
  $sum.listen(value => calls.push(value))
  edits.undo()
  edits.redo()
  same(calls, [0, 3])
}

export function group_isOneStep() {
  const $count = atom(0)
  const edits = history($count, { text: 'Set' })
  same(edits.group('Count', () => {
    $count.set(1)
    $count.set(2)
    return 7
  }), 7)
  $count.set(3)
  same(edits.$steps.get(), [{ done: true, text: 'Count' }, { done: true, text: 'Set' }])
  edits.begin('Drag')
  $count.set(4)
  same(edits.undo(), false)
  $count.set(5)
  edits.end()
  same(edits.$undoText.get(), 'Drag')
  edits.undo()
  same($count.get(), 3)
  same(edits.$redoText.get(), 'Drag')
}

export function group_thatThrows() {
  const $count = atom(0)
  const edits = history($count)
  same(thrownBy(() => edits.group('Bad', () => {
    $count.set(1)
    throw new Error('no')
  })), 'no')
  same(edits.undo(), true)
  same($count.get(), 0)
}

export function merge_withinTheTime() {
  const $count = atom(0)
  const edits = history($count, { mergeWithin: 500 })
  $count.set(1)
  host.advance(400)
  $count.set(2)
  host.advance(600)
  $count.set(3)
  same(edits.$position.get(), 2)
  const $map = map({ a: 1, b: 1 })
  const keyed = history($map, { mergeWithin: 500 })
  $map.setKey('a', 2)
  $map.setKey('a', 3)
  $map.setKey('b', 2)
  same(keyed.$position.get(), 2)
}

export function untracked_stepsThatNoLongerFitGo() {
  const $map = map({ a: 1, b: 1 })
  const edits = history($map)
  $map.setKey('a', 2)
  $map.setKey('b', 2)
  same(edits.untracked(() => {
    $map.setKey('a', 9)
    return 8
  }), 8)
  same(edits.$position.get(), 1)
  edits.undo()
  same($map.get(), { a: 9, b: 1 })
}

export function limit_theOldestGo() {
  const $count = atom(0)
  const edits = history($count, { limit: 2 })
  for (let i = 1; i <= 5; i++) $count.set(i)
  edits.goTo(0)
  same($count.get(), 3)
}

export function limit_ofInfinityIsNone() {
  const $count = atom(0)
  const edits = history($count, { limit: Infinity, bytes: Infinity, mergeWithin: Infinity })
  $count.set(1)
  host.advance(1000)
  $count.set(2)
  same(edits.$position.get(), 1)
  edits.undo()
  same($count.get(), 0)
  const all = history($count, { limit: Infinity })
  for (let i = 1; i <= 200; i++) $count.set(i)
  same(all.$position.get(), 200)
}

export function clean_state() {
  const $count = atom(0)
  const edits = history($count)
  $count.set(1)
  same(edits.$isClean.get(), false)
  edits.setClean()
  edits.undo()
  same(edits.$isClean.get(), false)
  edits.redo()
  same(edits.$isClean.get(), true)
  edits.clear()
  same(edits.$canUndo.get(), false)
}

export function hooks_refuse() {
  const $a = atom(0)
  const $b = atom(0)
  const edits = history([$a, $b])
  batch(() => {
    $a.set(1)
    $b.set(1)
  })
  const unbind = onSet($a, ({ abort }) => abort())
  same(edits.undo(), false)
  same([$a.get(), $b.get()], [1, 1])
  unbind()
  same(edits.undo(), true)
  same([$a.get(), $b.get()], [0, 0])
  onSet($b, () => {
    throw new Error('no')
  })
  same(thrownBy(() => edits.redo()), 'no')
  same([$a.get(), $b.get()], [0, 0])
}

export function hooks_thatAbortTheNotificationLeaveAStep() {
  const $count = atom(0)
  const edits = history($count)
  onNotify($count, ({ abort }) => abort())
  $count.set(1)
  same(edits.undo(), true)
  same($count.get(), 0)
}

export function listeners_ofItsStores() {
  const $count = atom(0)
  const edits = history($count)
  const seen = []
  edits.$canUndo.listen(value => seen.push(value))
  $count.set(1)
  $count.set(2)
  edits.goTo(0)
  same(seen, [true, false])
}

export function errors_nameTheRemedy() {
  const $count = atom(0)
  same(thrownBy(() => history(7)), 'history(): stores: a number is no store')
  same(thrownBy(() => history([$count, computed($count, n => n)])),
    'history(): stores[1]: a computed store cannot be undone; list the stores that it reads')
  same(thrownBy(() => history($count, { limits: 3 })),
    'history(): options.limits is unknown; there are limit, bytes, mergeWithin, text')
  same(thrownBy(() => history($count, { limit: '3' })), 'history(): options.limit must be a number, not a string')
  same(thrownBy(() => history($count).end()), 'end() without a begin(): call begin() where the step begins')
  same(thrownBy(() => history($count).group('x')), 'group(): fn must be a function, not undefined')
}

/// The same random programs as of C++, in a smaller world, against a list of states.
export function random_programsAreAListOfStates() {
  for (let seed = 1; seed <= 60; seed++) {
    let state = seed * 7919
    const random = limit => {
      state = (state * 1103515245 + 12345) % 2147483648
      return Math.floor(state / 65536) % limit
    }
    const $count = atom(0)
    const $twice = atom(0)
    const $map = map({})
    effect($count, n => $twice.set(2 * n))
    const edits = history([$count, $twice, $map], { limit: 5 })
    const present = () => JSON.stringify([$count.get(), $twice.get(), Object.entries($map.get()).sort()])
    let states = [present()]
    let at = 0
    const write = () => {
      if (random(2) === 0) $count.set(random(4))
      else $map.setKey('k' + random(4), random(3) === 0 ? undefined : random(3))
    }
    const push = () => {
      if (present() === states[at]) return
      states = states.slice(0, at + 1)
      states.push(present())
      at++
      if (states.length > 6) {
        states.shift()
        at--
      }
    }
    for (let step = 0; step < 60; step++) {
      const what = random(6)
      if (what < 2) {
        write()
        push()
      } else if (what === 2) {
        batch(() => {
          for (let i = random(4); i >= 0; i--) write()
        })
        push()
      } else if (what === 3) {
        same(edits.undo(), at > 0)
        if (at > 0) at--
      } else if (what === 4) {
        same(edits.redo(), at + 1 < states.length)
        if (at + 1 < states.length) at++
      } else {
        const to = random(7)
        same(edits.goTo(to), to < states.length)
        if (to < states.length) at = to
      }
      if (present() !== states[at] || edits.$position.get() !== at) {
        throw new Error('seed ' + seed + ', step ' + step + ': ' + present() + ' instead of ' + states[at])
      }
    }
  }
}
