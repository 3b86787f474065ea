// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/router/export.h>
#include <nanostores/router/page.h>

#include <QList>
#include <QVariantMap>
#include <QtGlobal>

namespace nanostores {

/// A page that was opened, and what is remembered of its view.
struct HistoryEntry
{
    /// Its own as long as the router lives, and in saveState() not kept.
    quint64 id = 0;
    Page page;
    /// What the view needs to look as it was: scroll position, focus. See Router::setState().
    QVariantMap state;

    friend bool operator==(const HistoryEntry &, const HistoryEntry &) = default;
};

/// The pages that were opened, oldest first, and which is shown.
struct NANOSTORES_ROUTER_EXPORT RouterHistory
{
    QList<HistoryEntry> entries; ///< Never empty.
    qsizetype index = 0; ///< Of the page that is shown.

    const HistoryEntry &current() const { return entries.at(index); }
    /// The position of the entry, or -1.
    qsizetype indexOf(quint64 id) const noexcept;

    friend bool operator==(const RouterHistory &, const RouterHistory &) = default;
};

} // namespace nanostores
