// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/qt/models/keyselection.h>
#include <nanostores/widgets/export.h>

#include <QAbstractItemView>

class QTableView;
class QTreeView;

namespace nanostores {

namespace detail {

/// The selection by key of a view; made, and set, if it has another one.
NANOSTORES_WIDGETS_EXPORT KeySelection *keySelectionOf(QAbstractItemView *view);

} // namespace detail

/// bindCurrent(openSong, view): the key of the current row of a view and a store, both ways. Of an
/// Atom<std::optional<Key>>, which is empty if there is none, or of an Atom<Key>, which keeps its key then. After the
/// view has its model, which is one of this library, or a proxy of one. See KeySelection.
template<WritableStore S>
KeySelection *bindCurrent(const S &store, QAbstractItemView *view)
{
    auto *selection = detail::keySelectionOf(view);
    selection->tieCurrent(store);
    return selection;
}

/// bindSelected(chosenSongs, view): the keys of the selected rows of a view and a store of a container of them, such as
/// an Atom<QList<Key>> or Atom<QSet<Key>>, both ways. As bindCurrent().
template<WritableStore S>
KeySelection *bindSelected(const S &store, QAbstractItemView *view)
{
    auto *selection = detail::keySelectionOf(view);
    selection->tieSelected(store);
    return selection;
}

/// Lets the user sort by a click in the header, whose arrow shows the store that the view's TableModel is sorted by;
/// see TableModel::sortBy(). Unlike setSortingEnabled() alone, it does not begin with sorting by the first column.
NANOSTORES_WIDGETS_EXPORT void bindSort(QTableView *view);
NANOSTORES_WIDGETS_EXPORT void bindSort(QTreeView *view);

} // namespace nanostores
