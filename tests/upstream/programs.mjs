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

/** @param nano `atom`, `computed` and `batch` of nanostores */
export function runNanostores(steps, nano) {
  const log = []
  const stores = [nano.atom(0), nano.atom(1)]
  const atoms = new Set(stores)
  const listeners = []
  let numbers = 0
  const at = number => stores[number % stores.length]

  perform(steps, nano.batch, ([kind, a, b, c]) => {
    switch (kind) {
    case 0:
    case 1:
    case 2:
      if (atoms.has(at(a))) {
        at(a).set(b % 4)
      }
      break
    case 4:
    case 5: {
      const name = `L${numbers++}`
      listeners.push(at(a).listen((value, old) => log.push(`${name}(${value},${old})`)))
      break
    }
    case 6:
      if (listeners.length > 0) {
        listeners.splice(a % listeners.length, 1)[0]()
      }
      break
    case 7:
    case 8:
      if (stores.length < 14) {
        stores.push(nano.computed([at(a), at(b)], (first, second) => flavoured(c, first, second)))
      }
      break
    case 9:
      if (stores.length < 14) {
        const added = nano.atom(a % 4)
        atoms.add(added)
        stores.push(added)
      }
      break
    default:
      log.push(`get ${at(a).get()}`)
    }
  })
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
