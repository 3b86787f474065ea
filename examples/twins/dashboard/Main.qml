import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import Dashboard

/// Both twins: it knows a singleton Dashboard, and not what is behind it.
ApplicationWindow {
    visible: true
    width: 420
    height: 560
    title: "Servers"

    Component.onCompleted: Dashboard.refresh()

    header: ColumnLayout {
        RowLayout {
            Layout.margins: 8
            Label {
                objectName: "average"
                Layout.fillWidth: true
                text: "Average " + Dashboard.average + " %"
                font.bold: true
            }
            Switch {
                objectName: "live"
                text: "Live"
                checked: Dashboard.live
                onToggled: Dashboard.live = checked
            }
            Button {
                objectName: "refresh"
                text: "Refresh"
                onClicked: Dashboard.refresh()
            }
        }
        RowLayout {
            Layout.margins: 8
            Label {
                objectName: "alarms"
                Layout.fillWidth: true
                text: Dashboard.alarms + " above " + Dashboard.threshold + " %"
            }
            Slider {
                objectName: "threshold"
                from: 0
                to: 100
                stepSize: 5
                value: Dashboard.threshold
                onMoved: Dashboard.threshold = value
            }
        }
    }
    ListView {
        objectName: "list"
        anchors.fill: parent
        clip: true
        model: Dashboard.items
        delegate: Item {
            id: row

            required property string host
            required property int load

            objectName: "row-" + host
            width: ListView.view.width
            height: 36

            Rectangle {
                x: 108
                width: (parent.width - 180) * row.load / 100
                height: 16
                anchors.verticalCenter: parent.verticalCenter
                color: row.load > Dashboard.threshold ? "#c8411b" : "#3d7ea6"
            }
            Label {
                x: 12
                anchors.verticalCenter: parent.verticalCenter
                text: row.host
            }
            Label {
                anchors.right: parent.right
                anchors.rightMargin: 12
                anchors.verticalCenter: parent.verticalCenter
                text: row.load + " %"
            }
        }
    }
}
