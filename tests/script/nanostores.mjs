// SPDX-License-Identifier: MIT

// The module `nanostores`: what it does that its README tells of.

import { host } from "host.mjs"
import {
  allTasks, atom, batch, batched, clean, cleanStores, cleanTasks, computed, deepMap, effect, getKey, getPath, keepMount, listenKeys,
  map, mapCreator, onMount, onNotify, onSet, onStart, onStop, readonlyType, setByKey, setPath, startTask,
  STORE_UNMOUNT_DELAY, subscribeKeys, task
} from "nanostores"
import * as everything from "nanostores"

function show(value) {
  return value === undefined ? 'undefined' : JSON.stringify(value)
}

export const expect = {
  same(actual, expected) {
    if (show(actual) !== show(expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
  },
  throws(fn, words) {
    let thrown
    try {
      fn()
    } catch (error) {
      thrown = error
    }
    if (!thrown) throw new Error('nothing was thrown')
    for (const word of words) {
      if (thrown.message.indexOf(word) < 0) throw new Error('"' + thrown.message + '" does not say ' + word)
    }
    return thrown
  }
}

export function deepChain_isReadAndObserved() {
  const depth = 3000
  const $first = atom(0)
  let $last = $first
  for (let i = 0; i < depth; i++) $last = computed($last, value => value + 1)
  expect.same($last.get(), depth)
  $first.set(5)
  expect.same($last.get(), depth + 5)
  let seen = 0
  const stop = $last.listen(value => {
    seen = value
  })
  $first.set(7)
  stop()
  expect.same(seen, depth + 7)
}

export function names() {
  for (const name of ['allTasks', 'atom', 'batch', 'batched', 'clean', 'cleanStores', 'cleanTasks', 'computed', 'deepMap',
    'effect', 'getKey', 'getPath', 'keepMount', 'listenKeys', 'map', 'mapCreator', 'onMount', 'onNotify', 'onSet', 'onStart',
    'onStop', 'readonlyType', 'setByKey', 'setPath', 'startTask', 'STORE_UNMOUNT_DELAY', 'subscribeKeys', 'task']) {
    if (everything[name] === undefined) throw new Error(name + ' is missing')
  }
  expect.same(STORE_UNMOUNT_DELAY, 1000)
  expect.same(typeof clean, 'symbol')
}

export function atom_tellsItsListeners() {
  const log = []
  const $count = atom(1)
  const stop = $count.listen((value, old) => log.push([value, old]))
  $count.subscribe(value => log.push(value))
  $count.set(2)
  $count.set(2)
  stop()
  stop()
  $count.value = 3
  expect.same(log, [1, [2, 1], 2, 3])
  expect.same([$count.get(), $count.value, $count.init, $count.lc], [3, 3, 1, 1])
  if ($count.get !== $count.get || readonlyType($count) !== $count) throw new Error('identity')
}

export function atom_aSetInAListenerJoinsTheQueue() {
  const log = []
  const $n = atom(0)
  $n.listen((value, old) => {
    log.push(['a', value, old])
    if (value === 1) $n.set(2)
  })
  $n.listen((value, old) => log.push(['b', value, old]))
  $n.set(1)
  expect.same(log, [['a', 1, 0], ['b', 2, 0], ['a', 2, 1], ['b', 2, 1]])
}

export function atom_comparesByEq() {
  const $list = atom([1])
  $list.eq = (a, b) => a.length === b.length
  let calls = 0
  $list.listen(() => calls++)
  $list.set([2])
  $list.set([2, 3])
  const $n = atom(NaN)
  $n.listen(() => calls++)
  $n.set(NaN)
  $n.set(0)
  $n.set(-0)
  expect.same(calls, 3)
}

export function values_keepTheirIdentity() {
  for (const value of [{}, [], () => {}, new Map(), new Date(0), /x/g, Symbol('s'), new Proxy({}, {}), NaN, -0, null, 'text']) {
    const $value = atom(undefined)
    const $same = computed($value, v => v)
    let heard
    $same.listen(v => {
      heard = v
    })
    $value.set(value)
    if (!Object.is($value.get(), value) || !Object.is($same.get(), value) || !Object.is(heard, value)) {
      throw new Error('another value: ' + String(value))
    }
  }
}

export function computed_runsOnceForAWrite() {
  let runs = 0
  const log = []
  const $a = atom(1)
  const $left = computed($a, a => a + 1)
  const $right = computed([$a], a => a * 2)
  const $sum = computed([$left, $right], (left, right) => {
    runs++
    return left + right
  })
  expect.same($sum.get(), 4)
  $sum.listen((value, old) => log.push([value, old]))
  runs = 0
  $a.set(2)
  expect.same([runs, log], [1, [[7, 4]]])
}

export function computed_chainsMayBeLong() {
  const $first = atom(1)
  let $last = $first
  for (let i = 0; i < 3000; i++) $last = computed($last, value => value + 1)
  expect.same($last.get(), 3001)
  const stop = $last.listen(() => {})
  $first.set(2)
  expect.same($last.get(), 3002)
  stop()
}

export function computed_cannotBeSet() {
  const $sum = computed(atom(1), value => value + 1)
  let message = ''
  try {
    $sum.set(3)
  } catch (error) {
    message = error.message
  }
  expect.same([message.indexOf('set(): a computed store'), $sum.get()], [0, 2])
}

export function computed_overAForeignStore() {
  let value = 1
  let listener
  const foreign = {
    get: () => value,
    listen(fn) {
      listener = fn
      return () => {
        listener = undefined
      }
    }
  }
  const $double = computed(foreign, v => v * 2)
  expect.same($double.get(), 2)
  host.advance(1000)
  value = 2
  expect.same($double.get(), 4)
  const log = []
  const stop = $double.listen(v => log.push(v))
  const end = effect([foreign], v => {
    log.push('effect ' + v)
  })
  expect.same(log, ['effect 2'])
  end()
  stop()
}

export function batch_tellsOnce() {
  const log = []
  const $a = atom(1)
  const $b = atom(1)
  const both = value => log.push(value)
  $a.listen(both)
  $b.listen(both)
  batch(() => {
    $a.set(2)
    $b.set(3)
    $a.set(4)
  })
  expect.same(log, [4])
  try {
    batch(() => {
      $a.set(5)
      throw new Error('in the batch')
    })
  } catch (error) {
    log.push(error.message)
  }
  expect.same(log, [4, 5, 'in the batch'])
}

export function batched_waitsForTheTurn() {
  const log = []
  const $a = atom('a')
  const $b = atom('b')
  const $both = batched([$a, $b], (a, b) => a + b)
  $both.subscribe(value => log.push(value))
  $a.set('x')
  $b.set('y')
  expect.same(log, ['ab'])
  host.advance(0)
  expect.same(log, ['ab', 'xy'])
}

export function map_tellsWhichKey() {
  const log = []
  const $map = map({ a: 1 })
  $map.listen((value, old, key) => log.push([value, old, key]))
  $map.setKey('b', 2)
  $map.setKey('a', undefined)
  $map.setKey('b', 2)
  expect.same(log, [[{ a: 1, b: 2 }, { a: 1 }, 'b'], [{ b: 2 }, { a: 1, b: 2 }, 'a']])
}

export function deepMap_goesByPaths() {
  const log = []
  const $deep = deepMap({ list: [{ x: 1 }], hobby: { name: 'chess' } })
  listenKeys($deep, ['list[0].x'], (value, old, key) => log.push(key))
  $deep.setKey('list[0].x', 2)
  $deep.setKey('hobby.name', 'go')
  $deep.setKey('new[1].y', 3)
  expect.same(getKey($deep, 'list[0].x'), 2)
  expect.same($deep.get(), { list: [{ x: 2 }], hobby: { name: 'go' }, new: [null, { y: 3 }] })
  expect.same(log, ['list[0].x'])
  expect.same(setPath({}, 'a.b', 1), { a: { b: 1 } })
  expect.same(setByKey([1, 2], ['0'], undefined), [2])
  expect.same(getPath({ a: [5] }, 'a[0]'), 5)
}

export function subscribeKeys_hearsItsKeysOnly() {
  const log = []
  const $map = map({ a: 1, b: 1 })
  const stop = subscribeKeys($map, ['a'], (value, old, key) => log.push([value.a, key]))
  $map.setKey('b', 2)
  $map.setKey('a', 2)
  $map.set({ a: 2, b: 3 })
  stop()
  $map.setKey('a', 3)
  expect.same(log, [[1, null], [2, 'a']])
}

export function effect_cleansUp() {
  const log = []
  const $a = atom(1)
  const $b = atom(2)
  const stop = effect([$a, $b], (a, b) => {
    log.push(a + b)
    return () => log.push('clean')
  })
  batch(() => {
    $a.set(2)
    $b.set(3)
  })
  stop()
  expect.same(log, [3, 'clean', 5, 'clean'])
}

export function lifecycle_mountsWithTheFirstListener() {
  const log = []
  const $store = atom(0)
  onStart($store, () => log.push('start'))
  onStop($store, () => log.push('stop'))
  onMount($store, ({ shared }) => {
    log.push('mount 1 ' + shared.by)
    return () => log.push('unmount 1')
  })
  const off = onMount($store, ({ shared }) => {
    shared.by = '2'
    log.push('mount 2')
    return () => log.push('unmount 2')
  })
  const $twice = computed($store, value => value * 2)
  const stop = $twice.listen(() => {})
  stop()
  host.advance(999)
  expect.same(log, ['start', 'mount 2', 'mount 1 2'])
  host.advance(2000)
  expect.same(log.slice(3), ['stop', 'unmount 2', 'unmount 1'])
  log.length = 0
  off()
  off()
  $store.get()
  expect.same(log, ['start', 'mount 1 undefined', 'stop'])
  keepMount($store)
  host.advance(5000)
  expect.same(log.slice(3), ['start'])
}

export function lifecycle_hooksCheckWrites() {
  const log = []
  const $map = map({ a: 1 })
  const off = onSet($map, ({ newValue, changed, abort }) => {
    if (newValue.a < 0) abort()
    log.push('set ' + changed)
  })
  onNotify($map, ({ oldValue, changed, abort }) => {
    log.push('notify ' + changed + ' ' + oldValue.a)
    if (changed === 'quiet') abort()
  })
  const $a = computed($map, ({ a, quiet }) => a + (quiet || 0))
  $a.listen(value => log.push('a ' + value))
  $map.listen((value, old, key) => log.push(key))
  $map.setKey('a', -1)
  $map.setKey('a', 2)
  $map.setKey('quiet', 5)
  expect.same($a.get(), 7)
  off()
  $map.set({ a: -2 })
  expect.same($map.get(), { a: -2 })
  expect.same(log.slice(0, 7), ['set a', 'set a', 'notify a 1', 'a', 'a 2', 'set quiet', 'notify quiet 2'])
}

export function methods_mayBeReplaced() {
  const log = []
  const $store = atom(1)
  const set = $store.set
  $store.set = value => {
    log.push('stored ' + value)
    set(value)
  }
  const listen = $store.listen
  $store.listen = listener => {
    log.push('listen')
    return listen(listener)
  }
  onSet($store, ({ newValue, abort }) => {
    if (newValue > 5) abort()
  })
  const $double = computed($store, value => value * 2)
  $double.listen(value => log.push(value))
  $store.set(2)
  $store.set(6)
  $store.value = 3
  expect.same(log, ['listen', 'stored 2', 4, 'stored 3', 6])
}

export function errors_leaveTheSet() {
  const log = []
  const $a = atom(0)
  $a.listen(() => {
    throw 42
  })
  $a.listen(value => log.push(value))
  let thrown
  try {
    $a.set(1)
  } catch (error) {
    thrown = error
  }
  expect.same([thrown, log], [42, [1]])

  const mistake = new RangeError('mine')
  const $bad = computed($a, () => {
    throw mistake
  })
  for (let i = 0; i < 2; i++) {
    let seen
    try {
      $bad.get()
    } catch (error) {
      seen = error
    }
    if (seen !== mistake) throw new Error('another error: ' + seen)
  }
}

export function errors_nameFunctionAndArgument() {
  for (const [fn, words] of [
    [() => computed(), ['computed', 'stores']],
    [() => computed(atom(1)), ['computed', 'fn']],
    [() => batched(1, () => {}), ['batched', 'stores', 'a number']],
    [() => effect([null], () => {}), ['effect', 'stores[0]', 'null']],
    [() => effect(atom(1), 'x'), ['effect', 'callback']],
    [() => atom(1).listen(), ['listen', 'listener']],
    [() => atom(1).subscribe(null), ['subscribe', 'listener']],
    [() => batch(), ['batch', 'fn']],
    [() => onMount(), ['onMount', 'store']],
    [() => onMount(atom(1)), ['onMount', 'listener']],
    [() => onSet({}, () => {}), ['onSet', 'store']],
    [() => listenKeys(map(), 'a', () => {}), ['listenKeys', 'keys']],
    [() => keepMount(undefined), ['keepMount', 'store']],
    [() => task(5), ['task', 'cb']]
  ]) {
    if (!(expect.throws(fn, words) instanceof TypeError)) throw new Error('no TypeError')
  }
}

export function mapCreator_cachesById() {
  const log = []
  const User = mapCreator(($user, id, name) => {
    $user.setKey('name', name)
    return () => log.push('gone ' + id)
  })
  const $one = User('1', 'Dan')
  if (User('1') !== $one) throw new Error('made twice')
  $one.listen(() => {})()
  expect.same($one.get(), { id: '1', name: 'Dan' })
  host.advance(1000)
  expect.same(log, ['gone 1'])
  if (User('1') === $one) throw new Error('kept')
  expect.throws(() => User('constructor'), ['constructor'])
}

export function tasks_areWaitedFor() {
  const log = []
  const end = startTask()
  task(() => Promise.resolve().then(() => log.push('task')))
  end()
  return allTasks().then(() => {
    expect.same(log, ['task'])
    startTask()
    const all = allTasks()
    cleanTasks()
    return all
  })
}

export function computed_takesPromises() {
  const $id = atom(1)
  const $user = computed($id, id => task(() => Promise.resolve('user ' + id)))
  const log = []
  $user.listen((value, old) => log.push([value, old]))
  $id.set(2)
  expect.same($user.get(), undefined)
  const later = promise => promise.then(() => {}).then(() => {})
  return later(later(allTasks())).then(() => {
    expect.same(log, [['user 2', null]])
  })
}

export function cleanStores_unmounts() {
  const log = []
  const $store = atom(1)
  onMount($store, () => () => log.push('unmount'))
  $store.listen(() => log.push('heard'))
  cleanStores($store, undefined)
  $store.set(2)
  expect.same([log, $store.lc, $store.get()], [['unmount'], 0, 2])
}

/// Makes many of them, lets go of them and their time pass, and counts what is left.
export function computed_runsForOtherInputsOnly() {
  let runs = 0
  const $list = atom([1])
  $list.eq = (a, b) => a.length === b.length
  const $other = atom(0)
  const $length = computed([$list, $other], list => {
    runs++
    return list.length
  })
  $length.get()
  host.advance(3000)
  $other.set(1)
  $other.set(0)
  $length.get()
  expect.same(runs, 1)
  $list.set([1, 2])
  expect.same([$length.get(), runs], [2, 2])
}

export function lifecycle_cleanupsOfAHookThatWasTakenAway() {
  const log = []
  const $a = atom(0)
  const end = onMount($a, () => () => log.push('down'))
  const stop = $a.listen(() => {})
  stop()
  end() // it was left already: its time comes
  host.advance(1001)
  expect.same(log, ['down'])
  const end2 = onMount($a, () => () => log.push('never'))
  const stop2 = $a.listen(() => {})
  end2()
  stop2()
  host.advance(1001)
  expect.same(log, ['down'])
}

export function batch_ofANotifyAndAWrite() {
  const log = []
  const $map = map({ a: 1 })
  $map.listen((value, old, key) => log.push([value, old, key]))
  batch(() => {
    $map.notify({ a: 0 }, 'a')
    $map.setKey('b', 2)
  })
  expect.same(log, [[{ a: 1, b: 2 }, { a: 0 }, undefined]])
  log.length = 0
  $map.listen(value => {
    if (value.a === 5) $map.setKey('a', 6)
  })
  $map.listen((value, old, key) => log.push(['second', old, key]))
  $map.notify('mine', 'b')
  expect.same(log, [[{ a: 1, b: 2 }, 'mine', 'b'], ['second', 'mine', 'b']])
}

export function batched_isNotHurriedByItsValue() {
  const log = []
  const $a = atom(1)
  const $batched = batched($a, a => a * 2)
  const stop = $batched.listen((value, old) => log.push([value, old]))
  $a.set(2)
  expect.same([$batched.value, log], [2, []])
  host.advance(0)
  expect.same([$batched.value, log], [4, [[4, 2]]])
  $a.set(3)
  expect.same([$batched.get(), log.length], [6, 2])
  stop()
}

export function module_exportsItsFunctionsAlone() {
  expect.same(Object.keys(everything).filter(name => name !== 'default').length, 28)
}
