// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/deepmap.h>
#include <nanostores/core/record.h>
#include <nanostores/history/detail/bytes.h>
#include <nanostores/history/detail/track.h>

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// Stores whose steps hold the whole value: atoms, records, deep maps. It is the old value that the engine has kept for
/// the observers, and no copy. Of a list, whose old values are steps back, it is made of them at once.
namespace nanostores::detail {

/// Which part of a store was set; atoms have no parts.
struct NoKey
{
    friend bool operator==(NoKey, NoKey) { return true; }
};
template<typename N>
struct KeyOfNode
{
    using type = NoKey;
};
template<typename S, typename Key>
struct KeyOfNode<RecordNode<S, Key>>
{
    using type = Key;
};

template<typename N>
concept KeepsSteps = requires(N &node) { node.pasts; };

template<typename N>
struct WholeDelta final : Delta
{
    ~WholeDelta() override
    {
        if (old) {
            old->release();
        }
    }
    OldValue *old = nullptr;
    std::optional<typename KeyOfNode<N>::type> key; ///< If all its writes have set the same.
};

template<typename S>
class WholeTrack final : public TrackOfStore<S>
{
    using typename TrackOfStore<S>::N;
    using T = typename S::value_type;
    using D = WholeDelta<N>;

public:
    WholeTrack(Timeline &timeline, S store)
        : TrackOfStore<S>(timeline, std::move(store))
    {
        static_assert(isCopyable<T>(), "a history gives stores their old values back: a copy of them is needed, and "
                                       "values of this type cannot be copied");
    }

    std::unique_ptr<Delta> blank() const override { return std::make_unique<D>(); }
    void clear(Delta &delta) const override
    {
        auto &mine = static_cast<D &>(delta);
        mine.key.reset();
        if (OldValue *const old = std::exchange(mine.old, nullptr)) {
            old->release();
        }
    }
    void record(Delta &delta, OldValue *past) override
    {
        auto &mine = static_cast<D &>(delta);
        auto key = keyOf(past);
        if (!mine.old) {
            if constexpr (KeepsSteps<N>) {
                static_cast<void>(this->node().oldValue(past)); // later writes add no steps to it
            }
            past->retain();
            mine.old = past;
            mine.key = std::move(key);
        } else if (!(mine.key == key)) {
            mine.key.reset();
        }
    }
    void absorb(Delta &older, const Delta &newer) const override
    {
        auto &mine = static_cast<D &>(older);
        const auto &other = static_cast<const D &>(newer);
        if (!mine.old) {
            other.old->retain();
            mine.old = other.old;
            mine.key = other.key;
        } else if (!(mine.key == other.key)) {
            mine.key.reset();
        }
    }
    bool isReverted(const Delta &delta) const override
    {
        return equalValues(this->node(), value(delta), this->node().current());
    }
    bool apply(const Delta &delta, bool asks) override
    {
        T next = value(delta);
        const auto isStill = [&] { return isSameValue(next, value(delta)); };
        if constexpr (std::is_same_v<N, SignalNode<T>>) {
            return writeExactly(typename N::Change{this->node(), next}, asks, isStill);
        } else {
            return writeExactly(typename N::WholeChange{this->node(), next}, asks, isStill);
        }
    }
    bool isSamePlace(const Delta &a, const Delta &b) const override
    {
        return static_cast<const D &>(a).key == static_cast<const D &>(b).key;
    }
    bool meets(const Delta &, const Delta &) const override { return true; }
    std::size_t bytes(const Delta &delta) const override { return sizeof(D) + bytesOf(value(delta)); }
    std::vector<std::string> keys(const Delta &) const override { return {}; }

private:
    const T &value(const Delta &delta) const { return *this->node().oldValue(static_cast<const D &>(delta).old); }
    static std::optional<typename KeyOfNode<N>::type> keyOf(const OldValue *past)
    {
        if constexpr (std::is_same_v<typename KeyOfNode<N>::type, NoKey>) {
            return NoKey();
        } else {
            const auto *key = N::changedKey(past);
            return key ? std::optional(*key) : std::nullopt;
        }
    }
};

} // namespace nanostores::detail
