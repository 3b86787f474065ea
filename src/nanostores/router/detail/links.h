// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/router/routeroptions.h>

#include <QList>
#include <QString>
#include <QUrl>

#include <optional>

namespace nanostores::detail {

/// The path that a URL from outside opens; none, with the reason, if no rule takes it.
std::optional<QString> pathOfLink(const QUrl &url, const QList<LinkRule> &rules, qsizetype maxLength, QString *reason);

} // namespace nanostores::detail
