// SPDX-License-Identifier: MIT

// Injection, and scoped stores, in the scopes of QML.

import { contextOf, effect, inject, InjectionContext, onScopeEnd, provide, run, scoped, signal } from 'nano_kit'

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

export const text = scoped(() => signal('empty'))
export const loud = scoped(() => {
  const $text = text()
  return () => $text().toUpperCase()
})
export const tick = signal(0)
export const log = []

export function made(value) {
  return signal(value)
}
export function write(scope, value) {
  text.in(scope)(value)
}
export function read(scope) {
  return text.in(scope)() + '/' + loud.in(scope)()
}
export function watch(scope) {
  run(contextOf(scope), () => {
    effect(() => {
      tick()
      log.push(text()())
    })
    onScopeEnd(() => log.push('end of ' + text()()))
  })
}
export function logged() {
  tick(tick() + 1)
  const words = log.splice(0).join()
  return words
}
