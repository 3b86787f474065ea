// SPDX-License-Identifier: MIT

// The module `nano_kit`, third part: time, storages, injection and tasks.

import { after, cancel, describe, expectFunction, expectKey, expectNumber, expectObject, now, remove, report } from './graph.mjs'
import {
  effect, expectAccessor, expectSignal, external, identity, callable, mountable, noop, observe, onMount, onStart, signal, signalNextValue, start, subscribe,
  trigger, untracked
} from './kit_signals.mjs'
import { isEmpty } from './kit_values.mjs'

// Rate limits

export function noLimit(fn) {
  return fn
}

export function debounce(fnOrDelay) {
  if (typeof fnOrDelay === 'function') return debounce(0)(fnOrDelay)
  expectNumber(fnOrDelay, 'debounce', 'delay')
  return fn => {
    expectFunction(fn, 'debounce', 'fn')
    let timer = 0
    return (...args) => {
      cancel(timer)
      timer = after(fnOrDelay, () => {
        fn(...args)
      })
    }
  }
}

export function throttle(fnOrDelay) {
  if (typeof fnOrDelay === 'function') return throttle(0)(fnOrDelay)
  expectNumber(fnOrDelay, 'throttle', 'delay')
  const delay = fnOrDelay
  return fn => {
    expectFunction(fn, 'throttle', 'fn')
    let waiting = null
    let last = -Infinity
    let timer = 0
    return (...args) => {
      const time = now()
      const remaining = delay - (time - last)
      if (remaining <= 0 || remaining > delay) {
        cancel(timer)
        timer = 0
        waiting = null
        last = time
        fn(...args)
        return
      }
      waiting = args
      if (timer === 0) {
        timer = after(remaining, () => {
          const late = waiting
          timer = 0
          waiting = null
          if (late === null) return
          last = now()
          fn(...late)
        })
      }
    }
  }
}

export function pace($accessor, rateLimiter) {
  expectAccessor($accessor, 'pace')
  expectFunction(rateLimiter, 'pace', 'rateLimiter')
  const $paced = signal(untracked($accessor))
  const update = rateLimiter($paced)
  return () => {
    const value = $accessor()
    const paced = $paced()
    if (value !== paced) update(value)
    return paced
  }
}

export function paced($signal, rateLimiter) {
  expectAccessor($signal, 'paced', '$signal')
  expectFunction(rateLimiter, 'paced', 'rateLimiter')
  const $proxy = mountable(signal(untracked($signal)))
  const update = rateLimiter($signal)
  onMount($proxy, () => subscribe($signal, $proxy))
  return callable($proxy.node, () => $proxy(), (s, value) => {
    $proxy(value)
    update(value)
  })
}

export function interval(milliseconds) {
  expectNumber(milliseconds, 'interval', 'milliseconds')
  const $interval = mountable(signal(0))
  onStart($interval, () => {
    let timer
    const tick = () => {
      timer = after(milliseconds, tick)
      $interval(count => count + 1)
    }
    timer = after(milliseconds, tick)
    return () => {
      cancel(timer)
    }
  })
  return $interval
}

// Codecs and storages

export function isCodec(value) {
  return !isEmpty(value) && typeof value.encode === 'function'
}

export const NoopCodec = { encode: identity, decode: identity }

export const JsonCodec = {
  encode(value) {
    try {
      return JSON.stringify(value)
    } catch (error) {
      return ''
    }
  },
  decode(value) {
    try {
      return JSON.parse(value)
    } catch (error) {
      return null
    }
  }
}

export const BooleanCodec = {
  encode(value) {
    return value ? '1' : '0'
  },
  decode(value) {
    return value === '1'
  }
}

export const noopStorage = {
  get() {
    return null
  },
  set: noop,
  del: noop,
  sub() {
    return noop
  }
}

/// Default value, codec and rate limiter may each be left out.
function settingsOf(first, second, third) {
  const settings = { initial: undefined, codec: NoopCodec, limit: third || noLimit }
  if (isCodec(first)) {
    settings.codec = first
    if (second) settings.limit = second
  } else if (typeof first === 'function') {
    settings.limit = first
  } else {
    settings.initial = first
    if (isCodec(second)) settings.codec = second
    else if (second) settings.limit = second
  }
  return settings
}

function expectStorage(storage, key, methods, where) {
  expectObject(storage, where, 'storage')
  for (let i = 0; i < methods.length; i++) {
    if (typeof storage[methods[i]] !== 'function') {
      throw new TypeError(where + '(): storage must have a method ' + methods[i] + '()')
    }
  }
  expectKey(key, where, 'key')
}

export function stored(storage, key, first, second, third) {
  expectStorage(storage, key, ['get', 'set', 'del'], 'stored')
  const { initial, codec, limit } = settingsOf(first, second, third)
  const set = limit((name, value) => {
    storage.set(name, value)
  })
  return external(($signal, ops) => {
    $signal(codec.decode(storage.get(key)) ?? initial)
    ops.set = next => {
      const value = signalNextValue($signal, next)
      if (isEmpty(value)) storage.del(key)
      else set(key, codec.encode(value))
      $signal(value ?? initial)
    }
  })
}

export function syncedStored(storage, key, first, second, third) {
  expectStorage(storage, key, ['get', 'set', 'del', 'sub'], 'syncedStored')
  const { initial, codec, limit } = settingsOf(first, second, third)
  const set = limit((name, value) => {
    storage.set(name, value)
  })
  let raw = null
  return external(($signal, ops) => {
    raw = storage.get(key)
    $signal(codec.decode(raw) ?? initial)
    onStart(mountable($signal), () => storage.sub(key, newRaw => {
      if (isEmpty(newRaw)) {
        raw = null
        $signal(initial)
      } else if (newRaw !== raw) {
        raw = newRaw
        $signal(codec.decode(raw) ?? initial)
      }
    }))
    ops.set = next => {
      const value = signalNextValue($signal, next)
      if (isEmpty(value)) {
        storage.del(key)
        raw = null
      } else {
        raw = codec.encode(value)
        set(key, raw)
      }
      $signal(value ?? initial)
    }
  })
}

// Injection

let context

export class InjectionContext extends Map {
  constructor(providers, parent) {
    super()
    this.parent = parent
    if (providers) {
      for (let i = 0; i < providers.length; i++) this.set(providers[i][0], providers[i][1])
    }
  }

  get(injectable, find) {
    if (this.has(injectable)) return super.get(injectable)
    let value = this.parent ? this.parent.get(injectable, true) : undefined
    if (!find) {
      if (isEmpty(value)) value = run(this, injectable.injectable ? () => new injectable() : injectable)
      this.set(injectable, value)
    }
    return value
  }
}

export function getContext() {
  return context
}

function expectRun(newContext, fn, where) {
  if (newContext !== undefined) expectObject(newContext, where, 'context')
  expectFunction(fn, where, 'fn')
}

export function unsafeRun(newContext, fn, ...args) {
  expectRun(newContext, fn, 'unsafeRun')
  const outer = context
  context = newContext
  let result
  try {
    result = fn(...args)
  } finally {
    context = outer
  }
  return result
}

export function run(newContext, fn, ...args) {
  expectRun(newContext, fn, 'run')
  const result = untracked(() => unsafeRun(newContext, fn, ...args))
  return result
}

export function provide(injectable, value) {
  expectFunction(injectable, 'provide', 'injectable')
  return [injectable, value]
}

export function inject(injectable, from = context) {
  expectFunction(injectable, 'inject', 'injectable')
  if (!from) throw new Error('Cannot inject dependency outside of injection context')
  return from.get(injectable)
}

export class DependencyNotFound extends Error {
  constructor(caller) {
    super(caller + ' dependency not found in context.')
    // not set by this engine's Error when it is extended
    Object.defineProperty(this, 'message', { value: caller + ' dependency not found in context.', configurable: true, writable: true })
  }
}

export class Injectable$ {}
Injectable$.injectable = true

// Tasks

export function waitCurrentTasks(tasksPool) {
  expectPool(tasksPool, 'waitCurrentTasks')
  return Promise.all(Array.from(tasksPool, promise => promise.then(value => ({ status: 'fulfilled', value }), reason => ({ status: 'rejected', reason }))))
}

function expectPool(value, where) {
  if (!(value instanceof Set)) throw new TypeError(where + '(): tasksPool must be a Set, not ' + describe(value))
}

export function waitTasks(tasksPool) {
  expectPool(tasksPool, 'waitTasks')
  if (tasksPool.size === 0) return Promise.resolve()
  return waitCurrentTasks(tasksPool).then(() => waitTasks(tasksPool)) // more may have begun
}

export function taskPromise(task) {
  return promiseOf(task, 'taskPromise')
}

function promiseOf(task, where) {
  const promise = typeof task === 'function' ? task() : task
  if (isEmpty(promise) || typeof promise.then !== 'function') {
    throw new TypeError(where + '(): task must be a promise or a function that returns one, not ' + describe(promise))
  }
  return promise
}

export function addTask(tasksPool, task) {
  expectPool(tasksPool, 'addTask')
  const promise = promiseOf(task, 'addTask')
  let ended = null
  const done = () => remove(tasksPool, ended)
  ended = promise.then(done, done)
  tasksPool.add(ended)
  return promise
}

export function tasksRunner(tasksPool = new Set()) {
  expectPool(tasksPool, 'tasksRunner')
  return task => addTask(tasksPool, task)
}

export function TasksPool$() {
  return new Set()
}

export function TasksRunner$() {
  return tasksRunner(inject(TasksPool$))
}

// Hydration

export function Hydrator$() {
  return null
}

export function Hydratables$() {
  return null
}

export class StaticHydrator {
  constructor(dehydrated) {
    this.values = new Map(dehydrated)
  }

  pull(key, receiver) {
    if (!this.values.has(key)) return
    receiver(this.values.get(key))
    remove(this.values, key)
  }
}

export class ActiveHydrator {
  constructor() {
    this.$values = signal(new Map())
  }

  pull(key, receiver) {
    effect(() => {
      const values = this.$values()
      if (!values.has(key)) return
      receiver(values.get(key))
      remove(values, key)
    })
  }

  push(dehydrated) {
    trigger(() => {
      const values = this.$values()
      for (let i = 0; i < dehydrated.length; i++) values.set(dehydrated[i][0], dehydrated[i][1])
    })
  }
}

export function hydratable(id, $signal, codec = NoopCodec) {
  expectSignal($signal, 'hydratable')
  const hydrator = inject(Hydrator$)
  if (hydrator) {
    hydrator.pull(id, value => {
      $signal(codec.decode(value))
      if ($signal.node.hydrated) return
      $signal.node.hydrated = true
      const stop = observe($signal, () => {
        $signal.node.hydrated = false
        stop()
      })
    })
  } else {
    const hydratables = inject(Hydratables$)
    if (hydratables) hydratables.set(id, () => codec.encode($signal()))
  }
  return $signal
}

export function isHydrated($signal) {
  expectSignal($signal, 'isHydrated')
  return $signal.node.hydrated === true
}

export function dehydrate(runner, providers) {
  return Promise.resolve().then(() => {
    expectFunction(runner, 'dehydrate', 'runner')
    const own = providers instanceof InjectionContext ? providers : new InjectionContext(providers)
    const hydratables = new Map()
    own.set(Hydratables$, hydratables)
    const stores = run(own, runner)
    const tasks = own.get(TasksPool$)
    const stop = start(() => stores.forEach($store => $store()))
    return waitTasks(tasks).then(() => {
      const dehydrated = []
      hydratables.forEach(($signal, id) => {
        dehydrated.push([id, $signal()])
      })
      stop()
      return dehydrated
    })
  })
}
