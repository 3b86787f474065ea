// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

namespace nanostores {

/// Links of one scheme that Router::openUrl() takes.
struct LinkRule
{
    QString scheme = {}; ///< "https", or one of the program's own: "shop".
    /// The hosts that are taken, exactly, with a port if it is not the scheme's: "shop.example", "localhost:8080". An
    /// empty list is for a scheme of the program's own, which has no hosts: the first part of the path stands where
    /// others have a host, and `shop://product/mug` opens /product/mug, as `shop:/product/mug` does.
    QStringList hosts = {};
};

/// What may be said of a router when it is made.
struct RouterOptions
{
    /// Stands before all paths: with "/app" the route "/posts" is /app/posts. Paths without it match no route.
    QString basePath = {};
    /// Where the router starts.
    QString initial = QStringLiteral("/");
    /// Whether the fixed parts of a pattern match only as they are spelled.
    bool caseSensitive = false;
    /// Paths with more characters are refused.
    qsizetype maxLength = 8192;
    /// The history forgets its oldest entries beyond these.
    qsizetype maxEntries = 500;
    /// What openUrl() takes; nothing, if it is empty.
    QList<LinkRule> links = {};
};

} // namespace nanostores
