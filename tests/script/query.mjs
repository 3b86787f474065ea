// SPDX-License-Identifier: MIT

// The module @nanostores/query: what its stores show, what they share, and their keys. All of this holds for the
// package of npm as well: `.ci/run upstream` runs it there.

import { nanoquery } from "@nanostores/query"
import { atom, computed } from "nanostores"
import { briefly, counter, during, eventsOf, noop, same, server } from "./lib/queries.mjs"

// What it shows

export function store_hasItsMembers() {
  const [createFetcherStore, createMutatorStore, others] = nanoquery({ fetcher: noop })
  same(Object.keys(others).sort(), ['__unsafeOverruleSettings', 'invalidateKeys', 'mutateCache', 'revalidateKeys'])
  const $user = createFetcherStore('user')
  for (const name of ['get', 'listen', 'subscribe', 'setKey', 'invalidate', 'revalidate', 'mutate', 'fetch']) {
    same([name, typeof $user[name]], [name, 'function'])
  }
  same([typeof $user._, $user.key, $user.value], ['symbol', undefined, { loading: false }])
  const $save = createMutatorStore(noop)
  same([typeof $save.mutate, $save.value.mutate === $save.mutate, $save.value.loading], ['function', true, false])
}

export function fetch_goesThroughItsStates() {
  return during(function* () {
    const api = server()
    const [createFetcherStore] = nanoquery({ fetcher: api.fetcher })
    const $user = createFetcherStore(['/users/', 7])
    const { events } = eventsOf($user)
    same([api.calls, $user.key, events], [['/users/7'], '/users/7', ['loading promise']])
    api.answer('Ann')
    yield 0
    same(events, ['loading promise', 'rest "Ann"'])
    same(Object.keys($user.value).sort(), ['data', 'loading'])
  })
}

export function listener_isCalledAtOnce() {
  return during(function* () {
    const { fetcher } = counter()
    const [createFetcherStore] = nanoquery({ fetcher })
    const $n = createFetcherStore('n')
    const first = eventsOf($n)
    yield 0
    const second = eventsOf($n)
    const subscribed = []
    $n.subscribe(value => subscribed.push(briefly(value)))
    same([first.events, second.events, subscribed], [['loading promise', 'rest 1'], ['rest 1'], ['rest 1', 'rest 1']])
  })
}

export function keys_areHandedOnAsTheyAre() {
  const calls = []
  const [createFetcherStore] = nanoquery({
    fetcher(...keys) {
      calls.push(keys)
      return Promise.resolve(1)
    }
  })
  const $n = atom(3)
  for (const keys of ['a', 5, true, ['a', 5, true], ['a', $n]]) createFetcherStore(keys).listen(noop)
  same(calls, [['a'], [5], [true], ['a', 5, true], ['a', 3]])
}

export function error_isShown() {
  return during(function* () {
    const api = server()
    const [createFetcherStore] = nanoquery({ fetcher: api.fetcher, onErrorRetry: null })
    const $user = createFetcherStore('user')
    const { events } = eventsOf($user)
    api.refuse('offline')
    yield 0
    same(events, ['loading promise', 'rest !offline'])
    $user.invalidate()
    api.answer('Ann')
    yield 0
    $user.revalidate()
    api.refuse('gone')
    yield 0
    same(events.slice(2), ['loading promise', 'rest "Ann"', 'loading "Ann" promise', 'rest "Ann" !gone'])
  })
}

export function promise_isTheFetchers() {
  return during(function* () {
    const promise = Promise.resolve('Ann')
    const [createFetcherStore] = nanoquery({ fetcher: () => promise })
    const $user = createFetcherStore('user')
    const seen = []
    $user.listen(value => seen.push(value.promise === promise))
    yield 0
    same(seen, [true, false])
  })
}

export function fetcher_mayThrowOrReturnAValue() {
  return during(function* () {
    const [createFetcherStore] = nanoquery({ onErrorRetry: null })
    const thrown = eventsOf(createFetcherStore('a', {
      fetcher() {
        throw 'at once'
      }
    }))
    const value = eventsOf(createFetcherStore('b', { fetcher: () => 5 }))
    yield 0
    same([thrown.events, value.events], [['rest !at once'], ['loading promise', 'rest 5']])
  })
}

export function computed_followsAFetcherStore() {
  return during(function* () {
    const { fetcher } = counter()
    const [createFetcherStore] = nanoquery({ fetcher })
    const $n = createFetcherStore('n')
    const $text = computed($n, value => value.loading ? '...' : String(value.data))
    const seen = []
    const stop = $text.subscribe(text => seen.push(text))
    yield 0
    same([seen[0], seen[seen.length - 1], $text.get()], ['...', '1', '1'])
    stop()
    yield 2000
    same($n.lc, 0)
  })
}

// Sharing

export function storesOfOneKey_shareFetchAndResult() {
  return during(function* () {
    const api = server()
    const [createFetcherStore] = nanoquery({ fetcher: api.fetcher })
    const first = eventsOf(createFetcherStore('user'))
    const second = eventsOf(createFetcherStore(['us', 'er']))
    api.answer('Ann')
    yield 0
    same([api.calls, first.events, second.events], [['user'],
      ['loading promise', 'loading promise', 'rest "Ann"'], ['loading promise', 'rest "Ann"']]) // as the second one came
  })
}

export function contexts_haveCachesOfTheirOwn() {
  const { fetcher, count } = counter()
  nanoquery({ fetcher })[0]('a').listen(noop)
  nanoquery({ fetcher })[0]('a').listen(noop)
  same(count(), 2)
}

export function dedupeTime_fetchesNothingInIt() {
  return during(function* () {
    const { fetcher, count } = counter()
    const [createFetcherStore] = nanoquery({ fetcher, dedupeTime: 100 })
    const $n = createFetcherStore('n')
    const first = eventsOf($n)
    yield 99
    first.stop()
    const second = eventsOf($n)
    same([count(), second.events], [1, ['rest 1']])
    second.stop()
    yield 1
    const third = eventsOf($n)
    same([count(), third.events], [2, ['loading 1 promise']])
    yield 0
    same(third.events, ['loading 1 promise', 'rest 2'])
  })
}

export function dedupeTime_isFourSeconds() {
  return during(function* () {
    const { fetcher, count } = counter()
    const [createFetcherStore] = nanoquery({ fetcher })
    const $n = createFetcherStore('n')
    const stop = $n.listen(noop)
    yield 3999
    $n.listen(noop)
    same(count(), 1)
    yield 1
    $n.listen(noop)
    same(count(), 2)
    stop()
  })
}

export function dedupeTime_countsForErrors() {
  return during(function* () {
    let calls = 0
    const fetcher = () => {
      calls += 1
      return Promise.reject('no')
    }
    const [createFetcherStore] = nanoquery({ fetcher, onErrorRetry: false, dedupeTime: 100 })
    createFetcherStore('n').listen(noop)
    yield 0
    const second = eventsOf(createFetcherStore('n'))
    same([calls, second.events], [1, ['rest !no']])
    yield 100
    createFetcherStore('n').listen(noop)
    same(calls, 2)
  })
}

export function cacheLifetime_endsWhatIsShownMeanwhile() {
  return during(function* () {
    const api = server()
    const [createFetcherStore] = nanoquery({ fetcher: api.fetcher, dedupeTime: 10, cacheLifetime: 50 })
    const once = () => {
      const { events, stop } = eventsOf(createFetcherStore('n'))
      stop()
      return events
    }
    const start = eventsOf(createFetcherStore('n'))
    api.answer(1)
    yield 0
    start.stop()
    yield 49
    same(once(), ['loading 1 promise'])
    api.answer(2)
    yield 50
    same(once(), ['loading promise'])
    same(api.calls.length, 3)
  })
}

export function cacheLifetime_isNotBelowDedupeTime() {
  return during(function* () {
    const { fetcher, count } = counter()
    const [createFetcherStore] = nanoquery({ fetcher, dedupeTime: 100, cacheLifetime: 10 })
    const first = eventsOf(createFetcherStore('n'))
    yield 50
    same([eventsOf(createFetcherStore('n')).events, count()], [['rest 1'], 1])
    first.stop()
  })
}

export function cache_mayComeFromElsewhere() {
  return during(function* () {
    const now = new Date().getTime()
    const cache = new Map([
      ['fresh', { data: 'a', created: now, expires: now + 60000 }],
      ['old', { data: 'b', created: now - 60000, expires: now + 60000 }],
      ['gone', { data: 'c', created: now - 60000, expires: now - 1000 }]
    ])
    const { fetcher, count } = counter()
    const [createFetcherStore] = nanoquery({ cache, fetcher })
    same(['fresh', 'old', 'gone'].map(key => eventsOf(createFetcherStore(key)).events),
      [['rest "a"'], ['loading "b" promise'], ['loading promise']])
    yield 0
    same([count(), cache.get('old').data, cache.get('gone').data, cache.get('gone').expires], [2, 1, 2, Infinity])
  })
}

export function stop_forgetsTheValueNotTheCache() {
  return during(function* () {
    const { fetcher, count } = counter()
    const [createFetcherStore] = nanoquery({ fetcher })
    const $n = createFetcherStore('n')
    const { stop } = eventsOf($n)
    yield 0
    stop()
    same($n.value, { loading: false })
    same([eventsOf($n).events, count()], [['rest 1'], 1])
  })
}

// Keys

export function keyStores_changeTheKey() {
  return during(function* () {
    const api = server()
    const $id = atom('1')
    const [createFetcherStore] = nanoquery({ fetcher: api.fetcher })
    const $user = createFetcherStore(['/users/', $id])
    const { events } = eventsOf($user)
    api.answer('Ann')
    yield 0
    $id.set('2')
    yield 0
    api.answer('Bob')
    yield 0
    $id.set('1')
    yield 0
    same([$user.key, api.calls], ['/users/1', ['/users/1', '/users/2']])
    same(events, ['loading promise', 'rest "Ann"', 'loading promise', 'rest "Bob"', 'rest "Ann"'])
  })
}

export function keyStores_inATurnFetchOnce() {
  return during(function* () {
    const api = server()
    const $a = atom('1')
    const $b = atom('2')
    const [createFetcherStore] = nanoquery({ fetcher: api.fetcher })
    createFetcherStore([$a, '-', $b]).listen(noop)
    $a.set('3')
    $b.set('4')
    $a.set('5')
    yield 0
    same(api.calls, ['1-2', '5-4'])
  })
}

export function missingPart_fetchesNothing() {
  return during(function* () {
    const api = server()
    const $id = atom(null)
    const [createFetcherStore] = nanoquery({ fetcher: api.fetcher })
    const $user = createFetcherStore(['u', $id])
    const { events } = eventsOf($user)
    for (const none of [undefined, false, null]) {
      $id.set(none)
      yield 0
    }
    same([api.calls, $user.key, $user.value], [[], undefined, { loading: false }])
    $id.set(0)
    yield 0
    api.answer('zero')
    yield 0
    $id.set('')
    yield 0
    api.answer('empty')
    yield 0
    same([api.calls, $user.value.data], [['u0', 'u'], 'empty'])
    $id.set(null)
    yield 0
    same([$user.key, $user.value, events[events.length - 1]], [undefined, { loading: false }, 'rest'])
    $user.invalidate()
    $user.revalidate()
    $user.mutate(1)
    yield 0
    same([api.calls.length, $user.value], [2, { loading: false }])
  })
}

export function fetcherStore_isAPartOnceItHasData() {
  return during(function* () {
    const api = server()
    const [createFetcherStore] = nanoquery({ fetcher: api.fetcher })
    const $user = createFetcherStore('user')
    createFetcherStore([$user, '/posts']).listen(noop)
    yield 0
    same(api.calls, ['user'])
    api.answer('Ann')
    yield 0
    same(api.calls, ['user', 'user/posts'])
  })
}

export function lateAnswer_goesToTheCache() {
  return during(function* () {
    const api = server()
    const $id = atom('1')
    const [createFetcherStore] = nanoquery({ fetcher: api.fetcher })
    const { events } = eventsOf(createFetcherStore(['u', $id]))
    $id.set('2')
    yield 0
    api.answer('late')
    yield 0
    same(events, ['loading promise', 'loading promise'])
    $id.set('1')
    yield 0
    same([api.calls, events.slice(2)], [['u1', 'u2'], ['rest "late"']])
  })
}
