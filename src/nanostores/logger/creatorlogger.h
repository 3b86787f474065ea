// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/mapcreator.h>
#include <nanostores/logger/export.h>
#include <nanostores/logger/logger.h>

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// What a function of buildCreatorLogger() is called with.
struct LogBuildEvent
{
    std::string creatorName;
    std::string id; ///< As text.
    std::string storeName; ///< By the nameGetter of the options.
};

namespace detail {

/// As a log shows it, but for a text, which has no quotes.
template<typename Id>
std::string idText(const Id &id)
{
    if constexpr (std::is_convertible_v<const Id &, std::string_view>) {
        return std::string(std::string_view(id));
    } else if constexpr (DescribedAsText<Id>) {
        return id.toStdString();
    } else {
        const RedactionRules none;
        Secrets secrets;
        ValueReader reader(LogLimits(), none, {}, false, secrets);
        describePart(id, reader);
        return reader.take().toText();
    }
}

NANOSTORES_LOGGER_EXPORT std::string builtStoreName(const LoggerOptions &options, const std::string &creator,
                                                    const std::string &id);

} // namespace detail

/// A map creator and the name that a log calls it by.
struct LoggedCreator
{
    template<typename S, typename... Args>
    LoggedCreator(std::string creatorName, const MapCreator<S, Args...> &creator)
        : name(std::move(creatorName))
        , follow([creator](std::function<void(detail::Ref<detail::Node>, std::string)> built) {
            using Id = typename MapCreator<S, Args...>::Id;
            return creator.onBuild([built = std::move(built)](const Record<S> &store, const Id &id) {
                built(detail::Ref<detail::Node>::share(store.node().get()), detail::idText(id));
            });
        })
    {
    }

    std::string name;
    /// Has the function called with each store that is made, and the text of its id.
    std::function<BuildListener(std::function<void(detail::Ref<detail::Node> store, std::string id)> built)> follow;
};

/// Logs the stores that map creators make from now on, and that they are made:
/// creatorLogger({{"users", users}, {"posts", posts}}). From @nanostores/logger. The creators are those of this thread.
///
/// A store is called "users:7", or as the nameGetter of the options says. Where a rule hides the member `id`, its name
/// has `***` in place of the id.
[[nodiscard]] NANOSTORES_LOGGER_EXPORT Logger creatorLogger(const std::vector<LoggedCreator> &creators,
                                                            LoggerOptions options = {});

/// Calls the function with each store that the creator makes from now on, until the result ends: f(event, store) or
/// f(event). From @nanostores/logger. Of the options, messages.build, nameGetter and redact count.
template<typename S, typename... Args, typename F>
[[nodiscard]] BuildListener buildCreatorLogger(const MapCreator<S, Args...> &creator, std::string creatorName, F build,
                                               const LoggerOptions &options = {})
{
    if (!options.messages.build) {
        return BuildListener();
    }
    using Id = typename MapCreator<S, Args...>::Id;
    return creator.onBuild([name = std::move(creatorName), build = std::move(build), options](const Record<S> &store,
                                                                                              const Id &id) mutable {
        LogBuildEvent event{name, detail::idText(id), {}};
        event.storeName = detail::builtStoreName(options, name, event.id);
        if constexpr (std::is_invocable_v<F &, const LogBuildEvent &, const Record<S> &>) {
            build(std::as_const(event), store);
        } else {
            build(std::as_const(event));
        }
    });
}

} // namespace nanostores
