// SPDX-License-Identifier: MIT

// What Redux DevTools make of an export of the recorder: their import, and each step.
//
//   node redux.mjs <program that prints a state file>

import assert from 'node:assert'
import { execFileSync } from 'node:child_process'
import { ActionCreators, instrument } from '@redux-devtools/instrument'
import { importState } from '@redux-devtools/utils'
import { createStore } from 'redux'

const text = execFileSync(process.argv[2], ['redux'], { encoding: 'utf8' })
const store = createStore(state => state ?? {}, instrument())
const { nextLiftedState } = importState(text, {})
store.liftedStore.dispatch(ActionCreators.importState(nextLiftedState, true))

const counts = []
for (let step = 0; step < nextLiftedState.stagedActionIds.length; step++) {
  store.liftedStore.dispatch(ActionCreators.jumpToState(step))
  counts.push(store.getState().counter)
}
// the last 20 of 101 turns, and the state before them
assert.deepStrictEqual(counts, [...Array(20).keys()].map(i => 81 + i).concat([100]))
assert.strictEqual(store.getState().token, '"quoted" \n text')
const { action, stack } = store.liftedStore.getState().actionsById[20]
assert.strictEqual(action.type, 'token')
assert.match(stack, /at printRedux|at .*printRedux/)
console.log(`${counts.length} states imported`)
