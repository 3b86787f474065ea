#pragma once

#include <nanostores/core/map.h>
#include <nanostores/qt/detail/nests.h>
#include <nanostores/qt/detail/patchbykey.h>
#include <nanostores/qt/listmodel.h>
#include <nanostores/qt/storemodel.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

template<typename T>
inline constexpr bool isEntries = false;
template<typename K, typename V>
inline constexpr bool isEntries<Dictionary<K, V>> = true;

/// A store whose value is a Dictionary.
template<typename S>
concept EntriesStore = AnyStore<S> && isEntries<typename S::value_type>;

} // namespace detail

/// The entries of a Map as rows, in the order of the map: `new MapModel(cartItems, parent)`.
///
/// A change of one key costs what the change costs, however many rows there are; a map that is replaced as a whole is
/// compared key by key, and so is that of another store whose value is a Dictionary, such as a computed one. Values are
/// read from the store, not copied. See StoreModel.
template<typename K, typename V, typename S = Map<K, V>>
class MapModel final : public StoreModel, private detail::NestOwner<K, V>
{
public:
    explicit MapModel(S store, QObject *parent = nullptr)
        : StoreModel(detail::RowType::of<V>(), WritableStore<S>, parent)
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
        m_nests.add(std::make_unique<detail::NestOf<K, V, Member, NestKeyOf, WritableStore<S>, ListModel>>(
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
        const V *present = entries().find(key);
        return present ? present : m_leaving.find(key);
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
    QList<int> differing(const K &key, const V &before, const V &now) const
    {
        if constexpr (isMap) {
            if (Equal<V>::comparable || m_store.node()->has(detail::CustomEqual)) {
                return m_store.node()->equalKey(key, before, now) ? QList<int>() : type().changedRoles(&before, &now);
            }
        }
        return type().differing(before, now);
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
    void changeKeys(const Entries &now, const Change &what);
    bool changeOne(const Entries &now, const KeyChange<K, V> &change);
    bool inOrder(const Entries &now, const std::vector<int> &touched, const std::vector<int> &removed,
                 const std::vector<K> &added) const;
    void replace(Entries now, std::optional<Entries> before, std::optional<Changed> changed);
    void emitAll(const Changed &changed);
    void put(const K &key, V newValue);
    void updateNests();

    QObject *nestParent() override { return this; }
    void editItem(const K &key, const std::function<void(V &)> &edit) override;
    void holdNest() override { this->hold(); }
    void releaseNest() override { this->release(); }

    S m_store;
    detail::Tie m_tie;
    mutable QList<K> m_keys;
    mutable std::uint32_t m_version = 0; ///< Of the store, when the keys were read.
    mutable bool m_read = false;
    bool m_resyncs = false; ///< Everything will be looked at later.
    // Observed: rows are numbered in order, with gaps, so that a key's row is found in O(log n).
    std::vector<std::uint64_t> m_numbers;
    std::unordered_map<K, std::uint64_t> m_numberOf;
    std::uint64_t m_lastNumber = 0;
    // While a patch is on its way.
    std::unique_ptr<detail::RowPatch> m_patch;
    QList<K> m_next;
    Entries m_leaving;
    mutable detail::Nests<K, V> m_nests;
};

template<detail::EntriesStore S>
MapModel(S, QObject * = nullptr) -> MapModel<typename S::value_type::key_type, typename S::value_type::mapped_type, S>;

template<typename K, typename V, typename S>
int MapModel<K, V, S>::rowOf(const K &key) const
{
    if (m_tie && !m_patch) {
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
        if (this->key(row) == key) {
            return row;
        }
    }
    return -1;
}

template<typename K, typename V, typename S>
bool MapModel<K, V, S>::write(int row, const QVariant &newValue, const QMetaProperty *field)
{
    if constexpr (WritableStore<S>) {
        const K changed = key(row);
        const V *present = entries().find(changed);
        if (!present) {
            return false;
        }
        V next = field ? *present : convertTo<V>(newValue);
        if (field && !field->writeOnGadget(&next, newValue)) {
            return false;
        }
        try {
            put(changed, next);
        } catch (...) {
            detail::reportError(std::current_exception());
        }
        const V *now = entries().find(changed);
        return now && differing(changed, next, *now).isEmpty();
    }
    return false;
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::put(const K &key, V newValue)
{
    if constexpr (isMap) {
        m_store.setKey(key, std::move(newValue));
    } else if constexpr (WritableStore<S>) {
        Entries all = entries();
        all.insert(key, std::move(newValue));
        m_store.set(std::move(all));
    }
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::editItem(const K &key, const std::function<void(V &)> &edit)
{
    if (const V *present = entries().find(key)) {
        V next = *present;
        edit(next);
        put(key, std::move(next));
        if (!m_tie) { // otherwise it was heard of
            m_nests.update(key, entries().find(key));
        }
    }
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::updateNests()
{
    if (!m_nests.empty()) {
        m_nests.updateAll([this](const K &key) { return entries().find(key); });
    }
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::attach()
{
    if constexpr (isMap) {
        m_tie = detail::Tie::to(m_store, [this](const Entries &now, const Change &what) { change(now, what); });
    } else {
        m_tie = detail::Tie::to(m_store, [this](const Entries &now, const Entries *before) {
            change(now, Change{true, before, {}});
        });
    }
    const Entries &now = entries();
    if (m_read && m_version != m_store.node()->version) {
        m_resyncs = true; // not before all signals of the observer are connected
        resyncLater();
    } else if (!m_read) {
        m_keys = keysOf(now);
        m_read = true;
    }
    number();
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::detach()
{
    m_resyncs = false;
    m_read = false; // who observes next reads first
    m_numbers = {};
    m_numberOf = {};
    m_tie = detail::Tie();
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::refresh() const
{
    if (m_tie) {
        return;
    }
    const Entries &now = entries();
    const std::uint32_t version = m_store.node()->version;
    if (!m_read || version != m_version) {
        m_keys = keysOf(now);
        m_version = version;
        m_read = true;
    }
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::number()
{
    m_numbers.resize(m_keys.size());
    m_numberOf.clear();
    m_numberOf.reserve(m_keys.size());
    m_lastNumber = 0;
    for (const K &key : std::as_const(m_keys)) {
        m_numbers[m_lastNumber] = m_lastNumber + 1;
        m_numberOf.emplace(key, ++m_lastNumber);
    }
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::resync()
{
    m_resyncs = false;
    replace(entries(), std::nullopt, std::nullopt);
}

template<typename K, typename V, typename S>
void MapModel<K, V, S>::change(const Entries &now, const Change &what)
{
    if (m_patch && !m_resyncs) {
        m_resyncs = true;
        resyncLater();
    }
    if (m_resyncs) {
        return;
    }
    if (!what.whole) {
        changeKeys(now, what);
    } else if (what.oldMap) {
        replace(now, *what.oldMap, std::nullopt);
    } else {
        replace(now, std::nullopt, std::nullopt);
    }
}

// Whoever hears of a step may write to the store, so nothing of it is referred to once the steps begin. What is told may
// be news in part: the store is ahead when a listener before this one has written.
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
    std::sort(added.begin(), added.end(), [&now](const K &a, const K &b) { return now.position(a) < now.position(b); });

    constexpr std::size_t Few = 16;
    if (removed.size() > Few || !inOrder(now, touched, removed, added)) {
        replace(now, std::nullopt, std::move(changed));
        return;
    }
    while (!removed.empty()) {
        const int last = removed.back();
        int first = last;
        for (removed.pop_back(); !removed.empty() && removed.back() == first - 1; removed.pop_back()) {
            --first;
        }
        beginRemoveRows(QModelIndex(), first, last);
        for (int row = first; row <= last; ++row) {
            m_numberOf.erase(m_keys.at(row));
        }
        m_keys.remove(first, last - first + 1);
        m_numbers.erase(m_numbers.begin() + first, m_numbers.begin() + last + 1);
        endRemoveRows();
    }
    m_leaving = Entries();
    if (!added.empty()) {
        const int count = static_cast<int>(m_keys.size());
        beginInsertRows(QModelIndex(), count, count + static_cast<int>(added.size()) - 1);
        for (K &key : added) {
            m_numbers.push_back(++m_lastNumber);
            m_numberOf.emplace(key, m_lastNumber);
            m_keys.append(std::move(key));
        }
        endInsertRows();
    }
    updateNests();
    emitAll(changed);
}

/// The same for one key that stays where it is; false: it does not.
template<typename K, typename V, typename S>
bool MapModel<K, V, S>::changeOne(const Entries &now, const KeyChange<K, V> &change)
{
    const V *present = now.find(change.key);
    int row = present && change.oldValue ? rowOf(change.key) : -1;
    if (row < 0) {
        return false;
    }
    // A key that was removed and set again stands behind the last one.
    if (row + 1 < static_cast<int>(m_keys.size()) && now.position(change.key) > now.position(m_keys.constLast())) {
        return false;
    }
    const auto roles = differing(change.key, *change.oldValue, *present);
    if (!m_nests.empty()) {
        const K key = change.key; // who hears of inner rows may write
        m_nests.update(key, present);
        row = rowOf(key);
    }
    if (!roles.isEmpty() && row >= 0) {
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
void MapModel<K, V, S>::replace(Entries now, std::optional<Entries> before, std::optional<Changed> changed)
{
    if (before) {
        changed.emplace();
        for (const auto &[key, value] : now) {
            const V *former = before->find(key);
            if (auto roles = former ? differing(key, *former, value) : QList<int>(); !roles.isEmpty()) {
                changed->emplace_back(key, std::move(roles));
            }
        }
        m_leaving = std::move(*before);
    }
    m_next = keysOf(now);
    m_patch = std::make_unique<detail::RowPatch>(detail::patchByKey<K>(
        static_cast<int>(m_keys.size()), static_cast<int>(m_next.size()),
        [this](int row) -> const K & { return m_keys.at(row); },
        [this](int row) -> const K & { return m_next.at(row); }));
    run(*m_patch);
    m_patch.reset();
    m_keys = std::move(m_next);
    m_next = {};
    m_leaving = Entries();
    number();
    updateNests();
    if (changed) {
        emitAll(*changed);
    } else {
        emitAllChanged();
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
    for (const auto &[row, roles] : rows) {
        emitChanged(row, *roles);
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
requires(!ListStore<S> && !EntriesStore<S>) StoreModel *makeModel(QObject *, const S &, const Rest &...)
{
    static_assert(ListStore<S>, "item models are of a Map, or of a store whose value is a Dictionary, a QList or a "
                                "std::vector");
    return nullptr;
}

} // namespace detail
} // namespace nanostores
