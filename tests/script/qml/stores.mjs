// SPDX-License-Identifier: MIT

// Written as for the web; what tst_scriptqml.cpp binds to.

import { atom, computed, map, onMount } from "nanostores"
import { computed as derived, mountable, onMounted, signal } from "nano_kit"

export const log = []
export const $count = atom(1)
export const $twice = computed($count, count => count * 2)
export const $profile = map({ name: 'Dan' })
export const $signal = signal(10)
export const $large = derived(() => $signal() > 100)
export const $sum = derived(() => $signal() + 1)

onMount($count, () => {
  log.push('mount')
  return () => log.push('unmount')
})

export const $mountable = mountable(signal('a'))
onMounted($mountable, mounted => {
  log.push(mounted ? 'kit mount' : 'kit unmount')
})
export const $shown = atom(true)
export const $list = atom(['a', 'b'])
