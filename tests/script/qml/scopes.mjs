// SPDX-License-Identifier: MIT

// Injection in the scopes of QML.

import { contextOf, inject, provide, run, InjectionContext } from 'nano_kit'

export function Draft$() {
  return { text: '' }
}
export function draftOf(scope) {
  return run(contextOf(scope), () => inject(Draft$))
}
export function mock(scope, value) {
  contextOf(scope).set(Draft$, value)
}
export function refused() {
  try {
    contextOf(new InjectionContext([provide(Draft$, {})]))
  } catch (error) {
    return error.message
  }
  return ''
}
