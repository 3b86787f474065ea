// SPDX-License-Identifier: MIT

// The module `nano_kit`: signals, computed ones, effects, scopes and the lifecycle, as the page "Core concepts" of its
// documentation shows them.

import { host } from "host.mjs"
import {
  action, batch, boundDeferScope, computed, deferScope, effect, effectScope, exec, get, isMountable, isMounted, listen,
  mountable, noMount, noop, observe, onMount, onMounted, onMountEffect, onMountEffectScope, onStart, onStop, selector,
  signal, start, startScope, stopScope, stored, STORE_UNMOUNT_DELAY, subscribe, subscribeAny, trigger, untracked
} from "nano_kit"

function same(actual, expected) {
  const show = value => value === undefined ? 'undefined' : JSON.stringify(value)
  if (show(actual) !== show(expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

function typeError(fn, words) {
  try {
    fn()
  } catch (error) {
    for (const word of words) {
      if (!(error instanceof TypeError) || error.message.indexOf(word) < 0) throw error
    }
    return
  }
  throw new Error('nothing was thrown')
}

export function signals_readWriteUpdate() {
  const log = []
  const $count = signal(0)
  const stop = effect(warmup => {
    log.push([$count(), warmup])
    return () => log.push('clean')
  })
  $count(1)
  $count(n => n + 1)
  $count(2)
  stop()
  $count(3)
  same(log, [[0, true], 'clean', [1, null], 'clean', [2, null], 'clean'])
}

export function computed_isTrackedAndGivenItsLastValue() {
  const $count = signal(1)
  const $total = computed((sum = 0) => sum + $count())
  let runs = 0
  const $even = computed(() => {
    runs++
    return $count() % 2 === 0
  })
  const log = []
  effect(() => {
    log.push($even())
  })
  same($total(), 1)
  $count(3)
  same($total(), 4)
  $count(4)
  same([log, runs], [[false, true], 3])
  typeError(() => $even(1), ['computed'])
}

/// nano_kit's own code reaches some 600 in this engine.
const depth = 3000

export function deepChain_followsItsSource() {
  const $first = signal(0)
  let $last = $first
  for (let i = 0; i < depth; i++) {
    const $before = $last
    $last = computed(() => $before() + 1)
    $last()
  }
  same($last(), depth)
  $first(5)
  same($last(), depth + 5)
  const log = []
  const stop = effect(() => {
    log.push($last())
  })
  $first(7)
  stop()
  same(log, [depth + 5, depth + 7])
}

export function batch_settlesOnce() {
  const log = []
  const $a = signal('a')
  const $b = signal('b')
  effect(() => {
    log.push($a() + $b())
  })
  same(batch(() => {
    $a('x')
    $b('y')
    return 5
  }), 5)
  same(log, ['ab', 'xy'])
}

export function trigger_takesWhatWasReadAsChanged() {
  const log = []
  const $tags = signal(['a'])
  effect(() => {
    log.push($tags().join())
  })
  trigger(() => $tags().push('b'))
  $tags().push('c')
  trigger($tags)
  same(log, ['a', 'a,b', 'a,b,c'])
}

export function untracked_andActionReadOnly() {
  const log = []
  const $a = signal(1)
  const $b = signal(10)
  const both = action(plus => $b() + plus)
  effect(() => {
    log.push($a() + untracked($b) + both(1) + get($b))
  })
  $b(20)
  $a(2)
  same(log, [32, 63])
}

export function lifecycle_debouncedAndNot() {
  const log = []
  const $data = mountable(signal(0))
  onMount($data, () => {
    log.push('mount')
    return () => log.push('unmount')
  })
  onStart($data, () => {
    log.push('start')
    return () => log.push('start over')
  })
  onStop($data, () => {
    log.push('stop')
  })
  onMounted($data, mounted => log.push(mounted))
  same([isMountable($data), isMountable(signal(0)), isMounted($data)], [true, false, false])
  const stop = effect(() => {
    $data()
  })
  same([isMounted($data), log], [true, ['mount', 'start', true]])
  log.length = 0
  stop()
  host.advance(500)
  start($data)()
  host.advance(999)
  same(log, ['start over', 'stop', false, 'start', true, 'start over', 'stop', false])
  host.advance(1)
  same(log.pop(), 'unmount')
  log.length = 0
  same(exec($data), 0)
  same(log, ['mount', 'start', true, 'start over', 'stop', false])
  same(STORE_UNMOUNT_DELAY, 1000)
}

export function lifecycle_effectsWhileMounted() {
  const log = []
  const $user = mountable(signal(null))
  const $id = signal(1)
  onMountEffect($user, () => {
    log.push('id ' + $id())
  })
  onMountEffectScope($user, () => {
    effect(() => {
      log.push('scope ' + $id())
    })
  })
  $id(2)
  const stop = subscribe($user, noop)
  $id(3)
  stop()
  host.advance(1000)
  $id(4)
  same(log, ['id 2', 'scope 2', 'id 3', 'scope 3'])
}

export function observers_subscribeListenObserve() {
  const log = []
  const $data = mountable(signal(0))
  onMounted($data, mounted => log.push(mounted))
  const off = observe($data, value => log.push('observed ' + value))
  noMount($data, () => effect(() => {
    log.push('read ' + $data())
  }))
  $data(1)
  same(log, ['read 0', 'observed 1', 'read 1'])
  log.length = 0
  off()
  const stop = listen($data, value => log.push('heard ' + value))
  $data(2)
  stop()
  subscribeAny(5, value => log.push(value))
  subscribeAny(signal(6), value => log.push(value))()
  same(log, [true, 'read 2', 'heard 2', false, 5, 6])
}

export function scopes_stopAndStartTogether() {
  const log = []
  const $n = signal(1)
  const stop = effectScope(() => {
    effect(() => {
      log.push('a' + $n())
      return () => log.push('a over')
    })
    effectScope(() => {
      effect(() => {
        log.push('b' + $n())
      })
    })
  })
  stop()
  $n(2)
  same(log, ['a1', 'b1', 'a over'])

  log.length = 0
  const begin = deferScope(() => {
    effect(() => {
      log.push($n())
    })
    boundDeferScope()(() => {
      effect(() => {
        log.push('nested ' + $n())
      })
    })
  })
  $n(5)
  const end = begin()
  $n(6)
  end()
  $n(7)
  same(log, ['nested 5', 5, 'nested 6', 6])
  const handle = deferScope(() => {
    effect(() => {
      log.push('late')
    })
  })
  stopScope(handle)
  startScope(handle)
  same(log.length, 4)
}

export function computed_chainsMayBeLong() {
  const $first = signal(1)
  let $last = $first
  for (let i = 0; i < 300; i++) {
    const $before = $last
    $last = computed(() => $before() + 1)
  }
  same($last(), 301)
}

export function scopes_stopInOrderOfCreation() {
  const fill = log => () => {
    const over = name => effect(() => () => log.push(name))
    over('a')
    effectScope(() => {
      over('b')
      effectScope(() => {
        over('c')
      })
      over('d')
    })
    over('e')
  }
  const log = []
  effectScope(fill(log))()
  deferScope(fill(log))()()
  same(log.splice(0).join(''), 'abcdeabcde')
  const scope = startScope(deferScope(fill(log)))
  stopScope(scope) // nested ones first
  same(log.join(''), 'cbdae')
}

export function errors_nameFunctionAndArgument() {
  typeError(() => effect(), ['effect', 'fn'])
  typeError(() => computed(1), ['computed', 'compute', 'a number'])
  typeError(() => onMount(() => {}, () => {}), ['onMount', '$signal'])
  typeError(() => batch(null), ['batch', 'fn', 'null'])
  typeError(() => selector(1), ['selector', '$source'])
  typeError(() => subscribe(signal(1)), ['subscribe', 'fn'])
  typeError(() => startScope({}), ['startScope', 'scope'])
  typeError(() => stored({}, 'key'), ['stored', 'storage'])
}

export function errors_ofEffectsReachTheWriter() {
  const $n = signal(0)
  effect(() => {
    if ($n() === 1) throw 42
  })
  let thrown
  try {
    $n(1)
  } catch (error) {
    thrown = error
  }
  same(thrown, 42)
}

export function readers_leaveInAnyOrder() {
  for (const count of [1, 7, 8, 9, 16, 32, 33]) {
    const $n = signal(0)
    const heard = []
    const stops = []
    for (let i = 0; i < count; i++) {
      const $copy = computed(() => $n())
      stops.push(effect(() => {
        heard[i] = $copy()
      }))
    }
    for (let i = 0; i < count; i++) {
      stops[(i * 5) % count]() // some twice, if 5 divides the count
      $n(n => n + 1)
    }
    stops.forEach(stop => stop())
    $n(-1)
    if (heard.some(value => value < 0)) throw new Error('heard after its end')
  }
}

export function scopes_thatAreDroppedMountNothing() {
  const log = []
  const $n = mountable(signal(0))
  onMounted($n, mounted => log.push(mounted))
  const scope = deferScope(() => {
    effect(() => {
      $n()
    }, true)
  })
  stopScope(scope)
  startScope(deferScope(noop))
  same([log, isMounted($n)], [[], false])
  const kept = deferScope(() => {
    subscribe($n, noop, true)
  })
  same(log, [])
  const stop = kept()
  same(log, [true])
  stop()
  same(log, [true, false])
}

export function mountable_isWhatReadsAMountableOne() {
  const $n = mountable(signal(1))
  const $twice = computed(() => $n() * 2)
  same([isMountable($twice), isMountable(computed(() => 1))], [false, false])
  start($twice)()
  same([isMountable($twice), isMounted($twice)], [true, false])
}
