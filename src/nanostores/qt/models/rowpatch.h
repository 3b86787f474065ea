// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/export.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace nanostores::detail {

/// A vector by number of row: Qt counts rows in int, and no row that is asked for here is negative.
template<typename T>
class ByRow : public std::vector<T>
{
public:
    using std::vector<T>::vector;
    ByRow(int count, const T &value)
        : std::vector<T>(static_cast<std::size_t>(count), value)
    {
    }

    int count() const { return static_cast<int>(this->size()); }
    typename std::vector<T>::reference operator[](int row)
    {
        return std::vector<T>::operator[](static_cast<std::size_t>(row));
    }
    typename std::vector<T>::const_reference operator[](int row) const
    {
        return std::vector<T>::operator[](static_cast<std::size_t>(row));
    }
};

/// Receives the steps from one list of rows to another. Rows are numbered as they stand at each step. False ends it:
/// the receiver was deleted by an observer.
struct NANOSTORES_QT_EXPORT RowSteps
{
    virtual ~RowSteps();
    virtual void beginRemove(int first, int last) = 0;
    virtual bool endRemove() = 0;
    virtual void beginMove(int first, int last, int destination) = 0;
    virtual bool endMove() = 0;
    /// Many moves at once: of the rows from `first` on, each is now the one that newRows has for it.
    virtual void beginLayout() = 0;
    virtual bool endLayout(int first, const std::vector<int> &newRows) = 0;
    virtual void beginInsert(int first, int last) = 0;
    virtual bool endInsert() = 0;
};

/// The way from one list of rows to another: removals from the back, then the fewest moves, then insertions from the
/// front; neighbours go together. Each move costs a view as much as it has rows, so many moves of a long list are one
/// change of the layout.
///
/// Rows that keep their order (a longest increasing subsequence) never move. All places, former and future, stand on
/// one axis in an order that agrees with both lists, and a Fenwick tree counts the occupied ones; so each step, and
/// finding what a row shows between two steps, costs O(log n), whatever has moved before.
class NANOSTORES_QT_EXPORT RowPatch
{
public:
    /// What stands in a row: an index of the former list if it is about to go, otherwise of the new one.
    struct Place
    {
        bool former;
        int index;
    };

    /// The lists share a beginning and an end; for each former row between them, its new index from there, or -1.
    RowPatch(int prefix, ByRow<int> newOfOld, int newMiddle, int suffix);

    int rowCount() const { return m_prefix + m_present + m_suffix; }
    Place at(int row) const;
    /// Where a row of the new list was in the former one, or -1.
    int formerRow(int row) const;
    bool run(RowSteps &steps); ///< False: the receiver has ended it.
    /// Whether so many moves of a list of so many rows take a view no longer than a frame.
    static bool isFew(std::size_t moves, int rows) noexcept;

private:
    void occupy(int slot, int change);
    int rank(int slot) const; ///< How many occupied slots stand before.
    int select(int rank) const; ///< The occupied slot with so many before it.
    bool remove(RowSteps &steps);
    bool move(RowSteps &steps);
    bool layOut(RowSteps &steps, const std::vector<int> &movers);
    bool isFew(const std::vector<int> &movers) const;
    bool insert(RowSteps &steps);

    int m_prefix;
    int m_suffix;
    int m_present;
    ByRow<int> m_newOfOld;
    ByRow<int> m_oldOfNew;
    ByRow<bool> m_anchored; ///< By new index: keeps its place.
    ByRow<int> m_slotOfOld;
    ByRow<int> m_slotOfNew;
    ByRow<int> m_axis; ///< New index, or ~former index of what goes.
    std::vector<int> m_tree;
};

/// The way to another order of the same rows: by as few moves as possible, or at once where it is seen at a glance that
/// these are too many.
struct NANOSTORES_QT_EXPORT RowOrder
{
    /// For each former row its new one.
    explicit RowOrder(const std::vector<std::size_t> &places);

    std::shared_ptr<RowPatch> patch; ///< Null: at once.
    int first = 0; ///< At once: the rows before it stay.
    std::vector<int> newRows; ///< Of those from it on.
};

} // namespace nanostores::detail
