// SPDX-License-Identifier: MIT
#pragma once

#include "feed.h"

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QTimer>
#include <QtQml/qqml.h>

#include <algorithm>
#include <chrono>
#include <utility>

inline const auto readings = nanostores::list(QList<Reading>());
inline const auto threshold = nanostores::atom(80);
inline const auto live = nanostores::atom(false);
inline const auto busiest =
    nanostores::sorted(readings, [](const Reading &reading) { return std::pair(-reading.load, reading.host); });
inline const auto average = nanostores::computed(readings, [](const QList<Reading> &all) {
    int sum = 0;
    for (const Reading &reading : all) {
        sum += reading.load;
    }
    return all.isEmpty() ? 0 : sum / static_cast<int>(all.size());
});
inline const auto alarms = nanostores::computed(readings, threshold, [](const QList<Reading> &all, int limit) {
    return static_cast<int>(std::count_if(all.begin(), all.end(), [=](const auto &one) { return one.load > limit; }));
});

class Dashboard : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_MODEL(items, ::busiest, &Reading::host)
    NANOSTORES_PROPERTY(int, threshold, ::threshold)
    NANOSTORES_PROPERTY(bool, live, ::live)
    NANOSTORES_READONLY(int, average, ::average)
    NANOSTORES_READONLY(int, alarms, ::alarms)

public:
    explicit Dashboard(QObject *parent = nullptr)
        : StoreObject(parent)
    {
        connect(&m_timer, &QTimer::timeout, this, &Dashboard::refresh);
        nanostores::useStore(::live, &m_timer,
                             [this](bool isLive) { isLive ? m_timer.start(std::chrono::seconds(1)) : m_timer.stop(); });
    }

    Q_INVOKABLE void refresh() { readings.set(m_feed.next()); }

private:
    Feed m_feed;
    QTimer m_timer;
};
