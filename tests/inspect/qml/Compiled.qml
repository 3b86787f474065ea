// SPDX-License-Identifier: MIT
import QtQml
import InspectTest

QtObject {
    property bool shown: Shop.isOpen

    function open(value: bool) {
        Shop.isOpen = value;
    }
}
