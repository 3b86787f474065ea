// SPDX-License-Identifier: MIT
#include <nanostores/qt/models/rowpatch.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>

namespace nanostores::detail {

RowSteps::~RowSteps() = default;

namespace {

/// Marks a longest increasing subsequence of the numbers that are not negative: by number, true.
ByRow<bool> longestIncreasing(const ByRow<int> &numbers, int limit)
{
    std::vector<int> tails; // by length - 1: where the best subsequence of that length ends
    ByRow<int> before(numbers.count(), -1);
    for (int i = 0; i < numbers.count(); ++i) {
        if (numbers[i] < 0) {
            continue;
        }
        const auto place = std::lower_bound(tails.begin(), tails.end(), numbers[i],
                                            [&](int tail, int number) { return numbers[tail] < number; });
        before[i] = place == tails.begin() ? -1 : *std::prev(place);
        if (place == tails.end()) {
            tails.push_back(i);
        } else {
            *place = i;
        }
    }
    ByRow<bool> marked(limit, false);
    for (int i = tails.empty() ? -1 : tails.back(); i >= 0; i = before[i]) {
        marked[numbers[i]] = true;
    }
    return marked;
}

} // namespace

RowPatch::RowPatch(int prefix, ByRow<int> newOfOld, int newMiddle, int suffix)
    : m_prefix(prefix)
    , m_suffix(suffix)
    , m_present(newOfOld.count())
    , m_newOfOld(std::move(newOfOld))
    , m_oldOfNew(newMiddle, -1)
    , m_anchored(longestIncreasing(m_newOfOld, newMiddle))
    , m_slotOfOld(m_newOfOld.count(), 0)
    , m_slotOfNew(newMiddle, 0)
{
    const int oldMiddle = m_present;
    for (int i = 0; i < oldMiddle; ++i) {
        if (m_newOfOld[i] >= 0) {
            m_oldOfNew[m_newOfOld[i]] = i;
        }
    }
    std::vector<bool> occupied;
    const auto place = [&](int shown, bool present) {
        m_axis.push_back(shown);
        occupied.push_back(present);
        return m_axis.count() - 1;
    };
    for (int i = 0, j = 0; i < oldMiddle || j < newMiddle;) {
        if (i < oldMiddle && (m_newOfOld[i] < 0 || !m_anchored[m_newOfOld[i]])) {
            m_slotOfOld[i] = place(m_newOfOld[i] < 0 ? ~i : m_newOfOld[i], true);
            ++i;
        } else if (j < newMiddle && !m_anchored[j]) {
            m_slotOfNew[j] = place(j, false);
            ++j;
        } else {
            m_slotOfOld[i] = m_slotOfNew[j] = place(j, true);
            ++i;
            ++j;
        }
    }
    m_tree.assign(m_axis.size() + 1, 0);
    for (std::size_t i = 1; i < m_tree.size(); ++i) {
        m_tree[i] += occupied[i - 1];
        if (const std::size_t parent = i + (i & -i); parent < m_tree.size()) {
            m_tree[parent] += m_tree[i];
        }
    }
}

void RowPatch::occupy(int slot, int change)
{
    m_present += change;
    for (std::size_t i = static_cast<std::size_t>(slot) + 1; i < m_tree.size(); i += i & -i) {
        m_tree[i] += change;
    }
}

int RowPatch::rank(int slot) const
{
    int count = 0;
    for (std::size_t i = static_cast<std::size_t>(slot); i > 0; i -= i & -i) {
        count += m_tree[i];
    }
    return count;
}

int RowPatch::select(int rank) const
{
    std::size_t slot = 0;
    for (std::size_t step = std::bit_floor(m_tree.size()); step > 0; step /= 2) {
        if (slot + step < m_tree.size() && m_tree[slot + step] <= rank) {
            slot += step;
            rank -= m_tree[slot];
        }
    }
    return static_cast<int>(slot);
}

RowPatch::Place RowPatch::at(int row) const
{
    if (row < m_prefix) {
        return {false, row};
    }
    if (row >= m_prefix + m_present) {
        return {false, row - m_present + m_oldOfNew.count()};
    }
    const int shown = m_axis[select(row - m_prefix)];
    return shown < 0 ? Place{true, m_prefix + ~shown} : Place{false, m_prefix + shown};
}

int RowPatch::formerRow(int row) const
{
    const int count = m_oldOfNew.count();
    if (row < m_prefix) {
        return row;
    }
    if (row >= m_prefix + count) {
        return row - count + m_newOfOld.count();
    }
    const int former = m_oldOfNew[row - m_prefix];
    return former < 0 ? -1 : m_prefix + former;
}

bool RowPatch::run(RowSteps &steps)
{
    return remove(steps) && move(steps) && insert(steps);
}

bool RowPatch::remove(RowSteps &steps)
{
    for (int last = m_newOfOld.count() - 1; last >= 0; --last) {
        if (m_newOfOld[last] >= 0) {
            continue;
        }
        int first = last;
        while (first > 0 && m_newOfOld[first - 1] < 0) {
            --first;
        }
        steps.beginRemove(m_prefix + first, m_prefix + last);
        for (int i = first; i <= last; ++i) {
            occupy(m_slotOfOld[i], -1);
        }
        if (!steps.endRemove()) {
            return false;
        }
        last = first;
    }
    return true;
}

bool RowPatch::move(RowSteps &steps)
{
    std::vector<int> movers; // new indices; they go in this order, each to where it stays
    for (int j = 0; j < m_oldOfNew.count(); ++j) {
        if (m_oldOfNew[j] >= 0) {
            movers.push_back(m_anchored[j] ? -1 : j);
        }
    }
    if (!isFew(movers)) {
        return layOut(steps, movers);
    }
    const auto from = [this](int j) { return rank(m_slotOfOld[m_oldOfNew[j]]); };
    for (std::size_t i = 0; i < movers.size();) {
        if (movers[i] < 0) {
            ++i;
            continue;
        }
        const int first = from(movers[i]);
        std::size_t end = i + 1; // neighbours that stay neighbours
        while (end < movers.size() && movers[end] >= 0 && from(movers[end]) == first + static_cast<int>(end - i)) {
            ++end;
        }
        const int last = first + static_cast<int>(end - i) - 1;
        const int destination = rank(m_slotOfNew[movers[i]]);
        const bool moves = destination < first || destination > last + 1;
        if (moves) {
            steps.beginMove(m_prefix + first, m_prefix + last, m_prefix + destination);
        }
        for (; i < end; ++i) {
            occupy(m_slotOfOld[m_oldOfNew[movers[i]]], -1);
            occupy(m_slotOfNew[movers[i]], 1);
        }
        if (moves && !steps.endMove()) {
            return false;
        }
    }
    return true;
}

/// Each move costs a ListView or a table some 2 us, and 1 ns for each row. Single moves are worth that, as delegates
/// travel with them, and the current row of a ListView stays the same; when the layout changes, it keeps its number.
bool RowPatch::isFew(std::size_t moves, int rows) noexcept
{
    constexpr std::size_t Most = 10'000'000; // ns, nearly
    return moves * (static_cast<std::size_t>(rows) + 2000) <= Most;
}

bool RowPatch::isFew(const std::vector<int> &movers) const
{
    std::size_t groups = 0;
    int expected = -1; // the old index that goes on with the group
    for (const int mover : movers) {
        const int old = mover < 0 ? -1 : m_oldOfNew[mover];
        if (old >= 0 && old != expected) {
            ++groups;
        }
        expected = old < 0 ? -1 : old + 1;
    }
    return isFew(groups, rowCount());
}

bool RowPatch::layOut(RowSteps &steps, const std::vector<int> &movers)
{
    std::vector<int> newRows(static_cast<std::size_t>(m_present));
    std::vector<int> formerRows; // of those that stay present, in their new order
    for (int j = 0; j < m_oldOfNew.count(); ++j) {
        if (m_oldOfNew[j] >= 0) {
            formerRows.push_back(rank(m_slotOfOld[m_oldOfNew[j]]));
        }
    }
    for (std::size_t i = 0; i < formerRows.size(); ++i) {
        newRows[static_cast<std::size_t>(formerRows[i])] = m_prefix + static_cast<int>(i);
    }
    steps.beginLayout(); // after all memory is there
    for (const int mover : movers) {
        if (mover >= 0) {
            occupy(m_slotOfOld[m_oldOfNew[mover]], -1);
            occupy(m_slotOfNew[mover], 1);
        }
    }
    return steps.endLayout(m_prefix, newRows);
}

bool RowPatch::insert(RowSteps &steps)
{
    const int count = m_oldOfNew.count();
    for (int first = 0; first < count; ++first) {
        if (m_oldOfNew[first] >= 0) {
            continue;
        }
        int last = first;
        while (last + 1 < count && m_oldOfNew[last + 1] < 0) {
            ++last;
        }
        steps.beginInsert(m_prefix + first, m_prefix + last);
        for (int j = first; j <= last; ++j) {
            occupy(m_slotOfNew[j], 1);
        }
        if (!steps.endInsert()) {
            return false;
        }
        first = last;
    }
    return true;
}

RowOrder::RowOrder(const std::vector<std::size_t> &places)
{
    std::size_t begin = 0;
    std::size_t end = places.size();
    while (begin < end && places[begin] == begin) {
        ++begin;
    }
    while (end > begin && places[end - 1] == end - 1) {
        --end;
    }
    std::size_t breaks = 0;
    for (std::size_t i = begin + 1; i < end; ++i) {
        breaks += places[i] != places[i - 1] + 1 ? 1 : 0;
    }
    first = static_cast<int>(begin);
    // A move of neighbours mends three breaks at most.
    if (!RowPatch::isFew(breaks / 3, static_cast<int>(places.size()))) {
        newRows.resize(end - begin);
        for (std::size_t i = begin; i < end; ++i) {
            newRows[i - begin] = static_cast<int>(places[i]);
        }
        return;
    }
    ByRow<int> newOfOld(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
        newOfOld[static_cast<int>(i - begin)] = static_cast<int>(places[i] - begin);
    }
    patch = std::make_shared<RowPatch>(first, std::move(newOfOld), static_cast<int>(end - begin),
                                       static_cast<int>(places.size() - end));
}

} // namespace nanostores::detail
