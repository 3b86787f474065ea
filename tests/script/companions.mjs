// SPDX-License-Identifier: MIT

// What packages around nanostores do to stores: methods replaced and added, values put aside, hooks that restore and
// refuse.

import { host } from "host.mjs"
import { atom, batched, computed, effect, map, mapCreator, onMount, onNotify, onSet, onStart, onStop, startTask, task, allTasks } from "nanostores"

function same(actual, expected) {
  const show = value => value === undefined ? 'undefined' : JSON.stringify(value)
  if (show(actual) !== show(expected)) throw new Error('expected ' + show(expected) + ', got ' + show(actual))
}

/// An atom that is kept under a name of a plain object, and follows what others write there.
function kept(engine, name, initial) {
  const $kept = atom(name in engine.values ? engine.values[name] : initial)
  const set = $kept.set
  $kept.set = value => {
    if (value === undefined) delete engine.values[name]
    else engine.values[name] = value
    set(value)
  }
  const hear = event => {
    if (event.name === name) set(event.value === null ? initial : event.value)
  }
  onMount($kept, () => {
    if (engine.values[name] !== $kept.value) $kept.set(name in engine.values ? engine.values[name] : initial)
    engine.listeners.push(hear)
    return () => {
      engine.listeners.splice(engine.listeners.indexOf(hear), 1)
    }
  })
  return $kept
}

function keptMap(engine, prefix) {
  const $kept = map()
  const set = $kept.set
  const setKey = $kept.setKey
  const store = (key, value) => {
    if (value === undefined) delete engine.values[prefix + key]
    else engine.values[prefix + key] = value
  }
  $kept.setKey = (key, value) => {
    store(key, value)
    setKey(key, value)
  }
  $kept.set = function (value) {
    for (const key in value) store(key, value[key])
    for (const key in $kept.value) {
      if (!(key in value)) store(key, undefined)
    }
    set(value)
  }
  onMount($kept, () => {
    for (const key in engine.values) {
      if (key.indexOf(prefix) === 0) $kept.setKey(key.slice(prefix.length), engine.values[key])
    }
  })
  return $kept
}

export function kept_inAnEngineOfItsOwn() {
  const engine = { values: { theme: 'dark' }, listeners: [] }
  const $theme = kept(engine, 'theme', 'light')
  const $length = computed($theme, theme => theme.length)
  const log = []
  same($theme.get(), 'dark')
  const stop = $length.subscribe((length, old) => log.push([length, old]))
  same(engine.listeners.length, 1)
  engine.listeners[0]({ name: 'theme', value: 'black' })
  engine.listeners[0]({ name: 'theme', value: null })
  $theme.set('x')
  $theme.value = 'xy'
  same(log, [[4, undefined], [5, 4], [1, 5], [2, 1]])
  same(engine.values, { theme: 'xy' })
  stop()
  host.advance(2500)
  same(engine.listeners.length, 0)
  engine.values.theme = 'from elsewhere'
  $theme.listen(() => {})
  same($theme.get(), 'from elsewhere')
}

export function kept_byKeys() {
  const engine = { values: { 'user:name': 'Dan', other: 1 }, listeners: [] }
  const $user = keptMap(engine, 'user:')
  const log = []
  $user.listen((value, old, key) => log.push([value, key]))
  same([$user.get(), log], [{ name: 'Dan' }, []]) // what a mount restores, nobody is told
  $user.setKey('age', 30)
  $user.set({ age: 31 })
  $user.setKey('age', undefined)
  same(log, [[{ name: 'Dan', age: 30 }, 'age'], [{ age: 31 }, undefined], [{}, 'age']])
  same(engine.values, { other: 1 })
}

/// A map that loads its data while it is listened to; a key made of stores says which.
function fetched(keys, load) {
  const cache = {}
  const $fetched = map({ loading: false })
  const $key = atom(null)
  let stopKeys
  let stopKey
  const run = key => {
    if (cache[key]) {
      if ($fetched.value.data !== cache[key]) $fetched.set({ data: cache[key], loading: false })
      return
    }
    const end = startTask()
    $fetched.set({ loading: true })
    load(key).then(data => {
      cache[key] = data
      if ($fetched.key === key) $fetched.set({ data, loading: false })
      end()
    })
  }
  onStart($fetched, () => {
    stopKeys = batched(keys, (...parts) => {
      $key.set(parts.some(part => part === null) ? null : parts.join('/'))
    }).subscribe(() => {})
    stopKey = $key.subscribe(key => {
      $fetched.key = key
      if (key === null) $fetched.set({ loading: false })
      else run(key)
    })
  })
  const listen = $fetched.listen
  $fetched.listen = listener => {
    const stop = listen(listener)
    listener($fetched.value)
    return stop
  }
  onStop($fetched, () => {
    $fetched.value = { loading: false }
    stopKeys()
    stopKey()
  })
  return $fetched
}

export function fetched_whileListenedTo() {
  const $id = atom(null)
  const loads = []
  const $post = fetched([atom('post'), $id], key => {
    loads.push(key)
    return task(() => Promise.resolve('text of ' + key))
  })
  const log = []
  const stop = $post.listen(value => log.push(value))
  const $title = computed($post, post => post.data || 'none')
  const titles = []
  const stopTitle = $title.subscribe(title => titles.push(title))
  $id.set(5)
  host.advance(0)
  return allTasks().then(() => {
    same($post.get(), { data: 'text of post/5', loading: false })
    same(log.slice(-2), [{ loading: true }, { data: 'text of post/5', loading: false }])
    same(titles[titles.length - 1], 'text of post/5')
    $id.set(6)
    host.advance(0)
    return allTasks()
  }).then(() => {
    $id.set(5)
    host.advance(0)
    same($post.get().data, 'text of post/5')
    same(loads, ['post/5', 'post/6'])
    stop()
    stopTitle()
    host.advance(2500)
    same([$post.lc, $post.value], [0, { loading: false }])
  })
}

/// An atom whose pages come from paths, and that refuses as its hooks do.
function routed(routes) {
  const $page = atom()
  $page.routes = Object.keys(routes).map(name => [name, new RegExp('^' + routes[name].replace(/:\w+/g, '([^/]+)') + '$', 'i'), routes[name]])
  $page.open = path => {
    for (const [route, regexp, pattern] of $page.routes) {
      const match = path.match(regexp)
      if (match === null) continue
      const params = {}
      const names = pattern.match(/:\w+/g) || []
      names.forEach((name, i) => {
        params[name.slice(1)] = decodeURIComponent(match[i + 1])
      })
      const page = { path, route, params }
      $page.set(page)
      return $page.value === page
    }
    $page.set(undefined)
    return false
  }
  return $page
}

export function routed_opensAndRefuses() {
  const $page = routed({ home: '/', post: '/posts/:category/:id' })
  const log = []
  $page.listen(page => log.push(page && page.route))
  same($page.open('/posts/a%23b/10'), true)
  same($page.get().params, { category: 'a#b', id: '10' })
  const allow = onSet($page, ({ newValue, abort }) => {
    if (newValue && newValue.route === 'home') abort()
  })
  same([$page.open('/'), $page.get().route], [false, 'post'])
  allow()
  same([$page.open('/'), $page.open('/nowhere'), log], [true, false, ['post', 'home', undefined]])
}

/// Writes down all that happens to a store, and takes its hands off it again.
function logged($store, name, log) {
  const ends = [
    onMount($store, () => {
      log.push(name + ' up')
      return () => log.push(name + ' down')
    }),
    onSet($store, ({ changed, newValue, shared }) => {
      shared.seen = (shared.seen || 0) + 1
      log.push(name + ' set ' + changed + ' ' + JSON.stringify(newValue))
    }),
    onNotify($store, ({ changed, oldValue }) => {
      log.push(name + ' told ' + changed + ' ' + JSON.stringify(oldValue))
    })
  ]
  return () => ends.forEach(end => end())
}

export function logged_andLetGo() {
  const log = []
  const $profile = map({ name: 'Dan' })
  const set = $profile.set
  const setKey = $profile.setKey
  const notify = $profile.notify
  const end = logged($profile, 'profile', log)
  const stop = $profile.listen(() => log.push('heard'))
  $profile.setKey('name', 'Alice')
  $profile.set({})
  stop()
  host.advance(2500)
  end()
  $profile.set({ name: 'unseen' })
  same(log, ['profile up', 'profile set name {"name":"Alice"}', 'profile told name {"name":"Dan"}', 'heard',
    'profile set undefined {}', 'profile told undefined {"name":"Alice"}', 'heard', 'profile down'])
  if ($profile.set !== set || $profile.setKey !== setKey || $profile.notify !== notify) throw new Error('the methods are others')
}

export function built_byAReplacedFactory() {
  const User = mapCreator()
  const build = User.build
  User.build = (id, role) => {
    const $user = build(id)
    $user.setKey('role', role)
    return $user
  }
  const $dan = User('dan', 'admin')
  same([$dan.get(), User('dan') === $dan], [{ id: 'dan', role: 'admin' }, true])
}

/// A store of somebody else, with the two methods that are asked for.
export function foreign_storesAreSources() {
  const listeners = []
  let value = 1
  const foreign = {
    get: () => value,
    listen(listener) {
      listeners.push(listener)
      return () => listeners.splice(listeners.indexOf(listener), 1)
    },
    subscribe(listener) {
      listener(value)
      return foreign.listen(listener)
    }
  }
  const write = next => {
    value = next
    listeners.slice().forEach(listener => listener(next))
  }
  const log = []
  const $own = atom(10)
  const stop = effect([foreign, $own], (a, b) => {
    log.push(a + b)
    return () => log.push('end')
  })
  const $sum = computed([foreign, $own], (a, b) => a + b)
  same($sum.get(), 11)
  write(2)
  $own.set(20)
  same($sum.get(), 22)
  stop()
  write(3)
  same(log, [11, 'end', 12, 'end', 22, 'end'])
  same($sum.get(), 23)
}
