// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/lifecycle.h>
#include <nanostores/core/record.h>

#include <functional>
#include <memory>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace nanostores {

/// Keeps a function of MapCreator::onBuild(); ends it when destroyed. Move-only.
class [[nodiscard]] BuildListener
{
public:
    BuildListener() noexcept = default;
    explicit BuildListener(std::shared_ptr<void> function) noexcept
        : m_function(std::move(function))
    {
    }
    BuildListener(BuildListener &&) noexcept = default;
    BuildListener &operator=(BuildListener &&) noexcept = default;
    ~BuildListener() = default;

    /// Ends it now.
    void reset() noexcept { m_function.reset(); }
    explicit operator bool() const noexcept { return m_function != nullptr; }

private:
    std::shared_ptr<void> m_function;
};

/// Makes one Record for each id and gives the same one for the same id, until it has unmounted. See mapCreator().
template<typename S, typename... Args>
class MapCreator
{
public:
    using Id = std::decay_t<decltype(std::declval<S &>().id)>;
    using Cleanup = std::function<void()>;
    using Init = std::function<Cleanup(const Record<S> &, const Id &, Args...)>;

    explicit MapCreator(Init init)
        : m_cache(std::make_shared<Cache>())
    {
        m_cache->init = std::move(init);
    }

    /// The store of the id. Ids of a compiled type cannot clash with names of the language; each is welcome.
    Record<S> operator()(const Id &id, Args... args) const
    {
        const auto present = m_cache->stores.find(id);
        if (present != m_cache->stores.end()) {
            return present->second;
        }
        S initial{};
        initial.id = id;
        Record<S> store(std::move(initial));
        onMount(store, [cache = std::weak_ptr<Cache>(m_cache), id, args...](MountEvent<Record<S>> &event) {
            Cleanup destroy;
            const auto alive = cache.lock();
            if (alive && alive->init) {
                destroy = alive->init(event.store(), id, args...);
            }
            return [cache, id, destroy = std::move(destroy)] {
                if (const auto still = cache.lock()) {
                    still->stores.erase(id);
                }
                if (destroy) {
                    destroy();
                }
            };
        });
        m_cache->stores.emplace(id, store);
        if (!m_cache->built.empty()) [[unlikely]] {
            callBuilt(m_cache, store, id);
        }
        return store;
    }
    /// Calls the function with each store that is made from now on, before it is handed out, until the result ends.
    BuildListener onBuild(std::function<void(const Record<S> &store, const Id &id)> function) const
    {
        auto held = std::make_shared<Built>(std::move(function));
        std::erase_if(m_cache->built, [](const auto &other) { return other.expired(); });
        m_cache->built.push_back(held);
        return BuildListener(std::move(held));
    }
    /// How many stores are cached now.
    std::size_t size() const noexcept { return m_cache->stores.size(); }
    /// Forgets the stores; those who hold one keep it.
    void clear() const { m_cache->stores.clear(); }

private:
    using Built = std::function<void(const Record<S> &, const Id &)>;

    struct Cache
    {
        Init init;
        std::unordered_map<Id, Record<S>> stores;
        std::vector<std::weak_ptr<Built>> built;
    };

    /// The functions may end one another, and the creator.
    static void callBuilt(std::shared_ptr<Cache> cache, const Record<S> &store, const Id &id)
    {
        const auto all = cache->built;
        for (const auto &each : all) {
            if (const auto function = each.lock()) {
                (*function)(store, id);
            }
        }
    }

    std::shared_ptr<Cache> m_cache;
};

/// mapCreator<User>(init): `auto user = users(id)` gives the Record whose member `id` it is. init(store, id, ...) runs
/// when the store mounts and may return its cleanup; after the store has unmounted its id is forgotten. From
/// nanostores.
template<typename S, typename... Args>
[[nodiscard]] MapCreator<S, Args...> mapCreator()
{
    return MapCreator<S, Args...>(nullptr);
}
template<typename S, typename... Args, typename F>
[[nodiscard]] MapCreator<S, Args...> mapCreator(F init)
{
    using Id = typename MapCreator<S, Args...>::Id;
    using R = std::invoke_result_t<F &, const Record<S> &, const Id &, Args...>;
    if constexpr (std::is_void_v<R>) {
        return MapCreator<S, Args...>(
            [init = std::move(init)](const Record<S> &store, const Id &id, Args... args) mutable {
                init(store, id, std::move(args)...);
                return std::function<void()>();
            });
    } else {
        return MapCreator<S, Args...>(std::move(init));
    }
}

} // namespace nanostores
