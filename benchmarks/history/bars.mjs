// SPDX-License-Identifier: MIT

// What recording costs. The bars are the instructions that the first prototype took.

export default function measure(b) {
  if (!b.counting) return
  const instructions = name => Math.round(b.instructions(name, 'nanostores', 10000))
  for (const [name, what, must, aim] of [
    ['atom', 'set of an atom, a step each', 1200, 1000],
    ['key', 'set of a key, a step each', 1230, 1200]
  ]) {
    if (!b.wants(name)) continue
    const plain = instructions(name)
    const value = instructions(`${name}_recorded`) - plain
    b.row({ what: `recorded ${what}: more`, value, must, aim, unit: 'instr', note: `not recorded: ${plain}` })
  }
  if (b.wants('trace')) {
    const bare = instructions('trace_bare')
    for (const [name, what] of [['values', 'values alone'], ['origins', 'with who wrote']]) {
      const value = instructions(`trace_${name}`) - bare
      b.info({ what: `set of an atom with a computed store, traced, ${what}: more`, value, unit: 'instr', note: `not traced: ${bare}` })
    }
  }
  if (b.wants('atom_undo_redo')) b.info({ what: 'undo and redo of an atom', value: instructions('atom_undo_redo'), unit: 'instr' })
  if (b.wants('batch_of_100_recorded')) {
    const value = Math.round(b.instructions('batch_of_100_recorded', 'nanostores', 100) / 100)
    b.info({ what: 'a key of a batch of 100, one step', value, unit: 'instr' })
  }
}
