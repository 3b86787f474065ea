// SPDX-License-Identifier: MIT

// The module @nanostores/persistent: over an engine of C++, over storages of the program's own, and its test engine.

import { host } from "host.mjs"
import { computed, onSet } from "nanostores"
import {
  cleanTestStorage, getTestStorage, persistentAtom, persistentBoolean, persistentJSON, persistentMap, setPersistentEngine, setTestStorageKey, useTestStorageEngine,
  windowPersistentEvents
} from "@nanostores/persistent"

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

/// A storage with events, as a program makes one. What it does is written down.
function fakeEngine(perKey = false) {
  const storage = {}
  const listeners = []
  const fake = {
    storage,
    keys: () => listeners.map(each => each.key),
    emit(key, newValue) {
      if (newValue === null) delete storage[key]
      else storage[key] = newValue
      listeners.slice().forEach(each => each.listener({ key, newValue }))
    },
    clear() {
      Object.keys(storage).forEach(key => delete storage[key])
      listeners.slice().forEach(each => each.listener({ key: null, newValue: null }))
    },
    restore() {
      listeners.slice().forEach(each => each.restore())
    }
  }
  setPersistentEngine(storage, {
    perKey,
    addEventListener(key, listener, restore) {
      listeners.push({ key, listener, restore })
    },
    removeEventListener(key, listener) {
      const place = listeners.findIndex(each => each.key === key && each.listener === listener)
      if (place >= 0) listeners.splice(place, 1)
    }
  })
  return fake
}

function eventsOf($store) {
  const events = []
  $store.listen(value => {
    events.push(JSON.parse(JSON.stringify(value === undefined ? null : value)))
  })
  return events
}

// Over the engine of C++

export function native_atomsKeepTheirValues() {
  const $theme = persistentAtom('theme', 'light')
  same($theme.get(), 'light')
  $theme.set('dark')
  same(persistentAtom('theme', 'light').get(), 'dark')
  $theme.set(undefined)
  same(persistentAtom('theme', 'light').get(), 'light')
}

export function native_storesOfOneKeyFollowEachOther() {
  const $one = persistentAtom('key', 'a')
  const $two = persistentAtom('key', 'a')
  const events = eventsOf($two)
  $one.set('b')
  same(events, ['b'])
  $one.set(undefined)
  same(events, ['b', 'a'])
  $two.set('c')
  same($one.get(), 'c')
}

export function native_ownWritesAreNotReadBack() {
  let decoded = 0
  const $list = persistentAtom('list', [], {
    encode: JSON.stringify,
    decode: text => {
      decoded++
      return JSON.parse(text)
    }
  })
  const events = eventsOf($list)
  $list.set([1])
  $list.set([1, 2])
  same(events, [[1], [1, 2]])
  same(decoded, 0)
}

export function native_mapsKeepTheirKeys() {
  const $settings = persistentMap('settings:', { theme: 'light' })
  const events = eventsOf($settings)
  $settings.setKey('lang', 'de')
  same(events, [{ theme: 'light', lang: 'de' }])
  same(persistentAtom('settings:lang').get(), 'de')
  same(persistentAtom('settings:theme').get(), undefined) // defaults are not written
  persistentAtom('settings:theme').set('dark')
  same($settings.get(), { theme: 'dark', lang: 'de' })
  persistentAtom('settings:lang').set(undefined)
  same($settings.get(), { theme: 'dark' })
  same(persistentMap('settings:').get(), { theme: 'dark' })
}

export function native_setOfAMapDeletesWhatIsNotThere() {
  persistentMap('m:').set({ a: '1', b: '2' })
  persistentMap('m:').set({ b: '3' }) // never mounted
  same(persistentMap('m:').get(), { b: '3' })
}

export function native_booleansAndJson() {
  const $flag = persistentBoolean('flag')
  same($flag.get(), false)
  $flag.set(true)
  same(persistentAtom('flag').get(), 'yes')
  same(persistentBoolean('flag').get(), true)
  $flag.set(false)
  same(persistentAtom('flag').get(), '')
  const $json = persistentJSON('json')
  same($json.get(), null)
  $json.set({ a: [1, null] })
  same(persistentAtom('json').get(), '{"a":[1,null]}')
  same(persistentJSON('json').get(), { a: [1, null] })
}

export function native_onlyTextIsStored() {
  const $count = persistentAtom('count', 0)
  throws(() => $count.set(1), 'persistentJSON()')
  throws(() => persistentMap('m:').setKey('a', {}), '"m:a"')
  same($count.get(), 0)
  throws(() => persistentAtom('half').set('\ud800'), 'surrogate')
}

export function native_textComesBack() {
  const texts = ['', ' ', 'a\nb\u0000', '\ud83d\uded2 €', '{"a":1}']
  for (let i = 0; i < texts.length; i++) {
    persistentAtom('text' + texts[i]).set(texts[i])
    same(persistentAtom('text' + texts[i]).get(), texts[i])
  }
}

export function native_unmountedStoresAreWritten() {
  const $store = persistentAtom('d')
  const stop = $store.listen(() => {})
  stop()
  host.advance(2000)
  $store.set('1')
  same(persistentAtom('d').get(), '1')
  persistentAtom('d').set('2')
  same($store.get(), '2') // mounts
}

// Over storages of the program's own

export function atom_isReadWhenMade() {
  const engine = fakeEngine()
  engine.storage.a = '1'
  let decoded = 0
  const $store = persistentAtom('a', '2', { encode: v => v, decode: v => { decoded++; return v } })
  same(decoded, 1)
  same($store.get(), '1')
  const stop = $store.subscribe(() => {})
  same(decoded, 1)
  stop()
  host.advance(2000)
  $store.subscribe(() => {})
  same(decoded, 1)
  engine.emit('a', '1')
  same(decoded, 2)
}

export function atom_writesAndDeletes() {
  const engine = fakeEngine()
  const $store = persistentAtom('b')
  const events = eventsOf($store)
  $store.set('1')
  same(engine.storage, { b: '1' })
  $store.set(undefined)
  same(engine.storage, {})
  same(events, ['1', null])
}

export function atom_initialValueIsNotWritten() {
  const engine = fakeEngine()
  persistentAtom('a', '1').listen(() => {})
  same(engine.storage, {})
}

export function atom_followsEvents() {
  const engine = fakeEngine()
  const $store = persistentAtom('c', 'initial')
  const events = eventsOf($store)
  engine.emit('c', '1')
  engine.emit('other', '2')
  engine.emit('c', null)
  $store.set('3')
  engine.clear()
  same(events, ['1', 'initial', '3', 'initial'])
  same(engine.storage, {})
}

export function atom_listenFalseFollowsNothing() {
  const engine = fakeEngine()
  const $store = persistentAtom('c', undefined, { listen: false })
  const events = eventsOf($store)
  engine.emit('c', '1')
  same(events, [])
  same(engine.keys(), [])
}

export function atom_restoresWithoutWritingBack() {
  const engine = fakeEngine()
  const $store = persistentAtom('a', 'x')
  $store.listen(() => {})
  delete engine.storage.a
  let writes = 0
  Object.defineProperty(engine.storage, 'a', {
    configurable: true, enumerable: true,
    get: () => 'new',
    set: () => writes++
  })
  engine.restore()
  same($store.get(), 'new')
  $store.set('new')
  same(writes, 0)
}

export function atom_listensWhileMounted() {
  const engine = fakeEngine(true)
  const $store = persistentAtom('lang')
  const stop = $store.listen(() => {})
  same(engine.keys(), ['lang'])
  $store.set('fr')
  same(engine.keys(), ['lang'])
  stop()
  host.advance(2000)
  same(engine.keys(), [])
}

export function atom_badTextStaysInTheStorage() {
  const engine = fakeEngine()
  engine.storage.a = 'no JSON'
  const $store = persistentAtom('a', 5, { encode: JSON.stringify, decode: JSON.parse })
  same($store.get(), 5)
  const initial = []
  const $json = persistentJSON('a', initial)
  if ($json.get() !== initial) throw new Error('not the initial value')
  $json.listen(() => {})
  same(engine.storage, { a: 'no JSON' })
  $json.set([1])
  same(engine.storage, { a: '[1]' })
}

export function atom_hooksMayAbort() {
  const engine = fakeEngine()
  const $store = persistentAtom('a')
  onSet($store, ({ newValue, abort }) => {
    if (newValue === 'no') abort()
  })
  $store.set('no')
  same(engine.storage, {})
  $store.set('yes')
  same(engine.storage, { a: 'yes' })
}

export function atom_encodeMayDelete() {
  const engine = fakeEngine()
  const $count = persistentAtom('count', 0, { encode: n => n === 0 ? undefined : String(n), decode: text => parseInt(text, 10) })
  $count.set(2)
  same(engine.storage, { count: '2' })
  $count.set(0)
  same(engine.storage, {})
}

export function atom_isAStore() {
  fakeEngine()
  const $store = persistentAtom('n', '1')
  const $double = computed($store, text => text + text)
  same($double.get(), '11')
  $store.set('2')
  same($double.get(), '22')
}

export function map_mergesDefaults() {
  const engine = fakeEngine()
  engine.storage['a:one'] = '1'
  engine.storage['b:one'] = '5'
  const $map = persistentMap('a:', { two: '2' })
  same($map.value, {})
  same($map.get(), { two: '2', one: '1' })
  same(engine.storage, { 'a:one': '1', 'b:one': '5' })
}

export function map_writesEachKey() {
  const engine = fakeEngine()
  const $map = persistentMap('b:', {})
  const events = eventsOf($map)
  $map.setKey('one', '1')
  $map.setKey('two', '2')
  same(engine.storage, { 'b:one': '1', 'b:two': '2' })
  $map.set({ one: '11' })
  same(engine.storage, { 'b:one': '11' })
  $map.setKey('one', undefined)
  same(engine.storage, {})
  same(events, [{ one: '1' }, { one: '1', two: '2' }, { one: '11' }, {}])
}

export function map_followsEvents() {
  const engine = fakeEngine()
  const $map = persistentMap('c:', { locale: ['en', 'US'] }, { encode: list => list.join(','), decode: text => text.split(',') })
  const events = eventsOf($map)
  engine.emit('c:locale', 'fr,CA')
  engine.emit('other', 'x')
  engine.emit('c:locale', null)
  $map.setKey('one', ['a', 'b'])
  same(engine.storage, { other: 'x', 'c:one': 'a,b' })
  engine.clear()
  same(events, [{ locale: ['fr', 'CA'] }, {}, { one: ['a', 'b'] }, {}])
}

export function map_listenFalseFollowsNothing() {
  const engine = fakeEngine(true)
  const $map = persistentMap('c:', {}, { listen: false })
  const events = eventsOf($map)
  engine.emit('c:one', '1')
  $map.setKey('two', '2')
  same(events, [{ two: '2' }])
  same(engine.keys(), [])
}

export function map_listensToEachKey() {
  const engine = fakeEngine(true)
  const $map = persistentMap('a:', { one: '1' })
  const stop = $map.listen(() => {})
  same(engine.keys(), ['a:one', 'a:'])
  $map.setKey('one', undefined)
  $map.setKey('two', '2')
  same(engine.keys(), ['a:', 'a:two'])
  $map.set({ one: '1a' })
  same(engine.keys(), ['a:', 'a:one'])
  stop()
  host.advance(2000)
  same(engine.keys(), [])
}

export function map_badTextStaysInTheStorage() {
  const engine = fakeEngine()
  engine.storage['m:bad'] = '{'
  engine.storage['m:good'] = '1'
  const $map = persistentMap('m:', { bad: 0 }, { encode: JSON.stringify, decode: JSON.parse })
  same($map.get(), { bad: 0, good: 1 })
  $map.setKey('good', 2)
  same(engine.storage, { 'm:bad': '{', 'm:good': '2' })
}

export function engine_counts_forStoresMadeBefore() {
  const $store = persistentAtom('z')
  const engine = fakeEngine()
  $store.listen(() => {})
  $store.set('1')
  same(engine.storage, { z: '1' })
}

/// A name that each object has is a key as any other, and no prototype.
export function map_hasKeysOfAllNames() {
  const fake = fakeEngine()
  const codec = { encode: JSON.stringify, decode: JSON.parse }
  const $map = persistentMap('map:', {}, codec)
  const unbind = $map.listen(() => {})
  $map.setKey('__proto__', 1)
  $map.setKey('constructor', 2)
  same(fake.storage, { 'map:__proto__': '1', 'map:constructor': '2' })
  unbind()

  fake.storage['map:__proto__'] = '{"admin":true}'
  const $again = persistentMap('map:', {}, codec)
  const stop = $again.listen(() => {})
  const value = $again.get()
  same(value.admin, undefined)
  same(Object.keys(value).sort(), ['__proto__', 'constructor'])
  $again.set(JSON.parse('{"__proto__": 3}'))
  same(fake.storage, { 'map:__proto__': '3' })
  stop()
}

export function engine_isChecked() {
  throws(() => setPersistentEngine(null, {}), 'storage must be an object')
  throws(() => setPersistentEngine({}, {}), 'events.addEventListener must be a function')
  throws(() => persistentAtom(5), 'name must be a string')
  throws(() => persistentMap('a', null), 'initial must be an object')
  throws(() => persistentAtom('a', '', { encode: 5 }), 'opts.encode must be a function')
}

export function window_eventsAreThoseOfTheStorage() {
  const global = new Function('return this')()
  const added = []
  global.window = {
    addEventListener: name => added.push('+' + name),
    removeEventListener: name => added.push('-' + name)
  }
  try {
    windowPersistentEvents.addEventListener('a', () => {}, () => {})
    windowPersistentEvents.removeEventListener('a', () => {}, () => {})
    same(added, ['+storage', '+pageshow', '-storage', '-pageshow'])
  } finally {
    delete global.window
  }
}

export function testEngine_isSetAndCleaned() {
  const $settings = persistentMap('settings:', { lang: 'en' })
  useTestStorageEngine()
  const events = eventsOf($settings)
  $settings.setKey('lang', 'ru')
  same(getTestStorage(), { 'settings:lang': 'ru' })
  setTestStorageKey('settings:lang', undefined)
  same(getTestStorage(), {})
  setTestStorageKey('settings:lang', 'uk')
  same($settings.get(), { lang: 'uk' })
  cleanTestStorage()
  same(getTestStorage(), {})
  same(events, [{ lang: 'ru' }, {}, { lang: 'uk' }, {}])
}
