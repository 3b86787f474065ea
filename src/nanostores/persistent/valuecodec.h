// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/kit/codec.h>
#include <nanostores/persistent/export.h>
#include <nanostores/qt/json/jsoncodec.h>

#include <QByteArray>
#include <QString>

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace nanostores {

/// Writes text as it is, in UTF-8: std::string, with any bytes; QString; QByteArray.
struct TextCodec
{
    std::string encode(const std::string &text) const { return text; }
    std::string encode(const QByteArray &bytes) const { return bytes.toStdString(); }
    /// A text with half a surrogate pair is a std::invalid_argument.
    NANOSTORES_PERSISTENT_EXPORT std::string encode(const QString &text) const;
    template<typename T>
    std::optional<T> decodeTo(std::string_view raw) const
    {
        if constexpr (std::is_same_v<T, QString>) {
            return decodeText(raw);
        } else if constexpr (std::is_same_v<T, QByteArray>) {
            return QByteArray(raw.data(), static_cast<qsizetype>(raw.size()));
        } else {
            return T(raw);
        }
    }

private:
    NANOSTORES_PERSISTENT_EXPORT static std::optional<QString> decodeText(std::string_view raw);
};

/// How the values of a store are written: text as it is, other values as JSON (see JsonCodec), or by any codec of the
/// type. Of a std::optional, the codec is for what it holds: an empty one has no entry in the storage.
template<typename T>
class ValueCodec
{
    using Value = typename std::conditional_t<detail::isOptional<T>, T, std::optional<T>>::value_type;
    static constexpr bool isText =
        std::is_same_v<Value, std::string> || std::is_same_v<Value, QString> || std::is_same_v<Value, QByteArray>;

public:
    ValueCodec() = default;
    template<kit::Codec<Value> C>
    ValueCodec(C codec) // NOLINT: meant to convert
        : m_encode([codec](const Value &value) { return std::string(codec.encode(value)); })
        , m_decode([codec](const std::string &raw) { return std::optional<Value>(codec.decode(raw)); })
    {
    }

    /// None: the entry is to be deleted. Throws what the codec throws.
    std::optional<std::string> encode(const T &value) const
    {
        if constexpr (detail::isOptional<T>) {
            return value ? std::optional(encodeValue(*value)) : std::nullopt;
        } else {
            return encodeValue(value);
        }
    }
    /// None: what is there is not of the type.
    std::optional<T> decode(std::string_view raw) const
    {
        if (m_decode) {
            auto value = m_decode(std::string(raw));
            return value ? std::optional<T>(std::in_place, std::move(*value)) : std::nullopt;
        }
        if constexpr (isText) {
            auto value = TextCodec{}.decodeTo<Value>(raw);
            return value ? std::optional<T>(std::in_place, std::move(*value)) : std::nullopt;
        } else {
            auto value = JsonCodec<Value>{}.decode(raw);
            return value ? std::optional<T>(std::in_place, std::move(*value)) : std::nullopt;
        }
    }

private:
    std::string encodeValue(const Value &value) const
    {
        if (m_encode) {
            return m_encode(value);
        }
        if constexpr (isText) {
            return TextCodec{}.encode(value);
        } else {
            return JsonCodec<Value>{}.encode(value);
        }
    }

    std::function<std::string(const Value &)> m_encode;
    std::function<std::optional<Value>(const std::string &)> m_decode;
};

} // namespace nanostores
