// SPDX-License-Identifier: MIT

// Runs each program that comes on the standard input, one a line of JSON, with the packages of npm.

import * as alien from 'alien-signals'
import * as nano from 'nanostores'
import { createInterface } from 'node:readline'
import { runMaps, runNanostores, runSignals } from './programs.mjs'

const signals = {
  signal: alien.signal,
  computed: alien.computed,
  effect: alien.effect,
  batch(body) {
    alien.startBatch()
    try {
      body()
    } finally {
      alien.endBatch()
    }
  }
}

const faces = {
  maps: steps => runMaps(steps, nano),
  nanostores: steps => runNanostores(steps, nano),
  signals: steps => runSignals(steps, signals)
}

for await (const line of createInterface({ input: process.stdin })) {
  const { face, steps } = JSON.parse(line)
  console.log(faces[face](steps))
}
process.exit(0) // stores in their unmount delay hold timers
