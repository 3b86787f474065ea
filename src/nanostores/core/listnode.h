// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/listpasts.h>
#include <nanostores/core/liststep.h>
#include <nanostores/core/store.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// A change of a list that is about to happen, for onSet hooks.
template<typename T>
struct ListEdit
{
    typename ListStep<T>::Kind kind;
    std::size_t index;
    std::size_t count;
    std::size_t to; ///< With Move.
    const T *item; ///< The one that is set or inserted; null with several, or none.
};

namespace detail {

template<typename C>
struct ListSetCall : HookCall
{
    /// The next value; of an edit it is built when first asked for.
    const C &next()
    {
        if (edit && !built) {
            built = build();
        }
        return edit ? *built : *newValue;
    }
    void replace(C value)
    {
        if (edit) {
            built = std::move(value);
        } else {
            *newValue = std::move(value);
        }
        replaced = true;
    }

    C *newValue = nullptr; ///< When the whole list is set.
    const ListEdit<typename C::value_type> *edit = nullptr; ///< Otherwise.
    std::function<C()> build;
    std::optional<C> built;
    bool replaced = false;
};

/// What all nodes have that hold a list: listeners are called with old values as lists keep them.
template<typename N, typename C>
struct ListValues
{
    using Past = ListOldValue<C>;

    const C *oldValue(const OldValue *past) const
    {
        auto *const mine = const_cast<Past *>(static_cast<const Past *>(past)); // it keeps what it finds out
        return mine ? &mine->before(static_cast<const N *>(this)->current()) : nullptr;
    }

    ListPasts<C> pasts;
};

template<typename C>
struct ListNode : Node, ListValues<ListNode<C>, C>
{
    using value_type = C;
    using T = typename C::value_type;
    using Step = ListStep<T>;
    using Past = ListOldValue<C>;
    using OldValueType = Past;
    using SetCallType = ListSetCall<C>;
    using At = ListAccess<C>;

    /// Items that move without an error are moved in place; others are copied with the list that they are in.
    static constexpr bool inPlace = swapsSafely<T>;

    explicit ListNode(C initial)
        : Node(0)
        , value(std::move(initial))
    {
    }

    const C &current() const noexcept { return value; }
    template<typename F>
    using Call = PlainCall<ListNode, F>;
    template<typename F>
    void call(F &f, OldValue *past, bool)
    {
        const C *old = nullptr;
        if constexpr (Call<F>::wants != 0) {
            old = this->oldValue(past);
        }
        Call<F>::invoke(f, *this, old);
    }
    void describeTo(Describer &to) const override { describeValue(&value, to); }
    OldValue *keepValue() const override { return new Past(value); }
    void swapValue(OldValue &kept) override
    {
        this->pasts.replace(value);
        value.swap(*static_cast<Past &>(kept).old);
    }
    bool differs(const OldValue *seen) const override
    {
        if (!seen) {
            return true;
        }
        auto &past = const_cast<Past &>(static_cast<const Past &>(*seen)); // it keeps what it finds out
        if (!past.old && !past.whole && !has(CustomEqual)) {
            if (past.structural == 0 && past.steps.size() <= 16) {
                return differsInItems(past.steps);
            }
            if (past.steps.size() == 1 || growth(past.steps) != 0) {
                return true;
            }
        }
        return !equalValues(*this, past.before(value), value);
    }

    bool asksUser() const noexcept { return has(HooksSet | Spied); }

    /// The whole list is replaced. The former one may be left in newValue.
    struct WholeChange
    {
        static constexpr bool endsSafely = swapsSafely<C>;

        ListNode &node;
        C &newValue;

        bool asksUser() const noexcept { return node.has(HooksSet | CustomEqual | Spied); }
        Outcome ask()
        {
            ListSetCall<C> call;
            call.newValue = &newValue;
            return askHooks(node, call);
        }
        bool differs() const { return !Equal<C>{}(node.value, newValue); }
        bool differsAsUserSays() const { return !equalValues(node, node.value, newValue); }
        void assign()
        {
            node.pasts.replace(node.value);
            replaceValue(node.value, newValue);
        }
        OldValue *assignKeeping()
        {
            node.pasts.replace(node.value);
            Past *const past = replaceKeeping<Past>(node.value, newValue);
            return past;
        }
    };
    void set(C newValue) { write(WholeChange{*this, newValue}); }

    /// One item has another value. The former one may be left in newItem.
    struct ItemChange
    {
        static constexpr bool endsSafely = swapsSafely<T>;

        ListNode &node;
        std::size_t index;
        T &newItem;

        bool asksUser() const noexcept { return node.asksUser(); }
        Outcome ask()
        {
            const ListEdit<T> edit{Step::Set, index, 1, 0, &newItem};
            return node.askAboutEdit(edit, [this] {
                node.checkIndex(index, 1); // a hook may have changed the list
                C next = node.value;
                *At::iterator(next, index) = newItem;
                return next;
            });
        }
        bool differs() const { return !Equal<T>{}(At::at(node.value, index), newItem); }
        bool differsAsUserSays() const
        {
            node.checkIndex(index, 1); // a hook may have changed the list
            return differs();
        }
        void assign()
        {
            node.pasts.perform(step(), node.value, nullptr, [this] { return swapped(); });
        }
        OldValue *assignKeeping()
        {
            auto past = std::make_unique<Past>();
            node.pasts.perform(step(), node.value, past.get(), [this] { return swapped(); });
            return past.release();
        }

    private:
        Step step() const { return Step(Step::Set, index, 1); }
        T *swapped()
        {
            replaceValue(*At::iterator(node.value, index), newItem);
            return &newItem;
        }
    };
    /// Items come or go, or change places.
    struct PartChange
    {
        static constexpr bool endsSafely = false;

        ListNode &node;
        Step step;
        std::optional<T> item = {}; ///< One to be inserted, or that has gone.
        C items = {}; ///< Several.

        bool asksUser() const noexcept { return node.asksUser(); }
        Outcome ask()
        {
            const ListEdit<T> edit{step.kind, step.index, step.count, step.to, item ? &*item : nullptr};
            return node.askAboutEdit(edit, [this] {
                node.check(step); // a hook may have changed the list
                C next = node.value;
                PartChange copy(*this);
                std::vector<T> gone;
                copy.applyTo(next, gone);
                return next;
            });
        }
        bool differs() const
        {
            if (step.kind != Step::Move) {
                return true;
            }
            const std::size_t last = std::max(step.index, step.to);
            for (std::size_t i = std::min(step.index, step.to); i < last; ++i) {
                if (!Equal<T>{}(At::at(node.value, i), At::at(node.value, i + 1))) {
                    return true;
                }
            }
            return false;
        }
        bool differsAsUserSays() const
        {
            node.check(step); // a hook may have changed the list
            return differs();
        }
        void assign() { perform(nullptr); }
        OldValue *assignKeeping()
        {
            auto past = std::make_unique<Past>();
            perform(past.get());
            return past.release();
        }
        void applyTo(C &list, std::vector<T> &gone)
        {
            switch (step.kind) {
            case Step::Insert:
                if (item) {
                    At::insert(list, step.index, std::move(*item));
                } else {
                    At::insertAll(list, step.index, std::move(items));
                }
                break;
            case Step::Remove: {
                gone.reserve(step.count);
                const auto first = At::iterator(list, step.index);
                for (std::size_t i = 0; i < step.count; ++i) {
                    gone.push_back(std::move(*(first + static_cast<std::ptrdiff_t>(i))));
                }
                At::erase(list, step.index, step.count);
                break;
            }
            case Step::Move:
                At::move(list, step.index, step.to);
                break;
            case Step::Order:
                At::arrange(list, step.many()->order);
                break;
            default:
                break;
            }
        }

    private:
        void perform(Past *past)
        {
            if (step.kind == Step::Remove) {
                remove(past);
                return;
            }
            node.pasts.perform(step, node.value, past, [this]() -> T * {
                std::vector<T> none;
                applyTo(node.value, none);
                return nullptr;
            });
        }
        /// What goes ends with the change, when observers have been notified.
        void remove(Past *past)
        {
            if (step.count == 1) {
                node.pasts.perform(step, node.value, past, [this] {
                    item.emplace(std::move(*At::iterator(node.value, step.index)));
                    At::erase(node.value, step.index, 1);
                    return &*item;
                });
                return;
            }
            const auto many = std::make_shared<typename Step::Many>();
            many->items.reserve(step.count);
            step.hold(many);
            node.pasts.perform(step, node.value, past, [&]() -> T * {
                auto first = At::iterator(node.value, step.index);
                for (std::size_t i = 0; i < step.count; ++i, ++first) {
                    many->items.push_back({std::move(*first)});
                }
                At::erase(node.value, step.index, step.count);
                return nullptr;
            });
        }
    };

    void setAt(std::size_t index, T newItem)
    {
        checkThread();
        checkIndex(index, 1);
        if constexpr (inPlace) {
            if (!has(CustomEqual)) {
                write(ItemChange{*this, index, newItem});
                return;
            }
        }
        if (Equal<T>{}(At::at(value, index), newItem)) {
            return;
        }
        C next = value;
        *At::iterator(next, index) = std::move(newItem);
        set(std::move(next));
    }
    void edit(Step step, std::optional<T> item = {}, C items = {})
    {
        checkThread();
        check(step);
        PartChange change{*this, std::move(step), std::move(item), std::move(items)};
        if constexpr (inPlace) {
            if (!has(CustomEqual)) {
                write(std::move(change));
                return;
            }
        }
        C next = value;
        std::vector<T> gone;
        change.applyTo(next, gone);
        set(std::move(next));
    }

    void checkIndex(std::size_t index, std::size_t count) const
    {
        if (index >= At::size(value) || count > At::size(value) - index) [[unlikely]] {
            throwOutOfRange(index, count);
        }
    }
    void checkUnwritten(const ListReading<C> &reading, const char *by) const
    {
        if (reading.wasWritten()) [[unlikely]] {
            throw std::logic_error(
                "nanostores: " + label() + " was written by " + by
                + ": it keeps what that wrote, and is not changed further. Write it before or after");
        }
    }
    void check(const Step &step) const
    {
        switch (step.kind) {
        case Step::Insert:
            if (step.index > At::size(value)) {
                throwOutOfRange(step.index, 1);
            }
            break;
        case Step::Move:
            checkIndex(step.index, 1);
            checkIndex(step.to, 1);
            break;
        case Step::Order:
            if (step.many()->order.size() != At::size(value)) {
                throw std::logic_error("nanostores: " + label()
                                       + " was written by a hook that was asked about the sorting");
            }
            break;
        default:
            checkIndex(step.index, step.count);
        }
    }

    C value;

private:
    template<typename Build>
    Outcome askAboutEdit(const ListEdit<T> &edit, Build build)
    {
        if (!has(HooksSet)) {
            return Outcome::Undecided;
        }
        ListSetCall<C> call;
        call.edit = &edit;
        call.build = build;
        const Outcome answer = askHooks(*this, call);
        if (answer == Outcome::Aborted || !call.replaced) {
            return answer;
        }
        WholeChange instead{*this, *call.built};
        return assignIfDifferent(instead);
    }
    /// All steps set items: whether one has another value than before the first of them.
    bool differsInItems(const std::vector<Step> &steps) const
    {
        for (std::size_t i = 0; i < steps.size(); ++i) {
            bool isFirst = true;
            for (std::size_t j = 0; j < i; ++j) {
                isFirst = isFirst && steps[j].index != steps[i].index;
            }
            if (isFirst && !Equal<T>{}(steps[i].oldItem(), At::at(value, steps[i].index))) {
                return true;
            }
        }
        return false;
    }
    static std::ptrdiff_t growth(const std::vector<Step> &steps) noexcept
    {
        std::ptrdiff_t items = 0;
        for (const Step &step : steps) {
            const auto count = static_cast<std::ptrdiff_t>(step.count);
            items += step.kind == Step::Insert ? count : step.kind == Step::Remove ? -count : 0;
        }
        return items;
    }
    [[noreturn, gnu::noinline]] void throwOutOfRange(std::size_t index, std::size_t count) const
    {
        std::string what = "nanostores: " + label() + " has " + std::to_string(At::size(value)) + " items, and no ";
        if (count == 1) {
            what += "place " + std::to_string(index);
        } else {
            what += std::to_string(count) + " from place " + std::to_string(index) + " on";
        }
        throw std::out_of_range(what + "; places count from 0");
    }
};

template<typename C, typename F>
inline constexpr bool takesListChange = [] {
    using T = typename C::value_type;
    return !std::is_invocable_v<F &, const C &, const C &> && !std::is_invocable_v<F &, const C &, const C *>
           && std::is_invocable_v<F &, const C &, const ListChange<T, C> &>;
}();

/// A listener that takes a ListChange: what has happened since it was called the last time.
template<typename C, typename F>
struct ListChangeListener
{
    ListChangeListener(ListPasts<C> &list, F f, bool beginsWhole)
        : function(std::move(f))
        , follower(std::make_unique<ListFollower<C>>(list))
        , whole(beginsWhole)
    {
    }
    void operator()(const C &now)
    {
        ListOldValue<C> taken;
        follower->take(taken);
        ListChange<typename C::value_type, C> change;
        change.whole = std::exchange(whole, false) || taken.whole;
        change.oldList = taken.old ? &*taken.old : nullptr;
        change.steps = taken.steps;
        function(now, change);
    }

    F function;
    std::unique_ptr<ListFollower<C>> follower;
    bool whole; ///< The first call, of subscribe(), is about all of it.
};

/// Listening to a store of a list.
template<typename N, typename F>
[[nodiscard]] Subscription listenToList(const Store<N> &store, F f)
{
    using C = typename N::value_type;
    if constexpr (takesListChange<C, F>) {
        ListChangeListener<C, F> listener(store.node()->pasts, std::move(f), false);
        ListFollower<C> *const follower = listener.follower.get();
        Subscription subscription = store.listen(std::move(listener));
        ListOldValue<C> mounted; // what mounting has done comes before the first change
        follower->take(mounted);
        return subscription;
    } else {
        return store.listen(std::move(f));
    }
}
template<typename N, typename F>
[[nodiscard]] Subscription subscribeToList(const Store<N> &store, F f)
{
    using C = typename N::value_type;
    if constexpr (takesListChange<C, F>) {
        return store.subscribe(ListChangeListener<C, F>(store.node()->pasts, std::move(f), true));
    } else {
        return store.subscribe(std::move(f));
    }
}

/// A store whose changes are known step by step.
template<typename S>
concept FollowedListStore = AnyStore<S> && requires(const S &store, ListPasts<typename S::value_type> &pasts) {
    requires std::is_same_v<decltype((store.node()->pasts)), decltype(pasts)>;
};

} // namespace detail

} // namespace nanostores
