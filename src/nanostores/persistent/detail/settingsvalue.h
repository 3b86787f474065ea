// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/export.h>

#include <QtCore/QString>
#include <QtCore/QVariant>

#include <optional>
#include <string>
#include <string_view>

// What QSettings holds, as raw values and back.

namespace nanostores::detail {

/// Text as it is, numbers and bool as JSON has them, lists and maps as JSON, byte arrays as they are. None for what has
/// no such form.
NANOSTORES_PERSISTENT_EXPORT std::optional<std::string> rawOfSetting(const QVariant &value);

/// A QString, or a QByteArray if it is not UTF-8.
NANOSTORES_PERSISTENT_EXPORT QVariant settingOfRaw(const std::string &raw);

/// A key that QSettings leaves as it is, and back.
NANOSTORES_PERSISTENT_EXPORT QString settingsKeyOf(std::string_view key);
NANOSTORES_PERSISTENT_EXPORT std::string keyOfSettings(const QString &settingsKey);

} // namespace nanostores::detail
