// SPDX-License-Identifier: MIT
#include "record.h"

#include <algorithm>

using nanostores::InspectedEvent;
using nanostores::InspectedStore;

/// The table of stores: filtered, sorted, and at the time of the cursor.
namespace lens {

namespace {

const auto pastValues = nanostores::computed(cursor, recordVersion, [](int place, int) {
                            return place == Live ? QHash<qint64, QString>() : valuesAt(place);
                        }).named("lens/pastValues");

template<typename T>
bool comesBefore(const T &a, const T &b, bool descending, const InspectedStore &one, const InspectedStore &two)
{
    return a != b ? (a < b) != descending : one.number < two.number;
}

bool isBefore(const QString &column, bool descending, const InspectedStore &a, const InspectedStore &b)
{
    if (column == QLatin1String("value")) {
        return comesBefore(a.value, b.value, descending, a, b);
    }
    if (column == QLatin1String("observers")) {
        return comesBefore(a.observers, b.observers, descending, a, b);
    }
    if (column == QLatin1String("writes")) {
        return comesBefore(a.writes + a.runs, b.writes + b.runs, descending, a, b);
    }
    if (column == QLatin1String("wasted")) {
        return comesBefore(a.wasted, b.wasted, descending, a, b);
    }
    if (column == QLatin1String("time")) {
        return comesBefore(a.time, b.time, descending, a, b);
    }
    const bool isUnnamedA = a.name.contains(QLatin1Char('@')); // it has an address in the place of a name
    const bool isUnnamedB = b.name.contains(QLatin1Char('@'));
    return isUnnamedA != isUnnamedB ? isUnnamedB : comesBefore(a.name.toLower(), b.name.toLower(), descending, a, b);
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
        QList<InspectedStore> shown;
        for (const InspectedStore &store : stores()) {
            const bool isEffect = store.kind == QLatin1String("effect");
            if ((!isEffect || withEffects) && (!unobserved || (store.observers == 0 && !isEffect))
                && (!wasted || store.wasted > 0) && matchesFilter(store.name, wanted)) {
                shown.append(store);
                if (const auto value = past.constFind(store.number); value != past.constEnd()) {
                    shown.last().value = *value;
                }
            }
        }
        std::sort(shown.begin(), shown.end(), [&column, descending](const InspectedStore &a, const InspectedStore &b) {
            return isBefore(column, descending, a, b);
        });
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
        const InspectedEvent &event = record().events[std::size_t(std::clamp(place, 0, count - 1))];
        return QStringLiteral("turn %1 \u00b7 %2").arg(event.turn).arg(clockText(event.time - record().began));
    }).named("lens/cursorText");

} // namespace lens
