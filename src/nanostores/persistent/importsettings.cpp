// SPDX-License-Identifier: MIT
#include <nanostores/persistent/importsettings.h>

#include <nanostores/core/errors.h>
#include <nanostores/persistent/detail/settingsvalue.h>

#include <exception>
#include <utility>

namespace nanostores {

namespace {

std::optional<std::string> converted(const SettingConversion &convert, const QVariant &setting)
{
    try {
        return convert ? convert(setting) : detail::rawOfSetting(setting);
    } catch (...) {
        detail::reportError(std::current_exception());
        return std::nullopt;
    }
}

} // namespace

ImportedSettings importSettings(const StorageEngine &engine, const QSettings &settings,
                                const std::vector<SettingImport> &mapping, std::string_view mark)
{
    ImportedSettings result;
    if (!engine.load()) {
        result.result = ImportedSettings::Result::NotLoaded;
        return result;
    }
    if (engine.get(mark)) {
        result.result = ImportedSettings::Result::AlreadyDone;
        return result;
    }
    std::vector<SettingImport> all = mapping;
    if (mapping.empty()) {
        const QStringList keys = settings.allKeys();
        for (const QString &key : keys) {
            all.push_back({key, key.toStdString(), {}});
        }
    }
    for (const auto &[setting, key, convert] : all) {
        if (!settings.contains(setting)) {
            continue;
        }
        auto raw = converted(convert, settings.value(setting));
        if (!raw) {
            result.unreadable.push_back(setting);
        } else if (engine.get(key)) {
            result.kept.push_back(key);
        } else {
            engine.set(key, *std::move(raw));
            result.imported.push_back(key);
        }
    }
    engine.set(mark, "true");
    return result;
}

} // namespace nanostores
