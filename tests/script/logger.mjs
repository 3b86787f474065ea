// SPDX-License-Identifier: MIT

// The module @nanostores/logger: events of stores, actions and creators, and what is hidden.

import { host } from "host.mjs"
import { action, buildCreatorLogger, buildLogger, creatorLogger, logger } from "@nanostores/logger"
import { allTasks, atom, computed, deepMap, map, mapCreator, onSet } from "nanostores"

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

/// Writes all events down.
function noted(log) {
  const note = what => event => log.push([what, event])
  return {
    mount: note('mount'),
    unmount: note('unmount'),
    change: event => log.push(['change', event.changed, event.valueMessage, event.oldValue, event.newValue, event.actionName]),
    action: {
      start: event => log.push(['start', event.actionName, event.args]),
      error: event => log.push(['error', event.actionName, event.error.message]),
      end: event => log.push(['end', event.actionName])
    }
  }
}

export function mounts_andUnmounts() {
  const log = []
  const $a = atom(1)
  const destroy = buildLogger($a, 'A', noted(log))
  const stop = $a.listen(() => {})
  stop()
  same(log, [['mount', { storeName: 'A' }]])
  host.advance(1100)
  same(log[1], ['unmount', { storeName: 'A' }])
  destroy()
  $a.listen(() => {})
  same(log.length, 2)
}

export function destroyed_whileMounted() {
  const log = []
  const $a = atom(1)
  const destroy = buildLogger($a, 'A', noted(log))
  const stop = $a.listen(() => {})
  destroy()
  stop()
  host.advance(1100)
  same(log.length, 1)
}

export function change_ofAnAtom() {
  const log = []
  const $a = atom(1)
  buildLogger($a, 'A', noted(log))
  $a.set(2)
  $a.set(2)
  $a.value = 3
  $a.set({ b: 1 })
  $a.set(undefined)
  same(log, [
    ['change', undefined, '1 \u2192 2', undefined, undefined, undefined],
    ['change', undefined, '2 \u2192 3', undefined, undefined, undefined],
    ['change', undefined, undefined, 3, { b: 1 }, undefined],
    ['change', undefined, undefined, { b: 1 }, undefined, undefined]
  ])
}

export function change_byKey() {
  const log = []
  const $map = map({ a: 1 })
  const $deep = deepMap({ list: [{ b: 1 }] })
  buildLogger($map, 'map', noted(log))
  buildLogger($deep, 'deep', noted(log))
  $map.setKey('a', 2)
  $map.setKey('b.c', 1)
  $map.setKey('a', undefined)
  $map.set({})
  $deep.setKey('list[0].b', 2)
  same(log.map(entry => entry.slice(1, 3)), [['a', '1 \u2192 2'], ['b.c', 'undefined \u2192 1'], ['a', '2 \u2192 undefined'],
    [undefined, undefined], ['list[0].b', '1 \u2192 2']])
  same(log[0].slice(3, 5), [{ a: 1 }, { a: 2 }])
}

export function change_valuesAreCopies() {
  const log = []
  const inner = { n: 1 }
  const $map = map({ inner })
  buildLogger($map, 'map', noted(log))
  $map.setKey('other', 1)
  inner.n = 2
  same(log[0][3], { inner: { n: 1 } })
  const $loop = atom(null)
  const loop = {}
  loop.self = loop
  const loops = []
  buildLogger($loop, 'loop', { change: event => loops.push(event.newValue) })
  $loop.set(loop)
  if (loops[0].self !== loops[0] || loops[0] === loop) throw new Error('no copy of its own')
}

export function change_thatIsRefused() {
  const log = []
  const $a = atom(1)
  buildLogger($a, 'A', noted(log))
  const allow = onSet($a, ({ newValue, abort }) => {
    if (newValue === 2) abort()
  })
  $a.set(2)
  $a.set(3)
  same(log.map(entry => entry[2]), ['1 \u2192 3'])
  allow()
  onSet($a, ({ newValue, abort }) => {
    if (newValue === 4) abort()
  })
  $a.set(4)
  $a.notify()
  same(log.length, 1)
}

export function change_ofAComputedStore() {
  const log = []
  const $a = atom(1)
  const $twice = computed($a, a => 2 * a)
  $twice.listen(() => {})
  buildLogger($twice, 'twice', noted(log))
  $a.set(2)
  same(log.map(entry => entry[2]), ['2 \u2192 4'])
}

export function change_inAListener() {
  const log = []
  const $a = atom(1)
  $a.listen(value => {
    if (value < 4) $a.set(value + 1)
  })
  buildLogger($a, 'A', noted(log))
  $a.set(2)
  same(log.map(entry => entry[2]), ['1 \u2192 2', '2 \u2192 3', '3 \u2192 4'])
}

export function action_namesItsChanges() {
  const log = []
  const $a = atom(1)
  const increase = action($a, 'Increase', (store, by = 1) => {
    store.set(store.value + by)
    const value = store.value
    return value
  })
  buildLogger($a, 'A', noted(log))
  same(increase(), 2)
  same(increase(5), 7)
  $a.set(0)
  same(log, [
    ['start', 'Increase', []],
    ['change', undefined, '1 \u2192 2', undefined, undefined, 'Increase'],
    ['end', 'Increase'],
    ['start', 'Increase', [5]],
    ['change', undefined, '2 \u2192 7', undefined, undefined, 'Increase'],
    ['end', 'Increase'],
    ['change', undefined, '7 \u2192 0', undefined, undefined, undefined]
  ])
}

export function action_nested() {
  const log = []
  const $a = atom(1)
  const inner = action($a, 'inner', store => store.set(2))
  const outer = action($a, 'outer', store => {
    inner()
    store.set(3)
  })
  buildLogger($a, 'A', noted(log))
  outer()
  same(log.map(entry => entry[0] === 'change' ? entry[5] : entry[0] + ' ' + entry[1]),
    ['start outer', 'start inner', 'inner', 'end inner', 'outer', 'end outer'])
}

export function action_asynchronous() {
  const log = []
  const $map = map({ name: 'Ada' })
  let go
  const rename = action($map, 'rename', (store, name) => new Promise(resolve => {
    go = resolve
  }).then(() => {
    store.setKey('name', name)
    return name
  }))
  buildLogger($map, 'user', noted(log))
  const result = rename('Bob')
  $map.setKey('name', 'Eve')
  same(log.map(entry => entry[0]), ['start', 'change'])
  same(log[1][5], undefined)
  go()
  return allTasks().then(() => result).then(name => {
    same(name, 'Bob')
    same(log.slice(2).map(entry => [entry[0], entry[0] === 'change' ? entry[5] : entry[1]]),
      [['change', 'rename'], ['end', 'rename']])
  })
}

export function action_thatFails() {
  const log = []
  const $a = atom(1)
  const now = action($a, 'now', () => {
    throw new Error('one')
  })
  const later = action($a, 'later', () => Promise.reject(new Error('two')))
  buildLogger($a, 'A', noted(log))
  throws(() => now(), 'one')
  return later().then(() => {
    throw new Error('it did not fail')
  }, error => {
    same(error.message, 'two')
    same(log, [['start', 'now', []], ['error', 'now', 'one'], ['end', 'now'], ['start', 'later', []],
      ['error', 'later', 'two'], ['end', 'later']])
  })
}

export function action_ignored() {
  const log = []
  const $a = atom(1)
  const tick = action($a, 'tick', store => store.set(store.value + 1))
  const other = action($a, 'other', store => store.set(0))
  buildLogger($a, 'A', noted(log), { ignoreActions: ['tick'] })
  const quiet = []
  buildLogger($a, 'A', noted(quiet), { messages: { action: false } })
  tick()
  other()
  $a.set(5)
  same(log.map(entry => entry[0]), ['start', 'change', 'end', 'change'])
  same(quiet.map(entry => entry[2]), ['0 \u2192 5'])
}

export function messages_switchOff() {
  const log = []
  const $a = atom(1)
  buildLogger($a, 'A', noted(log), { messages: { mount: false, unmount: false, change: false } })
  $a.listen(() => {})()
  $a.set(2)
  host.advance(1100)
  same(log, [])
}

export function loggers_several() {
  const first = []
  const second = []
  const $a = atom(1)
  const go = action($a, 'go', store => store.set(2))
  const endFirst = buildLogger($a, 'one', noted(first))
  const endSecond = buildLogger($a, 'two', noted(second))
  go()
  endFirst()
  $a.set(3)
  endSecond()
  $a.set(4)
  same([first.length, second.length], [3, 4])
  endFirst()
}

export function hooks_leaveTheStoreAsItWas() {
  const $a = map({})
  const methods = [$a.set, $a.setKey, $a.notify, $a.get, $a.listen]
  const destroy = logger({ $a })
  destroy()
  if ([$a.set, $a.setKey, $a.notify, $a.get, $a.listen].some((method, i) => method !== methods[i])) {
    throw new Error('the methods are others')
  }
}

export function creators_andWhatTheyBuild() {
  const built = []
  const users = mapCreator()
  const build = users.build
  const end = buildCreatorLogger(users, 'User', { build: event => built.push([event.creatorName, event.storeName]) })
  const other = buildCreatorLogger(users, 'U', { build: event => built.push(event.storeName) }, {
    nameGetter: (name, $store) => name + '/' + $store.value.id
  })
  const $user = users('7')
  users('7')
  same($user.value, { id: '7' })
  same(built, [['User', 'User:7'], 'U/7'])
  end()
  users('8')
  same(built.length, 3)
  other()
  if (users.build !== build) throw new Error('build() is another')
  const ids = []
  const stop = buildCreatorLogger(users, 'User', { build: ({ id, storeName, store }) => ids.push(id, storeName, store.value.id === id) })
  users('a b')
  stop()
  same(ids, ['a b', 'User:a b', true])
  const destroy = creatorLogger({ users })
  users('9').setKey('name', 'Ada')
  destroy()
  if (users.build !== build) throw new Error('build() is another')
}

const secret = 'hunter2'

function leaks(log) {
  return JSON.stringify(log).indexOf(secret) >= 0
}

export function redact_aMember() {
  const log = []
  const $user = map({ name: 'Ada', password: '', nested: { password: secret } })
  const login = action($user, 'login', (store, password) => {
    store.setKey('password', password)
    throw new Error('wrong: ' + password)
  })
  buildLogger($user, 'user', noted(log), { redact: ['password'] })
  $user.setKey('password', secret)
  $user.setKey('name', 'Bob')
  $user.set({ name: 'Eve', PassWord: secret, nested: [{ password: secret }] })
  throws(() => login(secret), 'wrong')
  if (leaks(log)) throw new Error('it leaks: ' + JSON.stringify(log))
  same(log[0].slice(1, 3), ['password', '*** \u2192 ***'])
  same(log[1].slice(1, 3), ['name', 'Ada \u2192 Bob'])
  same(log[2][4], { name: 'Eve', PassWord: '***', nested: [{ password: '***' }] })
}

export function redact_aStore() {
  ['auth/*', 'token', 'AUTH/token', '*'].forEach(pattern => {
    const log = []
    const $token = map({})
    buildLogger($token, 'auth/token', noted(log), { redact: [pattern] })
    $token.setKey(secret, 1)
    $token.set({ key: secret })
    const go = action($token, 'go', (store, value) => store.setKey('a', value))
    go(secret)
    if (leaks(log)) throw new Error(pattern + ' leaks: ' + JSON.stringify(log))
    same(log[0].slice(0, 3), ['change', '***', '*** \u2192 ***'])
  })
}

export function redact_aPath() {
  const log = []
  const $a = deepMap({ account: { key: '', open: '' } })
  buildLogger($a, 'shop', noted(log), { redact: ['shop.account.key'] })
  $a.setKey('account.key', secret)
  $a.setKey('account.open', 'shown')
  if (leaks(log)) throw new Error('it leaks: ' + JSON.stringify(log))
  same(log[1][2], ' \u2192 shown')
}

export function redact_theKeysOfAPath() {
  const log = []
  const $sessions = map({})
  buildLogger($sessions, 'sessions', noted(log), { redact: ['sessions.*'] })
  $sessions.setKey(secret, 1)
  $sessions.set({ [secret]: 2, other: 3 })
  if (leaks(log)) throw new Error('it leaks: ' + JSON.stringify(log))
  same(log[0], ['change', '***', '*** \u2192 ***', {}, { '***': '***' }, undefined])
  same(log[1].slice(3, 5), [{ '***': '***' }, { '***': '***' }])

  const deep = []
  const $shop = deepMap({ users: {}, open: 1 })
  buildLogger($shop, 'shop', noted(deep), { redact: ['shop.users.*'] })
  $shop.setKey('users.' + secret + '.age', 5)
  $shop.setKey('open', 2)
  if (leaks(deep)) throw new Error('it leaks: ' + JSON.stringify(deep))
  same(deep[0].slice(1, 3), ['users.***', '*** \u2192 ***'])
  same(deep[1].slice(1, 5), ['open', '1 \u2192 2', { users: { '***': '***' }, open: 1 }, { users: { '***': '***' }, open: 2 }])
}

export function redact_whatIsBelowAPath() {
  const log = []
  const $shop = deepMap({ users: { Ada: { keys: {} } } })
  buildLogger($shop, 'shop', noted(log), { redact: ['shop.users.Ada.keys'] })
  $shop.setKey('users.Ada.keys.' + secret, 1)
  if (leaks(log)) throw new Error('it leaks: ' + JSON.stringify(log))
  same(log[0].slice(1, 3), ['users.Ada.keys.***', '*** \u2192 ***'])
}

export function redact_theIdsOfCreators() {
  const names = []
  const users = mapCreator()
  buildCreatorLogger(users, 'users', { build: event => names.push(event.storeName) }, { redact: ['id'] })
  buildCreatorLogger(users, 'users', { build: event => names.push(event.storeName) }, { redact: ['name'] })
  users('7')
  same(names, ['users:***', 'users:7'])
}

export function arguments_thatAreWrong() {
  const $a = atom(1)
  throws(() => logger(null), 'logger(): stores must be an object, not null')
  throws(() => logger({ a: 1 }), 'store "a" must be an object, not a number')
  throws(() => action($a, 'x'), 'action(): cb must be a function')
  throws(() => buildLogger($a, 'A', {}, { redact: 'password' }), 'redact must be an array')
  throws(() => buildLogger($a, 'A', {}, { redact: [1] }), 'redact must list names')
  throws(() => creatorLogger({ a: $a }), 'creator must be a mapCreator()')
}
