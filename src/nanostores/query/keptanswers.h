// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/query/export.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nanostores {

/// How answers of a key are kept when the program ends. See QueryClient::keep().
struct KeptAnswers
{
    /// An answer that is older is deleted.
    std::chrono::milliseconds lifetime = std::chrono::hours(24 * 7);
    /// Of all answers of the name, with their keys; the oldest are deleted when there are more.
    std::size_t maxBytes = std::size_t{4} * 1024 * 1024;
    /// Names in the storage begin with it.
    std::string prefix = "query/";
    /// Since 1970. The time of the system.
    std::function<std::chrono::milliseconds()> clock = {};
};

/// What answers can be kept in: texts by name. A StorageEngine is such.
template<typename S>
concept AnswerStorage = requires(const S &storage, std::string_view name, std::string value) {
    {
        storage.get(name)
    } -> std::convertible_to<std::optional<std::string>>;
    storage.set(name, std::move(value));
    storage.del(name);
    {
        storage.entries(name)
    } -> std::convertible_to<std::vector<std::pair<std::string, std::string>>>;
};

namespace detail {

/// A storage without its type.
struct AnyAnswerStorage
{
    template<AnswerStorage S>
    explicit AnyAnswerStorage(S storage)
        : get([storage](const std::string &name) { return std::optional<std::string>(storage.get(name)); })
        , set([storage](const std::string &name, std::string value) { storage.set(name, std::move(value)); })
        , del([storage](const std::string &name) { storage.del(name); })
        , entries([storage](const std::string &prefix) { return storage.entries(prefix); })
    {
    }

    std::function<std::optional<std::string>(const std::string &)> get;
    std::function<void(const std::string &, std::string)> set;
    std::function<void(const std::string &)> del;
    std::function<std::vector<std::pair<std::string, std::string>>(const std::string &)> entries;
};

} // namespace detail
} // namespace nanostores
