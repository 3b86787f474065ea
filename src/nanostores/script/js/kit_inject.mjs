// SPDX-License-Identifier: MIT

// The module `nano_kit`: injection, and the tasks of a context.

import { describe, expectFunction, expectObject, remove } from './graph.mjs'
import { untracked } from './kit_signals.mjs'
import { isEmpty } from './kit_values.mjs'

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

// Scopes of QML: `run(contextOf(page.Scope), () => inject(Service$))`

let rootContext

// The context of the scope that the object is in, below that of the scope around it; of none, one for the module.
export function contextOf(scope) {
  expectObject(scope, 'contextOf', 'scope')
  if (typeof scope.nearest !== 'function') {
    throw new TypeError('contextOf(): scope must be what is attached to an object of QML, as in contextOf(page.Scope), not ' + describe(scope))
  }
  return contextFor(scope.nearest(false))
}

function contextFor(scope) {
  if (!scope) {
    if (!rootContext) rootContext = new InjectionContext()
    return rootContext
  }
  let known = scope.context()
  if (!known) {
    known = new InjectionContext([], contextFor(scope.nearest(true)))
    scope.setContext(known)
  }
  return known
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
