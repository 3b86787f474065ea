// SPDX-License-Identifier: MIT

// Makes modules for the engine of Qt of the tests that a package of npm has, which are in TypeScript for Node.js:
// node convert.mjs <package> <module it is here> <number of tests> <folder> <file.test.ts>...
// Each exports one function, which runs the file's tests. It stands beside node_modules.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import ts from 'typescript'

const [name, module, wanted, folder, ...files] = process.argv.slice(2)
const shims = ['node:assert', 'node:test', 'node:timers/promises', 'nanodelay', 'nanospy']

mkdirSync(join(folder, 'lib'), { recursive: true })
writeFileSync(join(folder, 'lib/testing.mjs'), readFileSync(join(dirname(process.argv[1]), 'testing.mjs')))
let count = 0
for (const file of files) {
  const source = readFileSync(file, 'utf8')
  count += source.match(/^test\(/gm)?.length ?? 0
  const options = { target: ts.ScriptTarget.ES2016, module: ts.ModuleKind.ESNext }
  const { outputText } = ts.transpileModule(source, { compilerOptions: options })
  const script = outputText.replace(/^(import .* from )(['"])(.*)\2/gm, (whole, start, quote, from) => {
    const to = shims.includes(from) ? './lib/testing.mjs' : from === '../index.js' ? module : from
    if (to.startsWith('node:') || to.startsWith('../')) throw new Error(`${file}: there is nothing for ${from}`)
    return start + quote + to + quote
  })
  const title = basename(file, '.test.ts')
  writeFileSync(join(folder, `${name}_${title}.mjs`), `${script}\nexport { run as ${title} } from './lib/testing.mjs'\n`)
}
if (count !== Number(wanted)) {
  throw new Error(`${name} has ${count} tests, and not ${wanted}: is it another version?`)
}
