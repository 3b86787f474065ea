// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/router/export.h>
#include <nanostores/router/page.h>

#include <QString>
#include <QStringList>
#include <QStringView>

#include <optional>

namespace nanostores::detail {

/// A path that was taken apart.
struct ParsedPath
{
    QStringList segments; ///< Decoded. With two slashes in a row, one is empty.
    bool hasEmptySegment = false;
    QString path; ///< Put together again: encoded where it has to be, without a trailing slash.
    SearchItems search;
    QString query; ///< Put together again.
    QString hash; ///< Decoded.

    QString url() const;
};

/// Takes `/path?search#hash` apart; none, with the reason, if it is no such thing: malformed or not UTF-8, too long,
/// with control characters, or with . or .. for a part, however they are encoded.
NANOSTORES_ROUTER_EXPORT std::optional<ParsedPath> parsePath(const QString &text, qsizetype maxLength, QString *reason);

/// Percent-decodes; none for what is malformed or no UTF-8.
NANOSTORES_ROUTER_EXPORT std::optional<QString> decoded(QStringView text, bool plusIsSpace = false);
/// A part of a path, encoded where it has to be.
NANOSTORES_ROUTER_EXPORT QString encodedSegment(const QString &segment);
NANOSTORES_ROUTER_EXPORT QString encodedSearch(const SearchItems &items);
NANOSTORES_ROUTER_EXPORT QString encodedHash(const QString &hash);
/// A path with what is after its ? and #.
NANOSTORES_ROUTER_EXPORT QString withSearch(QString path, const SearchItems &search, const QString &hash);
/// Why a part of a path cannot be this text; empty if it can.
NANOSTORES_ROUTER_EXPORT QString faultOfSegment(const QString &segment);

} // namespace nanostores::detail
