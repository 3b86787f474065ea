// SPDX-License-Identifier: MIT

// The module `nano_kit`: codecs, and signals whose values a storage holds.

import { expectKey, expectObject } from './graph.mjs'
import { external, identity, mountable, noop, onStart, signalNextValue } from './kit_signals.mjs'
import { noLimit } from './kit_time.mjs'
import { isEmpty } from './kit_values.mjs'

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
