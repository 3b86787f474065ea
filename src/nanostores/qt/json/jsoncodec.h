// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/errors.h>
#include <nanostores/qt/json/json.h>

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace nanostores {

namespace detail {

template<typename T>
std::optional<T> decodeJson(std::string_view text) noexcept
{
    try {
        if (const auto value = json::parseJson(text)) {
            return json::fromJson<T>(*value);
        }
    } catch (...) { // a conversion of the application's, or no memory
        reportError(std::current_exception());
    }
    return std::nullopt;
}

/// A text that becomes whatever it is assigned to.
class JsonText
{
public:
    explicit JsonText(std::string_view text)
        : m_text(text)
    {
    }
    template<typename T>
    operator std::optional<T>() const noexcept // NOLINT: meant to convert
    {
        return decodeJson<T>(m_text);
    }

private:
    std::string m_text;
};

} // namespace detail

/// A codec for values as JSON: `stored(storage, "profile", Profile{}, JsonCodec{})`.
///
/// Numbers, bool, text, enums, optionals, pairs, lists, sets and maps of such, QVariant, Qt's dates, times, URLs and
/// byte arrays, structs declared with NANOSTORES_STRUCT, and gadgets by their properties. Other types by
/// Convert<QJsonValue, T> and Convert<std::optional<T>, QJsonValue>.
///
/// What is read is what was written. So integers beyond 2^53, which other readers of JSON would round, are written as
/// text, and a Dictionary as a list of pairs, because its order counts. What cannot be written without loss, such as
/// bytes in a std::string, is a std::invalid_argument that names the remedy.
///
/// Reading is strict and never throws: text that is no JSON, or not of the type, gives nothing. Fields that a struct
/// has and the text has not keep their defaults, others in the text are ignored, so a struct may grow.
///
/// JsonCodec<T> is for one type, as stored() needs it without a default value; JsonCodec<> for each.
template<typename T = void>
struct JsonCodec
{
    std::string encode(const T &value) const { return detail::json::jsonText(detail::json::toJson<T>(value, 0)); }
    std::optional<T> decode(std::string_view text) const noexcept { return detail::decodeJson<T>(text); }
};

template<>
struct JsonCodec<void>
{
    template<typename T>
    std::string encode(const T &value) const
    {
        return detail::json::jsonText(detail::json::toJson<T>(value, 0));
    }
    /// Converts to an std::optional of any type.
    detail::JsonText decode(std::string_view text) const { return detail::JsonText(text); }
};

} // namespace nanostores
