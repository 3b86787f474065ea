// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/graph/valuenumber.h>
#include <nanostores/core/map.h>
#include <nanostores/qt/models/listmodel.h>
#include <nanostores/qt/models/nested.h>
#include <nanostores/qt/models/patchbykey.h>
#include <nanostores/qt/models/storemodel.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

/// A store whose value is a Dictionary.
template<typename S>
concept EntriesStore = AnyStore<S> && isDictionary<typename S::value_type>;

} // namespace detail

/// The entries of a Map as rows, in the order of the map: `new MapModel(cartItems, parent)`.
///
/// A change of one key costs what the change costs, however many rows there are; a map that is replaced as a whole is
/// compared key by key, and so is that of another store whose value is a Dictionary, such as a computed one; of
/// filtered() and sorted() ones an edit is written to the map that they are made of. Values are read from the map, not
/// copied. See StoreModel.
template<typename K, typename V, typename S = Map<K, V>>
class MapModel final : public StoreModel, private detail::NestOwner<K, V>
{
    static constexpr bool editable = detail::writesItems<S>;

public:
    explicit MapModel(S store, QObject *parent = nullptr)
        : StoreModel(detail::RowType::of<V>(), editable, parent)
        , m_store(std::move(store))
    {
    }

    const S &store() const { return m_store; }
    /// The row of a key, or -1.
    int rowOf(const K &key) const;
    /// Adds a role with the models of the lists inside the values; before anybody looks. See nested().
    template<typename Member, typename NestKeyOf>
    MapModel *nest(Nested<Member, NestKeyOf> nested)
    {
        detail::NestOwner<K, V> *const owner = this;
        this->addNestRole(nested.role);
        m_nests.add(std::make_unique<detail::NestOf<K, V, Member, NestKeyOf, editable, ListModel>>(
            owner, std::move(nested.member), std::move(nested.keyOf)));
        return this;
    }

protected:
    int rows() const override
    {
        refresh();
        return m_patch ? m_patch->rowCount() : static_cast<int>(m_keys.size());
    }
    QVariant keyAt(int row) const override { return convertTo<QVariant>(key(row)); }
    QVariant valueAt(int row) const override
    {
        const V *present = value(key(row));
        return present ? convertTo<QVariant>(*present) : QVariant();
    }
    const void *gadgetAt(int row) const override { return value(key(row)); }
    QAbstractItemModel *nestAt(int row, int nest) const override
    {
        const K shown = key(row);
        const V *present = value(shown);
        return present ? m_nests.at(nest, shown, *present) : nullptr;
    }
    bool write(int row, const QVariant &newValue, const QMetaProperty *field) override;
    void attach() override;
    void detach() override;
    void resync() override;
    std::string storeLabel() const override { return m_store.node()->label(); }

private:
    static constexpr bool isMap = std::is_same_v<S, Map<K, V>>;
    using Entries = Dictionary<K, V>;
    using Change = MapChange<K, V>;
    using Changed = std::vector<std::pair<K, QList<int>>>; ///< Rows that stay, and the roles that differ.

    const K &key(int row) const
    {
        if (!m_patch) {
            return m_keys.at(row);
        }
        const auto place = m_patch->at(row);
        return place.former ? m_keys.at(place.index) : m_next.at(place.index);
    }
    /// The key's value; of one whose row is about to go, the last one.
    const V *value(const K &key) const
    {
        const Entries &shown = m_shown ? *m_shown : entries();
        if (isMap && !m_shown && m_tie.isQueued()) [[unlikely]] {
            readAhead(key);
        }
        const V *present = shown.find(key);
        return present ? present : m_leaving.find(key);
    }
    /// A view has read a value of the row that has not been signalled yet, and never is if the value goes back.
    void readAhead(const K &key) const
    {
        m_readAhead.insert(key);
        const_cast<MapModel *>(this)->resyncLater();
    }
    /// What the store holds; nothing, if it is computed and has failed.
    const Entries &entries() const noexcept
    {
        try {
            return m_store.peek();
        } catch (...) {
            detail::reportError(std::current_exception());
            static const Entries none;
            return none;
        }
    }
    template<typename Store>
    static QList<int> differing(const Store &store, const K &key, const V &before, const V &now)
    {
        const detail::RowType &type = detail::RowType::of<V>();
        if constexpr (std::is_same_v<Store, Map<K, V>>) {
            if (Equal<V>::comparable || store.node()->has(detail::CustomEqual)) {
                return store.node()->equalKey(key, before, now) ? QList<int>() : type.changedRoles(&before, &now);
            }
        }
        return type.differing(before, now);
    }
    QList<int> differing(const K &key, const V &before, const V &now) const
    {
        return differing(m_store, key, before, now);
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
    void number(); ///< Makes m_numbers and m_numberOf anew.
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
    static bool put(const S &store, const K &key, const V &newValue);
    void updateNests();

    QObject *nestParent() override { return this; }
    bool editItem(const K &key, const std::function<void(V &)> &edit) override;
    void holdNest() override { this->hold(); }
    void releaseNest() override { this->release(); }

    S m_store;
    detail::ObserverLink m_tie;
    mutable QList<K> m_keys;
    mutable std::uint32_t m_version = 0; ///< Of the store, when the keys were read.
    mutable bool m_read = false;
    bool m_resyncs = false; ///< Everything will be looked at later.
    bool m_missed = false; ///< Everything is to be looked at with the next change.
    // Observed: rows are numbered in order, with gaps, so that a key's row is found in O(log n).
    std::vector<std::uint64_t> m_numbers;
    detail::KeyTable<K, std::uint64_t> m_numberOf;
    std::uint64_t m_lastNumber = 0;
    // The entries that views have been signalled, during a change; of a store that is replaced as a whole, while
    // observed.
    std::optional<Entries> m_shown;
    mutable detail::KeyTableSet<K> m_readAhead;
    // While a patch is on its way.
    std::shared_ptr<detail::RowPatch> m_patch;
    QList<K> m_next;
    Entries m_leaving;
    mutable detail::Nests<K, V> m_nests;
};

template<detail::EntriesStore S>
MapModel(S, QObject * = nullptr) -> MapModel<typename S::value_type::key_type, typename S::value_type::mapped_type, S>;

template<typename K, typename V, typename S>
int MapModel<K, V, S>::rowOf(const K &key) const
{
    if (m_tie && !m_patch && !m_resyncs) {
        const auto known = m_numberOf.find(key);
        if (known == m_numberOf.end()) {
            return -1;
        }
        const std::uint64_t number = known->second;
        if (number <= m_numbers.size() && m_numbers[number - 1] == number) {
            return static_cast<int>(number) - 1; // no row before it has gone
        }
        return static_cast<int>(std::lower_bound(m_numbers.begin(), m_numbers.end(), number) - m_numbers.begin());
    }
    refresh();
    for (int row = 0; row < rows(); ++row) {
        if (detail::sameKey(this->key(row), key)) {
            return row;
        }
    }
    return -1;
}

template<typename K, typename V, typename S>
bool MapModel<K, V, S>::write(int row, const QVariant &newValue, const QMetaProperty *field)
{
    if constexpr (editable) {
        const K changed = key(row);
        const V *present = detail::originOf(m_store).peek().find(changed);
        if (!present) {
            this->reportUnknownKey(convertTo<QVariant>(changed));
            return false;
        }
        auto next = detail::RowType::with(*present, newValue, field, m_store.name());
        if (!next) {
            return false;
        }
        return put(m_store, changed, *next);
    }
    return false;
}

/// Sets the value where it comes from; whether it then is that. An observer may delete the model.
template<typename K, typename V, typename S>
bool MapModel<K, V, S>::put(const S &store, const K &key, const V &newValue)
{
    if constexpr (editable) {
        const auto origin = detail::originOf(store);
        try {
            if constexpr (requires { origin.setKey(key, newValue); }) {
                origin.setKey(key, newValue);
            } else {
                Entries all = origin.peek();
                all.insert(key, newValue);
                origin.set(std::move(all));
            }
        } catch (...) {
            detail::reportError(std::current_exception());
        }
        const V *now = origin.peek().find(key);
        return now
               && (differing(origin, key, newValue, *now).isEmpty()
                   || detail::RowType::of<V>().holds(*now, newValue, nullptr));
    }
    return false;
}

template<typename K, typename V, typename S>
bool MapModel<K, V, S>::editItem(const K &key, const std::function<void(V &)> &edit)
{
    if constexpr (editable) {
        const QPointer<QObject> alive(this);
        const V *present = detail::originOf(m_store).peek().find(key);
        if (!present) {
            this->reportUnknownKey(convertTo<QVariant>(key));
            return false;
        }
        V next = *present;
        edit(next);
        const bool accepted = put(m_store, key, next);
        if (alive && !m_tie) { // otherwise the change was notified
            const V *now = entries().find(key);
            const std::optional<V> shown = now ? std::optional<V>(*now) : std::nullopt;
            m_nests.update(key, shown ? &*shown : nullptr);
        }
        return accepted;
    }
    return false;
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::updateNests()
{
    if (!m_nests.empty()) {
        const Entries shown = m_shown ? *m_shown : entries();
        m_nests.updateAll([&shown](const K &key) { return shown.find(key); });
    }
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::attach()
{
    if constexpr (isMap) {
        m_tie =
            detail::ObserverLink::to(m_store, [this](const Entries &now, const Change &what) { change(now, what); });
    } else {
        m_tie = detail::ObserverLink::to(m_store, [this](const Entries &now, const Entries *before) {
            change(now, Change{true, before, {}});
        });
    }
    const Entries &now = entries();
    if (m_read && m_version != detail::valueNumber(*m_store.node())) {
        m_resyncs = true; // not before all signals of the observer are connected
        resyncLater();
    } else if (!m_read) {
        m_keys = keysOf(now);
        m_read = true;
    }
    if (!isMap && !m_resyncs) {
        m_shown = now;
    }
    number();
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
    m_numbers = {};
    m_numberOf = {};
    m_tie = detail::ObserverLink();
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::refresh() const
{
    if (m_tie) {
        return;
    }
    const Entries &now = entries();
    const std::uint32_t version = detail::valueNumber(*m_store.node());
    if (!m_read || version != m_version) {
        m_keys = keysOf(now);
        m_version = version;
        m_read = true;
    }
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::number()
{
    std::vector<std::uint64_t> numbers(static_cast<std::size_t>(m_keys.size()));
    decltype(m_numberOf) numberOf;
    numberOf.reserve(numbers.size());
    std::uint64_t last = 0;
    for (const K &key : std::as_const(m_keys)) {
        numbers[last] = last + 1;
        numberOf.emplace(key, ++last);
    }
    m_numbers = std::move(numbers);
    m_numberOf = std::move(numberOf);
    m_lastNumber = last;
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
        m_shown = entries();
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
    if (isMap && m_tie.isQueued()) {
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
    const QPointer<QObject> alive(this);
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
    if constexpr (isMap) {
        m_shown.reset();
    }
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::notifyAll()
{
    const auto before = std::exchange(m_shown, entries());
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
            if (auto roles = oldValue ? differing(key, *oldValue, *present) : QList<int>(); !roles.isEmpty()) {
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
        std::vector<typename decltype(m_numberOf)::const_iterator>
            gone; // looked up before views are notified: a hash may throw
        for (int row = first; row <= last; ++row) {
            gone.push_back(m_numberOf.find(m_keys.at(row)));
        }
        this->beginRemove(first, last);
        for (const auto &each : gone) {
            m_numberOf.erase(each);
        }
        m_keys.remove(first, last - first + 1);
        m_numbers.erase(m_numbers.begin() + first, m_numbers.begin() + last + 1);
        if (!this->endRemove()) {
            return;
        }
    }
    m_leaving = Entries();
    if (!added.empty()) {
        const int count = static_cast<int>(m_keys.size());
        const std::size_t size = m_numbers.size() + added.size();
        decltype(m_numberOf) numberOf; // memory is asked for before views are notified to expect rows
        std::uint64_t last = m_lastNumber;
        for (const K &key : added) {
            numberOf.emplace(key, ++last);
        }
        if (size > m_numbers.capacity()) {
            m_numbers.reserve(2 * size);
            m_numberOf.reserve(2 * size);
            m_keys.reserve(static_cast<qsizetype>(2 * size));
        }
        this->beginInsert(count, count + static_cast<int>(added.size()) - 1);
        m_numberOf.merge(numberOf);
        for (K &key : added) {
            m_numbers.push_back(++m_lastNumber);
            m_keys.append(std::move(key));
        }
        if (!this->endInsert()) {
            return;
        }
    }
    const QPointer<QObject> alive(this);
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
    if (row + 1 < static_cast<int>(m_keys.size()) && now.position(change.key) > now.position(m_keys.constLast())) {
        return false;
    }
    const auto roles = differing(change.key, *change.oldValue, *present);
    if (!m_nests.empty()) {
        const QPointer<QObject> alive(this);
        m_nests.update(K(change.key), present); // who is called by inner rows may write
        if (!alive) {
            return true;
        }
    }
    if (!roles.isEmpty()) {
        emitChanged(row, roles);
    }
    return true;
}

/// Whether the rows that stay keep their order, with the new ones after them. A key that was removed and set again in
/// one batch goes to the end.
template<typename K, typename V, typename S>
bool MapModel<K, V, S>::inOrder(const Entries &now, const std::vector<int> &touched, const std::vector<int> &removed,
                                const std::vector<K> &added) const
{
    const int count = static_cast<int>(m_keys.size());
    const auto staying = [&](int row, int step) {
        while (row >= 0 && row < count && std::binary_search(removed.begin(), removed.end(), row)) {
            row += step;
        }
        return row;
    };
    const auto ascending = [&](int first, int second) {
        return first < 0 || second >= count || now.position(m_keys.at(first)) < now.position(m_keys.at(second));
    };
    for (const int row : touched) {
        if (!ascending(staying(row - 1, -1), row) || !ascending(row, staying(row + 1, 1))) {
            return false;
        }
    }
    const int last = staying(count - 1, -1);
    return added.empty() || last < 0 || now.position(m_keys.at(last)) < now.position(added.front());
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::replace(const Entries &now, const Entries *before, std::optional<Changed> changed)
{
    if (before) {
        changed.emplace();
        for (const auto &[key, value] : now) {
            const V *former = before->find(key);
            if (auto roles = former ? differing(key, *former, value) : QList<int>(); !roles.isEmpty()) {
                changed->emplace_back(key, std::move(roles));
            }
        }
    }
    if (m_patch) { // an exception has ended it half-way
        QList<K> shown;
        for (int row = 0; row < m_patch->rowCount(); ++row) {
            shown.append(key(row));
        }
        m_patch.reset();
        m_keys = std::move(shown);
    }
    m_next = keysOf(now);
    const auto patch = std::make_shared<detail::RowPatch>(detail::patchByKey<K>(
        static_cast<int>(m_keys.size()), static_cast<int>(m_next.size()),
        [this](int row) -> const K & { return m_keys.at(row); },
        [this](int row) -> const K & { return m_next.at(row); }));
    if (before) {
        m_leaving = *before;
    }
    m_patch = patch;
    if (!this->run(*patch)) {
        return;
    }
    m_patch.reset();
    m_keys = std::move(m_next);
    m_next = {};
    m_leaving = Entries();
    number();
    const QPointer<QObject> alive(this);
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
    const QPointer<QObject> alive(this);
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
