// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/fields.h>

#include <QObject>
#include <QString>

namespace nanostores::detail {

#define NANOSTORES_QUEUED_ROW(FIELD) \
    FIELD(QString, callId) \
    FIELD(QString, mutation) \
    FIELD(QString, state) \
    FIELD(int, attempts) \
    FIELD(QString, error)

/// A call of a queue as its model shows it.
struct QueuedRow
{
    Q_GADGET
    NANOSTORES_STRUCT(QueuedRow, NANOSTORES_QUEUED_ROW)
};

} // namespace nanostores::detail
