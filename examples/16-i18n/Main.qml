import QtQuick
import QtQuick.Layouts
import NanoStores.I18n
import I18nExample

/// Turn the number, and choose a language: the words, their forms, the amount and the direction follow.
Window {
    id: window

    property int count: 2
    property alias isNight: theme.isDark

    width: 440
    height: 400
    minimumWidth: 360
    minimumHeight: 380
    visible: true
    title: cart.t.title
    color: Theme.background

    QtObject {
        id: theme
        property bool isDark: false
        onIsDarkChanged: Theme.isDark = isDark
    }
    I18n {
        id: language
        locale: "en"
        files: "qrc:/qt/qml/I18nExample/translations/%1.json"
    }
    Messages {
        id: cart
        i18n: language
        component: "cart"
        texts: ({
                title: "Shopping cart",
                items: { one: "{count} mug", other: "{count} mugs", 0: "No mugs" },
                total: "{sum} in all",
                changed: "Changed {when}",
                hint: "Turn the number, and choose a language."
            })
    }

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 24
        spacing: 20

        LayoutMirroring.enabled: language.direction === Qt.RightToLeft
        LayoutMirroring.childrenInherit: true

        Rectangle {
            Layout.alignment: Qt.AlignHCenter
            implicitWidth: languages.implicitWidth + 8
            implicitHeight: languages.implicitHeight + 8
            radius: height / 2
            color: Theme.raised
            Row {
                id: languages
                anchors.centerIn: parent
                LayoutMirroring.enabled: false // each in its place, whichever is chosen
                Key {
                    text: "English"
                    isChoice: true
                    isChosen: language.locale === "en"
                    onPressed: language.locale = "en"
                }
                Key {
                    text: "Русский"
                    isChoice: true
                    isChosen: language.locale === "ru"
                    onPressed: language.locale = "ru"
                }
                Key {
                    text: "العربية"
                    isChoice: true
                    isChosen: language.locale === "ar"
                    onPressed: language.locale = "ar"
                }
            }
        }
        Text {
            Layout.fillWidth: true
            text: cart.t.title
            font.pixelSize: Theme.display
            font.weight: Font.Bold
            color: Theme.ink
        }
        Rectangle {
            Layout.fillWidth: true
            implicitHeight: rows.implicitHeight + 40
            radius: Theme.radius
            color: Theme.surface
            border.color: Theme.line
            ColumnLayout {
                id: rows
                anchors.fill: parent
                anchors.margins: 20
                spacing: 16
                RowLayout {
                    spacing: 12
                    Text {
                        objectName: "items"
                        Layout.fillWidth: true
                        text: cart.t.items(window.count)
                        font.pixelSize: Theme.large
                        color: Theme.ink
                    }
                    Key {
                        text: "−"
                        label: "-1"
                        enabled: window.count > 0
                        onPressed: window.count = Math.max(0, window.count - 1)
                    }
                    Key {
                        text: "+"
                        label: "+1"
                        enabled: window.count < 200
                        onPressed: window.count = Math.min(200, window.count + 1)
                    }
                }
                Rectangle {
                    Layout.fillWidth: true
                    implicitHeight: 1
                    color: Theme.line
                }
                Text {
                    Layout.fillWidth: true
                    text: cart.t.total({ sum: language.format.currency(window.count * 4.5, "EUR") })
                    font.pixelSize: Theme.body
                    font.weight: Font.DemiBold
                    color: Theme.ink
                }
                Text {
                    Layout.fillWidth: true
                    text: cart.t.changed({ when: language.format.relativeTime(-1, "day") })
                    font.pixelSize: Theme.small
                    color: Theme.muted
                }
            }
        }
        Text {
            Layout.fillWidth: true
            wrapMode: Text.Wrap
            text: cart.t.hint
            font.pixelSize: Theme.small
            color: Theme.muted
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
