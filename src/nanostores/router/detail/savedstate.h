// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/router/routerhistory.h>

#include <QJsonObject>
#include <QString>

#include <functional>
#include <optional>

namespace nanostores::detail {

QJsonObject savedHistory(const RouterHistory &history);

/// The history that was saved, with ids that are 0; none, with the reason, if there is no page of it that `parse`
/// takes. Pages that it does not take are left out, and beyond the limit those farthest from the one shown.
std::optional<RouterHistory> historyOfSaved(const QJsonObject &saved, qsizetype maxEntries,
                                            const std::function<std::optional<Page>(const QString &url)> &parse,
                                            QString *reason);

} // namespace nanostores::detail
