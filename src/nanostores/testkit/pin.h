// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/graph/testing.h>
#include <nanostores/testkit/export.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

/// Something that lasts until its handle goes: a pin, or mounts that are held. A guard ends what the test has left.
class NANOSTORES_TESTKIT_EXPORT PinRecord
{
public:
    PinRecord(const PinRecord &) = delete;
    PinRecord &operator=(const PinRecord &) = delete;
    virtual ~PinRecord();

    void end() noexcept;

    /// The number of the one that came last on this thread.
    static std::uint64_t last() noexcept;
    /// Ends those that came after the one with this number, and returns what they were.
    static std::vector<std::string> endAfter(std::uint64_t number);

protected:
    explicit PinRecord(Ref<Node> node);
    Node &node() const noexcept { return *m_node; }

private:
    virtual void undo() = 0;
    virtual const char *what() const noexcept = 0;

    Ref<Node> m_node;
    std::uint64_t m_number = 0;
    bool m_isOver = false;
};

/// Of a node whose static type is known: what its settle() makes of the old value is what its listeners read.
template<typename N>
class PinOf final : public PinRecord, private Substitute
{
public:
    using T = typename N::value_type;

    PinOf(Ref<N> computed, T value)
        : PinRecord(Ref<Node>::share(computed.get()))
        , m_value(std::move(value))
    {
        try {
            addSubstitute(*computed, *this);
        } catch (...) { // of an observer
            end();
            throw;
        }
    }
    ~PinOf() override { end(); }

private:
    bool compute(Sink &computed, OldValue *&past) override
    {
        return static_cast<N &>(computed).settle(T(m_value), past);
    }
    void undo() override { removeSubstitute(static_cast<Sink &>(node()), *this); }
    const char *what() const noexcept override { return "pin of "; }

    T m_value;
};

class NANOSTORES_TESTKIT_EXPORT HeldMounts final : public PinRecord
{
public:
    explicit HeldMounts(Ref<Node> node);
    ~HeldMounts() override;

private:
    void undo() override;
    const char *what() const noexcept override;
};

/// A computed store, of whichever kind.
template<typename S>
concept ComputedHandle = AnyStore<S> && std::derived_from<typename S::node_type, ComputedNode<typename S::value_type>>;

} // namespace detail

/// Keeps a pin(), or mounts from running, as long as it lives. May outlive the guard, which ends it.
class [[nodiscard]] Pin
{
public:
    Pin() noexcept = default;
    explicit Pin(std::vector<std::unique_ptr<detail::PinRecord>> records) noexcept
        : m_records(std::move(records))
    {
    }
    /// Ends it now. Errors of what runs go to the error handler.
    void reset() noexcept { m_records.clear(); }
    explicit operator bool() const noexcept { return !m_records.empty(); }

private:
    std::vector<std::unique_ptr<detail::PinRecord>> m_records;
};

/// A computed store holds the value, whatever its sources say and even if they throw, until the result goes; then it
/// runs its function again, if it is observed or read. To those who observe it both are changes like any other.
///
/// An observed store still observes its sources, so these stay mounted: see withoutMounts(). Of several pins of a store
/// the last one counts.
template<detail::ComputedHandle S>
Pin pin(const S &store, std::type_identity_t<typename S::value_type> value)
{
    using N = typename S::node_type;
    std::vector<std::unique_ptr<detail::PinRecord>> records;
    records.push_back(std::make_unique<detail::PinOf<N>>(detail::Ref<N>::share(store.node().get()), std::move(value)));
    return Pin(std::move(records));
}

/// The onMount hooks of the stores do not run until the result goes: no network, no timers. Those that have run are not
/// undone, and a store that is up when the result goes waits for its next mount.
template<NodeHandle... Stores>
requires(sizeof...(Stores) > 0)
Pin withoutMounts(const Stores &...stores)
{
    std::vector<std::unique_ptr<detail::PinRecord>> records;
    (records.push_back(std::make_unique<detail::HeldMounts>(detail::Ref<detail::Node>::share(stores.node().get()))),
     ...);
    return Pin(std::move(records));
}

} // namespace nanostores
