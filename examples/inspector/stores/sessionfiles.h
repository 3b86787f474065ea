// SPDX-License-Identifier: MIT
#pragma once

#include "inspection.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>

#include <atomic>
#include <cstddef>
#include <utility>
#include <vector>

/// Sessions in files: those that were saved here, and those that a Recorder has written. All of it is slow, and knows
/// nothing of stores, so that it is done on another thread.
namespace lens {

/// What each store had, one change after the other: what changed, and where.
struct StoreChanges
{
    QHash<QString, std::vector<std::pair<QString, QString>>> changes;
    std::vector<QString> order; ///< The names, those that changed first, first.

    void add(const nanostores::InspectedEvent &event);
};

/// What a file has. problem: not empty, if it is none.
struct SessionFile
{
    QString app;
    QList<nanostores::InspectedStore> stores;
    std::vector<nanostores::InspectedEvent> events;
    QString problem;
};

/// What is written to one.
struct SessionContent
{
    QString app;
    QList<nanostores::InspectedStore> stores;
    QList<QByteArray> lines; ///< Of events.
};

/// Ends early, with a problem, once isStopped is.
SessionFile readSession(const QString &path, const std::atomic<bool> &isStopped);
/// Empty, or what is wrong with the file.
QString writeSession(const QString &path, const SessionContent &content);
/// For each store, the first change that differs.
QList<ChangeRow> differencesOf(const StoreChanges &here, const StoreChanges &there);

} // namespace lens
