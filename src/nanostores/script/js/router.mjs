// SPDX-License-Identifier: MIT

// The module `@nanostores/router`: the functions of @nanostores/router 1.1.
//
// This engine has no URL, no URLSearchParams and no named groups: paths are taken apart here, and patterns are matched
// in C++ (scriptroutes.cpp). Where there is a window, as in a test that brings one, the router follows its address and
// its links, as upstream does. In a program there is none: the router has a history of its own.

import { describe, expectFunction, expectObject, put } from './graph.mjs'
import { atom, onMount } from './nanostores.mjs'

const global = new Function('return this')()
const bridge = global[Symbol.for('nanostores.bridge')] // see install.cpp

// Paths, as new URL(href, 'http://a') has them

const special = /^(?:https?|wss?|ftp|file):/i
const scheme = /^[a-z][a-z0-9+.-]*:/i

function encoded(text, unsafe) {
  return text.replace(unsafe, part => {
    try {
      return encodeURIComponent(part).replace(/'/g, '%27')
    } catch (error) {
      return '%EF%BF%BD' // half a character
    }
  })
}

// Whole characters: encodeURIComponent() throws at halves.
const other = '[\\ud800-\\udbff][\\udc00-\\udfff]|[^\\x21-\\x7e]'
const unsafeInPath = new RegExp(other + '|["#<>?`{}]', 'g')
const unsafeInSearch = new RegExp(other + '|["#<>\']', 'g')
const unsafeInHash = new RegExp(other + '|["<>`]', 'g')

function isDots(part, count) {
  return part.replace(/%2e/gi, '.') === (count === 1 ? '.' : '..')
}

/// Without the dots that lead elsewhere.
function withoutDots(path) {
  if (path.indexOf('.') < 0 && !/%2e/i.test(path)) return path
  const parts = path.split('/')
  const kept = []
  for (let i = 1; i < parts.length; i++) {
    const isLast = i === parts.length - 1
    if (isDots(parts[i], 2)) {
      kept.pop()
      if (isLast) kept.push('')
    } else if (isDots(parts[i], 1)) {
      if (isLast) kept.push('')
    } else {
      kept.push(parts[i])
    }
  }
  return '/' + kept.join('/')
}

/// What is not text becomes one, as upstream has it.
function partsOf(href) {
  let rest = String(href).replace(/^[\x00-\x20]+|[\x00-\x20]+$/g, '').replace(/[\t\n\r]/g, '')
  let hash = ''
  let search = ''
  const atHash = rest.indexOf('#')
  if (atHash >= 0) {
    hash = rest.slice(atHash)
    rest = rest.slice(0, atHash)
  }
  const atSearch = rest.indexOf('?')
  if (atSearch >= 0) {
    search = rest.slice(atSearch)
    rest = rest.slice(0, atSearch)
  }
  const isOther = scheme.test(rest) && !special.test(rest)
  if (!isOther) rest = rest.replace(/\\/g, '/')
  if (scheme.test(rest)) {
    rest = rest.replace(scheme, '')
    rest = isOther ? rest.replace(/^\/\/[^/]*/, '') : '/' + rest.replace(/^\/*[^/]*\/?/, '')
  } else {
    rest = rest.replace(/^\/\/[^/]*/, '') // another host
    if (rest[0] !== '/') rest = '/' + rest
  }
  return {
    pathname: rest[0] === '/' ? withoutDots(encoded(rest, unsafeInPath)) : rest,
    search: search === '?' ? '' : encoded(search, unsafeInSearch),
    hash: hash === '#' ? '' : encoded(hash, unsafeInHash)
  }
}

function decodedOf(routes, text) {
  const spaced = text.indexOf('+') < 0 ? text : text.replace(/\+/g, ' ')
  return spaced.indexOf('%') < 0 ? spaced : routes.decoded(spaced)
}

/// Of equal names the last one.
function valuesOf(routes, search) {
  const values = {}
  const items = search.slice(1).split('&')
  for (let i = 0; i < items.length; i++) {
    if (items[i] === '') continue
    const sign = items[i].indexOf('=')
    const name = sign < 0 ? items[i] : items[i].slice(0, sign)
    put(values, decodedOf(routes, name), sign < 0 ? '' : decodedOf(routes, items[i].slice(sign + 1)))
  }
  return values
}

/// As a form is sent.
function formOf(text) {
  return encoded(String(text), /[\ud800-\udbff][\udc00-\udfff]|[^a-zA-Z0-9*._ -]/g)
    .replace(/[!'()~]/g, mark => '%' + mark.charCodeAt(0).toString(16).toUpperCase()).replace(/ /g, '+')
}

function searchOf(search) {
  if (typeof search === 'string') return search.replace(/^\?/, '')
  const pairs = Array.isArray(search) ? search : Object.keys(search).map(name => [name, search[name]])
  return pairs.map(pair => formOf(pair[0]) + '=' + formOf(pair[1])).join('&')
}

// Routes

const parameter = /\/:(\w+)(\?)?/g

/// The expression of a pattern. Its groups have no names, which this engine does not know: they are in names.
function expressionOf(pattern, names) {
  const source = pattern.replace(/[\s!#$()+,.:<=?[\\\]^{|}]/g, '\\$&')
    .replace(/\/\\:(\w+)(\\\?)?/g, (all, name, optional) => {
      names.push(name)
      return optional ? '(?:/([^/]+))?' : '/([^/]+)'
    })
  return new RegExp('^' + source + '$', 'i')
}

const doubles = /\//.source.length > 2 // Qt 6.4 escapes the slashes of a literal once more

function sourceOf(expression) {
  return doubles && expression instanceof RegExp ? expression.source.split('\\/').join('/') : expression.source
}

/// [name, expression, callback, pattern], and in `names` what its groups are called.
function routeOf(name, route, names) {
  if (typeof route === 'string') {
    const pattern = route.replace(/\/$/, '') || '/'
    return [name, expressionOf(pattern, names), null, pattern]
  }
  const parts = Array.isArray(route) ? route : [route]
  if (parts[0] === null || typeof parts[0] !== 'object' || typeof parts[0].source !== 'string') {
    throw new TypeError('createRouter(): the route "' + name + '" must be a pattern, a RegExp, { source, flags }, or one of '
      + 'those in an array with a function, not ' + describe(parts[0]))
  }
  if (parts[1] !== undefined && parts[1] !== null) expectFunction(parts[1], 'createRouter', 'the callback of the route "' + name + '"')
  return [name].concat(parts)
}

export function createRouter(routes, opts = {}) {
  expectObject(routes, 'createRouter', 'routes')
  const router = atom()
  const expressions = bridge.routes()
  const groupNames = []
  router.routes = Object.keys(routes).map((name, i) => {
    const names = []
    const route = routeOf(name, routes[name], names)
    const error = expressions.add(sourceOf(route[1]), route[1].flags || '')
    if (error !== '') {
      throw new SyntaxError('createRouter(): the expression of the route "' + name + '": ' + error)
    }
    groupNames.push(route[3] === undefined ? expressions.names(i).slice(1) : names)
    return route
  })

  function paramsOf(index, groups) {
    const params = {}
    const names = groupNames[index]
    for (let i = 0; i < names.length; i++) {
      if (names[i] !== undefined) put(params, names[i], groups[i] ? decodeURIComponent(groups[i]) : '')
    }
    return params
  }

  let prev // what was parsed last
  function parse(href) {
    const url = partsOf(href)
    const cache = url.pathname + url.search + url.hash
    if (prev === cache) return false
    prev = cache
    const path = (opts.search ? url.pathname + url.search : url.pathname).replace(/\/($|\?)/, '$1') || '/'
    const match = expressions.match(path)
    if (match === undefined) return undefined
    const route = router.routes[match[0]]
    const groups = []
    for (let i = 0; i < match[1].length; i++) groups.push(match[1][i]) // this engine hands holes on as they are
    return {
      hash: url.hash,
      params: route[2] ? route[2].apply(undefined, groups) : paramsOf(match[0], groups),
      path,
      route: route[0],
      search: valuesOf(expressions, url.search)
    }
  }

  if (typeof window !== 'undefined' && typeof location !== 'undefined') followWindow(router, parse, opts, () => { prev = undefined })
  else keepHistory(router, parse, () => { prev = undefined })
  return router
}

/// Sets the page; whether the store has taken it.
function take(router, page, forget) {
  router.set(page)
  if (router.value === page) return true
  forget() // so that the next open() of it is not for the same
  return false
}

/// In a window: its address, its history and its links.
function followWindow(router, parse, opts, forget) {
  const change = () => {
    const page = parse(location.href)
    if (page !== false) router.set(page)
  }
  const click = event => {
    const link = event.target.closest('a')
    if (!link || event.button !== 0 || event.defaultPrevented || event.altKey || event.metaKey || event.ctrlKey || event.shiftKey
      || link.target === '_blank' || link.target === '_self' || link.rel === 'external' || link.download
      || link.origin !== location.origin) {
      return
    }
    event.preventDefault()
    const hashChanged = location.hash !== link.hash
    if (router.open(link.href) && hashChanged) {
      location.hash = link.hash
      if (link.hash === '' || link.hash === '#') window.dispatchEvent(new HashChangeEvent('hashchange'))
    }
  }
  onMount(router, () => {
    change()
    if (opts.links !== false) document.body.addEventListener('click', click)
    window.addEventListener('popstate', change)
    window.addEventListener('hashchange', change)
    return () => {
      forget()
      document.body.removeEventListener('click', click)
      window.removeEventListener('popstate', change)
      window.removeEventListener('hashchange', change)
    }
  })
  router.open = (path, redirect) => {
    const page = parse(path)
    if (page === false || !take(router, page, forget)) return undefined
    if (typeof history !== 'undefined') {
      if (redirect) history.replaceState(null, null, path)
      else history.pushState(null, null, path)
    }
    return page
  }
  router.back = () => history.back()
  router.forward = () => history.forward()
  router.go = steps => history.go(steps)
}

/// Without a window: a history of its own, which a page that is not taken leaves as it is.
function keepHistory(router, parse, forget) {
  const entries = ['/']
  let index = 0
  router.set(parse('/'))
  router.open = (path, redirect) => {
    const page = parse(path)
    if (page === false || !take(router, page, forget)) return undefined
    if (!redirect) {
      index++
      entries.length = index
    }
    entries[index] = path
    return page
  }
  router.go = steps => {
    const next = index + steps
    if (!(next >= 0 && next < entries.length) || steps === 0 || next !== Math.floor(next)) return undefined
    const page = parse(entries[next])
    if (page === false) { // the same page in another entry
      index = next
      return router.value
    }
    if (!take(router, page, forget)) return undefined
    index = next
    return page
  }
  router.back = () => router.go(-1)
  router.forward = () => router.go(1)
}

// Paths of pages

function textOf(value) {
  return value === undefined || value === null || value === false ? '' : String(value)
}

export function getPagePath(router, name, params, search) {
  if (name !== null && typeof name === 'object') {
    search = params
    params = name.params
    name = name.route
  }
  if (!router || !Array.isArray(router.routes)) {
    throw new TypeError('getPagePath(): router must be a router of createRouter(), not ' + describe(router))
  }
  const route = router.routes.find(each => each[0] === name)
  if (route === undefined) {
    throw new TypeError('getPagePath(): there is no route "' + String(name) + '"; the router has '
      + router.routes.map(each => each[0]).join(', '))
  }
  if (route[3] === undefined) throw new Error('RegExp routes are not supported')
  let path = route[3].replace(parameter, (all, key, optional) => {
    const text = textOf(params ? params[key] : undefined)
    if (text !== '') return '/' + encodeURIComponent(text)
    if (optional) return ''
    throw new TypeError('getPagePath(): the route "' + name + '" needs a param "' + key + '"')
  })
  if (path === '') path = '/'
  const query = search ? searchOf(search) : ''
  return query === '' ? path : path + '?' + query
}

export function openPage(router, name, params, search) {
  router.open(getPagePath(router, name, params, search))
}

export function redirectPage(router, name, params, search) {
  router.open(getPagePath(router, name, params, search), true)
}
