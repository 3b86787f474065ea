pragma Singleton

import QtQuick
import NanoStores.I18n

/// The texts of every window, and numbers, in the shop's language: Texts.t.cart, Texts.money(1800). Those of the shop
/// with a server, and of a cart that is shared by machines, are apart: Texts.served.tryAgain, Texts.sync.shared.
QtObject {
    id: texts

    property string locale: "en" ///< Windows set it: singletons of one module do not import it both.
    property alias t: shopTexts.t
    property alias served: servedTexts.t
    property alias sync: syncTexts.t
    readonly property bool isMirrored: i18n.direction === Qt.RightToLeft

    readonly property I18n i18n: I18n {
        locale: texts.locale
        files: ":/translations/%1.json"
    }

    readonly property Messages messages: Messages {
        id: shopTexts
        i18n: texts.i18n
        component: "shop"
        texts: ({
                shop: "Small Orbit",
                product: "{name} – Small Orbit",
                cartWindow: "Small Orbit: cart",
                headline: "Good things for small astronauts",
                subline: "Designed on the ground, tested in the bath, shipped with care.",
                products: "Products",
                allProducts: "All products",
                addItem: "Add {name} to the cart",
                addToCart: "Add to cart",
                livePrices: "Live prices",
                lightColours: "Use light colours",
                darkColours: "Use dark colours",
                language: "Language: {name}",
                shelvesEmpty: "The shelves are empty today",
                shelvesReason: "We could not read our own catalogue. The shop stays open while we look for it.",
                cart: "Cart",
                cartItems: { one: "Cart, {count} item", other: "Cart, {count} items" },
                cartClosed: "The cart is closed",
                openCart: { 0: "Open cart", other: "Open cart ({count})" },
                closeCart: "Close the cart",
                yourCart: "Your cart",
                items: { one: "{count} item", other: "{count} items" },
                undo: "Undo",
                undoEdit: "Undo: {what}",
                redo: "Redo",
                redoEdit: "Redo: {what}",
                each: "{sum} each",
                remove: "Remove",
                removeItem: "Remove {name}",
                quantityOf: "Quantity of {name}",
                subtotal: "Subtotal",
                shipping: "Shipping",
                total: "Total",
                free: "Free",
                freeShipping: "Your parcel flies for free.",
                toFreeShipping: "{sum} more, and your parcel flies for free.",
                checkOut: "Check out",
                nothing: "Nothing in orbit yet",
                nothingHint: "Whatever you add will float in here.",
                waiting: "Waiting for lift-off",
                noted: "{sum}, noted. Your order flies as soon as we reach the ground.",
                onItsWay: "On its way",
                thanks: "{sum}, paid with thanks. The countdown for your parcel has begun: it lands on {date}."
            })
    }

    readonly property Messages servedMessages: Messages {
        id: servedTexts
        i18n: texts.i18n
        component: "served"
        texts: ({
                filling: "The shelves are being filled",
                fillingAnew: "The shelves are being filled anew",
                pull: "Pull to fill the shelves anew",
                unreachable: "We cannot reach our shelves",
                unreachableReason: "The server does not answer as it should. We try again by ourselves.",
                outOfRange: "You are out of range",
                outOfRangeReason: "The shelves will be filled as soon as there is a network.",
                tryAgain: "Try again",
                serverIs: "The server is",
                well: "well",
                slow: "slow",
                failing: "failing",
                network: "Network",
                held: "The server does not take your order as it is. It stays here.",
                offline: "No network. This is what we knew of the shelves.",
                offlineOrders: {
                    one: "No network. Your order will be sent when it is back.",
                    other: "No network. {count} orders will be sent when it is back."
                },
                retriedOrders: {
                    one: "The server is not well. Your order will be sent again soon.",
                    other: "The server is not well. {count} orders will be sent again soon."
                },
                sentOrders: { one: "Your order is being sent…", other: "{count} orders are being sent…" },
                stale: "The shelves could not be filled anew. We try again soon.",
                arrived: "Order {number} has arrived. Thank you!",
                sendNow: "Send now",
                tryNow: "Try now"
            })
    }

    readonly property Messages syncMessages: Messages {
        id: syncTexts
        i18n: texts.i18n
        component: "sync"
        texts: ({
                shared: "Shared: the cart is the same in every shop.",
                connecting: "Connecting. This is the cart as we knew it.",
                sending: { one: "One change is being sent…", other: "{count} changes are being sent…" },
                offline: "Out of reach. This is the cart as we knew it.",
                offlineChanges: {
                    one: "Out of reach. Your change will be sent when the others are back.",
                    other: "Out of reach. {count} changes will be sent when the others are back."
                },
                problem: "The cart is not shared: {reason}"
            })
    }

    /// An amount in cents.
    function money(cents: int): string {
        return i18n.format.currency(cents / 100, "USD");
    }
    /// The same, or a word when it costs nothing.
    function fee(cents: int): string {
        return cents === 0 ? t.free : money(cents);
    }
    function number(count: int): string {
        return i18n.format.number(count);
    }
    function date(moment: date): string {
        return i18n.format.date(moment, "long");
    }
}
