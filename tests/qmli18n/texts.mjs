// SPDX-License-Identifier: MIT

import { count, createI18n } from "@nanostores/i18n"
import { atom } from "nanostores"

export const $locale = atom("en")

export const $messages = createI18n($locale, {
  get: () => Promise.resolve({}),
  cache: { ru: { cart: { items: { one: "{count} вещь", few: "{count} вещи", many: "{count} вещей" } } } }
})("cart", { items: count({ one: "{count} item", other: "{count} items" }) })
