// SPDX-License-Identifier: MIT

// What programs on one broker of MQTT see of each other, and when, beside the same on a server of Redis; how soon a
// broker that is back gets what has waited; and what each of a hundred programs costs. Redis compares versions and
// keeps a log, which MQTT does not.

/// Figures that were measured in turn, as lists: one for each place in a round.
function columns(figures, count) {
  return Array.from({ length: count }, (_, place) => figures.filter((_, i) => i % count === place))
}

export default function measure(b) {
  const pair = (ours, theirs) => b.median(ours.map((value, i) => value / theirs[i]))
  const beside = (what, unit, ours, theirs, bars) => {
    const note = `${b.round(b.median(ours))} to ${b.round(b.median(theirs))} ${unit}`
    const row = { what, peer: 'Redis', value: pair(ours, theirs), note }
    bars ? b.row({ ...row, ...bars }) : b.info(row)
  }

  if (b.wants('latency')) {
    const [half, most, seen, redisHalf, redisMost, , , , plainSeen, bareHalf, bareMost] =
      columns(b.figures('latency'), 12)
    b.info({ what: 'another process sees a set: half of them', value: b.median(half), unit: 'us',
      note: `a published message: ${b.round(b.median(bareHalf))} us` })
    b.info({ what: '99 of 100', value: b.median(most), unit: 'us',
      note: `a published message: ${b.round(b.median(bareMost))} us` })
    b.info({ what: 'of 500 that are set each 2 ms it sees', value: b.median(seen), unit: '',
      note: `without set_tcp_nodelay ${b.median(plainSeen)}` })
    b.info({ what: 'the first of these', peer: 'a published message', value: pair(half, bareHalf) })
    beside('the first of these', 'us', half, redisHalf, { must: 2, aim: 1.2 })
    beside('the second', 'us', most, redisMost)
  }
  if (b.wants('bulk')) {
    const [written, seen, redisWritten, redisSeen] = columns(b.figures('bulk'), 4)
    beside('10 000 keys are set and written', 'ms', written, redisWritten)
    beside('... and seen by another process', 'ms', seen, redisSeen, { must: 6, aim: 3 })
  }
  if (b.wants('back')) {
    const [half, longest] = b.figures('back_mqtt')
    const [redisHalf, redisLongest] = b.figures('back_redis')
    b.row({ what: 'a broker is back, and has what has waited: the longest of 20', value: longest, must: 1000, aim: 300,
      unit: 'ms', note: `half of them ${b.round(half)} ms` })
    beside('half of them', 'ms', [half], [redisHalf])
    beside('the longest', 'ms', [longest], [redisLongest])
  }
  if (b.wants('clients')) {
    const ours = b.figures('clients_mqtt')
    const theirs = b.figures('clients_redis')
    const row = (place, what, unit) => beside(what, unit, [ours[place]], [theirs[place]])
    row(0, '100 clients of one program come', 's')
    row(1, 'memory of each, with 100 values', 'KiB') // 2 is the server's, which is not that of its connections alone
    row(3, 'the last of them sees a change: half of the changes', 'ms')
    row(4, '99 of 100', 'ms')
    row(5, 'processor time of a change, of each', 'us')
    row(6, 'of the server for it', 'us')
    row(7, 'processor time of each in a second in which nothing changes', 'us')
  }
}
