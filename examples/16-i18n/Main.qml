import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import NanoStores.I18n

ApplicationWindow {
    id: window

    visible: true
    width: 420
    height: 300
    title: cart.t.title

    LayoutMirroring.enabled: language.direction === Qt.RightToLeft
    LayoutMirroring.childrenInherit: true

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
        anchors.margins: 20
        spacing: 12

        RowLayout {
            Button {
                text: "English"
                highlighted: language.locale === "en"
                onClicked: language.locale = "en"
            }
            Button {
                text: "Русский"
                highlighted: language.locale === "ru"
                onClicked: language.locale = "ru"
            }
            Button {
                text: "العربية"
                highlighted: language.locale === "ar"
                onClicked: language.locale = "ar"
            }
        }
        RowLayout {
            SpinBox {
                id: count
                objectName: "count"
                value: 2
                to: 200
            }
            Label {
                objectName: "items"
                font.pixelSize: 22
                text: cart.t.items(count.value)
            }
        }
        Label {
            text: cart.t.total({ sum: language.format.currency(count.value * 4.5, "EUR") })
        }
        Label {
            text: cart.t.changed({ when: language.format.relativeTime(-1, "day") })
        }
        Label {
            Layout.fillWidth: true
            opacity: 0.6
            wrapMode: Text.Wrap
            text: cart.t.hint
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
