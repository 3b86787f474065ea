// SPDX-License-Identifier: MIT

// The module @nanostores/i18n: locales, texts and what they are called with. All of this holds for the package of npm
// as well: `.ci/run upstream` runs it there.

import {
  browser, count, createI18n, createProcessor, eachMessage, localeFrom, messagesToJSON, params, strings, transform
} from "@nanostores/i18n"
import { atom, STORE_UNMOUNT_DELAY } from "nanostores"
import { during, noop, same, throws } from "./lib/queries.mjs"

function cached(code, cache) {
  return createI18n(atom(code), { get: () => Promise.resolve({}), cache: { [code]: cache } })
}

// Locales

export function localeFrom_isTheFirstThatThereIs() {
  const first = atom(undefined)
  const second = atom('fr')
  const third = atom('ru')
  const locale = localeFrom(first, second, third)
  const events = []
  locale.subscribe(value => events.push(value))
  first.set('de')
  second.set('it')
  first.set(undefined)
  third.set('uk')
  same([events, locale.get()], [['fr', 'de', 'it'], 'it'])
}

export function localeFrom_observesThoseUpToIt() {
  const first = atom(undefined)
  const second = atom('fr')
  const third = atom('ru')
  const locale = localeFrom(first, second, third)
  const counts = () => [first, second, third].map(store => store.lc)
  same(counts(), [0, 0, 0])
  locale.listen(noop)
  same(counts(), [1, 1, 0])
  second.set(undefined)
  same([locale.get(), counts()], ['ru', [1, 1, 1]])
  second.set('it')
  same([locale.get(), counts()], ['it', [1, 1, 0]])
  first.set('de')
  same([locale.get(), counts()], ['de', [1, 0, 0]])
}

export function localeFrom_endsWithItsObservers() {
  return during(function* () {
    const first = atom(undefined)
    const second = atom('fr')
    const locale = localeFrom(first, second)
    locale.listen(noop)()
    yield STORE_UNMOUNT_DELAY
    same([first.lc, second.lc], [0, 0])
    second.set('de')
    same(locale.get(), 'de')
  })
}

export function browser_takesWhatThereIs() {
  const given = new Function('return this')()
  const had = Object.getOwnPropertyDescriptor(given, 'navigator')
  const set = value => Object.defineProperty(given, 'navigator', { value, configurable: true, writable: true })
  try {
    set({ languages: ['fr-CA', 'ru', 'en'] })
    same(browser({ available: ['en', 'ru', 'fr'] }).get(), 'ru')
    same(browser({ available: ['de'] }).get(), 'en')
    same(browser({ available: ['de'], fallback: 'de' }).get(), 'de')
    set({ language: 'de' })
    same(browser({ available: ['en', 'de'] }).get(), 'de')
  } finally {
    if (had) Object.defineProperty(given, 'navigator', had)
    else delete given.navigator
  }
}

// Texts

export function define_hasTheTextsAndItself() {
  const i18n = createI18n(atom('en'), { get: noop })
  const messages = i18n('main', { title: 'Main', deep: { inner: 'In' } })
  same(messages.get(), { title: 'Main', deep: { inner: 'In' } })
  same([messages.component, messages.base, messages.i18n === i18n], ['main', { title: 'Main', deep: { inner: 'In' } }, true])
  same([i18n.loading.get(), i18n.cache], [false, { en: { main: { title: 'Main', deep: { inner: 'In' } } } }])
}

export function cache_isShownAtOnce() {
  const i18n = cached('ru', { main: { title: 'Главная' } })
  const messages = i18n('main', { title: 'Main', body: 'Body' })
  const events = []
  messages.subscribe(value => events.push(value))
  same(events, [{ title: 'Главная', body: 'Body' }])
}

export function define_twiceIsWarnedOf() {
  const warnings = []
  const given = new Function('return this')()
  const had = given.console
  const hadWarn = had && had.warn
  const warn = had && Object.getOwnPropertyDescriptor(had, 'warn')
  if (warn && !warn.writable) return // in a QQmlEngine
  if (!had) given.console = {}
  given.console.warn = text => warnings.push(text)
  try {
    const i18n = createI18n(atom('en'), { get: noop })
    i18n('main', { title: 'One' })
    same(warnings.length, 0)
    i18n('main', { title: 'Two' })
    same([warnings.length, warnings[0].indexOf('main') > 0], [1, true])
    const silent = createI18n(atom('en'), { get: noop, isSSR: true })
    silent('main', { title: 'One' })
    silent('main', { title: 'Two' })
    same(warnings.length, 1)
  } finally {
    if (had) given.console.warn = hadWarn
    else delete given.console
  }
}

// Transforms

export function params_fillsTexts() {
  const messages = createI18n(atom('en'), { get: noop })('main', {
    text: params('{name} is {age}, {name}'),
    braces: params('{{x}}'),
    nested: params({ one: 'A {x}', two: { three: 'B {x} {y}' } })
  })
  const t = messages.get()
  same(t.text({ name: 'Ann', age: 30 }), 'Ann is 30, Ann')
  same(t.text({ name: 'Ann' }), 'Ann is {age}, Ann')
  same(t.nested({ x: 1 }), { one: 'A 1', two: { three: 'B 1 {y}' } })
  same([t.braces({ x: 1 }), t.braces({ '{x}': 1 }), t.braces()], ['{1}', '1', '{{x}}'])
}

export function count_takesTheFormOfTheLocale() {
  const forms = { one: '{count} страница', few: '{count} страницы', many: '{count} страниц' }
  const t = cached('ru', { main: { pages: forms, deep: { one: { a: 'раз {count}' }, many: { a: 'много {count}' } } } })('main', {
    pages: count({ one: '{count} page', other: '{count} pages' }),
    deep: count({ one: { a: 'one {count}' }, many: { a: 'many {count}' } })
  }).get()
  same([1, 21, 2, 24, 5, 11, 0].map(n => t.pages(n)), ['1 страница', '21 страница', '2 страницы', '24 страницы',
    '5 страниц', '11 страниц', '0 страниц'])
  same(t.deep(1), { a: 'раз 1' })
  same(t.deep(3), { a: 'много 3' })
}

export function count_withoutTheFormIsOtherOrMany() {
  const t = createI18n(atom('en'), { get: noop })('main', {
    other: count({ other: '{count} of them' }),
    many: count({ many: '{count} and {count}' })
  }).get()
  same([t.other(1), t.many(1), t.many(7)], ['1 of them', '1 and 1', '7 and 7'])
}

export function transforms_goIntoEachOther() {
  const t = cached('ru', { main: {
    first: { one: '{count} файл в {place}', few: '{count} файла в {place}', many: '{count} файлов в {place}' },
    second: { one: '{count} файл в {place}', few: '{count} файла в {place}', many: '{count} файлов в {place}' }
  } })('main', {
    first: params(count({ one: '{count} file in {place}', other: '{count} files in {place}' })),
    second: count(params({ one: '{count} file in {place}', other: '{count} files in {place}' }))
  }).get()
  same(t.first({ place: 'X' })(3), '3 файла в X')
  same(t.second(3)({ place: 'X' }), '3 файла в X')
}

export function transform_isCalledWithLocaleAndArguments() {
  const calls = []
  const magic = transform((locale, translation, ...args) => {
    calls.push([locale, translation, args])
    return translation + args.join('')
  })
  const i18n = cached('fr', { main: { title: 'Titre' } })
  same(i18n('main', { title: magic('Title') }).get().title(' super', '!'), 'Titre super!')
  same(calls, [['fr', 'Titre', [' super', '!']]])
}

export function strings_goThroughAll() {
  const up = text => text.toUpperCase()
  same(strings('a', up), 'A')
  same(strings({ a: 'b', c: { d: 'e' } }, up), { a: 'B', c: { d: 'E' } })
}

export function processor_followsItsStore() {
  const size = atom('big')
  const bySize = createProcessor(size)
  const i18n = createI18n(atom('en'), { get: noop, processors: [bySize] })
  same(bySize.from === size, true)
  const messages = i18n('main', { send: bySize({ big: 'Send message', small: 'Send' }), title: 'Main' })
  const events = []
  messages.subscribe(t => events.push(t.send()))
  size.set('small')
  same(events, ['Send message', 'Send'])
}

export function preprocessors_areCalledInTheirOrder() {
  const calls = []
  const first = texts => {
    calls.push(['first', texts])
    return texts
  }
  const i18n = createI18n(atom('en'), { get: noop, preprocessors: [first, eachMessage(text => text + '!')] })
  const messages = i18n('main', { title: 'Main', deep: { inner: 'In' }, n: count({ one: 'One', other: '{count}' }) })
  same(calls, [['first', { title: 'Main', deep: { inner: 'In' }, n: { one: 'One', other: '{count}' } }]])
  const t = messages.get()
  same([t.title, t.deep, t.n(1), t.n(2)], ['Main!', { inner: 'In!' }, 'One!', '2!'])
}

// For translators

export function messagesToJSON_hasTheBase() {
  const i18n = createI18n(atom('en'), { get: noop })
  const main = i18n('main', { title: 'Main', deep: { inner: 'In' } })
  const post = i18n('post', {
    pages: count({ one: 'One', other: '{count}' }),
    page: params('{n} of {all}'),
    both: params(count({ one: '{a}', other: '{count} {a}' }))
  })
  same(messagesToJSON(main, post), {
    main: { title: 'Main', deep: { inner: 'In' } },
    post: { pages: { one: 'One', other: '{count}' }, page: '{n} of {all}', both: { one: '{a}', other: '{count} {a}' } }
  })
  same(messagesToJSON(), {})
}

export function arguments_thatAreNoneThrow() {
  throws(() => createI18n())
  throws(() => createI18n(atom('en')))
  throws(() => params())
  throws(() => createI18n(atom('en'), { get: noop })('main', { title: null }))
}
