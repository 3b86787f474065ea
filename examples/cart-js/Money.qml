pragma Singleton

import QtQml
import "cartStore.mjs" as Store

/// Amounts in cents as the shop writes them.
QtObject {
    function text(cents: int): string {
        return Store.formatMoney(cents);
    }
    function fee(cents: int): string {
        return cents === 0 ? qsTr("Free") : text(cents);
    }
}
