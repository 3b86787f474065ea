// SPDX-License-Identifier: MIT

// Wrong and missing arguments: a TypeError that names the function and the argument, for everything that both modules
// export.

import * as kit from 'nano_kit'
import * as nano from 'nanostores'

const { atom, deepMap, map } = nano
const { signal } = kit

const noop = () => {}
const $atom = atom(1)
const $map = map({ a: 1 })
const $signal = signal(1)
const $array = signal([1])
const storage = { get: noop, set: noop, del: noop, sub: noop }

// name: [argument that the message names, arguments...]
const nanoCalls = {
  batch: [['fn'], ['fn', 1]],
  batched: [['stores'], ['stores', {}, noop], ['fn', $atom], ['stores[1]', [$atom, 5], noop]],
  cleanStores: [['stores[1]', $atom, 5]],
  computed: [['stores'], ['stores', noop], ['fn', $atom], ['fn', [$atom], 'x'], ['stores[0]', [null], noop]],
  deepMap: [['initial', 5], ['initial', null]],
  effect: [['stores'], ['callback', $atom], ['stores[1]', [$atom, {}], noop]],
  getKey: [['store'], ['key', deepMap({})]],
  getPath: [['path', {}], ['path', {}, 5]],
  keepMount: [['store'], ['store', {}]],
  listenKeys: [['store'], ['keys', $map], ['keys', $map, 'a', noop], ['listener', $map, ['a']]],
  map: [['initial', 'a'], ['initial', null]],
  mapCreator: [['init', 5]],
  onMount: [['store'], ['listener', $atom], ['store', { get: noop, listen: noop }, noop]],
  onNotify: [['store'], ['listener', $atom]],
  onSet: [['store'], ['listener', $atom, {}]],
  onStart: [['store', null, noop], ['listener', $atom]],
  onStop: [['store'], ['listener', $atom]],
  readonlyType: [['store'], ['store', 5]],
  setByKey: [['splittedKeys', {}], ['splittedKeys', {}, 'a', 1]],
  setPath: [['path', {}], ['path', {}, 5, 1]],
  subscribeKeys: [['store'], ['keys', $map, noop], ['listener', $map, ['a']]],
  task: [['cb'], ['cb', 5]]
}

// Anything will do for these, or nothing.
const nanoAny = ['STORE_UNMOUNT_DELAY', 'allTasks', 'atom', 'clean', 'cleanTasks', 'startTask']

const kitCalls = {
  $getMapKey: [['map', {}]],
  action: [['fn']],
  addTask: [['tasksPool', noop], ['task', new Set()], ['task', new Set(), 5]],
  assignIndex: [['array'], ['index', []]],
  assignKey: [['key', {}]],
  atFoundIndex: [['$array', []], ['predicate', $array]],
  atIndex: [['$array', []], ['index', $array]],
  atKey: [['$object', {}], ['key', $signal]],
  batch: [['fn']],
  boolean: [['$accessor', true]],
  child: [['$parent'], ['key', $signal], ['setValue', $signal, 'a', 5]],
  clearMap: [['map']],
  computed: [['compute'], ['compute', 5]],
  contextOf: [['scope'], ['scope', new Map()]],
  createSignal: [['oper'], ['node', noop]],
  debounce: [['delay'], ['delay', 'fast']],
  deepRecord: [],
  deferScope: [['fn']],
  deleteIndex: [['$array'], ['index', $array]],
  deleteKey: [['$object'], ['key', $signal]],
  deleteMapKey: [['map', null]],
  effect: [['fn'], ['fn', 1]],
  effectScope: [['fn']],
  exec: [['$accessor', 1]],
  external: [['factory', 1]],
  fireMapEvent: [['map']],
  hydratable: [['$signal', 'id', noop]],
  inject: [['injectable', 5]],
  interval: [['milliseconds']],
  isHydrated: [['$signal', noop]],
  isMounted: [['$signal', noop]],
  length: [['$accessor', []]],
  listen: [['$accessor'], ['fn', $signal]],
  morph: [['$source', noop], ['methods', $signal, 5]],
  mountable: [['$signal', noop]],
  noMount: [['$signal'], ['fn', $signal]],
  observe: [['$signal', noop], ['fn', $signal]],
  onMount: [['$signal'], ['listener', $signal]],
  onMountEffect: [['$signal', 5, noop], ['fn', $signal]],
  onMountEffectScope: [['$signal', 5, noop], ['fn', $signal]],
  onMounted: [['$signal'], ['listener', $signal]],
  onScopeEnd: [['fn', 5]],
  onStart: [['$signal'], ['listener', $signal]],
  onStop: [['$signal'], ['listener', $signal]],
  pace: [['$accessor'], ['rateLimiter', $signal]],
  paced: [['$signal'], ['rateLimiter', $signal]],
  pop: [['$array']],
  previous: [['$accessor']],
  provide: [['injectable']],
  push: [['$array', [], 1]],
  readonly: [['$signal', 5]],
  run: [['context', 5, noop], ['fn', new Map()]],
  scoped: [['fn', 5]],
  selector: [['$source'], ['fn', $signal, 5]],
  setIndex: [['$array'], ['index', $array]],
  setKey: [['$object'], ['key', $signal]],
  setMapKey: [['map']],
  shift: [['$array']],
  signalNextValue: [['$signal', noop, 1]],
  start: [['$accessor']],
  startScope: [['scope', noop]],
  stopScope: [['scope', noop]],
  stored: [['storage'], ['storage', { get: noop, set: noop }, 'key'], ['key', storage]],
  subMapEvent: [['map']],
  subscribe: [['$accessor', 5, noop], ['fn', $signal]],
  subscribeAny: [['callback', 5]],
  syncedStored: [['storage'], ['storage', { get: noop, set: noop, del: noop }, 'key'], ['key', storage]],
  taskPromise: [['task']],
  tasksRunner: [['tasksPool', []]],
  throttle: [['delay', 'fast']],
  trigger: [['fn', 5]],
  unsafeMarkMountable: [['$signal']],
  unsafeMarkWritable: [['$signal']],
  unsafeRun: [['context', 5, noop], ['fn', undefined]],
  unshift: [['$array']],
  untracked: [['fn', 5]],
  updateArray: [['$array', [], noop], ['fn', $array]],
  waitCurrentTasks: [['tasksPool']],
  waitTasks: [['tasksPool']]
}

const kitAny = ['$$clear', '$$deleted', '$$insert', '$get', 'ActiveHydrator', 'BooleanCodec', 'DependencyNotFound', 'Hydratables$', 'Hydrator$',
  'Injectable$', 'InjectionContext', 'JsonCodec', 'NoopCodec', 'Scope', 'STORE_UNMOUNT_DELAY', 'StaticHydrator', 'TasksPool$', 'TasksRunner$', 'and',
  'boundDeferScope', 'composeDestroys', 'concat', 'dehydrate', 'every', 'get', 'getContext', 'gt', 'gte', 'identity', 'is', 'isAccessor', 'isCodec',
  'isEmpty', 'isFunction', 'isMountable', 'isNot', 'isSignal', 'isWritable', 'lt', 'lte', 'nextValue', 'noLimit', 'noop', 'noopStorage', 'not', 'or',
  'record', 'resolved', 'signal', 'some', 'toAccessor', 'toAccessorOrSignal', 'toSignal', 'when']

function refuses(name, argument, call) {
  let thrown
  try {
    call()
  } catch (error) {
    thrown = error
  }
  const what = name + '(), ' + argument + ': '
  if (thrown === undefined) throw new Error(what + 'nothing was thrown')
  if (!(thrown instanceof TypeError)) throw new Error(what + 'no TypeError, but ' + thrown)
  if (thrown.message.indexOf(name + '()') !== 0 || thrown.message.indexOf(' ' + argument + ' ') < 0) throw new Error(what + thrown.message)
}

function check(module, calls, any) {
  for (const name of Object.keys(module)) {
    if (name !== 'default' && !calls[name] && any.indexOf(name) < 0) throw new Error(name + ' is in no list')
  }
  for (const name of Object.keys(calls)) {
    if (typeof module[name] !== 'function') throw new Error(name + ' is not exported')
    for (const [argument, ...values] of calls[name]) refuses(name, argument, () => module[name](...values))
  }
}

export function nanostores_names() {
  check(nano, nanoCalls, nanoAny)
}

export function nano_kit_names() {
  check(kit, kitCalls, kitAny)
}

export function methods_name() {
  for (const method of ['listen', 'subscribe']) {
    refuses(method, 'listener', () => $atom[method]())
    refuses(method, 'listener', () => $map[method]({}))
    refuses(method, 'listener', () => nano.computed($atom, noop)[method](5))
  }
  refuses('setKey', 'key', () => $map.setKey())
  refuses('setKey', 'key', () => deepMap({}).setKey(5, 1))
  refuses('mapCreator', 'id', () => nano.mapCreator()())
  refuses('debounce', 'fn', () => kit.debounce(5)())
  refuses('throttle', 'fn', () => kit.throttle(5)(5))
  refuses('boundDeferScope', 'fn', () => kit.boundDeferScope()())
  refuses('push', "$array's value", () => kit.push(signal({}), 1))
}

/// What the originals take although it looks odd.
export function oddArguments_areTaken() {
  nano.cleanStores(undefined, null, $atom)
  nano.map().setKey('a', 1)
  nano.deepMap().setKey('a.b', 1)
  nano.mapCreator()('id').listen(noop)
  if (nano.getPath(undefined, 'a.b') !== undefined) throw new Error('getPath')
  if (nano.setPath(undefined, 'a', 1).a !== 1) throw new Error('setPath')
  const $empty = atom()
  $empty.set()
  kit.subscribeAny(5, noop)
  kit.composeDestroys(undefined, noop)()
  kit.run(undefined, noop)
}
