// SPDX-License-Identifier: MIT

// What the core is held to: design section 8.

const graphs = [
  'chain_10',
  'chain_1000',
  'fan_1000',
  'diamond_100',
  'grid_1x1',
  'grid_10x10',
  'grid_100x100',
  'grid_1000x1000',
  'avoidable',
  'broad',
  'deep',
  'diamond_5',
  'triangle',
  'mux',
  'repeated',
  'unstable',
  'cellx_10',
  'cellx_1000',
  'cellx_2500',
  'dyn_2-10x5',
  'dyn_6-10x10',
  'dyn_4-1000x12',
  'dyn_25-1000x5',
  'dyn_3-5x500',
  'dyn_6-100x15'
]
// QProperty does not end, or crashes, on the others.
const propertyGraphs = graphs.slice(0, 17).concat('dyn_2-10x5')
const stepsToCompare = name => (name === 'grid_1000x1000' ? 2 : 100)

export default function measure(b) {
  const ns = (name, ...peers) =>
    ['nanostores', ...peers].map(peer => `${peer} ${b.round(b.time(name, peer), 3)} ns`).join(', ')
  const instructions = (name, count, ...peers) =>
    b.counting
      ? '; instructions: ' +
        ['nanostores', ...peers].map(peer => `${peer} ${b.round(b.instructions(name, peer, count), 3)}`).join(', ')
      : ''

  if (b.wants('get')) {
    b.pair('get', ['load', 'qproperty', 'nanostores_v8'])
    const details = ns('get', 'load', 'qproperty', 'nanostores_v8')
    if (b.counting) {
      // 16 reads a round of the loop, which costs two or three instructions itself.
      const value = Math.round(b.instructions('get', 'nanostores', 160000))
      b.row({ what: 'get', value, must: 6, aim: 3, unit: 'instr', note: details })
    } else {
      b.info({ what: 'get', peer: 'a load', ...b.ratio('get', 'load'), note: details })
    }
  }

  for (const [listeners, must, aim, count] of [
    [0, 0.5, 40, 100000],
    [1, 0.35, 120, 100000],
    [1000, 0.25, 0.15, 1000]
  ]) {
    const name = `set_${listeners}`
    if (!b.wants(name)) continue
    b.pair(name, ['qt_signal', 'qproperty', 'nanostores_v8'])
    const what = `set, ${listeners} listener${listeners === 1 ? '' : 's'}`
    const note = ns(name, 'qt_signal', 'qproperty', 'nanostores_v8') + instructions(name, count, 'qt_signal', 'qproperty')
    b.row({ what, peer: 'Qt signal', ...b.ratio(name, 'qt_signal'), must, aim: listeners > 1 ? aim : undefined, note })
    if (listeners === 1) b.row({ what, peer: 'nanostores in V8', ...b.ratio(name, 'nanostores_v8'), must: 0.2 })
    if (listeners <= 1 && b.counting) {
      const value = Math.round(b.instructions(name, 'nanostores', count))
      b.row({ what, value, aim, unit: 'instr' })
    }
  }

  for (const [name, what, must, aim] of [
    ['create', 'create + destroy', 1.5, 1.1],
    ['create_listen', 'create + listen + destroy', 3, 2]
  ]) {
    if (!b.wants(name)) continue
    b.pair(name, ['make_shared', 'qproperty', 'nanostores_v8'])
    const note =
      ns(name, 'make_shared', 'qproperty', 'nanostores_v8') + instructions(name, 50000, 'make_shared', 'qproperty')
    b.row({ what, peer: 'std::make_shared', ...b.ratio(name, 'make_shared'), must, aim, note })
  }

  if (b.wants('bytes')) {
    for (const [name, what, must, aim] of [
      ['atom', 'bytes: atom', 64, 48],
      ['atom_listener', 'bytes: atom + 1 listener', 160, 112],
      ['computed_listed', 'bytes: computed, one listed input', 208, 160],
      ['computed_tracked', 'bytes: computed, one tracked input', 208, 160],
      ['effect_listed', 'bytes: effect, listed', 192, 144],
      ['effect_tracked', 'bytes: effect, tracked', 192, 144]
    ]) {
      b.row({ what, value: b.bytes(name), must, aim, unit: 'B' })
    }
  }

  if (b.wants('logger') && b.counting) {
    // A round over the stores that are not followed: with a logger of three others, and without one.
    const [logged, bare] = ['nanostores', 'bare'].map(peer => b.instructions('logger', peer, 9970))
    b.row({
      what: 'set() of a store that is not logged, a logger of 3 of 1000',
      peer: 'no logger',
      value: logged / bare,
      must: 1.005,
      aim: 1.001,
      note: `${b.round(logged, 4)} instr, and ${b.round(bare, 4)}`
    })
  }

  if (b.wants('recorder')) {
    // A write of a store without observers is an event: what it takes more than one that is not recorded. In a chain
    // there are runs and listeners, too.
    const extra = (name, peer, count) => b.instructions(name, peer, count) - b.instructions(name, 'bare', count)
    const instr = (name, peer, count, events) =>
      b.counting ? `${b.round(extra(name, peer, count) / events, 3)} instr` : ''
    b.pair('recorder', ['values', 'bare'])
    b.pair('recorder_chain', ['bare'])
    const [recorded, values, bare] = ['nanostores', 'values', 'bare'].map(peer => b.time('recorder', peer))
    const [chain, bareChain] = ['nanostores', 'bare'].map(peer => b.time('recorder_chain', peer))
    const events = b.bytes('recorder_events')
    b.row({
      what: 'an event of a recorder, without values: a write',
      value: recorded - bare,
      must: 60,
      aim: 40,
      unit: 'ns',
      note: instr('recorder', 'nanostores', 10000, 1)
    })
    b.row({
      what: 'the same in a chain of ten with a listener',
      value: (chain - bareChain) / events,
      must: 60,
      aim: 40,
      unit: 'ns',
      note: `${events} events; ${instr('recorder_chain', 'nanostores', 1000, events)}`
    })
    b.info({
      what: 'an event with values: a write',
      value: values - bare,
      unit: 'ns',
      note: instr('recorder', 'values', 10000, 1)
    })
  }

  const ours = graphs.filter(b.wants)
  for (const name of ours) {
    const finishes = propertyGraphs.includes(name)
    const peers = finishes ? ['alien_v8', 'qproperty'] : ['alien_v8']
    for (const peer of peers) b.agree(name, peer, stepsToCompare(name))
    b.pair(name, peers)
    const what = `graph ${name.replace('_', ' ')}`
    b.row({
      what,
      peer: 'alien-signals in V8',
      ...b.ratio(name, 'alien_v8'),
      must: 1.1,
      aim: 0.9,
      note: ns(name, ...peers)
    })
    if (finishes) {
      const must = name === 'avoidable' || name === 'mux' ? 1.4 : 1
      b.row({ what, peer: 'QProperty', ...b.ratio(name, 'qproperty'), must, aim: 0.6 })
    }
  }
  if (ours.length > 1) {
    const value = b.geometricMean(ours.map(name => b.ratio(name, 'alien_v8').value))
    const what = `graphs, geometric mean of ${ours.length}`
    b.row({ what, peer: 'alien-signals in V8', value, must: 0.7, aim: 0.45 })
  }

  if (b.wants('layers') && b.counting) {
    const counts = [10, 100, 1000, 2500].map(layers => [
      layers,
      b.instructions(`layers_${layers}`, 'nanostores', 20) / layers
    ])
    for (const layers of [10, 2500]) b.agree(`layers_${layers}`, 'alien_v8', 100)
    const each = counts.map(([, value]) => value)
    b.row({
      what: 'layered diamonds, 10 to 2500: most against least a layer',
      peer: 'itself',
      value: Math.max(...each) / Math.min(...each),
      must: 1.5,
      note: counts.map(([layers, value]) => `${layers} layers ${Math.round(value)} instr each`).join(', ')
    })
  }
  if (b.wants('chain') && b.counting) {
    const value = Math.round(b.instructions('chain_1000', 'nanostores', 50) / 1000)
    const property = Math.round(b.instructions('chain_1000', 'qproperty', 50) / 1000)
    b.row({ what: 'chain, a node', value, must: 260, aim: 180, unit: 'instr', note: `QProperty ${property}` })
  }

  if (b.wants('chain_listed') && b.counting) {
    const value = Math.round(b.instructions('chain_listed_200', 'nanostores', 200) / 200)
    const long = Math.round(b.instructions('chain_listed_1000', 'nanostores', 50) / 1000)
    b.row({ what: 'chain with listed sources, a node of 200', value, must: 300, aim: 260, unit: 'instr', note: `of 1000 ${long}` })
  }

  const puts = [100, 10000, 100000].filter(n => b.wants(`map_put_${n}`))
  for (const n of puts) {
    for (const [name, value] of [
      [`map_put_${n}`, 'QVariant'],
      [`map_put_int_${n}`, 'int']
    ]) {
      b.pair(name, ['qhash'])
      const what = `map put, ${n} keys, QString to ${value}`
      const note = ns(name, 'qhash') + instructions(name, 5000, 'qhash')
      if (n === 10000) b.row({ what, peer: 'QHash in place', ...b.ratio(name, 'qhash'), must: 3, aim: 1.5, note })
      else b.info({ what, peer: 'QHash in place', ...b.ratio(name, 'qhash'), note })
    }
  }
  if (puts.length === 3) {
    const value = b.time('map_put_100000', 'nanostores') / b.time('map_put_100', 'nanostores')
    b.row({ what: 'map put, 100 000 keys', peer: 'itself, 100 keys', value, must: 8, aim: 4 })
  }

  if (b.wants('batched') && b.counting) {
    const counts = [1000, 4000, 16000].map(stores => [
      stores,
      b.instructions(`batched_${stores}`, 'nanostores', 4) / stores
    ])
    b.row({
      what: 'batched stores of one atom, 16 000: a store',
      peer: 'itself, 1000',
      value: counts[2][1] / counts[0][1],
      must: 1.5,
      note: counts.map(([stores, value]) => `${stores} stores ${Math.round(value)} instr each`).join(', ')
    })
  }

  if (b.wants('guard') && b.counting) {
    const counts = [100, 1000, 10000, 100000].map(stores => [stores, b.instructions(`guard_${stores}`, 'nanostores', 2)])
    const each = counts.map(([stores, value]) => value / stores)
    const note = counts.map(([stores, value]) => `${stores} stores ${Math.round(value)} instr`).join(', ')
    b.row({ what: 'guard per test, 1000 stores: a store', value: Math.round(each[1]), must: 400, aim: 200, unit: 'instr', note })
    b.row({ what: 'guard per test, 100 000 stores: a store', peer: 'itself, 1000', value: each[3] / each[1], must: 1.5 })
  }

  if (b.wants('scope') && b.counting) {
    const count = name => b.instructions(`scope_${name}`, 'nanostores', 160000)
    const [get, track, lookup, lookupTrack] = ['get', 'track', 'lookup', 'lookuptrack'].map(count)
    const [effectTrack, effectLookup, nestedLookup] = ['effecttrack', 'effectlookuptrack', 'nestedlookuptrack'].map(count)
    const note = `${b.round(lookupTrack, 3)} instr, of them the tracked read ${b.round(track, 3)}`
    b.row({ what: 'scoped store through 3 scopes, tracked read', peer: 'a tracked read', value: lookupTrack / track, must: 2, note })
    const inEffect = `${b.round(effectLookup, 3)} instr, of them the tracked read ${b.round(effectTrack, 3)}`
    b.row({ what: 'the same in an effect of the scope', peer: 'a tracked read there', value: effectLookup / effectTrack, must: 2, note: inEffect })
    const inNested = `${b.round(nestedLookup, 3)} instr`
    b.info({ what: 'the same in an effect of an effect', peer: 'a tracked read there', value: nestedLookup / effectTrack, note: inNested })
    b.info({ what: 'scoped store through 3 scopes, get()', peer: 'get()', value: lookup / get, note: `${b.round(lookup, 3)} instr, of them get() ${b.round(get, 3)}` })
  }

  if (b.wants('compile')) {
    const standard = b.compileSeconds('standard.cpp')
    b.info({ what: 'compile: <functional>, <memory>, <string> and <vector>', value: standard, unit: 's' })
    for (const [file, what, must] of [
      ['include.cpp', 'compile: #include <nanostores/core.h>', 0.5],
      ['stores.cpp', 'compile: a file with 50 stores', 3]
    ]) {
      const seconds = b.compileSeconds(file)
      b.row({ what, value: seconds, must, unit: 's',
        note: `g++ -O0 -g, processor time; ${b.round(seconds / standard)} times those of the standard library` })
    }
  }
}
