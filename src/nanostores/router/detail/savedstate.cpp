// SPDX-License-Identifier: MIT
#include <nanostores/router/detail/savedstate.h>

#include <QJsonArray>
#include <QJsonValue>

#include <algorithm>

namespace nanostores::detail {

QJsonObject savedHistory(const RouterHistory &history)
{
    QJsonArray entries;
    for (const HistoryEntry &entry : history.entries) {
        QJsonObject saved{{QStringLiteral("url"), entry.page.url()}};
        if (!entry.state.isEmpty()) {
            saved.insert(QStringLiteral("state"), QJsonObject::fromVariantMap(entry.state));
        }
        entries.append(saved);
    }
    return {{QStringLiteral("version"), 1},
            {QStringLiteral("index"), static_cast<qint64>(history.index)},
            {QStringLiteral("entries"), entries}};
}

std::optional<RouterHistory> historyOfSaved(const QJsonObject &saved, qsizetype maxEntries,
                                            const std::function<std::optional<Page>(const QString &url)> &parse,
                                            QString *reason)
{
    if (saved.value(QStringLiteral("version")).toInt() != 1 || !saved.value(QStringLiteral("entries")).isArray()) {
        *reason = QStringLiteral("this was not made by saveState(), or by a later version of it");
        return std::nullopt;
    }
    const QJsonArray entries = saved.value(QStringLiteral("entries")).toArray();
    const qsizetype shown = std::clamp<qsizetype>(saved.value(QStringLiteral("index")).toInt(), 0,
                                                  std::max<qsizetype>(entries.size() - 1, 0));
    const qsizetype first = std::max<qsizetype>(0, shown + 1 - maxEntries);
    const qsizetype end = std::min<qsizetype>(entries.size(), first + maxEntries);
    RouterHistory history;
    history.index = -1;
    for (qsizetype i = first; i < end; ++i) {
        const QJsonObject entry = entries.at(i).toObject();
        const auto page = parse(entry.value(QStringLiteral("url")).toString());
        if (!page) {
            continue;
        }
        history.entries.append({0, *page, entry.value(QStringLiteral("state")).toObject().toVariantMap()});
        if (i <= shown) {
            history.index = history.entries.size() - 1;
        }
    }
    if (history.entries.isEmpty()) {
        *reason = QStringLiteral("no page of what was saved is one of this router's");
        return std::nullopt;
    }
    history.index = std::max<qsizetype>(history.index, 0);
    return history;
}

} // namespace nanostores::detail
