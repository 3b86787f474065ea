// SPDX-License-Identifier: MIT

// What C++ calls: C++ stores as stores of the modules, and the way back.

import { State, bindNative, numberOf, refresh } from './graph.mjs'
import { callable, internals as signals, isSignal, read } from './kit_signals.mjs'
import { internals as stores } from './nanostores.mjs'

function stateFor(handle) {
  if (handle.s !== undefined) return handle.s
  const s = new State(undefined)
  bindNative(s, handle)
  refresh(s, handle.value)
  return s
}

/// A store of the module nanostores.
export function wrapNative(handle, writable) {
  const s = stateFor(handle)
  if (s.facade === null) {
    const $store = stores.makeStore(s)
    s.mounts = true
    s.slow = true
    if (!writable) {
      $store.set = () => {
        throw new TypeError('set(): this C++ store cannot be written')
      }
    }
  }
  return s.facade
}

/// A signal of the module nano_kit.
export function signalOfNative(handle, writable) {
  const s = stateFor(handle)
  if (s.signal === undefined) {
    s.writable = writable
    s.signal = callable(s, read, (state, next) => {
      if (!writable) throw new TypeError('this C++ store cannot be written')
      signals.write(state, next)
    })
  }
  return s.signal
}

function stateOfAny(store) {
  return isSignal(store) ? store.node : stores.stateOf(store)
}

export function numberOfStore(store) {
  const s = stateOfAny(store)
  return s === undefined ? -1 : numberOf(s)
}

export function valueOfStore(store) {
  const s = stateOfAny(store)
  return s === undefined ? undefined : s.value
}
