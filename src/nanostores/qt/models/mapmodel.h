// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/valuenumber.h>
#include <nanostores/core/map.h>
#include <nanostores/qt/models/keyrows.h>
#include <nanostores/qt/models/maprows.h>
#include <nanostores/qt/models/patchbykey.h>
#include <nanostores/qt/models/rowpatch.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// The entries of a Map as rows, in the order of the map: `new MapModel(cartItems, parent)`.
///
/// A change of one key costs what the change costs, however many rows there are; a map that is replaced as a whole is
/// compared key by key, and so is that of another store whose value is a Dictionary, such as a computed one; of
/// filtered() and sorted() ones an edit is written to the map that they are made of. Values are read from the map, not
/// copied. See StoreModel.
template<typename K, typename V, typename S = Map<K, V>>
class MapModel final : public detail::MapRows<K, V, S>
{
    using Rows = detail::MapRows<K, V, S>;
    using typename Rows::Entries;

public:
    explicit MapModel(S store, QObject *parent = nullptr)
        : Rows(std::move(store), parent)
    {
    }

    /// The row of a key, or -1.
    int rowOf(const K &key) const;

protected:
    int rows() const override
    {
        refresh();
        return m_patch ? m_patch->rowCount() : m_rows.count();
    }
    const K &keyOfRow(int row) const override
    {
        if (!m_patch) {
            return m_rows.at(row);
        }
        const auto place = m_patch->at(row);
        return place.former ? m_rows.at(place.index) : m_next.at(place.index);
    }
    const V *valueOfKey(const K &key) const override
    {
        const Entries &shown = m_shown ? *m_shown : this->entries();
        if (Rows::isMap && !m_shown && this->m_tie.isQueued()) [[unlikely]] {
            readAhead(key);
        }
        const V *present = shown.find(key);
        return present ? present : m_leaving.find(key);
    }
    void attach() override;
    void detach() override;
    void resync() override;

private:
    using Change = MapChange<K, V>;
    using Changed = std::vector<std::pair<K, QList<int>>>; ///< Rows that stay, and the roles that differ.
    using typename Rows::Alive;

    /// A view has read a value of the row that has not been signalled yet, and never is if the value goes back.
    void readAhead(const K &key) const
    {
        m_readAhead.insert(key);
        const_cast<MapModel *>(this)->resyncLater();
    }
    static QList<K> keysOf(const Entries &entries)
    {
        QList<K> keys;
        keys.reserve(static_cast<qsizetype>(entries.size()));
        for (const auto &entry : entries) {
            keys.append(entry.first);
        }
        return keys;
    }
    void refresh() const; ///< Unobserved: brings the keys up to date.
    void change(const Entries &now, const Change &what);
    template<typename First>
    void notifyWith(First first);
    void notifyAll();
    void changeKeys(const Entries &now, const Change &what);
    bool changeOne(const Entries &now, const KeyChange<K, V> &change);
    bool inOrder(const Entries &now, const std::vector<int> &touched, const std::vector<int> &removed,
                 const std::vector<K> &added) const;
    void replace(const Entries &now, const Entries *before, std::optional<Changed> changed);
    void emitAll(const Changed &changed);
    void updateNests();

    mutable detail::KeyRows<K> m_rows; ///< Numbered while observed.
    mutable std::uint32_t m_version = 0; ///< Of the store, when the keys were read.
    mutable bool m_read = false;
    bool m_resyncs = false; ///< Everything will be looked at later.
    bool m_missed = false; ///< Everything is to be looked at with the next change.
    // The entries that views have been signalled, during a change; of a store that is replaced as a whole, while
    // observed.
    std::optional<Entries> m_shown;
    mutable detail::KeyTableSet<K> m_readAhead;
    // While a patch is on its way.
    std::shared_ptr<detail::RowPatch> m_patch;
    QList<K> m_next;
    Entries m_leaving;
};

template<detail::EntriesStore S>
MapModel(S, QObject * = nullptr) -> MapModel<typename S::value_type::key_type, typename S::value_type::mapped_type, S>;

template<typename K, typename V, typename S>
int MapModel<K, V, S>::rowOf(const K &key) const
{
    if (this->m_tie && !m_patch && !m_resyncs) {
        return m_rows.find(key);
    }
    refresh();
    for (int row = 0; row < rows(); ++row) {
        if (detail::sameKey(keyOfRow(row), key)) {
            return row;
        }
    }
    return -1;
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::updateNests()
{
    if (!this->m_nests.empty()) {
        const Entries shown = m_shown ? *m_shown : this->entries();
        this->m_nests.updateAll([&shown](const K &key) { return shown.find(key); });
    }
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::attach()
{
    if constexpr (Rows::isMap) {
        this->m_tie = detail::ObserverLink::to(this->m_store,
                                               [this](const Entries &now, const Change &what) { change(now, what); });
    } else {
        this->m_tie = detail::ObserverLink::to(this->m_store, [this](const Entries &now, const Entries *before) {
            change(now, Change{true, before, {}});
        });
    }
    const Entries &now = this->entries();
    if (m_read && m_version != detail::valueNumber(*this->m_store.node())) {
        m_resyncs = true; // not before all signals of the observer are connected
        this->resyncLater();
    } else if (!m_read) {
        m_rows.set(keysOf(now));
        m_read = true;
    }
    if (!Rows::isMap && !m_resyncs) {
        m_shown = now;
    }
    m_rows.number();
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::detach()
{
    m_resyncs = false;
    m_missed = false;
    m_read = false; // who observes next reads first
    m_patch.reset();
    m_next = {};
    m_shown.reset();
    m_readAhead.clear();
    m_rows.forgetNumbers();
    this->m_tie = detail::ObserverLink();
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::refresh() const
{
    if (this->m_tie) {
        return;
    }
    const Entries &now = this->entries();
    const std::uint32_t version = detail::valueNumber(*this->m_store.node());
    if (!m_read || version != m_version) {
        m_rows.set(keysOf(now));
        m_version = version;
        m_read = true;
    }
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::resync()
{
    const auto ahead = std::exchange(m_readAhead, {});
    const bool all = std::exchange(m_resyncs, false);
    notifyWith([&] {
        if (all) {
            notifyAll();
            return;
        }
        m_shown = this->entries();
        Changed changed;
        for (const K &key : ahead) {
            changed.emplace_back(key, QList<int>());
        }
        emitAll(changed);
    });
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::change(const Entries &now, const Change &what)
{
    if (m_resyncs) {
        return;
    }
    if (Rows::isMap && this->m_tie.isQueued()) {
        m_missed = true; // the rest of a change that a batch has overtaken: that of the batch covers it, too
        return;
    }
    notifyWith([&] {
        if (std::exchange(m_missed, false)) {
            notifyAll();
            return;
        }
        m_shown = now;
        if (what.whole) {
            const auto before = what.oldMap ? std::optional<Entries>(*what.oldMap) : std::nullopt;
            replace(*m_shown, before ? &*before : nullptr, std::nullopt);
        } else {
            changeKeys(*m_shown, what);
        }
    });
}

/// Signals a change, and all that come meanwhile.
template<typename K, typename V, typename S>
template<typename First>
void MapModel<K, V, S>::notifyWith(First first)
{
    const Alive alive(*this);
    try {
        if (!this->notifyViews([&](bool again) { again ? notifyAll() : first(); })) {
            return;
        }
    } catch (...) {
        if (alive) {
            m_shown.reset();
            m_resyncs = true;
        }
        throw;
    }
    if constexpr (Rows::isMap) {
        m_shown.reset();
    }
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::notifyAll()
{
    const auto before = std::exchange(m_shown, this->entries());
    replace(*m_shown, before ? &*before : nullptr, std::nullopt);
}

// A slot called by a step may write to the store, so nothing of `what` is referred to once the steps begin. The change
// can be outdated in part: if an earlier listener wrote to the store, the store is ahead of it.
template<typename K, typename V, typename S>
void MapModel<K, V, S>::changeKeys(const Entries &now, const Change &what)
{
    if (what.keys.size() == 1 && changeOne(now, what.keys.front())) {
        return;
    }
    std::vector<int> removed;
    std::vector<int> touched;
    std::vector<K> added;
    Changed changed;
    for (const auto &[key, oldValue] : what.keys) {
        const int row = rowOf(key);
        const V *present = now.find(key);
        if (row < 0) {
            if (present) {
                added.push_back(key);
            }
        } else if (!present) {
            removed.push_back(row);
            if (oldValue) {
                m_leaving.insert(key, *oldValue);
            }
        } else {
            touched.push_back(row);
            if (auto roles = oldValue ? this->differing(key, *oldValue, *present) : QList<int>(); !roles.isEmpty()) {
                changed.emplace_back(key, std::move(roles));
            }
        }
    }
    std::sort(removed.begin(), removed.end());
    std::sort(added.begin(), added.end(),
              [&now](const K &left, const K &right) { return now.position(left) < now.position(right); });

    constexpr std::size_t Few = 16;
    constexpr bool mayMove = std::is_nothrow_move_constructible_v<K> && std::is_nothrow_move_assignable_v<K>;
    if (!mayMove || removed.size() > Few || !inOrder(now, touched, removed, added)) {
        replace(now, nullptr, std::move(changed));
        return;
    }
    while (!removed.empty()) {
        const int last = removed.back();
        int first = last;
        for (removed.pop_back(); !removed.empty() && removed.back() == first - 1; removed.pop_back()) {
            --first;
        }
        const auto leaving = m_rows.leaving(first, last); // looked up before views are notified: a hash may throw
        this->beginRemove(first, last);
        m_rows.remove(leaving);
        if (!this->endRemove()) {
            return;
        }
    }
    m_leaving = Entries();
    if (!added.empty()) {
        const int count = m_rows.count();
        auto coming = m_rows.coming(std::move(added)); // memory is asked for before views are notified to expect rows
        this->beginInsert(count, count + static_cast<int>(coming.keys.size()) - 1);
        m_rows.append(coming);
        if (!this->endInsert()) {
            return;
        }
    }
    const Alive alive(*this);
    updateNests();
    if (alive) {
        emitAll(changed);
    }
}

/// The same for one key that stays where it is; false: it does not.
template<typename K, typename V, typename S>
bool MapModel<K, V, S>::changeOne(const Entries &now, const KeyChange<K, V> &change)
{
    const V *present = now.find(change.key);
    const int row = present && change.oldValue ? rowOf(change.key) : -1;
    if (row < 0) {
        return false;
    }
    // A key that was removed and set again stands behind the last one.
    if (row + 1 < m_rows.count() && now.position(change.key) > now.position(m_rows.last())) {
        return false;
    }
    const auto roles = this->differing(change.key, *change.oldValue, *present);
    if (!this->m_nests.empty()) {
        const Alive alive(*this);
        this->m_nests.update(K(change.key), present); // who is called by inner rows may write
        if (!alive) {
            return true;
        }
    }
    if (!roles.isEmpty()) {
        this->emitChanged(row, roles);
    }
    return true;
}

/// Whether the rows that stay keep their order, with the new ones after them. A key that was removed and set again in
/// one batch goes to the end.
template<typename K, typename V, typename S>
bool MapModel<K, V, S>::inOrder(const Entries &now, const std::vector<int> &touched, const std::vector<int> &removed,
                                const std::vector<K> &added) const
{
    const int count = m_rows.count();
    const auto staying = [&](int row, int step) {
        while (row >= 0 && row < count && std::binary_search(removed.begin(), removed.end(), row)) {
            row += step;
        }
        return row;
    };
    const auto ascending = [&](int first, int second) {
        return first < 0 || second >= count || now.position(m_rows.at(first)) < now.position(m_rows.at(second));
    };
    for (const int row : touched) {
        if (!ascending(staying(row - 1, -1), row) || !ascending(row, staying(row + 1, 1))) {
            return false;
        }
    }
    const int last = staying(count - 1, -1);
    return added.empty() || last < 0 || now.position(m_rows.at(last)) < now.position(added.front());
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::replace(const Entries &now, const Entries *before, std::optional<Changed> changed)
{
    if (before) {
        changed.emplace();
        for (const auto &[key, value] : now) {
            const V *former = before->find(key);
            if (auto roles = former ? this->differing(key, *former, value) : QList<int>(); !roles.isEmpty()) {
                changed->emplace_back(key, std::move(roles));
            }
        }
    }
    if (m_patch) { // an exception has ended it half-way
        QList<K> shown;
        for (int row = 0; row < m_patch->rowCount(); ++row) {
            shown.append(keyOfRow(row));
        }
        m_patch.reset();
        m_rows.set(std::move(shown));
    }
    m_next = keysOf(now);
    const auto patch = std::make_shared<detail::RowPatch>(detail::patchByKey<K>(
        m_rows.count(), static_cast<int>(m_next.size()), [this](int row) -> const K & { return m_rows.at(row); },
        [this](int row) -> const K & { return m_next.at(row); }));
    if (before) {
        m_leaving = *before;
    }
    m_patch = patch;
    if (!this->run(*patch)) {
        return;
    }
    m_patch.reset();
    m_rows.set(std::move(m_next));
    m_next = {};
    m_leaving = Entries();
    m_rows.number();
    const Alive alive(*this);
    updateNests();
    if (!alive) {
        return;
    }
    if (changed) {
        emitAll(*changed);
    } else {
        this->emitAllChanged();
    }
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::emitAll(const Changed &changed)
{
    std::vector<std::pair<int, const QList<int> *>> rows;
    rows.reserve(changed.size());
    for (const auto &[key, roles] : changed) {
        if (const int row = rowOf(key); row >= 0) {
            rows.emplace_back(row, &roles);
        }
    }
    std::sort(rows.begin(), rows.end());
    const Alive alive(*this);
    for (const auto &[row, roles] : rows) {
        if (!alive) {
            return;
        }
        this->emitChanged(row, *roles);
    }
}

namespace detail {

template<EntriesStore S, typename... Nests>
StoreModel *makeModel(QObject *parent, const S &store, Nests... nests)
{
    using Entries = typename S::value_type;
    auto *model = new MapModel<typename Entries::key_type, typename Entries::mapped_type, S>(store, parent);
    (model->nest(std::move(nests)), ...);
    return model;
}

template<typename S, typename... Rest>
requires(!ListStore<S> && !EntriesStore<S>)
StoreModel *makeModel(QObject *, const S &, const Rest &...)
{
    static_assert(ListStore<S>, "item models are of a Map, or of a store whose value is a Dictionary, a QList or a "
                                "std::vector");
    return nullptr;
}

} // namespace detail
} // namespace nanostores
