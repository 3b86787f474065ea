// SPDX-License-Identifier: MIT

// The module @nanostores/i18n: when translations are loaded, and when they are shown. All of this holds for the package
// of npm as well: `.ci/run upstream` runs it there.

import { count, createI18n, eachMessage, loadTranslations, params, translationsLoading } from "@nanostores/i18n"
import { atom, STORE_UNMOUNT_DELAY } from "nanostores"
import { during, noop, same } from "./lib/queries.mjs"

/// An I18n whose translations are answered by hand.
function program(options = {}) {
  const calls = []
  const waiting = []
  const locale = atom(options.locale || 'en')
  const i18n = createI18n(locale, Object.assign({
    get(code, components) {
      calls.push(code + ' ' + components.join())
      return new Promise(resolve => {
        waiting.push(resolve)
      })
    }
  }, options))
  const loading = []
  i18n.loading.listen(value => loading.push(value))
  return { calls, locale, i18n, loading, answer: translations => waiting.shift()(translations) }
}

function titlesOf(messages) {
  const titles = []
  const stop = messages.subscribe(t => titles.push(t.title))
  return { titles, stop }
}

export function load_isForWhatIsMounted() {
  return during(function* () {
    const { calls, locale, i18n, loading, answer } = program()
    const main = i18n('main', { title: 'Main' })
    i18n('other', { title: 'Other' })
    const { titles } = titlesOf(main)
    locale.set('ru')
    same([calls, titles, loading, i18n.loading.get()], [['ru main'], ['Main'], [true], true])
    answer({ main: { title: 'Главная' } })
    yield 0
    same([calls, titles, loading], [['ru main'], ['Main', 'Главная'], [true, false]])
    same(i18n.cache.ru, { main: { title: 'Главная' } })
  })
}

export function load_isMadeOnce() {
  return during(function* () {
    const { calls, locale, i18n, answer } = program()
    const { titles } = titlesOf(i18n('main', { title: 'Main' }))
    locale.set('ru')
    answer({ main: { title: 'Главная' } })
    yield 0
    locale.set('en')
    locale.set('ru')
    same([calls, titles], [['ru main'], ['Main', 'Главная', 'Main', 'Главная']])
  })
}

export function load_ofAMountThatIsLater() {
  return during(function* () {
    const { calls, locale, i18n, loading, answer } = program()
    locale.set('ru')
    const main = i18n('main', { title: 'Main' })
    same([calls, loading], [[], []])
    const { titles } = titlesOf(main)
    same([calls, titles, loading], [['ru main'], ['Main'], [true]])
    answer({ main: { title: 'Главная' } })
    yield 0
    same(titles, ['Main', 'Главная'])
  })
}

export function answer_mayBeAList() {
  return during(function* () {
    const { locale, i18n, answer } = program()
    const main = titlesOf(i18n('main', { title: 'Main' }))
    const post = titlesOf(i18n('post', { title: 'Post' }))
    locale.set('ru')
    answer([{ main: { title: 'Главная' } }, { post: { title: 'Пост' } }])
    yield 0
    same([main.titles, post.titles], [['Main', 'Главная'], ['Post', 'Пост']])
  })
}

export function answer_withMoreIsKept() {
  return during(function* () {
    const { calls, locale, i18n, answer } = program()
    titlesOf(i18n('main', { title: 'Main' }))
    const post = i18n('post', { title: 'Post' })
    locale.set('ru')
    answer({ main: { title: 'Главная' }, post: { title: 'Пост' } })
    yield 0
    same(titlesOf(post).titles, ['Пост'])
    same(calls, ['ru main'])
  })
}

export function missingTexts_areOfTheBase() {
  return during(function* () {
    const { locale, i18n, answer } = program()
    const messages = i18n('main', { title: 'Main', body: 'Body', n: count({ one: 'one', other: '{count}' }) })
    messages.listen(noop)
    locale.set('ru')
    answer({ main: { title: 'Главная' } })
    yield 0
    const t = messages.get()
    same([t.title, t.body, t.n(5)], ['Главная', 'Body', '5'])
  })
}

export function lateAnswer_isForTheCache() {
  return during(function* () {
    const { calls, locale, i18n, answer } = program()
    const { titles } = titlesOf(i18n('main', { title: 'Main' }))
    locale.set('ru')
    locale.set('fr')
    same(calls, ['ru main', 'fr main'])
    answer({ main: { title: 'Главная' } })
    yield 0
    same([titles, i18n.loading.get(), i18n.cache.ru], [['Main'], true, { main: { title: 'Главная' } }])
    answer({ main: { title: 'Accueil' } })
    yield 0
    same([titles, i18n.loading.get()], [['Main', 'Accueil'], false])
    locale.set('ru')
    same([titles, calls.length], [['Main', 'Accueil', 'Главная'], 2])
  })
}

export function back_toTheBaseEndsLoading() {
  return during(function* () {
    const { locale, i18n, loading, answer } = program()
    const { titles } = titlesOf(i18n('main', { title: 'Main' }))
    locale.set('ru')
    locale.set('en')
    same([loading, titles], [[true, false], ['Main', 'Main']])
    answer({ main: { title: 'Главная' } })
    yield 0
    same([loading, titles], [[true, false], ['Main', 'Main']])
  })
}

export function prefix_isAskedForOnce() {
  return during(function* () {
    const { calls, locale, i18n, answer } = program()
    locale.set('ru')
    const one = titlesOf(i18n('main/one', { title: 'One' }))
    const two = titlesOf(i18n('main/two', { title: 'Two' }))
    titlesOf(i18n('post', { title: 'Post' }))
    same(calls, ['ru main/one', 'ru post'])
    answer({ 'main/one': { title: 'Раз' }, 'main/two': { title: 'Два' } })
    yield 0
    same([one.titles, two.titles, i18n.loading.get()], [['One'], ['Two'], true]) // the other load is waited for
    answer({ post: { title: 'Пост' } })
    yield 0
    same([one.titles, two.titles, i18n.loading.get()], [['One', 'Раз'], ['Two', 'Два'], false])
  })
}

export function unmounted_isNotLoaded() {
  return during(function* () {
    const { calls, locale, i18n, answer } = program()
    const main = i18n('main', { title: 'Main' })
    titlesOf(main).stop()
    yield STORE_UNMOUNT_DELAY
    locale.set('ru')
    same(calls, [])
    const { titles } = titlesOf(main)
    same([calls, titles], [['ru main'], ['Main']])
    answer({ main: { title: 'Главная' } })
    yield 0
    same(titles, ['Main', 'Главная'])
  })
}

export function base_mayBeAnother() {
  return during(function* () {
    const { calls, locale, i18n, answer } = program({ baseLocale: 'ru', locale: 'ru' })
    const { titles } = titlesOf(i18n('main', { title: 'Главная' }))
    same([calls, titles], [[], ['Главная']])
    locale.set('en')
    answer({ main: { title: 'Main' } })
    yield 0
    same(titles, ['Главная', 'Main'])
  })
}

export function preprocessors_areForAnswers() {
  return during(function* () {
    const { locale, i18n, answer } = program({ preprocessors: [eachMessage(text => text + '!')] })
    const messages = i18n('main', { title: 'Main', page: params('{n}') })
    const { titles } = titlesOf(messages)
    locale.set('ru')
    answer({ main: { title: 'Главная', page: 'стр. {n}' } })
    yield 0
    same(titles, ['Main!', 'Главная!'])
    same([messages.get().page({ n: 1 }), i18n.cache.ru.main.title], ['стр. 1!', 'Главная!'])
  })
}

export function translationsLoading_waits() {
  return during(function* () {
    const { locale, i18n, answer } = program()
    const log = []
    translationsLoading(i18n).then(() => log.push('at rest'))
    yield 0
    same(log, ['at rest'])
    titlesOf(i18n('main', { title: 'Main' }))
    locale.set('ru')
    translationsLoading(i18n).then(() => log.push('loaded'))
    yield 0
    same(log, ['at rest'])
    answer({ main: { title: 'Главная' } })
    yield 0
    same(log, ['at rest', 'loaded'])
  })
}

export function loadTranslations_givesTheTexts() {
  return during(function* () {
    const { calls, locale, i18n, answer } = program()
    locale.set('ru')
    const main = i18n('main', { title: 'Main' })
    const log = []
    loadTranslations(main).then(t => log.push(t))
    same([calls, main.lc], [['ru main'], 1])
    answer({ main: { title: 'Главная' } })
    yield 0
    same([log, main.lc], [[{ title: 'Главная' }], 0])
  })
}
