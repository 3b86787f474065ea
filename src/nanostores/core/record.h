// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/dictionary.h>
#include <nanostores/core/store.h>

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

/// Whether a pointer to a member of C leads into an S: C is S, or a base of it.
template<typename C, typename S, typename T>
concept MemberOwner = std::is_object_v<T> && std::is_convertible_v<T C::*, T S::*>;

} // namespace detail

/// A member of a struct, of whatever type, as a key: made from a member pointer, compared with one. The member may be
/// inherited.
template<typename S>
class MemberKey
{
public:
    template<typename T, detail::MemberOwner<S, T> C>
    MemberKey(T C::*member) noexcept // NOLINT: meant to convert
        : m_differs(&differ<T>)
    {
        T S::*const own = member;
        static_assert(sizeof(own) <= sizeof(m_member));
        std::memcpy(m_member, &own, sizeof(own));
    }

    /// Whether the member has different values in two structs.
    bool differs(const S &a, const S &b) const { return m_differs(*this, a, b); }

    friend bool operator==(const MemberKey &a, const MemberKey &b) noexcept
    {
        return a.m_differs == b.m_differs && std::memcmp(a.m_member, b.m_member, sizeof(a.m_member)) == 0;
    }

private:
    template<typename T>
    static bool differ(const MemberKey &key, const S &a, const S &b)
    {
        T S::*member = nullptr;
        std::memcpy(&member, key.m_member, sizeof(member));
        return !Equal<T>{}(a.*member, b.*member);
    }

    bool (*m_differs)(const MemberKey &, const S &, const S &);
    unsigned char m_member[sizeof(int S::*)] = {};
};

namespace detail {

template<typename S, typename Key>
struct RecordOldValue final : OldValueOf<S>
{
    using OldValueOf<S>::OldValueOf;
    std::optional<Key> key;
};

template<typename S, typename Key>
struct RecordSetCall : HookCall
{
    const Key *changed = nullptr;
    S *newValue = nullptr;
    bool replaced = false; ///< A hook gave the store another value.
};

template<typename S, typename Key = MemberKey<S>>
struct RecordNode;

template<typename S, typename Key, typename F>
struct RecordCall
{
    using Plain = PlainCall<RecordNode<S, Key>, F>;
    static constexpr bool keyed = std::is_invocable_v<F &, const S &, const S &, const Key *>;
    static constexpr bool valid = keyed || Plain::valid;
    static constexpr std::uint32_t wants = keyed ? std::uint32_t{WantsOldValue} : Plain::wants;
};

/// The whole value of a node whose parts may be set, too, is replaced. The former one may be left in newValue.
template<typename N, typename V>
struct WholeRecordChange
{
    static constexpr bool endsSafely = swapsSafely<V>;

    N &node;
    V &newValue;

    bool asksUser() const noexcept { return node.has(HooksSet | CustomEqual | Spied); }
    Outcome ask()
    {
        bool replaced = false;
        return node.askAbout(nullptr, newValue, replaced);
    }
    bool differs() const { return !equalValues(node, node.value, newValue); }
    bool differsAsUserSays() const { return differs(); }
    void assign()
    {
        node.aboutToReplace();
        replaceValue(node.value, newValue);
    }
    auto *assignKeeping()
    {
        node.aboutToReplace();
        return replaceKeeping<typename N::OldValueType>(node.value, newValue);
    }
};

template<typename S, typename Key>
struct RecordNode : Node
{
    using value_type = S;
    using SetCallType = RecordSetCall<S, Key>;
    using OldValueType = RecordOldValue<S, Key>;

    explicit RecordNode(S initial)
        : Node(0)
        , value(std::move(initial))
    {
    }

    const S &current() const noexcept { return value; }
    static const S *oldValue(const OldValue *past)
    {
        return past ? &static_cast<const RecordOldValue<S, Key> *>(past)->value : nullptr;
    }
    static const Key *changedKey(const OldValue *past)
    {
        const auto *mine = static_cast<const OldValueType *>(past);
        return mine && mine->key ? &*mine->key : nullptr;
    }
    template<typename F>
    using Call = RecordCall<S, Key, F>;

    template<typename F>
    void call(F &f, OldValue *past, bool keyed)
    {
        if constexpr (Call<F>::keyed) {
            const auto *mine = static_cast<const RecordOldValue<S, Key> *>(past);
            const bool known = keyed && mine && mine->key;
            f(value, mine ? mine->value : value, known ? &*mine->key : nullptr);
        } else {
            PlainCall<RecordNode, F>::invoke(f, *this, oldValue(past));
        }
    }

    bool differs(const OldValue *seen) const override { return !seen || !equalValues(*this, *oldValue(seen), value); }
    void describeTo(Describer &to) const override { describeValue(&value, to); }
    OldValue *keepValue() const override { return keepCopy<OldValueType>(value); }
    void swapValue(OldValue &kept) override { swapKept<OldValueType>(value, kept); }

    /// The onSet hooks are asked about the whole next value. replaced: one of them gave the store another value.
    Outcome askAbout(const Key *changedKey, S &newValue, bool &replaced)
    {
        RecordSetCall<S, Key> call;
        call.changed = changedKey;
        call.newValue = &newValue;
        const Outcome answer = askHooks(*this, call);
        replaced = call.replaced;
        return answer;
    }

    void aboutToReplace() noexcept {}
    using WholeChange = WholeRecordChange<RecordNode, S>;
    void set(S newValue) { detail::write(WholeChange{*this, newValue}); }

    /// One member is set.
    template<typename T>
    struct MemberChange
    {
        static constexpr bool endsSafely = swapsSafely<T>;

        RecordNode &node;
        T S::*member;
        T &newValue;

        bool asksUser() const noexcept { return node.has(HooksSet | Spied); }
        Outcome ask()
        {
            if (!node.has(HooksSet)) {
                return Outcome::Undecided;
            }
            const MemberKey<S> key(member);
            S whole = node.value;
            whole.*member = std::move(newValue);
            bool replaced = false;
            if (node.askAbout(&key, whole, replaced) == Outcome::Aborted) {
                return Outcome::Aborted;
            }
            if (replaced) {
                S expected = node.value;
                expected.*member = whole.*member;
                if (!Equal<S>{}(expected, whole)) { // other members were given another value
                    WholeChange instead{node, whole};
                    return assignIfDifferent(instead);
                }
            }
            newValue = std::move(whole.*member);
            return Outcome::Undecided;
        }
        bool differs() const { return !Equal<T>{}(node.value.*member, newValue); }
        bool differsAsUserSays() const { return differs(); }
        void assign() { replaceValue(node.value.*member, newValue); }
        OldValue *assignKeeping()
        {
            auto past = std::make_unique<OldValueType>(std::as_const(node.value));
            past->key.emplace(member);
            assign();
            return past.release();
        }
    };
    template<typename T>
    void setKey(T S::*member, T newValue)
    {
        detail::write(MemberChange<T>{*this, member, newValue});
    }

    /// The whole next value, of which one path was changed.
    struct PathChange
    {
        static constexpr bool endsSafely = swapsSafely<S>;

        RecordNode &node;
        Key &changedKey;
        S &newValue;

        bool asksUser() const noexcept { return node.has(HooksSet | Spied); }
        Outcome ask()
        {
            bool replaced = false;
            const Outcome answer = node.askAbout(&changedKey, newValue, replaced);
            if (answer == Outcome::Aborted || !replaced) {
                return answer;
            }
            WholeChange instead{node, newValue}; // at whatever paths it differs
            return assignIfDifferent(instead);
        }
        bool differs() const { return changedKey.differs(node.value, newValue); }
        bool differsAsUserSays() const { return differs(); }
        void assign() { replaceValue(node.value, newValue); }
        OldValue *assignKeeping()
        {
            OldValueType *const past = replaceKeeping<OldValueType>(node.value, newValue);
            past->key.emplace(std::move(changedKey));
            return past;
        }
    };
    void setAt(Key changedKey, S newValue) { detail::write(PathChange{*this, changedKey, newValue}); }

    S value;
};

} // namespace detail

/// A store of a struct, changed member by member. From nanostores' map() of a fixed shape.
///
/// `profile.setKey(&Profile::theme, "dark")`: the key is a member pointer, so the compiler checks it and the value.
/// Besides what Store offers, a listener may be f(value, oldValue, changedKey) with a const MemberKey<S> *, null when
/// the whole struct was set or in a batch: `if (key && *key == &Profile::theme)`.
template<typename S>
class Record : public Store<detail::RecordNode<S>>
{
    using Base = Store<detail::RecordNode<S>>;

public:
    using changed_key = MemberKey<S>;

    explicit Record(S initial)
        : Base(detail::Ref<detail::RecordNode<S>>::adopt(new detail::RecordNode<S>(std::move(initial))))
    {
    }
    explicit Record(detail::Ref<detail::RecordNode<S>> node) noexcept
        : Base(std::move(node))
    {
    }

    void set(S newValue) const { this->m_node->set(std::move(newValue)); }
    /// Sets one member; a value equal to the present one is no change.
    template<typename T, detail::MemberOwner<S, T> C>
    void setKey(T C::*member, std::type_identity_t<T> newValue) const
    {
        this->m_node->setKey(static_cast<T S::*>(member), std::move(newValue));
    }
    /// The member's value; neither tracks nor mounts. The reference holds until the next change.
    template<typename T, detail::MemberOwner<S, T> C>
    const T &getKey(T C::*member) const
    {
        return this->peek().*member;
    }
    Record named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }
};

/// map(Profile{...}): a Record.
template<typename S>
requires(std::is_class_v<S> && !detail::isDictionary<S>)
[[nodiscard]] Record<S> map(S initial)
{
    static_assert(
        !requires { typename S::mapped_type; },
        "a store of values by key starts with a Dictionary: map(Dictionary<K, V>{{key, value}})");
    return Record<S>(std::move(initial));
}

} // namespace nanostores
