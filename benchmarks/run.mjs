// SPDX-License-Identifier: MIT

// Runs the cases of a suite, each in a process of its own and in turn with its peers, and judges them by the suite's
// bars: node run.mjs <suite> <build folder> [filter]. run.sh calls it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, totalmem, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const [suite, buildFolder, filter = '.'] = process.argv.slice(2)
const build = resolve(buildFolder)
const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const counting = process.env.BENCH_INSTRUCTIONS !== '0'
const wanted = new RegExp(filter)

export const median = values => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
const geometricMean = values => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, ...options })
  if (result.error || result.status !== 0) {
    throw new Error(`${command} ${args.join(' ')}: ${result.error ?? result.stderr.trim().split('\n').pop()}`)
  }
  return result
}

const native = join(build, 'cmake/benchmarks', suite, `bench_${suite}`)
const script = join(here, suite, 'peers.mjs')
const isScript = peer => peer.endsWith('_v8')

/// ns of processor time of one operation: the best of seven repetitions in a fresh process, so that a neighbour's load
/// counts little.
function time(name, peer) {
  if (isScript(peer)) {
    const { stdout } = run('node', [script, join(build, 'npm'), 'time', `${name}/${peer}`])
    return Math.min(...JSON.parse(stdout))
  }
  const { benchmarks } = JSON.parse(run(native, ['time', `${name}/${peer}`]).stdout)
  return Math.min(...benchmarks.filter(b => b.run_type === 'iteration').map(b => b.cpu_time))
}

/// What a case computes, as numbers, to compare with its peers.
function result(name, peer, count) {
  const args = ['result', `${name}/${peer}`, String(count)]
  const { stdout } = isScript(peer) ? run('node', [script, join(build, 'npm'), ...args]) : run(native, args)
  return stdout.trim().split(' ').map(Number)
}

/// Instructions of one operation: the difference of two counts.
function instructions(name, peer, count) {
  const collected = n => {
    const { stderr } = run('valgrind', [
      '--tool=callgrind',
      '--callgrind-out-file=/dev/null',
      native,
      'count',
      `${name}/${peer}`,
      String(n)
    ])
    return Number(/Collected *: *(\d+)/.exec(stderr)[1])
  }
  return (collected(3 * count) - collected(count)) / (2 * count)
}

/// Numbers that a case measures together, in a process of its own.
function figures(name) {
  progress(name)
  return run(native, ['figures', name], { cwd: build }).stdout.trim().split(' ').map(Number)
}

const bytes = name => Number(run(native, ['bytes', name]).stdout)

/// Processor seconds that compiling a file of the suite's target takes; the best of some runs.
function compileSeconds(file) {
  const { stdout: compiler } = run('cmake', ['-L', '-N', '-LA', join(build, 'cmake')])
  const command = /CMAKE_CXX_COMPILER:\w+=(.*)/.exec(compiler)[1]
  const folder = mkdtempSync(join(tmpdir(), 'nanostores-bench-'))
  try {
    const seconds = []
    for (let i = 0; i < rounds; i++) {
      const { stdout } = run('sh', [
        '-c',
        `"$0" -std=c++20 -O0 -g -I "$1" -I "$2" -c "$3" -o "$4" && times`,
        command,
        resolve(here, '../src'),
        join(build, 'cmake/include'), // what CMake generates
        join(here, suite, 'compile', file),
        join(folder, 'out.o')
      ])
      const children = stdout.trim().split('\n')[1]
      let sum = 0
      for (const [, minutes, rest] of children.matchAll(/(\d+)m([\d.]+)s/g)) sum += Number(minutes) * 60 + Number(rest)
      seconds.push(sum)
    }
    return Math.min(...seconds)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const measured = { times: {}, instructions: {}, bytes: {}, figures: {}, compile: {} }
const failures = []
const rows = []
const progress = text => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`)

/// Times a case and its peers in turn, and keeps each round.
function pair(name, peers) {
  const all = (measured.times[name] ??= {})
  const missing = peers.filter(peer => !all[peer])
  if (missing.length === 0) return all
  const set = ['nanostores', ...peers].filter((peer, i, list) => list.indexOf(peer) === i)
  for (const peer of set) all[peer] = []
  for (let round = 0; round < rounds; round++) {
    progress(`${name}, round ${round + 1} of ${rounds}`)
    for (const peer of set) all[peer].push(time(name, peer))
  }
  return all
}

/// The median of the rounds' ratios, and whether they lie far apart.
function ratio(name, peer) {
  const all = measured.times[name]
  const ratios = all.nanostores.map((value, i) => value / all[peer][i])
  return { value: median(ratios), wide: (Math.max(...ratios) - Math.min(...ratios)) / median(ratios) > 0.4 }
}

const round = (value, digits = 2) =>
  value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(Math.max(digits, 2))))

const bars = {
  build,
  run,
  rounds,
  median,
  geometricMean,
  counting,
  wants: name => wanted.test(name),
  pair,
  ratio,
  bytes: name => (measured.bytes[name] ??= bytes(name)),
  figures: name => (measured.figures[name] ??= figures(name)),
  compileSeconds: name => (measured.compile[name] ??= compileSeconds(name)),
  time: (name, peer) => median(measured.times[name][peer]),
  instructions(name, peer, count) {
    const key = `${name}/${peer}`
    progress(`${key}, instructions`)
    return (measured.instructions[key] ??= instructions(name, peer, count))
  },
  /// Both do the same work: their results after some steps are equal, and wrong ones are a failure.
  agree(name, peer, count) {
    const ours = result(name, 'nanostores', count)
    const theirs = result(name, peer, count)
    const same = isScript(peer) ? ours.every((value, i) => value === theirs[i]) : ours[0] === theirs[0]
    if (!same) failures.push(`${name}: nanostores computes ${ours}, ${peer} ${theirs}`)
  },
  /// A row of the table. `value` is compared with must and aim, both upper limits.
  row({ what, peer = '', value, must, aim, unit = 'x', note = '', wide = false }) {
    const missed = must !== undefined && !(value <= must)
    const verdict = missed ? 'MISSED' : aim === undefined ? 'ok' : value <= aim ? 'aim' : must === undefined ? '' : 'must'
    if (missed) failures.push(`${what}: ${round(value, 3)} ${unit}, must be at most ${must}`)
    rows.push({ what, peer, value, wide, unit, must, aim, verdict, note })
  },
  /// A row for information.
  info({ what, peer = '', value, unit = 'x', note = '', wide = false }) {
    rows.push({ what, peer, value, wide, unit, verdict: '', note })
  },
  round
}

const { default: measure } = await import(join(here, suite, 'bars.mjs'))
await measure(bars)
progress('')

const unitOf = row => (row.unit === 'x' ? 'x' : ` ${row.unit}`)
const limit = (row, value) => (value === undefined ? '' : `${value}${unitOf(row)}`)
const cells = rows.map(row => [
  row.what,
  row.peer,
  limit(row, row.must),
  limit(row, row.aim),
  `${round(row.value, 3)}${unitOf(row)}${row.wide ? ' ~' : ''}`,
  row.verdict,
  row.note
])
const header = ['what', 'against', 'must <=', 'aim <=', 'measured', 'meets', 'details']
const line = list => `| ${list.join(' | ')} |`
console.log(line(header))
console.log(line(header.map(() => '---')))
for (const row of cells) console.log(line(row))

const version = (command, args, pattern) => {
  try {
    return pattern.exec(run(command, args).stdout)?.[1] ?? '?'
  } catch {
    return 'none'
  }
}
const machine = {
  processor: `${cpus().length} x ${cpus()[0]?.model.trim()}`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: version('sh', ['-c', '. /etc/os-release 2>/dev/null && echo "$PRETTY_NAME" || uname -sr'], /(.*)/),
  compiler: version('c++', ['--version'], /(.*)/),
  node: process.version,
  date: new Date().toISOString().slice(0, 10)
}
console.log(`\n${Object.values(machine).join(', ')}; ${rounds} rounds; ~: the rounds differ by more than 40 %`)

const file = join(build, `${suite}.json`)
writeFileSync(file, JSON.stringify({ suite, machine, rounds, rows, measured, failures }, null, 1))
console.log(`All figures: ${file}`)
if (failures.length > 0) {
  console.error(`\nMissed:\n${failures.map(failure => `  ${failure}`).join('\n')}`)
  process.exit(1)
}
