import QtQml.Models

/// A list model that follows a list of objects, told apart by their `productId`: rows come, go and move one by one, so
/// that the views keep their delegates, and with them the focus.
ListModel {
    id: model

    property var rows: []

    onRowsChanged: {
        const wanted = new Set(rows.map(row => row.productId));
        for (let last = count - 1; last >= 0; --last) {
            if (!wanted.has(get(last).productId))
                remove(last);
        }
        rows.forEach(place);
    }

    function place(row: var, index: int) {
        let at = index;
        while (at < count && get(at).productId !== row.productId)
            ++at;
        if (at === count) {
            insert(index, row);
        } else {
            if (at > index)
                move(at, index, 1);
            set(index, row); // tells what differs
        }
    }
}
