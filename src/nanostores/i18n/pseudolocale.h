// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/export.h>

#include <QJsonObject>

namespace nanostores {

/// Texts that can be read, with accents, in brackets, and a third longer: `[Çåŕţ ····]`. A window that is shown in them
/// shows which texts are not translated, and which are cut off. Takes what I18n::baseMessages() gives; parameters and
/// tags stay.
[[nodiscard]] NANOSTORES_I18N_EXPORT QJsonObject pseudoMessages(const QJsonObject &messages);

} // namespace nanostores
