// SPDX-License-Identifier: MIT

// The module @nanostores/router without a window: patterns, pages, paths of pages, and a history of its own.

import { createRouter, getPagePath, openPage, redirectPage } from "@nanostores/router"
import { atom, cleanStores, computed, onSet } from "nanostores"

function same(actual, expected) {
  const show = value => value === undefined ? 'undefined' : JSON.stringify(value)
  if (show(actual) !== show(expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

function throws(f, part) {
  try {
    f()
  } catch (error) {
    if (String(error).indexOf(part) < 0) throw new Error('another error: ' + error)
    return
  }
  throw new Error('nothing was thrown')
}

function shop(opts) {
  return createRouter({
    home: '/',
    products: '/products/',
    product: '/products/:kind/:id',
    user: '/user/:id?/:tab?',
    odd: '/[x]/a.b/:id',
    draft: [/\/notes\/(draft|new)\/(\d+)/, (state, id) => ({ id, state })]
  }, opts)
}

function pageOf(path, router) {
  router = router || shop()
  router.open(path)
  return router.get()
}

function pathsSeen(router) {
  const seen = []
  router.listen(page => seen.push(page === undefined ? undefined : page.path))
  return seen
}

export function starts_atHome() {
  same(shop().get(), { hash: '', params: {}, path: '/', route: 'home', search: {} })
  same(createRouter({ other: '/other' }).get(), undefined)
}

export function page_hasAllParts() {
  same(pageOf('/products/mugs/7?sort=name&page=2#top'),
    { hash: '#top', params: { kind: 'mugs', id: '7' }, path: '/products/mugs/7', route: 'product', search: { sort: 'name', page: '2' } })
}

export function lastSlash_isDropped() {
  same(pageOf('/products/').path, '/products')
  same(pageOf('/products/mugs/7/').path, '/products/mugs/7')
  same(pageOf('/products/?a=1').path, '/products')
  same(pageOf('/products//'), undefined)
}

export function unknownPath_isUndefined() {
  const router = shop()
  const seen = pathsSeen(router)
  router.open('/nowhere')
  router.open('/products')
  router.back()
  same(seen, [undefined, '/products', undefined])
}

export function case_isIgnored() {
  const page = pageOf('/PRODUCTS/Mugs/7')
  same([page.route, page.path, page.params.kind], ['product', '/PRODUCTS/Mugs/7', 'Mugs'])
}

export function fixedParts_areLiteral() {
  same(pageOf('/[x]/a.b/9').params, { id: '9' })
  same(pageOf('/x/a.b/9'), undefined)
  same(pageOf('/[x]/acb/9'), undefined)
}

export function params_optional() {
  same(pageOf('/user').params, { id: '', tab: '' })
  same(pageOf('/user/10/').params, { id: '10', tab: '' })
  same(pageOf('/user/10/orders').params, { id: '10', tab: 'orders' })
  same(pageOf('/user//orders'), undefined)
  same(pageOf('/user/10/orders/more'), undefined)
  same(pageOf('/username'), undefined)
}

export function params_areDecoded() {
  same(pageOf('/products/a%23b%2Fc/%C3%A4').params, { kind: 'a#b/c', id: '\u00e4' })
  const page = pageOf('/products/\u00e4 \ud83d\ude00/7')
  same([page.path, page.params.kind], ['/products/%C3%A4%20%F0%9F%98%80/7', '\u00e4 \ud83d\ude00'])
}

export function params_malformedThrow() {
  const router = shop()
  throws(() => router.open('/products/%/7'), 'URIError')
  throws(() => router.open('/products/%ff/7'), 'URIError')
  same(router.get().route, 'home')
}

export function params_namedAsObjectsAre() {
  const router = createRouter({ odd: '/:constructor/:__proto__' })
  router.open('/a/b')
  same(Object.keys(router.get().params), ['constructor', '__proto__'])
  same(Object.getPrototypeOf(router.get().params) === Object.prototype, true)
}

export function search_lastOfEqualNames() {
  same(pageOf('/?a=1&b=x+y%2B&a=2&flag&=empty&c=1=2&&').search, { a: '2', b: 'x y+', flag: '', '': 'empty', c: '1=2' })
  same(pageOf('/?a=%zz&b=%ff%41').search, { a: '%zz', b: '\ufffdA' })
}

export function search_inThePattern() {
  const router = createRouter({ first: '/list?page=1', second: '/list?page=2' }, { search: true })
  same(pageOf('/list?page=2', router), { hash: '', params: {}, path: '/list?page=2', route: 'second', search: { page: '2' } })
  same(pageOf('/list/?page=1', router).path, '/list?page=1')
  same(pageOf('/list?page=1&b=2', router), undefined)
}

export function hash_aloneCounts() {
  const router = shop()
  const seen = []
  router.listen(page => seen.push(page.hash))
  router.open('/#')
  router.open('/#1')
  router.open('/#a b')
  same(seen, ['#1', '#a%20b'])
}

export function dots_leadUp() {
  same(pageOf('/a/../products/./mugs/b/../7').path, '/products/mugs/7')
  same(pageOf('/../../products/%2e%2E/products').path, '/products')
  same(pageOf('/products/.').path, '/products')
}

export function hosts_areTakenOff() {
  same(pageOf('https://shop.example/products?a=1').search, { a: '1' })
  same(pageOf('http://shop.example').route, 'home')
  same(pageOf('//shop.example/products').route, 'products')
  same(pageOf('products').route, 'products')
  same(pageOf('\\products').route, 'products')
}

export function expression_withCallback() {
  const page = pageOf('/notes/draft/10/')
  same([page.route, page.path, page.params], ['draft', '/notes/draft/10', { id: '10', state: 'draft' }])
  same(pageOf('/notes/other/10'), undefined)
}

export function expression_groupThatTakesNoPart() {
  let given
  const router = createRouter({ a: [/^\/a(b)?(c)?$/, (b, c) => { given = [b === undefined, c]; return {} }] })
  router.open('/ac')
  same(given, [true, 'c'])
}

export function expression_namedGroups() {
  const router = createRouter({ note: { source: '^/notes/(?<state>draft|new)/(\\d+)(?:/(?<tab>\\w+))?$', flags: 'i' } })
  router.open('/NOTES/draft/10')
  same(router.get().params, { state: 'draft', tab: '' })
}

export function expression_thatIsNone() {
  throws(() => createRouter({ a: { source: '(' } }), 'createRouter(): the expression of the route "a"')
  throws(() => createRouter({ a: 5 }), 'the route "a" must be a pattern')
  throws(() => createRouter({ a: [/x/, 5] }), 'the callback of the route "a" must be a function')
  throws(() => createRouter(), 'routes must be an object')
}

export function firstRoute_wins() {
  const router = createRouter({ any: '/:x', about: '/about' })
  router.open('/about')
  same(router.get().route, 'any')
}

export function open_returnsThePage() {
  const router = shop()
  same(router.open('/products') === router.get(), true)
  same(router.open('/products'), undefined)
}

export function open_samePageIsSilent() {
  const router = shop()
  const seen = pathsSeen(router)
  router.open('/')
  router.open('/products')
  router.open('/products')
  same(seen, ['/products'])
}

export function open_abortedMovesNothing() {
  const router = shop()
  const seen = pathsSeen(router)
  let stops = true
  const unbind = onSet(router, event => {
    if (stops) event.abort()
  })
  same(router.open('/products'), undefined)
  openPage(router, 'product', { kind: 'mugs', id: 7 })
  redirectPage(router, 'products')
  same([router.get().path, seen], ['/', []])
  stops = false
  router.open('/products')
  stops = true
  router.back()
  same(router.get().path, '/products')
  stops = false
  router.back()
  same([router.get().path, seen], ['/', ['/products', '/']])
  unbind()
}

export function history_backAndForward() {
  const router = shop()
  openPage(router, 'products')
  openPage(router, 'product', { kind: 'mugs', id: 1 })
  redirectPage(router, 'product', { kind: 'mugs', id: 2 })
  router.back()
  same(router.get().path, '/products')
  router.forward()
  same(router.get().path, '/products/mugs/2')
  router.go(-2)
  same(router.get().path, '/')
  router.back()
  router.go(5)
  router.go(0.5)
  router.go('x')
  same(router.get().path, '/')
  router.open('/user')
  router.forward()
  same(router.get().path, '/user')
}

export function path_ofPages() {
  const router = shop()
  same(getPagePath(router, 'home'), '/')
  same(getPagePath(router, { route: 'home' }), '/')
  same(getPagePath(router, 'products', {}, { a: 1, b: 'x y&\u00e4' }), '/products?a=1&b=x+y%26%C3%A4')
  same(getPagePath(router, { route: 'products', params: {} }, { a: "!'()*~" }), '/products?a=%21%27%28%29*%7E')
  same(getPagePath(router, 'products', {}, {}), '/products')
  same(getPagePath(router, 'products', {}, 'a=1'), '/products?a=1')
  same(getPagePath(router, 'products', {}, [['a', 1], ['a', 2]]), '/products?a=1&a=2')
  same(getPagePath(router, 'product', { kind: 'a#b', id: 0 }), '/products/a%23b/0')
  same(getPagePath(router, 'user'), '/user')
  same(getPagePath(router, 'user', { id: '10', tab: '' }), '/user/10')
  same(getPagePath(router, 'user', { id: 0, tab: 'a' }), '/user/0/a')
}

export function path_ofNoPage() {
  const router = shop()
  throws(() => getPagePath(router, 'draft', { id: 1 }), 'RegExp routes are not supported')
  throws(() => getPagePath(router, 'nowhere'), 'there is no route "nowhere"; the router has home, products')
  throws(() => getPagePath(router, 'product', { kind: 'mugs' }), 'the route "product" needs a param "id"')
  throws(() => getPagePath({}, 'home'), 'router must be a router')
}

export function path_readsBack() {
  const router = shop()
  for (const kind of ['a/b', '%', '?&=#', '\u65e5\u672c', ' ', "'", '\ud83d\ude00', '+']) {
    openPage(router, 'product', { kind, id: 7 }, { q: kind })
    same([router.get().params.kind, router.get().search.q], [kind, kind])
  }
}

export function routes_areConverted() {
  const routes = shop().routes
  same(routes.map(route => route[0]), ['home', 'products', 'product', 'user', 'odd', 'draft'])
  same([routes[2][1].test('/PRODUCTS/a/b'), routes[2][2], routes[1][3]], [true, null, '/products'])
  same([typeof routes[5][2], routes[5][3]], ['function', undefined])
}

export function router_isAStore() {
  const router = shop()
  const $title = computed([router, atom('!')], (page, mark) => (page ? page.route : 'none') + mark)
  const seen = []
  const unbind = $title.subscribe(title => seen.push(title))
  router.open('/products')
  router.open('/nowhere')
  unbind()
  same(seen, ['home!', 'products!', 'none!'])
  cleanStores(router)
}
