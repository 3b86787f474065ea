// SPDX-License-Identifier: MIT
import QtQml
import QtTest
import NanoStores.Test

/*!
    A TestCase whose functions have a StoreGuard each: all stores get the values of before, and a function fails if it
    leaves something behind.

    init() and cleanup() are the guard's. What a test does before and after each function goes into setUp() and
    tearDown().
*/
TestCase {
    id: testCase

    /*! Whether the time of stores is that of the event loop. Otherwise it stands still until advance(). */
    property bool realTime: false
    /*! The guard of the function that runs. */
    readonly property StoreGuard guard: StoreGuard {}

    function setUp() {
    }
    function tearDown() {
    }

    /*! Moves the time of stores on, in milliseconds. */
    function advance(time: int) {
        guard.advance(time);
    }
    /*! Runs all that stores have to do, and fails with the name of what does not end. */
    function settle() {
        const left = guard.settle();
        verify(left === "", left);
    }
    /*! A computed store holds the value until the function ends, or unpin(). */
    function pin(store: QtObject, value: var) {
        guard.pin(store, value);
    }
    function unpin(store: QtObject) {
        guard.unpin(store);
    }

    function init() {
        guard.begin(realTime);
        setUp();
    }
    function cleanup() {
        tearDown();
        // What createTemporaryObject() has made lives until after cleanup(), and would count as left behind.
        if (typeof testCase["qtest_destroyTemporaryObjects"] === "function") {
            testCase["qtest_destroyTemporaryObjects"]();
        }
        wait(0);
        const found = guard.finish();
        if (found !== "") {
            fail(found);
        }
    }
}
