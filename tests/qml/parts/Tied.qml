import QtQml
import NanoStores

QtObject {
    id: page

    property real width: 3
    readonly property Atom price: Atom { value: 2 }
    readonly property Atom columns: Atom { value: page.width }
    readonly property Computed tied: Computed {
        compute: () => page.price.value * page.columns.value
    }
    readonly property Computed rebound: Computed {
        compute: { // qmllint disable compiler
            const columns = page.width;
            return () => page.price.value * columns;
        }
    }
}
