// SPDX-License-Identifier: MIT

// The module `nano_kit`: records, lists, maps, storages, rate limits, helpers and injection, as the pages "Advanced"
// and "Low-level API" of its documentation show them.

import { host } from "host.mjs"
import * as kit from "nano_kit"
import {
  $get, $getMapKey, and, atFoundIndex, atIndex, atKey, boolean, BooleanCodec, child, clearMap, composeDestroys,
  computed, concat, debounce, deepRecord, deleteIndex, deleteKey, deleteMapKey, DependencyNotFound, effect, every,
  external, get, gt, gte, identity, inject, Injectable$, InjectionContext, interval, is, isAccessor, isCodec, isEmpty,
  isFunction, isMountable, isNot, isSignal, isWritable, JsonCodec, length, lt, lte, morph, nextValue, NoopCodec, noop,
  not, or, pace, paced, pop, previous, provide, push, readonly, record, resolved, run, selector, setIndex, setKey,
  setMapKey, shift, signal, signalNextValue, some, start, stored, syncedStored, TasksRunner$, throttle, toAccessor,
  toAccessorOrSignal, toSignal, unshift, updateArray, assignKey, when
} from "nano_kit"

function same(actual, expected) {
  const show = value => value === undefined ? 'undefined' : JSON.stringify(value)
  if (show(actual) !== show(expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

function typeError(fn, words) {
  try {
    fn()
  } catch (error) {
    for (const word of words) {
      if (!(error instanceof TypeError) || error.message.indexOf(word) < 0) throw error
    }
    return
  }
  throw new Error('nothing was thrown')
}

/// Longer than an int has milliseconds, which are 24 days, and for ever.
export function debounce_mayTakeLong() {
  const long = 30 * 24 * 3600 * 1000
  const calls = []
  const month = debounce(long)(() => calls.push('month'))
  const never = debounce(Infinity)(() => calls.push('never'))
  month()
  never()
  host.advance(1000)
  same(calls, [])
  host.advance(long / 2)
  host.advance(long / 2)
  same(calls, ['month'])
}

export function selector_wakesTwoKeys() {
  const log = []
  const $selected = signal(undefined)
  const $isSelected = selector($selected)
  for (const key of [1, 2, 3]) {
    effect(() => {
      log.push(key + ':' + $isSelected(key))
    })
  }
  log.length = 0
  $selected(1)
  $selected(2)
  same(log, ['1:true', '1:false', '2:true'])
  same([$isSelected(2), $isSelected(1)], [true, false])

  const $distance = selector($selected, (key, value) => Math.abs(key - value))
  let distance
  const stop = effect(() => {
    distance = $distance(5)
  })
  same(distance, 3)
  $selected(4)
  same(distance, 1)
  stop()
  same($distance(10), 6)
}

export function children_ofRecordsAndArrays() {
  const $user = signal({ name: 'Dan', age: 30, address: { city: 'Batumi' } })
  const $name = child($user, 'name', assignKey)
  $name('Alice')
  same([$user().name, record($user).$age()], ['Alice', 30])
  if (record($user) !== record($user)) throw new Error('made twice')
  const $deep = deepRecord($user)
  $deep.$address.$city('Tbilisi')
  same($user().address, { city: 'Tbilisi' })
  const $key = signal('a')
  const $object = signal({ a: 1, b: 2 })
  const $value = atKey($object, $key)
  $key('b')
  $value(n => n + 1)
  same([$value(), $object()], [3, { a: 1, b: 3 }])
  setKey($object, 'c', 4)
  same([deleteKey($object, 'a'), $object()], [1, { b: 3, c: 4 }])

  const $list = signal([1, 2, 3])
  const $second = atIndex($list, 1)
  $second(9)
  same(push($list, 4), 4)
  same([pop($list), shift($list), unshift($list, 0), setIndex($list, 0, 7), deleteIndex($list, 2)], [4, 1, 3, 7, 3])
  same(updateArray($list, list => list.reverse().length), 2)
  same($list(), [9, 7])
  const $users = signal([{ id: 1 }, { id: 2 }])
  const $found = atFoundIndex($users, user => user.id === 2)
  $found({ id: 2, name: 'Bob' })
  same($users()[1].name, 'Bob')

  const $public = readonly(signal({ x: 1 }))
  const $x = child($public, 'x', assignKey)
  same([isWritable($public), isWritable($x), isWritable($name), isWritable(computed(() => 1))], [false, false, true, false])
  typeError(() => $x(2), ['child'])
}

export function maps_ofSignals() {
  const users = new Map()
  const log = []
  setMapKey(users, 1, 'Dan')
  effect(() => {
    log.push([$getMapKey(users, 1), $getMapKey(users, 2)])
  })
  setMapKey(users, 1, 'Alice')
  setMapKey(users, 2, 'Bob')
  deleteMapKey(users, 2)
  clearMap(users)
  same(log.slice(0, 3), [['Dan', null], ['Alice', null], ['Alice', 'Bob']])
  same(log[log.length - 1], [null, null])
}

export function otherWays_morphAndExternal() {
  const $source = signal(0)
  const $doubled = morph($source, {
    get() {
      return this.source() * 2
    },
    set(value) {
      this.source(value / 2)
    }
  })
  $doubled(10)
  same([$source(), $doubled()], [5, 10])
  const $dynamic = morph($source, {
    get() {
      if (this.source() > 4) this.get = () => this.source() * 3
      return this.source()
    }
  })
  same([$dynamic(), $dynamic()], [5, 15])
  $dynamic(1)
  same($source(), 1)

  const log = []
  const $theme = external(($value, ops) => {
    log.push('made')
    $value('light')
    ops.set = next => {
      const value = signalNextValue($value, next)
      log.push(value)
      $value(value)
    }
  })
  same([log.length, $theme()], [0, 'light'])
  $theme(value => value + 'er')
  same([$theme(), log], ['lighter', ['made', 'lighter']])
  same([nextValue(1, 2), nextValue(1, n => n + 1)], [2, 2])
}

export function storages_keepSignals() {
  const kept = { cart: '[1]' }
  let tell
  const storage = {
    get: key => kept[key] === undefined ? null : kept[key],
    set(key, value) {
      kept[key] = value
    },
    del(key) {
      delete kept[key]
    },
    sub(key, callback) {
      tell = callback
      return () => {
        tell = null
      }
    }
  }
  const $cart = stored(storage, 'cart', [], JsonCodec, debounce(300))
  $cart(items => items.concat(2))
  same([kept.cart, $cart()], ['[1]', [1, 2]])
  host.advance(300)
  same(kept.cart, '[1,2]')
  $cart(null)
  same([kept.cart, $cart()], [undefined, []])
  const $theme = syncedStored(storage, 'theme', 'light')
  const stop = effect(() => {
    $theme()
  })
  tell('dark')
  same($theme(), 'dark')
  stop()
  same([tell, BooleanCodec.encode(true), BooleanCodec.decode('0'), NoopCodec.encode(1), isCodec(JsonCodec)], [null, '1', false, 1, true])
}

export function time_limitsRates() {
  const log = []
  const $search = signal('')
  const $slow = computed(pace($search, debounce(300)))
  effect(() => {
    log.push($slow())
  })
  $search('a')
  $search('ab')
  host.advance(300)
  same(log, ['', 'ab'])

  const $value = signal(0)
  const $quick = paced($value, throttle(100))
  $quick(1)
  $quick(2)
  same([$quick(), $value()], [2, 1])
  host.advance(100)
  same($value(), 2)

  const $tick = interval(100)
  const stop = start($tick)
  host.advance(250)
  stop()
  host.advance(500)
  same($tick(), 2)
}

export function helpers_ofValues() {
  const $n = signal(2)
  const $text = signal('abc')
  const $before = previous($n)
  same($before(), undefined)
  $n(3)
  same([$before(), length($text)(), boolean($n)(), concat($text, '-', $n)()], [2, 3, true, 'abc-3'])
  same([isFunction(noop), isAccessor(() => 1), isSignal($n), isSignal(computed(noop)), isSignal(noop), isEmpty(null), isEmpty(0)],
    [true, true, true, true, false, true, false])
  same([$get($n), $get(5), $get(() => 6), identity(7)], [3, 5, 6, 7])
  same([toSignal(1)(), toSignal(() => 2)(), toSignal($n) === $n, toAccessor(3)(), toAccessorOrSignal(4)()], [1, 2, true, 3, 4])
  same([or(0, $n)(), and($n, 'x')(), not($n)(), some(0, null, 5)(), every(1, 0, 2)()], [3, 'x', false, 5, 0])
  same([is($n, 3)(), isNot($n, 3)(), gt($n, 2)(), gte($n, 3)(), lt($n, 3)(), lte($n, 3)()], [true, false, true, true, false, true])
  same([when($n, () => 'yes', 'no')(), when(0, 'yes', $text)()], ['yes', 'abc'])
  const log = []
  composeDestroys(() => log.push(1), undefined, () => log.push(2))()
  same(log, [1, 2])
}

export function injection_givesOneOfEach() {
  function Theme$() {
    return 'light'
  }
  class Service$ extends Injectable$ {
    constructor() {
      super()
      this.theme = inject(Theme$)
    }
  }
  function Missing$() {
    throw new DependencyNotFound('Missing$')
  }
  const context = new InjectionContext([provide(Theme$, 'dark')])
  same(run(context, () => inject(Service$).theme), 'dark')
  if (inject(Service$, context) !== inject(Service$, context)) throw new Error('made twice')
  let message
  try {
    inject(Missing$, context)
  } catch (error) {
    message = error.message
    if (!(error instanceof DependencyNotFound)) throw error
  }
  same(message, 'Missing$ dependency not found in context.')
  const task = inject(TasksRunner$, context)
  return task(() => Promise.resolve(5)).then(value => same(value, 5))
}

export function resolved_followsPromises() {
  const $source = signal(null)
  const [$result, $error, $pending] = resolved($source)
  const promise = Promise.resolve('done')
  $source(promise)
  same([$result(), $pending()], [undefined, true])
  return promise.then(() => {}).then(() => {
    same([$result(), $error(), $pending()], ['done', undefined, false])
  })
}

export function names() {
  if (typeof kit.signal !== 'function' || kit.internals !== undefined) throw new Error('names')
  // Newer versions of Qt list what `import kit from` gives as well.
  if (kit.default !== undefined && kit.default.signal !== kit.signal) throw new Error('default')
}

export function lowLevel_facesAndMarks() {
  const $n = signal(2)
  const node = $n.node
  node.half = () => $n() / 2
  const $half = kit.createSignal(function (value) {
    if (arguments.length > 0) $n(value * 2)
    else return this.half()
  }, node)
  $half(5)
  same([isSignal($half), $half.node === node, $half(), $n()], [true, true, 5, 10])
  const $computed = computed(() => 1)
  kit.unsafeMarkWritable($computed)
  kit.unsafeMarkMountable($computed)
  same([isWritable($computed), isMountable($computed)], [true, true])
}
