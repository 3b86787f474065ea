// SPDX-License-Identifier: MIT

// A module of another folder, which imports the packages and the stores beside the first document.

import { atom, computed } from "nanostores"
import { signal } from "@nano_kit/store"
import { signal as sameSignal } from "nano_kit"
import { $count, log } from "../stores.mjs"

export { $count, log }
export const $extra = atom({ name: 'extra' })
export const $sum = computed([$count, $extra], (count, extra) => count + ' ' + extra.name)
export const $faulty = computed($count, count => {
  if (count > 2) throw new RangeError('too much: ' + count)
  return count
})
export const $object = atom(null)
export const $kit = signal(signal === sameSignal)
