// SPDX-License-Identifier: MIT

// What the cache of a client costs.

export default function measure(b) {
  if (!b.counting) return
  const instructions = (name, count, peer = 'nanostores') => b.instructions(name, peer, count)
  if (b.wants('cached')) {
    const value = Math.round(instructions('cached', 2000))
    b.info({ what: 'client.cached(key), 10 000 keys', value, unit: 'instr', note: 'with the making of the key' })
  }
  if (b.wants('read')) b.info({ what: 'query.get(), observed', value: Math.round(instructions('read', 10000)), unit: 'instr' })
  if (b.wants('fanout')) {
    const value = Math.round(instructions('fanout', 20) / 1000)
    const plain = Math.round(instructions('fanout', 20, 'computed') / 1000)
    b.info({ what: 'mutate() of a key that 1000 queries show, a query', value, unit: 'instr', note: `a computed store: ${plain}` })
  }
  if (b.wants('shard')) {
    const few = instructions('shard_of_1000', 20)
    const value = instructions('shard_of_10000', 20) / few
    b.row({ what: 'invalidate() of a shard of 100, 10 000 keys against 1000', value, must: 1.5, aim: 1.1, note: `${Math.round(few / 100)} instructions a key, with writing it again` })
  }
}
