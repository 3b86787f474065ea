// SPDX-License-Identifier: MIT

// Makes one module of a test suite of vitest, for engines that know JavaScript of 2016: node make.mjs <folder> <module>
// <file of tests>... All of them stand in the folder; those whose name begins with "real-timer" wait in real time.

import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import ts from 'typescript'

const [folder, target, ...files] = process.argv.slice(2)
const vitest = ['describe', 'test', 'it', 'expect', 'vi', 'beforeAll', 'beforeEach', 'afterEach']

/// The imports at the head of a file, and what follows them.
function parts(file) {
  const made = ts.transpileModule(readFileSync(join(folder, file), 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2016, module: ts.ModuleKind.ES2015, verbatimModuleSyntax: true },
    reportDiagnostics: true
  })
  if (made.diagnostics.length > 0) throw new Error(file + ': ' + ts.flattenDiagnosticMessageText(made.diagnostics[0].messageText, ' '))
  const lines = made.outputText.split('\n')
  const isImport = line => /^import .* from /.test(line)
  return [lines.filter(isImport), lines.filter(line => !isImport(line)).map(line => line.replace(/^export /, '')).join('\n')]
}

const imported = new Map()
const bodies = []
for (const file of files) {
  const [imports, body] = parts(file)
  for (const line of imports) {
    const [, given, from] = /^import \{(.*)\} from ["'](.*)["'];?$/.exec(line)
    const source = from === '../main' ? '@nanostores/query' : from
    if (source.startsWith('./')) continue // one of the files
    const names = imported.get(source) || new Set()
    for (const name of given.split(',')) names.add(name.trim())
    imported.set(source, names)
  }
  const isReal = basename(file).startsWith('real-timer')
  const isHelper = !/\btest\(/.test(body)
  bodies.push(isHelper ? body : (isReal ? 'letTimePass();\n' : '') + '(function () {\n' + body + '\n})();')
}
const lines = ['import { letTimePass, names, run, ' + vitest.join(', ') + ' } from "./vitest.mjs";']
for (const [source, names] of imported) lines.push('import { ' + [...names].join(', ') + ' } from "' + source + '";')
writeFileSync(target, lines.concat(bodies, 'export { names, run };', '').join('\n'))
