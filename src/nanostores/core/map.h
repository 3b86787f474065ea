// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/dictionary.h>
#include <nanostores/core/graph/recorder.h>
#include <nanostores/core/store.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// One key that was touched: the value it had before, or none if it was absent.
template<typename K, typename V>
struct KeyChange
{
    K key;
    std::optional<V> oldValue;
};

/// What happened to a map, without a copy of it. Valid during the listener's call.
template<typename K, typename V>
struct MapChange
{
    bool whole = false; ///< The map was replaced, or what changed is not known: compare all.
    const Dictionary<K, V> *oldMap = nullptr; ///< With whole: the map before, where it is known.
    std::span<const KeyChange<K, V>> keys; ///< Otherwise each touched key once, with its first old value.
};

namespace detail {

/// The keys that were touched; a single one, which is most often all, needs no memory of its own.
template<typename K, typename V>
class TouchedKeys
{
public:
    using Change = KeyChange<K, V>;

    bool empty() const noexcept { return begin() == end(); }
    std::size_t size() const noexcept { return static_cast<std::size_t>(end() - begin()); }
    const Change *begin() const noexcept { return m_single ? &*m_single : m_several.data(); }
    const Change *end() const noexcept { return m_single ? &*m_single + 1 : m_several.data() + m_several.size(); }
    const Change &front() const noexcept { return *begin(); }
    void add(Change change)
    {
        if (empty()) {
            m_single.emplace(std::move(change));
            return;
        }
        if (m_single) {
            m_several.reserve(2);
            m_several.push_back(std::move_if_noexcept(*m_single));
            m_single.reset();
        }
        m_several.push_back(std::move(change));
    }

private:
    std::optional<Change> m_single;
    std::vector<Change> m_several;
};

/// A map before a change: the whole map, or the keys that were touched (TouchedOldValue).
template<typename K, typename V>
struct MapOldValue : OldValue
{
    using Dict = Dictionary<K, V>;

    MapOldValue() = default;
    explicit MapOldValue(Dict map)
        : whole(true)
        , old(std::move(map))
    {
    }
    void replaced(const Dict &present)
    {
        if (!whole) {
            before(present);
            whole = true;
        }
    }
    /// The whole map as it was; made from the present one, unless a listener asked for it before the change.
    const Dict &before(const Dict &present)
    {
        if (!old) {
            old = rebuilt(present);
        }
        return *old;
    }
    virtual Dict rebuilt(const Dict &present) const { return present; }

    bool whole = false;
    bool touched = false; ///< It is a TouchedOldValue.
    bool notified = false; ///< A listener was called since: later writes are another change.
    std::optional<Dict> old; ///< If a listener takes it, or the map was replaced.
};

template<typename K, typename V>
struct TouchedOldValue final : MapOldValue<K, V>
{
    using Dict = Dictionary<K, V>;

    TouchedOldValue() { this->touched = true; }

    static const TouchedOldValue *of(const MapOldValue<K, V> *past) noexcept
    {
        return past && past->touched ? static_cast<const TouchedOldValue *>(past) : nullptr;
    }
    static void touch(MapOldValue<K, V> &past, const K &key, const std::optional<V> &oldValue)
    {
        if (!past.whole) {
            static_cast<TouchedOldValue &>(past).add(key, oldValue);
        }
    }
    void add(const K &key, const std::optional<V> &oldValue)
    {
        constexpr std::size_t Few = 8;
        if (keys.size() < Few) {
            for (const auto &change : keys) {
                if (sameKey(change.key, key)) {
                    return;
                }
            }
        } else {
            if (index.size() != keys.size()) { // not made yet, or left behind by an error
                for (const auto &change : keys) {
                    index.insert(change.key, true);
                }
            }
            if (index.contains(key)) {
                return;
            }
        }
        keys.add({key, oldValue});
        if (!index.empty()) {
            index.insert(key, true);
        }
    }
    Dict rebuilt(const Dict &present) const override
    {
        Dict made = present;
        for (const auto &change : keys) {
            if (change.oldValue) {
                made.insert(change.key, *change.oldValue);
            } else {
                made.remove(change.key);
            }
        }
        return made;
    }

    TouchedKeys<K, V> keys;
    Dictionary<K, bool> index; ///< The keys, when there are many.
};

template<typename K, typename V>
struct MapSetCall : HookCall
{
    const K *changed = nullptr; ///< Null: the whole map is set.
    std::optional<V> *keyValue = nullptr; ///< With changed: none removes the key.
    Dictionary<K, V> *newValue = nullptr; ///< Without.
    const Dictionary<K, V> *current = nullptr;
    std::optional<Dictionary<K, V>> built;
};

template<typename K, typename V>
struct MapNode;

template<typename K, typename V, typename F>
struct MapCall
{
    using Dict = Dictionary<K, V>;
    using Plain = PlainCall<MapNode<K, V>, F>;
    static constexpr bool keyed = std::is_invocable_v<F &, const Dict &, const Dict &, const K *>;
    static constexpr bool change = !Plain::old && std::is_invocable_v<F &, const Dict &, const MapChange<K, V> &>;
    static constexpr bool valid = keyed || change || Plain::valid;
    static constexpr bool plain = !keyed && !change;
    static constexpr bool takesOld = keyed || (plain && Plain::wants != 0);
    static constexpr std::uint32_t wants = (keyed || change || Plain::wants != 0 ? std::uint32_t{WantsOldValue} : 0u)
                                           | (takesOld ? std::uint32_t{WantsOldMap} : 0u);
};

template<typename K, typename V>
struct MapNode : Node
{
    using Dict = Dictionary<K, V>;
    using value_type = Dict;
    using OldValueType = MapOldValue<K, V>;
    using Touched = TouchedOldValue<K, V>;
    using EqualKey = std::function<bool(const V &, const V &, const K &)>;

    explicit MapNode(Dict initial)
        : Node(0)
        , value(std::move(initial))
    {
    }
    ~MapNode() override
    {
        for (OldValueType *past : open) {
            past->release();
        }
    }

    const Dict &current() const noexcept { return value; }
    const Dict *oldValue(OldValue *past) const
    {
        return past ? &static_cast<OldValueType *>(past)->before(value) : nullptr;
    }
    static const K *changedKey(const OldValue *past)
    {
        const auto *mine = static_cast<const OldValueType *>(past);
        return mine && !mine->whole ? &Touched::of(mine)->keys.front().key : nullptr;
    }
    /// A listener looks at the value, which is in the midst of the last change: a later write is another change.
    void seen() noexcept
    {
        if (!open.empty()) {
            open.back()->notified = true;
        }
    }
    template<typename F>
    using Call = MapCall<K, V, F>;

    template<typename F>
    void call(F &f, OldValue *past, bool keyed)
    {
        auto *mine = static_cast<OldValueType *>(past);
        if (mine) {
            mine->notified = true;
        }
        seen();
        const Dict *old = nullptr;
        if constexpr (Call<F>::takesOld) {
            old = mine ? &mine->before(value) : nullptr;
        }
        if constexpr (Call<F>::keyed) {
            const Touched *const touched = keyed ? Touched::of(mine) : nullptr;
            const K *key = touched && !touched->keys.empty() ? &touched->keys.front().key : nullptr;
            f(value, old ? *old : value, key);
        } else if constexpr (Call<F>::change) {
            MapChange<K, V> change;
            change.whole = !mine || mine->whole;
            if (change.whole) {
                change.oldMap = mine && mine->old ? &*mine->old : nullptr; // kept when the map was replaced
            } else {
                const auto &touched = Touched::of(mine)->keys;
                change.keys = {touched.begin(), touched.size()};
            }
            f(value, change);
        } else {
            PlainCall<MapNode, F>::invoke(f, *this, old);
        }
    }

    bool equalKey(const K &key, const V &a, const V &b) const
    {
        const Extra *extra = extraOrNull();
        if (extra && extra->equalKey) [[unlikely]] {
            return (*static_cast<EqualKey *>(extra->equalKey.get()))(a, b, key);
        }
        return Equal<V>{}(a, b);
    }
    void describeTo(Describer &to) const override { describeValue(&value, to); }
    OldValue *keepValue() const override { return new OldValueType(value); }
    void swapValue(OldValue &kept) override
    {
        for (OldValueType *earlier : open) {
            earlier->replaced(value);
        }
        noteKey(nullptr);
        value.swap(*static_cast<OldValueType &>(kept).old);
    }
    bool differs(const OldValue *seen) const override
    {
        if (!seen) {
            return true;
        }
        const auto &past = *static_cast<const OldValueType *>(seen);
        if (past.whole) {
            return !past.old || !equalValues(*this, *past.old, value);
        }
        const auto &keys = Touched::of(&past)->keys;
        for (std::size_t i = 0; i < keys.size(); ++i) { // may become more while the user's function is asked
            const auto &change = keys.begin()[i];
            const V *now = value.find(change.key);
            if (change.oldValue.has_value() != (now != nullptr)
                || (now && !equalKey(change.key, *change.oldValue, *now))) {
                return true;
            }
        }
        return false;
    }

    bool asksUser() const noexcept { return has(HooksSet | CustomEqual | Spied) || hasEqualKey(); }
    /// Values of keys are compared as the program says.
    bool hasEqualKey() const noexcept
    {
        const Extra *extra = extraOrNull();
        return extra && extra->equalKey;
    }

    /// The whole map is replaced. The former one may be left in newValue.
    struct WholeChange
    {
        static constexpr bool endsSafely = true;

        MapNode &node;
        Dict &newValue;

        bool asksUser() const noexcept { return node.asksUser(); }
        Outcome ask()
        {
            MapSetCall<K, V> call;
            call.newValue = &newValue;
            call.current = &node.value;
            return askHooks(node, call);
        }
        bool differs() const { return !newValue.isSharedWith(node.value) && !equalValues(node, node.value, newValue); }
        bool differsAsUserSays() const { return differs(); }
        void assign() noexcept
        {
            node.noteKey(nullptr);
            node.value.swap(newValue);
        }
        OldValue *assignKeeping()
        {
            node.forget();
            for (OldValueType *earlier : node.open) {
                earlier->replaced(node.value);
            }
            OldValueType *past = node.reusable();
            if (!past) {
                past = node.kept(std::make_unique<OldValueType>(node.value));
            }
            assign();
            return past;
        }
    };
    void set(Dict newValue) { detail::write(WholeChange{*this, newValue}); }

    /// One key is set, or without a value removed. The former value may be left in newValue.
    struct KeyedChange
    {
        static constexpr bool endsSafely = swapsSafely<V>;

        MapNode &node;
        const K &key;
        std::optional<V> &newValue;
        const V *present = nullptr; ///< Found by the comparison.

        bool asksUser() const noexcept { return node.asksUser(); }
        Outcome ask()
        {
            MapSetCall<K, V> call;
            call.changed = &key;
            call.keyValue = &newValue;
            call.current = &node.value;
            return askHooks(node, call);
        }
        bool differs()
        {
            present = node.value.find(key);
            return newValue ? !present || !Equal<V>{}(*present, *newValue) : present != nullptr;
        }
        bool differsAsUserSays()
        {
            present = node.value.find(key);
            const bool different = newValue ? !present || !node.equalKey(key, *present, *newValue) : present != nullptr;
            present = node.value.find(key); // asked, the user's function may have changed it
            return different;
        }
        void assign()
        {
            node.noteKey(&key, !newValue);
            if (!newValue) {
                if constexpr (swapsSafely<V>) {
                    if (present && node.value.isUnique()) {
                        newValue.emplace(std::move(*const_cast<V *>(present))); // ends after the map is done
                    }
                }
                node.value.remove(key);
            } else if (present && node.value.isUnique()) {
                replaceValue(*const_cast<V *>(present), *newValue);
            } else {
                node.value.insert(key, std::move(*newValue));
            }
        }
        OldValue *assignKeeping()
        {
            const std::optional<V> oldValue = present ? std::optional<V>(*present) : std::nullopt;
            node.forget();
            for (OldValueType *earlier : node.open) {
                Touched::touch(*earlier, key, oldValue);
            }
            OldValueType *past = node.reusable();
            const bool isNew = !past;
            if (isNew) {
                past = node.kept(std::make_unique<Touched>());
            }
            const Unless undone(past);
            if (isNew) {
                Touched::touch(*past, key, oldValue);
                if (node.has(WantsOldMap)) {
                    past->old = node.value;
                    present = nullptr;
                }
            }
            assign();
            undone.keep();
            return past;
        }
        /// If there are only listeners, which are called before it returns, none of them keeps the change.
        bool assignAndNotify()
        {
            if (node.has(HasEdges | WantsOldMap) || !node.open.empty() || !idle()) {
                return false;
            }
            Touched past;
            if (!assignTaking(past)) {
                past.keys.add({key, present ? std::optional<V>(*present) : std::nullopt});
                assign();
            }
            past.retain();
            node.changed(&past);
            return true;
        }

    private:
        /// Moves the former value to the past, where that cannot fail.
        bool assignTaking(Touched &past)
        {
            if constexpr (swapsSafely<V> && std::is_nothrow_move_constructible_v<K>) {
                if (present && newValue && node.value.isUnique()) {
                    KeyChange<K, V> taken{key, std::nullopt};
                    node.noteKey(&key);
                    replaceValue(*const_cast<V *>(present), *newValue);
                    taken.oldValue = std::move(*newValue);
                    past.keys.add(std::move(taken));
                    return true;
                }
            }
            return false;
        }
    };
    void setKey(const K &key, std::optional<V> newValue) { detail::write(KeyedChange{*this, key, newValue}); }

    /// Lets go of a past, unless it is kept.
    class Unless
    {
    public:
        explicit Unless(OldValueType *past) noexcept
            : m_oldValue(past)
        {
        }
        Unless(const Unless &) = delete;
        Unless &operator=(const Unless &) = delete;
        ~Unless()
        {
            if (m_oldValue) {
                m_oldValue->release();
            }
        }
        void keep() const noexcept { m_oldValue = nullptr; }

    private:
        mutable OldValueType *m_oldValue;
    };

    /// For what only has to know which keys change: before each change, at a key or, null, as a whole.
    void noteKey(const K *key, bool goes = false) noexcept
    {
        if (has(HooksNotify)) [[unlikely]] {
            detail::noteKey(*this, key, goes);
        }
    }

    // A past that a sink still holds takes later changes in, too: it says what differs from the value of that time.
    void forget()
    {
        const OldValueType *const latest = open.empty() ? nullptr : open.back();
        std::erase_if(open, [](OldValueType *past) {
            const bool over = past->refs == 1;
            if (over) {
                past->release();
            }
            return over;
        });
        if (open.empty() || open.back() != latest) {
            openSerial = 0; // what is the last one now is older than the batch
        }
    }
    OldValueType *reusable()
    {
        if (has(HooksNotify) || batchSerial() == 0 || openSerial != batchSerial() || open.empty()
            || open.back()->notified) {
            return nullptr;
        }
        if (has(HasEdges) && !has(Dirty)) {
            return nullptr; // a dependent has seen a value since
        }
        if (openListens != listenSerial()) {
            return nullptr; // to a new listener the value it has come upon is the old one
        }
        open.back()->retain();
        return open.back();
    }
    OldValueType *kept(std::unique_ptr<OldValueType> past)
    {
        if (has(HasEdges) || batchSerial() != 0) {
            open.push_back(past.get());
            past->retain();
            openSerial = batchSerial();
            openListens = listenSerial();
        }
        return past.release();
    }

    Dict value;
    std::vector<OldValueType *> open;
    std::uint64_t openSerial = 0; ///< The batch of the last of them; 0: none.
    std::uint64_t openListens = 0;
};

} // namespace detail

/// A store of values by key that notifies its listeners with the key that changed. From nanostores' map() of a
/// dictionary.
///
/// Keys keep the order in which they were first set. Changing one key copies nothing, unless a listener takes the old
/// map. Besides what Store offers, a listener may be f(value, oldValue, changedKey), where the key is a pointer, null
/// when the whole map was set or in a batch, or f(value, change) with a MapChange.
template<typename K, typename V>
class Map : public Store<detail::MapNode<K, V>>
{
    using Base = Store<detail::MapNode<K, V>>;
    static_assert(
        std::is_copy_constructible_v<V>,
        "the values of a Map are copied, into old values and copies of the map: hold what cannot be copied in "
        "a std::shared_ptr");

public:
    using key_type = K;
    using mapped_type = V;
    using changed_key = K;

    explicit Map(Dictionary<K, V> initial = {})
        : Base(detail::Ref<detail::MapNode<K, V>>::adopt(new detail::MapNode<K, V>(std::move(initial))))
    {
    }
    explicit Map(detail::Ref<detail::MapNode<K, V>> node) noexcept
        : Base(std::move(node))
    {
    }

    void set(Dictionary<K, V> newValue) const { this->m_node->set(std::move(newValue)); }
    /// Sets one key; std::nullopt removes it. A value equal to the present one is no change.
    void setKey(const K &key, std::type_identity_t<V> newValue) const
    {
        this->m_node->setKey(key, std::optional<V>(std::move(newValue)));
    }
    void setKey(const K &key, std::nullopt_t) const { this->m_node->setKey(key, std::optional<V>()); }
    void removeKey(const K &key) const { this->m_node->setKey(key, std::optional<V>()); }
    /// The key's value, or null. Neither tracks nor mounts. The pointer holds until the next change.
    const V *getKey(const K &key) const { return this->peek().find(key); }

    /// Whether two values of a key count as the same; an empty function restores Equal<V>.
    void setEqKey(std::function<bool(const V &, const V &, const K &)> equal) const
    {
        using Function = typename detail::MapNode<K, V>::EqualKey;
        this->m_node->checkThread();
        this->m_node->extra().equalKey = equal ? std::make_shared<Function>(std::move(equal)) : nullptr;
    }
    Map named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }
};

/// map<K, V>(): an empty Map.
template<typename K, typename V>
[[nodiscard]] Map<K, V> map()
{
    return Map<K, V>();
}
/// map(Dictionary<K, V>{{key, value}, ...}): a Map that starts with these entries.
template<typename K, typename V>
[[nodiscard]] Map<K, V> map(Dictionary<K, V> initial)
{
    return Map<K, V>(std::move(initial));
}

} // namespace nanostores
