// SPDX-License-Identifier: MIT

// What a text in the user's language costs, and a switch of the language, against tr() and .qm files.

export default function measure(b) {
  for (const [name, what, must, aim] of [
    ['text', 'a text that is read', 0.5, 0.2],
    ['params', 'a text with two parameters', 1, 0.7],
    ['count', 'a text for a number', 1, 0.7]
  ]) {
    if (!b.wants(name)) continue
    b.agree(name, 'tr', 7)
    b.pair(name, ['tr'])
    const note = ['nanostores', 'tr'].map(peer => `${peer} ${b.round(b.time(name, peer), 3)} ns`).join(', ')
    b.row({ what, peer: 'QCoreApplication::translate()', ...b.ratio(name, 'tr'), must, aim, note })
  }
  if (b.wants('switch')) {
    b.agree('switch', 'tr', 3)
    b.pair('switch', ['tr'])
    const note = ['nanostores', 'tr'].map(peer => `${peer} ${b.round(b.time('switch', peer) / 1e6, 3)} ms`).join(', ')
    b.row({ what: 'a switch of 1000 bound texts in QML', peer: 'retranslate()', ...b.ratio('switch', 'tr'), must: 1.5, aim: 1, note })
  }
}
