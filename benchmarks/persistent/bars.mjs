// SPDX-License-Identifier: MIT

// What a set of a persistent store costs the caller, beside one listener; and what an engine keeps in memory.

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
    b.row({ what: 'memory of an entry besides its bytes', value: Math.round(b.bytes('row', 'nanostores')), must: 160,
      aim: 96, unit: 'bytes' })
  }
}
