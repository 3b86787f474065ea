// SPDX-License-Identifier: MIT

// The test kit's module, on stores of both modules.

import { host } from "host.mjs"
import { debounce, paced, signal, computed as computedSignal, effect as effectSignal, onMount as onMountSignal } from "nano_kit"
import { atom, batch, computed, deepMap, effect, map, onMount, onNotify, onSet, startTask, task } from "nanostores"
import {
  advance, countRuns, expectRuns, guard, pin, settle, snapshotStores, spy, withGuard, withoutMounts
} from "nanostores/test"

function same(actual, expected) {
  const show = value => value === undefined ? 'undefined' : JSON.stringify(value)
  if (show(actual) !== show(expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

function contains(text, part) {
  if (text.indexOf(part) < 0) throw new Error('expected "' + part + '" in "' + text + '"')
}

function thrownBy(fn) {
  try {
    fn()
  } catch (error) {
    return error.message
  }
  return ''
}

export function guard_restoresAtoms() {
  const first = { name: 'first' }
  const $heard = atom(1)
  const $unheard = atom(first)
  const heard = []
  $heard.listen((value, old) => heard.push([value, old]))
  const test = guard()
  $heard.set(2)
  $heard.set(3)
  $unheard.set({ name: 'second' })
  const report = test.finish()
  same(report.ok, true)
  same(report.text, '')
  same($heard.get(), 1)
  if ($unheard.get() !== first) throw new Error('another object')
  same(heard, [[2, 1], [3, 2], [1, 3]])
}

export function guard_restoresMaps() {
  const $map = map({ tea: 1 })
  const $deep = deepMap({ user: { names: ['Ada'] } })
  const test = guard()
  $map.setKey('tea', 2)
  $map.setKey('mug', 1)
  $deep.setKey('user.names[0]', 'Bob')
  $map.setKey('tea', undefined)
  same(test.finish().text, '')
  same($map.get(), { tea: 1 })
  same($deep.get(), { user: { names: ['Ada'] } })
  $map.setKey('tea', 5)
  same($map.get(), { tea: 5 })
}

export function guard_restoresSignals() {
  const $count = signal(1)
  const $twice = computedSignal(() => $count() * 2)
  const seen = []
  const stop = effectSignal(() => {
    seen.push($twice())
  })
  const test = guard()
  $count(2)
  $count(3)
  same(test.finish().text, '')
  same($count(), 1)
  same(seen, [2, 4, 6, 2])
  stop()
}

export function guard_restoresPastHooks() {
  const $count = atom(1)
  onSet($count, ({ newValue, abort }) => {
    if (newValue < 2) abort()
  })
  const $quiet = atom(1)
  onNotify($quiet, ({ abort }) => abort())
  const test = guard()
  $count.set(2)
  $quiet.set(2)
  test.finish()
  same($count.get(), 1)
  same($quiet.get(), 1)
}

export function guard_writesInABatch() {
  const $a = atom(1)
  const $b = atom(1)
  const $sum = computed([$a, $b], (a, b) => a + b)
  const seen = []
  $sum.listen(value => seen.push(value))
  const test = guard()
  batch(() => {
    $a.set(2)
    $b.set(2)
    $a.set(3)
  })
  test.finish()
  same([$a.get(), $b.get()], [1, 1])
  same(seen, [5, 2])
}

export function guard_namesWhatIsLeft() {
  const $count = atom(1)
  const test = guard()
  $count.listen(() => {})
  const report = test.finish()
  same(report.ok, false)
  same(report.leaks.length, 1)
  contains(report.leaks[0], 'listener of')
  contains(report.text, 'left behind')
  $count.set(2) // the listener has ended
  same(test.finish() === report, true)
}

export function guard_storesMayStay() {
  const test = guard()
  const $count = atom(1)
  $count.set(2)
  same(test.finish().text, '')
  same($count.get() > 0, true)
}

export function guard_mayBeNested() {
  const $count = atom(1)
  const outer = guard()
  $count.set(2)
  const inner = guard()
  $count.set(3)
  inner.finish()
  same($count.get(), 2)
  outer.finish()
  same($count.get(), 1)
}

export function guard_endsThoseMadeAfterIt() {
  const $count = atom(1)
  const outer = guard()
  const inner = guard()
  spy($count)
  $count.set(2)
  const report = outer.finish()
  same($count.get(), 1)
  same(report.misuse.length, 1)
  same(inner.finish().leaks, [])
}

export function guard_leaveAll() {
  const $count = atom(1)
  const test = guard()
  const seen = []
  $count.listen(value => seen.push(value))
  test.leaveAll()
  $count.set(2)
  same(test.finish().text, '')
  same(seen, [2, 1])
}

export function guard_collectsErrors() {
  const $count = atom(1)
  const test = guard()
  const end = spy($count).end
  host.advance(0)
  end()
  const $bad = atom(1)
  onMount($bad, () => () => {
    throw new Error('cleanup failed')
  })
  $bad.listen(() => {})()
  advance(2000)
  contains(test.takeErrors().join(), 'cleanup failed')
  same(test.finish().errors, [])
}

export function guard_hints() {
  const $count = atom(1)
  const $half = computed($count, count => Math.floor(count / 2))
  const test = guard()
  const halves = spy($half)
  $count.set(0)
  same(halves.values, [])
  const report = test.finish()
  same(report.ok, true)
  contains(report.wasted.join(), 'without a change')
}

export function withGuard_throwsWhatIsLeft() {
  const $count = atom(1)
  contains(thrownBy(() => withGuard(() => {
    $count.listen(() => {})
  })), 'listener of')
  same(withGuard(() => {
    $count.set(5)
    return $count.get()
  }), 5)
  same($count.get(), 1)
  same(thrownBy(() => withGuard(() => {
    $count.set(5)
    throw new Error('mine')
  })), 'mine')
  same($count.get(), 1)
}

export function withGuard_ofAPromise() {
  const $count = atom(1)
  return withGuard(() => Promise.resolve().then(() => {
    $count.set(2)
    return 7
  })).then(value => {
    same(value, 7)
    same($count.get(), 1)
  })
}

export function advance_movesTimers() {
  const $count = signal(1)
  const test = guard()
  const $slow = paced($count, debounce(300))
  $slow(2)
  advance(299)
  same($count(), 1)
  advance(1)
  same($count(), 2)
  same(test.finish().text, '')
}

export function advance_unmounts() {
  const $count = atom(1)
  const log = []
  onMount($count, () => {
    log.push('mount')
    return () => log.push('unmount')
  })
  withGuard(test => {
    $count.listen(() => {})()
    same(log, ['mount'])
    test.advance(1000)
    same(log, ['mount', 'unmount'])
  })
}

export function timers_thatAreLeft() {
  const $count = signal(1)
  const test = guard()
  const $slow = paced($count, debounce(300))
  $slow(2)
  const report = test.finish()
  contains(report.leaks.join(), 'timer of 300 ms')
  same($count(), 1)
}

export function settle_runsPromisesAndTasks() {
  const $answer = atom(0)
  let stop
  withGuard(() => {
    task(() => Promise.resolve(20).then(half => new Promise(resolve => {
      const $trigger = signal(0)
      const $late = paced($trigger, debounce(2000))
      stop = effectSignal(() => {
        if ($trigger() > 0) resolve(half)
      })
      $late(1)
    })).then(half => {
      $answer.set(2 * half)
    }))
    settle()
    same($answer.get(), 40)
    stop()
  }, { realTime: false })
}

export function settle_namesTasks() {
  const test = guard()
  const end = startTask()
  same(thrownBy(() => settle()),
    'settle(): a task() of JavaScript has not ended, and nothing is left that could end it')
  end()
  settle()
  contains(test.finish().failures.join(), 'has not ended')
}

export function tasks_thatAreLeft() {
  const test = guard()
  const end = startTask()
  startTask()
  const report = test.finish()
  same(report.leaks, ['2 calls of task() of JavaScript, which have not ended'])
  end()
  withGuard(() => settle())
}

export function spy_records() {
  const $count = atom(1)
  const $map = map({ tea: 1 })
  const $signal = signal(1)
  withGuard(() => {
    const counts = spy($count)
    const keys = spy($map)
    const signals = spy($signal)
    $count.set(2)
    advance(300)
    $count.set(3)
    $map.setKey('mug', 5)
    $map.set({})
    $signal(4)
    same(counts.count, 2)
    same(counts.values, [2, 3])
    same(counts.timeline, [[0, 2], [300, 3]])
    same(keys.keys.map(String), ['mug', 'undefined'])
    same(signals.values, [4])
    same(counts.take(), [2, 3])
    same(counts.values, [])
    counts.end()
    $count.set(4)
    same(counts.count, 0)
  })
}

export function runs_areCounted() {
  const $a = atom(1)
  const $b = atom(1)
  const $sum = computed([$a, $b], (a, b) => a + b)
  const $signal = signal(1)
  const $twice = computedSignal(() => $signal() * 2)
  const test = guard()
  spy($sum)
  spy($twice)
  same(countRuns($sum, () => {
    $a.set(2)
    $b.set(2)
  }), 2)
  same(expectRuns($sum, 1, () => batch(() => {
    $a.set(3)
    $b.set(3)
  })), true)
  same(expectRuns($twice, 2, () => $signal(2)), false)
  contains(test.finish().failures.join(), 'ran 1 time, and was expected to run 2 times')
  contains(thrownBy(() => expectRuns($sum, 5, () => {})), 'ran 0 times, and not 5')
}

export function pin_holds() {
  const $count = atom(1)
  const $twice = computed($count, count => count * 2)
  const $label = computed($twice, twice => 'n' + twice)
  withGuard(() => {
    same($label.get(), 'n2')
    const labels = spy($label)
    const twices = spy($twice)
    const unpin = pin($twice, 99)
    same($twice.get(), 99)
    $count.set(3)
    same($twice.get(), 99)
    unpin()
    same($twice.get(), 6)
    same(labels.values, ['n99', 'n6'])
    same(twices.values, [99, 6])
    pin($twice, 5)
  })
  same($twice.get(), 2)
}

export function pin_ofAnUnobservedOne() {
  const $count = atom(1)
  const $twice = computed($count, count => count * 2)
  const $signal = signal(1)
  const $half = computedSignal(() => $signal() / 2)
  withGuard(() => {
    pin($twice, 'seven')
    pin($half, { any: 1 })
    same($twice.get(), 'seven')
    same($half(), { any: 1 })
  })
  same($twice.get(), 2)
  same($half(), 0.5)
}

export function pin_whatThrows() {
  const $count = atom(1)
  const $bad = computed($count, () => {
    throw new Error('no network')
  })
  withGuard(test => {
    const unpin = pin($bad, 'data')
    same($bad.get(), 'data')
    unpin()
    contains(test.takeErrors().join(), 'no network')
  })
  same(thrownBy(() => $bad.get()), 'no network')
}

export function pin_ofOneWithAPromise() {
  const $count = atom(1)
  const $data = computed($count, count => Promise.resolve(count * 2))
  withGuard(() => {
    const seen = spy($data)
    pin($data, 'pinned')
    settle()
    same($data.get(), 'pinned')
    same(seen.values, ['pinned'])
  })
  same($data.get() === 'pinned', false)
}

export function pin_endsWithTheInputsOfBefore() {
  const $count = atom(1)
  const $twice = computed($count, count => count * 2)
  same($twice.get(), 2)
  const unpin = pin($twice, 99)
  same($twice.get(), 99)
  unpin()
  same($twice.get(), 2)
}

export function withoutMounts_holdsThem() {
  const $posts = atom([])
  const $signal = signal(1)
  const log = []
  onMount($posts, () => {
    log.push('posts')
  })
  onMountSignal($signal, () => {
    log.push('signal')
  })
  withGuard(() => {
    const end = withoutMounts($posts, $signal)
    spy($posts)
    spy($signal)
    same(log, [])
    end()
  })
  withGuard(() => {
    withoutMounts($posts)
    spy($posts)
  })
  same(log, [])
  withGuard(() => {
    spy($posts)
    same(log, ['posts'])
  })
}

export function snapshot_diff() {
  const $open = atom(false)
  const $map = map({ tea: 1 })
  $open.listen(() => {})
  const snapshot = snapshotStores()
  same(snapshot.diff(), [])
  $open.set(true)
  $map.setKey('tea', 2)
  const lines = snapshot.diff()
  same(lines.length, 2)
  contains(lines.join(), 'false -> true')
  contains(lines.join(), '{"tea": 1} -> {"tea": 2}')
  same(snapshot.restore(), [])
  same($open.get(), false)
  same($map.get(), { tea: 1 })
  same(snapshot.diff(), [])
}

export function snapshot_newStores() {
  const snapshot = snapshotStores()
  const $new = atom(1)
  $new.set(2)
  const lines = snapshot.diff()
  same(lines.length, 1)
  contains(lines[0], 'new: ')
  same($new.get(), 2)
}

export function errors_nameTheRemedy() {
  const $count = atom(1)
  contains(thrownBy(() => advance(5)), 'there is no guard')
  contains(thrownBy(() => settle()), 'there is no guard')
  contains(thrownBy(() => pin($count, 5)), 'set another one instead')
  contains(thrownBy(() => countRuns($count, () => {})), 'must be a computed store')
  contains(thrownBy(() => spy(5)), 'spy(): store must be a store or a signal, not a number')
  contains(thrownBy(() => guard({ real: true })), 'options.real is unknown')
  contains(thrownBy(() => withGuard(5)), 'fn must be a function')
  contains(thrownBy(() => withoutMounts()), 'name a store')
}

export function realTime_isTheEventLoops() {
  const $count = atom(1)
  const seen = []
  withGuard(() => {
    task(() => Promise.resolve().then(() => {
      $count.set(2)
    }))
    settle()
    seen.push($count.get())
  }, { realTime: true })
  same(seen, [2])
}

/// Random writes of stores, with and without listeners, are undone to the last.
export function random_guardsRestore() {
  for (let seed = 1; seed <= 30; seed++) {
    let state = seed * 7919
    const random = limit => {
      state = (state * 1103515245 + 12345) % 2147483648
      return Math.floor(state / 65536) % limit
    }
    const all = []
    for (let i = 0; i < 6; i++) all.push(random(2) === 0 ? atom(random(5)) : map({ k0: random(5) }))
    const $sum = computed(all, (...values) => JSON.stringify(values))
    if (random(2) === 0) effect($sum, () => {})
    if (random(2) === 0) all[0].listen(() => {})
    const write = () => {
      const $store = all[random(all.length)]
      if ($store.setKey) {
        if (random(3) === 0) $store.set({ k1: random(5) })
        else $store.setKey('k' + random(3), random(3) === 0 ? undefined : random(5))
      } else {
        $store.set(random(5))
      }
    }
    for (let i = random(4); i > 0; i--) write()
    const values = all.map($store => $store.get())
    const test = guard()
    if (random(2) === 0) spy($sum)
    for (let step = random(12); step >= 0; step--) {
      if (random(4) === 0) {
        batch(() => {
          write()
          write()
        })
      } else {
        write()
      }
    }
    const report = test.finish()
    if (!report.ok) throw new Error('seed ' + seed + ': ' + report.text)
    all.forEach(($store, i) => {
      if ($store.get() !== values[i]) throw new Error('seed ' + seed + ', store ' + i + ': ' + JSON.stringify($store.get()))
    })
    same($sum.get(), JSON.stringify(values))
  }
}
