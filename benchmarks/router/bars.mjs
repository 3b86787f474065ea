// SPDX-License-Identifier: MIT

// Finding a route among many.

export default function measure(b) {
  for (const [routes, must, aim] of [[10, 1.5, 1], [100, 0.4, 0.2], [1000, 0.05, 0.02]]) {
    const name = `match_${routes}`
    if (!b.wants(name)) continue
    b.agree(name, 'by_hand', 3 * routes)
    b.pair(name, ['by_hand'])
    const note = ['nanostores', 'by_hand'].map(peer => `${peer} ${b.round(b.time(name, peer), 3)} ns`).join(', ')
    b.row({ what: `match among ${routes} routes`, peer: 'a chain of QRegularExpression', ...b.ratio(name, 'by_hand'), must, aim, note })
  }
  if (b.wants('page')) {
    b.agree('page', 'stackview', 5)
    b.pair('page', ['stackview'])
    const note = ['nanostores', 'stackview'].map(peer => `${peer} ${b.round(b.time('page', peer) / 1000, 0)} us`).join(', ')
    b.row({ what: 'open a page and go back, RouteView', peer: 'a bare StackView', ...b.ratio('page', 'stackview'), must: 1.5, aim: 1.2, note })
  }
  if (b.counting && b.wants('open')) {
    b.info({ what: 'open a page, one listener', value: Math.round(b.instructions('open', 'nanostores', 1000)), unit: 'instr' })
  }
}
