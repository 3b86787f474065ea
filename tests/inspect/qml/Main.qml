// SPDX-License-Identifier: MIT
import QtQml
import InspectTest
import NanoStores
import "counter.mjs" as Counter

QtObject {
    id: root

    property Atom title: Atom {
        id: title
        value: "a"
    }
    property Computed shout: Computed {
        id: shout
        stores: [title]
        compute: text => text + "!"
    }
    property MapStore settings: MapStore {
        objectName: "settings"
    }
    property Atom another: Atom {}
    property StoreEffect saving: StoreEffect {
        run: () => {
            settings.setKey("saved", title.value);
        }
    }

    signal pressed

    function rename(text: string): void {
        title.value = text;
    }
    function count(): void {
        Counter.increment();
    }
    function tail(): void {
        Counter.tailCall(7);
    }
    function setFromCpp(): void {
        Shop.write(3);
    }

    onPressed: title.value = "pressed"
}
