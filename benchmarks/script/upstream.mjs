// SPDX-License-Identifier: MIT

// Makes one module of the npm package nanostores that Qt's engine can read: node upstream.mjs <folder with
// node_modules> <folder to write to>. run.sh calls it. Twice: as the bundler lowers it, and with Object.assign() for
// what the bundler makes of an object's spread, which is slow in this engine.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const [modules, folder] = process.argv.slice(2)
const { buildSync } = createRequire(join(resolve(modules), 'package.json'))('esbuild')
const { outputFiles } = buildSync({
  absWorkingDir: resolve(modules),
  entryPoints: ['node_modules/nanostores/index.js'],
  bundle: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  format: 'esm',
  target: 'es2016',
  write: false
})
let code = outputFiles[0].text
writeFileSync(join(folder, 'upstream.mjs'), code)
for (const helper of ['__spreadValues', '__spreadProps']) {
  const written = new RegExp(`^var ${helper} = [^]*?(?=^var |^\\n|^//)`, 'm')
  if (!written.test(code)) throw new Error(`${helper} is not where it was: see what the bundler writes`)
  code = code.replace(written, `var ${helper} = Object.assign;\n`)
}
writeFileSync(join(folder, 'upstream_assign.mjs'), code)
