import QtQuick
import Shop

/// A price, and how far the feed has moved it from the catalogue's.
Row {
    id: tag

    required property int price
    required property int regularPrice
    property int size: Theme.body
    readonly property int drift: price - regularPrice

    spacing: 6
    baselineOffset: amount.baselineOffset

    Text {
        id: move
        text: (tag.drift > 0 ? "+" : "\u2212") + Texts.money(Math.abs(tag.drift))
        visible: tag.drift !== 0
        font.pixelSize: Theme.caption
        color: tag.drift > 0 ? Theme.accent : Theme.good
        anchors.baseline: amount.baseline
    }

    Text {
        id: amount
        text: Texts.money(tag.price)
        font.pixelSize: tag.size
        font.weight: Font.DemiBold
        color: Theme.ink
    }
}
