// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/router/detail/routetext.h>
#include <nanostores/router/page.h>
#include <nanostores/router/router.h>

#include <QString>

#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

/// A std::optional stays one.
template<typename M>
using OptionalOf = std::conditional_t<isOptional<M>, M, std::optional<M>>;

} // namespace detail

/// param(router, &Post::id): the parameter of the page that is shown, a Computed<std::optional<int>>; none while a page
/// of another struct is.
template<typename... Ts, typename M, typename T>
requires(detail::OneOf<T, Ts...>)
[[nodiscard]] auto param(const Router<Ts...> &router, M T::*member)
{
    return computed(router.page(), [member](const Page &page) -> detail::OptionalOf<M> {
        const T *values = page.as<T>();
        return values ? detail::OptionalOf<M>(values->*member) : std::nullopt;
    });
}

/// searchParam<int>(router, "page"): what the path has after the ? by that name, a Computed<std::optional<int>>; none
/// where it is missing or no int.
template<typename T>
[[nodiscard]] Computed<std::optional<T>> searchParam(const AnyRouter &router, const char *name)
{
    return computed(router.page(), [name = QString::fromUtf8(name)](const Page &page) -> std::optional<T> {
        const auto text = page.search(name);
        return text ? detail::memberOfText<T>(*text) : std::nullopt;
    });
}
/// searchParam<int>(router, "page", 1): a Computed<int>, which has the last argument where it is missing or no int.
template<typename T>
[[nodiscard]] Computed<T> searchParam(const AnyRouter &router, const char *name, std::type_identity_t<T> otherwise)
{
    return computed(router.page(),
                    [name = QString::fromUtf8(name), otherwise = std::move(otherwise)](const Page &page) -> T {
                        const auto text = page.search(name);
                        return text ? detail::memberOfText<T>(*text).value_or(otherwise) : otherwise;
                    });
}

/// forRoute<Post>(router): the Post that is shown or was shown last; it is frozen while another page is. None before
/// the first one. For the view of a page that is on its way out.
template<typename T, typename... Ts>
requires(detail::OneOf<T, Ts...>)
[[nodiscard]] Computed<std::optional<T>> forRoute(const Router<Ts...> &router)
{
    return computed(router.core()->lastPages(), [](const std::vector<Page> &last) -> std::optional<T> {
        for (const Page &page : last) {
            if (const T *values = page.as<T>()) {
                return *values;
            }
        }
        return std::nullopt;
    });
}

/// forRoute<Post>(router, store): the value of a store while a Post is shown, and frozen while another page is: a
/// Computed<std::optional>, with nothing in it before the first Post. It keeps up as long as it is observed.
template<typename T, typename... Ts, AnyStore S>
requires(detail::OneOf<T, Ts...>)
[[nodiscard]] auto forRoute(const Router<Ts...> &router, S store)
{
    using Value = detail::OptionalOf<typename S::value_type>;
    return computed<Value>([page = router.page(), store = std::move(store)](const Value *before) -> Value {
        if (page().template is<T>()) {
            return store();
        }
        return before ? *before : Value();
    });
}

} // namespace nanostores
