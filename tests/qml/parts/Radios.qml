import QtQuick
import QtQuick.Controls
import NanoStoresTest

/// One button for each value of the gate.
Column {
    id: radios

    required property Gate gate

    RadioButton {
        text: "light"
        checked: radios.gate && radios.gate.value === "light"
        onToggled: radios.gate.value = "light"
    }
    RadioButton {
        text: "dark"
        checked: radios.gate && radios.gate.value === "dark"
        onToggled: radios.gate.value = "dark"
    }
    RadioButton {
        text: "blue"
        checked: radios.gate && radios.gate.value === "blue"
        onToggled: radios.gate.value = "blue"
    }
}
