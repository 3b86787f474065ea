// SPDX-License-Identifier: MIT

// The module @nanostores/query: fetching anew, errors, settings and mutators. All of this holds for the package of npm
// as well: `.ci/run upstream` runs it there.

import { nanoquery, onErrorRetry } from "@nanostores/query"
import { allTasks } from "nanostores"
import { briefly, counter, during, eventsOf, noop, same, server, throws } from "./lib/queries.mjs"

// Fetching anew

export function interval_fetchesWhileMounted() {
  return during(function* () {
    const { fetcher, count } = counter()
    const [createFetcherStore] = nanoquery({ fetcher, revalidateInterval: 100, dedupeTime: 0 })
    const { stop } = eventsOf(createFetcherStore('n'))
    for (let i = 0; i < 3; i++) yield 100
    same(count(), 4)
    stop()
    yield 500
    same(count(), 4)
  })
}

export function interval_respectsDedupeTime() {
  return during(function* () {
    const { fetcher, count } = counter()
    const [createFetcherStore] = nanoquery()
    createFetcherStore('n', { fetcher, revalidateInterval: 100, dedupeTime: 250 }).listen(noop)
    for (let i = 0; i < 6; i++) yield 100
    same(count(), 3)
  })
}

export function sameData_isNoEvent() {
  return during(function* () {
    const data = {}
    const [createFetcherStore] = nanoquery({ fetcher: () => Promise.resolve(data), revalidateInterval: 100, dedupeTime: 1e9 })
    const { events } = eventsOf(createFetcherStore('n'))
    for (let i = 0; i < 5; i++) yield 100
    same(events, ['loading promise', 'rest {}'])
  })
}

export function invalidate_dropsRevalidateKeeps() {
  return during(function* () {
    const { fetcher } = counter()
    const [createFetcherStore, , { invalidateKeys, revalidateKeys }] = nanoquery({ fetcher, dedupeTime: 1e9 })
    const $n = createFetcherStore('n')
    const { events } = eventsOf($n)
    yield 0
    $n.revalidate()
    yield 0
    $n.invalidate()
    yield 0
    revalidateKeys('n')
    yield 0
    invalidateKeys('n')
    yield 0
    same(events, ['loading promise', 'rest 1', 'loading 1 promise', 'rest 2', 'loading promise', 'rest 3',
      'loading 3 promise', 'rest 4', 'loading promise', 'rest 5'])
  })
}

export function selectors_areTextsListsAndFunctions() {
  return during(function* () {
    const api = { calls: [] }
    const fetcher = key => {
      api.calls.push(key)
      return Promise.resolve(1)
    }
    const [createFetcherStore, , { invalidateKeys }] = nanoquery({ fetcher, dedupeTime: 1e9 })
    for (const key of ['a', 'b', 'c']) createFetcherStore(key).listen(noop)
    yield 0
    api.calls.length = 0
    for (const selector of ['b', ['c', 'a', 'x'], key => key !== 'a', 'x', [], () => false]) {
      invalidateKeys(selector)
      api.calls.push('|')
      yield 0
    }
    same(api.calls.join(''), 'b|ac|bc||||')
  })
}

export function unobserved_isFetchedWhenItIsObserved() {
  return during(function* () {
    const { fetcher, count } = counter()
    const [createFetcherStore, , { invalidateKeys, revalidateKeys }] = nanoquery({ fetcher, dedupeTime: 1e9 })
    const $n = createFetcherStore('n')
    const look = () => {
      const { events, stop } = eventsOf($n)
      return { events, stop }
    }
    const first = look()
    yield 0
    first.stop()
    revalidateKeys('n')
    same(count(), 1)
    const second = look()
    yield 0
    second.stop()
    invalidateKeys(() => true)
    const third = look()
    yield 0
    third.stop()
    same([second.events, third.events, count()], [['loading 1 promise', 'rest 2'], ['loading promise', 'rest 3'], 3])
  })
}

export function mutateCache_writesCacheAndStores() {
  return during(function* () {
    const { fetcher, count } = counter()
    const [createFetcherStore, , { mutateCache }] = nanoquery({ fetcher, dedupeTime: 1e9, cacheLifetime: 100 })
    const $n = createFetcherStore('n')
    const { events, stop } = eventsOf($n)
    yield 0
    $n.mutate('mine')
    mutateCache(['n'], 'list')
    mutateCache(key => key === 'n', 'function')
    mutateCache('other', 'x')
    same(events.slice(2), ['rest "mine"', 'rest "list"', 'rest "function"'])
    stop()
    const again = eventsOf($n)
    same([again.events, count()], [['rest "function"'], 1])
    mutateCache('n')
    same(again.events.slice(1), ['rest'])
    $n.listen(noop)
    yield 0
    same([$n.value.data, count()], [2, 2])
  })
}

export function mutated_livesForEightSeconds() {
  return during(function* () {
    const { fetcher } = counter()
    const [createFetcherStore, , { mutateCache }] = nanoquery({ fetcher, dedupeTime: 10 })
    const $n = createFetcherStore('n')
    const first = eventsOf($n)
    yield 0
    first.stop()
    mutateCache('n', 'mine')
    yield 7999
    const second = eventsOf($n)
    second.stop()
    yield 0
    mutateCache('n', 'mine')
    yield 8000
    const third = eventsOf($n)
    same([second.events, third.events], [['loading "mine" promise'], ['loading promise']])
  })
}

export function partOfAKey_isFetchedFirst() {
  return during(function* () {
    const calls = []
    const fetcher = (...keys) => {
      calls.push(keys.join(''))
      return Promise.resolve(1)
    }
    const [createFetcherStore, , { revalidateKeys }] = nanoquery({ fetcher, dedupeTime: 1e9 })
    const $user = createFetcherStore('user')
    createFetcherStore([$user, '/posts']).listen(noop)
    yield 0
    yield 0
    $user.listen(noop)
    revalidateKeys(() => true)
    same(calls, ['user', 'user/posts', 'user', 'user/posts'])
  })
}

// Errors

export function onError_ofTheStoreCounts() {
  return during(function* () {
    const log = []
    const fetcher = key => Promise.reject(key)
    const [createFetcherStore] = nanoquery({ fetcher, onErrorRetry: null, onError: error => log.push('context ' + error) })
    createFetcherStore('a').listen(noop)
    createFetcherStore('b', { onError: error => log.push('store ' + error) }).listen(noop)
    yield 0
    same(log, ['context a', 'store b'])
  })
}

export function retry_followsItsPolicy() {
  return during(function* () {
    const api = server()
    const log = []
    const [createFetcherStore] = nanoquery({
      fetcher: api.fetcher,
      dedupeTime: 1e9,
      onErrorRetry(failure) {
        log.push(failure)
        return failure.retryCount * 1000
      }
    })
    const { events } = eventsOf(createFetcherStore('n'))
    api.refuse('no')
    yield 999
    same(api.calls.length, 1)
    yield 1
    api.refuse('no')
    yield 1999
    same(api.calls.length, 2)
    yield 1
    api.answer('yes')
    yield 5000
    same([api.calls.length, log], [3, [{ error: 'no', key: 'n', retryCount: 1 }, { error: 'no', key: 'n', retryCount: 2 }]])
    same(events, ['loading promise', 'rest !no', 'loading promise', 'rest !no', 'loading promise', 'rest "yes"'])
  })
}

export function retry_beginsAnewAfterASuccess() {
  return during(function* () {
    const api = server()
    const counts = []
    const onErrorRetry = ({ retryCount }) => {
      counts.push(retryCount)
      return 10
    }
    const [createFetcherStore] = nanoquery({ fetcher: api.fetcher, onErrorRetry })
    const $n = createFetcherStore('n')
    $n.listen(noop)
    for (const isGood of [false, false, true, false]) {
      if (isGood) api.answer(1)
      else api.refuse('no')
      yield 10
      if (isGood) $n.revalidate()
    }
    same(counts, [1, 2, 1])
  })
}

export function retry_ofTheDefaultGrows() {
  for (const [retryCount, most] of [[1, 3], [2, 6], [8, 384], [20, 384]]) {
    for (let i = 0; i < 50; i++) {
      const seconds = onErrorRetry({ retryCount }) / 2000
      if (seconds !== Math.floor(seconds) || seconds < Math.floor(most / 3) || seconds >= most) {
        throw new Error('a delay of ' + seconds + ' after ' + retryCount)
      }
    }
  }
}

// fetch()

export function fetchOf_aStoreEndsWithItsResult() {
  return during(function* () {
    let isBroken = false
    let calls = 0
    const fetcher = () => {
      calls += 1
      return isBroken ? Promise.reject('no') : Promise.resolve('yes')
    }
    const [createFetcherStore] = nanoquery({ dedupeTime: 100, cacheLifetime: 100, onErrorRetry: null })
    const $n = createFetcherStore('n', { fetcher })
    same([yield $n.fetch(), yield $n.fetch(), calls], [{ data: 'yes' }, { data: 'yes' }, 1])
    yield 100
    isBroken = true
    same([yield $n.fetch(), calls], [{ error: 'no' }, 2])
    yield 0
    same($n.lc, 0)
  })
}

export function allTasks_waitsForFetches() {
  return during(function* () {
    const api = server()
    const [createFetcherStore] = nanoquery({ fetcher: api.fetcher })
    const $n = createFetcherStore('n')
    $n.listen(noop)
    const log = []
    allTasks().then(() => log.push(briefly($n.value)))
    yield 100
    same(log, [])
    api.answer(1)
    yield 0
    same(log, ['rest 1'])
  })
}

// Settings

export function settings_ofTheStoreCount() {
  return during(function* () {
    const log = []
    const [createFetcherStore] = nanoquery({ fetcher: key => log.push('context ' + key), dedupeTime: 1e9 })
    const $a = createFetcherStore('a')
    const $b = createFetcherStore('b', { fetcher: key => log.push('store ' + key), dedupeTime: 0 })
    $a.listen(noop)
    $b.listen(noop)
    yield 1
    $a.listen(noop)
    $b.listen(noop)
    same(log, ['context a', 'store b', 'store b'])
  })
}

export function fetcher_isNeeded() {
  const [createFetcherStore] = nanoquery()
  throws(() => createFetcherStore('a'))
}

export function overruledSettings_areAboveAll() {
  return during(function* () {
    const log = []
    const named = name => () => {
      log.push(name)
      return Promise.resolve(name)
    }
    const [createFetcherStore, createMutatorStore, { __unsafeOverruleSettings }] = nanoquery({ fetcher: named('context') })
    const $a = createFetcherStore('a', { fetcher: named('store'), dedupeTime: 1e9 })
    const $save = createMutatorStore(named('mutator'))
    const console = globalConsole()
    __unsafeOverruleSettings({ fetcher: named('test'), dedupeTime: 0 })
    console.restore()
    $a.listen(noop)
    $save.listen(noop)
    yield 1
    $a.listen(noop)
    same(yield $save.mutate(), 'test')
    same(log, ['test', 'test', 'test'])
  })
}

/// Keeps a warning out of the output.
function globalConsole() {
  if (typeof console === 'undefined') return { restore: noop }
  const warn = console.warn
  try {
    console.warn = noop
  } catch (error) {
    return { restore: noop } // that of a QQmlEngine cannot be changed
  }
  return {
    restore() {
      console.warn = warn
    }
  }
}

// Mutators

export function mutator_goesThroughItsStates() {
  return during(function* () {
    const api = server()
    const [, createMutatorStore] = nanoquery()
    const $save = createMutatorStore(({ data }) => api.fetcher(data))
    const { events, stop } = eventsOf($save)
    const ends = []
    $save.mutate('x').then(end => ends.push(end))
    same(events, ['loading'])
    api.answer('done')
    yield 0
    $save.value.mutate('y').then(end => ends.push(end === undefined ? 'nothing' : end))
    api.refuse('no')
    yield 0
    same([api.calls, ends], [['x', 'y'], ['done', 'nothing']])
    same(events, ['loading', 'loading "done"', 'rest "done"', 'loading', 'loading !no', 'rest !no'])
    stop()
    same([$save.value.loading, $save.value.data, $save.value.error, $save.value.mutate === $save.mutate], [false, undefined, undefined, true])
  })
}

export function mutator_isCalledOnceAtATime() {
  return during(function* () {
    const api = server()
    const [, createMutatorStore] = nanoquery()
    const $once = createMutatorStore(() => api.fetcher('once '))
    const $often = createMutatorStore(() => api.fetcher('often '), { throttleCalls: false })
    $once.listen(noop)
    $often.listen(noop)
    let second = 'pending'
    $once.mutate()
    $once.mutate().then(end => {
      second = end
    })
    $often.mutate()
    $often.mutate()
    yield 0
    same([api.calls.join(''), second], ['once often often ', undefined])
    api.answer(1)
    yield 0
    $once.mutate()
    same(api.calls.join(''), 'once often often once ')
  })
}

export function mutator_mayThrow() {
  return during(function* () {
    const log = []
    const [, createMutatorStore] = nanoquery({ onError: error => log.push('context ' + error) })
    const fails = () => {
      throw 'no'
    }
    const $context = createMutatorStore(fails)
    const $own = createMutatorStore(fails, { onError: error => log.push('own ' + error) })
    const { events } = eventsOf($context)
    same([yield $context.mutate(), yield $own.mutate()], [undefined, undefined])
    same([log, events], [['context no', 'own no'], ['loading', 'loading !no', 'rest !no']])
  })
}

export function mutator_invalidatesAfterwards() {
  return during(function* () {
    const log = []
    const fetcher = key => {
      log.push(key)
      return Promise.resolve(1)
    }
    const [createFetcherStore, createMutatorStore] = nanoquery({ fetcher, dedupeTime: 1e9 })
    createFetcherStore('a').listen(noop)
    createFetcherStore('b').listen(noop)
    yield 0
    const mutator = isGood => createMutatorStore(({ invalidate, revalidate }) => {
      revalidate('b')
      invalidate(key => key === 'a')
      log.push('mutator')
      if (!isGood) throw 'no'
    })
    mutator(true).mutate()
    yield 0
    mutator(false).mutate()
    yield 0
    same(log, ['a', 'b', 'mutator', 'a', 'b', 'mutator', 'a', 'b'])
  })
}

export function cacheUpdater_showsAtOnce() {
  return during(function* () {
    const api = server()
    const [createFetcherStore, createMutatorStore] = nanoquery({ fetcher: api.fetcher, dedupeTime: 1e9 })
    const { events } = eventsOf(createFetcherStore('n'))
    api.answer('server')
    yield 0
    const previous = []
    const saver = revalidates => createMutatorStore(({ data, getCacheUpdater }) => {
      const [update, before] = getCacheUpdater('n', revalidates)
      previous.push(before)
      update(data)
      previous.push(getCacheUpdater('x')[1])
      return Promise.resolve()
    })
    saver(false).mutate('one')
    yield 0
    same(api.calls.length, 1)
    saver(undefined).mutate('two')
    yield 0
    api.answer('server again')
    yield 0
    same([api.calls.length, previous], [2, ['server', undefined, 'one', undefined]])
    same(events, ['loading promise', 'rest "server"', 'rest "one"', 'rest "two"', 'loading "two" promise', 'rest "server again"'])
  })
}
