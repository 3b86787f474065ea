pragma Singleton

import QtQml
import "cartStore.mjs" as Store

/// Day or night, and whether things move.
QtObject {
    id: appearance

    property bool isDark
    readonly property bool isAnimated: Store.isAnimated.value

    readonly property Binding darkness: Binding {
        target: appearance
        property: "isDark"
        value: Store.isDark.value
    }
    onIsDarkChanged: Store.isDark.set(isDark)
}
