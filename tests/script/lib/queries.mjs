// SPDX-License-Identifier: MIT

// What the tests of @nanostores/query have in common.

import { host } from "host.mjs"

export function same(actual, expected) {
  const show = value => value === undefined ? 'undefined' : JSON.stringify(value)
  if (show(actual) !== show(expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

export function throws(f) {
  let thrown = false
  try {
    f()
  } catch (error) {
    thrown = true
  }
  if (!thrown) throw new Error('nothing was thrown')
}

export function noop() {}

export function ticks(count) {
  return count === 0 ? Promise.resolve() : Promise.resolve().then(() => ticks(count - 1))
}

/// Runs a generator: each yield lets so many milliseconds pass, and what is due then happen.
export function during(body) {
  const steps = body()
  function next(result) {
    const step = steps.next(result)
    if (step.done) return Promise.resolve()
    if (typeof step.value !== 'number') return Promise.resolve(step.value).then(next)
    return ticks(6).then(() => {
      host.advance(step.value)
      return ticks(6)
    }).then(() => next())
  }
  return Promise.resolve().then(() => next())
}

/// A server that answers by hand.
export function server() {
  const calls = []
  const waiting = []
  const fetcher = (...keys) => {
    calls.push(keys.join(''))
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject })
    })
  }
  return {
    calls,
    fetcher,
    answer: data => waiting.shift().resolve(data),
    refuse: error => waiting.shift().reject(error)
  }
}

export function eventsOf($store) {
  const events = []
  const stop = $store.listen(value => events.push(briefly(value)))
  return { events, stop }
}

/// loading, data, error and whether there is a promise.
export function briefly(value) {
  return (value.loading ? 'loading' : 'rest') + ('data' in value && value.data !== undefined ? ' ' + JSON.stringify(value.data) : '')
    + (value.error !== undefined ? ' !' + value.error : '') + (value.promise ? ' promise' : '')
}

export function counter() {
  let count = 0
  const fetcher = () => {
    count += 1
    return Promise.resolve(count)
  }
  return { fetcher, count: () => count }
}
