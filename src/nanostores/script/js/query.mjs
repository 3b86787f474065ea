// SPDX-License-Identifier: MIT

// The module `@nanostores/query`: the functions of @nanostores/query 0.3.4 over stores of the module nanostores.
//
// Where there is a window, as in a test that brings one, its events say whether the program is seen and has a network,
// as upstream has it. In a program there is none: C++ says so (surroundings.cpp).
//
// Other than there: what a store that mounts while the program is hidden would have fetched is fetched once it is
// shown; a result reaches all stores of its key, also when the one that asked for it has another key by now; a store
// may be a part of a key twice; stores with one and the same key object have intervals of their own; a mutator is not
// called again while it runs, unless throttleCalls is false, whatever else its options say, and its store is not
// loading for ever if nothing listens; fetch() ends for results and errors that are undefined.

import { after, cancel, copyOf, describe, expectFunction, expectObject, now, put, remove, report, same } from './graph.mjs'
import { batched, map, onStart, onStop, startTask } from './nanostores.mjs'

const global = new Function('return this')()
const bridge = global[Symbol.for('nanostores.bridge')] // see install.cpp

export function onErrorRetry(options) {
  const retryCount = options.retryCount
  return Math.trunc((Math.random() + 0.5) * (1 << (retryCount < 8 ? retryCount : 8))) * 2000
}

// Time

let ahead = new Date().getTime() - now()

/// As Date has it, since caches may come from elsewhere, by the clock that the timers have. That one stands still while
/// the computer sleeps.
function getNow() {
  const behind = new Date().getTime() - now() - ahead
  if (behind > 60000) ahead += behind
  return now() + ahead
}

// What goes on around

const contexts = [] // that have mounted stores, of a program without a window
let isFollowing = false
let isHidden = false

function changed(event) {
  if (event === 'offline') return
  if (event !== 'online') isHidden = event === 'hidden'
  const all = contexts.slice()
  for (let i = 0; i < all.length; i++) all[i](event)
}

function follow(context) {
  if (!isFollowing) bridge.followSurroundings(changed)
  isFollowing = true
  contexts.push(context)
}

function unfollow(context) {
  const at = contexts.indexOf(context)
  if (at >= 0) contexts.splice(at, 1)
}

function addWindowListener(name, listener) {
  const target = typeof addEventListener === 'function' ? global : window
  target.addEventListener(name, listener)
}

// Keys

const fetcherSymbol = Symbol('fetcher')

function isKey(part) {
  return typeof part === 'string' || typeof part === 'number' || part === true
}

function isNone(part) {
  return part === null || part === undefined || part === false
}

/// A key in one text, with its parts; null where one of these is missing.
function keyOf(parts) {
  return parts.some(isNone) ? null : [parts.join(''), parts]
}

/// Calls f with the key, and again when it has changed. Returns what ends that.
function watchKey(input, f) {
  if (isKey(input)) {
    f(['' + input, [input]])
    return () => {}
  }
  const stores = input.filter(part => !isKey(part))
  if (stores.length === 0) {
    f(keyOf(input.slice()))
    return () => {}
  }
  return batched(stores, (...values) => {
    let at = 0
    return keyOf(input.map(part => {
      if (isKey(part)) return part
      const value = values[at]
      at += 1
      if (part._ !== fetcherSymbol) return value
      return part.value && 'data' in part.value ? part.key : null
    }))
  }).subscribe(f)
}

function expectKeys(input) {
  if (isKey(input)) return
  if (!Array.isArray(input)) {
    throw new TypeError('createFetcherStore(): keys must be a string, a number, true, or an array of those and stores, not '
      + describe(input))
  }
  for (let i = 0; i < input.length; i++) {
    const part = input[i]
    const isStore = part !== null && (typeof part === 'object' || typeof part === 'function') && typeof part.listen === 'function'
    if (!isKey(part) && !isStore) {
      throw new TypeError('createFetcherStore(): keys[' + i + '] must be a string, a number, true or a store, not '
        + describe(part) + (isNone(part) ? ': put what may be missing into a store' : ''))
    }
  }
}

function matches(key, selector) {
  if (Array.isArray(selector)) return selector.indexOf(key) >= 0
  if (typeof selector === 'function') return selector(key)
  return key === selector
}

function expectSelector(selector, where) {
  if (typeof selector !== 'string' && typeof selector !== 'function' && !Array.isArray(selector)) {
    throw new TypeError(where + '(): keys must be a key in one string, an array of such, or a function of one, not '
      + describe(selector))
  }
}

/// The cache of a context that is given none: a Map of this engine searches all that it holds.
class Cache {
  constructor() {
    this.entries = Object.create(null)
  }

  get(key) {
    return this.entries[key]
  }

  set(key, entry) {
    this.entries[key] = entry
  }

  delete(key) {
    delete this.entries[key]
  }

  keys() {
    return Object.keys(this.entries)
  }
}

// Settings

const functions = ['fetcher', 'onError', 'onErrorRetry']
const numbers = ['dedupeTime', 'cacheLifetime', 'revalidateInterval']

function expectSettings(settings, where) {
  expectObject(settings, where, 'settings')
  for (let i = 0; i < functions.length; i++) {
    const f = settings[functions[i]]
    const isOff = f === undefined || (functions[i] === 'onErrorRetry' && isNone(f))
    if (!isOff) expectFunction(f, where, functions[i])
  }
  for (let i = 0; i < numbers.length; i++) {
    const number = settings[numbers[i]]
    if (number !== undefined && (typeof number !== 'number' || number !== number)) {
      throw new TypeError(where + '(): ' + numbers[i] + ' must be a number of milliseconds, not ' + describe(number))
    }
  }
}

function merged(settings, others) {
  const all = copyOf(settings)
  Object.keys(others).forEach(name => {
    put(all, name, others[name])
  })
  return all
}

function without(settings, name) {
  const rest = copyOf(settings)
  delete rest[name]
  return rest
}

function guarded(f, argument) {
  try {
    f(argument)
  } catch (error) {
    report(error)
  }
}

function isInTest() {
  return typeof process === 'object' && process !== null && process.env && process.env.NODE_ENV === 'test'
}

export function nanoquery(given = {}) {
  expectSettings(given, 'nanoquery')
  const cache = given.cache === undefined ? new Cache() : given.cache
  expectObject(cache, 'nanoquery', 'cache')
  const hasWindow = typeof window !== 'undefined' // a test may bring one after this module is loaded
  const globalFetcher = given.fetcher
  const globalSettings = without(without(given, 'cache'), 'fetcher')
  const running = Object.create(null) // by key: { promise, data }
  const retries = Object.create(null) // by key: a timer
  const mounted = [] // in the order in which they have mounted
  const observers = Object.create(null) // the same by key
  let count = 0
  let started = 0
  let overruled = null
  let isWindowHidden = false

  // Mounted stores

  function changeIn(event) {
    if (event === 'inactive' || event === 'active') {
      forEach(mounted, observer => {
        if (observer.owed || (event === 'active' && observer.settings.revalidateOnFocus)) refetch(observer)
      })
    } else if (event === 'online') {
      forEach(mounted, observer => {
        if (observer.settings.revalidateOnReconnect) refetch(observer)
      })
    }
  }

  if (hasWindow) {
    addWindowListener('visibilitychange', () => {
      isWindowHidden = Boolean(document.hidden)
      if (!isWindowHidden) changeIn('active')
    })
    addWindowListener('online', () => {
      changeIn('online')
    })
  }

  /// Those that are in the list now, and still mounted when it is their turn.
  function forEach(list, f) {
    const all = list.slice()
    for (let i = 0; i < all.length; i++) {
      if (all[i].number > 0) f(all[i])
    }
  }

  function insert(list, observer) {
    let at = list.length
    while (at > 0 && list[at - 1].number > observer.number) at -= 1
    list.splice(at, 0, observer)
  }

  /// Before the first fetch.
  function begin(observer) {
    if (!hasWindow) {
      if (started === 0) follow(changeIn)
      if (observer.settings.revalidateOnReconnect) bridge.followNetwork()
    }
    started += 1
    observer.isStarted = true
  }

  /// After the stores of its key, so that these fetch before it.
  function mount(observer) {
    if (!observer.isStarted) return
    count += 1
    observer.number = count
    mounted.push(observer)
    enter(observer)
  }

  function unmount(observer) {
    if (!observer.isStarted) return
    moveTo(observer, null)
    if (observer.number > 0) mounted.splice(mounted.indexOf(observer), 1)
    observer.number = 0
    observer.owed = false
    observer.isStarted = false
    started -= 1
    if (!hasWindow && started === 0) unfollow(changeIn)
  }

  function enter(observer) {
    if (observer.key === null) return
    const text = observer.key[0]
    if (observers[text] === undefined) observers[text] = []
    insert(observers[text], observer)
  }

  function leave(observer) {
    if (observer.key === null) return
    const text = observer.key[0]
    const list = observers[text]
    list.splice(list.indexOf(observer), 1)
    if (list.length === 0) delete observers[text]
  }

  function moveTo(observer, key) {
    const isSame = observer.key !== null && key !== null && observer.key[0] === key[0]
    if (observer.number > 0 && !isSame) leave(observer)
    observer.key = key
    observer.owed = false
    if (observer.number > 0 && !isSame) enter(observer)
  }

  function forEachOf(selector, f) {
    if (typeof selector === 'string') {
      const list = observers[selector]
      if (list !== undefined) {
        forEach(list, observer => {
          if (observer.key !== null && observer.key[0] === selector) f(observer)
        })
      }
    } else {
      forEach(mounted, observer => {
        if (observer.key !== null && matches(observer.key[0], selector)) f(observer)
      })
    }
  }

  /// Has the stores of the keys show a value, or data.
  function show(selector, value, isWhole) {
    forEachOf(selector, observer => {
      const shown = observer.store.value
      if (shown !== value && shown.data !== value) write(observer.store, isWhole ? value : { data: value, loading: false })
    })
  }

  function write(store, value) {
    try {
      store.set(value)
    } catch (error) { // of a listener
      report(error)
    }
  }

  // Fetching

  function refetch(observer) {
    if (observer.key !== null) fetchFor(observer, observer.key)
  }

  function alive(entry) {
    return entry !== undefined && (entry.expires || 0) > getNow()
  }

  function fetchFor(observer, key) {
    const store = observer.store
    const text = key[0]
    const present = cache.get(text)
    const isCached = Boolean(present) && (present.data !== undefined || Boolean(present.error))
    if (hasWindow ? isWindowHidden : isHidden) {
      if (!isCached || present.created === -Infinity) observer.owed = true
      return
    }
    observer.owed = false
    const isRunning = text in running
    if (isRunning) {
      if (!store.value.loading) setLoading(alive(present) ? present.data : undefined)
      return
    }
    const settings = overruled === null ? observer.settings : merged(observer.settings, overruled)
    const dedupeTime = settings.dedupeTime === undefined ? 4000 : settings.dedupeTime
    const lifetime = Math.max(settings.cacheLifetime === undefined ? Infinity : settings.cacheLifetime, dedupeTime)
    let data
    if (isCached) {
      let error
      if (alive(present)) {
        data = present.data
        error = present.error
      }
      if ((present.created || 0) + dedupeTime > getNow()) {
        if (!same(store.value.data, data) || !same(store.value.error, error)) set({ loading: false, data, error })
        return
      }
    }

    const run = { promise: undefined, data }
    const end = startTask()
    running[text] = run // a fetcher that asks for its own key gets this one
    cancel(retries[text])
    delete retries[text]
    try {
      run.promise = settings.fetcher.apply(undefined, key[1])
    } catch (error) {
      fail(error)
      return
    }
    setLoading(data)
    Promise.resolve(run.promise).then(arrive, fail)

    function set(value) {
      if (store.key === text) write(store, value)
      show(text, value, true)
    }

    function setLoading(shown) {
      const promise = running[text].promise
      set(shown === undefined ? { loading: true, promise } : { data: shown, loading: true, promise })
    }

    function arrive(result) {
      delete running[text]
      const time = getNow()
      cache.set(text, { data: result, created: time, expires: time + lifetime })
      set({ data: result, loading: false })
      end()
    }

    function fail(error) {
      if (observer.settings.onError) guarded(observer.settings.onError, error)
      delete running[text]
      const former = cache.get(text)
      const retryCount = (former && former.retryCount || 0) + 1
      const time = getNow()
      cache.set(text, { error, created: time, expires: time + lifetime, retryCount })
      retry(settings.onErrorRetry === undefined ? onErrorRetry : settings.onErrorRetry, { error, key: text, retryCount })
      set({ data: store.key === text ? store.value.data : run.data, error, loading: false })
      end()
    }
  }

  function retry(policy, failure) {
    if (!policy) return
    let delay
    try {
      delay = policy(failure)
    } catch (error) {
      report(error)
    }
    if (!delay) return
    const text = failure.key
    const retryCount = failure.retryCount
    retries[text] = after(delay, () => {
      delete retries[text]
      cache.set(text, { retryCount })
      forEachOf(text, refetch)
    })
  }

  // Fetcher stores

  function createFetcherStore(keys, own = {}) {
    expectKeys(keys)
    expectSettings(own, 'createFetcherStore')
    const fetcher = own.fetcher === undefined ? globalFetcher : own.fetcher
    if (!fetcher) {
      throw new Error('You need to set up either global fetcher of fetcher in createFetcherStore: nanoquery({ fetcher }), or '
        + 'createFetcherStore(keys, { fetcher })')
    }
    const $fetcher = map({ loading: false })
    const settings = merged(merged(globalSettings, own), { fetcher })
    const observer = { store: $fetcher, settings, key: null, number: 0, owed: false, isStarted: false }
    let lastKey = null // also when it is not mounted
    let endKey = null
    let timer = null
    let isFirst = true

    $fetcher._ = fetcherSymbol
    $fetcher.key = undefined
    $fetcher.invalidate = () => {
      if ($fetcher.key) invalidateKeys($fetcher.key)
    }
    $fetcher.revalidate = () => {
      if ($fetcher.key) revalidateKeys($fetcher.key)
    }
    $fetcher.mutate = data => {
      if ($fetcher.key) mutateCache($fetcher.key, data)
    }
    $fetcher.fetch = () => {
      let unbind
      const promise = new Promise(resolve => {
        let wasLoading = false
        unbind = $fetcher.listen(value => {
          if (value.error !== undefined) resolve({ error: value.error })
          else if (value.data !== undefined) resolve({ data: value.data })
          else if (value.loading) wasLoading = true
          else if (wasLoading && $fetcher.key !== undefined) resolve('error' in value ? { error: undefined } : { data: undefined })
        })
      })
      return promise.then(result => {
        unbind()
        return result
      })
    }

    onStart($fetcher, () => {
      begin(observer)
      const wasFirst = isFirst
      isFirst = false
      const end = watchKey(keys, key => {
        lastKey = key
        if (key === null) {
          $fetcher.key = undefined
          moveTo(observer, null)
          write($fetcher, { loading: false })
        } else {
          $fetcher.key = key[0]
          moveTo(observer, key)
          fetchFor(observer, key)
        }
      })
      if (!observer.isStarted) { // what it has called has ended it
        end()
        return
      }
      endKey = end
      if (wasFirst) refetch(observer)
      const interval = observer.settings.revalidateInterval
      if (interval > 0) {
        const tick = () => {
          timer = after(interval, tick)
          refetch(observer)
        }
        timer = after(interval, tick)
      }
      mount(observer)
    })

    const listen = $fetcher.listen
    $fetcher.listen = listener => {
      const unbind = listen(listener)
      listener($fetcher.value)
      if (lastKey !== null) fetchFor(observer, lastKey)
      return unbind
    }

    onStop($fetcher, () => {
      const end = endKey
      endKey = null
      unmount(observer)
      cancel(timer)
      timer = null
      $fetcher.value = { loading: false }
      if (end !== null) end()
    })
    return $fetcher
  }

  // The cache

  function forEachCached(selector, f) {
    if (typeof selector === 'string') {
      if (cache.get(selector) !== undefined) f(selector)
      return
    }
    const keys = Array.from(cache.keys())
    for (let i = 0; i < keys.length; i++) {
      if (matches(keys[i], selector)) f(keys[i])
    }
  }

  function drop(key) {
    if (cache instanceof Map) remove(cache, key)
    else cache.delete(key)
  }

  function invalidateKeys(selector) {
    expectSelector(selector, 'invalidateKeys')
    forEachCached(selector, key => {
      drop(key)
    })
    forEachOf(selector, refetch)
  }

  function revalidateKeys(selector) {
    expectSelector(selector, 'revalidateKeys')
    forEachCached(selector, key => {
      const entry = cache.get(key)
      if (entry) cache.set(key, merged(entry, { created: -Infinity }))
    })
    forEachOf(selector, refetch)
  }

  function mutateCache(selector, data) {
    expectSelector(selector, 'mutateCache')
    const lifetime = globalSettings.cacheLifetime === undefined || globalSettings.cacheLifetime === null ? 8000 : globalSettings.cacheLifetime
    forEachCached(selector, key => {
      const time = getNow()
      if (data === undefined) drop(key)
      else cache.set(key, { data, created: time, expires: time + lifetime })
    })
    show(selector, data, false)
  }

  // Mutator stores

  function createMutatorStore(mutator, opts = {}) {
    expectFunction(mutator, 'createMutatorStore', 'mutator')
    expectObject(opts, 'createMutatorStore', 'options')
    const onError = opts.onError === undefined ? globalSettings.onError : opts.onError
    if (onError) expectFunction(onError, 'createMutatorStore', 'onError')
    const throttles = opts.throttleCalls !== false
    let calls = 0

    const mutate = data => {
      if (throttles && calls > 0) return Promise.resolve()
      const f = overruled !== null && overruled.fetcher ? overruled.fetcher : mutator
      const stale = [] // [key selector, whether it goes]
      calls += 1
      write($mutator, { error: undefined, data: undefined, mutate, loading: true })

      function setKey(name, value) {
        try {
          $mutator.setKey(name, value)
        } catch (error) { // of a listener
          report(error)
        }
      }
      function end() {
        calls -= 1
        if ($mutator.lc) setKey('loading', false)
        else if (calls === 0) $mutator.value = copyAtRest($mutator.value)
        const after = stale.filter(each => each.goes).concat(stale.filter(each => !each.goes))
        for (let i = 0; i < after.length; i++) {
          if (after[i].goes) invalidateKeys(after[i].selector)
          else revalidateKeys(after[i].selector)
        }
      }
      function succeed(result) {
        if ($mutator.lc) setKey('data', result)
        end()
        return result
      }
      function fail(error) {
        if (onError) guarded(onError, error)
        setKey('error', error)
        end()
      }

      let result
      try {
        result = f({
          data,
          invalidate: selector => {
            expectSelector(selector, 'invalidate')
            stale.push({ selector, goes: true })
          },
          revalidate: selector => {
            expectSelector(selector, 'revalidate')
            stale.push({ selector, goes: false })
          },
          getCacheUpdater: (key, shouldRevalidate = true) => {
            const entry = cache.get(key)
            return [newValue => {
              mutateCache(key, newValue)
              if (shouldRevalidate) stale.push({ selector: key, goes: false })
            }, entry ? entry.data : undefined]
          }
        })
      } catch (error) {
        fail(error)
        return Promise.resolve()
      }
      return Promise.resolve(result).then(succeed, fail)
    }

    const $mutator = map({ mutate, loading: false })
    onStop($mutator, () => {
      write($mutator, { mutate, loading: false })
    })
    $mutator.mutate = mutate
    return $mutator
  }

  function copyAtRest(value) {
    return merged(value, { loading: false })
  }

  function __unsafeOverruleSettings(settings) {
    expectSettings(settings, '__unsafeOverruleSettings')
    if (!isInTest() && typeof console === 'object') {
      console.warn('You should only use __unsafeOverruleSettings in test environment')
    }
    overruled = settings
  }

  return [createFetcherStore, createMutatorStore, { __unsafeOverruleSettings, invalidateKeys, revalidateKeys, mutateCache }]
}
