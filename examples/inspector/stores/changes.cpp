// SPDX-License-Identifier: MIT
#include "changes.h"

#include "record.h"

#include <QJsonArray>
#include <QJsonObject>

using nanostores::InspectedEvent;

namespace lens {

void showChanges()
{
    const std::size_t place = record().placeOf(selectedEvent.get());
    if (place == record().end()) {
        nanostores::batch([] {
            changes.set({});
            changeTitle.set({});
        });
        return;
    }
    const InspectedEvent &event = record().at(place);
    QList<ChangeRow> rows;
    const auto add = [&rows](const QString &path, const QJsonValue &before, const QJsonValue &after) {
        ChangeRow row;
        row.path = path;
        row.before = before.isUndefined() ? QString() : nanostores::inspectedText(before, 400);
        row.after = after.isUndefined() ? QString() : nanostores::inspectedText(after, 400);
        rows.append(row);
    };
    for (const QJsonValue &value : event.changes) {
        const QJsonObject change = value.toObject();
        QString path;
        const QJsonArray steps = change.value(QLatin1String("at")).toArray();
        for (const QJsonValue &step : steps) {
            path += QLatin1Char('[') + nanostores::inspectedText(step, 60) + QLatin1Char(']');
        }
        add(path, change.value(QLatin1String("old")), change.value(QLatin1String("new")));
    }
    if (rows.isEmpty() && (!event.oldValue.isUndefined() || !event.newValue.isUndefined())) {
        add({}, event.oldValue, event.newValue);
    }
    QString heading = event.name.isEmpty() ? event.kind : event.name;
    if (!event.by.isEmpty()) {
        heading += QStringLiteral("  \u2190  ") + event.by.join(QStringLiteral(" \u2190 "));
    }
    nanostores::batch([&] {
        changes.set(rows);
        changeTitle.set(heading);
        if (event.store != 0) {
            selectedStore.set(event.store);
        }
    });
}

} // namespace lens
