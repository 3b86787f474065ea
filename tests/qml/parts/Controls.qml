import QtQuick
import QtQuick.Controls
import NanoStores
import NanoStoresTest

/// One control of each kind, bound both ways.
Column {
    id: controls

    readonly property Slider volume: volume
    readonly property Bind volumeBind: volumeBind
    readonly property TextField name: name
    readonly property Bind nameBind: nameBind
    readonly property TextField number: number
    readonly property Bind numberBind: numberBind
    readonly property CheckBox dark: dark
    readonly property SpinBox quality: quality
    readonly property ComboBox choice: choice
    readonly property SpinBox score: score
    readonly property Bind scoreBind: scoreBind
    readonly property SpinBox points: points
    readonly property Slider clamped: clamped
    readonly property TextArea area: area
    readonly property Bind areaBind: areaBind

    readonly property Atom seven: Atom {
        value: 7
    }
    readonly property MapStore scores: MapStore {}
    readonly property Atom high: Atom {
        value: 150
    }
    readonly property Atom text: Atom {
        value: "one"
    }

    Slider {
        id: volume
        from: 0
        to: 100
        Bind on value {
            id: volumeBind
            store: Settings
            key: "volume"
        }
    }
    TextField {
        id: name
        Bind on text {
            id: nameBind
            store: Settings
            key: "name"
        }
    }
    TextField {
        id: number
        Bind on text {
            id: numberBind
            store: controls.seven
        }
    }
    CheckBox {
        id: dark
        Bind on checked {
            store: Settings
            key: "dark"
        }
    }
    SpinBox {
        id: quality
        from: 0
        to: 10
        Bind on value {
            store: Settings
            key: "quality"
        }
    }
    ComboBox {
        id: choice
        model: ["low", "middle", "high", "perfect", "unreal"]
        Bind on currentIndex {
            store: Settings
            key: "quality"
        }
    }
    SpinBox {
        id: score
        Bind on value {
            id: scoreBind
            store: controls.scores
            key: "anna"
        }
    }
    SpinBox {
        id: points
        to: 1000
        Bind on value {
            store: Settings.points
            key: "anna"
        }
    }
    Slider {
        id: clamped
        from: 0
        to: 100
        Bind on value {
            store: controls.high
        }
    }
    TextArea {
        id: area
        Bind on text {
            id: areaBind
            store: controls.text
        }
    }
}
