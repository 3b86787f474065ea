// SPDX-License-Identifier: MIT

// The JavaScript peers, one case in one process:
//     node peers.mjs <folder with node_modules> time|result <case>/<nanostores_v8|alien_v8> [n]
// The graphs are those of graphs.h.
import { pathToFileURL } from 'node:url'

const [modules, mode, name, count] = process.argv.slice(2)
const load = file => import(pathToFileURL(`${modules}/node_modules/${file}`).href)

const cases = new Map()
const add = (name, batch, make) => cases.set(name, { batch, make })

// One store

async function addStores() {
  const { atom } = await load('nanostores/index.js')
  const { signal, effect } = await load('alien-signals/esm/index.mjs')

  for (const listeners of [0, 1, 1000]) {
    const batch = listeners > 1 ? 10 : 1000
    add(`set_${listeners}/nanostores_v8`, batch, () => {
      const store = atom(-1)
      let sum = 0
      let next = 0
      for (let i = 0; i < listeners; i++) store.listen(value => { sum += value })
      return { run: n => { for (let i = 0; i < n; i++) store.set(next++) } }
    })
    add(`set_${listeners}/alien_v8`, batch, () => {
      const store = signal(-1)
      let sum = 0
      let next = 0
      for (let i = 0; i < listeners; i++) effect(() => { sum += store() })
      return { run: n => { for (let i = 0; i < n; i++) store(next++) } }
    })
  }
  add('get/nanostores_v8', 16000, () => {
    const store = atom(1)
    let sum = 0
    return { run: n => { for (let i = 0; i < n; i++) sum = (sum + store.get()) | 0 } }
  })
  add('create/nanostores_v8', 1000, () => {
    let kept
    return { run: n => { for (let i = 0; i < n; i++) kept = atom(i) } }
  })
  add('create_listen/nanostores_v8', 1000, () => {
    let sum = 0
    return { run: n => { for (let i = 0; i < n; i++) atom(i).listen(value => { sum += value })() } }
  })
}

// Graphs

async function addGraphs() {
  const { signal, computed, effect, startBatch, endBatch } = await load('alien-signals/esm/index.mjs')

  class Graph {
    runs = 0
    seen = 0
    step = 0
    ends = []
    watch(cell) {
      effect(() => {
        const value = cell()
        this.runs++
        this.seen += value
      })
    }
    program(step) {
      return {
        run: n => { for (let i = 0; i < n; i++) step(++this.step) },
        result: () => {
          let sum = 0
          for (const end of this.ends) sum += end()
          return `${sum} ${this.runs}`
        }
      }
    }
  }

  function random() {
    let state = 42
    return () => {
      state = Number((BigInt(state) * 1103515245n + 12345n) & 0x7fffffffn)
      return state / 2147483648
    }
  }

  const grid = (width, height) => () => {
    const g = new Graph()
    const head = signal(0)
    for (let w = 0; w < width; w++) {
      let last = computed(() => head() + 1)
      for (let h = 1; h < height; h++) {
        const above = last
        last = computed(() => above() + 1)
      }
      g.watch(last)
      g.ends.push(last)
    }
    return g.program(i => head(i))
  }

  const diamond = width => () => {
    const g = new Graph()
    const head = signal(0)
    const middle = Array.from({ length: width }, () => computed(() => head() + 1))
    const sum = computed(() => {
      let all = 0
      for (const cell of middle) all += cell()
      return all
    })
    g.watch(sum)
    g.ends.push(sum)
    return g.program(i => head(i))
  }

  const layered = layers => () => {
    const g = new Graph()
    const head = signal(0)
    let left = computed(() => head() & 0xff)
    let right = computed(() => (head() + 1) & 0xff)
    for (let i = 1; i < layers; i++) {
      const [l, r] = [left, right]
      left = computed(() => (l() + r()) & 0xff)
      right = computed(() => (l() + 2 * r()) & 0xff)
    }
    g.watch(left)
    g.watch(right)
    g.ends = [left, right]
    return g.program(i => head(i))
  }

  const avoidable = () => {
    const g = new Graph()
    const head = signal(0)
    const first = computed(() => head())
    const zero = computed(() => (first(), 0))
    const third = computed(() => zero() + 1)
    const fourth = computed(() => third() + 2)
    const fifth = computed(() => fourth() + 3)
    g.watch(fifth)
    g.ends.push(fifth)
    return g.program(i => head(i))
  }

  const broad = () => {
    const g = new Graph()
    const head = signal(0)
    for (let i = 0; i < 50; i++) {
      const first = computed(() => head() + i)
      const second = computed(() => first() + 1)
      g.watch(second)
      g.ends.push(second)
    }
    return g.program(i => head(i))
  }

  const triangle = () => {
    const g = new Graph()
    const head = signal(0)
    const chain = []
    let last = computed(() => head() + 1)
    for (let i = 1; i < 10; i++) {
      chain.push(last)
      const above = last
      last = computed(() => above() + 1)
    }
    const sum = computed(() => {
      let all = head()
      for (const cell of chain) all += cell()
      return all
    })
    g.watch(sum)
    g.ends.push(sum)
    return g.program(i => head(i))
  }

  const mux = () => {
    const g = new Graph()
    const heads = Array.from({ length: 100 }, () => signal(0))
    const joined = computed(() => heads.map(head => head()))
    for (let i = 0; i < 100; i++) {
      const picked = computed(() => joined()[i])
      const more = computed(() => picked() + 1)
      g.watch(more)
      g.ends.push(more)
    }
    return g.program(i => heads[i % 10](i))
  }

  const repeated = () => {
    const g = new Graph()
    const head = signal(0)
    const sum = computed(() => {
      let all = 0
      for (let i = 0; i < 30; i++) all += head()
      return all
    })
    g.watch(sum)
    g.ends.push(sum)
    return g.program(i => head(i))
  }

  const unstable = () => {
    const g = new Graph()
    const head = signal(0)
    const twice = computed(() => head() * 2)
    const inverse = computed(() => -head())
    const sum = computed(() => {
      let all = 0
      for (let i = 0; i < 20; i++) all += head() % 2 ? twice() : inverse()
      return all
    })
    g.watch(sum)
    g.ends.push(sum)
    return g.program(i => head(i))
  }

  const cellx = layers => () => {
    const g = new Graph()
    const heads = [1, 2, 3, 4].map(value => signal(value))
    let last = heads
    for (let i = 0; i < layers; i++) {
      const [a, b, c, d] = last
      last = [
        computed(() => b()), //
        computed(() => a() - c()),
        computed(() => b() + d()),
        computed(() => c())
      ]
      for (const cell of last) g.watch(cell)
    }
    g.ends = last
    return g.program(i => {
      startBatch()
      for (let h = 0; h < 4; h++) heads[h](i % 2 ? 4 - h : h + 1)
      endBatch()
    })
  }

  const dynamic = (nSources, width, layers, fixed, read) => () => {
    const g = new Graph()
    const next = random()
    const heads = Array.from({ length: width }, (_, i) => signal(i))
    let cells = heads
    for (let layer = 1; layer < layers; layer++) {
      cells = cells.map((_, i) => {
        const sources = []
        for (let s = 0; s < nSources; s++) sources.push(cells[(i + s) % width])
        if (next() < fixed) {
          return computed(() => {
            let sum = 0
            for (const source of sources) sum += source()
            return sum
          })
        }
        return computed(() => {
          let sum = sources[0]()
          const drops = sum & 1
          const dropped = 1 + (sum % (sources.length - 1))
          for (let s = 1; s < sources.length; s++) {
            if (!(drops && s === dropped)) sum += sources[s]()
          }
          return sum
        })
      })
    }
    const kept = Math.floor(width * read + 0.5)
    while (cells.length > kept) cells.splice(Math.floor(next() * cells.length), 1)
    effect(() => {
      for (const cell of cells) {
        cell()
        g.runs++
      }
    })
    g.ends = cells
    return g.program(i => {
      const head = i % width
      heads[head](i + head)
    })
  }

  const graphs = {
    'chain_10': grid(1, 10),
    'chain_1000': grid(1, 1000),
    'fan_1000': grid(1000, 1),
    'diamond_100': diamond(100),
    'grid_1x1': grid(1, 1),
    'grid_10x10': grid(10, 10),
    'grid_100x100': grid(100, 100),
    'grid_1000x1000': grid(1000, 1000),
    avoidable,
    broad,
    'deep': grid(1, 50),
    'diamond_5': diamond(5),
    triangle,
    mux,
    repeated,
    unstable,
    'cellx_10': cellx(10),
    'cellx_1000': cellx(1000),
    'cellx_2500': cellx(2500),
    'dyn_2-10x5': dynamic(2, 10, 5, 1, 0.2),
    'dyn_6-10x10': dynamic(6, 10, 10, 0.75, 0.2),
    'dyn_4-1000x12': dynamic(4, 1000, 12, 0.95, 1),
    'dyn_25-1000x5': dynamic(25, 1000, 5, 1, 1),
    'dyn_3-5x500': dynamic(3, 5, 500, 1, 1),
    'dyn_6-100x15': dynamic(6, 100, 15, 0.5, 1)
  }
  for (const layers of [10, 100, 1000, 2500]) graphs[`layers_${layers}`] = layered(layers)
  for (const [graph, make] of Object.entries(graphs)) add(`${graph}/alien_v8`, 1, make)
}

/// Processor time, in milliseconds.
function processorTime() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

// Seven repetitions of at least 20 ms, after a warm-up; prints the ns of each.
function time({ batch, make }) {
  const { run } = make()
  const start = processorTime()
  let warm = 0
  for (; processorTime() - start < 300; warm++) run(batch)
  const times = Math.max(1, Math.ceil((warm * 20) / 300))
  const all = []
  for (let repetition = 0; repetition < 7; repetition++) {
    let done = 0
    const begin = processorTime()
    let end = begin
    do {
      for (let i = 0; i < times; i++) run(batch)
      done += times
      end = processorTime()
    } while (end - begin < 20)
    all.push(((end - begin) * 1e6) / (done * batch))
  }
  return all
}

await addStores()
await addGraphs()
const found = cases.get(name)
if (!found) {
  console.error(`no case ${name}`)
  process.exit(2)
}
if (mode === 'time') {
  console.log(JSON.stringify(time(found)))
} else {
  const { run, result } = found.make()
  run(Number(count))
  console.log(result())
}
