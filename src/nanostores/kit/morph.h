// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/signal.h>
#include <nanostores/kit/child.h>
#include <nanostores/kit/mountable.h>

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace nanostores::kit {

/// How a Morph reads and writes: a pair of functions that may be replaced at any time, also while one of them runs.
template<typename S>
class MorphOps
{
public:
    using value_type = AccessorValue<S>;
    using Get = std::function<value_type(MorphOps &)>;
    using Set = std::function<void(MorphOps &, value_type)>;

    /// A function that stays alive while it runs, though it be replaced meanwhile.
    template<typename Function>
    class Replaceable
    {
    public:
        Replaceable &operator=(Function function)
        {
            m_function = function ? std::make_shared<const Function>(std::move(function)) : nullptr;
            return *this;
        }
        explicit operator bool() const noexcept { return m_function != nullptr; }
        std::shared_ptr<const Function> held() const noexcept { return m_function; }

    private:
        std::shared_ptr<const Function> m_function;
    };

    explicit MorphOps(S signal)
        : source(std::move(signal))
    {
    }

    S source; ///< The signal behind it.
    Replaceable<Get> get; ///< Called at each read, tracked. None: the source is read.
    Replaceable<Set> set; ///< Called at each write. None: the source is written.

    /// The pair as it was, for when what replaces it fails.
    class Former
    {
    public:
        explicit Former(const MorphOps &ops)
            : m_get(ops.get)
            , m_set(ops.set)
        {
        }
        void restore(MorphOps &ops) const noexcept
        {
            ops.get = m_get;
            ops.set = m_set;
        }

    private:
        Replaceable<Get> m_get;
        Replaceable<Set> m_set;
    };

    value_type read()
    {
        const auto function = get.held();
        return function ? (*function)(*this) : value_type(source());
    }
    void write(value_type value)
    {
        if (const auto function = set.held()) {
            (*function)(*this, std::move(value));
        } else {
            source(std::move(value));
        }
    }
};

/// Another way to read and write a signal: see morph() and external(). Shares the signal's node, hooks included.
template<typename S>
class Morph
{
public:
    using value_type = AccessorValue<S>;
    static constexpr bool isKit = true;

    explicit Morph(std::shared_ptr<MorphOps<S>> ops) noexcept
        : m_ops(std::move(ops))
    {
    }

    // Each holds the pair: the last handle may go in its functions.
    value_type operator()() const
    {
        const auto ops = m_ops;
        return ops->read();
    }
    template<NextValue<value_type> Next = value_type>
    void operator()(Next &&next) const
    {
        const auto ops = m_ops;
        ops->write(nextValue<value_type>(peek(), std::forward<Next>(next)));
    }
    value_type peek() const
    {
        return untracked([ops = m_ops] { return ops->read(); });
    }
    value_type get() const { return peek(); }
    void set(value_type value) const
    {
        const auto ops = m_ops;
        ops->write(std::move(value));
    }
    const auto &node() const noexcept { return m_ops->source.node(); }
    /// A store that reads and writes it, for adapters, models, bindings, listeners and computed().
    [[nodiscard]] Child<value_type> toStore() const
    {
        auto read = [ops = m_ops] { return ops->read(); };
        auto write = [ops = m_ops](value_type value) { ops->write(std::move(value)); };
        using Node = internal::ChildNode<value_type, decltype(read), decltype(write)>;
        return Child<value_type>(
            internal::Ref<internal::ComputedNode<value_type>>::adopt(new Node(std::move(read), std::move(write))));
    }

private:
    std::shared_ptr<MorphOps<S>> m_ops;
};

/// morph(source, get, set): a signal over another one. get(self) is called at each read and set(self, value) at each
/// write; self.source is the signal below, and self.get and self.set may be replaced on the fly. nullptr for either
/// means: as the source does.
template<WritableSignal S>
[[nodiscard]] Morph<S> morph(S source, typename MorphOps<S>::Get get, typename MorphOps<S>::Set set = nullptr)
{
    auto ops = std::make_shared<MorphOps<S>>(std::move(source));
    ops->get = std::move(get);
    ops->set = std::move(set);
    return Morph<S>(std::move(ops));
}

/// external<T>(factory): a signal controlled from outside. factory(source, ops) is called at the first read or write;
/// it may set ops.get and ops.set. What it reads is not tracked. If it throws, so does the read or write, and the next
/// one calls it again.
template<typename T, typename F>
[[nodiscard]] Morph<Signal<T>> external(F factory)
{
    using Ops = MorphOps<Signal<T>>;
    auto ops = std::make_shared<Ops>(signal<T>());
    // Both faces start as the installer, over a pair that already falls back on the source.
    auto install = [factory = std::make_shared<F>(std::move(factory))](Ops &self) {
        const typename Ops::Former former(self);
        self.get = nullptr;
        self.set = nullptr;
        try {
            untracked([&] { (*factory)(self.source, self); });
        } catch (...) {
            former.restore(self);
            throw;
        }
    };
    ops->get = [install](Ops &self) {
        install(self);
        return self.read();
    };
    ops->set = [install](Ops &self, T value) {
        install(self);
        self.write(std::move(value));
    };
    return Morph<Signal<T>>(std::move(ops));
}

} // namespace nanostores::kit
