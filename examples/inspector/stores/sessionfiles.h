// SPDX-License-Identifier: MIT
#pragma once

#include "inspection.h"

#include <QList>
#include <QString>

#include <vector>

/// Sessions in files: those that were saved here, and those that a Recorder has written.
namespace lens {

/// What a file has. problem: not empty, if it is none.
struct SessionFile
{
    QString app;
    QList<nanostores::InspectedStore> stores;
    std::vector<nanostores::InspectedEvent> events;
    QString problem;
};

SessionFile readSession(const QString &path);
/// Writes what is shown and recorded. Empty, or what is wrong with the file.
QString writeSession(const QString &path);
/// For each store, the first value that differs: of what was recorded here, and of other events.
QList<ChangeRow> differencesTo(const std::vector<nanostores::InspectedEvent> &events);

} // namespace lens
