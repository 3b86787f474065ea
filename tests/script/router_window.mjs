// SPDX-License-Identifier: MIT

// The module @nanostores/router where there is a window: its address, its history and its links.

import { host } from "host.mjs"
import { createRouter, openPage, redirectPage } from "@nanostores/router"
import { onSet } from "nanostores"

const global = new Function('return this')()

function same(actual, expected) {
  const show = value => value === undefined ? 'undefined' : JSON.stringify(value)
  if (show(actual) !== show(expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

function target() {
  const listeners = []
  return {
    listeners,
    addEventListener(type, f) { listeners.push([type, f]) },
    removeEventListener(type, f) {
      const at = listeners.findIndex(each => each[0] === type && each[1] === f)
      if (at >= 0) listeners.splice(at, 1)
    },
    dispatchEvent(event) {
      for (const each of listeners.slice()) if (each[0] === event.type) each[1](event)
    }
  }
}

/// As much of a window as a router asks for.
function openWindow(path) {
  const entries = [path]
  let index = 0
  const window = target()
  const body = target()
  const origin = 'http://localhost'
  global.window = window
  global.document = { body }
  global.HashChangeEvent = function (type) { this.type = type }
  global.location = {
    origin,
    get href() { return origin + entries[index] },
    get hash() {
      const at = entries[index].indexOf('#')
      return at < 0 ? '' : entries[index].slice(at)
    },
    set hash(hash) {
      const path = entries[index].split('#')[0]
      entries[index] = hash === '' || hash === '#' ? path : path + hash
    }
  }
  global.history = {
    pushState(state, title, path) { entries.splice(++index, entries.length, path.replace(origin, '')) },
    replaceState(state, title, path) { entries[index] = path.replace(origin, '') },
    go(steps) {
      if (entries[index + steps] === undefined) return
      index += steps
      window.dispatchEvent({ type: 'popstate' })
    },
    back() { this.go(-1) },
    forward() { this.go(1) }
  }
  return {
    window,
    body,
    entries,
    get path() { return entries[index] },
    go(path) {
      global.history.pushState(null, null, path)
      window.dispatchEvent({ type: 'popstate' })
    },
    /// Clicks a link; whether the router has taken the click.
    click(href, link = {}, event = {}) {
      const full = href[0] === '/' ? origin + href : href
      let isTaken = false
      const at = href.indexOf('#')
      body.dispatchEvent(Object.assign({
        type: 'click',
        button: 0,
        target: { closest: () => Object.assign({ href: full, hash: at < 0 ? '' : href.slice(at), target: '', rel: '', download: '',
          origin: full.split('/').slice(0, 3).join('/') }, link) },
        preventDefault: () => { isTaken = true }
      }, event))
      return isTaken
    }
  }
}

function makeRouter(opts) {
  return createRouter({ home: '/', posts: '/posts', post: '/posts/:id' }, opts)
}

function seenBy(router) {
  const seen = []
  const unbind = router.listen(page => seen.push(page === undefined ? undefined : page.path + page.hash))
  return { seen, unbind }
}

export function address_isFollowedWhileMounted() {
  const browser = openWindow('/posts/1/')
  const router = makeRouter()
  same(browser.window.listeners.length, 0)
  const { seen, unbind } = seenBy(router)
  same(router.get().path, '/posts/1')
  browser.go('/posts')
  browser.go('/nowhere')
  browser.go('/nowhere')
  same(seen, ['/posts', undefined])
  unbind()
  host.advance(1100)
  same([browser.window.listeners.length, browser.body.listeners.length], [0, 0])
  browser.go('/')
  same(seen.length, 2)
  same(router.get().path, '/')
}

export function open_pushesAndReplaces() {
  const browser = openWindow('/')
  const router = makeRouter()
  seenBy(router)
  openPage(router, 'post', { id: 1 })
  redirectPage(router, 'post', { id: 2 })
  router.open('/posts/2')
  same(browser.entries, ['/', '/posts/2'])
  router.back()
  same(router.get().path, '/')
  router.forward()
  same(router.get().path, '/posts/2')
  router.go(-1)
  same([router.get().path, browser.path], ['/', '/'])
}

export function open_abortedLeavesTheAddress() {
  const browser = openWindow('/')
  const router = makeRouter()
  const { seen } = seenBy(router)
  const unbind = onSet(router, event => event.abort())
  router.open('/posts')
  same([browser.entries, seen], [['/'], []])
  unbind()
  router.open('/posts')
  same([browser.path, seen], ['/posts', ['/posts']])
}

export function hash_isFollowed() {
  const browser = openWindow('/')
  const router = makeRouter()
  const { seen } = seenBy(router)
  browser.go('/#')
  browser.go('/#1')
  global.location.hash = '#2'
  browser.window.dispatchEvent({ type: 'hashchange' })
  same(seen, ['/#1', '/#2'])
}

export function links_areOpened() {
  const browser = openWindow('/')
  const router = makeRouter()
  const { seen } = seenBy(router)
  same(browser.click('/posts?a=1'), true)
  same([router.get().search, browser.path], [{ a: '1' }, '/posts?a=1'])
  browser.click('/posts/1#top')
  same([browser.path, global.location.hash], ['/posts/1#top', '#top'])
  let changes = 0
  browser.window.addEventListener('hashchange', () => { changes++ })
  browser.click('/posts/1')
  same([browser.path, changes], ['/posts/1', 1])
  same(seen, ['/posts', '/posts/1#top', '/posts/1'])
}

export function links_thatAreNotForUs() {
  const browser = openWindow('/')
  const router = makeRouter()
  const { seen } = seenBy(router)
  for (const link of [{ target: '_blank' }, { target: '_self' }, { rel: 'external' }, { download: 'a.txt' }]) {
    same(browser.click('/posts', link), false)
  }
  for (const event of [{ button: 1 }, { altKey: true }, { metaKey: true }, { ctrlKey: true }, { shiftKey: true },
    { defaultPrevented: true }, { target: { closest: () => null } }]) {
    same(browser.click('/posts', {}, event), false)
  }
  same(browser.click('http://elsewhere/posts'), false)
  same(seen, [])
}

export function links_off() {
  const browser = openWindow('/')
  const router = makeRouter({ links: false })
  seenBy(router)
  same(browser.body.listeners.length, 0)
  same(browser.click('/posts'), false)
}
