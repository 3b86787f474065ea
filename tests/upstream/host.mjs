// SPDX-License-Identifier: MIT

// The clock of modules.mjs: timers and Date stand still unless they are advanced.

const RealDate = Date
const base = RealDate.now()
let time = 0
let last = 0
const timers = new Map()

globalThis.setTimeout = (job, delay = 0, ...args) => {
  last += 1
  timers.set(last, { due: time + Math.max(delay, 0), job, args, interval: 0 })
  return last
}
globalThis.setInterval = (job, delay = 0, ...args) => {
  last += 1
  timers.set(last, { due: time + Math.max(delay, 1), job, args, interval: Math.max(delay, 1) })
  return last
}
globalThis.clearTimeout = globalThis.clearInterval = id => {
  timers.delete(id)
}
globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [base + time] : args))
  }

  static now() {
    return base + time
  }
}

export const host = {
  advance(milliseconds) {
    const end = time + milliseconds
    for (let rounds = 0; rounds < 100000; rounds++) {
      let next = null
      for (const [id, timer] of timers) {
        if (timer.due <= end && (next === null || timer.due < timers.get(next).due)) next = id
      }
      if (next === null) break
      const timer = timers.get(next)
      time = Math.max(time, timer.due)
      if (timer.interval > 0) timer.due += timer.interval
      else timers.delete(next)
      timer.job(...timer.args)
    }
    time = end
  }
}
