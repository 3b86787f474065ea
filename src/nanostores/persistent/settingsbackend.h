// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/export.h>

#include <QtCore/QSettings>
#include <QtCore/QString>

#include <cstddef>
#include <functional>
#include <memory>

namespace nanostores {

/// Which QSettings settingsBackend() uses.
struct SettingsOptions
{
    /// Makes the QSettings, on the thread of the engine: of any format and scope, with a group begun if you like.
    /// Without it: QSettings(), of the application and its organization.
    std::function<std::unique_ptr<QSettings>()> make;
    std::size_t largestValue = std::size_t{1024} * 1024; ///< bytes
};

/// Keeps values where QSettings keeps them: for programs whose settings have to stay there, as others read them. New
/// programs are better off with sqliteBackend() or jsonBackend(); importSettings() takes their old settings along.
///
/// - A raw value that is UTF-8 is written as text, others as a byte array. Values that other code has written are read
///   as JSON or as text: true, 5, 1.5, lists and maps. Types that have no such form, as QFont, are left alone.
/// - Keys are as they are, with / for groups. What QSettings would change in them is written as %2F and the like.
/// - QSettings knows no versions. The backend gives them while it is open, so epochs differ from one start to the next,
///   and expected versions are compared, but not safely against another process (BackendTraits::comparesVersions).
///   Schemas are kept in the group `nanostores-schemas`.
/// - Each write is synced. One that fails leaves the settings as they were.
/// - A file that cannot be parsed is kept as NAME.broken-DATE before it is written, and StorageState::repairs says so.
[[nodiscard]] NANOSTORES_PERSISTENT_EXPORT std::unique_ptr<EngineBackend> settingsBackend(SettingsOptions options = {});
/// The same for a file.
[[nodiscard]] NANOSTORES_PERSISTENT_EXPORT std::unique_ptr<EngineBackend>
settingsBackend(const QString &path, QSettings::Format format = QSettings::IniFormat);

} // namespace nanostores
