// SPDX-License-Identifier: MIT

// The module `nano_kit`: injection, and the tasks of a context.

import {
  currentAsker, describe, expectFunction, expectObject, openScope, ownedBy, remove, report, stop
} from './graph.mjs'
import { noop, untracked } from './kit_signals.mjs'
import { isEmpty } from './kit_values.mjs'

let context // of the innermost run()
let ownerInside = null // what owned when that began
let frame = null // of the innermost function that makes what is scoped: notes what it looks up

export class InjectionContext extends Map {
  constructor(providers, parent) {
    super()
    this.parent = parent
    this.depth = parent instanceof InjectionContext ? parent.depth + 1 : 0
    this.made = null // the entries of what is scoped, or made here; a Map's own `entries` cannot be set
    this.making = []
    this.running = 0 // functions that run in it or below
    this.ended = false
    this.isScope = false
    if (providers) {
      for (let i = 0; i < providers.length; i++) {
        const provider = providers[i]
        if (provider.length === 1) addEntry(this, provider[0], new Entry(this, makerOf(provider[0]), true))
        else this.set(provider[0], provider[1])
      }
    }
  }

  get(injectable, find) {
    if (injectable.isScoped === true || (this.made !== null && this.made.has(injectable))) {
      return valueIn(injectable, this)
    }
    if (this.has(injectable)) return super.get(injectable)
    let value = this.parent ? this.parent.get(injectable, true) : undefined
    if (!find) {
      if (isEmpty(value)) value = run(this, makerOf(injectable))
      this.set(injectable, value)
    }
    return value
  }

  set(injectable, value) {
    if (typeof injectable !== 'function' || injectable.isScoped !== true) return super.set(injectable, value)
    const entry = new Entry(this, null, true)
    entry.value = value
    entry.isMade = true
    addEntry(this, injectable, entry)
    return this
  }
}

function makerOf(injectable) {
  if (injectable.isScoped === true) return injectable.make
  return injectable.injectable ? () => new injectable() : injectable
}

export function getContext() {
  return context
}

/// Of what runs: the effect that it is in, or else the innermost run(). An effect is in the scope it was made in.
function contextHere(expectsNoComputed) {
  const owner = currentAsker()
  if (owner === ownerInside) return context
  if (owner !== null && owner.place) return owner.place.context
  if (context !== undefined && !context.isScope) return context
  if (expectsNoComputed && owner !== null && owner.place === undefined) {
    throw new Error('scoped(): what is scoped is looked up in the function of a computed store, which serves all scopes. Look it up where the computed store is made: scoped(() => { const $draft = draft(); return computed(() => $draft()) })')
  }
  return expectsNoComputed ? undefined : context
}

function expectRun(newContext, fn, where) {
  if (newContext !== undefined) expectObject(newContext, where, 'context')
  expectFunction(fn, where, 'fn')
}

/// With what owns meanwhile: undefined leaves that as it is.
function runOwned(newContext, owner, fn, args) {
  const outer = context
  const outerOwner = ownerInside
  context = newContext
  ownerInside = owner === undefined ? currentAsker() : owner
  for (let at = newContext; at instanceof InjectionContext; at = at.parent) at.running++
  let result
  try {
    result = owner === undefined ? fn(...args) : ownedBy(owner, () => fn(...args))
  } finally {
    context = outer
    ownerInside = outerOwner
    left(newContext)
  }
  return result
}

/// Ends the scopes that were asked to end meanwhile.
function left(ran) {
  let ending = null
  for (let at = ran; at instanceof InjectionContext; at = at.parent) {
    if (--at.running === 0 && at.endAsked) ending = at // those below end with it
  }
  if (ending !== null) ending.end()
}

export function unsafeRun(newContext, fn, ...args) {
  expectRun(newContext, fn, 'unsafeRun')
  if (newContext !== undefined) expectAlive(newContext)
  const result = runOwned(newContext, newContext !== undefined && newContext.isScope ? rootOf(newContext) : undefined, fn, args)
  return result
}

export function run(newContext, fn, ...args) {
  expectRun(newContext, fn, 'run')
  const result = untracked(() => unsafeRun(newContext, fn, ...args))
  return result
}

/// Without a value: one of its own, which the function makes when it is first asked for.
export function provide(injectable, ...value) {
  expectFunction(injectable, 'provide', 'injectable')
  return value.length === 0 ? [injectable] : [injectable, value[0]]
}

export function inject(injectable, from = contextHere(false)) {
  expectFunction(injectable, 'inject', 'injectable')
  if (!from) throw new Error('Cannot inject dependency outside of injection context')
  return from.get(injectable)
}

// Scoped stores: declared once, and another one in each scope that provides them, by the rules of scoped() in C++.

class Entry {
  constructor(owner, make, isProvided) {
    this.owner = owner
    this.make = make // of a provided one that is not made yet
    this.value = undefined
    this.isMade = false
    this.isProvided = isProvided
    this.needs = [] // what it is made of: it serves those who see the same
  }
}

function addEntry(owner, injectable, entry) {
  if (owner.made === null) owner.made = new Map()
  owner.made.set(injectable, entry)
}

export function scoped(fn) {
  expectFunction(fn, 'scoped', 'fn')
  const declaration = () => {
    const value = valueIn(declaration, contextHere(true) || globalScope())
    return value
  }
  declaration.isScoped = true
  declaration.make = fn
  declaration.in = scope => {
    const value = valueIn(declaration, scope instanceof InjectionContext ? scope : contextOf(scope))
    return value
  }
  return declaration
}

function expectAlive(asked) {
  for (let at = asked; at instanceof InjectionContext; at = at.parent) {
    if (at.ended) throw new Error('the scope has ended; keep what needs it no longer than the scope, by onScopeEnd()')
  }
}

/// The nearest entry, but of those that were not provided only one that is made of what is seen from here.
function visible(injectable, from, known) {
  let found = known.get(injectable)
  if (found !== undefined) return found
  found = null
  for (let at = from; found === null && at instanceof InjectionContext; at = at.parent) {
    const entry = at.made === null ? undefined : at.made.get(injectable)
    if (entry !== undefined && (entry.isProvided || entry.needs.every(need => visible(need.injectable, from, known) === need.entry))) found = entry
  }
  known.set(injectable, found)
  return found
}

function valueIn(injectable, from) {
  expectAlive(from)
  let entry = visible(injectable, from, new Map())
  if (entry === null) {
    const made = madeIn(from, injectable, injectable.make)
    let owner = from
    if (from.isScope) {
      owner = topOf(from)
      for (const need of made.needs) {
        if (need.entry.owner.depth > owner.depth) owner = need.entry.owner
      }
    }
    entry = new Entry(owner, null, !from.isScope)
    entry.needs = made.needs
    settle(entry, made)
    addEntry(owner, injectable, entry)
  } else if (!entry.isMade) {
    settle(entry, madeIn(entry.owner, injectable, entry.make))
  }
  if (frame !== null && frame.asking === from) frame.needs.push({ injectable, entry })
  return entry.value
}

function topOf(asked) {
  let at = asked
  while (at.parent instanceof InjectionContext) at = at.parent
  return at
}

/// The value, and the effects that its function has made; they belong to its owner.
function settle(entry, made) {
  entry.value = made.value
  entry.isMade = true
  if (made.root === undefined) return
  if (entry.owner.isScope) made.root.place.context = entry.owner
  if (made.root.children === null) stop(made.root)
  else entry.owner.roots.push(made.root)
  for (const job of made.kept) entry.owner.kept.push(job)
}

function madeIn(asking, injectable, make) {
  if (asking.making.indexOf(injectable) >= 0) {
    throw new Error('scoped(): what is scoped needs itself; have one of the cycle look the other up later, when it is used')
  }
  const outer = frame
  const made = { asking, needs: [], kept: [], value: undefined, root: asking.isScope ? newRoot(asking) : undefined }
  let isMade = false
  frame = made
  asking.making.push(injectable)
  try {
    made.value = untracked(() => runOwned(asking, made.root, make, []))
    isMade = true
  } finally {
    asking.making.pop()
    frame = outer
    if (!isMade && made.root !== undefined) {
      stop(made.root)
      endKept(made.kept)
    }
  }
  return made
}

/// What is made in the scope belongs to this node.
function newRoot(scope) {
  const root = ownedBy(null, () => openScope(noop, false))
  root.place = { context: scope }
  return root
}

function rootOf(scope) {
  if (scope.isGlobal) return null
  if (scope.root === null) {
    scope.root = newRoot(scope)
    scope.roots.unshift(scope.root)
  }
  return scope.root
}

function endKept(kept) {
  while (kept.length > 0) {
    try {
      kept.pop()()
    } catch (error) {
      report(error)
    }
  }
}

/// A context by the rules of scopes: what is made in it ends with it. `null` as the parent: below none.
export class Scope extends InjectionContext {
  constructor(providers, parent = contextHere(false) || globalScope()) {
    if (parent !== null) expectAlive(parent)
    super(providers, parent === null ? undefined : parent)
    this.isScope = true
    this.isGlobal = false
    this.root = null
    this.roots = []
    this.kept = []
    this.scopes = [] // below
    this.ending = false
    this.endAsked = false
    if (this.parent !== undefined && this.parent.isScope) this.parent.scopes.push(this)
  }

  run(fn, ...args) {
    const result = run(this, fn, ...args)
    return result
  }

  /// The scopes below, the newest first; the effects; what it keeps, the newest first; its values. While a function
  /// runs in it or below, the end waits until that has returned.
  end() {
    if (this.ended || this.ending || this.isGlobal) return
    if (this.running > 0) {
      this.endAsked = true
      return
    }
    this.ending = true
    untracked(() => runOwned(this, null, () => {
      while (this.scopes.length > 0 || this.roots.length > 0 || this.kept.length > 0) {
        if (this.scopes.length > 0) endBelow(this.scopes)
        else if (this.roots.length > 0) endFirstRoot(this)
        else endKept(this.kept)
      }
    }, []))
    this.ended = true
    this.made = null
    if (this.parent !== undefined && this.parent.isScope) {
      const at = this.parent.scopes.indexOf(this)
      if (at >= 0) this.parent.scopes.splice(at, 1)
    }
  }
}

function endBelow(scopes) {
  const last = scopes.pop()
  last.running = 0
  last.end()
}

function endFirstRoot(scope) {
  scope.root = null // what is made from now on has another one
  stop(scope.roots.shift())
}

let ofModule

function globalScope() {
  if (!ofModule) {
    ofModule = new Scope([], null)
    ofModule.isGlobal = true
  }
  return ofModule
}

/// Has fn called when the scope ends; in the function of what is scoped, the scope that it belongs to.
export function onScopeEnd(fn) {
  expectFunction(fn, 'onScopeEnd', 'fn')
  const here = contextHere(true) || globalScope()
  if (frame !== null && frame.asking === here) frame.kept.push(fn)
  else if (here.isScope) here.kept.push(fn)
  else throw new Error('onScopeEnd(): this context never ends; call it in a Scope')
}

// Scopes of QML: `run(contextOf(page.Scope), () => inject(Service$))`

// The scope that the object is in, below that of the scope around it; of none, the global one.
export function contextOf(scope) {
  expectObject(scope, 'contextOf', 'scope')
  if (typeof scope.nearest !== 'function') {
    throw new TypeError('contextOf(): scope must be what is attached to an object of QML, as in contextOf(page.Scope), not ' + describe(scope))
  }
  return contextFor(scope.nearest(false))
}

function contextFor(scope) {
  if (!scope) return globalScope()
  let known = scope.context()
  if (!known) {
    known = new Scope(scope.tokens(), contextFor(scope.nearest(true)))
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
