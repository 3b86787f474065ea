// SPDX-License-Identifier: MIT

// The module `@nanostores/i18n`: the functions of @nanostores/i18n 1.3.3 over stores of the module nanostores. Plural
// forms, numbers and dates are those of C++ (scriptintl.cpp), as this engine has no Intl.
//
// Other than there: a load that fails is reported, ends `loading`, and is made again when a component mounts or the
// locale is set anew; so does an answer without what it was asked for. Texts stay in the language before until theirs
// are there, also when a processor's store changes. An answer for another locale does not count as one for the present
// locale. A locale that is empty is the base. Processors are observed while their components are. Values of params()
// are put in as they are, whatever is in them, and names of parameters are no expressions. What is no text stays as it
// is in eachMessage(). localeFrom() is undefined where no store has a locale.

import { copyOf, describe, expectArray, expectFunction, expectObject, put, report } from './graph.mjs'
import { atom, computed, onMount, onStart } from './nanostores.mjs'

const global = new Function('return this')()
const intl = global[Symbol.for('nanostores.intl')] // see install.cpp

function expectStore(value, where, name) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function') || typeof value.get !== 'function'
    || typeof value.listen !== 'function') {
    throw new TypeError(where + '(): ' + name + ' must be a store, not ' + describe(value))
  }
}

function isObject(value) {
  return value !== null && typeof value === 'object'
}

function localeText(code) {
  return code === undefined || code === null ? '' : String(code)
}

function assign(object, others) {
  if (others === undefined || others === null) return object
  const names = Object.keys(others)
  for (let i = 0; i < names.length; i++) put(object, names[i], others[names[i]])
  return object
}

const hasOwn = Object.prototype.hasOwnProperty

function own(table, name) {
  return table !== undefined && table !== null && hasOwn.call(table, name) ? table[name] : undefined
}

/// Also where it is inherited, but not from all objects.
function has(values, name) {
  return hasOwn.call(values, name) || (name in values && !(name in Object.prototype))
}

// Locales

export function localeFrom(...stores) {
  for (let i = 0; i < stores.length; i++) expectStore(stores[i], 'localeFrom', 'store ' + i)
  const store = atom()
  let unbinds = []

  function unbindFrom(first) {
    const ended = unbinds.splice(first)
    for (let i = 0; i < ended.length; i++) ended[i]()
  }
  function choose() {
    for (let i = 0; i < stores.length; i++) {
      const locale = stores[i].get()
      if (i === unbinds.length) unbinds.push(stores[i].listen(choose))
      if (locale) {
        store.set(locale)
        unbindFrom(i + 1)
        return
      }
    }
    store.set(undefined)
  }

  onMount(store, () => {
    choose()
    return () => {
      unbindFrom(0)
    }
  })
  return store
}

export function browser(opts) {
  expectObject(opts, 'browser', 'options')
  expectArray(opts.available, 'browser', 'available')
  const fallback = opts.fallback || 'en'
  // In a test that brings the globals of Node.js, there is no system either.
  if (typeof navigator === 'undefined' && typeof process === 'undefined') return intl.systemLocale(opts.available, fallback)
  const store = atom(fallback)
  onStart(store, () => {
    if (typeof navigator === 'undefined') return
    const languages = navigator.languages || [navigator.language]
    for (let i = 0; i < languages.length; i++) {
      if (opts.available.indexOf(languages[i]) >= 0) {
        store.set(languages[i])
        return
      }
    }
  })
  return store
}

// Format

export function formatter(locale) {
  expectStore(locale, 'formatter', 'locale')
  return computed(locale, code => {
    const tag = localeText(code)
    return {
      number: (number, opts) => intl.number(tag, Number(number), opts),
      relativeTime: (number, unit, opts) => intl.relativeTime(tag, Number(number), String(unit), opts),
      time: (date, opts) => intl.time(tag, date === undefined ? new Date().getTime() : Number(date), opts)
    }
  })
}

// Transforms

export function strings(translation, cb) {
  if (typeof translation === 'string') return cb(translation)
  const result = {}
  if (translation === undefined || translation === null) return result
  const names = Object.keys(translation)
  for (let i = 0; i < names.length; i++) put(result, names[i], strings(translation[names[i]], cb))
  return result
}

export function transform(cb) {
  expectFunction(cb, 'transform', 'callback')
  return input => {
    if (input === undefined || input === null) {
      throw new TypeError('transform(): the message must be a text or an object of texts, not ' + describe(input))
    }
    if (!input.transform) {
      return { input, transform: (locale, translation, args) => cb(locale, translation, ...args) }
    }
    const inner = input.transform
    return {
      input: input.input,
      transform: (locale, translation, args) => {
        const result = cb(locale, translation, ...args)
        return (...more) => inner(locale, result, more)
      }
    }
  }
}

/// In one pass, so that what is put in is text. A name may have braces: the longest that fits counts.
function filled(text, values, names) {
  let at = text.indexOf('{')
  if (at < 0) return text
  let result = ''
  let end = 0
  while (at >= 0) {
    let name
    for (let i = 0; i < names.length; i++) {
      const isLonger = name === undefined || names[i].length > name.length
      if (isLonger && text.startsWith(names[i], at + 1) && text[at + 1 + names[i].length] === '}') name = names[i]
    }
    if (name !== undefined) {
      result += text.slice(end, at) + String(values[name])
      end = at + name.length + 2
    }
    at = text.indexOf('{', Math.max(at + 1, end))
  }
  return result + text.slice(end)
}

function namesOf(values) {
  const names = []
  for (const name in values) names.push(name)
  return names
}

export const params = transform((locale, translation, values) => {
  const names = namesOf(values)
  return strings(translation, text => filled(text, values, names))
})

export const count = transform((locale, translation, number) => {
  const forms = isObject(translation) ? translation : { other: translation }
  let form = intl.plural(localeText(locale), Number(number))
  if (!has(forms, form)) form = has(forms, 'other') ? 'other' : 'many'
  return strings(forms[form], text => filled(text, { count: number }, ['count']))
})

export function createProcessor(source) {
  expectStore(source, 'createProcessor', 'source')
  const processor = transform((locale, translation) => strings(translation, text => text)[source.get()])
  processor.from = source
  return processor
}

function mapTexts(object, cb) {
  const copy = {}
  const names = Object.keys(object)
  for (let i = 0; i < names.length; i++) {
    const value = object[names[i]]
    put(copy, names[i], typeof value === 'string' ? cb(value) : isObject(value) ? mapTexts(value, cb) : value)
  }
  return copy
}

export function eachMessage(cb) {
  expectFunction(cb, 'eachMessage', 'callback')
  return translation => isObject(translation) ? mapTexts(translation, cb) : {}
}

// Messages

function isProduction() {
  return typeof process === 'object' && process !== null && Boolean(process.env) && process.env.NODE_ENV === 'production'
}

function prefixOf(name) {
  const at = name.indexOf('/')
  return at < 0 ? name : name.slice(0, at)
}

/// The object of an answer, which may be a list of such.
function answerOf(answer) {
  if (!isObject(answer)) {
    throw new TypeError('createI18n(): get() must give an object of components, or an array of such, not ' + describe(answer))
  }
  if (!Array.isArray(answer)) return answer
  const all = {}
  for (let i = 0; i < answer.length; i++) assign(all, answer[i])
  return all
}

export function createI18n(locale, opts) {
  expectStore(locale, 'createI18n', 'locale')
  expectObject(opts, 'createI18n', 'options')
  if (opts.get !== undefined) expectFunction(opts.get, 'createI18n', 'get')
  const baseLocale = opts.baseLocale || 'en'
  const processors = opts.processors || []
  const preprocessors = opts.preprocessors || []
  const mounted = [] // { name, show }, in the order in which they have mounted
  let requested = Object.create(null) // prefixes that are waited for in the present locale

  function current() {
    return locale.get() || baseLocale
  }
  function cached(code, name) {
    return own(own(define.cache, code), name)
  }
  function preprocessed(texts) {
    let result = texts
    for (let i = 0; i < preprocessors.length; i++) result = preprocessors[i](result)
    return result
  }
  function isWaiting() {
    return Object.keys(requested).length > 0
  }

  /// Shows all, or those alone whose translation is there.
  function showAll(code, all) {
    const list = mounted.slice()
    for (let i = 0; i < list.length; i++) {
      if (all || code === baseLocale || cached(code, list[i].name)) list[i].show(code)
    }
  }

  function load(code, names) {
    const wanted = names.filter(name => !(prefixOf(name) in requested))
    if (wanted.length === 0) return
    const mine = requested
    const prefixes = wanted.map(prefixOf)
    define.loading.set(true)
    for (let i = 0; i < prefixes.length; i++) mine[prefixes[i]] = true

    function arrived() {
      for (let i = 0; i < prefixes.length; i++) delete mine[prefixes[i]]
    }
    function end(isWhole) {
      if (code !== current() || isWaiting()) return
      showAll(code, isWhole)
      define.loading.set(false)
    }
    function fail(error) {
      arrived()
      report(error)
      end(false)
    }
    function take(answer) {
      try {
        const translations = preprocessed(answerOf(answer))
        put(define.cache, code, assign(copyOf(own(define.cache, code)), translations))
        arrived()
        if (code === current()) {
          const answered = Object.keys(translations)
          for (let i = 0; i < answered.length; i++) delete requested[prefixOf(answered[i])]
        }
      } catch (error) {
        fail(error)
        return
      }
      end(true)
    }

    let answer
    try {
      if (typeof opts.get !== 'function') {
        throw new TypeError('createI18n(): there are no translations into "' + code + '": options need a function get(code, '
          + 'components) that loads them, or a cache that has them')
      }
      answer = opts.get(code, wanted)
    } catch (error) {
      fail(error)
      return
    }
    Promise.resolve(answer).then(take, fail).then(undefined, report) // of listeners
  }

  function define(componentName, base) {
    if (typeof componentName !== 'string') {
      throw new TypeError('i18n(): the name of the component must be a string, not ' + describe(componentName))
    }
    expectObject(base, 'i18n', 'messages')
    const transforms = Object.create(null)
    let texts = {}
    const names = Object.keys(base)
    for (let i = 0; i < names.length; i++) {
      const message = base[names[i]]
      if (message === undefined || message === null) {
        throw new TypeError('i18n(): the message "' + names[i] + '" of "' + componentName + '" must be a text, an object of '
          + 'texts, or what params(), count() and their like make, not ' + describe(message))
      }
      if (message.transform) transforms[names[i]] = message.transform
      put(texts, names[i], message.transform ? message.input : message)
    }
    texts = preprocessed(texts)

    const $texts = atom()
    $texts.i18n = define
    $texts.base = base
    $texts.component = componentName
    if (cached(baseLocale, componentName) && !opts.isSSR && !isProduction() && typeof console === 'object') {
      console.warn('I18n component ' + componentName + ' was defined multiple times. The last one counts for the cache: '
        + 'define it once, outside of functions that run again.')
    }
    put(define.cache[baseLocale], componentName, texts)

    let shown = baseLocale
    function show(code) {
      shown = code
      const translations = assign(copyOf(cached(baseLocale, componentName)), cached(code, componentName))
      for (const name in transforms) {
        const f = transforms[name]
        const input = translations[name]
        put(translations, name, (...args) => f(code, input, args))
      }
      $texts.set(translations)
    }

    const code = current()
    show(code !== baseLocale && own(define.cache, code) ? code : baseLocale)

    onMount($texts, () => {
      const component = { name: componentName, show }
      mounted.push(component)
      const now = current()
      if (now === baseLocale || cached(now, componentName)) show(now)
      else load(now, [componentName])
      const unbinds = processors.map(processor => processor.from.listen(() => {
        show(shown)
      }))
      return () => {
        mounted.splice(mounted.indexOf(component), 1)
        for (let i = 0; i < unbinds.length; i++) unbinds[i]()
      }
    })
    return $texts
  }

  define.cache = assign({}, opts.cache)
  put(define.cache, baseLocale, {})
  define.loading = atom(false)

  locale.subscribe(() => {
    requested = Object.create(null)
    const code = current()
    const missing = code === baseLocale ? [] : mounted.filter(each => !cached(code, each.name)).map(each => each.name)
    if (missing.length > 0) {
      load(code, missing)
    } else {
      showAll(code, true)
      define.loading.set(false)
    }
  })
  return define
}

export function messagesToJSON(...components) {
  const result = {}
  for (let i = 0; i < components.length; i++) {
    const messages = components[i]
    if (!isObject(messages) || typeof messages.component !== 'string') {
      throw new TypeError('messagesToJSON(): argument ' + (i + 1) + ' must be the messages of a component, not ' + describe(messages))
    }
    const texts = {}
    const names = Object.keys(messages.base)
    for (let k = 0; k < names.length; k++) {
      const message = messages.base[names[k]]
      put(texts, names[k], isObject(message) && message.transform ? message.input : message)
    }
    put(result, messages.component, texts)
  }
  return result
}

export function translationsLoading(i18n) {
  if (!i18n || !i18n.loading) {
    throw new TypeError('translationsLoading(): i18n must be what createI18n() gives, not ' + describe(i18n))
  }
  if (!i18n.loading.get()) return Promise.resolve()
  return new Promise(resolve => {
    const unbind = i18n.loading.listen(isLoading => {
      if (isLoading) return
      unbind()
      resolve()
    })
  })
}

export function loadTranslations(messages) {
  expectStore(messages, 'loadTranslations', 'messages')
  const unbind = messages.listen(() => {})
  return translationsLoading(messages.i18n).then(() => {
    unbind()
    return messages.get()
  })
}
