// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/engine.h>
#include <nanostores/persistent/export.h>
#include <nanostores/persistent/valuecodec.h>
#include <nanostores/qt/convert.h>

#include <QtCore/QSettings>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QVariant>

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace nanostores {

/// The raw value of an old setting. None: it is not what was expected there.
using SettingConversion = std::function<std::optional<std::string>(const QVariant &)>;

namespace detail {

/// What QSettings has kept of a value of this type. In files bool and numbers become text, a list with one item that
/// item, and an empty one an invalid QVariant.
template<typename T>
std::optional<T> valueOfSetting(const QVariant &setting)
{
    if constexpr (isOptional<T>) {
        auto value = valueOfSetting<typename T::value_type>(setting);
        return value ? std::optional<T>(std::in_place, *std::move(value)) : std::nullopt;
    } else if constexpr (std::is_same_v<T, bool>) {
        const QString text = setting.toString().trimmed().toLower();
        for (const char *name : {"true", "1", "yes", "on"}) {
            if (text == QLatin1String(name)) {
                return true;
            }
        }
        for (const char *name : {"false", "0", "no", "off"}) {
            if (text == QLatin1String(name)) {
                return false;
            }
        }
        return std::nullopt;
    } else if constexpr (std::is_same_v<T, QStringList>) {
        const bool isList = !setting.isValid() || setting.canConvert<QStringList>();
        return isList ? std::optional(setting.toStringList()) : std::nullopt;
    } else if constexpr (Sequence<T>) {
        if (!setting.isValid()) {
            return T{};
        }
        auto list = tryConvert<T>(setting);
        return list ? list : tryConvert<T>(QVariant(QVariantList{setting}));
    } else {
        return tryConvert<T>(setting);
    }
}

} // namespace detail

/// For the setting of a persistent store of T, whatever form QSettings has it in: `settingAs<bool>()`.
template<typename T>
SettingConversion settingAs(ValueCodec<T> codec = {})
{
    return [codec](const QVariant &setting) -> std::optional<std::string> {
        const auto value = detail::valueOfSetting<T>(setting);
        return value ? codec.encode(*value) : std::nullopt;
    };
}

/// One setting that goes into an engine.
struct SettingImport
{
    QString setting; ///< Its key in the QSettings.
    std::string key; ///< Its new key.
    /// Without it: text stays text, bool and numbers are as JSON has them, lists and maps are JSON. It is enough for
    /// stores of text, and for bool and numbers that the program itself has written.
    SettingConversion convert = {};
};

/// What importSettings() has done.
struct ImportedSettings
{
    enum class Result : std::uint8_t {
        Imported, ///< Now.
        AlreadyDone, ///< Before: nothing was imported.
        NotLoaded, ///< The engine has not read its values yet: nothing was imported. Try it again later.
    };

    Result result = Result::Imported;
    std::vector<std::string> imported; ///< New keys.
    std::vector<std::string> kept; ///< New keys that the engine had already.
    std::vector<QString> unreadable; ///< Settings that could not be converted.
};

/// Takes old settings into an engine, once: that it is done is written under the key `mark`, in the same transaction as
/// the values. Without a mapping all settings are taken, by the same keys. Keys that the engine has already keep their
/// values, and so does the QSettings: nothing in it is changed.
///
///     const QSettings old;
///     importSettings(persistentEngine(), old, {{"ui/dark", "dark", settingAs<bool>()}, {"ui/name", "name"}});
NANOSTORES_PERSISTENT_EXPORT ImportedSettings importSettings(const StorageEngine &engine, const QSettings &settings,
                                                             const std::vector<SettingImport> &mapping = {},
                                                             std::string_view mark = "imported-settings");

} // namespace nanostores
