// SPDX-License-Identifier: MIT

// What a program pays before it does anything. The floor of each figure is a program without the library that does the
// same; benchmarks/README.md argues the bars.
import { copyFileSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export default function measure(b) {
  const folder = join(b.build, 'cmake/benchmarks/size')
  const program = name => join(folder, name)

  /// Bytes of a program or library without its symbols.
  function stripped(file) {
    const copies = mkdtempSync(join(tmpdir(), 'nanostores-bench-'))
    try {
      const copy = join(copies, 'stripped')
      copyFileSync(realpathSync(file), copy)
      b.run('strip', [copy])
      return statSync(copy).size
    } finally {
      rmSync(copies, { recursive: true })
    }
  }
  /// Instructions of a whole process, from the dynamic linker's on.
  const instructions = name => Number(/Collected *: *(\d+)/.exec(
    b.run('valgrind', ['--tool=callgrind', '--callgrind-out-file=/dev/null', program(name)]).stderr)[1])
  const kilo = bytes => bytes / 1024

  if (b.wants('libraries')) {
    const found = new Map()
    for (const file of readdirSync(join(b.build, 'cmake'), { recursive: true })) {
      const match = /(?:^|\/)lib(NanoStores\w+)\.so$/.exec(file)
      if (match) found.set(match[1], join(b.build, 'cmake', file))
    }
    const qt = b.run('qmake6', ['-query', 'QT_INSTALL_LIBS']).stdout.trim()
    const own = ['NanoStoresCore', 'NanoStoresQt', 'NanoStoresScript', 'NanoStoresQml']
    for (const name of own) {
      if (!found.has(name)) throw new Error(`no library ${name} in ${b.build}`)
    }
    const sizes = own.map(name => kilo(stripped(found.get(name))))
    const floor = ['Core', 'Qml'].map(name => kilo(stripped(join(qt, `libQt6${name}.so`)))).reduce((a, size) => a + size)
    const sum = sizes.reduce((a, size) => a + size)
    const note = own.map((name, i) => `${name.slice(10)} ${Math.round(sizes[i])}`).join(', ') + ` KiB to ${Math.round(floor)} KiB`
    b.row({ what: 'libraries that a QML program loads, stripped', peer: 'Qt6Core and Qt6Qml', value: sum / floor, must: 0.2, aim: 0.15, note })
  }

  if (b.wants('program')) {
    const [bare, core] = ['size_bare', 'size_core'].map(name => stripped(program(name)))
    const note = `${core} to ${bare} bytes`
    b.row({ what: 'program with a store and a listener, stripped', peer: 'with std::function', value: kilo(core - bare), must: 8, aim: 4, unit: 'KiB more', note })
  }

  if (b.wants('start') && b.counting) {
    const [bare, core] = ['size_bare', 'size_core'].map(instructions)
    b.row({ what: 'start to end of it, instructions', peer: 'with std::function', value: core / bare, must: 2, aim: 1.5, note: `${core} to ${bare}` })
  }

  if (b.wants('thousand')) {
    const [code, floorCode] = [['size_stores', 'size_core'], ['size_pointers', 'size_bare']].map(([many, none]) =>
      (stripped(program(many)) - stripped(program(none))) / 1000)
    b.row({ what: '1000 stores at namespace scope: code of each', peer: 'shared_ptr', value: code / floorCode, must: 1.5, aim: 1, note: `${b.round(code, 3)} to ${b.round(floorCode, 3)} bytes` })
    if (b.counting) {
      const [each, floor] = [['size_stores', 'size_core'], ['size_pointers', 'size_bare']].map(([many, none]) =>
        (instructions(many) - instructions(none)) / 1000)
      b.row({ what: '1000 stores at namespace scope: start to end of each', peer: 'shared_ptr', value: each / floor, must: 1.5, aim: 1, note: `${Math.round(each)} to ${Math.round(floor)} instructions` })
    }
  }

  if (b.wants('million')) {
    const [atom, pointer] = ['atoms', 'pointers'].map(what => Number(b.run(program('size_million'), [what]).stdout))
    b.row({ what: 'a million atoms of int, each, as the system counts it', peer: 'shared_ptr<int>', value: atom, must: 48, aim: 41, unit: 'B', note: `shared_ptr ${pointer} B` })
  }

  if (b.wants('engine')) {
    const environment = { env: { ...process.env, QML_IMPORT_PATH: join(b.build, 'cmake/qml'), QT_QPA_PLATFORM: 'offscreen' } }
    const engines = module => Array.from({ length: b.rounds }, () =>
      b.run(program('size_engine'), [module, '20'], environment).stdout.trim().split(' ').map(Number))
    const column = (all, i) => b.median(all.map(row => row[i]))
    const [ours, bare] = [engines('NanoStores'), engines('QtQml')]
    const more = i => column(ours, i) - column(bare, i)
    const note = (i, unit) => `${column(ours, i)} to ${column(bare, i)} ${unit}`
    b.row({ what: 'import NanoStores, the first engine', peer: 'import QtQml', value: more(0), must: 3, aim: 2, unit: 'ms more', note: note(0, 'ms') })
    b.row({ what: 'import NanoStores, each further engine', peer: 'import QtQml', value: more(2), must: 3, aim: 1, unit: 'ms more', note: note(2, 'ms') })
    b.row({ what: 'the same, heap', peer: 'import QtQml', value: more(3) / 1024, must: 0.6, unit: 'MiB more', note: note(3, 'KiB') })
  }
}
