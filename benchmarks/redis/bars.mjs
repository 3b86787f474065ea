// SPDX-License-Identifier: MIT

// What programs on one server of Redis or Valkey see of each other, and when, beside messages that are published and
// redis-benchmark; how soon a server that is back gets what has waited; and what each of a thousand programs costs.

export default function measure(b) {
  if (b.wants('latency')) {
    const [half, most, bareHalf, bareMost] = b.figures('latency')
    b.row({ what: 'another process sees a set: half of them', value: half, must: 250, aim: 100, unit: 'us',
      note: `a published message: ${b.round(bareHalf)} us` })
    b.info({ what: '99 of 100', value: most, unit: 'us', note: `a published message: ${b.round(bareMost)} us` })
    b.info({ what: 'the first of these', peer: 'PUBLISH', value: half / bareHalf })
  }
  if (b.wants('bulk')) {
    const [written, seen] = b.figures('bulk')
    b.row({ what: '10 000 keys are set, written, and seen by another process', value: seen, must: 300, aim: 150,
      unit: 'ms', note: `written after ${b.round(written)} ms` })
    const [bare] = b.figures('pipeline')
    if (bare > 0) {
      b.info({ what: '10 000 keys are written', peer: 'redis-benchmark', value: written / (1e7 / bare),
        note: `SET, 64 in flight: ${b.round(1e7 / bare)} ms` })
    }
  }
  if (b.wants('back')) {
    const [half, longest] = b.figures('back')
    b.row({ what: 'a server is back, and has what has waited: the longest of 30', value: longest, must: 1000, aim: 300,
      unit: 'ms', note: `half of them ${b.round(half)} ms` })
  }
  for (const count of [100, 1000]) {
    if (!b.wants(`clients_${count}`)) continue
    const [connecting, resident, server, half, most, used, usedByServer, idle] = b.figures(`clients_${count}`)
    b.info({ what: `${count} clients of one program come`, value: connecting, unit: 's' })
    b.info({ what: 'memory of each, with 100 values', value: resident, unit: 'KiB' })
    b.info({ what: 'memory of the server for each', value: server, unit: 'KiB' })
    b.info({ what: 'the last of them sees a change: half of the changes', value: half, unit: 'ms',
      note: `99 of 100: ${b.round(most)} ms` })
    b.info({ what: 'processor time of a change, of each', value: used, unit: 'us',
      note: `and of the server ${b.round(usedByServer)} us` })
    b.info({ what: 'processor time of each in a second in which nothing changes', value: idle, unit: 'us' })
  }
}
