// SPDX-License-Identifier: MIT

// The module `nano_kit`: values of signals, taken from one program to another.

import { expectFunction, remove } from './graph.mjs'
import { effect, expectSignal, observe, signal, start, trigger } from './kit_signals.mjs'
import { InjectionContext, TasksPool$, inject, run, waitTasks } from './kit_inject.mjs'
import { NoopCodec } from './kit_storage.mjs'

export function Hydrator$() {
  return null
}

export function Hydratables$() {
  return null
}

export class StaticHydrator {
  constructor(dehydrated) {
    this.values = new Map(dehydrated)
  }

  pull(key, receiver) {
    if (!this.values.has(key)) return
    receiver(this.values.get(key))
    remove(this.values, key)
  }
}

export class ActiveHydrator {
  constructor() {
    this.$values = signal(new Map())
  }

  pull(key, receiver) {
    effect(() => {
      const values = this.$values()
      if (!values.has(key)) return
      receiver(values.get(key))
      remove(values, key)
    })
  }

  push(dehydrated) {
    trigger(() => {
      const values = this.$values()
      for (let i = 0; i < dehydrated.length; i++) values.set(dehydrated[i][0], dehydrated[i][1])
    })
  }
}

export function hydratable(id, $signal, codec = NoopCodec) {
  expectSignal($signal, 'hydratable')
  const hydrator = inject(Hydrator$)
  if (hydrator) {
    hydrator.pull(id, value => {
      $signal(codec.decode(value))
      if ($signal.node.hydrated) return
      $signal.node.hydrated = true
      const stop = observe($signal, () => {
        $signal.node.hydrated = false
        stop()
      })
    })
  } else {
    const hydratables = inject(Hydratables$)
    if (hydratables) hydratables.set(id, () => codec.encode($signal()))
  }
  return $signal
}

export function isHydrated($signal) {
  expectSignal($signal, 'isHydrated')
  return $signal.node.hydrated === true
}

export function dehydrate(runner, providers) {
  return Promise.resolve().then(() => {
    expectFunction(runner, 'dehydrate', 'runner')
    const own = providers instanceof InjectionContext ? providers : new InjectionContext(providers)
    const hydratables = new Map()
    own.set(Hydratables$, hydratables)
    const stores = run(own, runner)
    const tasks = own.get(TasksPool$)
    const stop = start(() => stores.forEach($store => $store()))
    return waitTasks(tasks).then(() => {
      const dehydrated = []
      hydratables.forEach(($signal, id) => {
        dehydrated.push([id, $signal()])
      })
      stop()
      return dehydrated
    })
  })
}
