import NanoStores

/// Lets writes through, or refuses them, or stores something else.
Atom {
    id: gate

    property string mode: "open"
    property var instead

    onSetting: change => {
        if (gate.mode === "closed") {
            change.abort();
        } else if (gate.mode === "turned") {
            change.newValue = gate.instead;
        }
    }
}
