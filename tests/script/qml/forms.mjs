// SPDX-License-Identifier: MIT

// Each form of import, of each name.

import nano, { atom, computed as derive } from 'nanostores'
import * as everything from 'nanostores'
import kit, { signal, computed } from 'nano_kit'
import * as all from 'nano_kit'
import store, { signal as same } from '@nano_kit/store'
import * as whole from '@nano_kit/store'
import undo, { history } from 'nanostores/history'
import * as steps from 'nanostores/history'
import log, { logger as follow } from '@nanostores/logger'
import * as logging from '@nanostores/logger'
import routing, { createRouter, getPagePath as pathOf } from '@nanostores/router'
import * as routes from '@nanostores/router'

function check() {
  if (nano.atom !== atom || everything.atom !== atom || everything.computed !== derive) return 'nanostores'
  if (kit.signal !== signal || all.signal !== signal || all.computed !== computed) return 'nano_kit'
  if (store.signal !== signal || same !== signal || whole.signal !== signal) return '@nano_kit/store'
  if (undo.history !== history || steps.history !== history) return 'nanostores/history'
  if (log.logger !== follow || logging.logger !== follow || !logging.action) return '@nanostores/logger'
  if (routing.createRouter !== createRouter || routes.getPagePath !== pathOf) return '@nanostores/router'
  const $router = createRouter({ home: '/', post: '/posts/:id' })
  routes.openPage($router, 'post', { id: 7 })
  if ($router.get().path !== '/posts/7' || pathOf($router, 'home') !== '/') return 'pages'
  const $count = atom(1)
  const edits = history($count)
  $count.set(7)
  edits.undo()
  const $signal = signal(2)
  return everything.computed($count, n => n + 1).get() + all.computed(() => $signal() + 1)() === 5 ? 'ok' : 'values'
}

export const result = check()
