// SPDX-License-Identifier: MIT
import { atom, computed } from 'nanostores'
import { signal, computed as derived } from 'nano_kit'

const $name = atom('Anna')
const $greeting = computed($name, name => 'Hello, ' + name)
const $count = signal(1)
const $twice = derived(() => $count() * 2)

export function greet(name) {
  $name.set(name)
  $count(21)
  return $greeting.get() + ' ' + $twice()
}
