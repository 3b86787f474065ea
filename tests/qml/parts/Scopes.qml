// What is in a Scoped is a component: it finds what is around it by ids.
// qmllint disable unqualified compiler
import QtQuick
import NanoStores

Item {
    id: root

    property int made: 0

    readonly property Scoped text: Scoped {
        Atom {
            value: "empty"
            Component.onCompleted: ++root.made
        }
    }
    readonly property Scoped options: Scoped {
        MapStore {
            value: ({ zoom: 100 })
        }
    }
    readonly property Scoped size: Scoped {
        Computed {
            stores: [root.text]
            compute: text => text.length
        }
    }
    readonly property Scoped shout: Scoped {
        Computed {
            id: loud

            compute: () => root.text.of(loud).value.toUpperCase()
        }
    }
    readonly property Scoped key: Scoped {
        QtObject {
            id: keyed

            readonly property string zoom: keyed.Scope.key("zoom")
        }
    }
    readonly property Scoped mailer: Scoped {
        Mailer {}
    }
    readonly property QtObject fake: Mailer {
        prefix: "would send "
    }

    component Mailer: QtObject {
        property string prefix: "sent "

        function send(text: string): string {
            return prefix + text;
        }
    }

    component Part: Item {
        id: part

        readonly property StoreKey text: StoreKey {
            store: root.text
        }
        readonly property StoreKey size: StoreKey {
            store: root.size
        }
        readonly property StoreKey zoom: StoreKey {
            store: root.options
            key: "zoom"
        }
        property string bound
        Bind on bound {
            store: root.text
        }
        property int length: -1
        readonly property Computed twice: Computed {
            stores: [root.size]
            compute: size => 2 * size
        }
        readonly property StoreEffect effect: StoreEffect {
            stores: [root.size]
            run: size => part.length = size
        }

        function send(): string {
            return part.Scope.inject(root.mailer).send(part.text.value);
        }
        function loud(): string {
            return root.shout.of(part).value;
        }
        function storeKey(): string {
            return root.key.of(part).zoom;
        }
    }

    readonly property Part outside: Part {}
    property alias first: first
    property alias inFirst: inFirst
    property alias second: second
    property alias narrow: narrow
    property alias pages: pages

    Part {
        id: first

        Scope.provides: [root.text]
        Scope.name: "first"

        Item {
            Part {
                id: inFirst
            }
            Part {
                id: narrow

                readonly property Provide mock: Provide {
                    scoped: root.mailer
                    object: root.fake
                }
                Scope.provides: [root.options, narrow.mock]
                Scope.name: "narrow"
            }
        }
    }
    Part {
        id: second

        Scope.provides: [root.text, root.mailer]
    }
    Repeater {
        id: pages

        delegate: Part {
            Scope.provides: [root.text]
        }
    }
}
