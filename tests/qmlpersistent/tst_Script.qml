// SPDX-License-Identifier: MIT
// qmllint disable compiler
import QtQuick
import QtTest
import NanoStores.Persistent
import "saved.mjs" as Saved

TestCase {
    id: testCase
    name: "Script"

    Component {
        id: themeComponent
        PersistentAtom {
            key: "shared/theme"
            value: "light"
        }
    }

    function test_sharesTheDefaultEngine() {
        const theme = createTemporaryObject(themeComponent, testCase);
        Saved.$theme.set("dark");
        tryCompare(theme, "value", "dark");
        theme.value = "blue";
        tryVerify(() => Saved.$theme.get() === "blue");
    }
}
