// SPDX-License-Identifier: MIT
import { atom } from 'nanostores'

export const $count = atom(7)
