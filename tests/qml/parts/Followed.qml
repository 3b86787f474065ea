import QtQml
import NanoStores
import NanoStoresTest

/// Stores, properties bound to them, and plain properties: what a function may read.
QtObject {
    id: followed

    property int width: 3
    readonly property Atom a: Atom {
        value: 1
    }
    readonly property Atom b: Atom {
        value: 1
    }
    readonly property MapStore map: MapStore {
        value: ({ k: 1, l: 2 })
    }
    readonly property Computed sum: Computed {
        compute: () => followed.a.value + followed.b.value
    }
    readonly property Computed listed: Computed {
        stores: [followed.a]
        compute: a => a * 2
    }
    readonly property Computed nested: Computed {
        compute: () => followed.sum.value + followed.listed.value + followed.width
    }
    readonly property StoreKey key: StoreKey {
        store: followed.map
        key: "k"
    }
    readonly property int aBound: followed.a.value + 10
    readonly property int sumBound: followed.sum.value + 10
    readonly property int widthBound: followed.width + Settings.quality

    /// By number, so that a test may choose at random.
    function read(source: int): int {
        switch (source) {
        case 0:
            return followed.a.value;
        case 1:
            return followed.b.value;
        case 2:
            return followed.map.value.k + followed.map.count;
        case 3:
            return followed.sum.value;
        case 4:
            return followed.listed.value;
        case 5:
            return followed.nested.value;
        case 6:
            return followed.key.value;
        case 7:
            return followed.aBound;
        case 8:
            return followed.sumBound;
        case 9:
            return followed.widthBound;
        case 10:
            return Settings.quality;
        default:
            return followed.width;
        }
    }

    function write(target: int, value: int) {
        switch (target) {
        case 0:
            followed.a.value = value;
            break;
        case 1:
            followed.b.value = value;
            break;
        case 2:
            followed.map.setKey("k", value);
            break;
        case 3:
            followed.key.value = value;
            break;
        case 4:
            Settings.quality = value;
            break;
        default:
            followed.width = value;
        }
    }
}
