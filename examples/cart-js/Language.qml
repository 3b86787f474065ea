pragma Singleton

import QtQml

/// The languages of the shop: the stores of this one are in English alone.
QtObject {
    readonly property var all: ["en"]
    readonly property string current: "en"

    function choose(tag: string) {
        console.warn("there is no language", tag);
    }
    function nameOf(tag: string): string {
        return Qt.locale(tag).nativeLanguageName;
    }
}
