// SPDX-License-Identifier: MIT

// The state: as on the web.

import { atom, computed, onMount } from 'nanostores'

export const $count = atom(0)
export const $square = computed($count, count => count * count)

onMount($count, () => {
  console.log('observed')
  return () => {
    console.log('observed no more')
  }
})
