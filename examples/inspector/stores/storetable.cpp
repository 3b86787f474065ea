// SPDX-License-Identifier: MIT
#include "record.h"

#include <algorithm>
#include <utility>
#include <vector>

using nanostores::InspectedEvent;
using nanostores::InspectedStore;

/// The table of stores: filtered, sorted, and at the time of the cursor.
namespace lens {

namespace {

const auto pastValues =
    nanostores::computed(cursor, recordVersion, [](int place, int) {
        return place == Live ? QHash<qint64, QString>() : record().valuesAt(record().begin() + std::size_t(place));
    }).named("lens/pastValues");

/// A store of the table, and its name as names are compared.
struct Row
{
    InspectedStore store;
    QString key;
    bool isUnnamed = false; ///< It has an address in the place of a name.
};

template<typename T>
bool comesBefore(const T &a, const T &b, bool descending, const Row &one, const Row &two)
{
    return a != b ? (a < b) != descending : one.store.number < two.store.number;
}

bool isBefore(const QString &column, bool descending, const Row &a, const Row &b)
{
    if (column == QLatin1String("value")) {
        return comesBefore(a.store.value, b.store.value, descending, a, b);
    }
    if (column == QLatin1String("observers")) {
        return comesBefore(a.store.observers, b.store.observers, descending, a, b);
    }
    if (column == QLatin1String("writes")) {
        return comesBefore(a.store.writes + a.store.runs, b.store.writes + b.store.runs, descending, a, b);
    }
    if (column == QLatin1String("wasted")) {
        return comesBefore(a.store.wasted, b.store.wasted, descending, a, b);
    }
    if (column == QLatin1String("time")) {
        return comesBefore(a.store.time, b.store.time, descending, a, b);
    }
    return a.isUnnamed != b.isUnnamed ? b.isUnnamed : comesBefore(a.key, b.key, descending, a, b);
}

} // namespace

const nanostores::Computed<QList<InspectedStore>> shownStores =
    nanostores::computed([] {
        const QString wanted = filter();
        const bool withEffects = showsEffects();
        const bool unobserved = isUnobservedOnly();
        const bool wasted = isWastedOnly();
        const QHash<qint64, QString> past = pastValues();
        const QString column = sortColumn();
        const bool descending = isDescending();
        std::vector<Row> rows;
        for (const InspectedStore &store : stores()) {
            const bool isEffect = store.kind == QLatin1String("effect");
            if ((!isEffect || withEffects) && (!unobserved || (store.observers == 0 && !isEffect))
                && (!wasted || store.wasted > 0) && matchesFilter(store.name, wanted)) {
                rows.push_back({store, store.name.toLower(), store.name.contains(QLatin1Char('@'))});
                if (const auto value = past.constFind(store.number); value != past.constEnd()) {
                    rows.back().store.value = *value;
                }
            }
        }
        std::sort(rows.begin(), rows.end(),
                  [&column, descending](const Row &a, const Row &b) { return isBefore(column, descending, a, b); });
        QList<InspectedStore> shown;
        for (Row &row : rows) {
            shown.append(std::move(row.store));
        }
        return shown;
    }).named("lens/shownStores");

const nanostores::Computed<InspectedStore> selection = nanostores::computed([] {
                                                           const qint64 id = selectedStore();
                                                           for (const InspectedStore &store : stores()) {
                                                               if (store.number == id) {
                                                                   return store;
                                                               }
                                                           }
                                                           return InspectedStore();
                                                       }).named("lens/selection");

const nanostores::Computed<QString> cursorText =
    nanostores::computed([] {
        const int place = cursor();
        const int count = eventCount();
        (void)recordVersion();
        if (place == Live || count == 0) {
            return QStringLiteral("live");
        }
        const InspectedEvent &event = record().at(record().begin() + std::size_t(std::clamp(place, 0, count - 1)));
        return QStringLiteral("turn %1 \u00b7 %2").arg(event.turn).arg(clockText(event.time - record().began()));
    }).named("lens/cursorText");

} // namespace lens
