// SPDX-License-Identifier: MIT

// The module @nanostores/i18n: random programs of locales, mounts and answers, against a plain model of what is shown
// and asked for. All of this holds for the package of npm as well: `.ci/run upstream` runs it there.

import { createI18n } from "@nanostores/i18n"
import { atom, STORE_UNMOUNT_DELAY } from "nanostores"
import { noop, same, ticks } from "./lib/queries.mjs"
import { host } from "host.mjs"

const names = ['post', 'main/head', 'main/foot', 'menu', 'menu/item']
const locales = ['en', 'ru', 'fr', 'de']

/// The same numbers in every engine.
function randomOf(seed) {
  let state = seed
  return count => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state >> 8) % count
  }
}

function prefixOf(name) {
  return name.split('/')[0]
}

/// What the module should do, without stores.
class Model {
  constructor() {
    this.locale = 'en'
    this.known = { en: names.slice(), ru: [], fr: [], de: [] }
    this.shown = {}
    names.forEach(name => {
      this.shown[name] = 'en'
    })
    this.mounted = []
    this.waited = [] // prefixes
    this.calls = []
    this.isLoading = false
  }

  has(name) {
    return this.known[this.locale].indexOf(name) >= 0
  }

  showAll() {
    this.mounted.forEach(name => {
      this.shown[name] = this.has(name) ? this.locale : 'en'
    })
    this.isLoading = false
  }

  load(wanted) {
    const asked = wanted.filter(name => this.waited.indexOf(prefixOf(name)) < 0)
    if (asked.length === 0) return
    this.isLoading = true
    this.waited = this.waited.concat(asked.map(prefixOf))
    this.calls.push(this.locale + ' ' + asked.join())
  }

  setLocale(locale) {
    if (locale === this.locale) return
    this.locale = locale
    this.waited = []
    const missing = this.mounted.filter(name => !this.has(name))
    if (missing.length > 0) this.load(missing)
    else this.showAll()
  }

  mount(name) {
    if (this.mounted.indexOf(name) >= 0) return
    this.mounted.push(name)
    if (this.has(name)) this.shown[name] = this.locale
    else this.load([name])
  }

  unmount(name) {
    this.mounted = this.mounted.filter(each => each !== name)
  }

  answer(answered) {
    this.known[this.locale] = this.known[this.locale].concat(answered)
    this.waited = this.waited.filter(prefix => answered.every(name => prefixOf(name) !== prefix))
    if (this.waited.length === 0) this.showAll()
  }
}

function run(seed) {
  const random = randomOf(seed)
  const model = new Model()
  const locale = atom('en')
  const calls = []
  let waiting = [] // of the present locale
  const i18n = createI18n(locale, {
    get(code, components) {
      calls.push(code + ' ' + components.join())
      return new Promise(resolve => {
        waiting.push({ components, resolve })
      })
    }
  })
  const stores = {}
  const ends = {}
  names.forEach(name => {
    stores[name] = i18n(name, { title: 'en' })
  })
  const log = []

  function check(step) {
    log.push(step)
    const shown = {}
    names.forEach(name => {
      shown[name] = stores[name].value.title
    })
    same([seed, log, shown, i18n.loading.value, calls], [seed, log, model.shown, model.isLoading, model.calls])
  }

  function step(left) {
    if (left === 0) {
      names.forEach(name => {
        if (ends[name]) ends[name]()
      })
      return undefined
    }
    const kind = random(4)
    if (kind === 0) {
      const code = locales[random(locales.length)]
      if (code !== locale.value) waiting = [] // what is late is another test's
      locale.set(code)
      model.setLocale(code)
      check('locale ' + code)
    } else if (kind === 1) {
      const name = names[random(names.length)]
      if (!ends[name]) ends[name] = stores[name].listen(noop)
      model.mount(name)
      check('mount ' + name)
    } else if (kind === 2) {
      const name = names[random(names.length)]
      if (ends[name]) {
        ends[name]()
        delete ends[name]
        host.advance(STORE_UNMOUNT_DELAY)
      }
      model.unmount(name)
      check('unmount ' + name)
    } else if (waiting.length > 0) {
      const { components, resolve } = waiting.splice(random(waiting.length), 1)[0]
      const more = names.filter(name => components.indexOf(name) < 0 && components.some(asked => prefixOf(asked) === prefixOf(name)))
      const answered = components.concat(random(2) === 0 ? more : [])
      const texts = answered.map(name => ({ [name]: { title: locale.value } }))
      resolve(random(2) === 0 ? texts : Object.assign({}, ...texts))
      model.answer(answered)
      return ticks(4).then(() => check('answer ' + answered.join())).then(() => step(left - 1))
    }
    return step(left - 1)
  }
  return step(60)
}

export function programs_doAsTheModel() {
  let seed = 1
  function next() {
    seed += 1
    return seed > 60 ? undefined : Promise.resolve(run(seed * 7919)).then(next)
  }
  return Promise.resolve().then(next)
}
