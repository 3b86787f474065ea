pragma Singleton

import QtQml
import "cartStore.mjs" as Store

/// What is on sale, and which of it is looked at.
QtObject {
    id: catalogue

    property string currentId
    readonly property string address: currentId === "" ? "/" : "/product/" + currentId
    readonly property string problem: Store.catalogueProblem.value
    readonly property var current: shown(Store.currentProduct.value)
    readonly property Rows products: Rows {
        rows: Store.shelf.value.map(catalogue.shown)
    }

    readonly property Binding currentness: Binding {
        target: catalogue
        property: "currentId"
        value: Store.currentProductId.value
    }
    onCurrentIdChanged: Store.currentProductId.set(currentId)

    /// A product under the names that the views use; an empty one if there is none.
    function shown(product: var): var {
        return {
            productId: product?.id ?? "",
            name: product?.name ?? "",
            category: product?.category ?? "",
            tagline: product?.tagline ?? "",
            description: product?.description ?? "",
            details: product?.details ?? "",
            tint: product?.tint ?? "transparent",
            illustration: product?.imageSrc ?? "",
            price: product?.price ?? 0,
            regularPrice: product?.regularPrice ?? 0
        };
    }
}
