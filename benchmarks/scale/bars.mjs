// SPDX-License-Identifier: MIT

// What an operation costs for each element must not grow with their number. Instructions are counted, as caches do not
// change them; the time of a million elements is shown beside that of as many plain objects.

const sizes = [100, 1000, 10000, 100000]
const scriptSizes = [100, 1000, 10000]
const largest = 1000000

const operations = [
  'stores',
  'computed stores, listened',
  'listeners of one store, ended in random order',
  'mounts within their delay',
  'named stores',
  'fan',
  'chain',
  'batched stores of one source',
  'a batch over all',
  'effects in a scope',
  'timers started again',
  'onSet hooks, ended in order',
  'handles dropped before the listeners',
  'listeners detached after the last handle, in random order',
  'postLatest to many',
  'queue of writes',
  'map, keys set and removed',
  'dictionary as a queue',
  'listeners that take the old map, ended behind others',
  'watchers of keys, and a set for each',
  'watchers of keys, and a batch over all',
  'keys of one watcher, and a batch over all',
  'list, items appended, set and removed',
  'list, items set in a batch',
  'sorted list, items that keep their places',
  "nano_kit's push and setIndex",
  'mapCreator ids',
  "nano_kit's hooks on one store",
  'selectors of one source',
  'keys of one selector',
  'keys of a document',
  'fields of its records',
  'items of its list',
  'keys of a document, each with its old value',
  'keys of a document that an effect reads',
  'items of a list, one of them listened to'
]

const scripts = ['js stores', 'js fan', 'js batches', 'js debounced', 'js intervals']

export default function measure(b) {
  const timeOf = (name, n) => {
    b.pair(`${name}@${n}`, ['nanostores'])
    return b.time(`${name}@${n}`, 'nanostores') / n
  }
  const slower = name => timeOf(name, largest) / timeOf(name, 1000)
  const plain = process.env.BENCH_TIMES === '1' ? slower('plain objects') : undefined
  const grows = (name, from) => {
    const costs = from.map(n => b.instructions(`${name}@${n}`, 'nanostores', 1) / n)
    const growth = Math.max(...costs.slice(2)) / costs[1]
    const note = from.map((n, i) => `${n}: ${b.round(costs[i], 3)}`).join(', ')
    b.row({ what: name, value: growth, must: 1.5, unit: 'x', note: `instructions an element at ${note}` })
  }

  for (const name of scripts) {
    if (b.wants(name)) grows(name, scriptSizes)
  }
  for (const name of operations) {
    if (!b.wants(name)) continue
    grows(name, sizes)
    if (plain !== undefined) {
      const value = slower(name) / plain
      b.row({ what: `${name}, time`, peer: 'plain objects', value, must: 1.5, note: `${b.round(timeOf(name, largest), 3)} ns an element at ${largest}` })
    }
  }
}
