// SPDX-License-Identifier: MIT
import QtQuick
import NanoStores.Router

Item {
    property string kind: Route.name
}
