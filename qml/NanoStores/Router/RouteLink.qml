// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import NanoStores.Router

/*!
    A link to a page: `RouteLink { router: nav; to: "post"; params: ({ id: 7 }); text: "Read" }`.

    A click, Return, Enter and Space open it; screen readers know it as a link. What it looks like is its contentItem
    and background. Under the pointer that rests, it has the views load what they need
    for the page.
*/
T.AbstractButton {
    id: link

    required property RouterObject router
    /*! The name of a route, or a path. */
    required property string to
    property var params: ({})
    property var search: ({})
    property string hash: ""
    /*! Opens in place of the present page. */
    property bool redirects: false
    /*! Whether the page is the one that is shown. */
    readonly property bool current: router !== null && router.url !== "" && router.isAt(to, params)

    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: implicitContentHeight + topPadding + bottomPadding
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    enabled: router !== null

    Accessible.role: Accessible.Link
    Accessible.name: text
    Accessible.onPressAction: clicked()

    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    onClicked: {
        if (redirects) {
            router.redirect(to, params, search, hash);
        } else {
            router.open(to, params, search, hash);
        }
    }
    onPressed: router.preload(to, params)

    Timer {
        // The pointer that rests on a link, and not the one that passes over it.
        interval: 60
        running: link.hovered && link.enabled
        onTriggered: link.router.preload(link.to, link.params)
    }

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    contentItem: Text {
        text: link.text
        font.family: link.font.family
        font.pixelSize: link.font.pixelSize
        font.weight: link.font.weight
        font.underline: link.hovered || link.visualFocus
        color: link.palette.link
        opacity: link.enabled ? 1 : 0.5
    }
    background: Rectangle {
        visible: link.visualFocus
        color: "transparent"
        radius: 3
        border.width: 2
        border.color: link.palette.highlight
    }
}
