// SPDX-License-Identifier: MIT
import QtQml
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

    function rename(text) {
        title.value = text;
    }
    function count() {
        Counter.increment();
    }
    function tail() {
        Counter.tailCall(7);
    }
    function setFromCpp(by) {
        return by.write(3);
    }

    onPressed: title.value = "pressed"
}
