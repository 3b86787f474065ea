// SPDX-License-Identifier: MIT

// The module @nanostores/i18n: what differs from the package of npm.

import {
  browser, count, createI18n, createProcessor, eachMessage, formatter, localeFrom, messagesToJSON, params
} from "@nanostores/i18n"
import { atom, STORE_UNMOUNT_DELAY } from "nanostores"
import { during, noop, same, throws } from "./lib/queries.mjs"

function messageOf(f) {
  try {
    f()
  } catch (error) {
    return error.name + ': ' + error.message
  }
  return 'nothing was thrown'
}

function titlesOf(messages) {
  const titles = []
  const stop = messages.subscribe(t => titles.push(t.title))
  return { titles, stop }
}

export function load_thatFailsIsMadeAgain() {
  return during(function* () {
    let answers = 0
    const calls = []
    const locale = atom('en')
    const i18n = createI18n(locale, {
      get(code, components) {
        calls.push(code + ' ' + components.join())
        answers += 1
        if (answers === 1) throw new Error('at once')
        if (answers === 2) return Promise.reject(new Error('no network'))
        if (answers === 3) return Promise.resolve('<html>')
        return Promise.resolve({ main: { title: 'Главная' } })
      }
    })
    const main = i18n('main', { title: 'Main' })
    const { titles, stop } = titlesOf(main)
    for (const code of ['ru', 'en', 'ru', 'en', 'ru']) {
      locale.set(code)
      yield 0
      same(i18n.loading.get(), false)
    }
    same([calls.length, titles.indexOf('Главная')], [3, -1])
    stop()
    yield STORE_UNMOUNT_DELAY
    const again = titlesOf(main).titles
    yield 0
    same([calls, again, i18n.loading.get()], [['ru main', 'ru main', 'ru main', 'ru main'], ['Main', 'Главная'], false])
  })
}

export function load_thatFailsLeavesTheLanguageBefore() {
  return during(function* () {
    const locale = atom('ru')
    const i18n = createI18n(locale, {
      get: code => code === 'ru' ? Promise.resolve({ main: { title: 'Главная' } }) : Promise.reject(new Error('none'))
    })
    const { titles } = titlesOf(i18n('main', { title: 'Main' }))
    yield 0
    locale.set('fr')
    yield 0
    same([titles, i18n.loading.get()], [['Main', 'Главная'], false])
  })
}

export function answer_withoutWhatWasAskedEndsLoading() {
  return during(function* () {
    const locale = atom('en')
    const i18n = createI18n(locale, { get: () => Promise.resolve({ other: { title: 'Другое' } }) })
    titlesOf(i18n('main', { title: 'Main' }))
    locale.set('ru')
    same(i18n.loading.get(), true)
    yield 0
    same(i18n.loading.get(), false)
  })
}

export function processor_showsThePresentLocale() {
  return during(function* () {
    const size = atom('big')
    const bySize = createProcessor(size)
    const locale = atom('en')
    const i18n = createI18n(locale, {
      get: noop,
      cache: { ru: { main: { send: { big: 'Отправить', small: 'Отпр.' } } } },
      processors: [bySize]
    })
    const events = []
    const stop = i18n('main', { send: bySize({ big: 'Send message', small: 'Send' }) }).subscribe(t => events.push(t.send()))
    locale.set('ru')
    size.set('small')
    same(events, ['Send message', 'Отправить', 'Отпр.'])
    stop()
    yield STORE_UNMOUNT_DELAY
    same(size.lc, 0)
  })
}

export function values_areAsTheyAre() {
  const t = createI18n(atom('en'), { get: noop })('main', {
    text: params('{a}, {b}, {c.d}, {toString}'),
    n: count({ one: '{count}', other: 'of {count}' })
  }).get()
  same(t.text({ a: '$& {b}', b: '$1', 'c.d': 0 }), '$& {b}, $1, 0, {toString}')
  same(t.text(Object.create({ a: 1 })), '1, {b}, {c.d}, {toString}')
  same([t.text(), t.n('2')], ['{a}, {b}, {c.d}, {toString}', 'of 2'])
}

export function count_ofATextIsThatText() {
  const i18n = createI18n(atom('ru'), { get: noop, cache: { ru: { main: { n: 'всего {count}' } } } })
  same(i18n('main', { n: count({ one: '{count} page', other: '{count} pages' }) }).get().n(4), 'всего 4')
}

export function eachMessage_leavesWhatIsNoText() {
  same(eachMessage(text => text + '!')({ a: 'b', n: 5, none: null, c: { d: 'e' } }), { a: 'b!', n: 5, none: null, c: { d: 'e!' } })
}

export function names_mayBeThoseOfObjects() {
  const base = JSON.parse('{"__proto__": "P", "constructor": "C"}')
  const i18n = createI18n(atom('en'), { get: noop })
  const messages = i18n('constructor', base)
  const t = messages.get()
  same([Object.keys(t), t.constructor], [['__proto__', 'constructor'], 'C'])
  same(Object.keys(messagesToJSON(messages)), ['constructor'])
}

export function localeFrom_endsAndHasNone() {
  return during(function* () {
    const first = atom('fr')
    const second = atom('ru')
    const locale = localeFrom(first, second)
    const events = []
    const stop = locale.subscribe(value => events.push(value))
    second.set(undefined)
    first.set(undefined)
    stop()
    yield STORE_UNMOUNT_DELAY
    same([events, first.lc, second.lc], [['fr', undefined], 0, 0])
  })
}

export function locale_thatIsEmptyIsTheBase() {
  const i18n = createI18n(atom(undefined), { get: noop })
  same([titlesOf(i18n('main', { title: 'Main' })).titles, i18n.loading.get()], [['Main'], false])
}

export function browser_isTheSystem() {
  const store = browser({ available: ['xx'], fallback: 'de' })
  same([store.get(), localeFrom(atom(''), store).get()], ['de', 'de'])
}

export function format_isOfTheSystemWithoutALocale() {
  const format = formatter(atom(undefined)).get()
  same([typeof format.number(5), format.number(5).length > 0], ['string', true])
}

export function format_refusesWhatIsNotThere() {
  const { number, relativeTime, time } = formatter(atom('en')).get()
  same(messageOf(() => number(1, { notation: 'compact' })), 'RangeError: number(): the option notation "compact" is not there: '
    + 'take standard')
  same(messageOf(() => number(1, { signDisplay: 'maybe' })), 'RangeError: number(): signDisplay cannot be "maybe": make it auto, '
    + 'always, never, exceptZero, or negative')
  same(messageOf(() => number(1, { minimumFractionDigits: 200 })), 'RangeError: number(): minimumFractionDigits must be a number '
    + 'from 0 to 100, not 200')
  same(messageOf(() => time(0, { era: 'long' })).indexOf('era "long"') > 0, true)
  same(messageOf(() => time(0, 'short')), 'TypeError: time(): options must be an object')
  same(messageOf(() => relativeTime(1, 'eon')).indexOf('unit cannot be "eon"') > 0, true)
}

export function digits_areOfTheLocale() {
  const { number, time } = formatter(atom('ar-EG')).get()
  same([number(12.5), time(0, { timeZone: 'UTC', year: 'numeric' })], ['١٢٫٥', '١٩٧٠'])
}

export function arguments_sayWhatTheyShouldBe() {
  same(messageOf(() => createI18n({}, {})), 'TypeError: createI18n(): locale must be a store, not an object')
  same(messageOf(() => createI18n(atom('en'), { get: 5 })), 'TypeError: createI18n(): get must be a function, not a number')
  same(messageOf(() => createI18n(atom('en'), {})('main', { title: null })), 'TypeError: i18n(): the message "title" of "main" must '
    + 'be a text, an object of texts, or what params(), count() and their like make, not null')
  throws(() => messagesToJSON({}))
  throws(() => browser({}))
}
