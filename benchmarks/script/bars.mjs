// SPDX-License-Identifier: MIT

// What the JavaScript face is held to: design section 8. The peer is the npm package's own code in the same engine.

export default function measure(b) {
  const peer = 'its own JavaScript in V4'
  const ns = (name, ...peers) =>
    ['nanostores', ...peers].map(of => `${of} ${b.round(b.time(name, of), 3)} ns`).join(', ')

  for (const [name, what, count, must, aim] of [
    ['get', 'get(), no listener', 40000, 2.5, 1.5],
    ['get_listened', 'get(), 1 listener', 40000, 2.5, 1.5],
    ['set_0', 'set(), no listener', 20000],
    ['set_1', 'set(), 1 listener', 20000, 0.5, 0.3],
    ['set_10', 'set(), 10 listeners', 4000],
    ['set_key_10', 'setKey(), 10 keys', 4000],
    ['set_key_100', 'setKey(), 100 keys', 1000, 0.3, 0.1],
    ['chain_10', 'set() at the head of 10 computed stores', 2000, 0.15, 0.08],
    ['create', 'create', 20000],
    ['create_set', 'create, listen, set, end', 8000]
  ]) {
    if (!b.wants(name)) continue
    b.agree(name, 'upstream', 800)
    const isKeyed = name.startsWith('set_key')
    b.pair(name, isKeyed ? ['upstream', 'upstream_assign'] : ['upstream'])
    b.row({ what, peer, ...b.ratio(name, 'upstream'), must, aim, note: ns(name, 'upstream') })
    if (b.counting) {
      const ours = b.instructions(name, 'nanostores', count)
      const theirs = b.instructions(name, 'upstream', count)
      const note = `nanostores ${b.round(ours, 4)}, upstream ${b.round(theirs, 4)}`
      b.row({ what: `${what}, instructions`, peer, value: ours / theirs, must, aim, note })
    }
    if (isKeyed) {
      b.info({ what, peer: 'the same, Object.assign for spread', ...b.ratio(name, 'upstream_assign'),
        note: ns(name, 'upstream_assign') })
    }
  }

  for (const [name, what] of [
    ['binding_get', 'set() and a QML binding on get()'],
    ['binding_value', 'value = and a QML binding on value']
  ]) {
    if (!b.wants(name)) continue
    b.agree(name, 'qml_property', 800)
    b.pair(name, ['qml_property'])
    b.info({ what, peer: 'a property declared in QML', ...b.ratio(name, 'qml_property'), note: ns(name, 'qml_property') })
  }

  for (const [name, what] of [
    ['atom', 'atom'],
    ['atom_listener', 'atom with a listener'],
    ['computed', 'computed store with a listener']
  ]) {
    if (!b.wants('bytes')) continue
    const ours = b.bytes(`${name}/nanostores`)
    const theirs = b.bytes(`${name}/upstream`)
    b.info({ what: `memory: ${what}`, peer, value: ours / theirs, note: `nanostores ${ours} B, upstream ${theirs} B` })
  }
}
