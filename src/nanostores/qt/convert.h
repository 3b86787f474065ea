#pragma once

#include <nanostores/core/dictionary.h>

#include <QByteArray>
#include <QMetaType>
#include <QString>
#include <QVariant>

#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace nanostores {

/// How a value of a store becomes one that Qt shows, and back. Specialise it for types of your own:
///
///     template<>
///     struct nanostores::Convert<QString, Money>
///     {
///         static QString convert(const Money &money);
///     };
///
/// Known are types that C++ converts, standard strings as QString and QByteArray (UTF-8), containers of such values,
/// and QVariant for all that has a meta type.
template<typename To, typename From>
struct Convert;

namespace detail {

template<typename T>
struct ValueOf
{
    static std::optional<T> convert(const QVariant &value);
};
/// The value of the variant, or none if it is not one of the type.
template<typename T>
std::optional<T> valueOf(const QVariant &value)
{
    return ValueOf<T>::convert(value);
}

} // namespace detail

template<typename To, typename From>
concept Convertible = requires(const From &value)
{
    Convert<To, From>::convert(value);
};

/// The value as a To.
template<typename To, typename From>
[[nodiscard]] To convertTo(const From &value)
{
    if constexpr (std::is_same_v<To, From>) {
        return value;
    } else {
        static_assert(Convertible<To, From>,
                      "no conversion between the type of the property and that of the store: specialise "
                      "nanostores::Convert<To, From>");
        return Convert<To, From>::convert(value);
    }
}

namespace detail {

template<typename T>
inline constexpr bool isNumber = std::is_arithmetic_v<T> || std::is_enum_v<T>;
template<typename To, typename From>
inline constexpr bool isCast = std::is_convertible_v<const From &, To> || (isNumber<To> && isNumber<From>);

} // namespace detail

template<typename To, typename From>
requires detail::isCast<To, From>
struct Convert<To, From>
{
    static To convert(const From &value) { return static_cast<To>(value); }
};

template<>
struct Convert<QString, std::string>
{
    static QString convert(const std::string &text)
    {
        return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    }
};
template<>
struct Convert<std::string, QString>
{
    static std::string convert(const QString &text)
    {
        const QByteArray bytes = text.toUtf8();
        return std::string(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    }
};
template<>
struct Convert<QString, std::u16string>
{
    static QString convert(const std::u16string &text) { return QString::fromStdU16String(text); }
};
template<>
struct Convert<std::u16string, QString>
{
    static std::u16string convert(const QString &text) { return text.toStdU16String(); }
};
template<>
struct Convert<QByteArray, std::string>
{
    static QByteArray convert(const std::string &bytes)
    {
        return QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()));
    }
};
template<>
struct Convert<std::string, QByteArray>
{
    static std::string convert(const QByteArray &bytes)
    {
        return std::string(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    }
};

namespace detail {

template<typename C>
inline constexpr bool isText =
    std::is_convertible_v<C, std::string_view> || std::is_convertible_v<C, QString> || std::is_same_v<C, QByteArray>;
template<typename C>
concept Appendable = std::ranges::range<C> && requires(C container, typename C::value_type value)
{
    container.push_back(value);
};
template<typename C>
concept Sequence = Appendable<C> && !isText<C>;

} // namespace detail

template<detail::Sequence To, detail::Sequence From>
requires(!std::is_convertible_v<const From &, To>) struct Convert<To, From>
{
    static To convert(const From &values)
    {
        To result;
        result.reserve(values.size());
        for (const auto &value : values) {
            result.push_back(convertTo<typename To::value_type>(value));
        }
        return result;
    }
};

/// Standard strings are shown as QString, dictionaries as QVariantMap.
template<typename From>
requires(!std::is_convertible_v<const From &, QVariant>) struct Convert<QVariant, From>
{
    static QVariant convert(const From &value)
    {
        if constexpr (std::is_same_v<From, std::string> || std::is_same_v<From, std::u16string>) {
            return QVariant(convertTo<QString>(value));
        } else {
            return QVariant::fromValue(value);
        }
    }
};
template<typename K, typename V>
struct Convert<QVariant, Dictionary<K, V>>
{
    static QVariant convert(const Dictionary<K, V> &entries)
    {
        QVariantMap map;
        for (const auto &[key, value] : entries) {
            map.insert(convertTo<QVariant>(key).toString(), convertTo<QVariant>(value));
        }
        return map;
    }
};
template<typename To>
requires(!std::is_convertible_v<const QVariant &, To>) struct Convert<To, QVariant>
{
    static To convert(const QVariant &value) { return detail::valueOf<To>(value).value_or(To()); }
};

namespace detail {

template<typename T>
std::optional<T> ValueOf<T>::convert(const QVariant &value)
{
    if constexpr (std::is_same_v<T, QVariant>) {
        return value;
    } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::u16string>) {
        const auto text = valueOf<QString>(value);
        return text ? std::optional<T>(convertTo<T>(*text)) : std::nullopt;
    } else {
        QVariant converted = value;
        if (!converted.convert(QMetaType::fromType<T>())) {
            return std::nullopt;
        }
        return converted.value<T>();
    }
}
template<typename K, typename V>
struct ValueOf<Dictionary<K, V>>
{
    static std::optional<Dictionary<K, V>> convert(const QVariant &value)
    {
        const auto map = valueOf<QVariantMap>(value);
        if (!map) {
            return std::nullopt;
        }
        Dictionary<K, V> entries;
        for (auto entry = map->begin(); entry != map->end(); ++entry) {
            const auto key = valueOf<K>(entry.key());
            const auto mapped = valueOf<V>(entry.value());
            if (!key || !mapped) {
                return std::nullopt;
            }
            entries.insert(*key, *mapped);
        }
        return entries;
    }
};

} // namespace detail
} // namespace nanostores
