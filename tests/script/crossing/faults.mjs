// SPDX-License-Identifier: MIT

// Throws at known lines; tst_crossing.cpp names them.

export function throwRange() {
  throw new RangeError('too much') // line 4
}

export function catchOf($store, value) {
  try {
    $store.set(value) // line 9
  } catch (error) {
    return error
  }
  return undefined
}

export function catchValueOf(fn) {
  try {
    fn()
  } catch (thrown) {
    return { thrown }
  }
  return undefined
}
