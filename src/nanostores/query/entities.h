// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/query/detail/clientcore.h>
#include <nanostores/query/export.h>
#include <nanostores/query/querykey.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// A kind of thing that many results hold: one has the same value wherever it is held. A shard, whose keys are ids.
template<typename T, typename Id>
class Entity : public QueryKey<T, Id>
{
public:
    Entity(const char *name, std::function<Id(const T &)> idOf)
        : QueryKey<T, Id>(QString::fromUtf8(name))
        , m_idOf(std::move(idOf))
    {
    }
    CacheKey<T> keyOf(const T &value) const { return (*this)(m_idOf(value)); }

private:
    std::function<Id(const T &)> m_idOf;
};

/// entity("user", &User::id): Users are one for each id. The id is a member, or a function: entity<User>("user", f).
///
///     inline const auto users = entity("user", &User::id);
///     inline const auto teamKey = queryKey<Team, int>("team", [](EntityVisitor &visit, Team &team) {
///         visit(users, team.lead);
///         visit(users, team.members); // a container of them
///     });
template<typename T, typename M>
[[nodiscard]] auto entity(const char *name, M T::*id)
{
    using Id = std::decay_t<std::invoke_result_t<M T::*, const T &>>;
    return Entity<T, Id>(name, std::mem_fn(id));
}
template<typename T, typename F>
requires std::is_invocable_v<F &, const T &>
[[nodiscard]] auto entity(const char *name, F id)
{
    return Entity<T, std::decay_t<std::invoke_result_t<F &, const T &>>>(name, std::move(id));
}

/// Is shown the entities of a result.
class EntityVisitor
{
public:
    template<typename T, typename Id>
    void operator()(const Entity<T, Id> &kind, T &value)
    {
        const CacheKey<T> key = kind.keyOf(value);
        const auto entry = m_core->entry<T>(key);
        if (m_task == Task::Learn) {
            entry->learn(value, m_number);
            m_entries.push_back(entry);
        } else if (m_task == Task::Restore) {
            if (entry->mayRestore(m_keptAt)) {
                entry->restore(value, m_keptAt);
            }
            m_entries.push_back(entry);
        } else if (m_task == Task::Find) {
            m_entries.push_back(entry);
        } else if (m_task == Task::Fill) {
            if (const std::optional<T> &latest = entry->data()()) {
                value = *latest;
            }
            m_entries.push_back(entry);
        } else if (m_task == Task::FillSent) {
            if (const std::optional<T> &latest = entry->sent()) {
                value = *latest;
            }
        } else if (!Equal<std::optional<T>>{}(entry->data().peek(), value)) {
            entry->change(m_number, [value](std::optional<T> &changed) { changed = value; });
            m_entries.push_back(entry);
        }
    }
    template<typename T, typename Id, typename C>
    requires std::same_as<typename C::value_type, T>
    void operator()(const Entity<T, Id> &kind, C &values)
    {
        for (T &value : values) {
            (*this)(kind, value);
        }
    }

    // For the library.
    enum class Task : std::uint8_t {
        Learn, ///< The cache has them, unless it has newer ones: the number is that of their fetch.
        Restore, ///< They are of an earlier run: the cache has them unless it has newer ones.
        Find, ///< Which they are.
        Fill, ///< They get the values that the cache has. Tracked.
        FillSent, ///< Likewise, without what mutations that are running have changed.
        Change, ///< A mutation, which has the number, has changed those that differ.
    };
    EntityVisitor(std::shared_ptr<detail::ClientCore> core, Task task, std::uint64_t number = 0)
        : m_core(std::move(core))
        , m_task(task)
        , m_number(number)
    {
    }
    EntityVisitor(std::shared_ptr<detail::ClientCore> core, std::chrono::milliseconds keptAt)
        : m_core(std::move(core))
        , m_task(Task::Restore)
        , m_keptAt(keptAt)
    {
    }
    std::vector<std::shared_ptr<detail::Entry>> takeEntries() { return std::exchange(m_entries, {}); }

private:
    std::shared_ptr<detail::ClientCore> m_core;
    Task m_task;
    std::uint64_t m_number = 0;
    std::chrono::milliseconds m_keptAt{0};
    std::vector<std::shared_ptr<detail::Entry>> m_entries;
};

namespace detail {

/// The result with the latest values of its entities, whose entries are in `held` then. Tracked.
template<typename R>
void fillEntities(const std::shared_ptr<ClientCore> &core, const AnyCacheKey &key, std::optional<R> &result,
                  std::vector<std::shared_ptr<Entry>> &held)
{
    const auto &entities = key.data()->shard->entities;
    if (entities && result) {
        EntityVisitor visitor(core, EntityVisitor::Task::Fill);
        entities(visitor, &*result);
        held = visitor.takeEntries();
    }
}

/// What the server has sent for the entry, with what it has sent of the entities in it.
template<typename R>
std::optional<R> sentWithEntities(const std::shared_ptr<ClientCore> &core, const EntryOf<R> &entry)
{
    std::optional<R> result = entry.sent();
    const auto &entities = entry.key().data()->shard->entities;
    if (entities && result) {
        EntityVisitor visitor(core, EntityVisitor::Task::FillSent);
        entities(visitor, &*result);
    }
    return result;
}

} // namespace detail
} // namespace nanostores
