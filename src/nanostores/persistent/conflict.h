// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/readonly.h>
#include <nanostores/persistent/detail/rowlistener.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace nanostores {

namespace detail {

template<typename T>
class ConflictShower;

} // namespace detail

/// A persistent store and another writer have changed the same entry. The store keeps its value, and the storage what
/// the other one has written, until one of the functions is called.
template<typename T>
struct Conflict
{
    std::string key; ///< Of the entry.
    T base; ///< What both have changed. A missing entry is the store's initial value, here and in theirs.
    T mine;
    T theirs;
    std::uint64_t writer = 0; ///< Whose theirs is: StorageEngine::writer(); 0: the entry was deleted.

    void keepMine() const { end(true, nullptr); } ///< Writes the store's value over theirs.
    void takeTheirs() const { end(false, nullptr); } ///< The store gets theirs.
    void resolve(const T &value) const { end(true, &value); } ///< Sets the store to the value, and writes it.

    /// The same conflict, in the same state.
    friend bool operator==(const Conflict &a, const Conflict &b) noexcept { return a.m_number == b.m_number; }

private:
    friend detail::ConflictShower<T>;
    Conflict(std::string k, T b, T m, T t, std::uint64_t w)
        : key(std::move(k))
        , base(std::move(b))
        , mine(std::move(m))
        , theirs(std::move(t))
        , writer(w)
    {
    }
    void end(bool keepsMine, const T *value) const
    {
        if (const auto shower = m_shower.lock()) {
            shower->end(key, keepsMine, value);
        }
    }

    std::weak_ptr<detail::ConflictShower<T>> m_shower;
    std::uint64_t m_number = 0;
};

/// See conflictOf().
template<typename T>
using ConflictStore = Readonly<detail::SignalNode<std::optional<Conflict<T>>>>;

namespace detail {

/// What a binding adds to show its conflicts.
template<typename T>
class ConflictShower
{
public:
    ConflictShower() = default;
    ConflictShower(const ConflictShower &) = delete;
    ConflictShower &operator=(const ConflictShower &) = delete;
    virtual ~ConflictShower() = default;

    ConflictStore<T> store() const { return readonly(m_store); }
    virtual void end(const std::string &key, bool keepsMine, const T *value) = 0;

protected:
    void show(const std::shared_ptr<ConflictShower> &self, const std::string &key, T base, T mine, T theirs,
              std::uint64_t writer)
    {
        Conflict<T> conflict(key, std::move(base), std::move(mine), std::move(theirs), writer);
        conflict.m_shower = self;
        conflict.m_number = ++m_count;
        m_open.insert_or_assign(key, std::move(conflict));
        showFirst();
    }
    void hide(const std::string &key)
    {
        m_open.erase(key);
        showFirst();
    }

private:
    void showFirst()
    {
        const auto present = m_store.peek();
        const auto same = present ? m_open.find(present->key) : m_open.end();
        const auto next = same != m_open.end() ? same : m_open.begin();
        m_store.set(next == m_open.end() ? std::nullopt : std::optional(next->second));
    }

    Atom<std::optional<Conflict<T>>> m_store{std::nullopt};
    std::map<std::string, Conflict<T>> m_open;
    std::uint64_t m_count = 0;
};

} // namespace detail
} // namespace nanostores
