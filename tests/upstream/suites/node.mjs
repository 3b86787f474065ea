// SPDX-License-Identifier: MIT

// Runs a module of make.mjs with the packages of npm, each test in a process of its own: node node.mjs <module>. So it
// is known that what the tests ask for is what vitest.mjs asks.

import { spawnSync } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { host } from 'host.mjs'

const [path, name] = process.argv.slice(2)
const module = await import(pathToFileURL(path))
if (name) {
  setImmediate(function keep() { setImmediate(keep) })
  await module.run(name).then(() => process.exit(0), error => {
    console.log(error.stack)
    process.exit(1)
  })
}
const all = module.names()
let failures = 0
for (const each of all) {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), path, each], { encoding: 'utf8', timeout: 30000 })
  if (child.status !== 0) {
    failures += 1
    console.log(each + ': ' + child.stdout + child.stderr)
  }
}
console.log(all.length + ' run, ' + failures + ' failed')
process.exit(all.length === 0 || failures > 0 || !host ? 1 : 0)
