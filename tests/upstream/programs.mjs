// SPDX-License-Identifier: MIT

// Random programs over stores, for any implementation of either face: what they call, in which order, as one line of
// text. Runs in Node.js over the packages of npm and in Qt's engine over the modules of this library.

/** The same as flavoured() in tst_upstream.cpp. */
function flavoured(flavour, first, second) {
  switch (flavour % 4) {
  case 0:
    return (first + second) % 5
  case 1:
    return Math.max(first, second)
  case 2:
    return Math.floor((first + second) / 4)
  default:
    return second - first
  }
}

/** Performs the steps, [kind, a, b, c] each; a batch takes in those of the next steps that write or read. */
function perform(steps, batch, step) {
  for (let i = 0; i < steps.length; ++i) {
    if (steps[i][0] === 3) {
      const inner = steps.slice(i + 1, i + 1 + steps[i][1] % 5).filter(([kind]) => kind < 3 || kind === 10)
      i += steps[i][1] % 5
      batch(() => inner.forEach(step))
    } else {
      step(steps[i])
    }
  }
}

/**
 * Steps 11 to 14 are a listener or an effect that performs some of the next steps itself, in its first two calls; these
 * may be such steps again. Left out is what docs/differences.md names:
 *
 * - In a call, a store that a computed store reads is written only if each computed store has one source, an atom, and once;
 *   while a batch ends, it is not.
 * - In a call there is no batch and no new computed store, and a store is read before it is listened to.
 * - An effect that performs steps has no cleanup, and an effect's stores are not the same one.
 *
 * @param nano `atom`, `computed`, `effect` and `batch` of nanostores
 */
export function runNanostores(steps, nano) {
  const log = []
  const stores = [nano.atom(0), nano.atom(1)]
  const atoms = new Set(stores)
  const sources = new Set()
  const observers = []
  const readsOneAtom = steps.length > 0 && steps[0][3] % 2 === 1
  let numbers = 0
  let depth = 0 // of calls
  let calls = 60 // that perform steps
  let writes = 0 // in calls, to what computed stores read
  const at = number => stores[number % stores.length]

  const performAll = list => {
    for (let i = 0; i < list.length; ++i) {
      const [kind, a, , c] = list[i]
      const taken = kind === 3 ? a % 5 : kind > 10 ? c % 4 : 0
      if (depth === 0) writes = kind === 3 ? 0 : 1
      if (kind === 3 && depth === 0) {
        const inner = list.slice(i + 1, i + 1 + taken).filter(step => step[0] < 3 || step[0] === 10)
        nano.batch(() => inner.forEach(step => perform(step, [])))
      } else if (kind !== 3) {
        perform(list[i], list.slice(i + 1, i + 1 + taken))
      }
      i += taken
    }
  }
  const called = (name, values, body, count) => {
    log.push(`${name}(${values})`)
    if (body.length === 0 || count >= 2 || calls <= 0) return
    --calls
    ++depth
    performAll(body)
    --depth
    log.push(`/${name}`)
  }
  function perform([kind, a, b, c], body) {
    switch (kind) {
    case 0:
    case 1:
    case 2:
      if (atoms.has(at(a)) && (depth === 0 || !sources.has(at(a)) || (readsOneAtom && writes-- > 0))) {
        at(a).set(b % 4)
      }
      break
    case 4:
    case 5:
    case 11:
    case 12: {
      const name = `L${numbers++}`
      let count = 0
      if (depth > 0) at(a).get()
      observers.push(at(a).listen((value, old) => called(name, [value, old], body, count++)))
      break
    }
    case 6:
      if (observers.length > 0) {
        observers.splice(a % observers.length, 1)[0]()
      }
      break
    case 7:
    case 8:
      if (depth === 0 && stores.length < 14 && (!readsOneAtom || atoms.has(at(a)))) {
        const read = readsOneAtom ? [at(a)] : [at(a), at(b)]
        read.forEach($store => sources.add($store))
        stores.push(nano.computed(read, (first, second = 1) => flavoured(c, first, second)))
      }
      break
    case 9:
      if (stores.length < 14) {
        const added = nano.atom(a % 4)
        atoms.add(added)
        stores.push(added)
      }
      break
    case 13:
    case 14: {
      const name = `E${numbers++}`
      const read = kind === 13 || at(a) === at(b) ? [at(a)] : [at(a), at(b)]
      let count = 0
      if (depth > 0) read.forEach($store => $store.get())
      observers.push(nano.effect(read, (...values) => {
        called(name, values, body, count++)
        const cleanup = body.length === 0 ? () => log.push(`end of ${name}`) : undefined
        return cleanup
      }))
      break
    }
    default:
      log.push(`get ${at(a).get()}`)
    }
  }
  performAll(steps)
  return log.join(' ')
}

/**
 * Maps of the keys a, b, c and d: whole, by key, in batches.
 * @param nano `map`, `computed`, `listenKeys` and `batch` of nanostores
 */
export function runMaps(steps, nano) {
  const log = []
  const map = nano.map({ a: 0 })
  const first = nano.computed(map, value => value.a === undefined ? -1 : value.a)
  const listeners = []
  let numbers = 0
  const keys = 'abcd'.split('')
  const chosen = number => keys.filter((key, i) => number >> i & 1)
  const text = value => `{${keys.filter(key => value[key] !== undefined).map(key => key + value[key]).join('')}}`

  perform(steps, nano.batch, ([kind, a, b, c]) => {
    switch (kind) {
    case 0:
    case 1:
      map.setKey(keys[a % 4], b % 4 === 3 ? undefined : b % 4)
      break
    case 2:
    {
      const next = chosen(a).reduce((all, key, i) => Object.assign(all, { [key]: (b + i * c) % 3 }), {})
      if (text(next) !== text(map.get())) { // C++ compares maps, JavaScript objects
        map.set(next)
      }
      break
    }
    case 4: {
      const name = `L${numbers++}`
      listeners.push(map.listen((value, old, key) => log.push(`${name}(${text(value)},${text(old)},${key || ''})`)))
      break
    }
    case 5:
    case 7: {
      const name = `K${numbers++}`
      listeners.push(nano.listenKeys(map, chosen(a), value => log.push(`${name}${text(value)}`)))
      break
    }
    case 6:
      if (listeners.length > 0) {
        listeners.splice(a % listeners.length, 1)[0]()
      }
      break
    case 8: {
      const name = `C${numbers++}`
      listeners.push(first.listen((value, old) => log.push(`${name}(${value},${old})`)))
      break
    }
    default:
      log.push(`get ${text(map.get())} ${first.get()}`)
    }
  })
  return log.join(' ')
}

/** @param signals `signal`, `computed`, `effect` and `batch` of a library of signals; effect() returns what ends it */
export function runSignals(steps, signals) {
  const log = []
  const stores = [signals.signal(0), signals.signal(1)]
  const written = new Set(stores)
  const effects = []
  let numbers = 0
  const at = number => stores[number % stores.length]

  perform(steps, signals.batch, ([kind, a, b, c]) => {
    switch (kind) {
    case 0:
    case 1:
    case 2:
      if (written.has(at(a))) {
        at(a)(b % 4)
      }
      break
    case 4:
    case 5: {
      const name = `E${numbers++}`
      const first = at(a)
      const second = at(b)
      effects.push(signals.effect(() => {
        const one = first()
        log.push(one % 2 ? `${name}(${one})` : `${name}(${one},${second()})`)
      }))
      break
    }
    case 6:
      if (effects.length > 0) {
        effects.splice(a % effects.length, 1)[0]()
      }
      break
    case 7:
    case 8: {
      const first = at(a)
      const left = at(b)
      const right = at(c)
      if (stores.length < 14) {
        stores.push(signals.computed(() => {
          const one = first()
          return flavoured(c, one, one % 2 ? left() : right())
        }))
      }
      break
    }
    case 9:
      if (stores.length < 14) {
        const added = signals.signal(a % 4)
        written.add(added)
        stores.push(added)
      }
      break
    default:
      log.push(`get ${at(a)()}`)
    }
  })
  return log.join(' ')
}
