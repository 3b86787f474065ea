import QtQuick
import QtQuick.Templates as T
import Shop

/// The first island: the shop.
Window {
    id: window

    /// Room for what others put between the header and the shelves, and below them.
    property real bannerHeight: 0
    property real footerHeight: 0
    property bool canBePulled: false
    readonly property real headerHeight: header.height
    readonly property int shelfCount: grid.count
    readonly property int shelfColumns: grid.columns
    readonly property real shelfSide: grid.leftMargin
    readonly property size shelfCell: Qt.size(grid.cellWidth, grid.cellHeight)
    readonly property bool isShelfShown: grid.visible
    readonly property real pulledBy: Math.max(0, -grid.verticalOvershoot)
    readonly property bool isPulled: grid.dragging

    objectName: "shopWindow"
    width: 1200
    height: 864
    minimumWidth: 640
    minimumHeight: 560
    title: Catalogue.currentId === "" ? Texts.t.shop : Texts.t.product({ name: Catalogue.current.name })
    color: Theme.background

    LayoutMirroring.enabled: Texts.isMirrored
    LayoutMirroring.childrenInherit: true

    Binding {
        target: Texts
        property: "locale"
        value: Language.current
    }

    FocusScope {
        id: shop
        anchors.fill: parent
        focus: !Cart.isOpen
        enabled: !Cart.isOpen

        /// What had the keyboard when the page of a product was opened, and gets it back.
        property Item opener

        Keys.onEscapePressed: Catalogue.currentId = ""

        function giveKeyboardTo(item: Item) {
            // Compared: Qt 6.4 compiles a cast object to one that is never true by itself.
            const from = window.activeFocusItem as T.Control;
            const isShown = from?.visualFocus === true; // qmllint disable compiler
            item.forceActiveFocus(isShown ? Qt.TabFocusReason : Qt.OtherFocusReason);
        }
        function enterPage() {
            opener = activeFocus ? window.activeFocusItem : null;
            if (activeFocus)
                giveKeyboardTo(page.firstControl);
        }
        function leavePage() {
            if (activeFocus)
                giveKeyboardTo(opener ?? grid);
            opener = null;
        }

        // The first that Tab comes to, and over the shelves that are pulled below it.
        ShopHeader {
            id: header
            z: 1
            width: parent.width
        }

        ProductGrid {
            id: grid
            anchors.fill: parent
            anchors.topMargin: header.height + window.bannerHeight
            anchors.bottomMargin: window.footerHeight
            boundsBehavior: window.canBePulled ? Flickable.DragOverBounds : Flickable.StopAtBounds
            visible: Catalogue.currentId === "" && Catalogue.problem === ""
        }

        ProductPage {
            id: page
            anchors.fill: parent
            anchors.topMargin: header.height + window.bannerHeight
            anchors.bottomMargin: window.footerHeight
            visible: Catalogue.currentId !== ""
            onVisibleChanged: visible ? shop.enterPage() : shop.leavePage()
        }

        EmptyShelf {
            anchors.centerIn: parent
            anchors.verticalCenterOffset: header.height / 2
            width: Math.min(560, parent.width - 80)
            visible: Catalogue.problem !== ""
        }
    }

    CartFlyout {
        z: 1 // over what others add
        anchors.fill: parent
        focus: Cart.isOpen
    }
}
