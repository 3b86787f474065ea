// SPDX-License-Identifier: MIT

// The inspector's application while it has 100 000 events: no turn of its event loop may take longer than a frame of
// 16 ms. A turn is the processor time of the window's thread, without what drawing takes of it where there is no
// graphics processor; and the best of some runs counts, as what others do on the machine only adds to it.
import { join } from 'node:path'

const frame = 16
const most = 100000
const less = 10000

export default function measure(b) {
  const program = join(b.build, 'cmake/benchmarks/inspector/bench_inspector')
  const known = new Map()
  const best = name => {
    if (known.has(name)) return known.get(name)
    const runs = []
    for (let i = 0; i < b.rounds; i++) {
      runs.push(b.run(program, ['figures', name], { cwd: b.build }).stdout.trim().split(' ').map(Number))
    }
    const least = runs[0].map((_, i) => Math.min(...runs.map(run => run[i])))
    known.set(name, least)
    return least
  }
  for (const [name, parts] of [
    ['use', ['a session is opened', 'a search is typed', 'the timeline is scrolled from end to end', 'the time slider is drawn back and forth', 'all is forgotten']],
    ['unfold', ['a session of one turn is opened', 'its turn is unfolded, and folded']],
    ['recorded', ['a session of a Recorder is opened']],
    ['follow', ['they come from a program, and as many again']]
  ]) {
    if (!b.wants(name)) continue
    const small = best(`${name}@${less}`)
    const large = best(`${name}@${most}`)
    parts.forEach((what, i) => {
      const [longest, withDrawing, all] = large.slice(3 * i)
      const [longestOfLess, , allOfLess] = small.slice(3 * i)
      const note = `of ${less}: ${b.round(longestOfLess, 3)} ms; with drawing ${b.round(withDrawing, 3)} ms; all turns: ${b.round(all, 3)} ms, of ${less} ${b.round(allOfLess, 3)} ms`
      b.row({ what: `${what}: the longest turn`, value: longest, must: frame, aim: frame / 2, unit: 'ms', note })
    })
  }
}
