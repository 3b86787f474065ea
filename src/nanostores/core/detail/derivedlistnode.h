// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/detail/listpasts.h>
#include <nanostores/core/listnode.h>
#include <nanostores/core/liststep.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// Lists that are derived from a list whose changes are known step by step: of a change they do what it takes, and say
/// what has changed in themselves in steps, too.
namespace nanostores {

namespace detail {

/// A computed store of a list that says what has changed.
template<typename C>
struct ListResultNode : ComputedNode<C>, ListValues<ListResultNode<C>, C>
{
    using Past = ListOldValue<C>;
    using Step = ListStep<typename C::value_type>;

    using ComputedNode<C>::ComputedNode;

    using ListValues<ListResultNode<C>, C>::oldValue;
    template<typename F>
    using Call = PlainCall<ListResultNode, F>;
    template<typename F>
    void call(F &f, OldValue *past, bool)
    {
        const C *old = nullptr;
        if constexpr (Call<F>::wants != 0) {
            old = this->oldValue(past);
        }
        Call<F>::invoke(f, *this, old);
    }

    /// Takes a value that the sources do not say: what the node keeps beside the value does not agree with it.
    bool settle(C &&next, OldValue *&past)
    {
        isKnown = false;
        if (!this->value) {
            this->pasts.replace(C());
            this->value.emplace(std::move(next));
            return true;
        }
        if (equalValues(*this, *this->value, next)) {
            return false;
        }
        std::unique_ptr<Past> former = beginPast();
        this->pasts.replace(*this->value);
        replaceValue(*this->value, next);
        past = former.release();
        return true;
    }
    /// The old value for the listeners of the change that begins; null: none of them wants one.
    std::unique_ptr<Past> beginPast()
    {
        std::unique_ptr<Past> past;
        if (this->has(WantsOldValue)) {
            past = std::make_unique<Past>();
            this->pasts.open.reserve(this->pasts.open.size() + 1);
            past->enter(this->pasts);
        }
        return past;
    }

    bool isKnown = false; ///< What it keeps beside the value agrees with the source.
};

/// Derives a list from the first of its sources. What it does with each step is up to Self.
template<typename Self, typename C, typename S, typename... Rest>
struct DerivedListNode : ListedOn<ListResultNode<C>, S, Rest...>
{
    using Base = ListedOn<ListResultNode<C>, S, Rest...>;
    using Source = typename S::value_type;
    using T = typename C::value_type;
    using Step = ListStep<T>;
    using SourceStep = ListStep<typename Source::value_type>;
    using Past = ListOldValue<C>;
    using At = ListAccess<C>;
    using From = ListAccess<Source>;

    explicit DerivedListNode(S source, Rest... rest)
        : Base(0u, std::move(source), std::move(rest)...)
    {
    }

    /// In a run as it was when that began, whatever functions of the program write meanwhile: the next run follows it.
    const Source &source() const { return m_reading ? m_reading->list() : sourceNode().current(); }
    /// Items by number, each where it is until the run ends.
    auto sourceItems() const
    {
        return [first = source().begin()](std::size_t i) -> const typename Source::value_type & {
            return *(first + static_cast<std::ptrdiff_t>(i));
        };
    }
    /// Calls f with the values of the other sources.
    template<typename F>
    decltype(auto) withValues(F f) const
    {
        return std::apply(
            [&](const auto &, const auto &...rest) -> decltype(auto) { return f(rest.node()->current()...); },
            this->stores);
    }

    bool compute(OldValue *&past) override
    {
        const auto versions = sourceVersions();
        const bool isSame = std::equal(versions.begin() + 1, versions.end(), m_versions.begin() + 1);
        const bool isMoved = versions[0] != m_versions[0];
        m_versions = versions;
        const bool wasKnown = std::exchange(this->isKnown, false) && this->value && !this->has(CustomEqual);
        if (!m_follower) {
            m_follower = std::make_unique<ListFollower<Source>>(sourceNode().pasts, false);
        }
        ListOldValue<Source> taken;
        m_follower->take(taken);
        const Reading reading(*this);
        const bool isTriggered = isMoved && taken.steps.empty();
        const bool owes = std::exchange(m_owes, false);
        Past undo;
        m_changed = owes;
        try {
            const bool isDone = wasKnown && !taken.whole && !isTriggered
                                && (isSame ? followSteps(taken.steps, undo) : taken.steps.empty() && arrangeAnew());
            if (!isDone) {
                computeAll();
            }
        } catch (...) {
            m_past.reset();
            m_owes = takeBack(undo) ? owes : m_changed;
            throw;
        }
        this->isKnown = true;
        past = m_past.release();
        return m_changed;
    }
    C evaluate() override
    {
        const Reading reading(*this);
        return self().make();
    }

protected:
    Self &self() noexcept { return static_cast<Self &>(*this); }

    /// A step of this list. apply() does it, and returns the former item if there is a single one.
    template<typename Apply>
    void perform(const Step &step, Apply apply)
    {
        keepPast();
        m_changed = true;
        this->pasts.perform(step, *this->value, nullptr, std::move(apply));
    }
    void setItem(std::size_t place, T item)
    {
        if (Equal<T>{}(At::at(*this->value, place), item)) {
            return;
        }
        perform(Step(Step::Set, place, 1), [&] {
            replaceValue(*At::iterator(*this->value, place), item);
            return &item;
        });
    }
    void insertItem(std::size_t place, T item)
    {
        perform(Step(Step::Insert, place, 1), [&]() -> T * {
            At::insert(*this->value, place, std::move(item));
            return nullptr;
        });
    }
    void insertItems(std::size_t place, C items)
    {
        const std::size_t count = At::size(items);
        if (count > 0) {
            perform(Step(Step::Insert, place, count), [&]() -> T * {
                At::insertAll(*this->value, place, std::move(items));
                return nullptr;
            });
        }
    }
    void removeItem(std::size_t place)
    {
        std::optional<T> gone;
        perform(Step(Step::Remove, place, 1), [&] {
            gone.emplace(std::move(*At::iterator(*this->value, place)));
            At::erase(*this->value, place, 1);
            return &*gone;
        });
    }
    void removeItems(std::size_t place, std::size_t count)
    {
        if (count == 1) {
            removeItem(place);
            return;
        }
        if (count == 0) {
            return;
        }
        const auto many = std::make_shared<typename Step::Many>();
        many->items.reserve(count);
        Step step(Step::Remove, place, count);
        step.hold(many);
        perform(step, [&]() -> T * {
            auto item = At::iterator(*this->value, place);
            for (std::size_t i = 0; i < count; ++i, ++item) {
                many->items.push_back({std::move(*item)});
            }
            At::erase(*this->value, place, count);
            return nullptr;
        });
    }
    void moveItem(std::size_t from, std::size_t to)
    {
        if (from != to) {
            perform(Step(Step::Move, from, 1, to), [&]() -> T * {
                At::move(*this->value, from, to);
                return nullptr;
            });
        }
    }
    /// What now stands at i stood at order[i].
    void arrange(std::vector<std::size_t> order)
    {
        auto many = std::make_shared<typename Step::Many>();
        many->places.resize(order.size());
        bool isSame = true;
        for (std::size_t i = 0; i < order.size(); ++i) {
            many->places[order[i]] = i;
            isSame = isSame && order[i] == i;
        }
        if (isSame) {
            return;
        }
        many->order = std::move(order);
        Step step(Step::Order, 0, many->order.size());
        step.hold(many);
        perform(step, [&]() -> T * {
            At::arrange(*this->value, many->order);
            return nullptr;
        });
    }

    /// Where an item of the source that was touched by a step stands now, after the later ones; None: it has gone.
    static std::size_t placeNow(const std::vector<SourceStep> &steps, std::size_t step, std::size_t place)
    {
        for (++step; step < steps.size() && place != SourceStep::None; ++step) {
            place = steps[step].after(place);
        }
        return place;
    }
    const typename Source::value_type &itemNow(std::size_t place) const { return From::at(source(), place); }

private:
    class Reading
    {
    public:
        explicit Reading(DerivedListNode &node)
            : m_reading(node.sourceNode().pasts, node.sourceNode().current())
            , m_node(node)
            , m_former(std::exchange(node.m_reading, &m_reading))
        {
        }
        Reading(const Reading &) = delete;
        Reading &operator=(const Reading &) = delete;
        ~Reading() { m_node.m_reading = m_former; }

    private:
        const ListReading<Source> m_reading;
        DerivedListNode &m_node;
        const ListReading<Source> *const m_former;
    };

    auto &sourceNode() const { return *std::get<0>(this->stores).node(); }
    bool followSteps(const std::vector<SourceStep> &steps, Past &undo)
    {
        if constexpr (swapsSafely<T>) {
            if (steps.size() > 1 || (!steps.empty() && !Self::isOnePart(steps.front()))) {
                this->pasts.open.reserve(this->pasts.open.size() + 1);
                undo.enter(this->pasts);
            }
            for (std::size_t i = 0; i < steps.size(); ++i) {
                if (!self().follow(steps, i)) {
                    return false;
                }
            }
            return true;
        } else {
            return false;
        }
    }
    /// After an error: the value is again what it was before the run. False: it could not be.
    bool takeBack(Past &undo) noexcept
    {
        if (!undo.owner) {
            return false;
        }
        undo.leave();
        if (!undo.whole && undo.steps.empty()) {
            return true;
        }
        try {
            undo.before(*this->value);
            this->pasts.replace(*this->value);
            replaceValue(*this->value, *undo.old);
            return true;
        } catch (...) { // of copying items: the next run notifies of what has changed
            return false;
        }
    }
    /// The source is as it was, and what it is sorted by has changed. False: it is not sorted.
    bool arrangeAnew()
    {
        if constexpr (requires { self().sortAnew(); } && swapsSafely<T>) {
            self().sortAnew();
            return true;
        } else {
            return false;
        }
    }
    void computeAll()
    {
        C next = self().make();
        if (!this->value) {
            this->pasts.replace(C());
            this->value.emplace(std::move(next));
            m_changed = true;
        } else if (m_changed || !equalValues(*this, *this->value, next)) {
            keepPast();
            this->pasts.replace(*this->value);
            m_changed = true;
            replaceValue(*this->value, next);
        }
    }
    /// Before the first step of a change that a listener wants the old value of.
    void keepPast()
    {
        if (!m_past) {
            m_past = this->beginPast();
        }
    }
    std::array<std::uint32_t, sizeof...(Rest) + 1> sourceVersions() const
    {
        return std::apply(
            [](const auto &...each) { return std::array<std::uint32_t, sizeof...(Rest) + 1>{each.node()->version...}; },
            this->stores);
    }

    std::unique_ptr<ListFollower<Source>> m_follower; ///< Since the last run.
    const ListReading<Source> *m_reading = nullptr; ///< In a run.
    std::array<std::uint32_t, sizeof...(Rest) + 1> m_versions{};
    std::unique_ptr<Past> m_past;
    bool m_changed = false; ///< In this run.
    bool m_owes = false; ///< A run has thrown, and what it had changed was not taken back.
};

} // namespace detail
} // namespace nanostores
