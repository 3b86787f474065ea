// SPDX-License-Identifier: MIT

// What a set of a persistent store costs the caller, beside one listener; what an engine keeps in memory; what writing
// and reading files costs, beside SQLite by itself, a QSaveFile of JSON and QSettings; and when other processes see it.

export default function measure(b) {
  if (b.counting) {
    const instructions = name => Math.round(b.instructions(name, 'nanostores', 10000))
    for (const [name, what, must, aim] of [
      ['atom', 'set of an atom', 2, 1.1],
      ['key', `set of a key of a map of 10 000`, 1.5, 1.1]
    ]) {
      if (!b.wants(name)) continue
      const listened = instructions(`${name}_listened`)
      const persistent = instructions(`${name}_persistent`)
      b.row({ what: `persistent ${what}, to one with a listener`, value: persistent / listened, must, aim, unit: 'x',
        note: `${persistent} to ${listened} instructions; neither: ${instructions(`${name}_plain`)}` })
    }
    if (b.wants('encode')) {
      const codec = b.instructions('codec_1000', 'nanostores', 10)
      const encode = b.instructions('encode_1000', 'nanostores', 10)
      b.row({ what: '1000 values set and encoded, to the codec alone', value: encode / codec, must: 1.3, aim: 1.1,
        unit: 'x', note: `${Math.round(encode / 1000)} to ${Math.round(codec / 1000)} instructions each` })
    }
  }
  if (b.wants('row')) {
    b.row({ what: 'memory of an entry besides its bytes', value: Math.round(b.bytes('row/nanostores')), must: 160,
      aim: 96, unit: 'bytes' })
  }
  for (const [keys, bars] of [[1, [1.5, 1.1]], [1000, [0.4, 0.25]]]) {
    if (!b.wants(`flush_${keys}`)) continue
    const [second, disk, bare, json, settings] = b.figures(`flush_${keys}`)
    const us = value => `${b.round(value)} us`
    const all = `${us(second)}; Disk ${us(disk)}, SQLite ${us(bare)}, QSaveFile ${us(json)}, QSettings ${us(settings)}`
    const [must, aim] = bars
    if (keys === 1) {
      b.row({ what: 'one key of 1000 written, Second', peer: 'SQLite', value: second / bare, must, aim, note: all })
      b.row({ what: 'the same, Disk', peer: 'QSaveFile', value: disk / json, must: 1.2, aim: 0.9 })
    } else {
      b.row({ what: '1000 keys written, Second', peer: 'QSaveFile', value: second / json, must, aim, note: all })
      b.row({ what: 'the same, Disk', peer: 'QSaveFile', value: disk / json, must: 1.2, aim: 0.9 })
      b.info({ what: 'the same, Second', peer: 'SQLite', value: second / bare })
      b.info({ what: 'the same, Second', peer: 'QSettings', value: second / settings })
    }
  }
  if (b.counting) {
    for (const keys of [1, 1000]) {
      if (!b.wants(`write_${keys}`)) continue
      const count = keys === 1 ? 2000 : 10
      const ours = b.instructions(`write_${keys}`, 'nanostores', count)
      const bare = b.instructions(`write_${keys}`, 'sqlite', count)
      b.info({ what: `instructions of writing ${keys}`, peer: 'SQLite', value: ours / bare,
        note: `${Math.round(ours)} to ${Math.round(bare)}` })
    }
  }
  if (b.wants('open')) {
    const [time] = b.figures('open_10000')
    b.row({ what: 'an engine is made and has 10 000 keys', value: time, must: 15, aim: 8, unit: 'ms' })
  }
  if (b.wants('latency')) {
    const [half, most, theirs, own] = b.figures('latency')
    b.row({ what: 'another process sees a set: half of them', value: half, must: 150, aim: 70, unit: 'us' })
    b.row({ what: '99 of 100', value: most, must: 2000, aim: 200, unit: 'us' })
    b.info({ what: 'processor time of a change: where it is seen', value: theirs, unit: 'us' })
    b.info({ what: 'where it is set, with the echo of the doorbell', value: own, unit: 'us' })
  }
  if (b.wants('idle')) {
    const [wakes] = b.figures('idle')
    b.row({ what: 'wake-ups in 5 s in which nothing changes', value: wakes, must: 0, aim: 0, unit: '' })
  }
}
