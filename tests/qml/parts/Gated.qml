import QtQuick
import QtQuick.Controls
import NanoStores
import NanoStoresTest

/// A control of each kind, bound to the gate.
QtObject {
    id: gated

    readonly property Component slider: Slider {
        id: slider
        required property Gate gate
        readonly property Bind bind: sliderBind
        width: 200
        to: 100
        stepSize: 20
        Bind on value {
            id: sliderBind
            store: slider.gate
        }
    }
    readonly property Component dial: Dial {
        id: dial
        required property Gate gate
        readonly property Bind bind: dialBind
        to: 100
        stepSize: 20
        Bind on value {
            id: dialBind
            store: dial.gate
        }
    }
    readonly property Component textField: TextField {
        id: textField
        required property Gate gate
        readonly property Bind bind: textFieldBind
        Bind on text {
            id: textFieldBind
            store: textField.gate
        }
    }
    readonly property Component textArea: TextArea {
        id: textArea
        required property Gate gate
        readonly property Bind bind: textAreaBind
        Bind on text {
            id: textAreaBind
            store: textArea.gate
        }
    }
    readonly property Component checkBox: CheckBox {
        id: checkBox
        required property Gate gate
        readonly property Bind bind: checkBoxBind
        Bind on checked {
            id: checkBoxBind
            store: checkBox.gate
        }
    }
    readonly property Component triState: CheckBox {
        id: triState
        required property Gate gate
        readonly property Bind bind: triStateBind
        tristate: true
        Bind on checkState {
            id: triStateBind
            store: triState.gate
        }
    }
    readonly property Component toggle: Switch {
        id: toggle
        required property Gate gate
        readonly property Bind bind: toggleBind
        Bind on checked {
            id: toggleBind
            store: toggle.gate
        }
    }
    readonly property Component spinBox: SpinBox {
        id: spinBox
        required property Gate gate
        readonly property Bind bind: spinBoxBind
        Bind on value {
            id: spinBoxBind
            store: spinBox.gate
        }
    }
    readonly property Component comboBox: ComboBox {
        id: comboBox
        required property Gate gate
        readonly property Bind bind: comboBoxBind
        model: ["one", "two", "three"]
        Bind on currentIndex {
            id: comboBoxBind
            store: comboBox.gate
        }
    }
    readonly property Component comboBoxByValue: ComboBox {
        id: byValue
        required property Gate gate
        textRole: "text"
        valueRole: "value"
        model: [{ value: "de", text: "Germany" }, { value: "fr", text: "France" }, { value: "it", text: "Italy" }]
        currentIndex: byValue.gate && count > 0 ? indexOfValue(byValue.gate.value) : -1
        onActivated: byValue.gate.value = currentValue
    }
    readonly property Component tabBar: TabBar {
        id: tabBar
        required property Gate gate
        readonly property Bind bind: tabBarBind
        width: 200
        Bind on currentIndex {
            id: tabBarBind
            store: tabBar.gate
        }
        TabButton { text: "one" }
        TabButton { text: "two" }
        TabButton { text: "three" }
    }
}
