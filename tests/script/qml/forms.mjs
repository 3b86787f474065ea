// SPDX-License-Identifier: MIT

// Each form of import, of each name.

import nano, { atom, computed as derive } from 'nanostores'
import * as everything from 'nanostores'
import kit, { signal, computed } from 'nano_kit'
import * as all from 'nano_kit'
import store, { signal as same } from '@nano_kit/store'
import * as whole from '@nano_kit/store'

function check() {
  if (nano.atom !== atom || everything.atom !== atom || everything.computed !== derive) return 'nanostores'
  if (kit.signal !== signal || all.signal !== signal || all.computed !== computed) return 'nano_kit'
  if (store.signal !== signal || same !== signal || whole.signal !== signal) return '@nano_kit/store'
  const $count = atom(1)
  const $signal = signal(2)
  return everything.computed($count, n => n + 1).get() + all.computed(() => $signal() + 1)() === 5 ? 'ok' : 'values'
}

export const result = check()
