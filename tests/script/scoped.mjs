// SPDX-License-Identifier: MIT

// The module `nano_kit`: scoped stores, which follow the rules of scoped() in C++.

import { host } from "host.mjs"
import {
  computed, effect, effectScope, inject, InjectionContext, onScopeEnd, provide, run, Scope, scoped, signal, untracked
} from "nano_kit"
import { atom, computed as computedStore } from "nanostores"

function same(actual, expected) {
  const show = value => value === undefined ? 'undefined' : JSON.stringify(value)
  if (show(actual) !== show(expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

function errorOf(fn) {
  try {
    fn()
  } catch (error) {
    return error.message
  }
  throw new Error('nothing was thrown')
}

function contains(text, words) {
  if (text.indexOf(words) < 0) throw new Error('"' + words + '" is not in "' + text + '"')
}

const declare = () => scoped(() => signal('empty'))

export function scoped_hasAValueInEachScopeThatProvidesIt() {
  const text = declare()
  const one = new Scope([provide(text)])
  const two = new Scope([provide(text)])
  const below = new Scope([], two)
  text.in(one)('one')
  two.run(() => text()('two'))
  text()('all')
  same([text.in(one)(), text.in(two)(), text.in(below)(), text()()], ['one', 'two', 'two', 'all'])
  same(text.in(one) === one.run(() => text()), true)
  one.end()
  two.end()
}

export function scoped_isGlobalWhereNoScopeProvidesIt() {
  const text = declare()
  const one = new Scope()
  same(text.in(one) === text(), true)
  one.end()
}

export function scoped_followsWhatItsFunctionLooksUp() {
  const text = declare()
  const width = scoped(() => signal(1))
  const size = scoped(() => { const $text = text(); return computed(() => $text().length) })
  const area = scoped(() => { const $size = size(), $width = width(); return computed(() => $size() * $width()) })
  const document = new Scope([provide(text)])
  const view = new Scope([provide(width)], document)
  const other = new Scope([], document)
  text.in(document)('four')
  width.in(view)(3)
  same([area.in(view)(), area.in(document)(), area()()], [12, 4, 5])
  same(size.in(view) === size.in(other), true)
  same(area.in(other) === area.in(document), true)
  same(area.in(view) === area.in(document), false)
  document.end()
}

export function scoped_takesStoresOfTheOtherModule() {
  const count = scoped(() => atom(1))
  const twice = scoped(() => computedStore(count(), value => value * 2))
  const one = new Scope([provide(count)])
  count.in(one).set(5)
  same([twice.in(one).get(), twice().get()], [10, 2])
  one.end()
}

export function scoped_isMadeWhenItIsAskedFor() {
  let made = 0
  const text = scoped(() => signal(++made))
  const one = new Scope([provide(text)])
  same(made, 0)
  text.in(one)
  text.in(one)
  same(made, 1)
  one.end()
}

export function provide_standsIn() {
  const text = declare()
  const one = new Scope([provide(text, signal('mine'))])
  same(text.in(one)(), 'mine')
  const two = new Scope([], one)
  two.set(text, signal('later'))
  same([text.in(two)(), text.in(one)()], ['later', 'mine'])
  same(two.run(() => inject(text)()), 'later')
  one.end()
}

export function provide_ofATokenWithoutAValueIsOneOfItsOwn() {
  const Mailer$ = () => ({ sent: 0 })
  const outer = new Scope()
  const shared = outer.run(() => inject(Mailer$))
  const inner = new Scope([provide(Mailer$)], outer)
  const below = new Scope([], inner)
  same(inner.run(() => inject(Mailer$)) === shared, false)
  same(below.run(() => inject(Mailer$)) === inner.run(() => inject(Mailer$)), true)
  outer.end()
}

export function context_ofNanoKitMakesWhatItsParentsHaveNot() {
  const text = declare()
  const one = new InjectionContext()
  same(run(one, () => text()) === text(), false)
  same(run(one, () => text()) === text.in(one), true)
  const below = new InjectionContext([], one)
  same(text.in(below) === text.in(one), true)
}

export function scoped_needingItselfIsAnError() {
  const later = {}
  const hen = scoped(() => later.egg())
  const egg = scoped(() => hen())
  later.egg = egg
  contains(errorOf(() => hen()), 'needs itself')
  const scope = new Scope([provide(hen), provide(egg)])
  contains(errorOf(() => hen.in(scope)), 'needs itself')
  const mended = new Scope([provide(hen), provide(egg, 1)])
  same(hen.in(mended), 1)
}

export function scoped_afterAnErrorIsTriedAgain() {
  const log = []
  let isBroken = true
  const shaky = scoped(() => {
    effect(() => () => log.push('stopped'))
    onScopeEnd(() => log.push('kept'))
    if (isBroken) throw new Error('broken')
    return 1
  })
  const scope = new Scope([provide(shaky)])
  same(errorOf(() => shaky.in(scope)), 'broken')
  same(log, ['stopped', 'kept'])
  isBroken = false
  same(shaky.in(scope), 1)
  same(log.length, 2)
  scope.end()
  same(log, ['stopped', 'kept', 'stopped', 'kept'])
}

export function lookup_inAnEffectIsThatOfItsScope() {
  const text = declare()
  const tick = signal(0)
  const log = []
  const one = new Scope([provide(text, signal('one'))])
  const two = new Scope([provide(text, signal('two'))])
  const say = () => {
    tick()
    log.push(text()())
  }
  one.run(() => {
    effect(say)
    effect(() => effectScope(() => effect(() => {
      tick()
      log.push('<' + untracked(() => text()()) + '>')
    })))
  })
  const stop = effect(say)
  same(log.splice(0), ['one', '<one>', 'empty'])
  two.run(() => tick(1))
  same(log.splice(0).sort(), ['<one>', 'empty', 'one'])
  tick(2)
  same(log.splice(0).sort(), ['<one>', 'empty', 'one'])
  stop()
  one.end()
  tick(3)
  same(log, [])
  two.end()
}

export function lookup_ofAStoresEffectIsThatOfItsOwner() {
  const text = declare()
  const tick = signal(0)
  const log = []
  const watched = scoped(() => {
    effect(() => {
      tick()
      log.push(text()())
    })
    return 1
  })
  const outer = new Scope([provide(text, signal('outer'))])
  const inner = new Scope([], outer)
  watched.in(inner)
  inner.end()
  tick(1)
  same(log.splice(0), ['outer', 'outer'])
  outer.end()
  tick(2)
  same(log, [])
}

export function lookup_inAComputedStoresFunctionIsAnError() {
  const text = declare()
  const scope = new Scope([provide(text)])
  const wrong = computed(() => text()().length)
  contains(errorOf(() => scope.run(() => wrong())), 'Look it up where the computed store is made')
  const right = computed(() => text.in(scope)().length)
  same(right(), 5)
  scope.end()
}

export function end_hasAnOrder() {
  const log = []
  const scope = new Scope()
  const below = new Scope([], scope)
  below.run(() => onScopeEnd(() => log.push('below')))
  scope.run(() => {
    onScopeEnd(() => log.push('A'))
    onScopeEnd(() => log.push('B'))
    effect(() => () => log.push('effect1'))
    effect(() => () => log.push('effect2'))
  })
  scope.end()
  same(log, ['below', 'effect1', 'effect2', 'B', 'A'])
  same(below.ended, true)
  scope.end()
  same(log.length, 5)
}

export function end_waitsForWhatRuns() {
  const text = declare()
  const scope = new Scope([provide(text)])
  const below = new Scope([], scope)
  below.run(() => {
    scope.end()
    text()('still')
    same(scope.ended, false)
  })
  same([scope.ended, below.ended], [true, true])
  contains(errorOf(() => text.in(below)), 'has ended')
  contains(errorOf(() => scope.run(() => 1)), 'has ended')
  contains(errorOf(() => new Scope([], scope)), 'has ended')
}

export function end_findsTheStoresMeanwhile() {
  const text = declare()
  const log = []
  const scope = new Scope([provide(text, signal('mine'))])
  scope.run(() => {
    onScopeEnd(() => log.push(text()()))
    effect(() => () => log.push(text()()))
  })
  scope.end()
  same(log, ['mine', 'mine'])
}

export function randomScopes_doAsTheModel() {
  let seed = 12345
  const random = n => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor(seed / 65536) % n
  }
  const needs = [[], [], [0], [1, 0], [3, 2], []]
  for (let round = 0; round < 20; round++) {
    const declared = needs.map((of, i) => scoped(() => ({ i, of: of.map(need => declared[need]()) })))
    const scopes = [{ provides: [], depth: 0, parent: null, scope: null }] // the global one first
    const held = new Map()
    const provider = (i, at) => {
      for (let s = at; s; s = s.parent) {
        if (s.provides.indexOf(i) >= 0) return s
      }
      return null
    }
    const owner = (i, at) => {
      const found = provider(i, at)
      if (found) return found
      let deepest = scopes[0]
      for (const need of needs[i]) {
        const of = owner(need, at)
        if (of.depth > deepest.depth) deepest = of
      }
      return deepest
    }
    const check = (value, i, at) => {
      const its = owner(i, at)
      const key = i + '/' + scopes.indexOf(its)
      if (held.has(key)) same(held.get(key) === value, true)
      else held.set(key, value)
      same(value.i, i)
      needs[i].forEach((need, n) => check(value.of[n], need, its))
    }
    for (let step = 0; step < 40; step++) {
      const at = scopes[random(scopes.length)]
      if (random(3) === 0) {
        const provides = [random(6), random(6)]
        const scope = new Scope(provides.map(i => provide(declared[i])), at.scope === null ? undefined : at.scope)
        scopes.push({ provides, depth: at.depth + 1, parent: at, scope })
      } else {
        const i = random(6)
        check(at.scope === null ? declared[i]() : at.scope.run(() => declared[i]()), i, at)
      }
    }
    while (scopes.length > 1) scopes.splice(1 + random(scopes.length - 1), 1)[0].scope.end()
  }
  same(typeof host, 'object')
}
