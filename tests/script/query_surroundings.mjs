// SPDX-License-Identifier: MIT

// The module @nanostores/query with a window, and what it does otherwise than the package of npm.

import { host } from "host.mjs"
import { nanoquery } from "@nanostores/query"
import { atom } from "nanostores"
import { counter, noop, same, ticks } from "./lib/queries.mjs"

const global = new Function('return this')()

function throws(f, part) {
  try {
    f()
  } catch (error) {
    if (String(error).indexOf(part) < 0) throw new Error('another error: ' + error)
    return
  }
  throw new Error('nothing was thrown')
}

function later(milliseconds) {
  return ticks(6).then(() => {
    host.advance(milliseconds)
    return ticks(6)
  })
}

/// As much of a window as there is for nanoquery().
function openWindow() {
  const listeners = []
  const add = (name, f) => {
    listeners.push([name, f])
  }
  global.window = { addEventListener: add }
  global.document = { hidden: false }
  return {
    emit(name, hidden) {
      if (hidden !== undefined) global.document.hidden = hidden
      listeners.filter(each => each[0] === name).forEach(each => {
        each[1]({ type: name })
      })
    },
    close() {
      delete global.window
      delete global.document
    }
  }
}

export function window_focusAndNetworkFetchAnew() {
  const window = openWindow()
  const both = counter()
  const none = counter()
  const [createFetcherStore] = nanoquery({ dedupeTime: 0 })
  const stop = createFetcherStore('a', { fetcher: both.fetcher, revalidateOnFocus: true, revalidateOnReconnect: true }).listen(noop)
  createFetcherStore('b', { fetcher: none.fetcher }).listen(noop)
  return later(1).then(() => {
    window.emit('online')
    return later(1)
  }).then(() => {
    window.emit('visibilitychange', false)
    return later(1)
  }).then(() => {
    same([both.count(), none.count()], [3, 1])
    stop()
    window.emit('online')
    return later(1)
  }).then(() => {
    same(both.count(), 3)
    window.close()
  })
}

export function window_hiddenFetchesNothing() {
  const window = openWindow()
  const { fetcher, count } = counter()
  const [createFetcherStore] = nanoquery({ fetcher, dedupeTime: 0, revalidateInterval: 100 })
  createFetcherStore('n').listen(noop)
  return later(100).then(() => {
    window.emit('visibilitychange', true)
    return later(1000)
  }).then(() => {
    same(count(), 2)
    window.emit('visibilitychange', false)
    same(count(), 2)
    return later(100)
  }).then(() => {
    same(count(), 3)
    window.close()
  })
}

export function hidden_isFetchedOnceItIsShown() {
  const window = openWindow()
  const { fetcher, count } = counter()
  const [createFetcherStore, , { revalidateKeys }] = nanoquery({ fetcher })
  window.emit('visibilitychange', true)
  const $n = createFetcherStore('n')
  $n.listen(noop)
  same([count(), $n.value], [0, { loading: false }])
  window.emit('visibilitychange', false)
  same([count(), $n.value.loading], [1, true])
  return later(0).then(() => {
    window.emit('visibilitychange', true)
    revalidateKeys('n')
    window.emit('visibilitychange', false)
    return later(0)
  }).then(() => {
    same($n.value.data, 2)
    window.close()
  })
}

export function result_reachesAllStoresOfItsKey() {
  let answer
  const fetcher = key => key === 'a' ? new Promise(resolve => {
    answer = resolve
  }) : Promise.resolve('other')
  const $key = atom('a')
  const [createFetcherStore] = nanoquery({ fetcher })
  createFetcherStore([$key]).listen(noop)
  const $other = createFetcherStore('a')
  $other.listen(noop)
  $key.set('b')
  return later(0).then(() => {
    answer('Ann')
    return later(0)
  }).then(() => {
    same($other.value, { data: 'Ann', loading: false })
  })
}

export function part_mayBeThereTwice() {
  const $id = atom('1')
  const calls = []
  const [createFetcherStore] = nanoquery({
    fetcher(...keys) {
      calls.push(keys.join('/'))
      return Promise.resolve(1)
    }
  })
  createFetcherStore([$id, $id]).listen(noop)
  $id.set('2')
  return later(0).then(() => {
    same(calls, ['1/1', '2/2'])
  })
}

export function intervals_ofOneKeyAreTheStoresOwn() {
  const { fetcher, count } = counter()
  const [createFetcherStore] = nanoquery({ fetcher, dedupeTime: 0, revalidateInterval: 100 })
  const stopFirst = createFetcherStore('n').listen(noop)
  const stopSecond = createFetcherStore('n').listen(noop)
  stopFirst()
  stopSecond()
  return later(0).then(() => {
    const before = count()
    return later(1000).then(() => {
      same(count(), before)
    })
  })
}

export function mutator_thatNothingListensToIsNotLoadingForEver() {
  const calls = []
  const [, createMutatorStore] = nanoquery()
  const $save = createMutatorStore(({ data }) => {
    calls.push(data)
    return Promise.resolve(data)
  })
  $save.mutate(1)
  return later(0).then(() => {
    same($save.value.loading, false)
    $save.mutate(2)
    same(calls, [1, 2])
    return later(0)
  })
}

export function mutator_isThrottledWithOtherOptions() {
  const calls = []
  const [, createMutatorStore] = nanoquery()
  const $save = createMutatorStore(() => {
    calls.push(1)
    return new Promise(noop)
  }, { onError: noop })
  $save.mutate()
  $save.mutate()
  same(calls.length, 1)
}

export function fetchOf_undefinedEnds() {
  const [createFetcherStore] = nanoquery({ onErrorRetry: null, dedupeTime: 0 })
  return createFetcherStore('a', { fetcher: () => Promise.resolve() }).fetch().then(end => {
    same(Object.keys(end), ['data'])
    return createFetcherStore('b', { fetcher: () => Promise.reject() }).fetch()
  }).then(end => {
    same(Object.keys(end), ['error'])
  })
}

export function fetcher_mayAskForItsOwnKey() {
  const calls = []
  const [createFetcherStore, , { invalidateKeys }] = nanoquery()
  const $n = createFetcherStore('n', {
    fetcher() {
      calls.push(1)
      invalidateKeys('n')
      return Promise.resolve('data')
    }
  })
  $n.listen(noop)
  return later(0).then(() => {
    same([calls.length, $n.value], [1, { data: 'data', loading: false }])
  })
}

export function listener_mayRevalidateWhenDataArrives() {
  const { fetcher, count } = counter()
  const [createFetcherStore] = nanoquery({ fetcher })
  const $n = createFetcherStore('n')
  $n.listen(value => {
    if (value.data === 1 && !value.loading) $n.revalidate()
  })
  return later(0).then(() => later(0)).then(() => {
    same([count(), $n.value], [2, { data: 2, loading: false }])
  })
}

export function manyKeys_areFound() {
  const calls = []
  const [createFetcherStore, , { invalidateKeys, mutateCache }] = nanoquery({
    fetcher(key) {
      calls.push(key)
      return Promise.resolve(key)
    }
  })
  const stores = []
  for (let i = 0; i < 500; i++) {
    stores.push(createFetcherStore('k' + i))
    stores[i].listen(noop)
  }
  return later(0).then(() => {
    calls.length = 0
    invalidateKeys(key => key.slice(-2) === '42')
    same(calls, ['k42', 'k142', 'k242', 'k342', 'k442'])
    mutateCache('k7', 'mine')
    same([stores[7].value.data, stores[8].value.data], ['mine', 'k8'])
    return later(0)
  })
}

export function arguments_areChecked() {
  const [createFetcherStore, createMutatorStore, { invalidateKeys, revalidateKeys, mutateCache }] = nanoquery({ fetcher: noop })
  throws(() => nanoquery(5), 'nanoquery(): settings must be an object, not a number')
  throws(() => nanoquery({ fetcher: 'url' }), 'fetcher must be a function, not a string')
  throws(() => nanoquery({ dedupeTime: '4s' }), 'dedupeTime must be a number of milliseconds, not a string')
  throws(() => createFetcherStore(null), 'keys must be a string, a number, true, or an array')
  throws(() => createFetcherStore(['a', null]), 'put what may be missing into a store')
  throws(() => createFetcherStore(['a', {}]), 'keys[1] must be a string, a number, true or a store, not an object')
  throws(() => nanoquery()[0]('a'), 'global fetcher')
  throws(() => createMutatorStore('save'), 'mutator must be a function')
  throws(() => invalidateKeys(), 'keys must be a key in one string')
  throws(() => revalidateKeys(5), 'keys must be a key in one string')
  throws(() => mutateCache({}, 5), 'keys must be a key in one string')
}

export function nothing_staysBehind() {
  const make = () => {
    const { fetcher } = counter()
    const [createFetcherStore, createMutatorStore] = nanoquery({ fetcher, revalidateInterval: 100 })
    const $n = createFetcherStore('n')
    const stop = $n.listen(noop)
    const $save = createMutatorStore(noop)
    $save.listen(noop)()
    stop()
  }
  make()
  return later(5000).then(() => {
    host.collect()
    const before = host.handles()
    for (let i = 0; i < 20; i++) make()
    return later(5000).then(() => {
      host.collect()
      if (host.handles() > before + 2) throw new Error('stores left: ' + (host.handles() - before))
    })
  })
}
