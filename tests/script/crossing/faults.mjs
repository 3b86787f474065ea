// SPDX-License-Identifier: MIT

// Throws at known lines; tst_crossingerrors.cpp names them.

export function throwRange() {
  throw new RangeError('too much') // line 6
}

export function catchOf($store, value) {
  try {
    $store.set(value) // line 11
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
