// SPDX-License-Identifier: MIT

// Runs the functions that a module of ../script exports, with the packages of npm, on a manual clock:
// node modules.mjs <module>. It stands beside node_modules, in which host.mjs is what the modules import as "host.mjs".

import { pathToFileURL } from 'node:url'
import { host } from 'host.mjs'

process.env.NODE_ENV = 'test'
const tests = await import(pathToFileURL(process.argv[2]))
let failures = 0
let count = 0
for (const name of Object.keys(tests)) {
  count += 1
  try {
    await tests[name]()
  } catch (error) {
    failures += 1
    console.log(name + ': ' + error.stack)
  }
  host.advance(1e7) // whatever the test has left ends
}
console.log(count + ' run, ' + failures + ' failed')
process.exit(count === 0 || failures > 0 ? 1 : 0)
