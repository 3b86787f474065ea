import NanoStores

/// No less than 0 and no more than 10.
Atom {
    value: 1
    onSetting: change => {
        if (change.newValue < 0) {
            change.abort();
        } else if (change.newValue > 10) {
            change.newValue = 10;
        }
    }
}
