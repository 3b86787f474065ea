// SPDX-License-Identifier: MIT

// The module `nano_kit`: rate limits and intervals.

import { after, cancel, expectFunction, expectNumber, now } from './graph.mjs'
import { callable, expectAccessor, mountable, onMount, onStart, signal, subscribe, untracked } from './kit_signals.mjs'

export function noLimit(fn) {
  return fn
}

export function debounce(fnOrDelay) {
  if (typeof fnOrDelay === 'function') return debounce(0)(fnOrDelay)
  expectNumber(fnOrDelay, 'debounce', 'delay')
  return fn => {
    expectFunction(fn, 'debounce', 'fn')
    let timer = null
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
    let timer = null
    return (...args) => {
      const time = now()
      const remaining = delay - (time - last)
      if (remaining <= 0 || remaining > delay) {
        cancel(timer)
        timer = null
        waiting = null
        last = time
        fn(...args)
        return
      }
      waiting = args
      if (timer === null) {
        timer = after(remaining, () => {
          const late = waiting
          timer = null
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
    let timer = null
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
