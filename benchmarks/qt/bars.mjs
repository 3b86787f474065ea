// SPDX-License-Identifier: MIT

// What the Qt layer is held to: design section 8.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export default function measure(b) {
  const ns = (name, ...peers) =>
    ['nanostores', ...peers].map(peer => `${peer} ${b.round(b.time(name, peer), 3)} ns`).join(', ')

  for (const x of [1, 100]) {
    const name = `binding_${x}`
    if (!b.wants(name)) continue
    b.agree(name, 'by_hand', 100)
    b.pair(name, ['by_hand'])
    const what = `QML binding on a typed adapter, x${x}`
    b.row({ what, peer: 'Q_PROPERTY by hand', ...b.ratio(name, 'by_hand'), must: 1.15, aim: 1.05, note: ns(name, 'by_hand') })
    if (b.counting) {
      const count = 4000 / x
      const ours = b.instructions(name, 'nanostores', count)
      const theirs = b.instructions(name, 'by_hand', count)
      const note = `instructions: nanostores ${b.round(ours, 4)}, by hand ${b.round(theirs, 4)}`
      b.row({ what: `${what}, instructions`, peer: 'Q_PROPERTY by hand', value: ours / theirs, must: 1.05, note })
    }
  }
  for (const x of [1, 100]) {
    const name = `variant_${x}`
    if (!b.wants(name)) continue
    b.agree(name, 'by_hand', 100)
    b.pair(name, ['by_hand'])
    const what = `QML binding on a QVariant adapter, x${x}`
    b.row({ what, peer: 'Q_PROPERTY by hand', ...b.ratio(name, 'by_hand'), must: 1.4, aim: 1.25, note: ns(name, 'by_hand') })
  }

  if (b.wants('compiled')) {
    const folder = join(b.build, 'cmake/benchmarks/qt/.rcc/qmlcache')
    const read = file => readFileSync(join(folder, `bench_qt_qml/${file}_qml.cpp`), 'utf8')
    const missing = ['Typed', 'ByHand'].filter(file => !read(`${file}Reader`).includes('getObjectLookup('))
    b.row({ what: "adapter's reads left to the interpreter", value: missing.length, must: 0, unit: 'files' })
  }

  if (b.wants('bytes')) {
    const object = b.bytes('adapter')
    const byHand = b.bytes('by_hand')
    const peer = 'QObject by hand'
    const note = `nanostores ${object} B, by hand ${byHand} B, four int properties each`
    b.row({ what: 'bytes: adapter object', peer, value: object / byHand, must: 1.5, aim: 1.25, note })
    const added = b.bytes('adapter_reader') - b.bytes('by_hand_reader')
    b.row({ what: 'bytes: added per QML binding', peer, value: Math.max(0, Math.round(added)), must: 0, unit: 'B',
      note: `a reader: ${b.bytes('adapter_reader')} B, ${b.bytes('by_hand_reader')} B` })
  }

  if (b.wants('keys')) {
    b.agree('keys', 'property_map', 1000)
    b.pair('keys', ['property_map'])
    const what = 'one key changed, 100 keys bound'
    const note = ns('keys', 'property_map')
    b.row({ what, peer: 'QQmlPropertyMap', ...b.ratio('keys', 'property_map'), must: 0.5, aim: 0.3, note })
    b.agree('store_keys', 'property_map', 1000)
    b.pair('store_keys', ['property_map'])
    b.info({ what: `${what}, StoreKey`, peer: 'QQmlPropertyMap', ...b.ratio('store_keys', 'property_map'),
      note: ns('store_keys', 'property_map') })
  }
  if (b.wants('build') && b.counting) {
    const each = (keys, peer, count) => b.instructions(`build_${keys}`, peer, count) / keys
    const ours = [100, 1000, 10000].map(keys => each(keys, 'nanostores', 2))
    const theirs = [100, 1000].map(keys => each(keys, 'property_map', 1))
    const list = values => values.map(value => b.round(value, 4)).join(', ')
    b.row({ what: 'keys built and watched, 10 000 against 100, a key', peer: 'itself', value: ours[2] / ours[0], must: 1.5,
      note: `instructions a key at 100, 1000, 10 000: ${list(ours)}; QQmlPropertyMap at 100, 1000: ${list(theirs)}` })
  }

  if (b.wants('row')) {
    b.agree('row', 'by_hand', 100)
    b.pair('row', ['by_hand', 'reset'])
    const note = ns('row', 'by_hand', 'reset')
    const what = 'one row changed under a ListView, 100 000 rows'
    b.row({ what, peer: 'model by hand', ...b.ratio('row', 'by_hand'), must: 1.2, aim: 1.1, note })
    b.info({ what, peer: 'model that resets', ...b.ratio('row', 'reset') })
    b.row({ what: 'resets in 1000 changes', value: b.bytes('row_resets'), must: 0, unit: '' })
    b.row({ what: 'new delegates in 1000 changes', value: b.bytes('row_delegates'), must: 0, unit: '' })
  }

  for (const what of ['edit', 'insert', 'move', 'sort', 'filter', 'group', 'queue']) {
    for (const rows of [10000, 100000]) {
      for (const views of [1, 2]) {
        const name = `list_${what}_${rows}_${views}`
        if (!b.wants(name)) continue
        b.agree(name, 'by_hand', 7)
        b.pair(name, ['by_hand'])
        const title = `${what}, ${rows} rows, ${views === 1 ? 'one view' : 'two views'}`
        const note = ns(name, 'by_hand')
        b.row({ what: title, peer: 'model by hand', ...b.ratio(name, 'by_hand'), must: 1.2, note })
        if (b.counting) {
          // A queue makes and ends a delegate each time, so that the engine's collector runs now and then.
          const count = { edit: 2000, sort: 4, queue: 300 }[what] ?? 100
          const ours = b.instructions(name, 'nanostores', count)
          const theirs = b.instructions(name, 'by_hand', count)
          b.row({ what: `${title}, instructions`, peer: 'model by hand', value: ours / theirs, must: 1.2,
            note: `nanostores ${b.round(ours, 4)}, by hand ${b.round(theirs, 4)}` })
        }
      }
    }
  }
  for (const [name, what] of [['fields_shown', 'a row in sight'], ['fields_hidden', 'a row out of sight']]) {
    if (!b.wants(name)) continue
    b.pair(name, ['by_hand'])
    b.row({ what: `one of four fields, ${what}`, peer: 'model by hand', ...b.ratio(name, 'by_hand'), must: 1.2,
      note: ns(name, 'by_hand') })
    if (b.counting) {
      const ours = b.instructions(name, 'nanostores', 2000)
      const theirs = b.instructions(name, 'by_hand', 2000)
      b.row({ what: `one of four fields, ${what}, instructions`, peer: 'model by hand', value: ours / theirs, must: 1.2,
        note: `nanostores ${b.round(ours, 4)}, by hand ${b.round(theirs, 4)}` })
    }
  }

  for (const rows of [1000, 5000, 20000]) {
    const name = `sort_${rows}`
    if (!b.wants(name)) continue
    b.agree(name, 'proxy', 3)
    b.pair(name, ['proxy'])
    const note = ns(name, 'proxy')
    const what = `${rows} rows under a ListView sorted the other way round`
    // Of a thousand rows each moves, so that delegates and the current row go with their items.
    b.row({ what, peer: 'QSortFilterProxyModel', ...b.ratio(name, 'proxy'), must: rows > 2000 ? 1 : undefined, note })
  }

  if (b.wants('halve_20000')) {
    b.agree('halve_20000', 'proxy', 3)
    b.pair('halve_20000', ['proxy'])
    b.row({ what: 'every other of 20 000 rows under a ListView filtered away, and back', peer: 'QSortFilterProxyModel',
      ...b.ratio('halve_20000', 'proxy'), must: 1, note: ns('halve_20000', 'proxy') })
  }

  for (const [type, must, aim] of [
    ['int', 0.05, 0.015],
    ['string', 0.1, 0.05]
  ]) {
    const name = `post_${type}`
    if (!b.wants(name)) continue
    b.pair(name, ['invoke_method'])
    const what = `set from another thread, ${type === 'int' ? 'int' : 'QString'}`
    const note = ns(name, 'invoke_method')
    b.row({ what, peer: 'queued invokeMethod', ...b.ratio(name, 'invoke_method'), must, aim, note })
  }
  if (b.wants('post_all')) {
    b.pair('post_all_int', ['invoke_method'])
    b.info({ what: 'the same, every value delivered, int', peer: 'queued invokeMethod',
      ...b.ratio('post_all_int', 'invoke_method'), note: ns('post_all_int', 'invoke_method') })
  }
  if (b.wants('post_events')) {
    b.row({ what: 'queued events a store, 10 000 sets', value: b.bytes('post_events'), must: 1, unit: '' })
  }
}
