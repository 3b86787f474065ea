import QtQuick
import QtQuick.Templates as T
import NanoStores.Router // qmllint disable unused-imports
import RouterExample

/// What this page remembers is in its entry of the history, and comes back with it.
Item {
    id: page

    Column {
        x: 24
        width: Math.min(parent.width - 48, 640)
        topPadding: 16
        spacing: 20

        Text {
            text: "Settings"
            font.pixelSize: Theme.display
            font.weight: Font.Bold
            font.letterSpacing: -0.8
            color: Theme.ink
        }
        Rectangle {
            width: parent.width
            height: 88
            radius: Theme.radius
            color: Theme.surface
            border.width: 1
            border.color: Theme.line

            Column {
                anchors.verticalCenter: parent.verticalCenter
                x: 20
                spacing: 3

                Text {
                    text: "Night colours"
                    font.pixelSize: Theme.body
                    font.weight: Font.DemiBold
                    color: Theme.ink
                }
                Text {
                    text: "For eyes that are used to the dark"
                    font.pixelSize: Theme.small
                    color: Theme.muted
                }
            }
            T.Switch {
                id: night
                anchors.right: parent.right
                anchors.rightMargin: 20
                anchors.verticalCenter: parent.verticalCenter
                implicitWidth: 48
                implicitHeight: 28
                checked: Theme.isDark
                Accessible.name: "Night colours"
                onToggled: Theme.isDark = checked
                indicator: Rectangle {
                    width: 48
                    height: 28
                    radius: 14
                    color: night.checked ? Theme.accent : Theme.raised
                    border.width: night.visualFocus ? 2 : 1
                    border.color: night.visualFocus ? Theme.ink : Theme.line

                    Rectangle {
                        x: night.checked ? 23 : 3
                        y: 3
                        width: 22
                        height: 22
                        radius: 11
                        color: night.checked ? Theme.accentInk : Theme.muted

                        Behavior on x {
                            NumberAnimation { duration: Theme.moment }
                        }
                    }
                }
            }
        }
        Rectangle {
            width: parent.width
            height: 112
            radius: Theme.radius
            color: Theme.surface
            border.width: 1
            border.color: Theme.line

            Text {
                id: label
                x: 20
                y: 20
                text: "Magnification: " + Math.round(slider.value) + "×"
                font.pixelSize: Theme.body
                font.weight: Font.DemiBold
                color: Theme.ink
            }
            T.Slider {
                id: slider
                anchors.left: parent.left
                anchors.right: parent.right
                anchors.top: label.bottom
                anchors.margins: 20
                anchors.topMargin: 14
                implicitHeight: 28
                from: 20
                to: 240
                value: page.Route.state["magnification"] ?? 80 // qmllint disable compiler
                Accessible.name: "Magnification"
                onMoved: page.Route.setState("magnification", value)
                background: Rectangle {
                    y: 12
                    width: slider.availableWidth
                    height: 4
                    radius: 2
                    color: Theme.raised

                    Rectangle {
                        width: slider.visualPosition * parent.width
                        height: 4
                        radius: 2
                        color: Theme.accent
                    }
                }
                handle: Rectangle {
                    x: slider.visualPosition * (slider.availableWidth - width)
                    y: 3
                    width: 22
                    height: 22
                    radius: 11
                    color: Theme.surface
                    border.width: slider.visualFocus ? 3 : 2
                    border.color: Theme.accent
                }
            }
        }
        Text {
            width: parent.width
            text: "Move it, go elsewhere and come back: it belongs to this entry of the history."
            wrapMode: Text.Wrap
            font.pixelSize: Theme.small
            color: Theme.muted
        }
    }
}
